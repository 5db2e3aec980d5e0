"""A plan that there is, changed by a model: what it is shown, and what of its answer is taken over."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.planner.models.completer import ModelError
from orchestrate_ls.planner.models.planning import plan_with_model
from orchestrate_ls.planner.offline import plan_offline
from orchestrate_ls.planner.plan_changes import ChangeKind
from orchestrate_ls.planner.replan import ReplanError, Replanned, ReplanRequest, replan
from orchestrate_ls.planner.verify import verify
from orchestrate_ls.text.edits import apply_edits
from tests.planner.models.scripted import QUICK, Answer, ScriptedModel, nothing_executed

GOAL = "Build a shop with search and payments"
TEXT = plan_offline(GOAL).text
TODAY = date(2026, 11, 23)
TASKS = TEXT[TEXT.index("tasks:") : TEXT.index("quality_gates:\n", TEXT.index("tasks:"))]
AGENTS = TEXT[TEXT.index("agents:") : TEXT.index("tasks:")]


def fenced(text: str) -> str:
    return f"Here it is:\n```yaml\n{text}\n```\n"


def answered(change: Callable[[str], str] = str, extra: str = "") -> str:
    """The plan as the model was shown it, with a change, and with more tasks."""
    return fenced(f"{AGENTS}{change(TASKS)}{extra}")


CHECKOUT = """
  - id: T50
    name: Refunds by card
    description: Give money back to the card it came from.
    estimated_time: {optimistic: 2h, likely: 3h, pessimistic: 5h}
    dependencies: [T4]
    agent: test-engineer
"""


def changed(
    text: str, *answers: Answer, instruction: str | None = None, **more: Any
) -> tuple[Replanned, ScriptedModel]:
    model = ScriptedModel(*answers)
    request = ReplanRequest(instruction, today=TODAY, file_name="x.plan.yaml", **more)
    with nothing_executed():
        result = replan(
            PlanFile.parse(text), request, improver=lambda outline: plan_with_model(outline, model, QUICK)
        )
    assert apply_edits(text, result.change.edits) == result.text
    before, after = verify(text), verify(result.text)
    assert len(after.faults) <= len(before.faults)
    return result, model


def names(text: str) -> list[str | None]:
    return [task.name for task in PlanFile.parse(text).sources[0].plan.tasks]


def task(text: str, own: str) -> str:
    source = PlanFile.parse(text).sources[0]
    return source.parts[source.task_parts[source.plan.index_of[own]]].text


def renamed(was: str, now: str) -> Callable[[str], str]:
    return lambda text: text.replace(was, now, 1)


def test_an_answer_with_nothing_new_changes_nothing():
    result, model = changed(TEXT, answered(), instruction="make it safe")
    assert not result.is_change
    assert result.summary.not_understood == ()
    assert result.summary.notes[0].startswith("Left to the model: `make it safe`")
    assert len(model.prompts) == 1


def test_the_model_sees_the_plan_as_it_stands_and_what_is_asked():
    text = TEXT.replace("name: Search\n", "name: Product finder\n").replace("execution_status", "x")
    text += "execution_status:\n  tasks:\n    T1: done\n"
    _, model = changed(text, answered(), instruction="make it safe, add reviews")
    (prompt,) = model.prompts
    assert "name: Product finder" in prompt.user
    assert "name: Reviews" in prompt.user  # done without the model already
    assert "this could not be done without you: `make it safe`" in prompt.user
    assert re.search(r"Task T1 \(.*\) stays as it is: it is done or under way", prompt.user)
    assert re.search(r"Task T3 \(Product finder\) stays as it is: it was changed by hand", prompt.user)


def test_what_the_model_adds_comes_in_and_all_else_stays_to_the_byte():
    result, _ = changed(TEXT, answered(extra=CHECKOUT), instruction="think of refunds")
    (added,) = result.summary.of(ChangeKind.ADDED)
    assert added.what == "Refunds by card"
    assert "the model added it" in added.why
    for own in ("T1", "T2", "T3", "T4"):
        assert task(result.text, own).rstrip() == task(TEXT, own).rstrip()


def test_what_the_model_leaves_out_goes_and_what_it_changes_follows():
    def without(tasks: str) -> str:
        left = re.sub(r"  - id: T3\n(?:    .*\n|\n)*", "", tasks)
        return left.replace("T3, ", "").replace("[T3]", "[T2]")

    result, _ = changed(TEXT, answered(without), instruction="nobody needs to find anything")
    assert "Search" not in names(result.text)
    (gone,) = result.summary.of(ChangeKind.REMOVED)
    assert (gone.task, gone.why) == ("T3", "the model left it out")
    longer = renamed(
        "optimistic: 3h, likely: 4h, pessimistic: 6h", "optimistic: 4h, likely: 6h, pessimistic: 7h"
    )
    result, _ = changed(TEXT, answered(longer), instruction="search is harder than it looks")
    assert "{optimistic: 4h, likely: 6h, pessimistic: 7h}" in task(result.text, "T3")


def test_hand_edits_and_tasks_under_way_stay_whatever_the_model_says():
    text = (
        TEXT.replace("name: Search\n", "name: Product finder  # Ann\n")
        + "execution_status:\n  tasks:\n    T4: done\n"
    )

    def other(tasks: str) -> str:
        return tasks.replace("name: Search\n", "name: Search of everything\n").replace(
            "name: Payments\n", "name: Money\n"
        )

    result, _ = changed(text, answered(other), instruction="make it big")
    assert "name: Product finder  # Ann" in result.text
    assert "name: Payments\n" in result.text
    kept = {each.task for each in result.summary.of(ChangeKind.KEPT)}
    assert "T3" in kept


def test_tasks_of_nobody_knows_whom_change_by_an_instruction_only_and_do_not_go():
    own = (
        "\n  - {id: T77, name: Bake the opening cake, estimated_time: 2h, agent: ann, dependencies: [T1]}\n\n"
    )
    text = TEXT.replace("\nquality_gates:\n  code_review", f"{own}quality_gates:\n  code_review", 1)
    assert "T77" in text
    for instruction in (None, "make it big"):
        result, _ = changed(text, answered(), instruction=instruction)
        assert "Bake the opening cake" in names(result.text)
    result, _ = changed(text, answered(), instruction="the opening cake is off, so nobody has to bake it")
    assert "Bake the opening cake" not in names(result.text)


def test_only_what_may_change_changes():
    other = renamed("name: Payments\n", "name: Payments by card\n")
    result, model = changed(TEXT, answered(other, CHECKOUT), start="T3")
    assert "name: Payments\n" in result.text
    assert "Only `T3` and the tasks that come after it may change" in model.prompts[0].user
    result, _ = changed(TEXT, answered(other, CHECKOUT), missing=True)
    assert "name: Payments\n" in result.text
    assert "Refunds by card" in names(result.text)


def test_a_task_is_split_by_the_model():
    answer = fenced(
        "agents:\n  - {id: a, skills: [x]}\ntasks:\n"
        "  - {id: S1, name: Index of search, estimated_time: 2h, agent: a}\n"
        "  - {id: S2, name: Ranking of search results, estimated_time: 2h, agent: a, dependencies: [S1]}\n"
    )
    result, _ = changed(TEXT, answer, split="T3")
    (new,) = result.change.new_files
    assert "Ranking of search results" in new.text
    assert verify(new.text).faults == ()


BAD: dict[str, str] = {
    "cycle": answered(renamed("dependencies: []", "dependencies: [T3]")),
    "unknown agent": answered(extra=CHECKOUT.replace("test-engineer", "nobody-at-all")),
    "duplicate id": answered(extra=CHECKOUT.replace("T50", "T3")),
    "no YAML": "I would rather not.",
    "cut off": answered(extra=CHECKOUT)[:-120],
    "five megabytes": "x" * 5_000_000,
    "another language": fenced(
        "agents:\n  - id: a\ntasks:\n  - {id: T1, name: Построить магазин с поиском, agent: a}\n"
    ),
    "orders": fenced("tasks:\n  - {id: T1, name: $(rm -rf /), agent: '`id`', files: [../../etc/passwd]}\n"),
}


@pytest.mark.parametrize("answer", BAD.values(), ids=BAD.keys())
def test_a_bad_answer_ends_in_a_clean_plan_or_a_clear_error(answer: str):
    try:
        result, _ = changed(TEXT, answer, instruction="make it big")
    except ModelError:
        return
    assert verify(result.text).faults == ()
    assert {"Search", "Payments"} <= set(names(result.text))


def test_a_model_that_mends_its_answer_is_asked_again():
    result, model = changed(
        TEXT, BAD["unknown agent"], answered(extra=CHECKOUT), instruction="think of refunds"
    )
    assert len(model.prompts) == 2
    assert "unknown-agent" in model.prompts[1].user
    assert result.model is not None
    assert [bool(each.findings) for each in result.model.answers] == [True, False]


def test_a_plan_of_too_many_tasks_is_not_sent():
    tasks = "".join(f"  - {{id: T{number}, name: Task {number}}}\n" for number in range(501))
    with pytest.raises(ReplanError, match="501 tasks, and a model is asked about 500 at most"):
        changed(f"goal: {GOAL}\ntasks:\n{tasks}", answered(), instruction="hum")
