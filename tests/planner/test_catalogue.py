"""The catalogue's data: consistent with itself, and mistakes in it are named."""

from __future__ import annotations

from importlib.resources import files

import networkx as nx
import pytest

from orchestrate_ls.planner.catalogue import FILES, OWN, CatalogueError, load_catalogue, parse_catalogue

CATALOGUE = load_catalogue()


def texts() -> list[str]:
    folder = files("orchestrate_ls.planner").joinpath("catalogue")
    return [folder.joinpath(name).read_text(encoding="utf-8") for name in FILES]


def test_every_data_file_is_read() -> None:
    folder = files("orchestrate_ls.planner").joinpath("catalogue")
    assert sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".yaml")) == sorted(FILES)


def test_artefacts_never_need_each_other_in_a_circle() -> None:
    """Over all templates at once: then no choice of them can have a cycle either."""
    order: nx.DiGraph[str] = nx.DiGraph()
    backbones = {artefact for shape in CATALOGUE.shapes.values() for artefact in shape.backbone}
    # What any feature builds on is made before any feature: one node stands for all backbones.
    for template in CATALOGUE.templates.values():
        for artefact in (*template.requires, *template.needs):
            wanted = artefact.removeprefix(OWN)
            order.add_edge(f"made: {wanted}", template.id)
        for artefact in template.makes:
            order.add_edge(template.id, f"made: {artefact}")
            if artefact in backbones and "backbone" not in template.requires:
                order.add_edge(template.id, "made: backbone")
    assert nx.is_directed_acyclic_graph(order), nx.find_cycle(order)


def test_estimates_are_tasks_of_an_hour_to_a_day() -> None:
    for template in CATALOGUE.templates.values():
        assert 0.9 <= template.expected_hours <= 8, template.id


def test_every_template_says_when_it_is_done() -> None:
    for template in CATALOGUE.templates.values():
        assert template.success, template.id
        assert template.done, template.id
        assert template.skills or template.role == "developer", template.id


def test_every_template_can_come_up() -> None:
    """A template is a capability, or a shape, a kind, a provider or a core names it."""
    named = set(CATALOGUE.providers.values())
    for shape in CATALOGUE.shapes.values():
        named |= {*shape.closing, *shape.large, shape.feature}
        named |= {shape.screens.single, shape.screens.each} if shape.screens else set()
    for kind in CATALOGUE.kinds.values():
        named |= {*kind.target, *kind.course, *([kind.item] if kind.item else [])}
    named |= {template.core for template in CATALOGUE.templates.values() if template.core}
    unreachable = {key for key, t in CATALOGUE.templates.items() if not t.is_capability} - named
    assert unreachable == set()


def test_every_role_is_used() -> None:
    used = {template.role for template in CATALOGUE.templates.values()}
    used |= {shape.developer for shape in CATALOGUE.shapes.values()}
    assert set(CATALOGUE.roles) == used - {"developer"}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("role: database-architect", "role: nobody", "schema: unknown role nobody"),
        (
            "estimate: [1, 2, 3]\n    priority: critical\n    group: foundation\n    layer: database",
            "estimate: [3, 2, 1]",
            "schema.estimate",
        ),
        ("requires: [schema]", "requires: [moonshine]", "api: unknown provider of moonshine"),
        (
            "needs: [requirements, architecture]\n    makes: [schema]",
            "needs: [moonshine]\n    makes: [schema]",
            "maker of moonshine",
        ),
        (
            "    group: discovery\n    makes: [requirements]",
            "    colour: red\n    makes: [requirements]",
            "unknown field colour",
        ),
        ("gate: integration_validation", "gate: golden", "unknown gate golden"),
    ],
)
def test_a_mistake_is_named(old: str, new: str, message: str) -> None:
    changed = [
        text.replace(old, new, 1) if name == "foundations.yaml" else text
        for name, text in zip(FILES, texts(), strict=True)
    ]
    assert changed != texts()
    with pytest.raises(CatalogueError, match=message):
        parse_catalogue(changed)


def test_an_entry_defined_twice_is_named() -> None:
    with pytest.raises(CatalogueError, match="templates: defined twice: schema"):
        parse_catalogue([*texts(), "templates: {schema: {}}"])
