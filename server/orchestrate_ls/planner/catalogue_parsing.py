"""YAML data becomes catalogue entries. A mistake in the data is a CatalogueError that names the entry.

Reads no files, and does not know whether entries fit together (see `catalogue_references.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from orchestrate_ls.planner.catalogue_entries import (
    BACKBONE,
    FEATURE,
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


def strings(value: object, where: str) -> tuple[str, ...]:
    """A list of texts; nothing is the empty one. Raises CatalogueError for anything else."""
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


def role_of(key: str, entry: dict[str, Any]) -> Role:
    """The role of one entry under `roles`."""
    return Role(key, str(entry["level"]), strings(entry["skills"], key), strings(entry.get("domains"), key))


def technology_of(key: str, entry: dict[str, Any]) -> Technology:
    """The technology of one entry under `technologies`."""
    return Technology(
        name=key,
        skill=str(entry["skill"]),
        words=strings(entry.get("words"), key),
        exact=strings(entry.get("exact"), key),
        domains=strings(entry.get("domains"), key),
    )


def layer_of(key: str, entry: dict[str, Any]) -> Layer:
    """The layer of one entry under `layers`."""
    return Layer(key, str(entry["name"]), strings(entry.get("words"), key), strings(entry.get("hides"), key))


def template_of(
    key: str, entry: dict[str, Any], done_sets: Mapping[str, tuple[str, ...]], capability: bool
) -> Template:
    """The template of one entry under `templates` or `capabilities`; `done_sets` are the named lists of done."""
    unknown = sorted(entry.keys() - _TEMPLATE_FIELDS)
    if unknown:
        raise CatalogueError(f"{key}: unknown field {', '.join(unknown)}")
    for field in ("about", "estimate", "success"):
        if field not in entry:
            raise CatalogueError(f"{key}: {field} is missing")
    done = strings(entry.get("done", ["code"] if capability else None), f"{key}.done")
    makes = strings(entry.get("makes"), f"{key}.makes")
    name = str(entry.get("name", "{feature}"))
    return Template(
        id=key,
        title=str(entry.get("title", name if "{" not in name else key.replace("-", " ").capitalize())),
        name=name,
        about=str(entry["about"]),
        role=str(entry.get("role", "developer")),
        skills=strings(entry.get("skills"), f"{key}.skills"),
        estimate=_hours(entry["estimate"], f"{key}.estimate"),
        per_feature=_hours(entry["per_feature"], f"{key}.per_feature") if "per_feature" in entry else None,
        at_most=entry.get("at_most"),
        covers=bool(entry.get("covers", False)),
        priority=str(entry.get("priority", "medium")),
        group=str(entry.get("group", "features")),
        layer=entry.get("layer"),
        requires=strings(entry.get("requires", [BACKBONE] if capability else None), f"{key}.requires"),
        needs=strings(entry.get("needs"), f"{key}.needs"),
        makes=(FEATURE, *makes) if capability else makes,
        success=strings(entry["success"], f"{key}.success"),
        done=tuple(line for item in done for line in done_sets.get(item, (item,))),
        gate=entry.get("gate", "code_review" if capability and "done" not in entry else None),
        words=strings(entry.get("words"), f"{key}.words"),
        ui=bool(entry.get("ui", False)),
        implies=strings(entry.get("implies"), f"{key}.implies"),
        scope=strings(entry.get("scope"), f"{key}.scope"),
        shape=entry.get("shape"),
        only=strings(entry.get("only"), f"{key}.only"),
        core=entry.get("core"),
        several=bool(entry.get("several", False)),
        is_capability=capability,
    )


_TEMPLATE_FIELDS = frozenset(Template.__slots__) - {"id", "is_capability"}


def shape_of(key: str, entry: dict[str, Any]) -> Shape:
    """The shape of one entry under `shapes`."""
    screens: dict[str, Any] | None = entry.get("ui")
    return Shape(
        id=key,
        words=strings(entry.get("words"), key),
        weak=strings(entry.get("weak"), key),
        hints=strings(entry.get("hints"), key),
        scope=strings(entry["scope"], key),
        requires=strings(entry["requires"], key),
        backbone=strings(entry["backbone"], key),
        screens=None
        if screens is None
        else ScreenWork(
            screens["single"], screens["each"], screens["layer"], bool(screens.get("only_named", False))
        ),
        developer=str(entry["developer"]["role"]),
        developer_skills=strings(entry["developer"]["skills"], key),
        feature=str(entry["feature"]),
        literal=bool(entry.get("literal", False)),
        large=strings(entry.get("large"), key),
        without=strings(entry.get("without"), key),
        closing=dict(entry["closing"]),
    )


def kind_of(key: str, entry: dict[str, Any]) -> Kind:
    """The kind of work of one entry under `kinds`."""
    return Kind(
        id=key,
        template=entry.get("template"),
        verbs=strings(entry.get("verbs"), key),
        words=strings(entry.get("words"), key),
        verb_words=strings(entry.get("verb_words"), key),
        weak_verbs=strings(entry.get("weak_verbs"), key),
        weak_words=strings(entry.get("weak_words"), key),
        verb=str(entry.get("verb", "")),
        splits=str(entry.get("splits", "free")),
        points=int(entry["points"]),
        replaces=bool(entry.get("replaces", False)),
        target=strings(entry["target"], key),
        trivial=strings(entry.get("trivial"), key),
        trivial_target=strings(entry.get("trivial_target"), key),
        item=entry.get("item"),
        course=dict(entry["course"]),
    )


def wording_of(lists: dict[str, Any], languages: dict[str, Any]) -> Wording:
    """The lists of words, and the languages."""
    return Wording(
        languages=tuple(
            Language(key, *(strings(value[part], key) for part in ("signs", "lists", "joins", "without")))
            for key, value in languages.items()
        ),
        **{
            field: strings(lists[field], field)
            for field in (
                "kept_together",
                "openings",
                "new_verbs",
                "changing_verbs",
                "empty_verbs",
                "everyday_verbs",
                "everyday_nouns",
                "part_nouns",
                "noun_verbs",
                "compound_nouns",
                "unseen_words",
                "action_verbs",
                "determiners",
                "product_nouns",
                "qualities",
                "urgent_words",
                "prepositions",
            )
        },
    )


def workflow_of(key: str, entry: dict[str, Any]) -> Workflow:
    """The workflow template of one entry under `workflows`."""
    phases: list[str] = []
    optional: list[str] = []
    for phase in cast("list[Any]", entry["phases"]):
        details = cast("dict[str, Any]", phase if isinstance(phase, dict) else {"name": phase})
        phases.append(str(details["name"]))
        if details.get("optional"):
            optional.append(str(details["name"]))
    return Workflow(
        name=key,
        phases=tuple(phases),
        optional=frozenset(optional),
        default_agents=strings(entry.get("default_agents"), key),
        priority=entry.get("priority"),
        fast_track=bool(entry.get("fast_track", False)),
        quality_focus=entry.get("quality_focus"),
        is_built_in=True,
    )


def phase_sort_of(key: str, entry: dict[str, Any]) -> PhaseSort:
    """The sort of phases of one entry under `phase_sorts`."""
    return PhaseSort(
        id=key,
        words=strings(entry["words"], key),
        groups=strings(entry.get("groups"), key),
        entries=strings(entry.get("entries"), key),
        makes_up=entry.get("makes_up"),
    )
