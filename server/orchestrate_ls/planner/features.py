"""What a brief is made of: features, exclusions and technologies, each with the words of the goal it came from.

Plain data; knows nothing of how goals are read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from orchestrate_ls.planner.items import shorten

MOST_FEATURES = 48
"""More listed things than this are bundled, so that a plan stays one that people can read."""


@dataclass(frozen=True, slots=True)
class Feature:
    """Something the goal names. `text` is goal[start:end]; `name` the same words cleaned for a title.

    `capability` is the id of the catalogue's template that carries it out, `fulfils` that of a general task which
    is it ("unit tests"); both None for a feature that only the user's own words describe. `listed`: it stood in a list.
    `is_order`: the name is an order ("convert CSV files") and needs quotes inside a sentence.
    """

    name: str
    text: str
    start: int
    end: int
    kind: str
    verb: str = ""
    capability: str | None = None
    fulfils: str | None = None
    listed: bool = True
    is_order: bool = False


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Something the goal leaves out, with the layers, capabilities and words that go with it."""

    text: str
    start: int
    end: int
    layers: tuple[str, ...]
    capabilities: tuple[str, ...]
    hides: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TechnologyMention:
    """A language, framework, store or cloud the goal names, at goal[start:end]."""

    name: str
    start: int
    end: int


def unique(features: Sequence[Feature]) -> tuple[Feature, ...]:
    """The features without those of the same kind and name as an earlier one."""
    seen: dict[tuple[str, str], Feature] = {}
    for feature in features:
        seen.setdefault((feature.kind, feature.name.casefold()), feature)
    return tuple(seen.values())


def bundled(features: Sequence[Feature]) -> list[Feature]:
    """Neighbouring features put together until there are no more than MOST_FEATURES."""
    size = -(-len(features) // MOST_FEATURES) if features else 1
    if size <= 1:
        return list(features)
    bundles: list[Feature] = []
    for index in range(0, len(features), size):
        group = features[index : index + size]
        name = shorten(f"{group[0].name} and {len(group) - 1} more", 80) if len(group) > 1 else group[0].name
        text = "; ".join(feature.text for feature in group)
        bundles.append(replace(group[0], name=name, text=text, end=group[-1].end, fulfils=None))
    return bundles
