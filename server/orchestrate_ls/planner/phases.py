"""Puts a workflow template on a draft: its phases, agents, priority and quality focus.

A phase of the template that no task belongs to becomes a task; a task of a sort that the template has no phase for
stays if it carries out a feature or lays its foundation, and is left out if it only follows. The order of phases holds
in templates of the user's own; in those of the program the artefacts decide alone. Knows nothing of YAML.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from orchestrate_ls.planner.catalogue import Catalogue, Hours, PhaseSort, Template, Workflow
from orchestrate_ls.planner.dependencies import Order, order_of
from orchestrate_ls.planner.draft import Draft, DraftAgent, DraftTask
from orchestrate_ls.planner.items import shorten
from orchestrate_ls.planner.words import phrase_set, words_of
from orchestrate_ls.planner.workflows import PRIORITIES, as_fields, lifted, phase_title

IMPLEMENTATION = "implementation"
"""The sort of phase in which the work itself is done."""
_UNKNOWN_PHASE: Hours = (1.0, 2.0, 3.0)
_LEVEL = "senior"
_LONGEST_NAME = 110


@dataclass(slots=True)
class Slot:
    """A task with its phase (None: it has none) and the positions it waits for."""

    task: DraftTask
    phase: int | None
    waits: set[int]


def with_workflow(draft: Draft, workflow: Workflow, catalogue: Catalogue, *, asked: bool) -> Draft:
    """The draft as the template has it.

    `asked`: the user named the template; otherwise one that comes with the program only names the plan's kind, because
    the catalogue follows its phases already, and adds its gates.
    """
    if workflow.is_built_in and not asked:
        return with_focus(draft, workflow, catalogue)
    return Phases(draft, workflow, catalogue).apply()


class Phases:
    """Puts one template on one draft."""

    def __init__(self, draft: Draft, workflow: Workflow, catalogue: Catalogue) -> None:
        self._draft = draft
        self._flow = workflow
        self._catalogue = catalogue
        self._sorts = [self._sort_of_phase(phase) for phase in workflow.phases]
        self._left_out = {
            number
            for number, phase in enumerate(workflow.phases)
            if workflow.fast_track and phase in workflow.optional and not workflow.is_built_in
        }

    def apply(self) -> Draft:
        """The draft as the template has it."""
        slots = self._slots()
        slots = self._without_surplus(slots)
        self._add_missing(slots)
        if not self._flow.is_built_in:
            self._put_in_order(slots)
        order = order_of([slot.waits for slot in slots])
        draft = self._renumbered(slots, order)
        return with_focus(draft, self._flow, self._catalogue)

    # --- which task belongs where

    def _sort_of_phase(self, phase: str) -> PhaseSort | None:
        words = words_of(phase_title(phase))
        for sort in self._catalogue.phase_sorts.values():
            if phrase_set(sort.words).best(words) is not None:
                return sort
        return None

    def _sort_of_task(self, task: DraftTask) -> str:
        template = self._template_of(task)
        if template is None:
            return IMPLEMENTATION
        for sort in self._catalogue.phase_sorts.values():
            if template.id in sort.entries:
                return sort.id
        for sort in self._catalogue.phase_sorts.values():
            if template.group in sort.groups:
                return sort.id
        return IMPLEMENTATION

    def _template_of(self, task: DraftTask) -> Template | None:
        return self._catalogue.templates.get(task.origin.partition(":")[0])

    def _slots(self) -> list[Slot]:
        index_of = {task.id: index for index, task in enumerate(self._draft.tasks)}
        first: dict[str, int] = {}
        for number, sort in enumerate(self._sorts):
            if sort is not None:
                first.setdefault(sort.id, number)
        return [
            Slot(task, first.get(self._sort_of_task(task)), {index_of[each] for each in task.dependencies})
            for task in self._draft.tasks
        ]

    def _without_surplus(self, slots: list[Slot]) -> list[Slot]:
        """Leave out what belongs to a phase on the fast track's list, or to none and carries nothing out."""
        kept = [not self._is_surplus(slot) for slot in slots]
        for index, slot in enumerate(slots):
            open_waits, waits = list(slot.waits), set[int]()
            seen: set[int] = set()
            while open_waits:
                before = open_waits.pop()
                if before in seen:
                    continue
                seen.add(before)
                if kept[before]:
                    waits.add(before)
                else:
                    open_waits += slots[before].waits
            slots[index].waits = waits
        place = {index: n for n, index in enumerate(i for i, keep in enumerate(kept) if keep)}
        remaining = [slot for slot, keep in zip(slots, kept, strict=True) if keep]
        for slot in remaining:
            slot.waits = {place[before] for before in slot.waits}
        return remaining

    def _is_surplus(self, slot: Slot) -> bool:
        if slot.task.covers or slot.task.facts or self._flow.is_built_in:
            return False
        if slot.phase is not None:
            return slot.phase in self._left_out
        return self._sort_of_task(slot.task) != IMPLEMENTATION

    # --- phases that no task belongs to

    def _add_missing(self, slots: list[Slot]) -> None:
        there = {slot.phase for slot in slots}
        for number, sort in enumerate(self._sorts):
            if number in there or number in self._left_out:
                continue
            if sort is not None and sort.id == IMPLEMENTATION and sort in self._sorts[:number]:
                continue
            slots.append(Slot(self._task_of_phase(number, sort), number, set()))
            if self._flow.is_built_in:
                self._tie(slots, len(slots) - 1, number)

    def _tie(self, slots: list[Slot], place: int, number: int) -> None:
        """In the program's own templates a made-up phase comes between the phases beside it."""
        phases = [-1 if slot.phase is None else slot.phase for slot in slots]
        nearest = max((phase for phase in phases if 0 <= phase < number), default=None)
        for n, phase in enumerate(phases):
            if n == place:
                continue
            if phase == nearest:
                slots[place].waits.add(n)
            elif (phase > number or (number == 0 and not slots[n].waits)) and not _reaches(slots, n, place):
                slots[n].waits.add(place)

    def _task_of_phase(self, number: int, sort: PhaseSort | None) -> DraftTask:
        title = phase_title(self._flow.phases[number])
        goal = self._draft.analysis.primary_goal
        template = self._catalogue.templates[sort.makes_up] if sort is not None and sort.makes_up else None
        role = self._catalogue.roles.get(template.role if template else "coordinator")
        agent = role.id if role is not None else "software-developer"
        skills = template.skills if template else self._catalogue.roles["coordinator"].skills
        features = ", ".join(self._draft.analysis.key_features[:6]) or goal
        about = (
            _filled(template.about, features)
            if template
            else f"Carry out the phase {title.lower()} of: {goal}."
        )
        success = template.success if template else (f"{title} is done and was checked by a second person",)
        return DraftTask(
            id="",
            name=shorten(f"{title}: {self._subject()}", _LONGEST_NAME),
            description=about,
            estimate=template.estimate if template else _UNKNOWN_PHASE,
            dependencies=(),
            agent=agent,
            priority=template.priority if template else "medium",
            parallel_group=None,
            required_skills=skills,
            success_criteria=tuple(_filled(line, features) for line in success),
            definition_of_done=template.done if template else ("The result is written down",),
            quality_gates=(template.gate,) if template and template.gate else (),
            reason=f"the template {self._flow.name} has the phase {self._flow.phases[number]}",
            origin=f"phase:{self._flow.phases[number]}:1",
        )

    def _subject(self) -> str:
        first = self._draft.analysis.key_features
        return first[0] if len(first) == 1 else self._draft.analysis.primary_goal

    # --- order, numbers, agents

    def _put_in_order(self, slots: Sequence[Slot]) -> None:
        """Let each phase wait for the one before it, and drop what the catalogue would have the other way round."""
        for slot in slots:
            slot.waits = {
                before
                for before in slot.waits
                if slot.phase is None
                or slots[before].phase is None
                or (slots[before].phase or 0) <= slot.phase
            }
        numbers = sorted({slot.phase for slot in slots if slot.phase is not None})
        for earlier, later in pairwise(numbers):
            before = {n for n, slot in enumerate(slots) if slot.phase == earlier}
            after = {n for n, slot in enumerate(slots) if slot.phase == later}
            ends = {n for n in before if not any(n in slots[other].waits for other in before)}
            for n in after:
                if not slots[n].waits & after:
                    slots[n].waits |= ends
        # A task without a phase that waits for nothing stays where it is; one in the way of a phase gives way.
        for n, slot in enumerate(slots):
            if slot.phase is None:
                slot.waits = {before for before in slot.waits if not _reaches(slots, n, before)}

    def _renumbered(self, slots: Sequence[Slot], order: Order) -> Draft:
        sequence = sorted(range(len(slots)), key=lambda n: (order.depth[n], n))
        ids = {n: f"T{place}" for place, n in enumerate(sequence, 1)}
        old = {slots[n].task.id: ids[n] for n in sequence if slots[n].task.id}
        tasks: list[DraftTask] = []
        groups = _groups(slots, order, sequence)
        for n in sequence:
            slot = slots[n]
            waits = sorted(order.predecessors[n], key=lambda before: int(ids[before][1:]))
            tasks.append(
                replace(
                    slot.task,
                    id=ids[n],
                    dependencies=tuple(ids[before] for before in waits),
                    lags=tuple((old[a], lag) for a, lag in slot.task.lags if a in old),
                    facts=tuple(_renamed(fact, old) for fact in slot.task.facts),
                    parallel_group=groups.get(n),
                    agent=self._agent(slot),
                    priority=self._priority(slot.task.priority),
                )
            )
        depth = {ids[n]: order.depth[n] for n in sequence}
        own = {self._flow.name: as_fields(self._flow)} if not self._flow.is_built_in else {}
        return replace(
            self._draft,
            template=self._flow.name,
            templates=own,
            tasks=tuple(tasks),
            agents=self._agents(tasks, depth),
            quality_gates=gates_of(self._catalogue, tasks, self._draft.quality_gates),
        )

    def _agent(self, slot: Slot) -> str:
        agents = self._flow.default_agents
        if self._flow.is_built_in or slot.phase is None or slot.phase >= len(agents):
            return slot.task.agent
        return agents[slot.phase]

    def _priority(self, own: str) -> str:
        if self._flow.is_built_in:
            ranked = {name: rank for rank, name in enumerate(PRIORITIES)}
            least = ranked.get(self._flow.priority or "", 0)
            return PRIORITIES[max(least, ranked.get(own, 0))] if own in ranked else own
        priority = self._flow.priority or own
        return lifted(priority) if self._flow.fast_track else priority

    def _agents(self, tasks: Sequence[DraftTask], depth: Mapping[str, int]) -> tuple[DraftAgent, ...]:
        known = {agent.id: agent for agent in self._draft.agents}
        roles = self._catalogue.roles
        most = self._draft.concurrent_capacity
        agents: list[DraftAgent] = []
        for name in dict.fromkeys(task.agent for task in tasks):
            mine = [task for task in tasks if task.agent == name]
            base = known[name].skills if name in known else roles[name].skills if name in roles else ()
            skills = dict.fromkeys([*base, *(skill for task in mine for skill in task.required_skills)])
            level = (
                known[name].experience_level
                if name in known
                else roles[name].level
                if name in roles
                else _LEVEL
            )
            width = max(Counter(depth[task.id] for task in mine).values())
            agents.append(DraftAgent(name, tuple(skills), level, width if most is None else min(width, most)))
        return tuple(agents)


def with_focus(draft: Draft, workflow: Workflow, catalogue: Catalogue) -> Draft:
    """Add the gate of the template's quality focus to the tasks that change the product."""
    focus = workflow.quality_focus
    if focus is None:
        return draft
    gate = "_".join(focus.split())
    tasks = tuple(
        replace(task, quality_gates=(*task.quality_gates, gate))
        if "code_review" in task.quality_gates and gate not in task.quality_gates
        else task
        for task in draft.tasks
    )
    if tasks == draft.tasks and tasks:
        tasks = (*tasks[:-1], replace(tasks[-1], quality_gates=(*tasks[-1].quality_gates, gate)))
    return replace(draft, tasks=tasks, quality_gates=gates_of(catalogue, tasks, draft.quality_gates))


def gates_of(catalogue: Catalogue, tasks: Sequence[DraftTask], had: Mapping[str, Any]) -> dict[str, Any]:
    """The gates that the tasks name, as the draft had them, else the catalogue's, else only that it is required."""
    used = dict.fromkeys(gate for task in tasks for gate in task.quality_gates)
    return {gate: had.get(gate, catalogue.gates.get(gate, {"required": True})) for gate in used}


def _groups(slots: Sequence[Slot], order: Order, sequence: Sequence[int]) -> dict[int, str]:
    """The tasks' groups without those that depend on another of the same group, and without groups of one."""
    members: dict[str, list[int]] = {}
    for n in sequence:
        group = slots[n].task.parallel_group
        if group is None:
            continue
        same = members.setdefault(group, [])
        if all(order.independent(n, other) for other in same):
            same.append(n)
    return {n: group for group, same in members.items() if len(same) > 1 for n in same}


def _reaches(slots: Sequence[Slot], start: int, goal: int) -> bool:
    """Whether `goal` waits for `start`, directly or not."""
    open_slots, seen = [goal], {goal}
    while open_slots:
        for before in slots[open_slots.pop()].waits:
            if before == start:
                return True
            if before not in seen:
                seen.add(before)
                open_slots.append(before)
    return False


def _filled(text: str, features: str) -> str:
    return " ".join(re.sub(r"\{(?:features|feature)\}", lambda _: features, text).split()).replace(
        "{subject}", ""
    )


def _renamed(fact: str, ids: Mapping[str, str]) -> str:
    return re.sub(r"(?<=^after )T\d+", lambda match: ids.get(match.group(), match.group()), fact)
