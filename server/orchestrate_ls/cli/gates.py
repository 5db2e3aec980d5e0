"""`orchestrate gates`, `approve` and `reject`: how quality gates stand, checking them, and what people say of work."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from orchestrate_ls.cli.failures import CommandFailedError, print_note
from orchestrate_ls.cli.plan_options import PlanNumber, PlanPath
from orchestrate_ls.cli.task import Force, Note, Now, index_of_task

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from orchestrate_ls.cli.plan_files import OpenedPlan
    from orchestrate_ls.execution.journal import PlanJournal
    from orchestrate_ls.plan.model import QualityGate
    from orchestrate_ls.progress.board import ProgressBoard
    from orchestrate_ls.progress.event import Event
    from orchestrate_ls.progress.gates import GateState
    from orchestrate_ls.workspace.gate_settings import GateCommand

NOT_PASSED: Final = 1
"""The exit code of a check after which something is not passed."""
WHOLE: Final = "the whole plan"


class Format(StrEnum):
    """How gates are printed."""

    TABLE = "table"
    JSON = "json"


OptionalTask = Annotated[
    str | None,
    typer.Argument(
        metavar="[TASK]", help="The task's id; without one the plan as a whole.", show_default=False
    ),
]
Gate = Annotated[
    str | None, typer.Option("--gate", "-g", metavar="NAME", help="One quality gate; else all of them.")
]
Check = Annotated[
    str | None,
    typer.Option(
        "--check", "-c", metavar="NAME", help="One check of the gate, vouched for by you with --note."
    ),
]
By = Annotated[
    str | None,
    typer.Option("--by", "-b", metavar="WHO", help="Who says so; else the name you are logged in with."),
]


def approve(
    file: PlanPath,
    task: OptionalTask = None,
    gate: Gate = None,
    check: Check = None,
    by: By = None,
    note: Note = None,
    force: Force = False,
    now: Now = None,
    plan: PlanNumber = None,
) -> None:
    """Approve the work of a task, for its quality gates that ask for people.

    Nobody approves their own work. With `--check` you vouch for a check that no command makes; `--note` says how you
    made sure.
    """
    _say_of(file, plan, task, now, is_yes=True, gate=gate, check=check, by=by, note=note, force=force)


def reject(
    file: PlanPath,
    task: OptionalTask = None,
    gate: Gate = None,
    check: Check = None,
    by: By = None,
    note: Note = None,
    now: Now = None,
    plan: PlanNumber = None,
) -> None:
    """Reject the work of a task; say with `--note` what is wrong with it, which its agent is told.

    It stands until the same person approves the work, or the next attempt begins.
    """
    _say_of(file, plan, task, now, is_yes=False, gate=gate, check=check, by=by, note=note)


def gates(
    file: PlanPath,
    task: OptionalTask = None,
    run: Annotated[
        bool, typer.Option("--run", help="Make the checks, with the commands of the settings.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before commands are run.")] = False,
    baseline: Annotated[
        bool,
        typer.Option(
            "--baseline",
            help="With --run: keep what is found as what later checks are compared with, good or not.",
        ),
    ] = False,
    output: Annotated[
        Format, typer.Option("--format", "-f", help="table for people, json for programs.", show_default=True)
    ] = Format.TABLE,
    plan: PlanNumber = None,
) -> None:
    """Show quality gates: their checks with verdict and evidence, approvals, and what is missing.

    Without a task those of every task and of the plan as a whole. `--run` makes the checks of a task (or of the plan)
    with the commands that `[gates.NAME]` in `orchestrate.toml` or your own `run.toml` gives them, and records what came
    of them; the commands are shown and asked about first. A check without evidence is unverified, and never passes.
    Exit codes after `--run`: 0 all is passed, 1 something is not.
    """
    from orchestrate_ls.cli.plan_files import open_plan

    if baseline and not run:
        raise CommandFailedError("--baseline keeps what a check finds", "add `--run`")
    opened = open_plan(file, plan)
    index = index_of_task(opened, task) if task is not None else None
    if run:
        _make_checks(opened, index, yes=yes, keeps=baseline)
        # It may have got its `plan_id` by this.
        opened = open_plan(file, plan)
    board = _board(opened)
    states = _states(board, index, only=task is not None or run)
    if output is Format.JSON:
        from orchestrate_ls.cli.terminal import write_json
        from orchestrate_ls.ide.status_json import gate_as_json

        write_json(
            [
                {"task": None if name == WHOLE else name, "gates": [gate_as_json(each) for each in found]}
                for name, found in states
            ]
        )
    else:
        _print(states, file)
    if run and any(each.holds for _, found in states for each in found):
        raise typer.Exit(NOT_PASSED)


def _board(opened: OpenedPlan) -> ProgressBoard:
    from orchestrate_ls.cli.plan_journal import board_of

    return board_of(opened)


def _states(board: ProgressBoard, task: int | None, *, only: bool) -> list[tuple[str, tuple[GateState, ...]]]:
    """The gates of a task or of the plan, or (not ``only``) of all."""
    from orchestrate_ls.progress.gates import gate_states

    tasks: list[int | None] = [task] if only else [*range(len(board.progress)), None]
    found = [
        (
            WHOLE if each is None else board.name(each),
            gate_states(board.written, each, board.state.plan if each is None else board.progress[each]),
        )
        for each in tasks
    ]
    return [(name, states) for name, states in found if states]


def _print(states: list[tuple[str, tuple[GateState, ...]]], file: str) -> None:
    from rich.text import Text

    from orchestrate_ls.cli.terminal import output_console, safe

    console = output_console()
    if not states:
        console.print(f"{safe(file)} has no quality gates here.")
        return
    for number, (name, gates) in enumerate(states):
        if number:
            console.print()
        console.print(Text(safe(name), style="bold"), soft_wrap=True)
        for gate in gates:
            optional = "" if gate.is_required else " (optional)"
            line = Text.assemble(
                "  ", safe(gate.name), ": ", (gate.stand.value, _STYLES[gate.stand.value]), optional
            )
            console.print(line, soft_wrap=True)
            for check in gate.checks:
                verdict = check.verdict.value if check.verdict is not None else "not checked yet"
                note = f": {safe(check.note)}" if check.note else ""
                console.print(
                    Text.assemble(
                        "    ",
                        safe(check.name),
                        (f" ({safe(check.expected)})", "dim"),
                        " ",
                        (verdict, _STYLES.get(verdict, "dim")),
                        note,
                    ),
                    soft_wrap=True,
                )
            for line in _people(gate):
                console.print(Text(f"    {safe(line)}"), soft_wrap=True)


def _people(gate: GateState) -> list[str]:
    lines: list[str] = []
    if gate.approvals_needed or gate.approved:
        by = f" by {', '.join(gate.approved)}" if gate.approved else ""
        lines.append(f"approved{by}: {len(gate.approved)} of {gate.approvals_needed}")
    lines += [f"rejected by {each.who}{f': {each.note}' if each.note else ''}" for each in gate.rejected]
    return lines


def _make_checks(opened: OpenedPlan, task: int | None, *, yes: bool, keeps: bool) -> None:
    """Run the checks and record them."""
    from datetime import UTC, datetime

    from orchestrate_ls.cli.plan_journal import journal_failures
    from orchestrate_ls.execution.baselines import Baselines
    from orchestrate_ls.execution.gates import GateRun, check_gates, own_environment
    from orchestrate_ls.execution.journal import find_journal, identified
    from orchestrate_ls.execution.reporting import record_decided
    from orchestrate_ls.plan.task_gates import gates_for
    from orchestrate_ls.progress.board import ProgressBoard
    from orchestrate_ls.progress.gates import checked_events
    from orchestrate_ls.progress.reviews import progress_of
    from orchestrate_ls.workspace.find import workspace_root

    if opened.name == "-":
        raise CommandFailedError("nothing can be recorded of standard input", "name a plan file")
    wanted = gates_for(opened.check.source.plan, task)
    what = WHOLE if task is None else opened.check.source.plan.tasks[task].id or ""
    if not any(gate.checks for gate in wanted):
        raise CommandFailedError(f"{what} has no quality gate with checks")
    path = Path(opened.name).resolve()
    commands = _agreed_commands(opened, wanted, yes=yes)
    with journal_failures():
        journal = find_journal(path, identified(path, opened.number))
        journal.refresh()
        before = progress_of(
            ProgressBoard(opened.check.source.plan, journal.state, opened.check.analysis.network), task
        )
        baselines = Baselines(journal.path, journal.plan_id)
        records = check_gates(
            wanted,
            GateRun(
                commands,
                workspace_root(path),
                own_environment(),
                baselines,
                lambda: datetime.now(UTC),
                before.started,
                keeps,
            ),
        )

        def decide(board: ProgressBoard, plan_id: str) -> Sequence[Event]:
            return checked_events(records, progress_of(board, task), plan_id, "hand")

        record_decided(path, opened.number, opened.check.source, opened.check.analysis.network, decide)
    if baselines.problem:
        print_note(baselines.problem)


def _agreed_commands(
    opened: OpenedPlan, wanted: tuple[QualityGate, ...], *, yes: bool
) -> Mapping[str, GateCommand]:
    """The commands of the settings, once the user has seen those that will be run and has said yes."""
    from orchestrate_ls.cli.asking import is_yes
    from orchestrate_ls.cli.terminal import error_console, safe
    from orchestrate_ls.execution.gate_commands import gate_commands
    from orchestrate_ls.execution.gates import commands_for, shown_command
    from orchestrate_ls.workspace.own_run import AgentCommands, has_agreed, load_own_run
    from orchestrate_ls.workspace.settings_files import SettingsFiles

    own = load_own_run()
    for problem in own.problems:
        print_note(f"{own.path}: {problem.message}")
    folder = SettingsFiles().of(Path(opened.name).resolve())
    commands = gate_commands(own, folder)
    shown = commands_for(wanted, commands)
    if not shown:
        return commands
    console = error_console()
    console.print("These commands are run:" if yes else "These commands would be run:")
    for each in shown:
        console.print(f"  {safe(shown_command(each))}", soft_wrap=True, markup=False, highlight=False)
    if yes or has_agreed(AgentCommands(own, folder).digest):
        return commands
    if not sys.stdin.isatty():
        raise CommandFailedError(
            "nobody can be asked whether they may be run", "`--yes` runs them without asking"
        )
    console.print("They may change files and use what you are logged in to. Run them? [y/N] ", end="")
    if not is_yes():
        print_note("nothing was run")
        raise typer.Exit(NOT_PASSED)
    return commands


def _say_of(
    file: str,
    number: int | None,
    task: str | None,
    now: str | None,
    *,
    is_yes: bool,
    gate: str | None,
    check: str | None,
    by: str | None,
    note: str | None,
    force: bool = False,
) -> None:
    from orchestrate_ls.cli.plan_files import open_plan
    from orchestrate_ls.cli.plan_journal import journal_failures, moment_of, note_problems
    from orchestrate_ls.cli.terminal import output_console, safe
    from orchestrate_ls.execution.reporting import record_decided
    from orchestrate_ls.progress.board import ProgressBoard
    from orchestrate_ls.progress.event import LONGEST_NAME, LONGEST_TEXT
    from orchestrate_ls.progress.gates import held_by
    from orchestrate_ls.progress.reviews import Statement, progress_of, review_event

    if file == "-":
        raise CommandFailedError("nothing can be recorded of standard input", "name a plan file")
    opened = open_plan(file, number)
    index = index_of_task(opened, task) if task is not None else None
    who = (by if by is not None else _own_name()).strip()
    if not 0 < len(who) <= LONGEST_NAME:
        raise CommandFailedError("nobody knows who says so", "name yourself with `--by`")
    if note is not None and len(note) > LONGEST_TEXT - LONGEST_NAME - 10:
        raise CommandFailedError("--note is too long", "put it in a file, and name that")
    said = Statement(is_yes, who, moment_of(now), gate, check, note, force)

    def decide(board: ProgressBoard, plan_id: str) -> Sequence[Event]:
        return [review_event(board, index, said, plan_id)]

    journal: PlanJournal
    source, network = opened.check.source, opened.check.analysis.network
    with journal_failures():
        (event, *_), journal = record_decided(Path(opened.name), opened.number, source, network, decide)
    note_problems(journal)
    console = output_console()
    what = WHOLE if task is None else task
    target = f"{check} of {gate}" if check is not None else gate if gate is not None else "it"
    verb = (
        ("vouches for" if is_yes else "speaks against")
        if check is not None
        else ("approves" if is_yes else "rejects")
    )
    console.print(
        f"{safe(what)}: {safe(who)} {verb} {safe(target)}.", soft_wrap=True, markup=False, highlight=False
    )
    for reason in event.forced:
        console.print(f"Forced although {safe(reason)}; that is recorded.", soft_wrap=True, markup=False)
    board = ProgressBoard(source.plan, journal.state, network)
    held = held_by(source.plan, index, progress_of(board, index))
    for each in held:
        why = f": {safe(', '.join(each.why))}" if each.why else ""
        console.print(
            f"{safe(each.name)} is {each.stand.value}{why}.", soft_wrap=True, markup=False, highlight=False
        )
    if not held:
        console.print(f"All quality gates of {safe(what)} are passed.", soft_wrap=True, markup=False)
        if index is not None and board.state_of(index) not in _OVER:
            console.print(
                f"`orchestrate task done {safe(file)} {safe(what)}` ends it.", soft_wrap=True, markup=False
            )


def _own_name() -> str:
    """Who is at the keyboard, by the name they are logged in with."""
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""


_STYLES: Final = {
    "passed": "green",
    "failed": "bold red",
    "unverified": "yellow",
    "open": "cyan",
}
_OVER: Final = ("completed", "skipped")
