"""What can come next in the condition of a replan trigger: a name, a duration, or an operator.

Looks at the text of the condition up to the cursor, which may be half typed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from orchestrate_ls.ide.completion_offers import Choice, Kind
from orchestrate_ls.ide.completion_place import Place, Sort
from orchestrate_ls.progress.condition_names import (
    ACTIONS,
    NAMES,
    OPERATORS,
    ConditionName,
    ValueType,
    condition_name,
)
from orchestrate_ls.progress.conditions import MAX_LENGTH, wants_operator

_WORD_BEFORE: Final = re.compile(r"[\w.]*\Z")
_WORD_AFTER: Final = re.compile(r"\w*")
_JOINED: Final = re.compile(r"\band\b|\bor\b|&&|\|\|", re.IGNORECASE)
_COMPARED: Final = re.compile(r"[<>]=?|[=!]=")
_NAME: Final = re.compile(r"[^\W\d]\w*")
_USUAL: Final = ("30m", "1h", "2h", "4h", "1d")
_EXAMPLES: Final = (
    "task_duration > estimated * 1.5",
    "critical_task_blocked > 2h",
    "quality_score < 0.7",
)


def is_condition(place: Place) -> bool:
    """Whether a trigger's condition is being typed."""
    path = place.path
    return Sort.VALUE in place.sort and path[:1] == ("replan_triggers",) and path[2:] == ("condition",)


def at_one_word(place: Place) -> Place:
    """The place of the word of a condition that the cursor is in, instead of that of all of it."""
    before, after = place.prefix, place.word[len(place.prefix) :]
    found = _WORD_BEFORE.search(before)
    typed = found[0] if found is not None else ""
    rest = _WORD_AFTER.match(after)
    ending = rest[0] if rest is not None else ""
    return replace(
        place,
        sort=Sort.VALUE,
        start=place.cursor - len(typed),
        end=place.cursor + len(ending),
        word=typed + ending,
        prefix=typed,
    )


def condition_choices(before: str, typed: str) -> list[Choice]:
    """What fits behind a piece of a condition; ``typed`` is the beginning of the word that is being typed."""
    before = before[: len(before) - len(typed)]
    if len(before) > MAX_LENGTH:
        return []
    if wants_operator(before):
        return list(_operators(before))
    return list(_values(before))


def action_choices() -> Iterator[Choice]:
    """What a trigger can do."""
    for each in ACTIONS:
        yield Choice(each.name, Kind.CHOICE, each.meaning)


def _operators(before: str) -> Iterator[Choice]:
    """Where nothing is compared yet comparisons come first, else what joins two of them."""
    piece = _JOINED.split(before)[-1]
    names = _NAME.findall(piece)
    known = condition_name(names[-1]) if names else None
    is_truth = known is not None and known.type is ValueType.TRUTH
    is_over = bool(_COMPARED.search(piece)) or is_truth
    for sign, meaning in sorted(OPERATORS, key=lambda each: (each[0] not in ("and", "or")) is is_over):
        if not (is_truth and sign not in ("and", "or", "==", "!=")):
            yield Choice(sign, Kind.CHOICE, meaning, as_is=True)


def _values(before: str) -> Iterator[Choice]:
    """Names, those of the type that they are compared with first."""
    wanted = _wanted(before)
    for each in sorted(NAMES, key=lambda each: wanted is not None and each.type is not wanted):
        yield Choice(each.name, Kind.NAME, each.meaning, str(each.type), as_is=True)
    if wanted is ValueType.DURATION:
        for text in _USUAL:
            yield Choice(text, Kind.DURATION, as_is=True)
    if not before.strip():
        for text in _EXAMPLES:
            yield Choice(text, Kind.CHOICE, "for example")
    if wanted is None:
        yield Choice("not", Kind.CHOICE, "What follows does not hold. Also written `!`.", as_is=True)


def _wanted(before: str) -> ValueType | None:
    """The type of what is compared to the left of the place; None where nothing is."""
    piece = _JOINED.split(before)[-1]
    compared = list(_COMPARED.finditer(piece))
    if not compared:
        return None
    names: list[ConditionName] = [
        known
        for each in _NAME.findall(piece[: compared[-1].start()])
        if (known := condition_name(each)) is not None
    ]
    return names[0].type if names else None
