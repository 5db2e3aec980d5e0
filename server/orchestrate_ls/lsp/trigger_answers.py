"""What was done about replan triggers in the editor is recorded when the document is saved with it.

Not when the edits are handed out, which a person may undo: the journal belongs to the plan on the disk. What is closed
without having been saved, or is saved as it was before, is forgotten, and the triggers go on holding.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from orchestrate_ls.lsp.background import in_background

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from orchestrate_ls.lsp.server import PlanServer
    from orchestrate_ls.planner.triggered import Answer

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Answered:
    """What was done about triggers of a plan (by its number in the file, from 0), and the text before that."""

    number: int
    before: str
    answers: Sequence[Answer]


class TriggerAnswers:
    """Remembers what was done until it is saved."""

    def __init__(self, server: PlanServer) -> None:
        self._server = server
        self._waiting: dict[str, _Answered] = {}

    def made(self, uri: str, number: int, before: str, answers: Sequence[Answer]) -> None:
        """The document was changed as the triggers ask for."""
        self._waiting[uri] = _Answered(number, before, answers)

    def saved(self, uri: str) -> None:
        """A document was saved."""
        waiting = self._waiting.pop(uri, None)
        path = self._server.session.path_of(uri)
        if waiting is not None and path is not None:
            self._server.run(self._record(path, waiting))

    def closed(self, uri: str) -> None:
        """A document is not open any more."""
        self._waiting.pop(uri, None)

    async def _record(self, path: Path, answered: _Answered) -> None:
        problem = await in_background(
            lambda: recorded(path, answered.number, answered.before, answered.answers)
        )
        if problem is not None:
            _logger.warning("what was done about replan triggers of %s is not recorded: %s", path, problem)


def recorded(
    path: Path, number: int, before: str, answers: Sequence[Answer], *, is_changed: bool = True
) -> str | None:
    """Record what was done about triggers. Why not, where that was not possible or is not true of the file."""
    from orchestrate_ls.execution.journal_file import JournalError
    from orchestrate_ls.execution.triggered import record_answers
    from orchestrate_ls.workspace.reading import UnreadablePlanError, read_plan_text

    try:
        if is_changed and read_plan_text(path).text == before:
            return "the file is as it was before"
        record_answers(path, number, before, answers, datetime.now(UTC))
    except (JournalError, UnreadablePlanError) as error:
        return error.message
    return None
