"""What Enter begins: `⏎` is where it was pressed, and where the editor has indented the new line like the old one."""

from __future__ import annotations

import pytest

from orchestrate_ls.ide.format_layout import Style
from orchestrate_ls.ide.format_on_type import after_enter
from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.text.edits import apply_edits
from orchestrate_ls.workspace.checking import shipped_schema

USUAL = Style()


def entered(marked: str, style: Style = USUAL, *, indent: int | None = None) -> str:
    """The text from the line on which Enter was pressed, with the cursor as `|`, as far as the new line goes."""
    before, _, after = marked.partition("⏎")
    line = before.rpartition("\n")[2]
    column = len(line) - len(line.lstrip(" ")) if indent is None else indent
    before += "\n" + " " * column
    offset = len(before)
    edits = after_enter(PlanFile.parse(before + after), offset, style, shipped_schema())
    text = apply_edits(before + after, edits)
    end = len(text) - len(after)
    start = text.rfind("\n", 0, text.rfind("\n", 0, end)) + 1
    return text[start:end] + "|"


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        # The first key of an item: the next one stands below it, not below the dash.
        ("tasks:\n  - id: T1⏎\n", "  - id: T1\n    |"),
        ("tasks:\n  - id: T1\n    name: x⏎\n", "    name: x\n    |"),
        # Lists: by the schema, and what follows an item.
        ("tasks:⏎", "tasks:\n  - |"),
        ("tasks:\n  - id: T1\n    dependencies:⏎\n", "    dependencies:\n      - |"),
        ("tasks:\n  - id: T1\n    dependencies:\n      - A⏎\n", "      - A\n      - |"),
        (
            "tasks:\n  - id: T1\n    files: # all\n      - a/b # c⏎\n    agent: x\n",
            "      - a/b # c\n      - |",
        ),
        # Mappings, and what may be either.
        ("calendar:⏎", "calendar:\n  |"),
        ("tasks:\n  - id: T1\n    budget:⏎\n", "    budget:\n      |"),
        ("tasks:\n  - id: T1\n    quality_gates:⏎\n", "    quality_gates:\n      |"),
        ("tasks:\n  - id: T1\n    dependencies:\n      - task: A⏎\n", "      - task: A\n        |"),
        # Texts.
        ("tasks:\n  - id: T1\n    description: |⏎\n", "    description: |\n      |"),
        ("tasks:\n  - id: T1\n    description: |\n      one:⏎\n", "      one:\n      |"),
        ("tasks:\n  - id: T1\n    description: |\n      - one⏎\n", "      - one\n      |"),
        ("# tasks:⏎", "# tasks:\n|"),
        # A value that is left out.
        ("tasks:\n  - id: T1\n    name:⏎\n", "    name:\n    |"),
        # Brackets and quotes that are open.
        ("tasks:\n  - id: T1\n    dependencies: [A,⏎\n", "    dependencies: [A,\n    |"),
        ("tasks:\n  - id: T1\n    dependencies: [A⏎]\n", "    dependencies: [A\n    |"),
        ('tasks:\n  - id: T1\n    name: "a⏎\n', '    name: "a\n    |'),
        # Enter twice says that the list ends.
        ("tasks:\n  - id: T1\n    files:\n      - a\n      - ⏎\n", "      - a\n    |"),
        ("tasks:\n  - id: T1\n    files:\n      - ⏎\n", "      - \n      |"),
        ("tasks:\n  - id: T1\n    name: x\n⏎\n", "\n|"),
    ],
)
def test_the_new_line_begins_where_it_should(marked: str, expected: str):
    assert entered(marked) == expected


def test_an_editor_that_indented_well_is_left_alone():
    text = "tasks:\n  - id: T1\n    "
    assert after_enter(PlanFile.parse(text), len(text), Style(), shipped_schema()) == ()


def test_text_on_the_line_is_never_touched():
    text = "tasks:\n  - id: T1\n  name: x\n"
    assert after_enter(PlanFile.parse(text), text.index("name"), Style(), shipped_schema()) == ()


def test_the_style_counts():
    marked = "tasks:\n- id: T1\n  dependencies:⏎\n"
    assert entered(marked, Style(indent_sequences=False)) == "  dependencies:\n  - |"
    assert entered("calendar:⏎", Style(4)) == "calendar:\n    |"
