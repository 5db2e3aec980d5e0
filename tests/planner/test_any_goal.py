"""Any text at all gives a sound plan or a clear refusal, and the same one each time."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from orchestrate_ls.planner.brief import GoalError
from orchestrate_ls.planner.catalogue import load_catalogue
from orchestrate_ls.planner.offline import plan_offline
from tests.planner.goals import GOALS
from tests.planner.plan_reading import assert_sound, load_fast

CATALOGUE = load_catalogue()
VOCABULARY = sorted(
    {
        *(word for template in CATALOGUE.templates.values() for word in template.words),
        *(word for shape in CATALOGUE.shapes.values() for word in (*shape.words, *shape.weak, *shape.hints)),
        *(word for kind in CATALOGUE.kinds.values() for word in (*kind.verbs, *kind.weak_verbs, *kind.words)),
        *(word for technology in CATALOGUE.technologies.values() for word in technology.words),
        *(word for layer in CATALOGUE.layers.values() for word in layer.words),
        *CATALOGUE.wording.new_verbs,
        *CATALOGUE.wording.changing_verbs,
        *CATALOGUE.wording.openings,
    }
)
GLUE = [
    " with ",
    ", ",
    " and ",
    " without ",
    " no ",
    ". ",
    "\n- ",
    ": ",
    " that ",
    " for ",
    " in ",
    " to ",
    " (",
    ") ",
]
GLUE += [
    " or ",
    "; ",
    " our ",
    " the ",
    "\n\n",
    " + ",
    "! ",
    " using ",
    ", but not ",
    " mit ",
    " und ",
    " con ",
    " y ",
]
worded = st.lists(st.one_of(st.sampled_from(VOCABULARY), st.sampled_from(GLUE)), max_size=40).map(" ".join)


def check(goal: str) -> None:
    try:
        result = plan_offline(goal)
    except GoalError as refusal:
        # An answer too, if it says what is wrong and what to do about it.
        if not (refusal.message and refusal.hint):
            raise
        return
    plan = load_fast(result.text)
    assert_sound(plan)
    for feature in result.brief.features:
        assert 0 <= feature.start <= feature.end <= len(goal)


@given(st.text(max_size=300))
@settings(max_examples=100, deadline=None)
def test_any_text(goal: str) -> None:
    check(goal)


@given(worded)
@settings(max_examples=200, deadline=None)
def test_any_mixture_of_words_the_planner_knows(goal: str) -> None:
    check(goal)


@given(st.lists(st.sampled_from([case.goal for case in GOALS]), min_size=2, max_size=3).map(" ".join))
@settings(max_examples=25, deadline=None)
def test_several_goals_run_together(goal: str) -> None:
    check(goal)


def digest() -> str:
    """Of the plans of all goals."""
    plans = "".join(plan_offline(case.goal).text for case in GOALS)
    return hashlib.sha256(plans.encode()).hexdigest()


def test_plans_do_not_depend_on_the_order_of_sets_or_on_the_run() -> None:
    root = Path(__file__).resolve().parents[2]
    program = "from tests.planner.test_any_goal import digest; print(digest())"
    found = {digest()}
    for seed in ("0", "4711"):
        environment = {
            **os.environ,
            "PYTHONHASHSEED": seed,
            "PYTHONPATH": os.pathsep.join([str(root / "server"), str(root)]),
        }
        run = subprocess.run(
            [sys.executable, "-c", program],
            cwd=root,
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        found.add(run.stdout.strip())
    assert len(found) == 1
