"""What the planner's catalogue consists of: roles, technologies, task templates, shapes and kinds of work.

Plain data. Knows neither files nor how texts are read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

BACKBONE = "backbone"
"""Stands for whatever the features of the shape at hand build on."""
FEATURE = "feature"
"""The artefact that every task carrying out a named feature makes."""
OWN = "own:"
"""Prefix of an artefact wanted from tasks of the same feature only."""


Hours = tuple[float, float, float]


class CatalogueError(ValueError):
    """The catalogue's data contradicts itself; the message names the entry."""


@dataclass(frozen=True, slots=True)
class Role:
    """A kind of agent: `skills` it always has, `domains` of technologies that concern it."""

    id: str
    level: str
    skills: tuple[str, ...]
    domains: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Technology:
    """A language, framework, store or cloud, and the skill it asks for."""

    name: str
    skill: str
    words: tuple[str, ...]
    exact: tuple[str, ...]
    domains: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Layer:
    """A part of a product that a goal may leave out; `hides` are words that go with it."""

    id: str
    name: str
    words: tuple[str, ...]
    hides: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Template:
    """A task to be: with what it needs and makes. Estimates are (optimistic, likely, pessimistic) hours."""

    id: str
    title: str
    name: str
    about: str
    role: str
    skills: tuple[str, ...]
    estimate: Hours
    per_feature: Hours | None
    at_most: int | None
    covers: bool
    priority: str
    group: str
    layer: str | None
    requires: tuple[str, ...]
    needs: tuple[str, ...]
    makes: tuple[str, ...]
    success: tuple[str, ...]
    done: tuple[str, ...]
    gate: str | None
    words: tuple[str, ...]
    ui: bool
    implies: tuple[str, ...]
    scope: tuple[str, ...]
    shape: str | None
    only: tuple[str, ...]
    core: str | None
    several: bool
    is_capability: bool

    @property
    def expected_hours(self) -> float:
        """PERT expectation (o + 4m + p) / 6 of the estimate without features."""
        optimistic, likely, pessimistic = self.estimate
        return (optimistic + 4 * likely + pessimistic) / 6


@dataclass(frozen=True, slots=True)
class ScreenWork:
    """How the interface of a shape is built: one task for all, or one for each feature."""

    single: str
    each: str
    layer: str
    only_named: bool


@dataclass(frozen=True, slots=True)
class Shape:
    """A kind of product: what it always has, what its features build on, what follows them.

    `without`: artefacts that are not set up for it, though a feature may ask for them.
    """

    id: str
    words: tuple[str, ...]
    weak: tuple[str, ...]
    hints: tuple[str, ...]
    scope: tuple[str, ...]
    requires: tuple[str, ...]
    backbone: tuple[str, ...]
    screens: ScreenWork | None
    developer: str
    developer_skills: tuple[str, ...]
    feature: str
    literal: bool
    large: tuple[str, ...]
    without: tuple[str, ...]
    closing: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of work with its own course: tasks per target, per listed item, and shared ones."""

    id: str
    template: str | None
    verbs: tuple[str, ...]
    words: tuple[str, ...]
    verb_words: tuple[str, ...]
    weak_verbs: tuple[str, ...]
    weak_words: tuple[str, ...]
    verb: str
    splits: str
    points: int
    replaces: bool
    target: tuple[str, ...]
    trivial: tuple[str, ...]
    trivial_target: tuple[str, ...]
    item: str | None
    course: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Workflow:
    """A workflow template: phases in order, which of them a fast track leaves out, and what it sets for tasks.

    `default_agents[i]` usually does `phases[i]`. `priority` is a word or a number as a plan writes it.
    """

    name: str
    phases: tuple[str, ...]
    optional: frozenset[str] = frozenset()
    default_agents: tuple[str, ...] = ()
    priority: str | None = None
    fast_track: bool = False
    quality_focus: str | None = None
    is_built_in: bool = False


@dataclass(frozen=True, slots=True)
class PhaseSort:
    """What a phase of these words is about: tasks of these catalogue entries and groups."""

    id: str
    words: tuple[str, ...]
    groups: tuple[str, ...]
    entries: tuple[str, ...]
    makes_up: str | None


@dataclass(frozen=True, slots=True)
class Language:
    """Function words of one language: how lists begin, are joined, and how things are left out."""

    id: str
    signs: tuple[str, ...]
    lists: tuple[str, ...]
    joins: tuple[str, ...]
    without: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wording:
    """How goals are worded."""

    languages: tuple[Language, ...]
    kept_together: tuple[str, ...]
    openings: tuple[str, ...]
    new_verbs: tuple[str, ...]
    changing_verbs: tuple[str, ...]
    empty_verbs: tuple[str, ...]
    everyday_verbs: tuple[str, ...]
    everyday_nouns: tuple[str, ...]
    part_nouns: tuple[str, ...]
    noun_verbs: tuple[str, ...]
    compound_nouns: tuple[str, ...]
    unseen_words: tuple[str, ...]
    action_verbs: tuple[str, ...]
    determiners: tuple[str, ...]
    product_nouns: tuple[str, ...]
    qualities: tuple[str, ...]
    urgent_words: tuple[str, ...]
    prepositions: tuple[str, ...]
