"""Fixes of a kind, of a file, and comments that silence a finding."""

from __future__ import annotations

from orchestrate_ls.ide.code_actions import actions_at
from orchestrate_ls.text.edits import apply_edits
from tests.ide.actions import check, find
from tests.rules.fixtures import checked

TWICE = """
    tasks:
      - id: A
        dependencies: [A$0]
      - id: B
        dependencies: [B]
        notes: x
    """


def test_fix_all_of_a_kind():
    check(
        TWICE,
        """
        tasks:
          - id: A
            dependencies: []
          - id: B
            dependencies: []
            notes: x
        """,
        "fix-all:self-dependency",
        title="Fix all `self-dependency` in this file",
    )


def test_fix_all_goes_on_with_what_fixes_bring_up():
    _, action = find("tasks:\n  - id: A\n  - id: B\n    dependencies: [A, A, A, B]\n", "fix-all")
    assert action.kind == "source.fixAll.orchestrate"
    check(
        "tasks:\n  - id: A\n  - id: B\n    dependencies: [A, A, A, B]\n",
        "tasks:\n  - id: A\n  - id: B\n    dependencies: [A]\n",
        "fix-all",
    )


def _ignored(before: str, after: str, code: str, *, file: bool = False) -> None:
    result, start = checked(before.replace("$0", "")), before.index("$0")
    title = f"Ignore `{code}` in this file" if file else f"Ignore `{code}` on this line"
    (action,) = [each for each in actions_at(result, start, start) if each.title == title]
    assert not action.preferred
    text = apply_edits(result.file.text, action.edits())
    assert text == after
    assert sum(each.code == code for each in checked(text).diagnostics) < sum(
        each.code == code for each in result.diagnostics
    )


def test_ignore_on_the_line():
    _ignored(
        "tasks:\n  - id: A$0\n    estimated_time: 1h\n",
        "tasks:\n  - id: A  # orchestrate: ignore[missing-agent]\n    estimated_time: 1h\n",
        "missing-agent",
    )


def test_ignore_behind_another_comment_and_in_one_that_is_there():
    _ignored(
        "tasks:\n  - id: A$0 # first\n    estimated_time: 1h\n",
        "tasks:\n  - id: A # first  # orchestrate: ignore[missing-agent]\n    estimated_time: 1h\n",
        "missing-agent",
    )
    _ignored(
        "tasks:\n  - id: A$0 # orchestrate: ignore[missing-estimate]\n",
        "tasks:\n  - id: A # orchestrate: ignore[missing-estimate, missing-agent]\n",
        "missing-agent",
    )


def test_ignore_above_a_line_that_ends_inside_a_text():
    _ignored(
        'tasks:\n  - id: A\n    agent: "$0no\n      body"\n    estimated_time: 1h\n',
        'tasks:\n  - id: A\n    # orchestrate: ignore[unknown-agent]\n    agent: "no\n      body"\n'
        "    estimated_time: 1h\n",
        "unknown-agent",
    )


def test_ignore_in_the_file():
    _ignored(
        "# orchestrate: plan\ntasks:\n  - id: A$0\n",
        "# orchestrate: plan\n# orchestrate: ignore-file[missing-agent]\ntasks:\n  - id: A\n",
        "missing-agent",
        file=True,
    )
    _ignored(
        "# mine\n# orchestrate: ignore-file[missing-estimate]\ntasks:\n  - id: A$0\n",
        "# mine\n# orchestrate: ignore-file[missing-estimate, missing-agent]\ntasks:\n  - id: A\n",
        "missing-agent",
        file=True,
    )
