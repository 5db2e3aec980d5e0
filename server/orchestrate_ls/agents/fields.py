"""The named values of a definition, whatever format they were written in, and reading them as what they should be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, cast

from orchestrate_ls.agents.definition import (
    LONGEST_DESCRIPTION,
    AgentDefinition,
    DefinitionProblem,
    Tool,
    id_fault,
)
from orchestrate_ls.syntax.plain import to_plain
from orchestrate_ls.syntax.tree import AnyNode, Entry, Scalar, resolved

_MOST_WORDS: Final = 500
_QUOTES: Final = ("'", '"')


@dataclass(frozen=True, slots=True)
class Field:
    """A value with its place. ``text`` is None for what is no single value. Offsets in code points of the file."""

    value: object
    text: str | None
    start: int
    end: int
    key_start: int
    key_end: int


def field_of(entry: Entry, base: int) -> Field:
    """A field from an entry of a tree whose offsets count from ``base``."""
    node = resolved(entry.value)
    value = to_plain(entry.value)
    text = node.text if isinstance(node, Scalar) and value is not None else None
    start, end = inner_range(entry.value)
    return Field(value, text, base + start, base + end, base + entry.key.start, base + entry.key.end)


def inner_range(node: AnyNode) -> tuple[int, int]:
    """A node's range without the quotes of a quoted scalar."""
    if isinstance(node, Scalar) and node.style in _QUOTES and node.end - node.start >= 2:
        return node.start + 1, node.end - 1
    return node.start, node.end


class FieldReader:
    """Reads fields, and collects what is wrong with them."""

    def __init__(self, fields: Mapping[str, Field], problems: list[DefinitionProblem]) -> None:
        self.fields = fields
        self.problems = problems

    def text(self, name: str) -> str | None:
        """A text; None where there is none, or something else."""
        field = self.fields.get(name)
        if field is None or field.value is None:
            return None
        if field.text is None:
            self.wrong(field, f"`{name}` has to be text")
        return field.text

    def words(self, name: str) -> tuple[str, ...] | None:
        """A list of texts, a text with commas, or a mapping of texts to whether they count. None for no value."""
        field = self.fields.get(name)
        if field is None or field.value is None:
            return None
        value = field.value
        if field.text is not None:
            found = field.text.split(",")
        elif isinstance(value, Mapping):
            switches = cast("Mapping[str, object]", value)
            found = [word for word, on in switches.items() if on is not False]
        elif isinstance(value, list):
            items = cast("list[object]", value)
            found = [str(item) for item in items if isinstance(item, (str, int, float))]
            if len(found) < len(items):
                self.wrong(field, f"`{name}` has to be a list of texts")
        else:
            self.wrong(field, f"`{name}` has to be a list of texts, or one text with commas")
            return None
        return tuple(dict.fromkeys(word.strip() for word in found if word.strip()))[:_MOST_WORDS]

    def model(self) -> str | None:
        """The model: a text, or the first of several."""
        field = self.fields.get("model")
        if field is not None and isinstance(field.value, list):
            return next(iter(self.words("model") or ()), None)
        return self.text("model")

    def is_true(self, name: str) -> bool:
        """Whether a switch is on."""
        field = self.fields.get(name)
        return field is not None and field.value is True

    def id(self, name: str) -> str | None:
        """A text that can be an agent's id; None where there is none."""
        text = self.text(name)
        if text is None:
            return None
        fault = id_fault(text)
        if fault is not None:
            self.wrong(self.fields[name], f"the agent's `{name}` {fault}")
            return None
        return text.strip()

    def agent(self, tool: Tool, agent_id: str, body: str, aliases: tuple[str, ...] = ()) -> AgentDefinition:
        """An agent with the fields that all formats share; where its id stands is put in by ``named``."""
        return AgentDefinition(
            agent_id,
            tool,
            aliases=tuple(alias for alias in dict.fromkeys(aliases) if alias and alias != agent_id),
            description=(self.text("description") or "")[:LONGEST_DESCRIPTION],
            tools=self.words("tools"),
            model=self.model(),
            skills=self.words("skills") or (),
            body=body,
        )

    def has_text(self, name: str) -> bool:
        """Whether there is a text that says something."""
        field = self.fields.get(name)
        return field is not None and bool((field.text or "").strip())

    def wrong(self, field: Field, message: str) -> None:
        """Report a value; one that was not written at all is reported at its key."""
        start, end = (field.start, field.end) if field.end > field.start else (field.key_start, field.key_end)
        self.problems.append(DefinitionProblem("schema", message, start, end))
