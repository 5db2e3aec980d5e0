"""Edits on YAML text that add, replace or remove one node and leave every other byte as it is.

All functions take the whole text and ``base``, the offset at which the chunk of the given nodes starts, and answer
with one edit in offsets of the whole text, or None where no edit is known to be safe: where other places refer to
what would go (an anchor), or where the layout is too unusual. Knows YAML's syntax, nothing of plans.
"""

from __future__ import annotations

import re
from collections.abc import Sequence as SequenceOf
from typing import Final

from orchestrate_ls.syntax.tree import Alias, AnyNode, Entry, Mapping, Scalar, Sequence, walk
from orchestrate_ls.syntax.writing import write_scalar
from orchestrate_ls.text.edits import TextEdit
from orchestrate_ls.text.lines import line_break, line_end, line_start, next_line

_REST_OF_LINE: Final = re.compile(r"(?:[ \t]+#[^\r\n]*|[ \t]*)(?=[\r\n]|\Z)")
_BLANK: Final = re.compile(r"(?:[ \t\r\n]+|(?<![^ \t\r\n\[{,])#[^\r\n]*)*")
_PROPERTY: Final = re.compile(r"[&!][^ \t\r\n]*[ \t]*")
_BLANK_LINE: Final = re.compile(r"(?:\r\n|\n|\r)[ \t]*(?=[\r\n])")
_SPACES: Final = re.compile(r"[ \t]*")
_DASHES: Final = re.compile(r"(?:[ \t]*-(?=[ \t]))*[ \t]*\Z")


def content_start(text: str, base: int, node: AnyNode) -> int:
    """Where a node begins when its anchor and tag are left out."""
    offset = base + node.start
    if node.anchor is None and node.tag is None:
        return offset
    while match := _PROPERTY.match(text, offset):
        offset = match.end()
    return offset


def written_end(text: str, base: int, node: AnyNode) -> int:
    """Where what is written for a node ends: without blank lines and comments after it."""
    while isinstance(node, (Mapping, Sequence)) and not node.flow:
        if isinstance(node, Mapping):
            if not node.entries:
                break
            node = node.entries[-1].value
        else:
            if not node.items:
                break
            node = node.items[-1]
    end = base + node.end
    if not isinstance(node, Scalar) or node.style not in ("|", ">"):
        return end
    start = content_start(text, base, node)
    end = start + max(1, len(text[start:end].rstrip(" \t\r\n")))
    header = text[start : line_end(text, start)]
    if "+" not in header.partition("#")[0]:
        return end
    while (match := _BLANK_LINE.match(text, end)) is not None:  # blank lines are content here
        end = match.end()
    return end


def replace_scalar(
    text: str, base: int, node: AnyNode, new: str, *, in_flow: bool, verbatim: bool = False
) -> TextEdit | None:
    """Write another text for a scalar (or instead of an alias); its quotes, tag and anchor stay.

    With ``verbatim`` the new text is YAML as it stands and replaces the quotes too.
    """
    if isinstance(node, Alias):
        written = new if verbatim else write_scalar(new, in_flow=in_flow)
        return TextEdit(base + node.start, base + node.end, written)
    if not isinstance(node, Scalar):
        return None
    start = content_start(text, base, node)
    if node.is_missing or start >= base + node.end:
        return _fill_in(text, start, new if verbatim else write_scalar(new, in_flow=in_flow))
    if node.style in ("'", '"') and text[base + node.end - 1] != node.style:
        return None  # the closing quote is not there (yet)
    style = node.style if node.style in ("'", '"') else ""
    was_number = isinstance(node.value, (int, float)) and not isinstance(node.value, bool)
    written = new if verbatim else write_scalar(new, in_flow=in_flow, style=style, as_number=was_number)
    return TextEdit(start, written_end(text, base, node), written)


def remove_item(
    text: str, base: int, sequence: Sequence, index: int, owner: Entry | None = None
) -> TextEdit | None:
    """Take one item out of a sequence, with its line and the comment behind it where it has a line to itself.

    ``owner`` is the entry whose value the sequence is, if it is one. The last item leaves ``[]``.
    """
    item = sequence.items[index]
    if _is_anchored(item):
        return None
    if sequence.flow:
        spans = [(base + each.start, base + each.end) for each in sequence.items]
        return _remove_flow_member(
            text, content_start(text, base, sequence), base + sequence.end - 1, spans, index
        )
    dash = _dash(text, base, sequence, index)
    if dash is None:
        return None
    end = max(dash + 1, written_end(text, base, item))
    if len(sequence.items) == 1:
        return _empty_block(text, base, sequence, dash, end, owner, "[]")
    following = _dash(text, base, sequence, index + 1) if index + 1 < len(sequence.items) else None
    return _remove_block_member(text, dash, end, following)


def remove_entry(
    text: str, base: int, mapping: Mapping, position: int, owner: Entry | None = None
) -> TextEdit | None:
    """Take one entry out of a mapping, like ``remove_item``. The last entry leaves ``{}``."""
    entry = mapping.entries[position]
    if _is_anchored(entry.key) or _is_anchored(entry.value):
        return None
    if mapping.flow:
        spans = [(base + each.start, base + each.end) for each in mapping.entries]
        return _remove_flow_member(
            text, content_start(text, base, mapping), base + mapping.end - 1, spans, position
        )
    start, end = base + entry.key.start, _entry_end(text, base, entry)
    if len(mapping.entries) == 1:
        return _empty_block(text, base, mapping, start, end, owner, "{}")
    following = (
        base + mapping.entries[position + 1].key.start if position + 1 < len(mapping.entries) else None
    )
    return _remove_block_member(text, start, end, following)


def remove_lines_of_entry(text: str, base: int, entry: Entry) -> TextEdit | None:
    """Take an entry of a document's top level out. Even the last one leaves nothing behind."""
    if _is_anchored(entry.key) or _is_anchored(entry.value):
        return None
    return _remove_block_member(text, base + entry.key.start, _entry_end(text, base, entry), None)


def append_items(text: str, base: int, sequence: Sequence, new: SequenceOf[str]) -> TextEdit | None:
    """Add items, given as YAML text, behind the last one. Their further lines are indented to fit a block sequence."""
    if sequence.flow:
        return _append_to_flow(text, base, sequence, new)
    dash = _dash(text, base, sequence, len(sequence.items) - 1) if sequence.items else None
    if dash is None:
        return None
    end = max(dash + 1, written_end(text, base, sequence.items[-1]))
    indent = " " * (dash - line_start(text, dash))
    lines: list[str] = []
    for item in new:
        first, *further = item.split("\n")
        lines += [f"{indent}- {first}", *(f"{indent}  {line}" for line in further)]
    return _insert_lines(text, end, lines)


def fill_value(text: str, base: int, entry: Entry, new: str) -> TextEdit | None:
    """Write a value (YAML text) for a key that has none yet; further lines of it are indented below the key."""
    if not isinstance(entry.value, Scalar) or not entry.value.is_missing or _is_anchored(entry.value):
        return None
    colon = _colon_end(text, base, entry)
    if colon is None:
        return None
    start = base + entry.key.start
    first, *further = new.split("\n")
    indent = line_break(text) + " " * (start - line_start(text, start) + 2)
    return TextEdit(colon, colon, (f" {first}" if first else "") + "".join(indent + line for line in further))


def insert_entry(
    text: str, base: int, mapping: Mapping, key: str, value: str, position: int
) -> TextEdit | None:
    """Add ``key: value`` (both YAML text) behind the entry at ``position``; -1 puts it in front of all.

    Further lines of the value are indented below the key; they belong in block mappings only.
    """
    if mapping.flow:
        return _insert_flow_entry(text, base, mapping, f"{key}: {value}", position)
    if not mapping.entries:
        return None
    column = entry_column(text, base, mapping)
    if column is None:
        return None
    if position < 0:
        start = base + mapping.entries[0].key.start
        lines = entry_lines(key, value, column)
        return TextEdit(start, start, line_break(text).join([*lines, " " * column]).lstrip(" "))
    end = _entry_end(text, base, mapping.entries[position])
    return _insert_lines(text, end, entry_lines(key, value, column))


def entry_lines(key: str, value: str, column: int) -> list[str]:
    """The lines of a block entry at that column. A value that begins with a line break starts below its key."""
    first, *further = value.split("\n")
    indent = " " * column
    head = f"{indent}{key}: {first}" if first else f"{indent}{key}:"
    return [head, *(f"{indent}  {line}" if line else "" for line in further)]


def entry_column(text: str, base: int, mapping: Mapping) -> int | None:
    """The column of a block mapping's keys; None where it cannot be told (keys behind ``?``)."""
    start = base + mapping.entries[0].key.start
    begin = line_start(text, start)
    if not _DASHES.match(text[begin:start]):
        return None
    return start - begin


def _insert_lines(text: str, end: int, lines: list[str]) -> TextEdit | None:
    """Insert lines below the line that holds ``end``, if only a comment follows there."""
    rest = _REST_OF_LINE.match(text, end)
    if rest is None:
        return None
    ending = line_break(text)
    at = next_line(text, rest.end())
    if at == rest.end():  # the last line has no line break
        return TextEdit(at, at, "".join(ending + line for line in lines))
    return TextEdit(at, at, "".join(line + ending for line in lines))


def _fill_in(text: str, at: int, new: str) -> TextEdit | None:
    before = text[at - 1 : at]
    if before in (":", "-", "?"):
        return TextEdit(at, at, " " + new)
    if before in (" ", "\t") and text[line_start(text, at) : at].rstrip(" \t")[-1:] in (":", "-", "?"):
        return TextEdit(at, at, new)
    return None


def _is_anchored(node: AnyNode) -> bool:
    """Whether something below the node has an anchor, which aliases elsewhere may need."""
    return any(below.anchor is not None for below in walk(node))


def _skip_blank(text: str, offset: int) -> int:
    """The next place that is neither white space nor comment."""
    match = _BLANK.match(text, offset)
    return match.end() if match else offset


def _without_line_break(text: str) -> str:
    if text.endswith("\r\n"):
        return text[:-2]
    return text[:-1] if text.endswith(("\n", "\r")) else text


def _colon_end(text: str, base: int, entry: Entry) -> int | None:
    """Behind the colon of a block entry."""
    colon = _skip_blank(text, base + entry.key.end)
    return colon + 1 if text.startswith(":", colon) else None


def _entry_end(text: str, base: int, entry: Entry) -> int:
    """Where what is written for a block entry ends: behind its value, or its colon where there is none."""
    return max(_colon_end(text, base, entry) or base + entry.key.end, written_end(text, base, entry.value))


def _dash(text: str, base: int, sequence: Sequence, index: int) -> int | None:
    """Where the dash of a block sequence's item stands."""
    if index == 0:
        dash = _skip_blank(text, content_start(text, base, sequence))
    else:
        before = sequence.items[index - 1]
        end = written_end(text, base, before)
        if isinstance(before, Scalar) and before.is_missing:
            end = max(end, base + before.start)
        dash = _skip_blank(text, end)
    return dash if text.startswith("-", dash) else None


def _remove_block_member(text: str, start: int, end: int, following: int | None) -> TextEdit | None:
    rest = _REST_OF_LINE.match(text, end)
    if rest is None:
        return None
    begin = line_start(text, start)
    before = text[begin:start]
    if not before.strip(" \t"):
        return TextEdit(begin, next_line(text, rest.end()), "")
    if following is None or not _DASHES.match(before):
        return None
    if "#" not in text[rest.end() : following]:
        return TextEdit(start, following, "")
    # The dash before it keeps its line, so that the comments between this member and the next can stay.
    return TextEdit(begin + len(before.rstrip(" \t")), rest.end(), "")


def _empty_block(
    text: str, base: int, node: AnyNode, first: int, end: int, owner: Entry | None, empty: str
) -> TextEdit | None:
    """Put ``[]`` or ``{}`` in the place of a block collection's only member, which spans ``first`` to ``end``."""
    rest = _REST_OF_LINE.match(text, end)
    if rest is None:
        return None
    begin = line_start(text, first)
    if text[begin:first].strip(" \t"):
        return TextEdit(first, end, empty)
    if owner is None:
        return None
    has_properties = node.anchor is not None or node.tag is not None
    at = content_start(text, base, node) if has_properties else _colon_end(text, base, owner)
    if at is None or at > begin:
        return None
    at = line_start(text, at) + len(text[line_start(text, at) : at].rstrip(" \t"))
    kept = _without_line_break(text[at:begin]).rstrip(" \t")
    return TextEdit(at, rest.end(), f" {empty}{kept}")


def _remove_flow_member(
    text: str, opening: int, closing: int, spans: list[tuple[int, int]], index: int
) -> TextEdit | None:
    start, end = spans[index]
    if text[closing : closing + 1] not in ("]", "}"):
        return None  # the bracket is not there (yet)
    before = opening + 1 if index == 0 else _skip_blank(text, spans[index - 1][1]) + 1
    if _skip_blank(text, before) != start or text[before - 1] not in "[{,":
        return None  # something unusual stands before it, such as "? "
    after = _skip_blank(text, end)
    has_comma = text.startswith(",", after)
    if not has_comma and after != closing:
        return None
    stop = after + 1 if has_comma else end
    rest = _REST_OF_LINE.match(text, stop)
    begin = line_start(text, start)
    has_own_lines = not text[begin:start].strip(" \t") and rest is not None and begin > opening
    if len(spans) == 1:
        remains = text[opening + 1 : start] + text[rest.end() if has_own_lines and rest else stop : closing]
        if "#" not in remains:
            return TextEdit(opening + 1, closing, "")
    if has_own_lines and rest is not None:
        return TextEdit(begin, min(next_line(text, rest.end()), closing), "")
    if has_comma:
        spaces = _SPACES.match(text, stop)
        behind = spaces.end() if spaces else stop
        return TextEdit(start, stop if text.startswith("#", behind) else behind, "")
    if (
        index > 0
        and not text[before:start].strip()
        and not text[spans[index - 1][1] : before - 1].strip(" \t")
    ):
        return TextEdit(spans[index - 1][1], end, "")
    return TextEdit(start, end, "")


def _append_to_flow(text: str, base: int, sequence: Sequence, new: SequenceOf[str]) -> TextEdit | None:
    if any("\n" in item for item in new) or text[base + sequence.end - 1] != "]":
        return None
    if not sequence.items:
        at = content_start(text, base, sequence) + 1
        return TextEdit(at, at, ", ".join(new))
    start, end = base + sequence.items[-1].start, base + sequence.items[-1].end
    begin = line_start(text, start)
    before, behind = text[begin:start], text[end : base + sequence.end - 1]
    stands_alone = not before.strip(" \t") and begin > base + sequence.start
    if stands_alone and "#" not in behind and ("\n" in behind or "\r" in behind):
        separator = f",{line_break(text)}{before}"
    else:
        separator = ", "
    return TextEdit(end, end, "".join(separator + item for item in new))


def _insert_flow_entry(text: str, base: int, mapping: Mapping, new: str, position: int) -> TextEdit | None:
    opening = content_start(text, base, mapping)
    if "\n" in new or not text.startswith("{", opening) or text[base + mapping.end - 1] != "}":
        return None
    if not mapping.entries:
        return TextEdit(opening + 1, opening + 1, new)
    if position < 0:
        return TextEdit(opening + 1, opening + 1, f"{new}, ")
    end = base + mapping.entries[position].end
    gap = " " if text.startswith(":", end - 1) else ""
    return TextEdit(end, end, f"{gap}, {new}")
