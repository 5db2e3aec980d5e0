"""Workflow templates: the seed's three and the user's own, which of them a goal means, and how one is read.

Plain data in and out; what a template does to a draft is in `phases.py`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from orchestrate_ls.plan.model import Template as PlanTemplate
from orchestrate_ls.planner.brief import Brief
from orchestrate_ls.planner.catalogue import Catalogue, Workflow
from orchestrate_ls.planner.words import words_of

PRIORITIES = ("low", "medium", "high", "critical")
MOST_PHASES = 40


class WorkflowError(ValueError):
    """A template that is not there or cannot be used: `message` says what is wrong, `hint` what to do."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(f"{message}; {hint}")
        self.message = message
        self.hint = hint


def known_workflows(catalogue: Catalogue, own: Mapping[str, Workflow]) -> dict[str, Workflow]:
    """The templates that come with the program, each replaced by the user's of the same name, and the user's others."""
    return {**catalogue.workflows, **own}


def workflow_named(name: str, known: Mapping[str, Workflow]) -> Workflow:
    """The template of that name; hyphens, spaces and case do not matter. Raises WorkflowError if there is none."""
    folded = {_folded(key): workflow for key, workflow in known.items()}
    found = folded.get(_folded(name))
    if found is None:
        raise WorkflowError(f"there is no template `{name}`", f"there are: {', '.join(known)}")
    return found


def workflow_for(brief: Brief, known: Mapping[str, Workflow]) -> Workflow | None:
    """The template that the goal means: one of the user's whose name it says, else that of its kind of work.

    None where neither is there. Of several names that the goal says the longest is taken, of equal ones the first.
    """
    forms = [word.form for word in words_of(brief.goal[:2000])]
    said = [flow for flow in known.values() if not flow.is_built_in and _is_said(flow.name, forms)]
    if said:
        return max(said, key=lambda flow: len(words_of(_spaced(flow.name))))
    return known.get(brief.kind)


def workflow_of(template: PlanTemplate) -> Workflow:
    """A template as a plan or the settings have it. Raises WorkflowError for one that cannot be used."""
    name, phases = template.name, tuple(dict.fromkeys(template.phases))
    if not phases:
        raise WorkflowError(f"the template `{name}` has no phases", "list them below `phases`, in order")
    if len(phases) > MOST_PHASES:
        raise WorkflowError(f"the template `{name}` has more than {MOST_PHASES} phases", "shorten the list")
    priority = template.priority
    if priority is not None and priority not in PRIORITIES and not _is_number(priority):
        raise WorkflowError(
            f"the priority of the template `{name}` is not one", f"write {', '.join(PRIORITIES)} or a number"
        )
    return Workflow(
        name=name,
        phases=phases,
        optional=frozenset(template.optional_phases),
        default_agents=tuple("-".join(agent.split()) for agent in template.default_agents),
        priority=priority,
        fast_track=template.fast_track,
        quality_focus=template.quality_focus,
    )


def as_fields(workflow: Workflow) -> dict[str, Any]:
    """The template as a plan's `templates` writes it."""
    fields: dict[str, Any] = {
        "phases": [
            {"name": phase, "optional": True} if phase in workflow.optional else phase
            for phase in workflow.phases
        ]
    }
    if workflow.default_agents:
        fields["default_agents"] = list(workflow.default_agents)
    if workflow.priority is not None:
        fields["priority"] = (
            workflow.priority if workflow.priority in PRIORITIES else float(workflow.priority)
        )
    if workflow.fast_track:
        fields["fast_track"] = True
    if workflow.quality_focus is not None:
        fields["quality_focus"] = workflow.quality_focus
    return fields


def lifted(priority: str) -> str:
    """One step higher: the next word, or ten more than a number, which is the step between the words."""
    if priority in PRIORITIES:
        return PRIORITIES[min(PRIORITIES.index(priority) + 1, len(PRIORITIES) - 1)]
    return f"{float(priority) + 10:g}"


def phase_title(phase: str) -> str:
    """The phase's name as a title: `data_freeze` is "Data freeze"."""
    words = _spaced(phase)
    return words[:1].upper() + words[1:]


def _spaced(name: str) -> str:
    return " ".join(name.replace("_", " ").replace("-", " ").split())


def _folded(name: str) -> str:
    return _spaced(name).casefold()


def _is_said(name: str, forms: Sequence[str]) -> bool:
    wanted = [word.form for word in words_of(_spaced(name))]
    return bool(wanted) and any(
        list(forms[index : index + len(wanted)]) == wanted for index in range(len(forms))
    )


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False
