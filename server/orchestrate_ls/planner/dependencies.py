"""Order among the parts of a plan: what makes an artefact comes before what needs it, and nothing else waits.

The edges are transitively reduced, by the schedule's own reduction. Knows nothing of names, estimates or agents.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from orchestrate_ls.planner.assemble import Part
from orchestrate_ls.planner.catalogue import BACKBONE, OWN, CatalogueError
from orchestrate_ls.schedule.network import Link, Network
from orchestrate_ls.schedule.reduction import redundant_links

_FIRST: Final = frozenset(("first", "first of all", "beforehand", "zuerst"))
_PLACE: Final = re.compile(
    r"\w+\s+\w+.*\s(?P<place>first(?: of all)?|beforehand|zuerst|last(?: of all)?|at the end|zuletzt)$",
    re.IGNORECASE,
)

_MANNER: Final = re.compile(
    r"\b(?:(?:new|old|larg|small|high|low|fast|slow|cheap|clos|near|lat|earli|short|long|bigg|few)est|best|worst|most|recent)\b"
    r"|\b(?:mobile|offline|local|privacy|security|api|content|design|code|customer|user|people|safety|cloud)$",
    re.IGNORECASE,
)
"""In "newest orders first" and "mobile first" the last word says nothing of the order of the work."""


@dataclass(frozen=True, slots=True)
class Order:
    """For each part, by index: what it waits for, its depth (longest chain before it), all before it as bits."""

    predecessors: tuple[tuple[int, ...], ...]
    depth: tuple[int, ...]
    ancestors: tuple[int, ...]

    def independent(self, a: int, b: int) -> bool:
        """Whether there is no path between the two."""
        return not (self.ancestors[a] >> b & 1 or self.ancestors[b] >> a & 1)


def order_parts(parts: Sequence[Part], backbones: Sequence[str]) -> Order:
    """Link the parts by their artefacts. Raises CatalogueError if the catalogue's artefacts form a cycle."""
    makers: dict[str, list[int]] = {}
    for index, part in enumerate(parts):
        for artefact in part.template.makes:
            makers.setdefault(artefact, []).append(index)
    waits = [_waits_for(index, part, parts, makers, backbones) for index, part in enumerate(parts)]
    for before, after, _ in stated_orders(parts):
        # What an artefact decides stands; words such as "first" give way to it.
        if not _comes_before(waits, after, before):
            waits[after].add(before)
    return order_of(waits)


def stated_orders(parts: Sequence[Part]) -> list[tuple[int, int, str]]:
    """What a goal says to do first, or last, among its features: which part before which, and the words."""
    own = [index for index, part in enumerate(parts) if part.feature is not None]
    found: list[tuple[int, int, str]] = []
    for index in own:
        feature, is_first = parts[index].feature, _is_said_first(parts[index])
        if feature is None or is_first is None:
            continue
        for other in own:
            if parts[other].feature is feature or _is_said_first(parts[other]) is is_first:
                continue
            found.append((index, other, feature.name) if is_first else (other, index, feature.name))
    return found


def _is_said_first(part: Part) -> bool | None:
    """Whether a part is said to come first (True) or last (False): "label the data first". None where neither is."""
    name = f"{part.feature.verb} {part.feature.name}".strip() if part.feature is not None else ""
    place = _PLACE.fullmatch(name)
    if place is None or _MANNER.search(name[: place.start("place")].rstrip()):
        return None
    return place["place"].casefold() in _FIRST


def _comes_before(waits: Sequence[Collection[int]], early: int, late: int) -> bool:
    """Whether ``late`` waits for ``early``, or is it."""
    stack, seen = [late], {late}
    while stack:
        index = stack.pop()
        if index == early:
            return True
        for each in waits[index]:
            if each not in seen:
                seen.add(each)
                stack.append(each)
    return False


def order_of(waits: Sequence[Collection[int]]) -> Order:
    """The order in which each part waits for the ones given for it, reduced.

    Raises CatalogueError for a cycle.
    """
    links = [Link(before, after) for after, earlier in enumerate(waits) for before in sorted(earlier)]
    network = Network([0] * len(waits), links)
    if not network.is_acyclic:
        raise CatalogueError("the catalogue's artefacts need each other in a circle")
    redundant = {(before, after) for before, after, _ in redundant_links(network)}
    ancestors = [0] * len(waits)
    depth = [0] * len(waits)
    for number, wave in enumerate(network.waves):
        for index in wave:
            depth[index] = number
            for before in waits[index]:
                ancestors[index] |= ancestors[before] | 1 << before
    reduced = tuple(
        tuple(before for before in sorted(earlier) if (before, after) not in redundant)
        for after, earlier in enumerate(waits)
    )
    return Order(reduced, tuple(depth), tuple(ancestors))


def _waits_for(
    index: int, part: Part, parts: Sequence[Part], makers: dict[str, list[int]], backbones: Sequence[str]
) -> set[int]:
    wanted = list(part.requires)
    for artefact in part.template.needs:
        wanted += backbones if artefact == BACKBONE else [artefact]
    found: set[int] = set()
    for artefact in wanted:
        own = artefact.startswith(OWN)
        for maker in makers.get(artefact.removeprefix(OWN), ()):
            other = parts[maker]
            if maker != index and other.template is not part.template and _concerns(part, other, own):
                found.add(maker)
    return found


def _concerns(part: Part, other: Part, own: bool) -> bool:
    """Whether what `other` makes is meant for `part`: of the same feature, or among the features it looks after."""
    if own:
        return part.feature is not None and other.feature is part.feature
    if not part.covered:
        return True
    if other.feature is not None:
        return other.feature in part.covered
    if other.covered and other.rank == part.rank:
        return any(feature in part.covered for feature in other.covered)
    return True
