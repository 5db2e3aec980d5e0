"""What completion offers, as plain data, and how it is written into the text at a place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import Final, NamedTuple, TypeAlias

from orchestrate_ls.ide.completion_place import Place
from orchestrate_ls.syntax.writing import write_scalar

Data: TypeAlias = dict[str, "str | list[str | int] | int"]
"""What the documentation of an offer is found by."""

_SPECIAL: Final = re.compile(r"[\\$}]")
_SPECIAL_IN_CHOICE: Final = re.compile(r"[\\$},|]")
_STOP: Final = re.compile(r"\$\{\d+\|((?:[^\\|]|\\.)*)\|\}|\$\{\d+:((?:[^\\}]|\\.)*)\}|\$\d+")


class Kind(Enum):
    """What an offer is; editors show an icon for it."""

    FIELD = "field"
    CHOICE = "choice"
    DURATION = "duration"
    TASK = "task"
    AGENT = "agent"
    NAME = "name"
    RULE = "rule"
    FILE = "file"
    TEMPLATE = "template"
    """Several lines at once."""


class Offer(NamedTuple):
    """One thing to insert. ``text`` replaces the place's range, and holds tab stops where ``is_snippet``."""

    label: str
    kind: Kind
    text: str
    is_snippet: bool = False
    filter_text: str = ""
    detail: str = ""
    """A few words on what it is."""
    description: str = ""
    """Fewer words, shown beside the label."""
    data: Data | None = None


class Choice(NamedTuple):
    """A value that could be chosen, not yet written for a place."""

    value: str
    kind: Kind
    detail: str = ""
    description: str = ""
    filter_text: str = ""
    as_is: bool = False
    """Whether it is written without quotes even where YAML reads it as something else than text."""
    data: Data | None = None


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes offers for one place: padding, line endings, quotes and tab stops."""

    place: Place
    snippets: bool

    def lines(self, body: str, indent: int) -> tuple[str, bool]:
        """Text of one or more lines, in snippet syntax, whose first line belongs at a column.

        Editors indent the further lines of a snippet like the line it is put into, and leave other text as it is.
        """
        place = self.place
        padding = " " * max(0, indent - place.column) if place.blank else ""
        if place.needs_space:
            padding = " "
        if self.snippets and _STOP.search(body):
            further = "\n" + " " * max(0, indent - place.line_indent)
            return padding + body.replace("\n", further), True
        further = place.line_ending + " " * indent
        return padding + without_stops(body).replace("\n", further), False

    def scalar(self, choice: Choice) -> str:
        """A value as it has to be written at the place."""
        place = self.place
        if place.quote:
            inside = write_scalar(choice.value, style=place.quote)[1:-1]
            return inside + (place.quote if place.open_quote else "")
        return self.plain(choice, in_flow=place.in_flow)

    def plain(self, choice: Choice, *, in_flow: bool) -> str:
        """A value where it is in no quotes."""
        return choice.value if choice.as_is else write_scalar(choice.value, in_flow=in_flow)

    def value(self, choice: Choice) -> Offer:
        """An offer of a value."""
        text = self.scalar(choice)
        return self._offer(choice, " " + text if self.place.needs_space else text, False)

    def only_item(self, choice: Choice) -> Offer:
        """An offer of a value where a list has to be: a list with that one item."""
        inside = self.plain(choice, in_flow=True)
        text = f"[{escaped(inside)}$0]" if self.snippets else f"[{inside}]"
        return self._offer(choice, " " + text if self.place.needs_space else text, self.snippets)

    def new_item(self, choice: Choice) -> Offer:
        """An offer of a value with the dash before it."""
        padding = " " * max(0, self.place.item_indent - self.place.column)
        return self._offer(choice, f"{padding}- {self.plain(choice, in_flow=False)}", False)

    def _offer(self, choice: Choice, text: str, is_snippet: bool) -> Offer:
        filter_text = choice.filter_text or (choice.value if text != choice.value else "")
        return Offer(
            choice.value,
            choice.kind,
            text,
            is_snippet,
            filter_text,
            choice.detail,
            choice.description,
            choice.data,
        )


def escaped(text: str) -> str:
    """A text that means itself in a snippet."""
    return _SPECIAL.sub(r"\\\g<0>", text)


def choice_stop(number: int, values: list[str]) -> str:
    """A tab stop with a list to choose from."""
    listed = ",".join(_SPECIAL_IN_CHOICE.sub(r"\\\g<0>", value) for value in values)
    return f"${{{number}|{listed}|}}"


def without_stops(body: str) -> str:
    """What a snippet becomes where there are no tab stops: each gives way to its first choice."""

    def plain(stop: re.Match[str]) -> str:
        if stop[1] is not None:
            first = re.match(r"(?:[^\\,]|\\.)*", stop[1])
            return re.sub(r"\\(.)", r"\1", first[0] if first is not None else "")
        return re.sub(r"\\(.)", r"\1", stop[2] or "")

    return re.sub(r"\\([\\$}])", r"\1", _STOP.sub(plain, body))
