"""Each format becomes a plan with the tasks and the order that the file states, and what is lost is said."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from orchestrate_ls.planner.imports.finishing import ImportedPlan, finished
from orchestrate_ls.planner.imports.formats import ImportFormat, ImportSource, format_of, import_plan
from orchestrate_ls.planner.imports.imported import Imported, ImportedTask, ImportFailedError, Link
from orchestrate_ls.planner.verify import verify
from orchestrate_ls.rules.base import Severity
from tests.planner.imports.samples import (
    ACTIONS,
    BACKLOG,
    BEADS,
    CHECK_LIST,
    CSV,
    MERMAID,
    SPEC_KIT,
    TASK_MASTER,
)

SAMPLES = {
    ImportFormat.TASK_MASTER: ("tasks.json", TASK_MASTER),
    ImportFormat.SPEC_KIT: ("tasks.md", SPEC_KIT),
    ImportFormat.BEADS: ("issues.jsonl", BEADS),
    ImportFormat.GITHUB_ACTIONS: ("ci.yml", ACTIONS),
    ImportFormat.CSV: ("plan.csv", CSV),
    ImportFormat.MERMAID: ("release.mmd", MERMAID),
    ImportFormat.CHECK_LIST: ("todo.md", CHECK_LIST),
}


def source(name: str, text: str) -> ImportSource:
    return ImportSource(name, [(name, text)])


def sample(kind: ImportFormat) -> ImportSource:
    if kind is ImportFormat.BACKLOG_MD:
        return ImportSource("backlog", list(BACKLOG.items()), is_folder=True)
    return source(*SAMPLES[kind])


def imported(kind: ImportFormat, text: str | None = None) -> tuple[dict[str, Any], ImportedPlan]:
    """The plan as data, the tasks by their ids."""
    given = sample(kind) if text is None else source("x", text)
    plan = import_plan(given, kind)[1]
    data = yaml.safe_load(plan.text)
    return {"goal": data["goal"], "status": data.get("execution_status", {}).get("tasks", {})} | {
        "tasks": {task["id"]: task for task in data["tasks"]}
    }, plan


def waits(data: dict[str, Any]) -> dict[str, list[Any]]:
    return {name: task["dependencies"] for name, task in data["tasks"].items()}


@pytest.mark.parametrize("kind", ImportFormat)
def test_every_sample_is_recognised_and_gives_a_plan_without_errors(kind: ImportFormat):
    assert format_of(sample(kind)) is kind
    plan = import_plan(sample(kind))[1]
    assert plan.notes
    errors = [each for each in verify(plan.text).check.diagnostics if each.severity is Severity.ERROR]
    assert errors == []
    assert plan == import_plan(sample(kind))[1]


def test_task_master():
    data, plan = imported(ImportFormat.TASK_MASTER)
    assert waits(data) == {
        "T1": [],
        "T2.1": ["T1"],
        "T2.2": ["T2.1", "T1"],
        "T2": ["T1", "T2.1", "T2.2"],
        "T3": ["T2"],
    }
    assert data["status"] == {"T1": "completed", "T2.1": "completed", "T2": "in progress"}
    first = data["tasks"]["T1"]
    assert (first["priority"], first["success_criteria"]) == ("high", ["CI is green."])
    assert first["description"] == "Create it.\n\nUse the template."
    assert data["tasks"]["T3"]["name"] == "Deploy: to staging"
    assert any("T3 waits for 9, which is not in it" in note for note in plan.notes)
    assert "left out as cancelled: 1 task" in plan.notes
    assert any("orchestrate task done" in note for note in plan.notes)


def test_task_master_with_tags_and_in_its_older_form():
    other = '[{"id": 2, "title": "y", "dependencies": [1]}, {"id": 1, "title": "z"}]'
    tagged = f'{{"a": {{"tasks": [{{"id": 1, "title": "x"}}]}}, "b": {{"tasks": {other}}}}}'
    assert waits(imported(ImportFormat.TASK_MASTER, tagged)[0]) == {"a-1": [], "b-2": ["b-1"], "b-1": []}
    tasks = '[{"id": 1, "title": "x", "dependencies": ["2"]}, {"id": "2", "title": "y"}]'
    old = f'{{"meta": {{"projectName": "Shop"}}, "tasks": {tasks}}}'
    data = imported(ImportFormat.TASK_MASTER, old)[0]
    assert (data["goal"], waits(data)) == ("Shop", {"T1": ["T2"], "T2": []})


def test_spec_kit():
    data, plan = imported(ImportFormat.SPEC_KIT)
    assert data["goal"] == "Photo albums"
    assert waits(data) == {
        "T001": [],
        "T002": ["T001"],
        "T003": ["T002"],
        "T004": ["T003"],
        "T005": ["T003"],
        "T006": ["T004", "T005"],
        "T007": ["T006"],
        "T008": ["T007"],
        "T009": ["T006"],
        "T010": ["T008", "T009"],
    }
    assert data["tasks"]["T005"]["files"] == ["src/settings.py"]
    assert data["tasks"]["T002"]["files"] == ["pyproject.toml"]
    assert data["status"] == {"T001": "completed"}
    assert any("1 line says more about order" in note for note in plan.notes)


def test_backlog():
    data, plan = imported(ImportFormat.BACKLOG_MD)
    assert waits(data) == {"task-1": [], "task-2": ["task-1", "task-2.1"], "task-2.1": []}
    first = data["tasks"]["task-1"]
    assert first["description"] == "Tables for users."
    assert first["success_criteria"] == ["Migrations run", "A diagram is in docs"]
    assert (first["agent"], first["priority"]) == ("ann", "high")
    assert data["status"] == {"task-1": "completed", "task-2": "in progress"}
    assert "readme.md is no task and was passed over" in plan.notes
    assert any("labels" in note for note in plan.notes)
    assert any("milestone" in note for note in plan.notes)


def test_beads():
    data, plan = imported(ImportFormat.BEADS)
    assert waits(data) == {"bd-1": ["bd-3"], "bd-2": [], "bd-3": ["bd-2"]}
    built = data["tasks"]["bd-3"]
    assert (built["estimated_time"], built["agent"], built["priority"]) == ("90m", "bo", "medium")
    assert built["success_criteria"] == ["works", "is tested"]
    assert data["status"] == {"bd-2": "completed"}
    assert any("`related`" in note for note in plan.notes)


def test_github_actions():
    data, plan = imported(ImportFormat.GITHUB_ACTIONS)
    assert waits(data) == {"lint": [], "test": [], "publish": ["lint", "test"]}
    assert data["tasks"]["lint"]["description"] == "- use actions/checkout@v4\n- Lint it"
    assert data["tasks"]["publish"]["name"] == "Publish to PyPI"
    for what in ("a matrix", "a condition", "a time-out, which is no estimate"):
        assert any(what in note for note in plan.notes)


def test_csv():
    data, plan = imported(ImportFormat.CSV)
    assert waits(data) == {
        "T1": [],
        "T2": ["T1"],
        "T3": ["T1", {"task": "T2", "type": "start-to-start", "lag": "1d"}],
    }
    assert data["tasks"]["T1"]["name"] == "Design, in detail"
    assert [task["estimated_time"] for task in data["tasks"].values()] == ["2d", "3d", "1d"]
    assert any("Cost Center" in note for note in plan.notes)
    other = imported(ImportFormat.CSV, "title;hours;depends on\nA b;2;\nC d;1.5;1\n")[0]
    assert waits(other) == {"T1": [], "T2": ["T1"]}
    assert other["tasks"]["T2"]["estimated_time"] == "1.5h"


def test_mermaid():
    data, plan = imported(ImportFormat.MERMAID)
    assert data["goal"] == "Release"
    assert waits(data) == {"A": [], "B": ["A"], "C": ["A"], "D": ["B", "C"], "E": ["D"], "F": []}
    assert [task["name"] for task in data["tasks"].values()] == [
        "Freeze the code",
        "Build everything",
        "Migrate?",
        "Test it",
        "Ship",
        "Party",
    ]
    assert any("1 line without an arrowhead" in note for note in plan.notes)
    in_markdown = "# Plan\n\nText\n\n```mermaid\ngraph TD; A-->B; B-->C;\n```\n\nmore --> text\n"
    assert format_of(source("a.md", in_markdown)) is ImportFormat.MERMAID
    assert waits(imported(ImportFormat.MERMAID, in_markdown)[0]) == {"A": [], "B": ["A"], "C": ["B"]}
    chain = "flowchart TD\n A-- then -->B --> C\n C <-- D\n x-1 ---> y\n"
    assert waits(imported(ImportFormat.MERMAID, chain)[0])["B"] == ["A"]


def test_check_list():
    data, plan = imported(ImportFormat.CHECK_LIST)
    assert data["goal"] == "Move to the new office"
    assert waits(data) == {"T1": [], "T2": ["D1", "T4"], "D1": [], "T4": ["D1"], "T5": ["T2"], "T6": ["T5"]}
    desks = data["tasks"]["D1"]
    assert (desks["name"], desks["estimated_time"], desks["agent"], desks["priority"]) == (
        "Buy desks",
        "4h",
        "bo",
        "high",
    )
    assert desks["description"] == "Twelve of them."
    assert data["status"] == {"T1": "completed"}
    assert "left out as dropped: 1 item with `[-]`" in plan.notes


@pytest.mark.parametrize(
    ("kind", "text", "message", "line"),
    [
        (ImportFormat.TASK_MASTER, "{", "no JSON", 1),
        (ImportFormat.TASK_MASTER, '{"a": 1}', "no list `tasks`", None),
        (ImportFormat.TASK_MASTER, '{"tasks": []}', "no task in it", None),
        (ImportFormat.TASK_MASTER, "[" * 100_000, "nested too deeply", 1),
        (ImportFormat.TASK_MASTER, '{"tasks": [{"id": ' + "9" * 5000 + "}]}", "too large", 1),
        (ImportFormat.SPEC_KIT, "# Nothing\n", "no task in it", None),
        (ImportFormat.BEADS, '{"id":"a","title":"b"}\n\n{"id":', "no JSON", 3),
        (ImportFormat.BEADS, '{"id":"a","title":"b"}\n[1]\n', "no issue", 2),
        (ImportFormat.GITHUB_ACTIONS, "jobs: [a, b]\n", "no jobs", None),
        (ImportFormat.GITHUB_ACTIONS, "jobs:\n  a: {steps: [\n", "no YAML", 2),
        (ImportFormat.CSV, "", "names no column", 1),
        (ImportFormat.CSV, "a,b\n1,2\n", "names no column", 1),
        (ImportFormat.CSV, 'name\n"open\n', "no CSV", 2),
        (ImportFormat.CSV, "name\n" + "x" * 200_000 + "\n", "no CSV", 2),
        (ImportFormat.MERMAID, "gantt\n  title x\n", "another kind (`gantt`)", None),
        (ImportFormat.MERMAID, "flowchart TD\n  A[open --> B\n", "not closed", 2),
        (ImportFormat.MERMAID, "flowchart TD\n  A --> \n", "nothing that a flowchart has", 2),
        (ImportFormat.MERMAID, "flowchart TD\n  A --> B !!\n", "`!!` is nothing", 2),
        (ImportFormat.CHECK_LIST, "- no box\n", "no task in it", None),
        (ImportFormat.BACKLOG_MD, "---\nid: a\ntitle: [\n---\n", "no YAML", 3),
    ],
)
def test_broken_files_say_what_is_wrong_and_where(
    kind: ImportFormat, text: str, message: str, line: int | None
):
    with pytest.raises(ImportFailedError) as failure:
        import_plan(source("x", text), kind)
    assert message in failure.value.message
    assert failure.value.line == line
    assert failure.value.hint


def test_files_of_no_known_format_name_those_there_are():
    for name, text in (("a.txt", "words"), ("a.json", "[1]"), ("a.yaml", "tasks: []"), ("", "")):
        with pytest.raises(ImportFailedError) as failure:
            import_plan(source(name, text))
        assert "spec-kit" in (failure.value.hint or "")


@pytest.mark.parametrize("kind", SAMPLES)
@given(data=st.data())
def test_nothing_in_a_file_raises_anything_else(kind: ImportFormat, data: st.DataObject):
    """Cut, doubled and spoilt samples give a plan or a clear error, and a plan that is one."""
    name, text = SAMPLES[kind]
    pieces = data.draw(st.lists(st.tuples(st.integers(0, len(text)), st.integers(0, 80)), max_size=4))
    for start, length in pieces:
        text = text[:start] + data.draw(st.text(max_size=5)) + text[start + length :]
    try:
        plan = import_plan(source(name, text), kind)[1]
    except ImportFailedError:
        return
    codes = {each.code for each in verify(plan.text).check.diagnostics if each.severity is Severity.ERROR}
    assert codes <= {"dependency-cycle"}, plan.text


@given(
    st.lists(
        st.tuples(st.text(max_size=12), st.text(max_size=300), st.text(max_size=12)), min_size=1, max_size=6
    )
)
def test_any_texts_become_a_plan_that_reads_back(rows: list[tuple[str, str, str]]):
    tasks = [ImportedTask(key, text, text, links=[Link(other)], agent=other) for key, text, other in rows]
    plan = finished(Imported("goal", tasks))
    check = verify(plan.text).check
    codes = {each.code for each in check.diagnostics if each.severity is Severity.ERROR}
    assert codes <= {"dependency-cycle"}, plan.text
    assert len(check.plans[0].source.plan.tasks) == len(rows)


@pytest.mark.parametrize(
    "make",
    [
        lambda: (
            ImportFormat.CHECK_LIST,
            "- [ ]" + " " * 300_000 + "x\n" + "- [ ] x" + " (" * 100_000 + "\n",
        ),
        lambda: (ImportFormat.CHECK_LIST, "- [ ] " + "after: a " * 50_000),
        lambda: (ImportFormat.SPEC_KIT, "- [ ] T001 " + "a" * 300_000 + "\n" + "T01 " * 100_000),
        lambda: (ImportFormat.MERMAID, "flowchart TD\nA --" + " " * 300_000 + "x\nB -->C"),
        lambda: (ImportFormat.MERMAID, "```mermaid\n" * 100_000),
        lambda: (ImportFormat.MERMAID, "flowchart TD\nA[" + "<a" * 200_000),
        lambda: (
            ImportFormat.BACKLOG_MD,
            "---\nid: a\ntitle: b\n---\n## " + " " * 300_000 + "x\n" + "<!--" * 100_000,
        ),
        lambda: (ImportFormat.CSV, "name,dependencies\n" + "a," + "1 " * 20_000 + "\n"),
    ],
)
def test_hostile_files_do_not_hold_up(make: Callable[[], tuple[ImportFormat, str]]):
    """With an expression that tries every split of a long run, each of these would not come to an end."""
    kind, text = make()
    with contextlib.suppress(ImportFailedError):
        assert import_plan(source("x", text), kind)[1].tasks <= 4


def test_ten_thousand_tasks_are_the_most():
    many = "".join(f"- [ ] Task {n} after: Task {n - 1}\n" for n in range(2_000))
    assert imported(ImportFormat.CHECK_LIST, many)[1].tasks == 2_000
    with pytest.raises(ImportFailedError, match="it holds"):
        finished(Imported("", [ImportedTask("a", "a") for _ in range(10_001)]))
