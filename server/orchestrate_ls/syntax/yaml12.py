"""A parser for YAML 1.2 by its specification, in pure Python: asked where libyaml gives up.

libyaml follows YAML 1.1 and refuses some fifty of the documents in the YAML test suite, among them texts that people
write: a literal text that begins with a tab, `[::1]`, `{name:, agent: x}`, anchors in other scripts than Latin. It is
some twenty times faster, though, so it is asked first, and this one only about what it does not accept. Its events
are those that ``syntax.events`` describes; it raises PyYAML's errors at the first thing that is not YAML, with no claim
to words for a person: ``syntax.wording`` has them, from what libyaml said.

Chapter numbers are those of the specification of YAML 1.2.2.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from orchestrate_ls.syntax.yaml12_flow import (
    DocumentStartEvent,
    FlowParser,
    MappingEndEvent,
    MappingStartEvent,
    Properties,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    broken,
)
from orchestrate_ls.syntax.yaml12_scalars import folded_block, literal

_DIRECTIVE: Final = re.compile(r"%([^\r\n]*)")
_VERSION: Final = re.compile(r"YAML[ \t]+\d+\.\d+[ \t]*(?:[ \t]#.*)?")
_TAG_DIRECTIVE: Final = re.compile(r"TAG[ \t]+(!(?:[\w-]*!)?)[ \t]+(\S+)[ \t]*(?:[ \t]#.*)?")
_BLOCK_HEADER: Final = re.compile(
    r"[|>](?:([1-9])([-+]?)|([-+]?)([1-9]?))(?:[ \t]+(?:#[^\r\n]*)?)?(?:\r\n|\n|\r|\Z)"
)
_WHOLE_LINE: Final = re.compile(r"([^\r\n]*)(\r\n|\n|\r|\Z)")
_COLON: Final = re.compile(r"[ \t]*:(?=[ \t\r\n]|\Z)")
_LONGEST_KEY: Final = 1024
_HANDLES: Final = {"!": "!", "!!": "tag:yaml.org,2002:"}


def yaml12_events(text: str) -> Iterator[Any]:
    """The events of a text, document by document. Raises ``yaml.YAMLError`` where it is not YAML."""
    parser = _BlockParser(text)
    while parser.document():
        yield from parser.events
        parser.events = []


class _BlockParser(FlowParser):
    """Documents and block structure (chapters 8 and 9)."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.ended = True
        """Whether no document is open, so that directives may come."""

    def document(self) -> bool:
        """Read one document; False where none is left."""
        if self.pos == 0 and self.at() == "\ufeff":
            self.pos = self.line = 1
        self.skip()
        while self.marker and self.at() == ".":
            self.pos += 3
            self.end_line()
            self.skip()
            self.ended = True
        self.handles = dict(_HANDLES)
        directives = self.directives()
        if directives and not (self.marker and self.at() == "-"):
            raise broken("expected --- behind directives", self.pos)
        if self.pos >= len(self.text):
            return False
        if self.marker:
            self.events.append(DocumentStartEvent(self.pos, self.pos + 3))
            self.pos += 3
        elif self.ended:
            self.events.append(DocumentStartEvent(self.pos, self.pos))
        else:
            raise broken("expected the start of a document", self.pos)
        self.ended = False
        self.node(-1, compact=False, same=False)
        self.skip()
        if self.pos < len(self.text) and not self.marker:
            raise broken("expected the end of the document", self.pos)
        return True

    def directives(self) -> bool:
        """Read directives (chapter 6.8), of which unknown ones say nothing."""
        found = versions = 0
        while self.at() == "%" and self.pos == self.line:
            directive = _DIRECTIVE.match(self.text, self.pos)
            if directive is None or not self.ended:
                raise broken("a directive cannot stand here", self.pos)
            words = directive[1]
            if words.split(None, 1)[:1] == ["YAML"] or words.startswith("YAML 1.1#"):
                versions += 1
                if versions > 1 or not _VERSION.fullmatch(words):
                    raise broken("expected one version", self.pos)
            elif (tag := _TAG_DIRECTIVE.fullmatch(words)) is not None:
                self.handles[tag[1]] = tag[2]
            found += 1
            self.pos = directive.end()
            self.skip()
        return found > 0

    def end_line(self) -> None:
        """Expect nothing more on this line but a comment."""
        place = self.pos
        self.blank()
        character = self.at()
        if character == "#" and self.pos > place:
            return
        if character and character not in "\r\n":
            raise broken("this cannot stand behind a value", self.pos)

    # ---- nodes

    def inside(self, indent: int, same: bool) -> bool:
        """Whether the place belongs to a node whose parent is indented by so much."""
        if self.pos >= len(self.text) or self.marker:
            return False
        if not self.fresh:
            return True
        spaces = self.indent
        if spaces > indent:
            return True
        if self.pos - self.line > spaces:
            raise broken("a tab cannot indent", self.pos)
        return same and spaces == indent and self.at() == "-" and self.separates(1)

    def node(self, indent: int, *, compact: bool, same: bool) -> None:
        """A node in block context. ``compact``: a block collection may begin on this line. ``same``: a sequence may be
        indented as its parent is, which is a mapping.
        """
        self.deeper()
        begin = self.pos
        self.skip()
        if not self.inside(indent, same):
            self.empty(begin, None)
            self.depth -= 1
            return
        outer: Properties | None = None
        while (inner := self.properties()) is not None:
            self.skip()
            if not self.fresh and self.pos < len(self.text):
                break
            outer = self.both(outer, inner)
            if not self.inside(indent, same):
                self.empty(begin, outer)
                self.depth -= 1
                return
        self.content(indent, begin, outer, inner, compact)
        self.depth -= 1

    def content(
        self, indent: int, begin: int, outer: Properties | None, inner: Properties | None, compact: bool
    ) -> None:
        """What follows the properties of a node. ``outer`` stand on a line of their own, ``inner`` do not."""
        start = self.pos if inner is None else inner.start
        lead = self.text[self.line : start]
        if lead.strip(" \t"):
            block = compact and outer is None and not self.text[begin:start].strip(" ")
        else:
            block = not lead.strip(" ")
        column = start - self.line
        character = self.at()
        if character == "-" and self.separates(1):
            if not block or inner is not None:
                raise broken("a list cannot begin here", self.pos)
            self.sequence(column, outer)
            return
        if character and character in "?:" and self.separates(1):
            if not block or (inner is not None and character == "?"):
                raise broken("a mapping cannot begin here", self.pos)
            opened = MappingStartEvent(start, start)
            self.emit(opened, outer)
            if character == ":":
                self.empty(self.pos, inner)
                self.implicit_value(column)
            self.entries(column)
            return
        if character and character in "|>":
            self.block_scalar(indent, self.both(outer, inner))
            return
        if not character or character in "\r\n":
            self.empty(begin, self.both(outer, inner))
            return
        first, line = len(self.events), self.line
        self.one_node(indent, inner, in_flow=False)
        if self.line == line and self.pos - start <= _LONGEST_KEY and _COLON.match(self.text, self.pos):
            if not block:
                raise broken("a mapping cannot begin here", self.pos)
            opened = MappingStartEvent(start, start)
            self.give(opened, outer)
            self.events.insert(first, opened)
            self.blank()
            self.implicit_value(column)
            self.entries(column)
            return
        event = self.events[first]
        if outer is not None:
            event.anchor = event.tag = None
            self.give(event, self.both(outer, inner))
        if isinstance(event, ScalarEvent) and not event.style:
            self.plain_lines(indent, in_flow=False)
        self.end_line()

    @staticmethod
    def both(outer: Properties | None, inner: Properties | None) -> Properties | None:
        """Properties on two lines, which may not say the same thing twice."""
        if outer is None or inner is None:
            return inner or outer
        if (outer.anchor and inner.anchor) or (outer.tag and inner.tag):
            raise broken("a value can have one anchor and one tag", inner.start)
        return Properties(outer.start, inner.end, outer.anchor or inner.anchor, outer.tag or inner.tag)

    def implicit_value(self, column: int) -> None:
        self.pos += 1
        self.node(column, compact=False, same=True)

    def another(self, column: int) -> bool:
        """Whether another item or entry of the collection at a column stands here."""
        self.skip()
        if self.pos >= len(self.text) or self.marker:
            return False
        if not self.fresh:
            raise broken("this cannot stand behind a value", self.pos)
        at = self.pos - self.line
        if at != self.indent:
            raise broken("a tab cannot indent", self.pos)
        if at > column:
            raise broken("wrong indentation", self.pos)
        return at == column

    def sequence(self, column: int, properties: Properties | None) -> None:
        self.emit(SequenceStartEvent(self.pos, self.pos), properties)
        while True:
            self.pos += 1
            self.node(column, compact=True, same=False)
            if not self.another(column) or self.at() != "-" or not self.separates(1):
                break
        self.events.append(SequenceEndEvent(self.pos, self.pos))

    def entries(self, column: int) -> None:
        """The entries of a block mapping from here on, and its end."""
        while (self.pos - self.line == column and self.at() == "?") or self.another(column):
            character = self.at()
            if character == "?" and self.separates(1):
                self.pos += 1
                self.node(column, compact=True, same=True)
                if self.another(column) and self.at() == ":" and self.separates(1):
                    self.pos += 1
                    self.node(column, compact=True, same=True)
                else:
                    self.empty(self.events[-1].end_mark.index, None)
                continue
            if character == ":" and self.separates(1):
                self.empty(self.pos, None)
                self.implicit_value(column)
                continue
            start, line = self.pos, self.line
            properties = self.properties()
            if self.at() == ":" and self.separates(1):
                self.empty(self.pos, properties)
            else:
                if not self.at() or (self.at() in "-\r\n" and self.separates(1)):
                    raise broken("expected a key", self.pos)
                self.one_node(column, properties, in_flow=False)
            if self.line != line or self.pos - start > _LONGEST_KEY or not _COLON.match(self.text, self.pos):
                raise broken("expected a colon behind a key", self.pos)
            self.blank()
            self.implicit_value(column)
        self.events.append(MappingEndEvent(self.pos, self.pos))

    # ---- block scalars (chapter 8.1)

    def block_scalar(self, indent: int, properties: Properties | None) -> None:
        start, style = self.pos, self.at()
        header = _BLOCK_HEADER.match(self.text, start)
        if header is None:
            raise broken("a block text begins on the next line", start)
        digit, chomping = header[1] or header[4], header[2] or header[3] or ""
        self.pos = self.line = header.end()
        width = max(indent, 0) + int(digit) if digit else self.detected(indent)
        lines: list[str] = []
        end = self.pos
        while self.pos < len(self.text) and not self.marker:
            found = _WHOLE_LINE.match(self.text, self.pos)
            if found is None:
                break
            line = found[1]
            spaces = len(line) - len(line.lstrip(" "))
            if spaces < width and spaces < len(line):
                break
            lines.append(line[width:])
            end = found.end(1)
            self.pos = self.line = found.end()
        event = ScalarEvent(start, end)
        event.style = style
        event.value = (literal if style == "|" else folded_block)(lines, chomping)
        self.emit(event, properties)

    def detected(self, indent: int) -> int:
        """The indentation of a block scalar, by its first line that is not empty."""
        place = self.pos
        widest = 0
        while place < len(self.text):
            found = _WHOLE_LINE.match(self.text, place)
            if found is None:
                break
            line = found[1]
            spaces = len(line) - len(line.lstrip(" "))
            if spaces < len(line):
                if spaces <= indent:
                    if not line.strip(" \t"):
                        raise broken("a tab cannot indent", place + spaces)
                    break
                if widest > spaces:
                    raise broken("an empty line is indented more than the text", place)
                return spaces
            widest = max(widest, spaces)
            place = found.end()
        return max(widest, indent + 1)
