"""YAML 1.2 inside a line: separation, properties, aliases, plain and quoted scalars, and flow collections.

The half of the parser in ``syntax.yaml12`` that knows nothing of block structure; see there for what it is for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

import yaml

from orchestrate_ls.syntax.yaml12_scalars import double_quoted, folded, single_quoted

_BLANK: Final = re.compile(r"[ \t]*")
_SPACES: Final = re.compile(r" *")
_COMMENT: Final = re.compile(r"#[^\r\n]*")
_LINE_BREAK: Final = re.compile(r"\r\n|\n|\r")
_MARKER: Final = re.compile(r"(?:---|\.\.\.)(?=[ \t\r\n]|\Z)")
_ANCHOR: Final = re.compile(r"[&*]([^\s,\[\]{}]+)")
_TAG: Final = re.compile(r"!(?:<([^>\s]+)>|([\w-]+!|!|)([^\s,\[\]{}!]*))")
_ESCAPED: Final = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
# Without possessive quantifiers: Python 3.11.0 to 3.11.4 get them wrong around groups.
_SINGLE: Final = re.compile(r"'([^']*(?:''[^']*)*)'(?!')")
_DOUBLE: Final = re.compile(r'"([^"\\]*(?:\\[\s\S][^"\\]*)*)"')
# The rest of a plain scalar on one line, from its first character on (chapter 7.3.3).
_PLAIN_BLOCK: Final = re.compile(
    r"(?:[^ \t\r\n:#]|:(?![ \t\r\n]|\Z)|(?<=[^ \t\r\n])#|[ \t]+(?=[^ \t\r\n:#]|:(?![ \t\r\n]|\Z)))+"
)
_PLAIN_FLOW: Final = re.compile(
    r"(?:[^ \t\r\n:#,\[\]{}]|:(?![ \t\r\n,\[\]{}]|\Z)|(?<=[^ \t\r\n])#"
    r"|[ \t]+(?=[^ \t\r\n:#,\[\]{}]|:(?![ \t\r\n,\[\]{}]|\Z)))+"
)
_INDICATORS: Final = frozenset("-?:,[]{}#&*!|>'\"%@`")
_FLOW_INDICATORS: Final = frozenset(",[]{}")
_ENDS: Final = frozenset(" \t\r\n")
_LONGEST_KEY: Final = 1024
_DEEPEST: Final = 110


class Mark:
    """A place in the text, as the tree builder asks for it."""

    __slots__ = ("index",)

    def __init__(self, index: int) -> None:
        self.index = index


class _Event:
    __slots__ = ("anchor", "end_mark", "flow_style", "start_mark", "style", "tag", "value")

    def __init__(self, start: int, end: int) -> None:
        self.start_mark = Mark(start)
        self.end_mark = Mark(end)
        self.anchor: str | None = None
        self.tag: str | None = None
        self.value = ""
        self.style = ""
        self.flow_style = False


# Of the names that `syntax.events.KIND_OF` knows.
class DocumentStartEvent(_Event):
    """A document begins."""


class ScalarEvent(_Event):
    """A scalar: its ``value`` and its ``style``."""


class AliasEvent(_Event):
    """An alias; ``anchor`` is its name."""


class MappingStartEvent(_Event):
    """A mapping begins."""


class MappingEndEvent(_Event):
    """A mapping ends."""


class SequenceStartEvent(_Event):
    """A sequence begins."""


class SequenceEndEvent(_Event):
    """A sequence ends."""


@dataclass(frozen=True, slots=True)
class Properties:
    """An anchor and a tag, and where they stand."""

    start: int
    end: int
    anchor: str | None
    tag: str | None


def _unescaped(match: re.Match[str]) -> str:
    """What percent signs and hexadecimal digits in a tag stand for."""
    return bytes.fromhex(match[0].replace("%", "")).decode("utf-8", "replace")


def broken(problem: str, at: int) -> yaml.MarkedYAMLError:
    """The error to raise for a text that is not YAML."""
    mark: Any = Mark(at)
    return yaml.MarkedYAMLError(problem=problem, problem_mark=mark)


class FlowParser:
    """Reads what does not depend on block structure, and keeps the place and the events."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.pos = 0
        self.line = 0
        """Where the line of ``pos`` starts."""
        self.depth = 0
        self.events: list[_Event] = []
        self.handles: dict[str, str] = {}

    # ---- places

    def at(self, offset: int = 0) -> str:
        """The character at the place, "" at the end."""
        place = self.pos + offset
        return self.text[place] if place < len(self.text) else ""

    def separates(self, offset: int) -> bool:
        """Whether white space, a line break or the end stands there."""
        character = self.at(offset)
        return not character or character in _ENDS

    def blank(self) -> None:
        """Skip white space on this line."""
        found = _BLANK.match(self.text, self.pos)
        self.pos = found.end() if found else self.pos

    def skip(self) -> None:
        """Skip white space, comments and line breaks."""
        text = self.text
        while True:
            self.blank()
            if self.at() == "#" and (self.pos == self.line or text[self.pos - 1] in " \t"):
                comment = _COMMENT.match(text, self.pos)
                self.pos = comment.end() if comment else self.pos
            found = _LINE_BREAK.match(text, self.pos)
            if found is None:
                return
            self.pos = self.line = found.end()
            if _MARKER.match(text, self.pos):
                return

    @property
    def fresh(self) -> bool:
        """Whether nothing but white space stands before the place on its line."""
        found = _BLANK.match(self.text, self.line)
        return found is not None and found.end() >= self.pos

    @property
    def indent(self) -> int:
        """How many spaces begin the line of the place."""
        found = _SPACES.match(self.text, self.line)
        return found.end() - self.line if found else 0

    @property
    def marker(self) -> bool:
        """Whether a document marker stands here."""
        return self.pos == self.line and _MARKER.match(self.text, self.pos) is not None

    def skip_in_flow(self, indent: int) -> None:
        """Skip white space inside a flow collection, whose lines are indented more than what holds it."""
        before = self.line
        self.skip()
        if self.line == before or self.pos >= len(self.text):
            return
        # Closing brackets at the margin are no YAML, but common, and nothing else can be meant.
        if self.marker or (self.indent <= indent and self.at() not in "]}"):
            raise broken("wrong indentation in a flow collection", self.pos)

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise broken("nested too deep", self.pos)

    # ---- nodes

    def emit(self, event: _Event, properties: Properties | None = None) -> None:
        self.give(event, properties)
        self.events.append(event)

    def give(self, event: _Event, properties: Properties | None) -> None:
        """Give an event its anchor and tag."""
        if properties is None:
            return
        if isinstance(event, AliasEvent):
            raise broken("an alias can have neither anchor nor tag", properties.start)
        if event.anchor is not None or event.tag is not None:
            raise broken("a value can have one anchor and one tag", properties.start)
        event.anchor, event.tag = properties.anchor, properties.tag
        event.start_mark = Mark(properties.start)

    def empty(self, place: int, properties: Properties | None) -> None:
        """A value that was left out."""
        end = place if properties is None else properties.end
        self.emit(ScalarEvent(end, end), properties)

    def properties(self) -> Properties | None:
        """An anchor and a tag, in any order, on one line."""
        start, end = self.pos, self.pos
        anchor: str | None = None
        tag: str | None = None
        while self.at() and self.at() in "&!":
            place = self.pos
            if self.at() == "&":
                found = _ANCHOR.match(self.text, place)
                if found is None or anchor is not None:
                    raise broken("expected one name of an anchor", place)
                anchor = found[1]
            else:
                found = _TAG.match(self.text, place)
                if found is None or tag is not None:
                    raise broken("expected one tag", place)
                tag = self.resolved(found)
            self.pos = end = found.end()
            if not self.separates(0) and self.at() not in ",]}":
                raise broken("expected white space behind an anchor or tag", self.pos)
            self.blank()
            if self.at() not in ("&", "!"):
                break
        if end == start:
            return None
        return Properties(start, end, anchor, tag)

    def resolved(self, tag: re.Match[str]) -> str:
        """A tag as its handle says."""
        whole, handle, suffix = tag[1], tag[2], tag[3]
        if whole is not None:
            return whole
        if not handle and not suffix:
            return "!"
        handle = "!" + handle
        if not suffix:
            raise broken("a tag has no name behind its handle", tag.start())
        if handle not in self.handles:
            raise broken("undefined tag handle", tag.start())
        return self.handles[handle] + _ESCAPED.sub(_unescaped, suffix)

    def one_node(self, indent: int, properties: Properties | None, in_flow: bool) -> bool:
        """An alias, a scalar or a flow collection; of a plain scalar in block context only its first line.

        Gives whether a colon right behind it makes it a key.
        """
        character, start = self.at(), self.pos
        if character == "*":
            found = _ANCHOR.match(self.text, start)
            if found is None:
                raise broken("expected the name of an anchor", start)
            self.pos = found.end()
            event = AliasEvent(start, self.pos)
            event.anchor = found[1]
            self.emit(event)
            self.give(event, properties)
            return False
        if character in ("'", '"'):
            self.quoted(indent, properties)
            return True
        if character in ("[", "{"):
            self.collection(indent, properties)
            return True
        self.plain(properties, in_flow)
        return False

    def quoted(self, indent: int, properties: Properties | None) -> None:
        start, style = self.pos, self.at()
        found = (_SINGLE if style == "'" else _DOUBLE).match(self.text, start)
        if found is None:
            raise broken("a quoted text is not closed", start)
        self.pos = found.end()
        for line_break in _LINE_BREAK.finditer(self.text, start, self.pos):
            self.line = line_break.end()
            blank = _BLANK.match(self.text, self.line)
            empty = blank is not None and self.text[blank.end() : blank.end() + 1] in ("\n", "\r")
            if _MARKER.match(self.text, self.line) or (self.indent <= indent and not empty):
                raise broken("wrong indentation in a quoted text", self.line)
        event = ScalarEvent(start, self.pos)
        event.style = style
        try:
            event.value = single_quoted(found[1]) if style == "'" else double_quoted(found[1])
        except ValueError as error:
            raise broken("unknown escape", start) from error
        self.emit(event, properties)

    def plain(self, properties: Properties | None, in_flow: bool) -> None:
        """The first line of a plain scalar."""
        start, character = self.pos, self.at()
        if character in _INDICATORS:
            following = self.at(1)
            safe = following and following not in _ENDS and not (in_flow and following in _FLOW_INDICATORS)
            if character not in "-?:" or not safe:
                raise broken(f"{character} cannot begin a value", start)
        found = (_PLAIN_FLOW if in_flow else _PLAIN_BLOCK).match(self.text, start)
        if found is None:
            raise broken("expected a value", start)
        self.pos = found.end()
        event = ScalarEvent(start, self.pos)
        event.value = found[0]
        self.emit(event, properties)

    def plain_lines(self, indent: int, in_flow: bool) -> None:
        """The lines of a plain scalar behind its first, which is the last event."""
        event = self.events[-1]
        pattern = _PLAIN_FLOW if in_flow else _PLAIN_BLOCK
        lines = [event.value]
        while True:
            place, line = self.pos, self.line
            empty = -1
            while True:
                self.blank()
                found = _LINE_BREAK.match(self.text, self.pos)
                if found is None:
                    break
                self.pos = self.line = found.end()
                empty += 1
            content = None
            if (
                empty >= 0
                and self.at() != "#"
                and self.indent > indent
                and not _MARKER.match(self.text, self.line)
            ):
                content = pattern.match(self.text, self.pos)
            if content is None:
                self.pos, self.line = place, line
                break
            lines += [""] * empty
            lines.append(content[0])
            self.pos = content.end()
        if len(lines) > 1:
            event.value = folded(lines)
            event.end_mark = Mark(self.pos)

    def flow_node(self, indent: int) -> bool:
        """A node inside a flow collection; gives whether a colon right behind it makes it a key."""
        properties = self.properties()
        if properties is not None:
            self.skip_in_flow(indent)
            if self.at() in ("", ",", "]", "}") or (self.at() == ":" and self.ends_plain(1)):
                self.empty(self.pos, properties)
                return False
        first = len(self.events)
        adjacent = self.one_node(indent, properties, in_flow=True)
        event = self.events[first]
        if isinstance(event, ScalarEvent) and not event.style:
            self.plain_lines(indent, in_flow=True)
        return adjacent

    def ends_plain(self, offset: int) -> bool:
        """Whether what stands there ends a plain scalar in a flow collection."""
        return self.separates(offset) or self.at(offset) in _FLOW_INDICATORS

    def collection(self, indent: int, properties: Properties | None) -> None:
        self.deeper()
        sequence = self.at() == "["
        opened: _Event = (SequenceStartEvent if sequence else MappingStartEvent)(self.pos, self.pos + 1)
        opened.flow_style = True
        self.emit(opened, properties)
        closing = "]" if sequence else "}"
        self.pos += 1
        while True:
            self.skip_in_flow(indent)
            if self.at() == closing:
                break
            if sequence:
                self.flow_item(indent)
            else:
                self.flow_entry(indent)
            self.skip_in_flow(indent)
            if self.at() == ",":
                self.pos += 1
            elif self.at() != closing:
                raise broken(f"expected , or {closing}", self.pos)
        self.pos += 1
        self.events.append((SequenceEndEvent if sequence else MappingEndEvent)(self.pos - 1, self.pos))
        self.depth -= 1

    def flow_item(self, indent: int) -> None:
        """An item of a flow sequence, or a single pair."""
        start, line, first = self.pos, self.line, len(self.events)
        if self.at() == "?" and self.ends_plain(1):
            self.flow_entry(indent)
        else:
            adjacent = False
            if self.at() == ":" and self.ends_plain(1):
                self.empty(start, None)
            elif self.at() == ",":
                raise broken("expected a value before ,", start)
            else:
                adjacent = self.flow_node(indent)
            place, end_line = self.pos, self.line
            self.blank()
            pair = self.at() == ":" and (adjacent or self.ends_plain(1))
            if not pair:
                self.pos, self.line = place, end_line
                return
            if end_line != line or place - start > _LONGEST_KEY:
                raise broken("the key of a pair stands on one line with its colon", start)
            self.flow_value(indent)
        opened = MappingStartEvent(start, start)
        opened.flow_style = True
        self.events.insert(first, opened)
        self.events.append(MappingEndEvent(self.pos, self.pos))

    def flow_entry(self, indent: int) -> None:
        """A key and its value in a flow mapping."""
        explicit = self.at() == "?" and self.ends_plain(1)
        if explicit:
            self.pos += 1
            self.skip_in_flow(indent)
        adjacent = False
        if self.at() in (",", "}", "]"):
            if not explicit:
                raise broken("expected a key", self.pos)
            self.empty(self.pos, None)
        elif self.at() == ":" and self.ends_plain(1):
            self.empty(self.pos, None)
        else:
            adjacent = self.flow_node(indent)
        end, line = self.pos, self.line
        self.skip_in_flow(indent)
        if self.at() == ":" and (adjacent or self.ends_plain(1)):
            self.flow_value(indent)
            return
        self.pos, self.line = end, line
        self.empty(self.pos, None)

    def flow_value(self, indent: int) -> None:
        """What stands behind the colon of a pair."""
        self.pos += 1
        end, line = self.pos, self.line
        self.skip_in_flow(indent)
        if self.at() in ("", ",", "]", "}"):
            self.pos, self.line = end, line
            self.empty(end, None)
        else:
            self.flow_node(indent)
