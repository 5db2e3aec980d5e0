"""A model changes a plan that there is: what it is shown, and what of its answer is taken over.

The model sees the plan as it stands, with what was asked, and answers with a whole plan. Its answer is compared with
what it saw: only where it differs the plan changes, and what was done by hand, is under way or lies outside of what may
change stays. Who asks the model is known elsewhere; this knows tasks as data and no text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from orchestrate_ls.plan.model import Plan
from orchestrate_ls.planner.catalogue import Catalogue
from orchestrate_ls.planner.draft import Draft, DraftAgent, DraftAnalysis, DraftTask
from orchestrate_ls.planner.models.binding import Binding
from orchestrate_ls.planner.models.closing import close
from orchestrate_ls.planner.models.planning import Outline
from orchestrate_ls.planner.models.reading import MOST_TASKS, draft_of_plan
from orchestrate_ls.planner.offline import OfflinePlan
from orchestrate_ls.planner.replan_request import goal_of
from orchestrate_ls.planner.three_way import marks_of_hands
from orchestrate_ls.planner.write import write_plan
from orchestrate_ls.rules.context import KnownAgent
from orchestrate_ls.text.display import quoted

__all__ = ["MOST_TASKS", "Shown", "revised", "shown_to_model"]

_BY_HAND: Final = "it was changed by hand"
_FIELDS: Final = (
    "name",
    "description",
    "estimate",
    "stated_time",
    "dependencies",
    "lags",
    "agent",
    "priority",
    "parallel_group",
    "required_skills",
    "files",
    "success_criteria",
    "definition_of_done",
    "quality_gates",
)


@dataclass(frozen=True, slots=True)
class Shown:
    """The plan as a model is shown it, and what holds whatever it answers.

    ``hands`` are the fields of tasks, by id, in which a person's hand shows; ``unknown`` the ids of tasks of which it
    cannot be told who wrote them: they are of no draft.
    """

    outline: Outline
    hands: Mapping[str, frozenset[str]]
    unknown: frozenset[str]


def shown_to_model(
    plan: Plan,
    drafts: Iterable[Draft],
    offline: OfflinePlan | None,
    fixed: Mapping[str, str],
    asked: str,
    catalogue: Catalogue,
    context: tuple[str, ...] = (),
) -> Shown:
    """What a model is asked, who shall change a plan.

    ``drafts`` are those that the plan may come from, the likeliest first; ``offline`` is that of its goal as it is now.
    ``fixed`` says for ids of tasks why they may not change; ``asked`` what is wanted, in a sentence.
    """
    base = offline.draft if offline is not None else _bare(plan)
    undrafted = {agent: DraftAgent(agent, (), "mid", 1) for task in plan.tasks if (agent := task.agent)}
    named: dict[str | None, DraftTask] = {task.name: task for task in reversed(base.tasks)}
    alike = [
        replace(named[task.name], id=task.id)
        for task in plan.tasks
        if task.id is not None and task.name in named
    ]
    start = replace(
        base,
        goal=goal_of(plan) or base.goal,
        agents=(),
        tasks=tuple(replace(each, facts=(), deadline=None) for each in alike),
        quality_gates={**{name: "required" for name, _ in plan.header.quality_gates}, **base.quality_gates},
    )
    draft = draft_of_plan(plan, start, {}, "it was in the plan")
    declared = {agent.id for agent in draft.agents}
    agents = (*draft.agents, *(each for name, each in undrafted.items() if name not in declared))
    tasks = tuple(
        replace(task, facts=(reason,)) if (reason := fixed.get(own.id or "")) is not None else task
        for task, own in zip(draft.tasks, plan.tasks, strict=False)
    )
    draft = replace(draft, agents=agents, tasks=tasks)
    hands, unknown = marks_of_hands(plan, drafts, catalogue)
    outline = Outline(
        offline.brief if offline is not None else None,
        draft,
        write_plan(draft),
        asked=asked,
        context=context,
        kept=tuple(
            f"Task {each.id} ({each.name}) stays as it is: {reason}"
            for each, own in zip(draft.tasks, plan.tasks, strict=False)
            if (reason := fixed.get(own.id or "") or (_BY_HAND if hands.get(own.id or "") else None))
        ),
    )
    return Shown(outline, hands, unknown)


def revised(shown: Shown, answer: Draft, known: Mapping[str, KnownAgent] | None = None) -> Draft:
    """The model's plan without what was only mended in it, as it would have been in the plan itself."""
    outline = shown.outline
    before = outline.draft
    binding = Binding(outline.brief, before, steps=False)
    mended = {task.id: task for task in close(before, binding, known or {}, "").draft.tasks}
    old = {task.id: task for task in before.tasks}

    def as_answered(task: DraftTask) -> DraftTask:
        if task.id not in old or task.id not in mended:
            return task
        same: dict[str, Any] = {
            name: getattr(old[task.id], name)
            for name in _FIELDS
            if getattr(task, name) == getattr(mended[task.id], name)
        }
        return replace(task, **same)

    return replace(answer, tasks=tuple(map(as_answered, answer.tasks)))


def sentence_of(
    instruction: str | None, *, start: str | None = None, missing: bool = False, left: Iterable[str] = ()
) -> str:
    """What is wanted of a model, in a sentence or two."""
    if instruction is not None:
        words = "; ".join(left)
        done = (
            " What of it could be done without you is done in the plan below already."
            if not words
            else f" Of it, this could not be done without you: {words}. What could is done in the plan below already."
        )
        said = f"Change the plan as this instruction says: {quoted(instruction, 4_000)}.{done}"
    elif missing:
        said = "Add the tasks that the goal asks for and the plan lacks, and change nothing else."
    else:
        said = "Improve the plan so that it reaches its goal."
    if start is not None:
        said += f" Only {quoted(start)} and the tasks that come after it may change."
    return said


def _bare(plan: Plan) -> Draft:
    """What is known of a plan that has no goal to draft it from."""
    goal = goal_of(plan) or "Carry out the tasks of this plan"
    analysis = DraftAnalysis(goal, plan.header.goal.key_features, (), (), "medium")
    capacity = plan.header.concurrent_capacity
    return Draft(goal, None, analysis, capacity if isinstance(capacity, int) else None, (), (), {})
