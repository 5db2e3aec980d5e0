"""Checks that the entries of a catalogue fit together: every role, artefact, layer and template named is there.

Raises CatalogueError with the entry's name. Knows no files.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import TYPE_CHECKING

from orchestrate_ls.planner.catalogue_entries import BACKBONE, OWN, CatalogueError, Template

if TYPE_CHECKING:
    from orchestrate_ls.planner.catalogue import Catalogue


def check_references(catalogue: Catalogue) -> None:
    """Raise CatalogueError for the first entry that names something which is not there."""
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
    for sort in catalogue.phase_sorts.values():
        named = (*sort.entries, *([sort.makes_up] if sort.makes_up else []))
        _known(f"phase_sorts.{sort.id}", "template", named, catalogue.templates)
    for kind in catalogue.kinds.values():
        named = (*kind.target, *kind.trivial_target, *kind.course, *([kind.item] if kind.item else []))
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
