"""A task that was renamed in the editor keeps its history: its journal is told of the new id.

Not when the edits are handed out, which an editor may drop or a person undo, but when the document is saved with them:
then the plan on the disk has the new id and not the old one, which is what the journal belongs to. What is closed
without having been saved is forgotten. Where the journal knows nothing of the task nothing is recorded.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from orchestrate_ls.lsp.background import in_background

if TYPE_CHECKING:
    from pathlib import Path

    from orchestrate_ls.lsp.server import PlanServer
    from orchestrate_ls.plan.file import PlanFile

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Rename:
    """A task of a plan (by its number in the file, from 0) and the id it was to get."""

    plan: int
    old: str
    new: str


class TaskRenames:
    """Remembers what was renamed until it is saved."""

    def __init__(self, server: PlanServer) -> None:
        self._server = server
        self._asked: dict[str, list[_Rename]] = {}

    def asked(self, uri: str, plan: int, old: str, new: str) -> None:
        """The edits that rename a task were handed out."""
        self._asked.setdefault(uri, []).append(_Rename(plan, old, new))

    def saved(self, uri: str) -> None:
        """A document was saved: what is renamed in it is recorded."""
        asked = self._asked.pop(uri, None)
        snapshot = self._server.session.documents.get(uri)
        path = self._server.session.path_of(uri)
        if asked and snapshot is not None and snapshot.plan is not None and path is not None:
            self._server.run(self._record(path, snapshot.plan, asked))

    def closed(self, uri: str) -> None:
        """A document is not open any more."""
        self._asked.pop(uri, None)

    async def _record(self, path: Path, file: PlanFile, asked: list[_Rename]) -> None:
        # Recording may wait for others who write. The event is written even where nobody waits for that any more.
        messages = await in_background(lambda: _recorded(path, file, asked))
        for message in messages:
            _logger.info("%s", message)


def _recorded(path: Path, file: PlanFile, asked: list[_Rename]) -> list[str]:
    """Record what is true of the file on the disk; what was done and what was not, in words."""
    from orchestrate_ls.execution.journal import find_journal, plan_id_of
    from orchestrate_ls.execution.journal_file import JournalError
    from orchestrate_ls.progress.actions import RefusedError, rename_event
    from orchestrate_ls.progress.board import ProgressBoard
    from orchestrate_ls.progress.event import Event
    from orchestrate_ls.progress.state import PlanState
    from orchestrate_ls.workspace.reading import UnreadablePlanError, read_plan_text

    said: list[str] = []
    try:
        if read_plan_text(path).text != file.text:
            return [f"{path.name} is another on the disk, so no renaming is recorded"]
    except UnreadablePlanError as error:
        return [f"{path}: {error.message}"]
    for each in joined(asked):
        if each.plan >= len(file.sources):
            continue
        source = file.sources[each.plan]
        plan_id = plan_id_of(source)
        if plan_id is None or each.old in source.plan.index_of or each.new not in source.plan.index_of:
            continue

        def renamed(state: PlanState, each: _Rename = each, plan_id: str = plan_id) -> Event:
            board = ProgressBoard(file.sources[each.plan].plan, state)
            return rename_event(board, each.old, each.new, plan_id, datetime.now(UTC))

        try:
            journal = find_journal(path, plan_id)
            journal.refresh()
            if each.old not in journal.state.by_task():
                continue
            journal.record(renamed)
            said.append(f"recorded that {each.old} is called {each.new} now")
        except (JournalError, RefusedError) as error:
            said.append(f"not recorded that {each.old} is called {each.new} now: {error.message}")
    return said


def joined(asked: list[_Rename]) -> list[_Rename]:
    """Renamings one after the other as what they come to: T1 to A and A to B is T1 to B; back again is nothing."""
    found: list[_Rename] = []
    for each in asked:
        before = next((one for one in found if (one.plan, one.new) == (each.plan, each.old)), None)
        if before is not None:
            found.remove(before)
        old = before.old if before is not None else each.old
        if old != each.new:
            found.append(_Rename(each.plan, old, each.new))
    return found
