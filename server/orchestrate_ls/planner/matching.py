"""Finds out which tasks of two lists are the same: by what they are called, what they are to reach, and who does them.

Works on looks of tasks, so that tasks of a file and of a draft are told by the same marks. Knows no file.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from orchestrate_ls.plan.model import Task
from orchestrate_ls.planner.catalogue import Catalogue
from orchestrate_ls.planner.draft import DraftTask
from orchestrate_ls.planner.words import words_of

ENOUGH: Final = 60
"""From 0 (nothing in common) to 100 (the same name); below this two tasks are not the same."""
_NAME, _DESCRIPTION = 100, 92
_WORDS, _CAPABILITY, _CRITERIA, _AGENT, _ID = 70, 40, 15, 5, 1
_FILLERS: Final = frozenset(
    ("a", "an", "the", "and", "or", "of", "for", "to", "in", "on", "with", "by", "from")
)
_COMMON: Final = 100
"""A word in so many tasks tells none of them from another."""


@dataclass(frozen=True, slots=True)
class TaskLook:
    """The marks by which a task is known again."""

    id: str
    name: str
    description: str
    criteria: tuple[str, ...]
    agent: str

    @classmethod
    def of_task(cls, task: Task) -> TaskLook:
        """The look of a task of a plan file; its name is its id where it has none."""
        return cls(
            task.id or "",
            " ".join((task.name or task.id or "").casefold().split()),
            " ".join((task.description or "").split()),
            task.success_criteria,
            task.agent or "",
        )

    @classmethod
    def of_draft(cls, task: DraftTask) -> TaskLook:
        """The look of a drafted task."""
        return cls(
            task.id,
            " ".join(task.name.casefold().split()),
            " ".join(task.description.split()),
            task.success_criteria,
            task.agent,
        )


def same_tasks(
    known: Sequence[TaskLook], drafted: Sequence[TaskLook], catalogue: Catalogue
) -> dict[int, int]:
    """For tasks of ``drafted``, by index, the same one of ``known``. The most alike are taken first, each once."""
    near = _candidates(known, drafted)
    scored: list[tuple[int, int, int]] = []
    for right, look in enumerate(drafted):
        for left in near[right]:
            score = likeness(known[left], look, catalogue)
            if score >= ENOUGH:
                scored.append((-score, right, left))
    found: dict[int, int] = {}
    taken: set[int] = set()
    for _, right, left in sorted(scored):
        if right not in found and left not in taken:
            found[right] = left
            taken.add(left)
    return found


def same_origins(
    before: Sequence[DraftTask], after: Sequence[DraftTask], catalogue: Catalogue
) -> dict[int, int]:
    """For tasks of a second draft, by index, the same one of a first."""
    known = {task.origin: index for index, task in enumerate(before) if task.origin}
    found = {
        index: known[task.origin] for index, task in enumerate(after) if task.origin and task.origin in known
    }
    left = [index for index, task in enumerate(before) if not task.origin]
    right = [index for index, task in enumerate(after) if not task.origin]
    alike = same_tasks(
        [TaskLook.of_draft(before[each]) for each in left],
        [TaskLook.of_draft(after[each]) for each in right],
        catalogue,
    )
    return found | {right[index]: left[same] for index, same in alike.items()}


def same_ids(before: Sequence[DraftTask], after: Sequence[DraftTask], catalogue: Catalogue) -> dict[int, int]:
    """For tasks of a second draft, by index, the same one of a first that its maker saw: under the same id, unless it
    is plainly another task.
    """
    known = {task.id: index for index, task in enumerate(before)}
    looks = [TaskLook.of_draft(task) for task in before]
    named = {look.name: index for index, look in reversed(list(enumerate(looks)))}
    found: dict[int, int] = {}
    for index, task in enumerate(after):
        look = TaskLook.of_draft(task)
        own = known.get(task.id)
        elsewhere = named.get(look.name, own)
        if (
            own is not None
            and elsewhere == own
            and (
                _telling(look.name) & _telling(looks[own].name) or look.description == looks[own].description
            )
        ):
            found[index] = own
    taken = set(found.values())
    left = [index for index in range(len(before)) if index not in taken]
    right = [index for index in range(len(after)) if index not in found]
    alike = same_tasks(
        [looks[each] for each in left], [TaskLook.of_draft(after[each]) for each in right], catalogue
    )
    return found | {right[index]: left[same] for index, same in alike.items()}


def likeness(known: TaskLook, drafted: TaskLook, catalogue: Catalogue) -> int:
    """How much two tasks look like the same one, from 0 to a little over 100."""
    same_id = _ID if known.id == drafted.id else 0
    if known.name == drafted.name:
        return _NAME + same_id + (_AGENT if known.agent == drafted.agent else 0)
    if known.description and known.description == drafted.description:
        return _DESCRIPTION + same_id
    left, right = _telling(known.name), _telling(drafted.name)
    if not left or not right:
        return 0
    capability, other = _capability(known.name, catalogue), _capability(drafted.name, catalogue)
    if capability and other and capability != other:
        return 0
    score = _WORDS * 2 * len(left & right) // (len(left) + len(right))
    score += _CAPABILITY if capability and capability == other and score else 0
    score += _CRITERIA if known.criteria and known.criteria == drafted.criteria else 0
    score += _AGENT if known.agent and known.agent == drafted.agent else 0
    return min(score, _DESCRIPTION - 1) + same_id


def _candidates(known: Sequence[TaskLook], drafted: Sequence[TaskLook]) -> list[list[int]]:
    """For each drafted task the known ones that have anything to do with it."""
    by_word: dict[str, list[int]] = defaultdict(list)
    by_text: dict[str, list[int]] = defaultdict(list)
    for index, look in enumerate(known):
        for word in sorted(_telling(look.name)):
            by_word[word].append(index)
        by_text[look.name].append(index)
        if look.description:
            by_text[look.description].append(index)
    found: list[list[int]] = []
    for look in drafted:
        near = set(by_text.get(look.name, ())) | set(by_text.get(look.description, ()))
        for word in _telling(look.name):
            having = by_word.get(word, ())
            if len(having) <= _COMMON:
                near.update(having)
        found.append(sorted(near))
    return found


@lru_cache(maxsize=20_000)
def _telling(name: str) -> frozenset[str]:
    return frozenset(word.form for word in words_of(name)) - _FILLERS


@lru_cache(maxsize=20_000)
def _capability(name: str, catalogue: Catalogue) -> str:
    hit = catalogue.capability_words.best(words_of(name))
    return hit.value.id if hit is not None else ""
