"""Where a plan file is cut into chunks: one for each top-level key, and under ``tasks`` one for each list item.

The cuts are made by looking at line starts alone, without parsing. In ordinary block style they are exact. Where a
line only looks like a cut (it stands inside a quoted text or a flow collection that runs over several lines at the
margin), the chunk before it does not parse by itself; ``syntax.document`` notices and reads the document whole.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from enum import Enum
from functools import lru_cache
from itertools import pairwise
from typing import Final, NamedTuple, TypeAlias

from orchestrate_ls.text.chunks import Chunk, ChunkedText
from orchestrate_ls.text.steps import Steps


class Mode(Enum):
    """What comes before a line."""

    HEAD = "no key of this document yet"
    SECTION = "a top-level key other than tasks"
    TASKS = "the tasks key, or one of its items"
    AFTER_TASKS = "another top-level key, with tasks further up"


class CutState(NamedTuple):
    """What the cutter knows at a line: the mode, and the indentation of task items (-1 as long as none were seen)."""

    mode: Mode
    indent: int


class Kind(Enum):
    """What a chunk holds."""

    HEAD = "document marker, directives, comments before the first key"
    SECTION = "a top-level key with its value"
    ITEM = "one item of tasks"


YamlChunk: TypeAlias = Chunk[CutState]
YamlText: TypeAlias = ChunkedText[CutState]

_START: Final = CutState(Mode.HEAD, -1)
_SECTION: Final = CutState(Mode.SECTION, -1)

# A line at the margin starts a section unless it is blank, a comment, a directive, a list item, a complex key,
# or the closing (or the separator) of a flow collection, which careless but common style puts there.
_MARGIN: Final = re.compile(
    r"^(?!\ufeff?(?:[ \t\r\n#\]},%]|\Z|-(?:[ \t\r\n]|\Z)|[?:](?:[ \t\r\n]|\Z)))", re.MULTILINE
)
_MARKER: Final = re.compile(r"\ufeff?(?:---|\.\.\.)(?=[ \t\r\n]|\Z)")
_DIRECTIVE: Final = re.compile(r"^\ufeff?%", re.MULTILINE)
_TASKS: Final = re.compile(r"\ufeff?(?:tasks|\"tasks\"|'tasks')[ \t]*:[ \t]*(?:#[^\r\n]*)?(?:\r?\n|\Z)")
_ID_ITEM: Final = re.compile(r"^( *)-[ \t]+(?:id|\"id\"|'id')[ \t]*:", re.MULTILINE)
_ANY_ITEM: Final = re.compile(r"^( *)-(?=[ \t\r\n]|\Z)", re.MULTILINE)

# The first line of what stands at the margin: one below which no list item can belong to it any more (a value that
# is all there, or a flow collection, which holds no such items), and a key whose value is still to come.
_VALUE = (
    r"(?:[\[{][^\r\n]*|\"(?:[^\"\\\r\n]|\\.)*\"[ \t]*(?:[ \t]#[^\r\n]*)?|'(?:[^'\r\n]|'')*'[ \t]*(?:[ \t]#[^\r\n]*)?"
    r"|[^\s#\"'\[{&*!|>%@`][^\r\n]*)(?:\r?\n|\Z)"
)
_KEY = r"\ufeff?[^\s#\"'\[{&*!|>][^:#\r\n]*:"
_COMPLETE: Final = re.compile(rf"{_KEY}[ \t]+{_VALUE}|(?!{_KEY}(?:[ \t\r\n]|\Z))\ufeff?{_VALUE}")
_OPEN: Final = re.compile(rf"{_KEY}[ \t]*(?:[|>][-+]?)?[ \t]*(?:[ \t]#[^\r\n]*)?(?:\r?\n|\Z)")
_CONTENT: Final = re.compile(r"^( *)[^\s#]", re.MULTILINE)

# How much of the tasks section may decide about the items' indentation. An edit further down cannot change it.
_WINDOW: Final = 8192
_CUTS_PER_STEP: Final = 512
_CHARACTERS_PER_STEP: Final = 1 << 18


@lru_cache(maxsize=64)
def _item_pattern(indent: int) -> re.Pattern[str]:
    return re.compile(rf"^ {{0,{indent}}}-(?=[ \t\r\n]|\Z)", re.MULTILINE)


def _item_indent(section: str) -> int:
    """The indentation of the items of a tasks section: that of most ``- id:`` lines near its start.

    Of equally frequent ones the deeper wins; an item that is indented less (someone is typing it) is cut all the same.
    """
    window = section[:_WINDOW]
    widths = Counter(len(match[1]) for match in _ID_ITEM.finditer(window))
    if widths:
        return max(widths, key=lambda width: (widths[width], width))
    return min((len(match[1]) for match in _ANY_ITEM.finditer(window)), default=-1)


def kind_of(chunk: YamlChunk) -> Kind:
    """What a chunk holds."""
    text, state = chunk.text, chunk.state
    if _MARKER.match(text):
        return Kind.HEAD
    if _MARGIN.match(text):
        return Kind.SECTION
    if state.mode is Mode.TASKS:
        return Kind.ITEM
    return Kind.HEAD if state.mode is Mode.HEAD else Kind.SECTION


def starts_document(chunk: YamlChunk) -> bool:
    """True for a chunk that begins with ``---``, or with ``...``, behind which a new document may come."""
    return _MARKER.match(chunk.text) is not None


def has_directives(chunk: YamlChunk) -> bool:
    """True for the head of a document whose ``---`` is still to come, because directives stand before it."""
    return _DIRECTIVE.search(chunk.text) is not None and kind_of(chunk) is Kind.HEAD


class PlanCutter:
    """The cutter for plan files."""

    def start(self) -> CutState:
        return _START

    def cut_steps(self, text: str, state: CutState) -> Steps[tuple[list[YamlChunk], CutState]]:
        """See ``text.chunks.Cutter``."""
        chunks: list[YamlChunk] = []
        if not text:
            return chunks, state
        margins = yield from _margins(text)
        if not margins or margins[0] > 0:
            end = margins[0] if margins else len(text)
            yield from _cut_items(text[:end], state, chunks)
        for at, end in pairwise([*margins, len(text)]):
            section = text[at:end]
            if _MARKER.match(section):
                chunks.append(Chunk(section, state))
                state = _START
                continue
            head = _TASKS.match(section)
            if head is None:
                state = yield from _cut_section(section, state, chunks)
                continue
            inside = CutState(Mode.TASKS, _item_indent(section[head.end() :]))
            first = _first_item(section, head.end(), inside.indent)
            chunks.append(Chunk(section[:first], state))
            yield from _cut_items(section[first:], inside, chunks)
            state = inside
        return chunks, state

    def affected(self, chunks: Sequence[YamlChunk], first: int, last: int) -> tuple[int, int]:
        """One chunk more in front, since the edit may join a line to it, and near the start of ``tasks`` as much as
        decides about the items' indentation.
        """
        first = max(0, first - 1)
        back, passed = first, 0
        while back > 0 and passed <= _WINDOW and kind_of(chunks[back]) is Kind.ITEM:
            back -= 1
            passed += len(chunks[back].text)
        if passed <= _WINDOW and _TASKS.match(chunks[back].text):
            first = back
            passed = 0
            while last < len(chunks) and passed <= _WINDOW and kind_of(chunks[last]) is Kind.ITEM:
                passed += len(chunks[last].text)
                last += 1
        return first, last


def _margins(text: str) -> Steps[list[int]]:
    """Where the lines start that begin something at the margin."""
    margins: list[int] = []
    at = 0
    while at < len(text):
        # Whole lines, so that what a line says does not depend on where a step ends.
        end = text.find("\n", at + _CHARACTERS_PER_STEP) + 1 or len(text)
        margins += [match.start() for match in _MARGIN.finditer(text, at, end)]
        at = end
        if at < len(text):
            yield
    return margins


def _cut_section(section: str, state: CutState, chunks: list[YamlChunk]) -> Steps[CutState]:
    """Cut a top-level key other than ``tasks``; gives the state behind it.

    Task items that stand below a line at the margin which cannot hold them are still task items: someone is typing
    (or deleting) at the margin, and the tasks further down must not vanish for it.
    """
    if state.indent < 0:
        chunks.append(Chunk(section, state))
        return _SECTION
    resumed = _resumed_item(section, state.indent)
    if resumed is None:
        chunks.append(Chunk(section, state))
        return CutState(Mode.AFTER_TASKS, state.indent)
    inside = CutState(Mode.TASKS, state.indent)
    chunks.append(Chunk(section[:resumed], state))
    yield from _cut_items(section[resumed:], inside, chunks)
    return inside


def _resumed_item(section: str, indent: int) -> int | None:
    """Where in the lines below a top-level key the first task item stands that cannot be part of the key's value."""
    opening = _OPEN.match(section)
    if opening is not None:
        content = _CONTENT.search(section, opening.end())
        indent = min(indent, len(content[1]) - 1) if content else -1
        start = content.end() if content else 0
    else:
        complete = _COMPLETE.match(section)
        if complete is None:
            return None
        start = complete.end()
    for item in _ID_ITEM.finditer(section, start):
        if len(item[1]) <= indent:
            return item.start()
    return None


def _first_item(section: str, at: int, indent: int) -> int:
    if indent < 0:
        return len(section)
    match = _item_pattern(indent).search(section, at)
    return match.start() if match else len(section)


def _cut_items(text: str, state: CutState, chunks: list[YamlChunk]) -> Steps[None]:
    """Cut a stretch without margin lines, which is all of a chunk or the items of ``tasks``."""
    if not text:
        return
    if state.mode is not Mode.TASKS or state.indent < 0:
        chunks.append(Chunk(text, state))
        return
    at = 0
    for match in _item_pattern(state.indent).finditer(text):
        start = match.start()
        if start > at:
            chunks.append(Chunk(text[at:start], state))
            at = start
            if not len(chunks) % _CUTS_PER_STEP:
                yield
    chunks.append(Chunk(text[at:], state))
