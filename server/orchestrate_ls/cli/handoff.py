"""`orchestrate handoff`: what an agent needs to work on one task of a plan."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from orchestrate_ls.cli.failures import CommandFailedError
from orchestrate_ls.cli.plan_options import PlanInput, PlanNumber


class Format(StrEnum):
    """How the package is printed."""

    MARKDOWN = "markdown"
    JSON = "json"
    PROMPT = "prompt"


def handoff(
    file: PlanInput,
    task: Annotated[str, typer.Argument(metavar="TASK", help="The task's id.", show_default=False)],
    output: Annotated[
        Format,
        typer.Option(
            "--format",
            "-f",
            help="markdown for people, prompt for agents, json for programs.",
            show_default=True,
        ),
    ] = Format.MARKDOWN,
    done: Annotated[
        list[str] | None,
        typer.Option("--done", metavar="TASK", help="A task that is done already; may be given again."),
    ] = None,
    user_agents: Annotated[
        bool, typer.Option("--user-agents", help="Look for the agent's definition in your own folders, too.")
    ] = False,
    plan_number: PlanNumber = None,
) -> None:
    """Print the hand-off package of a task: description, goal, dependencies, criteria, limits and what waits for it.

    An agent can work from it with nothing else: the agent's definition and the checks of each quality gate are in it,
    and what the plan's journal says of the tasks before it: whether they are done, their results and artefacts. So is
    what was wrong with the attempt before, and what other tasks failed by (`.orchestrate/checklist.md`).
    """
    from orchestrate_ls.agents.handoff import handoff_as_markdown, handoff_as_prompt, handoff_of
    from orchestrate_ls.cli.plan_files import open_plan, refuse_errors
    from orchestrate_ls.cli.plan_journal import board_of
    from orchestrate_ls.cli.terminal import safe, write_json
    from orchestrate_ls.execution.checklist import quoted_lessons
    from orchestrate_ls.ide.schedule import task_names
    from orchestrate_ls.ide.task_report import feedback_on, gates_of, results_of
    from orchestrate_ls.rules.spelling import SpellingGuide

    opened = open_plan(file, plan_number, user_agents=user_agents)
    check = opened.check
    refuse_errors(opened.checked, check, file)
    plan = check.source.plan
    names = task_names(plan)
    for name in (task, *(done or ())):
        if name not in names:
            near = SpellingGuide(names).best(name[:200])
            hint = f"did you mean `{near}`?" if near is not None else "name a task by its id"
            raise CommandFailedError(f"{file} has no task `{name[:60]}`", hint)
    index = names.index(task)
    board = board_of(opened)
    agent = board.agents[index]
    package = handoff_of(
        check.source,
        check.analysis,
        index,
        done={names.index(name) for name in done or ()} | board.finished,
        results=results_of(board),
        agent=agent,
        definition=opened.registry.get(agent) if agent is not None else None,
        gates=gates_of(board, index),
        feedback=feedback_on(board, index),
        lessons=quoted_lessons(Path(file)) if file != "-" else (),
    )
    if output is Format.JSON:
        write_json(package.as_json())
        return
    text = handoff_as_prompt(package) if output is Format.PROMPT else handoff_as_markdown(package)
    for line in text.splitlines():
        sys.stdout.write(safe(line).rstrip() + "\n")
