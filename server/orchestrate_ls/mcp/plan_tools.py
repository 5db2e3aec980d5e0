"""The tools that make and judge plans: plan_goal, check_plan, submit_plan, schedule_plan, explain_rule."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Event
from typing import Annotated, Final

import anyio
import anyio.to_thread
from mcp.server.elicitation import ElicitationResult
from mcp.server.mcpserver.resolve import Resolve
from pydantic import Field

from orchestrate_ls.ide.full_schedule import full_schedule_as_json
from orchestrate_ls.ide.new_plan import NewPlan, new_plan, write_new_plan
from orchestrate_ls.ide.rule_page import UnknownRuleError, page_of, rule_codes, rule_named, severity_of
from orchestrate_ls.ide.schedule import plan_to_schedule
from orchestrate_ls.mcp.answers import Checked, Explained, Planned, Scheduled, Submitted
from orchestrate_ls.mcp.asking import (
    Approval,
    Asked,
    ClientRoots,
    may_replace,
    refuse_unless,
    workspace_with,
)
from orchestrate_ls.mcp.plans import MOST_FINDINGS, failed, failures, found_in, moment, open_plan, settings_at
from orchestrate_ls.mcp.roots import Workspace
from orchestrate_ls.planner.models.answer import find_plan
from orchestrate_ls.planner.repair import is_fault, repaired
from orchestrate_ls.planner.surroundings import read_surroundings, with_code
from orchestrate_ls.rules.base import Severity
from orchestrate_ls.rules.definition_files import known_agents
from orchestrate_ls.schedule.plan_claims import judge_claims
from orchestrate_ls.schedule.plan_schedule import schedule_plan as search_schedule
from orchestrate_ls.workspace.checking import CheckedFile
from orchestrate_ls.workspace.find import find_plans
from orchestrate_ls.workspace.reading import PlanText, UnreadablePlanError
from orchestrate_ls.workspace.settings_files import SettingsFiles
from orchestrate_ls.workspace.writing import write_whole

LONGEST_DRAFT: Final = 1_000_000
"""Characters of a draft."""
_MOST_SECONDS: Final = 60.0
_MOST_PLANS: Final = 1_000

PlanPath = Annotated[
    str, Field(description="A plan file, as seen from the workspace folder or as an absolute path below it")
]
PlanNumber = Annotated[int, Field(ge=1, description="Which plan of a file with several, from 1")]


async def plan_goal(
    ctx: Asked,
    roots: ClientRoots,
    goal: Annotated[str, Field(description="What is to be reached, in plain words")],
    folder: Annotated[
        str | None, Field(description="The folder to write the plan in; the workspace's without")
    ] = None,
) -> Planned:
    """Turn a goal into a checked plan file with tasks, dependencies, estimates and agents. Works offline, without a
    model, and with what the folder's code, templates and catalogue say. Writes
    `<goal>.plan.yaml` under a name that is free and returns its text; adapt it to the project then.
    """
    workspace = workspace_with(ctx, roots)
    with failures():
        target = workspace.folder(folder)
        await ctx.report_progress(0, 2, "planning")
        planned = await anyio.to_thread.run_sync(partial(_plan, goal, target), abandon_on_cancel=True)
        await ctx.report_progress(1, 2, "writing")
        # Not on a thread: from here on it is done whole, or not at all.
        path = write_new_plan(target, planned)
    await ctx.report_progress(2, 2, planned.summary)
    return Planned(
        path=workspace.name_of(path),
        summary=planned.summary,
        notes=list(planned.notes),
        plan=planned.text,
    )


def _plan(goal: str, folder: Path) -> NewPlan:
    surroundings = with_code(read_surroundings(folder), folder)
    planned = new_plan(goal, (), surroundings)
    return replace(planned, notes=(*surroundings.remarks, *planned.notes))


async def check_plan(
    ctx: Asked,
    roots: ClientRoots,
    path: Annotated[
        str | None, Field(description="A plan file of the workspace; all plans of the workspace without")
    ] = None,
) -> Checked:
    """Report what is wrong in a plan, or in all plans of the workspace: the findings of `orchestrate check`, with their
    places, and what the fixes of each would do. Changes nothing and executes nothing.
    """
    workspace = workspace_with(ctx, roots)
    with failures():
        named = [workspace.plan_file(path)] if path is not None else None
        return await anyio.to_thread.run_sync(partial(_check, workspace, named), abandon_on_cancel=True)


def _check(workspace: Workspace, named: list[Path] | None) -> Checked:
    unreadable: list[str] = []
    if named is None:
        named = []
        for root in workspace.roots:
            loaded = SettingsFiles().of(root)
            top = loaded.path.parent if loaded.path is not None else root
            named += find_plans(root, loaded.settings, top).files
        if len(named) > _MOST_PLANS:
            unreadable.append(f"only the first {_MOST_PLANS:,} of {len(named):,} plans were checked")
            named = named[:_MOST_PLANS]
    checked: list[CheckedFile] = []
    for path in named:
        try:
            checked.append(settings_at(path).checker(now=moment()).check(path))
        except UnreadablePlanError as error:
            unreadable.append(f"{workspace.name_of(path)}: {error.message}")
    if unreadable and not checked and len(named) == 1:
        raise failed(unreadable[0])
    ranked = sorted(
        ((file, each) for file in checked for each in file.diagnostics),
        key=lambda pair: pair[1].severity.rank,
    )
    listed = ranked[:MOST_FINDINGS]
    counts = [each.severity for _, each in ranked]
    return Checked(
        files=[workspace.name_of(file.path) for file in checked],
        errors=counts.count(Severity.ERROR),
        warnings=counts.count(Severity.WARNING),
        findings=[
            found for file, each in listed for found in found_in(workspace.name_of(file.path), file, [each])
        ],
        left_out=len(ranked) - len(listed),
        unreadable=unreadable,
    )


async def submit_plan(
    ctx: Asked,
    roots: ClientRoots,
    approval: Annotated[ElicitationResult[Approval], Resolve(may_replace)],
    draft: Annotated[
        str, Field(description="The whole text of a plan, as YAML or JSON", max_length=LONGEST_DRAFT)
    ],
    path: Annotated[
        str | None,
        Field(
            description="Where to write the repaired plan; the user is asked before an existing plan is replaced"
        ),
    ] = None,
) -> Submitted:
    """Check a plan that you have written yourself. Returns the findings in it with their places, what of them the fixes
    of the rules have mended, the mended plan, and what remains for you to mend. With a `path` the mended plan is
    written there if no error is left.
    """
    refuse_unless(approval, "nothing was written")
    workspace = workspace_with(ctx, roots)
    with failures():
        target = workspace.new_plan_file(path) if path is not None else None
        place = target or workspace.first
        await ctx.report_progress(0, 1, "checking and repairing")
        answer = await anyio.to_thread.run_sync(partial(_submit, draft, place, path), abandon_on_cancel=True)
        if target is not None and not any(each.severity == Severity.ERROR.value for each in answer.remaining):
            write_whole(target, answer.plan, overwrite=True)
            answer.path = workspace.name_of(target)
    await ctx.report_progress(1, 1, "done")
    return answer


def _submit(draft: str, place: Path, path: str | None) -> Submitted:
    found = find_plan(draft)
    if found is None:
        raise failed(
            "there is no plan in the draft", "send the whole plan file as YAML, with its tasks below `tasks:`"
        )
    around = settings_at(place)
    checker = around.checker(by_default=True)
    name = path or "draft.plan.yaml"
    given = checker.check_text(Path(name), PlanText(found.text))
    mended = repaired(found.text, known_agents(around.registry))
    after = checker.check_text(Path(name), PlanText(mended.text))
    return Submitted(
        accepted=not any(is_fault(each) for each in after.diagnostics),
        findings=found_in(name, given, given.diagnostics[:MOST_FINDINGS]),
        repairs=list(mended.repairs),
        remaining=found_in(name, after, after.diagnostics[:MOST_FINDINGS]),
        plan=mended.text,
        notes=list(found.oddities),
    )


async def schedule_plan(
    ctx: Asked,
    roots: ClientRoots,
    path: PlanPath,
    plan: PlanNumber = 1,
    capacity: Annotated[
        int | None, Field(ge=1, description="How many tasks may run at once, instead of what the plan says")
    ] = None,
    time_limit: Annotated[
        float, Field(gt=0, le=_MOST_SECONDS, description="Seconds; then the best schedule so far is taken")
    ] = 10.0,
) -> Scheduled:
    """Work out who does what when: makespan with a lower bound, critical path, waves, each agent's load, and a verdict
    on each figure that the plan claims. Agents, capacity, files and calendars all count.
    """
    workspace = workspace_with(ctx, roots)
    stop = Event()
    with failures():
        await ctx.report_progress(0, 1, "searching for a short schedule")
        work = partial(_schedule, workspace.plan_file(path), plan, capacity, time_limit, stop)
        try:
            answer = await anyio.to_thread.run_sync(work, abandon_on_cancel=True)
        finally:
            stop.set()
    await ctx.report_progress(1, 1, "done")
    return answer


def _schedule(path: Path, number: int, capacity: int | None, limit: float, stop: Event) -> Scheduled:
    opened = open_plan(path, number)
    chosen = plan_to_schedule(opened.checked.check, number)
    plan, analysis = chosen.source.plan, chosen.analysis
    ends = time.monotonic() + limit
    found = search_schedule(plan, capacity, should_stop=lambda: stop.is_set() or time.monotonic() > ends)
    claims = judge_claims(plan, found, analysis.times)
    return Scheduled.model_validate(full_schedule_as_json(plan, analysis, found, claims))


async def explain_rule(
    rule: Annotated[
        str | None, Field(description="The code of a finding; without one all rules are listed")
    ] = None,
) -> Explained:
    """Say what a finding means, why it matters, and how it is fixed, with a wrong and a right example."""
    if rule is None:
        listed = "".join(f"- `{code}`: {rule_named(code).summary}\n" for code in rule_codes())
        return Explained(rule=None, severity=None, page=f"# Rules\n\n{listed}", rules=rule_codes())
    try:
        found = rule_named(rule)
    except UnknownRuleError as error:
        hint = f"did you mean `{error.nearest}`?" if error.nearest else f"there are {', '.join(rule_codes())}"
        raise failed(str(error), hint) from None
    return Explained(rule=found.code, severity=severity_of(found), page=page_of(found))
