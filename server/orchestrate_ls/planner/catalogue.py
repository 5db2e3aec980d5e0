"""The planner's knowledge: roles, technologies, task templates, product shapes and kinds of work, read from data files.

Knows nothing of any goal. The data lies in `catalogue/*.yaml` beside this file; what its fields mean is
said at the top of each file. A mistake in the data is a CatalogueError that names the entry.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import Any, cast

import yaml

from orchestrate_ls.planner.words import Lexicon, lexicon_of, phrase_set

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
FILES = (
    "roles.yaml",
    "technologies.yaml",
    "wording.yaml",
    "foundations.yaml",
    "kinds.yaml",
    "capabilities_product.yaml",
    "capabilities_data.yaml",
    "capabilities_operations.yaml",
)
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
    """A kind of product: what it always has, what its features build on, what follows them."""

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
    item: str | None
    course: Mapping[str, str]


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
    determiners: tuple[str, ...]
    product_nouns: tuple[str, ...]
    qualities: tuple[str, ...]
    urgent_words: tuple[str, ...]
    prepositions: tuple[str, ...]


@dataclass(frozen=True)
class Catalogue:
    """All of it. Lexicons are made when first asked for."""

    roles: Mapping[str, Role]
    technologies: Mapping[str, Technology]
    layers: Mapping[str, Layer]
    layer_implies: Mapping[str, tuple[str, ...]]
    wording: Wording
    templates: Mapping[str, Template]
    shapes: Mapping[str, Shape]
    kinds: Mapping[str, Kind]
    providers: Mapping[str, str]
    gates: Mapping[str, Any]

    @cached_property
    def capability_words(self) -> Lexicon[Template]:
        """Phrases that name a capability."""
        capabilities = {key: item for key, item in self.templates.items() if item.is_capability}
        return lexicon_of({key: item.words for key, item in capabilities.items()}, capabilities)

    @cached_property
    def technology_words(self) -> Lexicon[Technology]:
        """Phrases that name a technology in any case."""
        return lexicon_of({key: item.words for key, item in self.technologies.items()}, self.technologies)

    @cached_property
    def exact_technologies(self) -> Mapping[str, str]:
        """Names that mean a technology only when written exactly so, as Go."""
        return {word: item.name for item in self.technologies.values() for word in item.exact}

    @cached_property
    def prepositions(self) -> frozenset[str]:
        """Words that end a noun phrase."""
        return frozenset(self.wording.prepositions)

    @cached_property
    def everyday_nouns(self) -> Lexicon[bool]:
        """Things that are hardly ever software."""
        return phrase_set(self.wording.everyday_nouns)

    @cached_property
    def layer_words(self) -> Lexicon[Layer]:
        """Phrases that name a part of a product."""
        return lexicon_of({key: item.words for key, item in self.layers.items()}, self.layers)

    @cached_property
    def shape_words(self) -> Lexicon[Shape]:
        """Phrases that name a kind of product."""
        return lexicon_of({key: item.words for key, item in self.shapes.items()}, self.shapes)

    @cached_property
    def weak_shape_words(self) -> Lexicon[Shape]:
        """Words that name a kind of product when nothing better does."""
        return lexicon_of({key: item.weak for key, item in self.shapes.items()}, self.shapes)

    @cached_property
    def shape_hints(self) -> Lexicon[Shape]:
        """Words that suggest a kind of product."""
        return lexicon_of({key: item.hints for key, item in self.shapes.items()}, self.shapes)

    @cached_property
    def product_nouns(self) -> Lexicon[bool]:
        """Words that say what a thing is rather than what it is about."""
        shape_nouns = {word for key in _SHAPES_OF_NOUNS for word in self.shapes[key].words}
        nouns = sorted({*self.wording.product_nouns, *shape_nouns})
        return phrase_set(nouns)


# The words of these shapes say only what a thing is; "search service" or "card game" say more.
_SHAPES_OF_NOUNS = (
    "cli",
    "script",
    "library",
    "mobile-app",
    "desktop-app",
    "data-pipeline",
    "infrastructure",
    "ci",
    "frontend",
)


@lru_cache(maxsize=1)
def load_catalogue() -> Catalogue:
    """The catalogue shipped with the package, parsed once in a process."""
    folder = files("orchestrate_ls.planner").joinpath("catalogue")
    return parse_catalogue([folder.joinpath(name).read_text(encoding="utf-8") for name in FILES])


def parse_catalogue(texts: Iterable[str]) -> Catalogue:
    """The catalogue made of these YAML texts together. Raises CatalogueError for entries that do not fit."""
    merged: dict[str, dict[str, Any]] = {}
    for text in texts:
        document = cast("object", yaml.load(text, Loader=_Loader))  # noqa: S506 - CSafeLoader, or SafeLoader
        if not isinstance(document, dict):
            raise CatalogueError("a catalogue file must be a mapping")
        for section, entries in cast("dict[str, Any]", document).items():
            if isinstance(entries, dict):
                known = merged.setdefault(section, {})
                twice = sorted(known.keys() & cast("dict[str, Any]", entries).keys())
                if twice:
                    raise CatalogueError(f"{section}: defined twice: {', '.join(twice)}")
                known.update(cast("dict[str, Any]", entries))
            else:
                merged.setdefault("", {})[section] = entries
    lists = merged.get("", {})
    done_sets = {key: _strings(value, f"done.{key}") for key, value in merged.get("done", {}).items()}
    templates = {key: _template(key, value, done_sets, False) for key, value in merged["templates"].items()}
    for key, value in merged["capabilities"].items():
        if key in templates:
            raise CatalogueError(f"capabilities.{key}: a template has this name")
        templates[key] = _template(key, value, done_sets, True)
    catalogue = Catalogue(
        roles={key: _role(key, value) for key, value in merged["roles"].items()},
        technologies={key: _technology(key, value) for key, value in merged["technologies"].items()},
        layers={key: _layer(key, value) for key, value in merged["layers"].items()},
        layer_implies={key: _strings(value, key) for key, value in merged.get("layer_implies", {}).items()},
        wording=_wording(lists, merged["languages"]),
        templates=templates,
        shapes={key: _shape(key, value) for key, value in merged["shapes"].items()},
        kinds={key: _kind(key, value) for key, value in merged["kinds"].items()},
        providers={key: str(value) for key, value in merged["providers"].items()},
        gates=merged["gates"],
    )
    _check_references(catalogue)
    return catalogue


def _strings(value: object, where: str) -> tuple[str, ...]:
    if value is None:
        return ()
    if not isinstance(value, list):
        raise CatalogueError(f"{where}: a list of texts is expected")
    return tuple(str(item) for item in cast("list[object]", value))


def _hours(value: object, where: str) -> Hours:
    numbers = cast("list[object]", value) if isinstance(value, list) else []
    if len(numbers) != 3 or not all(isinstance(number, int | float) for number in numbers):
        raise CatalogueError(f"{where}: three numbers of hours are expected")
    low, likely, high = (float(cast("float", number)) for number in numbers)
    if not 0 <= low <= likely <= high:
        raise CatalogueError(f"{where}: optimistic, likely, pessimistic must not fall")
    return low, likely, high


def _role(key: str, entry: dict[str, Any]) -> Role:
    return Role(key, str(entry["level"]), _strings(entry["skills"], key), _strings(entry.get("domains"), key))


def _technology(key: str, entry: dict[str, Any]) -> Technology:
    return Technology(
        name=key,
        skill=str(entry["skill"]),
        words=_strings(entry.get("words"), key),
        exact=_strings(entry.get("exact"), key),
        domains=_strings(entry.get("domains"), key),
    )


def _layer(key: str, entry: dict[str, Any]) -> Layer:
    return Layer(
        key, str(entry["name"]), _strings(entry.get("words"), key), _strings(entry.get("hides"), key)
    )


def _template(
    key: str, entry: dict[str, Any], done_sets: Mapping[str, tuple[str, ...]], capability: bool
) -> Template:
    unknown = sorted(entry.keys() - _TEMPLATE_FIELDS)
    if unknown:
        raise CatalogueError(f"{key}: unknown field {', '.join(unknown)}")
    for field in ("about", "estimate", "success"):
        if field not in entry:
            raise CatalogueError(f"{key}: {field} is missing")
    done = _strings(entry.get("done", ["code"] if capability else None), f"{key}.done")
    makes = _strings(entry.get("makes"), f"{key}.makes")
    name = str(entry.get("name", "{feature}"))
    return Template(
        id=key,
        title=str(entry.get("title", name if "{" not in name else key.replace("-", " ").capitalize())),
        name=name,
        about=str(entry["about"]),
        role=str(entry.get("role", "developer")),
        skills=_strings(entry.get("skills"), f"{key}.skills"),
        estimate=_hours(entry["estimate"], f"{key}.estimate"),
        per_feature=_hours(entry["per_feature"], f"{key}.per_feature") if "per_feature" in entry else None,
        at_most=entry.get("at_most"),
        covers=bool(entry.get("covers", False)),
        priority=str(entry.get("priority", "medium")),
        group=str(entry.get("group", "features")),
        layer=entry.get("layer"),
        requires=_strings(entry.get("requires", [BACKBONE] if capability else None), f"{key}.requires"),
        needs=_strings(entry.get("needs"), f"{key}.needs"),
        makes=(FEATURE, *makes) if capability else makes,
        success=_strings(entry["success"], f"{key}.success"),
        done=tuple(line for item in done for line in done_sets.get(item, (item,))),
        gate=entry.get("gate", "code_review" if capability and "done" not in entry else None),
        words=_strings(entry.get("words"), f"{key}.words"),
        ui=bool(entry.get("ui", False)),
        implies=_strings(entry.get("implies"), f"{key}.implies"),
        scope=_strings(entry.get("scope"), f"{key}.scope"),
        shape=entry.get("shape"),
        only=_strings(entry.get("only"), f"{key}.only"),
        core=entry.get("core"),
        is_capability=capability,
    )


_TEMPLATE_FIELDS = frozenset(Template.__slots__) - {"id", "is_capability"}


def _shape(key: str, entry: dict[str, Any]) -> Shape:
    screens: dict[str, Any] | None = entry.get("ui")
    return Shape(
        id=key,
        words=_strings(entry.get("words"), key),
        weak=_strings(entry.get("weak"), key),
        hints=_strings(entry.get("hints"), key),
        scope=_strings(entry["scope"], key),
        requires=_strings(entry["requires"], key),
        backbone=_strings(entry["backbone"], key),
        screens=None
        if screens is None
        else ScreenWork(
            screens["single"], screens["each"], screens["layer"], bool(screens.get("only_named", False))
        ),
        developer=str(entry["developer"]["role"]),
        developer_skills=_strings(entry["developer"]["skills"], key),
        feature=str(entry["feature"]),
        literal=bool(entry.get("literal", False)),
        large=_strings(entry.get("large"), key),
        closing=dict(entry["closing"]),
    )


def _kind(key: str, entry: dict[str, Any]) -> Kind:
    return Kind(
        id=key,
        template=entry.get("template"),
        verbs=_strings(entry.get("verbs"), key),
        words=_strings(entry.get("words"), key),
        verb_words=_strings(entry.get("verb_words"), key),
        weak_verbs=_strings(entry.get("weak_verbs"), key),
        weak_words=_strings(entry.get("weak_words"), key),
        verb=str(entry.get("verb", "")),
        splits=str(entry.get("splits", "free")),
        points=int(entry["points"]),
        replaces=bool(entry.get("replaces", False)),
        target=_strings(entry["target"], key),
        item=entry.get("item"),
        course=dict(entry["course"]),
    )


def _wording(lists: dict[str, Any], languages: dict[str, Any]) -> Wording:
    return Wording(
        languages=tuple(
            Language(key, *(_strings(value[part], key) for part in ("signs", "lists", "joins", "without")))
            for key, value in languages.items()
        ),
        **{
            field: _strings(lists[field], field)
            for field in (
                "kept_together",
                "openings",
                "new_verbs",
                "changing_verbs",
                "empty_verbs",
                "everyday_verbs",
                "everyday_nouns",
                "determiners",
                "product_nouns",
                "qualities",
                "urgent_words",
                "prepositions",
            )
        },
    )


def _check_references(catalogue: Catalogue) -> None:
    made = {artefact for template in catalogue.templates.values() for artefact in template.makes}
    for template in catalogue.templates.values():
        _check_template(catalogue, template, made | {BACKBONE})
    for artefact, provider in catalogue.providers.items():
        if provider not in catalogue.templates or artefact not in catalogue.templates[provider].makes:
            raise CatalogueError(f"providers.{artefact}: {provider} does not make it")
    for shape in catalogue.shapes.values():
        screens = [shape.screens.single, shape.screens.each] if shape.screens is not None else []
        named = (*shape.closing, shape.feature, *shape.large, *screens)
        _known(f"shapes.{shape.id}", "template", named, catalogue.templates)
        _known(f"shapes.{shape.id}", "artefact", (*shape.requires, *shape.backbone), catalogue.providers)
        _known(f"shapes.{shape.id}", "role", [shape.developer], catalogue.roles)
        _known(f"shapes.{shape.id}", "layer", shape.scope, catalogue.layers)
    for kind in catalogue.kinds.values():
        named = (*kind.target, *kind.course, *([kind.item] if kind.item else []))
        _known(f"kinds.{kind.id}", "template", named, catalogue.templates)


def _check_template(catalogue: Catalogue, template: Template, made: set[str]) -> None:
    where = template.id
    if template.role != "developer":
        _known(where, "role", [template.role], catalogue.roles)
    for what, name, known in (
        ("layer", template.layer, catalogue.layers),
        ("gate", template.gate, catalogue.gates),
        ("shape", template.shape, catalogue.shapes),
        ("template", template.core, catalogue.templates),
    ):
        if name is not None:
            _known(where, what, [name], known)
    _known(where, "layer", template.scope, catalogue.layers)
    _known(where, "shape", template.only, catalogue.shapes)
    _known(where, "provider of", [a for a in template.requires if a != BACKBONE], catalogue.providers)
    _known(where, "maker of", [artefact.removeprefix(OWN) for artefact in template.needs], made)
    if template.priority not in ("critical", "high", "medium", "low"):
        raise CatalogueError(f"{where}: unknown priority {template.priority}")


def _known(where: str, what: str, names: Iterable[str], known: Container[str]) -> None:
    for name in names:
        if name not in known:
            raise CatalogueError(f"{where}: unknown {what} {name}")
