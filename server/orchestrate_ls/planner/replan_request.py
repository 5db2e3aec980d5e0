"""What can be asked of a change of a plan, and whether a plan can be asked it.

Knows no planner, and is quick to load.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from orchestrate_ls.plan.model import Plan


def _nothing_is_taken(_name: str) -> bool:
    # Has a name, so that a request can be handed to another process.
    return False


@dataclass(frozen=True, slots=True)
class ReplanRequest:
    """What is wanted. With nothing but defaults the whole plan is drafted again from its goal.

    Attributes
    ----------
    instruction
        What to change, in plain words.
    start
        The id of a task: it and what comes after it may change, nothing else.
    split
        The id of a task that gets a plan of its own.
    missing
        Add what the goal asks for and the plan lacks, and touch nothing that is there.
    protected
        Ids of tasks that are done or under way, beside those that the plan's ``execution_status`` says so of.
    today
        Tells the year of a day without one.
    file_name, taken
        What the plan's file is called, and whether there is a file of a name beside it.
    """

    instruction: str | None = None
    start: str | None = None
    split: str | None = None
    missing: bool = False
    protected: frozenset[str] = frozenset()
    today: date | None = None
    file_name: str = ""
    taken: Callable[[str], bool] = _nothing_is_taken


def why_no_goal(plan: Plan) -> str | None:
    """Why a plan cannot be drafted from its goal; None where it can."""
    return None if goal_of(plan) else "the plan has no `goal`"


def goal_of(plan: Plan) -> str:
    """What a plan is for, in words that it can be drafted from; empty where it does not say."""
    return (plan.header.goal.text or plan.header.goal.primary or "").strip()
