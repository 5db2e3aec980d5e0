"""What stands above tasks, as lines of `‹…›` in the text."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from orchestrate_ls.execution.journal import find_journal
from orchestrate_ls.execution.plan_progress import ProgressReader
from orchestrate_ls.execution.run_events import run_event
from orchestrate_ls.ide.code_lenses import LensKind, lens_text, lenses_of
from orchestrate_ls.progress.event import EventKind, RunAction, make_event
from orchestrate_ls.workspace.settings import CodeLenses
from tests.plans import SEED
from tests.report.seed_run import BEGIN
from tests.rules.fixtures import checked

CONTROLS = {"pause", "resume", "approve", "reject"}
PLAN = dedent(
    """
    goal: x
    tasks:
      - id: A
        estimated_time: 2h
      - {id: B, estimated_time: 30m}
      - id: C
        dependencies: [A, B]
        estimated_time: 1h
    """
).lstrip("\n")


def shown(text: str, *, can_copy: bool = False, **settings: bool) -> list[str]:
    """For each lens the line it stands above and what it says."""
    check = checked(text)
    found: list[str] = []
    for lens in lenses_of(check, CodeLenses(**settings), can_copy=can_copy):
        said = lens_text(check, lens.kind, lens.plan, lens.task)
        assert said is not None
        line = text[: lens.offset].count("\n")
        found.append(f"{text.splitlines()[line].strip()}: {said.title}")
    return found


def test_the_plan_and_its_tasks():
    assert shown(PLAN) == [
        "tasks:: critical path 3h: A → C",
        "tasks:: 3h30m of work in 3 tasks",
        "tasks:: 2 tasks can start now: A, B",
        "- id: A: 1 task waits for this",
        "- {id: B, estimated_time: 30m}: 1 task waits for this",
    ]


def test_the_seeds_plan():
    text = (SEED / "phase1_tasks.yaml").read_text(encoding="utf-8")
    assert shown(text, references=False) == [
        "tasks:: critical path 19h: T1 → T2 → T3 → T7 → T8",
        "tasks:: 35h of work in 10 tasks",
        "tasks:: 1 task can start now: T1",
    ]


@pytest.mark.parametrize("name", ["critical_path", "total", "ready", "references", "handoff"])
def test_each_kind_can_be_switched_off(name: str):
    before, after = shown(PLAN, can_copy=True), shown(PLAN, can_copy=True, **{name: False})
    assert len(after) == len(before) - {"references": 2, "handoff": 3}.get(name, 1)
    assert set(after) < set(before)


def test_a_hand_off_is_offered_where_it_can_be_copied():
    assert sum("Copy hand-off" in each for each in shown(PLAN, can_copy=True)) == 3
    assert not any("Copy hand-off" in each for each in shown(PLAN))


def test_no_times_where_they_would_mean_nothing():
    assert shown("tasks:\n  - id: A\n") == ["tasks:: 1 task can start now: A"]
    circle = "tasks:\n  - {id: A, estimated_time: 1h, dependencies: [B]}\n  - {id: B, dependencies: [A]}\n"
    assert shown(circle, references=False) == ["tasks:: no task can start: all of them wait for another"]
    assert shown("goal: x\n") == []


def test_long_paths_are_shortened():
    tasks = "".join(
        f"  - {{id: T{number}, estimated_time: 1h, dependencies: [{f'T{number - 1}' if number else ''}]}}\n"
        for number in range(10)
    )
    assert shown(f"tasks:\n{tasks}")[0] == "tasks:: critical path 10h: T0 → T1 → T2 → T3 → … → T9"


def test_what_is_not_there_says_nothing():
    check = checked(PLAN)
    assert lens_text(check, LensKind.TOTAL, 1, None) is None
    assert lens_text(check, LensKind.REFERENCES, 0, 3) is None
    assert lens_text(check, LensKind.REFERENCES, 0, None) is None


def test_the_total_says_how_long_the_schedule_takes_where_agents_make_it_longer():
    text = "tasks:\n  - {id: A, estimated_time: 2h, agent: a}\n  - {id: B, estimated_time: 1h, agent: %s}\n"
    assert "3h of work in 2 tasks, scheduled in 3h" in str(shown(text % "a"))
    assert "scheduled" not in str(shown(text % "b"))


def test_a_run_can_be_paused_and_what_waits_for_people_approved(tmp_path: Path):
    text = (
        "plan_id: p1\nquality_gates:\n  code_review: {required: true, min_approvals: 1}\ntasks:\n"
        "  - {id: A, estimated_time: 1h, quality_gates: [code_review]}\n  - {id: B, estimated_time: 1h}\n"
    )
    path = tmp_path / "a.plan.yaml"
    path.write_text(text, encoding="utf-8")
    journal = find_journal(path, "p1")

    def shown_after(action: RunAction | None, *, can_control: bool = True) -> list[str]:
        if action is not None:
            journal.record(lambda state: run_event("p1", "r1", next(times), action, state.plan))
        check = checked(text)
        fresh = check.with_progress(ProgressReader(path).read(check, BEGIN.replace(hour=20)).plans)
        lenses = lenses_of(fresh, CodeLenses(), can_copy=False, can_control=can_control)
        return [each.kind.value for each in lenses if each.kind.value in CONTROLS]

    times = iter(BEGIN.replace(minute=minute) for minute in range(10, 60))
    for task in "AB":
        journal.record(
            lambda _, task=task: make_event("p1", BEGIN, EventKind.STARTED, task, task, agent="dev")
        )
    assert shown_after(None) == ["approve", "reject"]
    assert shown_after(RunAction.STARTED) == ["pause", "approve", "reject"]
    assert shown_after(RunAction.PAUSED) == ["resume", "approve", "reject"]
    assert shown_after(RunAction.RESUMED) == ["pause", "approve", "reject"]
    assert shown_after(None, can_control=False) == []
    assert shown_after(RunAction.FINISHED) == ["approve", "reject"]
    journal.record(lambda _: make_event("p1", next(times), EventKind.APPROVED, "A", "A", agent="eva"))
    assert shown_after(None) == []
