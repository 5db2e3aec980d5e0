"""What can be wrong with YAML text, as plain data."""

from __future__ import annotations

from dataclasses import dataclass, field

from orchestrate_ls.text.edits import TextEdit


@dataclass(frozen=True, slots=True)
class SyntaxProblem:
    """A place where the text is not YAML: a range in code points from the start of the chunk, and what to do about it.

    ``repair`` is one edit (offsets from the start of the chunk) that would mend it, where one is known, with a title.
    """

    start: int
    end: int
    message: str
    repair: TextEdit | None = None
    repair_title: str | None = None
    notes: tuple[str, ...] = field(default=())
