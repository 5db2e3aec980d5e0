"""The planner's knowledge: roles, technologies, task templates, product shapes and kinds of work, read from data files.

Knows nothing of any goal. The data lies in `catalogue/*.yaml` beside this file; what its fields mean is
said at the top of each file. A mistake in the data is a CatalogueError that names the entry.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import Any, cast

import yaml

from orchestrate_ls.planner.catalogue_entries import (
    BACKBONE,
    FEATURE,
    OWN,
    CatalogueError,
    Hours,
    Kind,
    Language,
    Layer,
    PhaseSort,
    Role,
    ScreenWork,
    Shape,
    Technology,
    Template,
    Wording,
    Workflow,
)
from orchestrate_ls.planner.catalogue_parsing import (
    kind_of,
    layer_of,
    phase_sort_of,
    role_of,
    shape_of,
    strings,
    technology_of,
    template_of,
    wording_of,
    workflow_of,
)
from orchestrate_ls.planner.catalogue_references import check_references
from orchestrate_ls.planner.words import Lexicon, lexicon_of, phrase_set, words_of

__all__ = [
    "BACKBONE",
    "FEATURE",
    "OWN",
    "Catalogue",
    "CatalogueError",
    "Hours",
    "Kind",
    "Language",
    "Layer",
    "PhaseSort",
    "Role",
    "ScreenWork",
    "Shape",
    "Technology",
    "Template",
    "Wording",
    "Workflow",
    "catalogue_from",
    "load_catalogue",
    "parse_catalogue",
    "shipped_sections",
]

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
    "workflows.yaml",
)


@dataclass(frozen=True, eq=False)
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
    workflows: Mapping[str, Workflow]
    phase_sorts: Mapping[str, PhaseSort]

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
    def part_nouns(self) -> Lexicon[bool]:
        """Parts of a product that exists: a button, a widget, an endpoint."""
        return phrase_set(self.wording.part_nouns)

    @cached_property
    def unseen_words(self) -> frozenset[str]:
        """Forms of words of features that nobody sees on a screen."""
        return frozenset(word.form for phrase in self.wording.unseen_words for word in words_of(phrase))

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


Sections = dict[str, dict[str, Any]]


@lru_cache(maxsize=1)
def load_catalogue() -> Catalogue:
    """The catalogue that comes with the package, parsed once in a process."""
    return catalogue_from(shipped_sections())


def shipped_sections() -> Sections:
    """The entries of the shipped files by section, as data."""
    folder = files("orchestrate_ls.planner").joinpath("catalogue")
    return merged_sections([folder.joinpath(name).read_text(encoding="utf-8") for name in FILES])


def parse_catalogue(texts: Iterable[str]) -> Catalogue:
    """The catalogue made of these YAML texts together. Raises CatalogueError for entries that do not fit."""
    return catalogue_from(merged_sections(texts))


def merged_sections(texts: Iterable[str]) -> Sections:
    """The entries of these YAML texts by section. Raises CatalogueError for one that is there twice."""
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
    return merged


def catalogue_from(merged: Sections) -> Catalogue:
    """The catalogue of these entries. Raises CatalogueError for entries that do not fit together."""
    lists = merged.get("", {})
    done_sets = {key: strings(value, f"done.{key}") for key, value in merged.get("done", {}).items()}
    templates = {key: template_of(key, value, done_sets, False) for key, value in merged["templates"].items()}
    for key, value in merged["capabilities"].items():
        if key in templates:
            raise CatalogueError(f"capabilities.{key}: a template has this name")
        templates[key] = template_of(key, value, done_sets, True)
    catalogue = Catalogue(
        roles={key: role_of(key, value) for key, value in merged["roles"].items()},
        technologies={key: technology_of(key, value) for key, value in merged["technologies"].items()},
        layers={key: layer_of(key, value) for key, value in merged["layers"].items()},
        layer_implies={key: strings(value, key) for key, value in merged.get("layer_implies", {}).items()},
        wording=wording_of(lists, merged["languages"]),
        templates=templates,
        shapes={key: shape_of(key, value) for key, value in merged["shapes"].items()},
        kinds={key: kind_of(key, value) for key, value in merged["kinds"].items()},
        providers={key: str(value) for key, value in merged["providers"].items()},
        gates=merged["gates"],
        workflows={key: workflow_of(key, value) for key, value in merged["workflows"].items()},
        phase_sorts={key: phase_sort_of(key, value) for key, value in merged["phase_sorts"].items()},
    )
    check_references(catalogue)
    return catalogue
