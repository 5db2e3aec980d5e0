"""The tools for whoever works a plan: next_tasks, handoff, update_task, status, report."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import anyio.to_thread
from mcp.server.elicitation import ElicitationResult
from mcp.server.mcpserver.resolve import Resolve
from pydantic import Field

from orchestrate_ls.agents.handoff import handoff_as_prompt, handoff_of
from orchestrate_ls.execution.checklist import quoted_lessons
from orchestrate_ls.execution.reporting import record_report
from orchestrate_ls.ide.journal_notes import journal_notes
from orchestrate_ls.ide.next_tasks import next_as_json, startable
from orchestrate_ls.ide.schedule import plan_to_schedule
from orchestrate_ls.ide.status_json import status_as_json
from orchestrate_ls.ide.status_wording import headline
from orchestrate_ls.ide.task_report import feedback_on, gates_of, lines_about, results_of
from orchestrate_ls.mcp.answers import HandedOff, NextTask, NextTasks, Reported, Updated
from orchestrate_ls.mcp.answers import Status as StatusAnswer
from orchestrate_ls.mcp.asking import Approval, Asked, ClientRoots, may_force, refuse_unless, workspace_with
from orchestrate_ls.mcp.plan_tools import PlanNumber, PlanPath
from orchestrate_ls.mcp.plans import OpenedPlan, failed, failures, moment, open_plan
from orchestrate_ls.plan.duration import DurationError, parse_duration
from orchestrate_ls.progress.actions import Report
from orchestrate_ls.progress.board import ProgressBoard
from orchestrate_ls.progress.event import (
    CURRENCY,
    LONGEST_NAME,
    LONGEST_TEXT,
    MOST_COST,
    MOST_ITEMS,
    MOST_SECONDS,
    MOST_TOKENS,
    EventKind,
)
from orchestrate_ls.progress.fold import ProgressFold
from orchestrate_ls.progress.state import TaskState as State
from orchestrate_ls.progress.status import StatusReporter
from orchestrate_ls.report.data import data_of
from orchestrate_ls.report.gathering import gather_evidence
from orchestrate_ls.report.markdown import markdown_of
from orchestrate_ls.report.retrospective import look_back
from orchestrate_ls.schedule.plan_project import assigned_agents
from orchestrate_ls.workspace.find import workspace_root

Action = Literal["start", "progress", "done", "fail", "block", "unblock", "reassign", "skip", "reopen"]
KINDS: Final[dict[Action, EventKind]] = {
    "start": EventKind.STARTED,
    "progress": EventKind.PROGRESS,
    "done": EventKind.DONE,
    "fail": EventKind.FAILED,
    "block": EventKind.BLOCKED,
    "unblock": EventKind.UNBLOCKED,
    "reassign": EventKind.REASSIGNED,
    "skip": EventKind.SKIPPED,
    "reopen": EventKind.REOPENED,
}
"""Actions, as `orchestrate task` names them, to kinds of events."""

TaskId = Annotated[str, Field(description="The task's id")]


async def next_tasks(
    ctx: Asked,
    roots: ClientRoots,
    path: PlanPath,
    plan: PlanNumber = 1,
    number: Annotated[int | None, Field(ge=1, description="At most so many tasks")] = None,
) -> NextTasks:
    """List the tasks that can start now, the most pressing first, with the reason; those that are done, under way or
    blocked by the plan's journal are left out. Several of them may be worked on at the same time.
    """
    workspace = workspace_with(ctx, roots)

    def answer() -> NextTasks:
        opened = open_plan(workspace.plan_file(path), plan)
        plan_to_schedule(opened.checked.check, plan)
        board = opened.board
        states = [board.state_of(index) for index in range(len(opened.names))]
        return NextTasks(
            path=path,
            tasks=_startable(opened, board)[:number],
            left=sum(each not in (State.DONE, State.SKIPPED) for each in states),
            running=[
                name for name, each in zip(opened.names, states, strict=True) if each is State.IN_PROGRESS
            ],
        )

    with failures():
        return await anyio.to_thread.run_sync(answer, abandon_on_cancel=True)


def _startable(opened: OpenedPlan, board: ProgressBoard) -> list[NextTask]:
    model, analysis = opened.check.source.plan, opened.check.analysis
    found = startable(board, analysis, moment(), board.finished, opened.around.settings.priorities)
    agents = assigned_agents(board.plan)
    return [NextTask.model_validate(next_as_json(model, each, opened.names, agents)) for each in found]


async def handoff(
    ctx: Asked, roots: ClientRoots, path: PlanPath, task: TaskId, plan: PlanNumber = 1
) -> HandedOff:
    """Give what an agent needs to work on one task with nothing else: description, goal, criteria, limits, the agent's
    definition, results of the tasks before it, and what waits for it. `prompt` is ready to be given to a sub-agent.
    """
    workspace = workspace_with(ctx, roots)

    def answer() -> HandedOff:
        opened = open_plan(workspace.plan_file(path), plan)
        plan_to_schedule(opened.checked.check, plan)
        index, board = opened.task(task), opened.board
        agent = board.agents[index]
        package = handoff_of(
            opened.check.source,
            opened.check.analysis,
            index,
            done=board.finished,
            results=results_of(board),
            agent=agent,
            definition=opened.around.registry.get(agent) if agent is not None else None,
            gates=gates_of(board, index),
            feedback=feedback_on(board, index),
            lessons=quoted_lessons(workspace.plan_file(path)),
        )
        prompt = handoff_as_prompt(package)
        return HandedOff(path=path, task=task, agent=agent, prompt=prompt, package=package.as_json())

    with failures():
        return await anyio.to_thread.run_sync(answer, abandon_on_cancel=True)


async def update_task(
    ctx: Asked,
    roots: ClientRoots,
    approval: Annotated[ElicitationResult[Approval], Resolve(may_force)],
    path: PlanPath,
    task: TaskId,
    action: Annotated[Action, Field(description="What has happened to the task")],
    plan: PlanNumber = 1,
    agent: Annotated[
        str | None, Field(min_length=1, max_length=LONGEST_NAME, description="Who does the task from now on")
    ] = None,
    note: Annotated[
        str | None, Field(max_length=LONGEST_TEXT, description="A result, or a reason, in plain words")
    ] = None,
    percent: Annotated[float | None, Field(ge=0, le=100, description="How much of the work is done")] = None,
    actual: Annotated[
        str | None,
        Field(max_length=100, description="How long the work has taken, as in 4.5h; else measured"),
    ] = None,
    artefacts: Annotated[
        list[str] | None, Field(max_length=MOST_ITEMS, description="Files, links or commits that came of it")
    ] = None,
    score: Annotated[float | None, Field(ge=0, le=1, description="The quality of the result")] = None,
    tokens: Annotated[
        int | None, Field(ge=0, le=MOST_TOKENS, description="Tokens that the attempt used")
    ] = None,
    cost: Annotated[float | None, Field(ge=0, le=MOST_COST, description="What the attempt has cost")] = None,
    currency: Annotated[
        str | None, Field(pattern=CURRENCY.pattern, description="Of the cost, as in EUR; else USD")
    ] = None,
    model: Annotated[
        str | None, Field(min_length=1, max_length=LONGEST_NAME, description="The model that did the work")
    ] = None,
    force: Annotated[
        bool, Field(description="Record it although something speaks against it; the user is asked first")
    ] = False,
) -> Updated:
    """Record in the plan's journal what has happened to a task: it starts, gets on, is done, fails, is blocked, and so
    on. Refused where it makes no sense, for example to start a task whose dependencies are not done.
    """
    refuse_unless(approval, "nothing was recorded")
    if currency is not None and cost is None:
        raise failed("`currency` says nothing without a cost", "give `cost` too")
    workspace = workspace_with(ctx, roots)
    details: dict[str, Any] = {
        "agent": agent,
        "note": note,
        "percent": percent,
        "artefacts": tuple(artefacts or ()),
        "score": score,
        "tokens": tokens,
        "cost": cost,
        "currency": currency,
        "model": model,
        "force": force,
    }
    with failures():
        target = workspace.plan_file(path)
        # Not given up when the client cancels: what is begun here is done whole.
        lines, ready = await anyio.to_thread.run_sync(
            partial(_record, target, plan, task, action, actual, details)
        )
    return Updated(path=path, task=task, action=action, messages=lines, can_start=ready)


def _record(
    path: Path, number: int, task: str, action: Action, actual: str | None, details: dict[str, Any]
) -> tuple[list[str], list[str]]:
    opened = open_plan(path, number)
    index, check = opened.task(task), opened.check
    if sum(each.id == task for each in check.source.plan.tasks) > 1:
        raise failed(f"the plan has several tasks `{task}`", "give each an id of its own")
    seconds = _seconds(opened, actual) if actual is not None else None
    report = Report(KINDS[action], moment(), is_clock=True, actual=seconds, **details)
    done = record_report(path, opened.number, check.source, check.analysis.network, index, report)
    ready = [each.task for each in _startable(opened, done.after)] if check.analysis.times.complete else []
    return list(lines_about(done.before, done.after, index, done.event)), ready


def _seconds(opened: OpenedPlan, actual: str) -> int:
    try:
        seconds = parse_duration(actual, opened.check.source.plan.header.calendar)
    except DurationError as error:
        raise failed(f"`actual`: {error.message}", error.hint) from None
    if not 0 <= seconds <= MOST_SECONDS:
        raise failed("`actual` is no time that work can take", "write it like 4.5h")
    return seconds


async def status(ctx: Asked, roots: ClientRoots, path: PlanPath, plan: PlanNumber = 1) -> StatusAnswer:
    """Say how a plan stands: progress by task and by effort, the time left, each task's state with the reason, and
    alerts.
    """
    workspace = workspace_with(ctx, roots)

    def answer() -> StatusAnswer:
        opened = open_plan(workspace.plan_file(path), plan)
        model, journal = opened.check.source.plan, opened.journal
        if not model.tasks:
            raise failed("the plan has no tasks", "write them below `tasks:`")
        state = journal.state if journal is not None else ProgressFold("").state()
        report = StatusReporter(model, opened.check.analysis).report(state, moment())
        notes = journal_notes(journal) if journal is not None else []
        data = status_as_json(path, model, journal, report, notes)
        return StatusAnswer.model_validate(data | {"headline": headline(report)})

    with failures():
        return await anyio.to_thread.run_sync(answer, abandon_on_cancel=True)


async def report(ctx: Asked, roots: ClientRoots, path: PlanPath, plan: PlanNumber = 1) -> Reported:
    """Report on a plan, at its end or on the way: time against estimates, quality, defects, the critical path as it
    really was, what went well and what to do better, each from the journal, git's history and coverage files.
    """
    workspace = workspace_with(ctx, roots)

    def answer() -> Reported:
        opened = open_plan(workspace.plan_file(path), plan)
        check, journal, now = opened.check, opened.journal, moment()
        model = check.source.plan
        if not model.tasks:
            raise failed("the plan has no tasks", "write them below `tasks:`")
        events = journal.events if journal is not None else []
        evidence = gather_evidence(workspace_root(opened.path), model, events, now)
        plan_id = journal.plan_id if journal is not None else ""
        title = model.header.goal.text or opened.path.name
        made = look_back(model, check.analysis, events, plan_id, now, evidence, title=title)
        return Reported(path=path, markdown=markdown_of(made), data=data_of(made), remarks=list(made.remarks))

    with failures():
        await ctx.report_progress(0, 1, "reading the journal, git's history and coverage")
        answered = await anyio.to_thread.run_sync(answer, abandon_on_cancel=True)
    await ctx.report_progress(1, 1, "done")
    return answered
