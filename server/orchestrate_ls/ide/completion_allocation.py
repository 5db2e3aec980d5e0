"""The tasks in an allocation list such as ``- api-developer: T2, T4``: which part of such a text is being typed, and
which tasks may stand there.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from orchestrate_ls.ide.completion_place import Place, Sort
from orchestrate_ls.ide.completion_tasks import Found, tasks_to_choose

_FIELDS: Final = frozenset(
    {
        "agent", "availability", "backup", "capacity", "current_load", "description", "experience_level", "id",
        "name", "recent_performance", "skills",
    }
)  # fmt: skip
"""What an item says of an agent; any other key there is the name of one."""


def is_allocation(place: Place) -> bool:
    """Whether the tasks of an agent are named here."""
    path = place.path
    if Sort.VALUE not in place.sort or path[:1] != ("agents",):
        return False
    steps = path[1:-1] if len(path) > 2 and isinstance(path[-1], int) else path[1:]
    if len(steps) == 2 and isinstance(steps[0], int) and isinstance(steps[1], str):
        return steps[1] not in _FIELDS
    return len(steps) == 1 and isinstance(steps[0], str)


def at_one_name(place: Place) -> Place | None:
    """A place inside of one of the names in a text like ``T1, T2``; the place itself elsewhere.

    None behind a comma at the end of a line where no such text is meant.
    """
    if not is_allocation(place) or isinstance(place.path[-1], int):
        return None if Sort.VALUE in place.sort and place.word != place.word.rstrip() else place
    if Sort.KEY in place.sort and "," not in place.word:
        return place
    before, after = place.word[: len(place.prefix)], place.word[len(place.prefix) :]
    others = before.rpartition(",")[0] + "," + after.partition(",")[2]
    prefix = before.rpartition(",")[2]
    rest = after.partition(",")[0]
    written = prefix.lstrip(" \t")
    start = place.cursor - len(written)
    end = place.cursor + len(rest.rstrip(" \t"))
    return replace(
        place,
        sort=Sort.VALUE,
        start=start,
        end=end,
        word=written + rest.rstrip(" \t"),
        prefix=written,
        needs_space=place.needs_space or (prefix == "" and before.endswith(",")),
        list_present=frozenset(name for each in others.split(",") if (name := each.strip())),
    )


def allocated_tasks(place: Place) -> Found:
    """Tasks that are not in the list yet: first those of the agent, then those of nobody, then all others."""
    steps = place.path[:-1] if isinstance(place.path[-1], int) else place.path
    agent = steps[-1]
    plan = place.source.plan
    found = tasks_to_choose(plan, len(plan.tasks), set(), place.list_present, place.prefix)

    def rank(name: str) -> int:
        own = plan.tasks[plan.index_of[name]].agent if name in plan.index_of else None
        return 0 if own == agent else 1 if own is None else 2

    in_order = sorted(
        reversed(found.choices) if not place.prefix else found.choices, key=lambda each: rank(each.value)
    )
    return Found(in_order, found.cut)
