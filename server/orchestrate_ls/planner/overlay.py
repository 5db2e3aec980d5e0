"""Puts stated facts on the catalogue's draft."""

from __future__ import annotations

from dataclasses import dataclass

from orchestrate_ls.planner.brief import Brief, read_brief
from orchestrate_ls.planner.catalogue import Catalogue
from orchestrate_ls.planner.draft import Draft, draft
from orchestrate_ls.planner.stated.facts import Remark


@dataclass(frozen=True, slots=True)
class Overlaid:
    """A goal's brief and its draft with the stated facts."""

    brief: Brief
    draft: Draft
    remarks: tuple[Remark, ...]


def with_facts(goal: str, catalogue: Catalogue) -> Overlaid:
    """Plan the goal and let what it states outright hold."""
    brief = read_brief(goal)
    return Overlaid(brief, draft(brief, catalogue), ())
