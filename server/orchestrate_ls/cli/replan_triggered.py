"""`orchestrate replan --triggered`: what the plan's triggers ask for, shown as a diff, made when it is agreed to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from orchestrate_ls.cli.failures import CommandFailedError, print_note

if TYPE_CHECKING:
    from datetime import datetime

    from orchestrate_ls.cli.plan_files import OpenedPlan
    from orchestrate_ls.planner.triggered import Answer, TriggeredReplan
    from orchestrate_ls.progress.board import ProgressBoard
    from orchestrate_ls.progress.triggers import FiredTrigger


@dataclass(slots=True)
class _Proposal:
    """A plan as it is now, and what some of its triggers ask for."""

    opened: OpenedPlan
    board: ProgressBoard
    result: TriggeredReplan

    @property
    def answers(self) -> tuple[Answer, ...]:
        return self.result.answers

    @property
    def can_be_made(self) -> bool:
        """Whether agreeing to it does anything."""
        from orchestrate_ls.execution.triggered import is_for_knowing

        return self.result.replanned.is_change or any(is_for_knowing(each.trigger) for each in self.answers)


def replan_triggered(file: str, number: int, now: str | None, *, yes: bool, as_json: bool) -> None:
    """Answer the triggers that hold. Actions that the settings apply by themselves are not asked about."""
    from orchestrate_ls.cli.plan_files import open_plan
    from orchestrate_ls.cli.plan_journal import moment_of
    from orchestrate_ls.cli.replan import NOT_APPLIED, Format, agreed

    if file == "-":
        raise CommandFailedError("--triggered needs the plan's file, as its journal lies beside it")
    moment = moment_of(now)
    opened = open_plan(file, number)
    board, triggers = _holding(opened, moment)
    if not triggers:
        _say_nothing(opened, as_json=as_json)
        return
    applied = _applied(opened)
    by_policy = [each for each in triggers if yes or each.action in applied]
    asked = [each for each in triggers if each not in by_policy]
    shown: list[dict[str, Any]] = []
    if by_policy:
        proposal = _propose(opened, board, by_policy)
        _show(proposal, shown, as_json=as_json)
        if proposal.can_be_made:
            _make(proposal, moment, as_json=as_json)
        if asked:
            opened = open_plan(file, number)
            board, triggers = _holding(opened, moment)
            asked = [each for each in triggers if each.action not in applied]
    is_made = True
    if asked:
        proposal = _propose(opened, board, asked)
        _show(proposal, shown, as_json=as_json)
        if proposal.can_be_made:
            is_made = agreed(Format.JSON if as_json else Format.DIFF)
            if is_made:
                _make(proposal, moment, as_json=as_json)
    if as_json:
        from orchestrate_ls.cli.terminal import write_json

        write_json({"file": opened.name, "triggers": shown})
    if not is_made:
        raise typer.Exit(NOT_APPLIED)


def _holding(opened: OpenedPlan, now: datetime) -> tuple[ProgressBoard, tuple[FiredTrigger, ...]]:
    from orchestrate_ls.cli.plan_journal import board_of
    from orchestrate_ls.progress.recovery import policies_of
    from orchestrate_ls.progress.recovery_changes import proposed_changes
    from orchestrate_ls.progress.status import StatusReporter

    plan = opened.check.source.plan
    board = board_of(opened)
    proposed = proposed_changes(board, policies_of(plan)) if plan.tasks else ()
    if not plan.header.triggers and proposed:
        return board, proposed
    if not plan.header.triggers:
        raise CommandFailedError(
            f"{opened.name} has no `replan_triggers`",
            "write under which conditions it should change, for example"
            " `replan_triggers: [{condition: task_duration > estimated * 1.5, action: reassign_or_split_task}]`",
        )
    if not plan.tasks:
        return board, ()
    return board, StatusReporter(plan, opened.check.analysis).report(board.state, now).triggered + proposed


def _applied(opened: OpenedPlan) -> set[str]:
    """The actions that the settings apply without asking, the user's own before the folder's."""
    from orchestrate_ls.progress.recovery_changes import BY_SETTING
    from orchestrate_ls.workspace.own_run import load_own_run

    run = load_own_run().settings.run.over(opened.settings.run)
    return {*run.apply_triggers, *(BY_SETTING[each] for each in run.apply_recovery)}


def _propose(opened: OpenedPlan, board: ProgressBoard, triggers: Sequence[FiredTrigger]) -> _Proposal:
    from orchestrate_ls.planner.replan import ReplanError
    from orchestrate_ls.planner.triggered import replan_triggered

    path = Path(opened.name)
    try:
        result = replan_triggered(
            opened.checked.check.file,
            opened.check,
            board,
            triggers,
            number=opened.number,
            file_name=path.name,
            taken=lambda name: (path.parent / name).exists(),
        )
    except ReplanError as error:
        raise CommandFailedError(error.message, error.hint) from None
    return _Proposal(opened, board, result)


def _make(proposal: _Proposal, now: datetime, *, as_json: bool) -> None:
    from orchestrate_ls.cli.plan_journal import journal_failures
    from orchestrate_ls.execution.triggered import PlanChangedError, PlanOnDisk, carry_out
    from orchestrate_ls.workspace.reading import UnreadablePlanError
    from orchestrate_ls.workspace.writing import UnwritableFileError

    opened = proposal.opened
    where = PlanOnDisk(Path(opened.name), opened.checked.source, opened.number)
    try:
        with journal_failures():
            recorded = carry_out(where, proposal.result, now)
    except PlanChangedError as error:
        raise CommandFailedError(str(error), "run the command again") from None
    except (UnwritableFileError, UnreadablePlanError) as error:
        raise CommandFailedError(error.message, error.hint) from None
    if not as_json:
        changed = (
            f"Changed {opened.name}" if proposal.result.replanned.is_change else "The plan stays as it is"
        )
        _say(
            f"{changed}; {len(recorded)} {'trigger' if len(recorded) == 1 else 'triggers'} recorded as acted upon."
        )


def _show(proposal: _Proposal, shown: list[dict[str, Any]], *, as_json: bool) -> None:
    from orchestrate_ls.cli.replan import as_json as change_as_json
    from orchestrate_ls.cli.replan import print_diff
    from orchestrate_ls.ide.schedule import task_names

    opened = proposal.opened
    path, before = Path(opened.name), opened.checked.source.text
    names = task_names(opened.check.source.plan)
    if as_json:
        diff = change_as_json(path, before, proposal.result.replanned)["diff"]
        shown += [{**_as_json(each, names), "diff": diff} for each in proposal.answers]
        return
    print_diff(path, before, proposal.result.replanned)
    for each in proposal.answers:
        _say(_as_text(each, names))
    for note in proposal.result.replanned.summary.notes:
        print_note(note)


def _as_text(answer: Answer, names: list[str]) -> str:
    trigger = answer.trigger
    who = f"{names[trigger.task]} " if trigger.task is not None else ""
    if answer.done is not None:
        return f"{who}{answer.done}\n  because {trigger.reason} (severity: {trigger.severity})"
    return (
        f"{who or 'The plan '}stays as it is: {answer.why_not}\n"
        f"  though {trigger.reason} (asks for {trigger.action or 'nothing'}, severity: {trigger.severity})"
    )


def _as_json(answer: Answer, names: list[str]) -> dict[str, Any]:
    trigger = answer.trigger
    return {
        "task": names[trigger.task] if trigger.task is not None else None,
        "condition": trigger.condition,
        "values": dict(trigger.values),
        "action": trigger.action,
        "severity": trigger.severity,
        "attempt": trigger.attempt,
        "done": answer.done,
        "why_not": answer.why_not,
        "agent": answer.agent,
    }


def _say_nothing(opened: OpenedPlan, *, as_json: bool) -> None:
    if as_json:
        from orchestrate_ls.cli.terminal import write_json

        write_json({"file": opened.name, "triggers": []})
        return
    _say("No replan trigger holds now, or all of them were acted upon.")


def _say(words: str) -> None:
    from orchestrate_ls.cli.terminal import output_console, safe

    output_console().print(
        "\n".join(map(safe, words.splitlines())), soft_wrap=True, highlight=False, markup=False
    )
