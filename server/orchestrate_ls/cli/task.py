"""`orchestrate task ...`: people and agents report what happens to a plan's tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from orchestrate_ls.cli.failures import CommandFailedError
from orchestrate_ls.cli.plan_options import PlanNumber, PlanPath

if TYPE_CHECKING:
    from orchestrate_ls.cli.plan_files import OpenedPlan

TaskId = Annotated[str, typer.Argument(metavar="TASK", help="The task's id.", show_default=False)]
Agent = Annotated[
    str | None, typer.Option("--agent", "-a", metavar="AGENT", help="Who does the task from now on.")
]
Percent = Annotated[
    str | None, typer.Option("--percent", "-p", metavar="N", help="How much of the work is done, 0 to 100.")
]
Actual = Annotated[
    str | None,
    typer.Option(
        "--actual",
        metavar="TIME",
        help="How long the work has taken so far, as in 4.5h; else it is measured.",
    ),
]
Note = Annotated[str | None, typer.Option("--note", "-n", metavar="TEXT", help="A result, or a reason.")]
Artefacts = Annotated[
    list[str] | None,
    typer.Option(
        "--artefact", metavar="FILE", help="A file, link or commit that came of it; may be given again."
    ),
]
Score = Annotated[
    str | None, typer.Option("--score", metavar="N", help="The quality of the result, from 0 to 1.")
]
Tokens = Annotated[
    str | None,
    typer.Option(
        "--tokens", metavar="N", help="Tokens of a language model that this attempt has used so far."
    ),
]
Cost = Annotated[
    str | None,
    typer.Option("--cost", metavar="AMOUNT", help="What this attempt has cost so far, as in 1.20."),
]
Currency = Annotated[
    str | None, typer.Option("--currency", metavar="CODE", help="Of the cost, as in EUR; else USD.")
]
Model = Annotated[
    str | None, typer.Option("--model", metavar="NAME", help="The language model that does the work.")
]
Force = Annotated[
    bool,
    typer.Option("--force", help="Record it although something speaks against it; that is recorded too."),
]
Now = Annotated[
    str | None,
    typer.Option("--now", metavar="TIME", help="When it happened, as in 2026-11-23T09:00:00Z; else now."),
]

app = typer.Typer(
    help="Record what happens to a task: it starts, gets on, is done, fails, is blocked ...",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)


def start(
    file: PlanPath,
    task: TaskId,
    agent: Agent = None,
    note: Note = None,
    force: Force = False,
    now: Now = None,
    plan: PlanNumber = None,
) -> None:
    """A task begins. Refused while tasks that it depends on are not done."""
    _record(file, plan, task, "started", now, agent=agent, note=note, force=force)


def progress(
    file: PlanPath,
    task: TaskId,
    percent: Percent = None,
    actual: Actual = None,
    agent: Agent = None,
    note: Note = None,
    artefact: Artefacts = None,
    score: Score = None,
    tokens: Tokens = None,
    cost: Cost = None,
    currency: Currency = None,
    model: Model = None,
    now: Now = None,
    plan: PlanNumber = None,
) -> None:
    """A task in progress gets on."""
    details = {"percent": percent, "actual": actual, "agent": agent, "note": note}
    used = {"tokens": tokens, "cost": cost, "currency": currency, "model": model}
    _record(file, plan, task, "progress", now, artefacts=artefact, score=score, **details, **used)


def done(
    file: PlanPath,
    task: TaskId,
    actual: Actual = None,
    note: Note = None,
    artefact: Artefacts = None,
    score: Score = None,
    tokens: Tokens = None,
    cost: Cost = None,
    currency: Currency = None,
    model: Model = None,
    agent: Agent = None,
    force: Force = False,
    now: Now = None,
    plan: PlanNumber = None,
) -> None:
    """A task is done. Says which tasks can start now."""
    details = {"actual": actual, "agent": agent, "note": note, "artefacts": artefact, "score": score}
    used = {"tokens": tokens, "cost": cost, "currency": currency, "model": model}
    _record(file, plan, task, "done", now, force=force, **details, **used)


def fail(
    file: PlanPath,
    task: TaskId,
    note: Note = None,
    actual: Actual = None,
    artefact: Artefacts = None,
    score: Score = None,
    tokens: Tokens = None,
    cost: Cost = None,
    currency: Currency = None,
    model: Model = None,
    now: Now = None,
    plan: PlanNumber = None,
) -> None:
    """An attempt at a task has failed; `start` begins the next."""
    details = {"actual": actual, "note": note, "artefacts": artefact, "score": score}
    used = {"tokens": tokens, "cost": cost, "currency": currency, "model": model}
    _record(file, plan, task, "failed", now, **details, **used)


def block(file: PlanPath, task: TaskId, note: Note = None, now: Now = None, plan: PlanNumber = None) -> None:
    """A task cannot go on; say why with `--note`."""
    _record(file, plan, task, "blocked", now, note=note)


def unblock(
    file: PlanPath, task: TaskId, note: Note = None, now: Now = None, plan: PlanNumber = None
) -> None:
    """A blocked task can go on."""
    _record(file, plan, task, "unblocked", now, note=note)


def reassign(
    file: PlanPath,
    task: TaskId,
    agent: Agent = None,
    note: Note = None,
    now: Now = None,
    plan: PlanNumber = None,
) -> None:
    """A task goes to another agent, named with `--agent`."""
    _record(file, plan, task, "reassigned", now, agent=agent, note=note)


def skip(
    file: PlanPath,
    task: TaskId,
    note: Note = None,
    force: Force = False,
    now: Now = None,
    plan: PlanNumber = None,
) -> None:
    """A task is not needed; those that depend on it go on without."""
    _record(file, plan, task, "skipped", now, note=note, force=force)


def reopen(
    file: PlanPath,
    task: TaskId,
    note: Note = None,
    force: Force = False,
    now: Now = None,
    plan: PlanNumber = None,
) -> None:
    """A task that was done, skipped or has failed has to be done again."""
    _record(file, plan, task, "reopened", now, note=note, force=force)


def renamed(
    file: PlanPath,
    old: Annotated[str, typer.Argument(metavar="OLD", help="The id it had.", show_default=False)],
    new: Annotated[str, typer.Argument(metavar="NEW", help="The id it has now.", show_default=False)],
    now: Now = None,
    plan: PlanNumber = None,
) -> None:
    """A task has another id in the plan now; what was recorded of it goes along."""
    from orchestrate_ls.cli.plan_files import open_plan
    from orchestrate_ls.cli.plan_journal import journal_failures, journal_of, moment_of
    from orchestrate_ls.progress.actions import rename_event
    from orchestrate_ls.progress.board import ProgressBoard

    _refuse_standard_input(file)
    opened, moment = open_plan(file, plan), moment_of(now)
    network, model = opened.check.analysis.network, opened.check.source.plan
    journal = journal_of(opened)
    if journal is None:
        raise CommandFailedError(f"nothing was recorded of {file} yet")
    with journal_failures():
        journal.record(
            lambda state: rename_event(
                ProgressBoard(model, state, network), old, new, journal.plan_id, moment
            )
        )
    _say(f"{new} has the history of {old}.")


def _record(file: str, number: int | None, task: str, kind: str, now: str | None, **details: Any) -> None:
    from pathlib import Path

    from orchestrate_ls.cli.plan_files import open_plan
    from orchestrate_ls.cli.plan_journal import journal_failures, moment_of, note_problems
    from orchestrate_ls.execution.reporting import record_report
    from orchestrate_ls.ide.task_report import lines_about
    from orchestrate_ls.progress.actions import Report
    from orchestrate_ls.progress.event import EventKind

    _refuse_standard_input(file)
    opened = open_plan(file, number)
    index = index_of_task(opened, task)
    report = Report(EventKind(kind), moment_of(now), is_clock=now is None, **_read(opened, details))
    check = opened.check
    with journal_failures():
        recorded = record_report(
            Path(opened.name), opened.number, check.source, check.analysis.network, index, report
        )
    note_problems(recorded.journal)
    for line in lines_about(recorded.before, recorded.after, index, recorded.event):
        _say(line)


def index_of_task(opened: OpenedPlan, task: str) -> int:
    """A task's index by its id. The plan may have errors: what happens can be recorded all the same."""
    plan = opened.check.source.plan
    index = plan.index_of.get(task)
    if index is None:
        from orchestrate_ls.rules.spelling import SpellingGuide

        near = SpellingGuide(plan.index_of).best(task[:200])
        hint = f"did you mean `{near}`?" if near is not None else "name a task by its id"
        raise CommandFailedError(f"{opened.name} has no task `{task[:60]}`", hint)
    if sum(each.id == task for each in plan.tasks) > 1:
        raise CommandFailedError(
            f"{opened.name} has several tasks `{task[:60]}`", "give each an id of its own"
        )
    return index


def _read(opened: OpenedPlan, details: dict[str, Any]) -> dict[str, Any]:
    """The options as values."""
    from orchestrate_ls.plan.duration import DurationError, parse_duration
    from orchestrate_ls.progress.event import LONGEST_NAME, LONGEST_TEXT, MOST_ITEMS, MOST_SECONDS

    read = {name: value for name, value in details.items() if value is not None}
    if "percent" in read:
        read["percent"] = _number("--percent", read["percent"].removesuffix("%"), 100)
    if "score" in read:
        read["score"] = _number("--score", read["score"], 1)
    if "actual" in read:
        try:
            read["actual"] = parse_duration(read["actual"], opened.check.source.plan.header.calendar)
        except DurationError as error:
            raise CommandFailedError(f"--actual: {error.message}", error.hint) from None
        if not 0 <= read["actual"] <= MOST_SECONDS:
            raise CommandFailedError("--actual is no time that work can take", "write it like 4.5h")
    for option in ("agent", "model"):
        if not 0 < len(read.get(option, "-")) <= LONGEST_NAME:
            raise CommandFailedError(
                f"--{option} is no name of {'an' if option == 'agent' else 'a'} {option}",
                f"give 1 to {LONGEST_NAME:,} characters",
            )
    _read_use(read)
    if len(read.get("note", "")) > LONGEST_TEXT:
        raise CommandFailedError(
            f"--note has more than {LONGEST_TEXT:,} characters",
            "put it in a file, and name that with --artefact",
        )
    read["artefacts"] = tuple(read.get("artefacts", ()))
    if len(read["artefacts"]) > MOST_ITEMS:
        raise CommandFailedError(f"there are more than {MOST_ITEMS:,} artefacts", "name their folder")
    return read


def _read_use(read: dict[str, Any]) -> None:
    """What an attempt has used: tokens and money."""
    from orchestrate_ls.progress.event import CURRENCY, MOST_COST, MOST_TOKENS

    if "tokens" in read:
        text = read["tokens"].replace(",", "").replace("_", "")
        if not (text.isascii() and text.isdecimal() and len(text) < 20 and int(text) <= MOST_TOKENS):
            raise CommandFailedError(
                f"--tokens is a whole number, not `{read['tokens'][:40]}`", "as in --tokens 182000"
            )
        read["tokens"] = int(text)
    if "cost" in read:
        amount, _, currency = read["cost"].strip().partition(" ")
        if currency:
            read.setdefault("currency", currency)
        read["cost"] = _number("--cost", amount, MOST_COST)
    if "currency" in read:
        if not CURRENCY.fullmatch(read["currency"].upper()):
            raise CommandFailedError(
                f"--currency is a code of three letters, not `{read['currency'][:40]}`", "as in EUR"
            )
        if "cost" not in read:
            raise CommandFailedError("--currency says nothing without a cost", "give --cost too")
        read["currency"] = read["currency"].upper()


def _number(option: str, text: str, most: int) -> float:
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if 0 <= value <= most:
        return int(value) if value.is_integer() else value
    hints = {"--score": "8.7 of 10 is 0.87", "--percent": "as in --percent 40", "--cost": "as in --cost 1.20"}
    raise CommandFailedError(f"{option} is a number from 0 to {most:,}, not `{text[:40]}`", hints[option])


def _refuse_standard_input(file: str) -> None:
    if file == "-":
        raise CommandFailedError("nothing can be recorded of standard input", "name a plan file")


def _say(text: str) -> None:
    from orchestrate_ls.cli.terminal import output_console, safe

    output_console().print(safe(text), soft_wrap=True)
