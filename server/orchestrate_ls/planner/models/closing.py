"""Closes what a model left wrong, by the rules' own fixes and by the facts: the same answer for the same draft.

Works on the text that we write of a draft, as every fix of a rule is an edit of text. Asks nobody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from orchestrate_ls.planner.draft import Draft
from orchestrate_ls.planner.models.binding import Binding
from orchestrate_ls.planner.models.enforcing import enforced
from orchestrate_ls.planner.models.reading import read_draft
from orchestrate_ls.planner.repair import checked, is_fault, repaired
from orchestrate_ls.planner.write import write_plan
from orchestrate_ls.rules.context import KnownAgent

_MOST_TURNS: Final = 6


@dataclass(frozen=True, slots=True)
class Closed:
    """A draft without findings, its text, and what had to be done, as sentences without a full stop.

    ``left`` are faults that no fix closes; a plan with any is not to be handed out.
    """

    draft: Draft
    text: str
    repairs: tuple[str, ...]
    left: tuple[str, ...]


def close(draft: Draft, binding: Binding, known: Mapping[str, KnownAgent], reason: str) -> Closed:
    """Make the facts hold and leave no finding."""
    repairs: list[str] = []
    check = None
    text = ""
    for _ in range(_MOST_TURNS):
        draft, done = enforced(binding, draft)
        repairs += done
        mended = repaired(write_plan(draft))
        text, fixed = mended.text, mended.repairs
        repairs += fixed
        if fixed:
            draft = read_draft(text, draft, known, reason, earlier=draft).draft
            continue
        if not done or not binding.violations(draft):
            break
    draft = _without_unused(draft)
    text = write_plan(draft)
    check = checked(text)
    left = [f"{each.code}: {each.message}" for each in check.diagnostics if is_fault(each)]
    left += [violation.message for violation in binding.violations(draft)]
    return Closed(draft, text, tuple(dict.fromkeys(repairs)), tuple(left))


def _without_unused(draft: Draft) -> Draft:
    """Without agents and gates that no task names: the model was only told of them."""
    agents = {task.agent for task in draft.tasks}
    gates = {gate for task in draft.tasks for gate in task.quality_gates}
    return replace(
        draft,
        agents=tuple(agent for agent in draft.agents if agent.id in agents),
        quality_gates={name: gate for name, gate in draft.quality_gates.items() if name in gates},
    )
