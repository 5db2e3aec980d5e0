"""The second phase: what needs the schedule of a large plan is put off, and ends as if it had not been."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.rules.engine import Diagnostic, FileCheck, RuleSettings, check_file
from orchestrate_ls.schedule.sgs import finished
from orchestrate_ls.workspace.checking import shipped_schema

TASKS = 120


def plan_text(seed: int = 1) -> str:
    """A plan that is put off, with deadlines that are missed, a claim, and an agent with too much to do."""
    draw = random.Random(seed)
    lines = [
        "start: 2026-11-23T09:00:00Z",
        "estimated_wall_time: 100h",
        "concurrent_capacity: 6",
        "agents:",
        "  - {id: a0}",
        "  - {id: a1, capacity: 2}",
        "tasks:",
    ]
    for number in range(TASKS):
        fields = [
            f"id: T{number}",
            f"estimated_time: {draw.randrange(1, 9)}h",
            f"agent: a{draw.randrange(3)}",
        ]
        if number % 10 == 9:
            fields.append(f"deadline: 2026-11-{draw.randrange(24, 28)}")
        if number and draw.random() < 0.7:
            fields.append(f"dependencies: [T{draw.randrange(number)}]")
        lines.append("  - {" + ", ".join(fields) + "}")
    return "\n".join(lines) + "\n"


def check(text: str | PlanFile, previous: FileCheck | None = None, *, defer: bool = True) -> FileCheck:
    file = PlanFile.parse(text) if isinstance(text, str) else text
    return check_file(file, RuleSettings(), shipped_schema(), previous=previous, defer=defer)


def whole(put_off: FileCheck) -> FileCheck:
    return finished(put_off.complete_steps())


def found(result: FileCheck, *codes: str) -> list[Diagnostic]:
    return [each for each in result.diagnostics if not codes or each.code in codes]


LATE = ("deadline-missed", "agent-bottleneck", "infeasible-wall-time")


def test_what_is_put_off_is_found_in_the_end() -> None:
    first = check(plan_text())
    assert first.is_pending
    assert found(first, *LATE) == []
    done = whole(first)
    assert not done.is_pending
    fresh = check(plan_text(), defer=False)
    assert {each.code for each in found(fresh, *LATE)} == set(LATE)
    assert done.diagnostics == fresh.diagnostics
    assert done.plans[0].shown_schedule == fresh.plans[0].shown_schedule
    # The version that was handed out before stays as it was.
    assert found(first, *LATE) == []


def test_small_plans_are_checked_at_once() -> None:
    text = "\n".join(plan_text().splitlines()[:50]) + "\n"
    assert not check(text).is_pending
    assert check(text).diagnostics == check(text, defer=False).diagnostics


def test_an_edit_of_a_text_leaves_the_schedule_alone() -> None:
    text = plan_text().replace("{id: T50,", "{id: T50, name: x,")
    first = whole(check(text))
    at = text.index("name: x") + len("name: x")
    second = check(first.file.edit(at, at, "yz"), first)
    assert not second.is_pending
    assert second.plans[0].schedule is first.plans[0].schedule
    assert second.diagnostics == check(second.file.chunks.text, defer=False).diagnostics


def test_until_it_is_done_the_earlier_findings_stay_with_their_tasks() -> None:
    first = whole(check(plan_text()))
    before = found(first, *LATE)
    at = plan_text().index("  - {id: T5,")
    second = check(first.file.edit(at, at, "  - {id: New, estimated_time: 1h, agent: a1}\n"), first)
    assert second.is_pending
    after = found(second, *LATE)
    assert [(each.code, each.message) for each in after] == [(each.code, each.message) for each in before]
    texts = [second.file.chunks.text[each.start : each.end] for each in after]
    assert texts == [first.file.chunks.text[each.start : each.end] for each in before]
    # Many edits later, too.
    third = check(second.file.edit(at, at, "  - {id: Newer}\n"), second)
    assert len(found(third, *LATE)) == len(before)


def test_hints_keep_the_earlier_times_until_the_new_ones_are_known() -> None:
    text = plan_text()
    first = whole(check(text))
    at = text.index("estimated_time: ") + len("estimated_time: ")
    second = check(first.file.edit(at, at + 1, "9"), first)
    assert second.is_pending
    assert second.plans[0].shown_schedule is first.plans[0].shown_schedule
    assert whole(second).plans[0].shown_schedule != first.plans[0].shown_schedule


PIECES = (
    "",
    "9h",
    "T3",
    "\n",
    "  - {id: Z, agent: a0, estimated_time: 4h}\n",
    "deadline: 2026-11-24, ",
    "}",
    "a1",
    "[",
)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(0, 1), st.integers(0, 12), st.sampled_from(PIECES), st.booleans()), max_size=6
    )
)
def test_any_edits_end_as_a_fresh_check(edits: list[tuple[float, int, str, bool]]) -> None:
    result = check(plan_text())
    for where, length, new, complete in edits:
        if complete:
            result = whole(result)
        size = len(result.file.chunks.text)
        at = int(where * size)
        result = check(result.file.edit(at, min(size, at + length), new), result)
    if result.is_pending:
        result = whole(result)
    assert result.diagnostics == check(result.file.chunks.text, defer=False).diagnostics
