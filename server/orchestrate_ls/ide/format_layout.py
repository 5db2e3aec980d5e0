"""The layout of one part of a plan file: indentation, spaces after colons and dashes, blanks at line ends, blank lines.

Works on the tree's ranges and touches white space only, so comments, quotes and order stay as they are. What it cannot
place (a key with ``?``, say) it leaves; whoever calls it compares what the text says before and after. Knows no plans.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, NamedTuple

from orchestrate_ls.syntax.splice import content_start, written_end
from orchestrate_ls.syntax.tree import Alias, AnyNode, Entry, Mapping, Scalar, Sequence, walk
from orchestrate_ls.text.edits import TextEdit
from orchestrate_ls.text.positions import line_starts

_BLANKS: Final = re.compile(r"[ \t]*")
_COLON: Final = re.compile(r"[ \t]*:(?=[ \t\r\n]|\Z)")
_FLOW_COLON: Final = re.compile(r"[ \t]*:[ \t]*")
_COMMA: Final = re.compile(r"[ \t]*,[ \t]*")
_BEFORE_DASH: Final = re.compile(r"(?:[&!][^\s]*|\s+|#[^\r\n]*)*")
_INDICATOR: Final = re.compile(r"[|>][-+]?([1-9])")


@dataclass(frozen=True, slots=True)
class Style:
    """How far collections are indented, in columns, and whether a list is indented below its key."""

    indent: int = 2
    indent_sequences: bool = True


class Column(NamedTuple):
    """Where something stands, and where it is to stand."""

    old: int
    new: int


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a part's layout depends on besides its own text.

    Attributes
    ----------
    column:
        Where the outermost collection is to stand.
    following:
        Of what the next part begins with; None at the end of the file.
    is_first:
        Whether the file begins here.
    blank_after:
        Whether there has to be a blank line behind it.
    newline:
        The line break of the file.
    """

    column: int = 0
    following: Column | None = None
    is_first: bool = False
    blank_after: bool = False
    newline: str = "\n"


class _Element(NamedTuple):
    line: int
    column: Column


def layout_edits(text: str, root: AnyNode | None, style: Style, around: Surroundings) -> list[TextEdit]:
    """The edits that lay a part out, in order; offsets count from its start."""
    layout = _Layout(text, style, around)
    if root is not None:
        layout.collection(root, around.column)
    return layout.edits()


class _Layout:
    def __init__(self, text: str, style: Style, around: Surroundings) -> None:
        self.text = text
        self.style = style
        self.around = around
        self.starts = line_starts(text)
        self.ends, self.indents = _ends_and_indents(text, self.starts)
        self.found: list[TextEdit] = []
        self.targets: dict[int, int] = {}
        """The column of what a line begins with."""
        self.elements: list[_Element] = []
        """Keys and dashes in document order."""
        self.inner: set[int] = set()
        """Lines that go on with a text or a flow collection from further up, blank ones among them."""
        self.untrimmed: set[int] = set()
        """Lines whose end belongs to a text."""

    # What the tree says

    def collection(self, node: AnyNode, column: int) -> None:
        """A block collection whose keys or dashes are to stand at a column."""
        if isinstance(node, Mapping) and not node.flow:
            for entry in node.entries:
                self._entry(entry, column)
        elif isinstance(node, Sequence) and not node.flow:
            self._items(node, column)
        else:
            self._leaf(node, Column(-1, -1), column)

    def _entry(self, entry: Entry, column: int) -> None:
        key, value = entry.key, entry.value
        owner = self._element(key.start, column)
        if not isinstance(key, Alias):
            self._colon(key.end)
        listed = column + (self.style.indent if self.style.indent_sequences else 0)
        self._value(value, owner, column + self.style.indent, listed)

    def _items(self, node: Sequence, column: int) -> None:
        text = self.text
        first = _BEFORE_DASH.match(text, node.start)
        dash = first.end() if first is not None else node.start
        if not text.startswith("-", dash):
            return
        old = self._column(dash)
        lowest = self._line(dash)
        for item in node.items:
            at = self._dash_of(item, old, lowest)
            if at is None:
                continue
            lowest = self._line(at)
            owner = self._element(at, column)
            self._gap(at + 1)
            self._value(item, owner, column + 2, column + 2)

    def _dash_of(self, item: AnyNode, column: int, lowest: int) -> int | None:
        """Where the dash of an item stands: on its line, or above with nothing but comments between."""
        line = self._line(item.start)
        while line >= lowest:
            at = self.starts[line] + column
            if self.text.startswith("-", at) and at < max(item.start, at + 1):
                before = self.text[self.starts[line] : at]
                if not before.strip(" -") and (at < item.start or item.start == item.end):
                    return at
            line -= 1
        return None

    def _value(self, node: AnyNode, owner: Column, column: int, listed: int) -> None:
        if isinstance(node, Scalar) and node.is_missing:
            return
        if isinstance(node, (Mapping, Sequence)) and not node.flow:
            line = self._line(node.start)
            if (node.anchor or node.tag) and self._begins_line(node.start, line):
                self.targets.setdefault(line, column)
            self.collection(node, listed if isinstance(node, Sequence) else column)
            return
        self._leaf(node, owner, column)

    def _leaf(self, node: AnyNode, owner: Column, column: int) -> None:
        """A value that is no block collection, on the line of its key or dash or on lines of its own."""
        line = self._line(node.start)
        if self._begins_line(node.start, line):
            self.targets.setdefault(line, column)
        if isinstance(node, Scalar) and node.style in ("|", ">"):
            self._block_text(node, owner, column)
            return
        if isinstance(node, (Mapping, Sequence)):
            self._flow_spaces(node)
        if node.end <= self._line_end(line):
            return
        last = self._line(node.end)
        if isinstance(node, (Mapping, Sequence)):
            self._flow_lines(node, line, last, owner)
            return
        self.inner.update(range(line + 1, last + 1))
        for each in range(line + 1, last + 1):
            if not self._is_blank(each):
                self.targets[each] = column
        if isinstance(node, Scalar) and node.style:
            self.untrimmed.update(range(line, last))

    def _block_text(self, node: Scalar, owner: Column, column: int) -> None:
        text = self.text
        start = content_start(text, 0, node)
        header = self._line(start)
        mark = text[start : self._line_end(header)].partition("#")[0]
        last = self._line(max(start, node.end - 1))
        filled = [each for each in range(header + 1, last + 1) if not self._is_blank(each)]
        indicator = _INDICATOR.match(mark)
        if indicator is not None or _INDICATOR.match(mark[:1] + mark[2:]):
            width = int(next(each for each in mark if each.isdigit()))
            body = Column(max(0, owner.old) + width, max(0, owner.new) + width)
        elif filled:
            body = Column(self._indentation(filled[0]), column)
        else:
            body = Column(column, column)
        keeps = "+" in mark
        end = last
        for each in range(last + 1, len(self.starts)):
            if not self._is_blank(each) or (each == len(self.starts) - 1 and self._is_empty(each)):
                break
            if keeps or self._line_end(each) - self.starts[each] > body.old:
                end = each
        for each in range(header + 1, end + 1):
            self._body_line(each, body)

    def _body_line(self, line: int, body: Column) -> None:
        self.inner.add(line)
        self.untrimmed.add(line)
        start, end = self.starts[line], self._line_end(line)
        spaces = self._indentation(line)
        if start + spaces == end and spaces <= body.old:
            self._replace(start, end, "")
        elif spaces >= body.old:
            self._replace(start, start + body.old, " " * body.new)

    def _flow_lines(self, node: Mapping | Sequence, first: int, last: int, owner: Column) -> None:
        """Lines of a flow collection move with the line that it begins on, and stay inside of what holds it."""
        moved = self.targets.get(first, self._indentation(first)) - self._indentation(first)
        self.inner.update(range(first + 1, last + 1))
        for each in range(first + 1, last + 1):
            if self._is_blank(each):
                continue
            column = self._indentation(each)
            if self.text.startswith(("]", "}"), self.starts[each] + column) and column <= owner.old:
                self.targets[each] = max(0, owner.new)
            elif column <= owner.old:
                self.targets[each] = owner.new + self.style.indent
            else:
                self.targets[each] = max(owner.new + 1, column + moved)
        for inner in walk(node):
            if isinstance(inner, Scalar) and inner.style:
                self.untrimmed.update(range(self._line(inner.start), self._line(inner.end)))

    def _flow_spaces(self, root: Mapping | Sequence) -> None:
        """One space behind commas and colons inside brackets."""
        # Old parsers take a comma for part of an alias's name; whoever put a space there knows why.
        aliases = {each.end for each in walk(root) if isinstance(each, Alias)}
        for node in walk(root):
            if isinstance(node, Sequence):
                parts: list[tuple[int, int]] = [(item.start, item.end) for item in node.items]
            elif isinstance(node, Mapping):
                parts = [(entry.start, entry.end) for entry in node.entries]
                for entry in node.entries:
                    value = entry.value
                    if isinstance(entry.key, Alias) or (isinstance(value, Scalar) and value.is_missing):
                        continue
                    if _FLOW_COLON.fullmatch(self.text, entry.key.end, value.start):
                        self._replace(entry.key.end, value.start, ": ")
            else:
                continue
            for (_, end), (start, _) in pairwise(parts):
                if _COMMA.fullmatch(self.text, end, start):
                    before = " " if end in aliases and self.text[end] in " \t" else ""
                    self._replace(end, start, before + ", ")

    def _element(self, offset: int, column: int) -> Column:
        line = self._line(offset)
        place = Column(self._column(offset), column)
        self.elements.append(_Element(line, place))
        if self._begins_line(offset, line):
            self.targets.setdefault(line, column)
        return place

    def _colon(self, at: int) -> None:
        found = _COLON.match(self.text, at)
        if found is None:
            return
        self._replace(at, found.end(), ":")
        self._gap(found.end())

    def _gap(self, at: int) -> None:
        """One space between a colon or dash and what stands behind it on its line."""
        found = _BLANKS.match(self.text, at)
        end = found.end() if found is not None else at
        if end < len(self.text) and end > at and self.text[end] not in "\r\n#":
            self._replace(at, end, " ")

    # What the lines say

    def edits(self) -> list[TextEdit]:
        """All edits, in order."""
        blank: list[int] = []
        stack: list[Column] = []
        coming = 0
        last = len(self.starts) - 1
        for line in range(len(self.starts)):
            if line == last and self._is_empty(line):
                break
            while coming < len(self.elements) and self.elements[coming].line <= line:
                place = self.elements[coming].column
                while stack and stack[-1].old >= place.old:
                    stack.pop()
                stack.append(place)
                coming += 1
            if line in self.inner:
                self._finish_blank(blank, line)
                if not self._is_blank(line) and line in self.targets:
                    self._indent(line, self.targets[line])
            elif self._is_blank(line):
                blank.append(line)
                continue
            else:
                self._finish_blank(blank, line)
                if line in self.targets:
                    self._indent(line, self.targets[line])
                elif self.text.startswith("#", self.starts[line] + self._indentation(line)):
                    following = (
                        self.elements[coming].column if coming < len(self.elements) else self.around.following
                    )
                    self._indent(line, _column_of_comment(self._indentation(line), stack, following))
            if line not in self.untrimmed:
                self._trim(line)
        self._finish_blank(blank, None)
        self._end()
        return sorted(set(self.found))

    def _finish_blank(self, lines: list[int], before: int | None) -> None:
        """Of several blank lines one is left; none at the start of the file and none at its end."""
        if not lines:
            return
        run, first = lines.copy(), lines[0]
        lines.clear()
        keep = not (self.around.is_first and first == 0)
        if before is None and self.around.following is None:
            keep = False
        if keep:
            self._replace(self.starts[first], self._line_end(first), "")
            del run[0]
        if run:
            end = self.starts[run[-1] + 1] if run[-1] + 1 < len(self.starts) else len(self.text)
            self._replace(self.starts[run[0]], end, "")

    def _end(self) -> None:
        """The line break at the end of the file, and the blank line between tasks where there has to be one."""
        if self.around.following is None:
            if self.text and self.text[-1] not in "\r\n" and len(self.starts) - 1 not in self.inner:
                at = len(self.text)
                if not self._is_blank(len(self.starts) - 1):
                    self.found.append(TextEdit(at, at, self.around.newline))
            return
        if self.around.blank_after and self.elements:
            self._separate(self.around.following.old)

    def _separate(self, column: int) -> None:
        """Put a blank line behind the last line that belongs to this part rather than to the next."""
        lines = [each for each in range(len(self.starts)) if not self._is_empty(each)]
        tail = len(lines)
        while tail > 0:
            line = lines[tail - 1]
            if line in self.inner or line in self.targets:
                break
            if self._is_blank(line):
                return
            if self._indentation(line) > column:
                break
            tail -= 1
        after = lines[tail - 1] + 1 if tail else 0
        if after < len(self.starts):
            at = self.starts[after]
            self.found.append(TextEdit(at, at, self.around.newline))

    def _indent(self, line: int, column: int) -> None:
        start = self.starts[line]
        self._replace(start, start + self._indentation(line), " " * column)

    def _trim(self, line: int) -> None:
        start, end = self.starts[line], self._line_end(line)
        kept = start + len(self.text[start:end].rstrip(" \t"))
        self._replace(kept, end, "")

    # Places

    def _replace(self, start: int, end: int, new_text: str) -> None:
        if self.text[start:end] != new_text:
            self.found.append(TextEdit(start, end, new_text))

    def _line(self, offset: int) -> int:
        return bisect_right(self.starts, offset) - 1

    def _line_end(self, line: int) -> int:
        return self.ends[line]

    def _column(self, offset: int) -> int:
        return offset - self.starts[self._line(offset)]

    def _indentation(self, line: int) -> int:
        return self.indents[line]

    def _is_blank(self, line: int) -> bool:
        first = self.starts[line] + self.indents[line]
        end = self.ends[line]
        return first == end or (self.text[first] == "\t" and not self.text[first:end].strip(" \t"))

    def _is_empty(self, line: int) -> bool:
        return self.starts[line] == len(self.text)

    def _begins_line(self, offset: int, line: int) -> bool:
        return not self.text[self.starts[line] : offset].strip(" ")


def _ends_and_indents(text: str, starts: list[int]) -> tuple[list[int], list[int]]:
    """For each line where it ends, before its break, and how many spaces it begins with."""
    ends: list[int] = []
    indents: list[int] = []
    for start, following in zip(starts, [*starts[1:], len(text)], strict=True):
        line = text[start:following]
        whole = len(line.rstrip("\r\n"))
        ends.append(start + whole)
        indents.append(min(whole, len(line) - len(line.lstrip(" "))))
    return ends, indents


def _column_of_comment(column: int, open_now: list[Column], following: Column | None) -> int:
    """Where a comment belongs that has its line for itself: with what follows it, or with what it closes."""
    if following is not None and following.old == column:
        return following.new
    if column == 0:
        return 0
    for place in reversed(open_now):
        if place.old == column:
            return place.new
    if following is not None and (
        column < following.old or not open_now or open_now[-1].old <= following.old
    ):
        return following.new
    for place in reversed(open_now):
        if place.old <= column:
            return place.new
    return 0


def has_blank_line_behind(text: str, root: AnyNode) -> bool:
    """Whether a blank line follows what is written for a node, before or behind the comments there."""
    tail = text[written_end(text, 0, root) :]
    lines = tail.split("\n")[1:]
    return any(not line.strip() for line in lines[:-1])
