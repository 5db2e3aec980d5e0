"""The offline planner in one call: goal to brief to draft to text. No model, no network, no clock."""

from __future__ import annotations

from dataclasses import dataclass

from orchestrate_ls.planner.brief import Brief, read_brief
from orchestrate_ls.planner.catalogue import load_catalogue
from orchestrate_ls.planner.draft import Draft, draft
from orchestrate_ls.planner.write import write_plan


@dataclass(frozen=True, slots=True)
class OfflinePlan:
    """What was understood, what was planned, and the text of the plan file."""

    brief: Brief
    draft: Draft
    text: str


def plan_offline(goal: str) -> OfflinePlan:
    """Plan the goal. Raises GoalError, with a message and a hint, for a goal that says nothing or far too much."""
    brief = read_brief(goal)
    planned = draft(brief, load_catalogue())
    return OfflinePlan(brief, planned, write_plan(planned))
