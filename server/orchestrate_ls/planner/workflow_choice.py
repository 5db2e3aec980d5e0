"""Which workflow template holds for a new plan: the one named, else the one that the goal means.

Knows briefs and drafts; the texts of plans and settings are read elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from orchestrate_ls.planner.catalogue import Catalogue, Workflow
from orchestrate_ls.planner.phases import with_workflow
from orchestrate_ls.planner.work_kind import FEATURE_DEVELOPMENT
from orchestrate_ls.planner.workflows import known_workflows, workflow_for, workflow_named

if TYPE_CHECKING:
    from orchestrate_ls.planner.offline import Understood


@dataclass(frozen=True, slots=True)
class WorkflowChoice:
    """`name`: the template asked for, None to choose by the goal. `own`: the user's templates by name."""

    name: str | None = None
    own: Mapping[str, Workflow] = field(default_factory=dict[str, Workflow])


def planned_with(
    choice: WorkflowChoice, catalogue: Catalogue, plan: Callable[[str | None], Understood]
) -> Understood:
    """What `plan` understands, with its template put on the draft; `plan` takes the kind of work that was asked for.

    Raises WorkflowError when the template named is not there.
    """
    known = known_workflows(catalogue, choice.own)
    if choice.name is None:
        planned = plan(None)
        found = workflow_for(planned.brief, known)
        if found is None or (found.is_built_in and planned.draft.template is None):
            return planned
        return replace(planned, draft=with_workflow(planned.draft, found, catalogue, asked=False))
    asked = workflow_named(choice.name, known)
    names_kind = asked.name in catalogue.kinds or asked.name == FEATURE_DEVELOPMENT
    planned = plan(asked.name if names_kind else None)
    return replace(planned, draft=with_workflow(planned.draft, asked, catalogue, asked=True))
