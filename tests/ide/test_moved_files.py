"""Plans follow files, folders and agents that get other names, and change in nothing else."""

from __future__ import annotations

import pytest

from orchestrate_ls.ide.moved_files import AgentRename, Move, Renames, edits_for_renames, moved_entry
from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.text.edits import apply_edits


def after(text: str, *moves: tuple[str, str], agents: tuple[tuple[str, str], ...] = ()) -> str:
    renames = Renames(tuple(Move(*each) for each in moves), tuple(AgentRename(*each) for each in agents))
    return apply_edits(text, edits_for_renames(PlanFile.parse(text), renames))


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ("src/a.py", "lib/b.py"),
        ("./src/a.py", "./lib/b.py"),
        ("/src/a.py", "/lib/b.py"),
        ("!src/a.py", "!lib/b.py"),
        ("src\\a.py", "lib\\b.py"),
        (" src/a.py ", "lib/b.py"),
        ("src/a.pyi", None),
        ("src", None),
        ("src/*.py", None),
        ("a.py", None),
        ("", None),
        ("!", None),
    ],
)
def test_the_entry_of_a_file_follows_it(entry: str, expected: str | None):
    assert moved_entry(entry, [Move("src/a.py", "lib/b.py")]) == expected


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ("src/auth", "src/login"),
        ("src/auth/", "src/login/"),
        ("src/auth/**", "src/login/**"),
        ("src/auth/oauth/*.py", "src/login/oauth/*.py"),
        ("src/authors/**", None),
        ("src/**", None),
        ("*/auth/**", None),
    ],
)
def test_entries_below_a_folder_follow_it(entry: str, expected: str | None):
    assert moved_entry(entry, [Move("src/auth", "src/login")]) == expected


def test_a_name_that_would_be_a_wildcard_is_left_alone():
    assert moved_entry("src/a.py", [Move("src/a.py", "src/[a].py")]) is None


def test_comments_quotes_and_all_else_stay():
    text = """\
tasks:
  - id: A  # first
    files: ["src/a.py", 'src/b.py']  # two
  - id: B
    files:
      - 5
      - [src/a.py]
      - src/a.py   # again
      - src/a.py.bak
  - id: C
    files: src/a.py
---
tasks:
  - {id: D, files: [src/a.py]}
"""
    expected = text
    for old in ('["src/a.py"', "- src/a.py  ", "files: src/a.py", "files: [src/a.py]}"):
        assert expected.count(old) == 1
        expected = expected.replace(old, old.replace("src/a.py", "lib/c d.py"))
    assert after(text, ("src/a.py", "lib/c d.py")) == expected


def test_files_that_several_tasks_share_by_an_anchor_change_where_they_are_written():
    text = "tasks:\n  - id: A\n    files: &f [src/a.py]\n  - id: B\n    files: *f\n"
    assert after(text, ("src/a.py", "x.py")) == text.replace("src/a.py", "x.py")


def test_an_agent_follows_its_definition_everywhere_in_the_plan():
    text = "agents:\n  - id: dev\ntasks:\n  - id: dev\n    agent: dev  # not the task\n"
    expected = text.replace("- id: dev\ntasks", "- id: coder\ntasks").replace("agent: dev", "agent: coder")
    assert after(text, agents=(("dev", "coder"),)) == expected


def test_a_plan_that_has_an_agent_of_the_new_name_keeps_the_old_one():
    text = "tasks:\n  - id: A\n    agent: dev\n  - id: B\n    agent: coder\n    files: [a.py]\n"
    assert after(text, ("a.py", "b.py"), agents=(("dev", "coder"),)) == text.replace("a.py", "b.py")


def test_swapping_two_files_swaps_their_entries():
    text = "tasks:\n  - id: A\n    files: [a.py, b.py]\n"
    assert after(text, ("a.py", "b.py"), ("b.py", "a.py")) == "tasks:\n  - id: A\n    files: [b.py, a.py]\n"


def test_whether_a_plan_is_concerned_is_known_from_its_names():
    renames = Renames((Move("src", "lib"),), (AgentRename("dev", "coder"),))
    assert renames.concern(["src/**"], [])
    assert renames.concern([], ["dev"])
    assert not renames.concern(["docs/**"], ["developer"])
    assert not Renames()


@pytest.mark.parametrize(
    ("plan", "moves", "folders", "expected"),
    [
        (
            "sub.plan.yaml",
            [("plans/sub.plan.yaml", "plans/auth.plan.yaml")],
            ("plans", "plans"),
            "auth.plan.yaml",
        ),
        (
            "sub.plan.yaml",
            [("plans/sub.plan.yaml", "deep/sub.plan.yaml")],
            ("plans", "plans"),
            "../deep/sub.plan.yaml",
        ),
        ("../a/b.plan.yaml", [("a", "c")], ("plans", "plans"), "../c/b.plan.yaml"),
        ("b.plan.yaml", [("b.plan.yaml", "c.plan.yaml")], ("", ""), "c.plan.yaml"),
        # The plan goes and its sub-plan stays; both go.
        ("sub.plan.yaml", [("x.plan.yaml", "deep/x.plan.yaml")], ("", "deep"), "../sub.plan.yaml"),
        ("sub.plan.yaml", [("plans", "deep/plans")], ("plans", "deep/plans"), None),
        ("sub.plan.yaml", [("other", "plans/other")], ("plans", "plans"), None),
        ("../../out.plan.yaml", [("out.plan.yaml", "in.plan.yaml")], ("plans", "plans"), None),
        ("/abs.plan.yaml", [("abs.plan.yaml", "b.plan.yaml")], ("", ""), None),
    ],
)
def test_sub_plans(plan: str, moves: list[tuple[str, str]], folders: tuple[str, str], expected: str | None):
    renames = Renames(tuple(Move(*each) for each in moves), (), *folders)
    text = f"tasks:\n  - id: T1\n    plan: {plan} # there\n"
    file = PlanFile.parse(text)
    assert renames.concern((), (), [plan]) == (expected is not None)
    assert apply_edits(text, edits_for_renames(file, renames)) == text.replace(plan, expected or plan)
