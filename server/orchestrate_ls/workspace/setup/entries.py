"""An entry put into a JSON or YAML file that others have written: an edit of text that leaves all else as it is.

The file is read by the program's own reader of YAML, of which JSON is a part. What cannot be edited safely (a file with
comments in JSON, a list in one line) gives None, and is left to a person.
"""

from __future__ import annotations

import json
from collections.abc import Sequence as Items
from typing import Any

from orchestrate_ls.syntax.events import default_events
from orchestrate_ls.syntax.parser import Parsed
from orchestrate_ls.syntax.recovery import parse
from orchestrate_ls.syntax.tree import AnyNode, Mapping, Scalar, Sequence


def with_json_entry(text: str, key: str, name: str, value: Any) -> str | None:
    """The text with ``{key: {name: value}}`` in it; the same text where there is an entry of that name."""
    return _with_json(text, key, json.dumps(name), value)


def with_json_item(text: str, key: str, value: str) -> str | None:
    """The text with ``value`` in the list ``key``; the same text where it is in it."""
    return _with_json(text, key, None, value)


def _with_json(text: str, key: str, name: str | None, value: Any) -> str | None:
    try:
        before: Any = json.loads(text)
    except (ValueError, RecursionError):
        return None
    root = _root(text)
    if not isinstance(before, dict) or not isinstance(root, Mapping):
        return None
    indent = _indent_of(text)
    holder = _value(root, key)
    if holder is None:
        inner = json.dumps([value] if name is None else {json.loads(name): value}, indent=len(indent))
        return _checked(_inserted(text, root, f"{json.dumps(key)}: {_deeper(inner, indent)}", indent))
    if isinstance(holder, Mapping) and name is not None:
        if json.loads(name) in before[key]:
            return text
        entry = f"{name}: {_deeper(json.dumps(value, indent=len(indent)), indent * 2)}"
    elif isinstance(holder, Sequence) and name is None:
        if value in before[key]:
            return text
        entry = json.dumps(value)
    else:
        return None
    return _checked(_inserted(text, holder, entry, indent * 2))


def with_yaml_item(text: str, key: str, lines: Items[str]) -> str | None:
    """The text with an item at the end of the block list ``key``; None where there is no such list."""
    root = _root(text)
    holder = _value(root, key) if isinstance(root, Mapping) else None
    if not isinstance(holder, Sequence) or holder.flow or not holder.items:
        return None
    # The hyphen of the first item says how far items are indented.
    first = holder.start
    begin = text.rfind("\n", 0, first) + 1
    prefix = text[begin:first]
    if prefix.strip() or text[first : first + 1] != "-":
        return None
    end = holder.items[-1].end
    while end > 0 and text[end - 1] in " \t\r\n":
        end -= 1
    stop = text.find("\n", end)
    at = len(text) if stop < 0 else stop
    found = text[:at] + "".join(f"\n{prefix}{line}" for line in lines) + (text[at:] or "\n")
    return found if not _parsed(found).problems else None


def _parsed(text: str) -> Parsed:
    return parse(text, default_events())


def _root(text: str) -> AnyNode | None:
    parsed = _parsed(text)
    return None if parsed.problems else parsed.root


def _value(root: Mapping, key: str) -> AnyNode | None:
    for entry in root.entries:
        if isinstance(entry.key, Scalar) and entry.key.text == key:
            return entry.value
    return None


def _inserted(text: str, holder: Mapping | Sequence, entry: str, indent: str) -> str:
    """The text with an entry right behind the opening bracket."""
    at = holder.start + 1
    is_empty = not (holder.entries if isinstance(holder, Mapping) else holder.items)
    if not is_empty:
        return f"{text[:at]}\n{indent}{entry},{text[at:]}"
    outer = indent[: len(indent) - len(_indent_of(text))]
    return f"{text[:at]}\n{indent}{entry}\n{outer}{text[holder.end - 1 :]}"


def _checked(text: str) -> str | None:
    try:
        json.loads(text)
    except ValueError:
        return None
    return text


def _deeper(text: str, indent: str) -> str:
    return text.replace("\n", f"\n{indent}")


def _indent_of(text: str) -> str:
    for line in text.split("\n")[1:]:
        if line.strip() and line[0] == " ":
            return " " * min(8, len(line) - len(line.lstrip(" ")))
    return "  "
