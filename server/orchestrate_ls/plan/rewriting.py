"""A plan file being rewritten step by step.

Each step is an edit of the text as the last step left it, so that a step need not know what the others moved. In the
end there is one set of edits on the file as it was. Does not know what is rewritten, or why.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.plan.source import PlanSource
from orchestrate_ls.text.edits import TextEdit, apply_edits
from orchestrate_ls.text.revision import Revision


class NotPossibleError(Exception):
    """A change cannot be made here; the message says why, and where it helps what to do about it."""


class Rewriting:
    """The next version of a file in the making. ``source`` is the plan that is worked on, as it is by now."""

    def __init__(self, file: PlanFile, number: int = 0) -> None:
        self.file = file
        self._number: Final = number
        self._plans: Final = len(self.file.sources)
        self._revision = Revision(len(self.file.chunks))

    @property
    def source(self) -> PlanSource:
        return self.file.sources[self._number]

    def apply(self, edit: TextEdit | None, otherwise: str) -> None:
        """Take a step; where there is no safe edit for it, ``NotPossibleError`` with that reason is raised."""
        if edit is None:
            raise NotPossibleError(otherwise)
        self._revision.apply((edit,))
        self.file = self.file.edit(edit.start, edit.end, edit.new_text)
        if len(self.file.sources) != self._plans:
            raise NotPossibleError(otherwise)

    def apply_all(self, edits: Sequence[TextEdit]) -> None:
        """Take many steps at once, all of them on the text as it is now. Reads the whole file again."""
        self._revision.apply(edits)
        self.file = PlanFile.parse(apply_edits(self.file.text, edits))

    def edits(self) -> tuple[TextEdit, ...]:
        """All steps so far as edits of the file as it was."""
        return self._revision.edits()

    def mark(self) -> tuple[PlanFile, Revision]:
        """The state as it is, to come back to with ``back_to``."""
        return self.file, self._revision.copy()

    def back_to(self, mark: tuple[PlanFile, Revision]) -> None:
        """Undo every step since a mark was set."""
        self.file, self._revision = mark
