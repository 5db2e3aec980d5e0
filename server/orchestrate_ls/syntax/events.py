"""The two event sources behind the tree builder: PyYAML's C parser, and ruamel.yaml in pure Python.

The C parser is some twenty times faster; ruamel.yaml is the reference that tests compare it with, and the fallback
where PyYAML was installed without its C part. What they refuse is asked of ``syntax.yaml12`` before it is called
broken. Their events are classes of the same names with the same attributes (``start_mark.index``, ``end_mark.index``,
``value``, ``style``, ``anchor``, ``tag``, ``flow_style``), and are passed on as they are, since converting hundreds of
thousands of them would cost as much as reading them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final, TypeAlias

import yaml


@dataclass(slots=True)
class YamlError(Exception):
    """Where and why parsing stopped: the parser's own words, and the place where the construct began if it says so."""

    context: str
    context_at: int | None
    problem: str
    at: int


class EventKind(Enum):
    """What an event says; the starts of stream and document that do not matter are ``OTHER``."""

    SCALAR = 1
    ALIAS = 2
    SEQUENCE_START = 3
    MAPPING_START = 4
    END = 5
    DOCUMENT_START = 6
    OTHER = 7


DEEPEST: Final = 100
"""How deep collections may nest. Plans need four or five levels; parsers and validators crash at some thousands."""

Event: TypeAlias = Any
EventSource: TypeAlias = Callable[[str], Iterator[Event]]
"""Gives the events of a text. While they are read it raises an error that ``as_yaml_error`` understands."""

_BY_NAME: Final[dict[str, EventKind]] = {
    "ScalarEvent": EventKind.SCALAR,
    "AliasEvent": EventKind.ALIAS,
    "SequenceStartEvent": EventKind.SEQUENCE_START,
    "MappingStartEvent": EventKind.MAPPING_START,
    "SequenceEndEvent": EventKind.END,
    "MappingEndEvent": EventKind.END,
    "DocumentStartEvent": EventKind.DOCUMENT_START,
}


class _KindByClass(dict[type, EventKind]):
    """Looks a class up by its name once and by identity from then on."""

    def __missing__(self, key: type) -> EventKind:
        kind = self[key] = _BY_NAME.get(key.__name__, EventKind.OTHER)
        return kind


KIND_OF: Final = _KindByClass()
"""What an event is, by its class."""


def _error(error: Any, text: str) -> YamlError:
    context_mark, problem_mark = getattr(error, "context_mark", None), getattr(error, "problem_mark", None)
    at = getattr(problem_mark, "index", None)
    if at is None:
        at = getattr(error, "position", None)
    if at is None:
        at = getattr(context_mark, "index", len(text))
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "this is not YAML"
    return YamlError(
        getattr(error, "context", None) or "",
        getattr(context_mark, "index", None),
        str(problem),
        min(at, len(text)),
    )


try:
    from yaml._yaml import CParser
except ImportError:  # PyYAML without its C part
    CParser = None


def c_events(text: str) -> Iterator[Event]:
    """Events of PyYAML's C parser."""
    parser: Any = CParser
    return iter(parser(text).get_event, None)


def reference_events(text: str) -> Iterator[Event]:
    """Events of ruamel.yaml's pure-Python parser."""
    from ruamel.yaml import YAML

    parser: Any = YAML(typ="safe", pure=True)
    try:
        yield from parser.parse(text)
    except AssertionError as error:  # of a version that it does not know
        raise yaml.YAMLError(str(error)) from error


def as_yaml_error(error: Exception, text: str) -> YamlError | None:
    """What either parser raised about a text, in one form; None for an error that is none about the text."""
    if isinstance(error, yaml.YAMLError) or _is_reference_error(error):
        return _error(error, text)
    return None


def _is_reference_error(error: Exception) -> bool:
    # Asked of the class's name, since importing ruamel.yaml for it would cost more than reading most plans.
    return any(base.__name__ == "YAMLError" for base in type(error).__mro__)


def accepts(text: str, source: EventSource) -> bool:
    """Whether a parser reads a whole text without complaint, and no deeper nested than any reader of ours goes.

    The C parser takes the square of the depth: brackets without end would hold up everything.
    """
    depth = 0
    try:
        for event in source(text):
            kind = KIND_OF[event.__class__]
            if kind is EventKind.END:
                depth -= 1
            elif kind is EventKind.MAPPING_START or kind is EventKind.SEQUENCE_START:
                depth += 1
                if depth > DEEPEST:
                    return False
    except Exception as error:  # sorted out right below
        if as_yaml_error(error, text) is None:
            raise
        return False
    return True


def default_events() -> EventSource:
    """The fastest source there is here."""
    return reference_events if CParser is None else c_events
