"""Documents made to take long: the work grows with their size, and not faster."""

import contextlib
import time

import pytest

from orchestrate_ls.planner.intelligible import GoalError
from orchestrate_ls.planner.offline import LONGEST_DOCUMENT, plan_document

PATTERNS = [
    "after ",
    "step 1 and ",
    "(",
    "**",
    "'",
    "[(",
    "a - ",
    "| a | b |\n",
    "# a\n",
    "<!-- ",
    "1 -> ",
    "a, ",
    "2 days and ",
    "  - a\n",
    "and ",
    "\u2014 ",
    "Anna does ",
]


def cost(text: str) -> float:
    started = time.process_time()
    with contextlib.suppress(GoalError):
        plan_document(text)
    return time.process_time() - started


@pytest.mark.slow
@pytest.mark.parametrize("pattern", PATTERNS)
def test_ten_times_the_text_costs_no_hundred_times_the_work(pattern: str):
    head = "1. aa (1h)\n2. bb (2h)\n\n"
    cost(head + pattern * 50)
    small, large = (
        cost(head + pattern * (4_000 // len(pattern))),
        cost(head + pattern * (40_000 // len(pattern))),
    )
    assert large < 40 * max(small, 0.05)


def test_what_is_too_long_is_refused():
    with pytest.raises(GoalError, match="at most"):
        plan_document("a" * (LONGEST_DOCUMENT + 1))


def test_a_document_of_too_many_steps_is_refused_at_once_and_only_for_that():
    # Names that begin alike, and sentences about each of them: what nobody plans is not read either.
    steps = "\n".join(f"{number}. Do job {number} (3h)" for number in range(1, 20_001))
    said = " ".join(f"Step {number} comes after step {number + 1}." for number in range(1, 2_000))
    planned = plan_document(f"# All jobs\n\n{steps}\n\n{said}\n")
    assert planned.draft is None
    assert [remark.code for remark in planned.remarks] == ["too-many-steps"]
    assert "more than 2,000 steps" in planned.remarks[0].message
