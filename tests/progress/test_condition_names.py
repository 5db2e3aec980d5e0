"""docs/running.md says of names and actions what the program knows of them."""

from __future__ import annotations

import os
from pathlib import Path

from orchestrate_ls.progress.condition_names import ACTIONS, NAMES, ValueType, condition_name, trigger_action
from orchestrate_ls.progress.triggers import Measures

PAGE = Path(__file__).parents[2] / "docs" / "running.md"
BEGIN = "<!-- conditions: written by a test -->\n"
END = "<!-- end -->\n"
TYPES = {
    ValueType.DURATION: "duration",
    ValueType.NUMBER: "number",
    ValueType.TRUTH: "true or false",
    ValueType.TEXT: "text",
}


def tables() -> str:
    lines = ["| name | type | of | what it is |", "|---|---|---|---|"]
    lines += [
        f"| `{each.name}` | {TYPES[each.type]} | {'each task' if each.of_task else 'the plan'} | {each.meaning} |"
        for each in NAMES
    ]
    lines += ["", "| action | also | what it does |", "|---|---|---|"]
    lines += [
        f"| `{each.name}` | {', '.join(f'`{other}`' for other in each.synonyms)} | {each.meaning} |"
        for each in ACTIONS
    ]
    return "\n".join(lines) + "\n"


def test_the_page_has_them_all():
    page = PAGE.read_text("utf-8")
    head, _, rest = page.partition(BEGIN)
    old, _, tail = rest.partition(END)
    if os.environ.get("WRITE_DOCS"):
        PAGE.write_text(f"{head}{BEGIN}\n{tables()}\n{END}{tail}", "utf-8", newline="\n")
        return
    assert old.strip("\n") == tables().strip("\n"), "WRITE_DOCS=1 writes it"


def test_each_is_defined_once_and_measured():
    names = [each.name for each in NAMES]
    actions = [name for each in ACTIONS for name in (each.name, *each.synonyms)]
    assert len(set(names)) == len(names)
    assert len(set(actions)) == len(actions)
    assert {each.name for each in NAMES if each.of_task} == set(Measures.OF_TASK)
    assert {each.name for each in NAMES if not each.of_task} == set(Measures.OF_PLAN)
    assert condition_name("nothing") is None
    assert trigger_action("escalate") is trigger_action("escalate_blocker_resolution")
