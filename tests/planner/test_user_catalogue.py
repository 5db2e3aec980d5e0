"""A folder's own entries in the catalogue: what they add, what they replace, and how mistakes are told."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from orchestrate_ls.plan.schema import PlanSchema
from orchestrate_ls.planner.catalogue import Catalogue, load_catalogue, shipped_sections
from orchestrate_ls.planner.offline import plan_offline
from orchestrate_ls.planner.user_catalogue import UserCatalogueError, extended_catalogue
from orchestrate_ls.planner.verify import verify
from orchestrate_ls.planner.words import words_of
from orchestrate_ls.workspace.catalogue_files import CatalogueFile, find_catalogue_files
from orchestrate_ls.workspace.shipped import schema_text

OWN = """\
roles:
  data-steward: {level: senior, skills: [data-quality]}
technologies:
  Pulsar: {words: [pulsar], skill: pulsar, domains: [backend]}
capabilities:
  loyalty-club:
    words: [loyalty tiers]
    about: Implement {feature} with points, {nothing} lost.
    role: data-steward
    estimate: [2, 3, 5]
    requires: [backbone, points-ledger]
    success: [Points add up]
  points-ledger:
    words: [points ledger]
    title: Points ledger
    about: Keep points as entries that are never changed.
    estimate: [3, 4, 6]
    makes: [points-ledger]
    success: [The sum of entries equals the balance]
"""


def extended(*texts: str) -> Catalogue:
    files = [CatalogueFile(Path(f"{number}.yaml"), text) for number, text in enumerate(texts)]
    return extended_catalogue(files, schema_text("catalogue.schema.json"))


def problems(*texts: str) -> list[str]:
    with pytest.raises(UserCatalogueError) as caught:
        extended(*texts)
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize("goal", ["Shop on Pulsar with loyalty tiers", "Build a shop. It has loyalty tiers."])
def test_own_entries_are_planned_with_what_they_require(goal: str) -> None:
    result = plan_offline(goal, catalogue=extended(OWN))
    assert verify(result.text).faults == ()
    tasks = {task.name: task for task in result.draft.tasks}
    assert tasks["Loyalty tiers"].agent == "data-steward"
    assert tasks["Loyalty tiers"].estimate == (2, 3, 5)
    assert tasks["Points ledger"].id in tasks["Loyalty tiers"].dependencies
    assert "{nothing}" in tasks["Loyalty tiers"].description


def test_outside_nothing_is_changed() -> None:
    before = plan_offline("Shop with loyalty tiers").text
    assert plan_offline("Shop with loyalty tiers", catalogue=extended(OWN)).text != before
    assert plan_offline("Shop with loyalty tiers").text == before
    assert "loyalty-club" not in load_catalogue().templates


def test_an_entry_of_the_same_id_replaces_the_shipped_one() -> None:
    own = 'capabilities:\n  search: {words: [search], about: "Buy {feature}.", estimate: [1, 1, 1], success: [Found]}\n'
    catalogue = extended(own.replace("}\n", ", makes: [search-index]}\n"))
    assert catalogue.templates["search"].about == "Buy {feature}."
    assert catalogue.providers["search-index"] == "search"


def test_own_words_win_over_shipped_ones() -> None:
    own = "capabilities:\n  finder: {words: [product search], about: Find., estimate: [1, 2, 3], success: [Found]}\n"
    hit = extended(own).capability_words.best(words_of("product search"))
    assert hit is not None
    assert hit.value.id == "finder"


GOOD = "words: [a], about: b, estimate: [1, 2, 3], success: [x]"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("capabilities:\n  bar: {words: [a\n", "0.yaml:3: this is no YAML"),
        (f"capabilities:\n  b: {{{GOOD.replace('[a]', 'a')}}}\n", "0.yaml:2: `words` must be a list"),
        ("roles:\n\n  r: {level: high, skills: [a]}\n", "0.yaml:3: "),
        (f"capabilities:\n  b: {{{GOOD.replace('1, 2, 3', '3, 2, 1')}}}\n", "0.yaml:2: b.estimate"),
        (f"capabilities:\n  b: {{{GOOD.replace('1, 2, 3', '1, 2')}}}\n", "three numbers of hours"),
        (f"capabilities:\n  b: {{{GOOD}, role: nobody}}\n", "0.yaml:2: b: unknown role nobody"),
        (f"capabilities:\n  b: {{{GOOD.replace('success', 'sucess')}}}\n", "did you mean `success`"),
        (f"capabilities:\n  a b: {{{GOOD}}}\n", "`a b` is no id"),
        (
            "roles:\n  r: {level: mid, skills: [a]}\n  r: {level: mid, skills: [a]}\n",
            "0.yaml:3: `r` is there twice",
        ),
        ("shapes:\n  x: {}\n", "0.yaml:1: `shapes`"),
        (f"capabilities:\n  schema: {{{GOOD}}}\n", "a template has this name"),
        ("- 1\n", "0.yaml:1: "),
    ],
)
def test_a_mistake_is_told_with_its_line(text: str, said: str) -> None:
    found = problems(text)
    assert any(said in each for each in found), found


def test_an_entry_in_two_files_is_told() -> None:
    role = "roles:\n  r: {level: mid, skills: [a]}\n"
    assert problems(role, "\n" + role) == ["1.yaml:3: `r` is in 0.yaml, line 2, already"]


def test_notes_of_ones_own_are_left_alone() -> None:
    own = f"x-owner: me\ncapabilities:\n  b: {{{GOOD}, x-note: hi}}\n"
    assert extended(own).templates["b"].about == "b"


def test_empty_files_change_nothing() -> None:
    assert extended("", "# only a comment\n").roles == load_catalogue().roles


def test_the_shipped_entries_follow_the_schema() -> None:
    schema = PlanSchema.parse(schema_text("catalogue.schema.json"))
    shipped = {key: shipped_sections()[key] for key in ("roles", "technologies")}
    assert schema.problems(shipped, "plan") == []
    for key, entry in shipped_sections()["capabilities"].items():
        ours = {
            name: value for name, value in entry.items() if name not in ("name", "layer", "scope", "core")
        }
        faults = [each for each in schema.problems(ours, "capability") if each.keyword != "required"]
        assert faults == [], (key, faults)


def test_files_of_the_folder_are_found_by_name(tmp_path: Path) -> None:
    folder = tmp_path / ".orchestrate" / "catalogue"
    folder.mkdir(parents=True)
    (tmp_path / "orchestrate.toml").write_text("")
    (folder / "b.yml").write_text("x: 1")
    (folder / "a.yaml").write_bytes(b"\xff")
    (folder / "notes.md").write_text("no")
    found = find_catalogue_files(tmp_path)
    assert [file.path.name for file in found] == ["a.yaml", "b.yml"]
    assert found[0].problem is not None
    assert yaml.safe_load(found[1].text) == {"x": 1}
