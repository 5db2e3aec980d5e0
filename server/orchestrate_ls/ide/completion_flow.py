"""Reads a collection in brackets, up to its end or to where someone has not closed it yet. Knows no plans."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from orchestrate_ls.ide.completion_levels import IN_FLOW, NOWHERE, Level, Path, Sort, Spotted, Word

_TOKEN: Final = re.compile(
    r"""(?P<space>[ \t]+)
    |(?P<line>\r\n?|\n)
    |(?P<comment>(?<![^\s\[\]{},])\#[^\r\n]*)
    |(?P<quoted>"(?:[^"\\\r\n]|\\[^\r\n])*"?|'(?:[^'\r\n]|'')*'?)
    |(?P<mark>[\[\]{},]|:(?=[\s,\[\]{}]|\Z))
    |(?P<plain>(?:[^\s,\[\]{}:]|:(?![\s,\[\]{}]|\Z)|[ \t]+(?=[^\s,\[\]{}:\#]|:(?![\s,\[\]{}]|\Z)))+)
    """,
    re.VERBOSE,
)
_NEW_ENTRY: Final = re.compile(r"(?:- +)*[^\s\[\]{},#\"'][^\r\n\[\]{},]*:(?=[ \t\r\n]|\Z)|-[ \t]")
_BLANK_LINES: Final = re.compile(r"(?:[ \t]*(?:\r\n?|\n))*")
_COLON: Final = re.compile(r"[ \t]*:(?=[\s,\[\]{}]|\Z)")


@dataclass(slots=True)
class FlowReading:
    """What was read: where it ends, and the place of the cursor if that is inside."""

    end: int
    spotted: Spotted | None = None
    comment: int | None = None
    """Where the comment starts that the cursor is in."""
    levels: list[Level] = field(default_factory=list[Level])


def read_flow(text: str, start: int, path: Path, indent: int, cursor: int) -> FlowReading:
    """Read the collection whose bracket stands at ``start``.

    ``indent`` is the column of the key or dash it belongs to: a line that is not indented more and looks like a key
    or an item shows that the bracket was never closed.
    """
    return _FlowReader(text, path, indent, cursor).read(start)


class _FlowReader:
    def __init__(self, text: str, path: Path, indent: int, cursor: int) -> None:
        self.text = text
        self.path = path
        self.indent = indent
        self.cursor = cursor
        self.stack: list[Level] = []
        self.reading = FlowReading(0)
        self.after_colon = False

    def read(self, start: int) -> FlowReading:
        text, cursor, reading = self.text, self.cursor, self.reading
        at = start
        while at < len(text):
            token = _TOKEN.match(text, at)
            if token is None:
                break
            kind, end = token.lastgroup, token.end()
            if (
                reading.spotted is None
                and start < cursor
                and at >= cursor
                and kind not in ("plain", "quoted")
            ):
                reading.spotted = self._empty(cursor)
            if kind == "comment" and at < cursor <= end:
                reading.comment, reading.spotted = at, NOWHERE
            elif kind == "space" and at < cursor < end:
                reading.spotted = self._empty(cursor)
            elif kind == "line":
                if self._is_unclosed(end):
                    reading.end = at
                    return reading
            elif kind in ("plain", "quoted"):
                self._word(at, end, kind == "quoted")
            elif kind == "mark":
                self._mark(text[at])
                if not self.stack:
                    reading.end = end
                    return reading
            at = end
        if reading.spotted is None and start < cursor <= at:
            reading.spotted = self._empty(cursor)
        reading.end = at
        return reading

    def _is_unclosed(self, at: int) -> bool:
        """Whether what follows from a line's start on, blank lines left out, can only be outside."""
        blank = _BLANK_LINES.match(self.text, at)
        line = at if blank is None else blank.end()
        begin = line
        while self.text.startswith(" ", begin):
            begin += 1
        if begin - line > self.indent or _NEW_ENTRY.match(self.text, begin) is None:
            return False
        if not at <= self.cursor < line:
            return True
        cursor_line = max(self.text.rfind("\n", 0, self.cursor), self.text.rfind("\r", 0, self.cursor)) + 1
        return self.cursor - cursor_line <= self.indent

    def _mark(self, mark: str) -> None:
        stack = self.stack
        if mark in "[{":
            path = self._slot() if stack else self.path
            level = Level(IN_FLOW, mark == "[", path)
            level.count = int(level.is_list)
            level.pending = level.is_list
            stack.append(level)
            self.reading.levels.append(level)
            self.after_colon = False
        elif mark in "]}":
            stack.pop().is_open = False
            if stack:
                stack[-1].pending = False
            self.after_colon = False
        elif mark == ",":
            top = stack[-1]
            top.key = None
            top.pending = top.is_list
            top.count += int(top.is_list)
            self.after_colon = False
        else:
            self.after_colon = True

    def _slot(self) -> Path:
        return self.stack[-1].slot

    def _word(self, start: int, end: int, quoted: bool) -> None:
        top, text, cursor = self.stack[-1], self.text, self.cursor
        inner, inner_end, quote, is_open = start, end, "", False
        if quoted:
            quote = text[start]
            is_open = end - start < 2 or text[end - 1] != quote
            inner, inner_end = start + 1, end if is_open else end - 1
        elif text[start] == "*" and start < cursor <= end and self.reading.spotted is None:
            self.reading.spotted = Spotted(
                Sort.ALIAS, top.slot, start=start + 1, end=end, in_flow=True, level=top
            )
        elif text[start] in "&!" and start < cursor <= end:
            self.reading.spotted = NOWHERE
        word = Word(text[inner:inner_end], start, end)
        is_key = not top.is_list and not self.after_colon
        if self.reading.spotted is None and start <= cursor <= end:
            self.reading.spotted = NOWHERE
            if inner <= cursor <= inner_end:
                colon = _COLON.match(text, end) is not None
                path = top.path if is_key else top.slot
                self.reading.spotted = Spotted(
                    Sort.KEY if is_key else Sort.VALUE, path, start=inner, end=inner_end, quote=quote,
                    open_quote=is_open, in_flow=True, has_colon=colon, level=top,
                )  # fmt: skip
        if is_key:
            top.key = word.text
            top.pending = True
            top.words.append(word)
        else:
            top.take(word)

    def _empty(self, cursor: int) -> Spotted:
        """The place between two tokens."""
        if not self.stack:
            return NOWHERE
        top = self.stack[-1]
        if top.is_list and top.pending:
            return Spotted(Sort.VALUE, top.slot, start=cursor, end=cursor, in_flow=True, level=top)
        if top.is_list:
            return NOWHERE
        if self.after_colon and top.pending:
            space = self.text[cursor - 1 : cursor] == ":"
            return Spotted(
                Sort.VALUE, top.slot, start=cursor, end=cursor, in_flow=True, needs_space=space, level=top
            )
        if top.key is None:
            return Spotted(Sort.KEY, top.path, start=cursor, end=cursor, in_flow=True, level=top)
        return NOWHERE
