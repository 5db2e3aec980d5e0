"""The drafts that a plan is compared with when it is changed: of any goal, in the plan's folder and with its template.

A plan does not say how it was drafted, whether with the code of its folder or without, so a goal has several drafts.
Each is made once. Knows no plan's text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from orchestrate_ls.planner.catalogue import Catalogue, load_catalogue
from orchestrate_ls.planner.offline import OfflinePlan, plan_offline
from orchestrate_ls.planner.surroundings import Surroundings
from orchestrate_ls.planner.workflows import WorkflowError


class GoalDrafts:
    """Drafts goals offline. All methods raise ``GoalError`` for a goal that cannot be planned."""

    def __init__(self, surroundings: Surroundings) -> None:
        self.surroundings: Final = surroundings
        self.catalogue: Final[Catalogue] = surroundings.catalogue or load_catalogue()
        self.template: str | None = None
        """A template that the plan asks for by name; None where goals choose."""
        self._made: dict[tuple[str, str | None, bool], OfflinePlan] = {}

    @property
    def seen(self) -> tuple[str, ...]:
        """What a model may be told of the folder's code, a line each."""
        code = self.surroundings.repository
        return tuple(code.as_text().split("\n")) if code is not None and code.has_code else ()

    def of(self, goal: str) -> OfflinePlan:
        """A goal as `orchestrate plan` plans it in this folder."""
        return self._plan(goal, self.template, with_code=True)

    def chosen_by_goal(self, goal: str) -> OfflinePlan:
        """The same with the template that the goal itself means."""
        return self._plan(goal, None, with_code=True)

    def variants(self, goal: str) -> Iterator[OfflinePlan]:
        """All that may have been made of a goal: here, with no look at the code, with no template asked for."""
        for template in dict.fromkeys((self.template, None)):
            for with_code in (True, False) if self.surroundings.repository is not None else (True,):
                yield self._plan(goal, template, with_code=with_code)

    def _plan(self, goal: str, template: str | None, *, with_code: bool) -> OfflinePlan:
        key = goal, template, with_code
        if key not in self._made:
            around = self.surroundings
            flows = replace(around.flows, name=template)
            try:
                made = plan_offline(
                    goal, around.repository if with_code else None, None, flows, around.catalogue
                )
            except WorkflowError:
                # The plan names a template that nobody knows any more.
                made = self._plan(goal, None, with_code=with_code)
            self._made[key] = made
        return self._made[key]
