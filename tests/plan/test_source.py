"""Plan files: cut equals whole, edited equals fresh, and spots lead to the right places."""

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from orchestrate_ls.plan.duration import Calendar
from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.plan.model import IndexById, Plan, Spot
from orchestrate_ls.plan.parts import whole_part
from orchestrate_ls.plan.source import PlanSource
from orchestrate_ls.syntax.characters import make_readable
from orchestrate_ls.syntax.events import accepts, c_events, reference_events
from orchestrate_ls.syntax.tree import AnyNode
from tests.plans import edited, edits, plan, plan_like, task
from tests.syntax.trees import data, shape


def described(source: PlanSource) -> object:
    """All that is known of one plan, in offsets of the file."""
    problems = [
        (source.part_base(index) + problem.start, source.part_base(index) + problem.end, problem.message)
        for index, part in enumerate(source.parts)
        for problem in [*part.parsed.problems, *([part.doubt] if part.doubt else [])]
    ]
    problems += [
        (source.part_base(each.part) + each.problem.start, each.problem.start, each.problem.message)
        for each in source.problems
    ]
    entries = [
        (shape(entry.key, source.part_base(index)), shape(entry.value, source.part_base(index)))
        for index in source.header_parts
        for entry in source.parts[index].entries
        if entry.name != "tasks"
    ]
    return source.plan, sorted(problems), entries, task_shapes(source)


def task_shapes(source: PlanSource) -> list[object]:
    return [shape(source.task_node(index), source.base(index)) for index in range(len(source.plan.tasks))]


@given(plan_like, st.lists(edits, min_size=1, max_size=6))
@example("a: 1\ntasks:\n- id: T1\n", [(0, 4, ""), (0, 0, "a: 1\n")])
def test_edited_equals_fresh(text: str, changes: list[tuple[int, int, str]]) -> None:
    file = PlanFile.parse(text)
    for change in changes:
        start, end, new_text, text = edited(text, change)
        file = file.edit(start, end, new_text)
        fresh = PlanFile.parse(text)
        assert file.text == text
        assert [described(source) for source in file.sources] == [
            described(source) for source in fresh.sources
        ]


def accepted(text: str) -> bool:
    readable = make_readable(text.removeprefix("\ufeff"))
    return not readable.problems and accepts(readable.text, c_events) and accepts(text, reference_events)


@given(plan_like)
@example("goal: 'x\ny'\ntasks:\n- id: T1\n")
@example("goal: [x,\ny]\ntasks:\n- id: T1\n")
@example("tasks: [\n]\n")
@example("tasks:\n- id: T1\n  description: 'a\n- id: T2'\n- id: T3\n")
@example("tasks:\n- &x\n  id: T1\n- *x\n")
@example("%TAG !e! tag:e,2000:\n---\ngoal: !e!x 1\n")
@example("base: &base {agent: a}\ntasks:\n- <<: *base\n  id: T1\n")
def test_cut_equals_whole_wherever_the_text_is_yaml(text: str) -> None:
    assume("---" not in text.replace("%TAG !e! tag:e,2000:\n---", "") and "..." not in text)
    assume(accepted(text))
    file = PlanFile.parse(text)
    assert len(file.sources) == 1
    source = file.sources[0]
    whole = whole_part(text, source.plan.header.calendar, c_events)
    assert [problem.message for part in source.parts for problem in part.parsed.problems] == [
        problem.message for problem in whole.parsed.problems
    ]
    assert list(source.plan.tasks) == list(whole.tasks)
    assert task_shapes(source) == [shape(node) for node in whole.items]
    keys = [
        shape(entry.key, source.part_base(index))
        for index in source.header_parts
        for entry in source.parts[index].entries
    ]
    assert keys == [shape(entry.key) for entry in whole.entries]


def test_an_ordinary_edit_renews_one_part() -> None:
    text = plan(*[task(number, number - 1) for number in range(2, 300)])
    before = PlanFile.parse(text)
    place = text.index("Task 150")
    after = before.edit(place, place, "My ")
    changed = [
        index
        for index, (old, new) in enumerate(zip(before.parts, after.parts, strict=True))
        if old is not new
    ]
    assert len(changed) == 1
    assert after.sources[0].plan.header is before.sources[0].plan.header


def test_a_broken_task_hides_no_other() -> None:
    good = [task(number, number - 1) for number in range(2, 8)]
    broken = '  - id: T99\n    name: "never closed\n    dependencies: [T1\n    agent builder\n'
    file = PlanFile.parse(plan(*good[:3], broken, *good[3:]))
    (source,) = file.sources
    assert [task.id for task in source.plan.tasks] == ["T2", "T3", "T4", "T99", "T5", "T6", "T7"]
    whole = PlanFile.parse(plan(*good)).sources[0]
    others = [task for task in source.plan.tasks if task.id != "T99"]
    assert others == list(whole.plan.tasks)


def test_a_first_item_without_its_dash_is_still_a_task() -> None:
    file = PlanFile.parse(plan(task(1).replace("  - id", "    id"), task(2)))
    (source,) = file.sources
    assert [task.id for task in source.plan.tasks] == ["T1", "T2"]
    assert ["no list item" in each.problem.message for each in source.problems] == [True]


def test_documents_are_plans_of_their_own() -> None:
    text = plan(task(1)) + "---\n# nothing here\n---\n" + plan(task(1), task(2)) + "...\n# the end\n"
    file = PlanFile.parse(text)
    assert [[task.id for task in source.plan.tasks] for source in file.sources] == [["T1"], ["T1", "T2"]]
    second = file.sources[1]
    start, end = second.locate(Spot(1, ("id",)))
    assert text[start:end] == "T2"
    assert start > text.index("---")


def test_a_file_without_any_plan_has_one_that_is_empty() -> None:
    for text in ("", "# only a comment\n", "\n\n", "---\n"):
        (source,) = PlanFile.parse(text).sources
        assert source.plan == Plan()
        assert source.locate(Spot(None, ("tasks",))) == (0, 0)


def test_the_calendar_of_the_header_counts_for_all_tasks() -> None:
    text = "calendar: {hours_per_day: 6}\ntasks:\n  - id: T1\n    estimated_time: 1d\n"
    file = PlanFile.parse(text)
    estimate = file.sources[0].plan.tasks[0].estimate
    assert estimate is not None
    assert estimate.expected == 6 * 3600
    place = text.index("6")
    later = file.edit(place, place + 1, "4").sources[0].plan.tasks[0].estimate
    assert later is not None
    assert later.expected == 4 * 3600


def test_an_anchor_changed_in_another_chunk_reaches_its_aliases() -> None:
    text = "base: &b {agent: first}\ntasks:\n- id: T1\n  <<: *b\n- id: T2\n  agent: other\n"
    file = PlanFile.parse(text)
    assert [task.agent for task in file.sources[0].plan.tasks] == ["first", "other"]
    place = text.index("first")
    file = file.edit(place, place + 5, "second")
    assert [task.agent for task in file.sources[0].plan.tasks] == ["second", "other"]
    file = file.edit(6, 8, "  ")
    assert [task.agent for task in file.sources[0].plan.tasks] == [None, "other"]
    assert "no anchor `&b`" in file.sources[0].problems[0].problem.message


SPOTS = """\
goal: Ship it
agents:
  - id: api
    skills: [rest]
  - old: T1, T2
tasks:
  - id: T1
    name:
    dependencies: [A, {task: B, lag: 1h}]
    description: |
      two
      lines
    estimated_time: {optimistic: 1h, likely: 2h, pessimistic: 3h}
"""


@pytest.mark.parametrize(
    ("spot", "token"),
    [
        (Spot(None, ("goal",)), "Ship it"),
        (Spot(None, ("goal",), "key"), "goal"),
        (Spot(None, ("agents", 0, "skills", 0)), "rest"),
        (Spot(None, ("agents", 1, "old"), "key"), "old"),
        (Spot(0, ("id",)), "T1"),
        (Spot(0, ("dependencies", 1, "task")), "B"),
        (Spot(0, ("dependencies", 0)), "A"),
        (Spot(0, ("estimated_time", "likely")), "2h"),
        (Spot(0, ("description",)), "|"),
        (Spot(0, ("name",)), "name"),
        (Spot(0, ("agent",)), "id: T1"),
        (Spot(0, ("dependencies", 7)), "dependencies"),
        (Spot(None, ("nothing",)), "goal"),
        (Spot(0), "id: T1"),
    ],
)
def test_spots_lead_to_what_a_person_should_look_at(spot: Spot, token: str) -> None:
    (source,) = PlanFile.parse(SPOTS).sources
    start, end = source.locate(spot)
    assert SPOTS[start:end] == token


def test_nodes_of_spots_are_exact_or_none() -> None:
    (source,) = PlanFile.parse(SPOTS).sources
    node: AnyNode | None = source.node(Spot(0, ("dependencies", 1)))
    assert node is not None
    assert data(node) == {"task": "B", "lag": "1h"}
    base = source.base(0)
    assert SPOTS[base + node.start : base + node.end] == "{task: B, lag: 1h}"
    assert source.node(Spot(0, ("agent",))) is None
    assert source.node(Spot(9, ("id",))) is None


def test_of_equal_ids_the_first_is_meant() -> None:
    file = PlanFile.parse(plan(task(1), task(2), task(1)))
    index: IndexById = file.sources[0].plan.index_of
    assert dict(index) == {"T1": 0, "T2": 1}


def test_a_calendar_that_cannot_be_is_not_used() -> None:
    file = PlanFile.parse("calendar: {hours_per_day: 99}\ntasks: []\n")
    header = file.sources[0].plan.header
    assert header.calendar == Calendar()
    assert [each.path for each in header.unreadable] == [("calendar", "hours_per_day")]
