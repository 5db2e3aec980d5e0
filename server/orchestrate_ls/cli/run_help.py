"""What a run of the command line makes use of: work trees, the checks of quality gates, the checklist, and people who
are told.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from orchestrate_ls.cli.failures import CommandFailedError, print_note

if TYPE_CHECKING:
    from orchestrate_ls.cli.run_preview import RunPreview
    from orchestrate_ls.execution.run_review import Review
    from orchestrate_ls.execution.runner import RunHelp
    from orchestrate_ls.execution.task_worktree import TaskWorktrees
    from orchestrate_ls.progress.recovery import Decision


def run_help(preview: RunPreview, plan_id: str, path: Path, journal: Path) -> RunHelp:
    """Everything of it, by the settings as they were agreed to. ``path`` is that of the plan."""
    from orchestrate_ls.execution.runner import RunHelp

    return RunHelp(
        worktrees=_worktrees(preview, plan_id, journal),
        review=_review(preview, plan_id, journal),
        decided=_decided(preview, path, journal),
        lessons=_lessons(journal),
    )


def _worktrees(preview: RunPreview, plan_id: str, journal: Path) -> TaskWorktrees | None:
    """Work trees for tasks, where the settings ask for them."""
    from orchestrate_ls.execution.git_command import GitError
    from orchestrate_ls.execution.journal import chosen_database
    from orchestrate_ls.execution.task_worktree import TaskWorktrees

    if not preview.worktrees:
        return None
    try:
        trees = TaskWorktrees(preview.folder, plan_id, journal.parent / "worktrees")
        if trees.has_uncommitted:
            print_note("tasks are done from what is committed; they do not see your uncommitted changes")
        if chosen_database() is not None:
            print_note(
                "tasks have work trees below this folder: workers need it under `--folder`, by a shared disk"
            )
    except GitError as error:
        raise CommandFailedError(error.message, error.hint) from None
    return trees


def _review(preview: RunPreview, plan_id: str, journal: Path) -> Review:
    from orchestrate_ls.execution.baselines import Baselines
    from orchestrate_ls.execution.gates import GateRun, check_gates, own_environment
    from orchestrate_ls.execution.run_review import ReviewedWork
    from orchestrate_ls.progress.state import CheckRecord

    # Baselines are one file.
    one_at_a_time = threading.Lock()

    def review(work: ReviewedWork, cancelled: threading.Event) -> tuple[CheckRecord, ...]:
        with one_at_a_time:
            run = GateRun(
                preview.gates,
                work.folder,
                own_environment(),
                Baselines(journal, plan_id),
                lambda: datetime.now(UTC),
                since=work.since,
                kept=work.kept,
                cancelled=cancelled,
            )
            return check_gates(work.gates, run)

    return review


def _decided(preview: RunPreview, path: Path, journal: Path) -> Callable[[str, Decision], None]:
    """Writes down what was learnt, and tells people what they should know."""
    from orchestrate_ls.execution.checklist import add_lesson
    from orchestrate_ls.execution.gates import own_environment
    from orchestrate_ls.execution.notify import Notice, Notifier
    from orchestrate_ls.workspace.writing import UnwritableFileError

    notifier = Notifier(preview.commands.own.settings.notify, own_environment(), preview.folder, print_note)

    def decided(task: str, decision: Decision) -> None:
        if decision.lesson:
            try:
                add_lesson(journal.parent, decision.lesson)
            except UnwritableFileError as error:
                print_note(f"{error.message}; what was learnt from {task} was not written down")
        if decision.notifies or decision.asks_review:
            title = f"{path.name}: {task}: {str(decision.action).replace('_', ' ')}"
            moment = datetime.now(UTC).isoformat(timespec="seconds")
            notifier.tell(Notice(title, decision.reason, str(decision.action), path.name, task, moment))

    return decided


def _lessons(journal: Path) -> Callable[[], str]:
    from orchestrate_ls.execution.checklist import MOST_QUOTED, read_lessons

    return lambda: "\n".join(f"- {each}" for each in read_lessons(journal.parent)[-MOST_QUOTED:])
