"""Puts a workflow template around the steps that a document lists.

The steps stay as they are stated: ids, names, times, owners and order. Each belongs to the phase that its name means,
else to the one in which the work is done; a phase without a step becomes a task between the phases beside it. Steps
without an owner get the agent of their phase. Knows nothing of YAML.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from orchestrate_ls.planner.catalogue import Catalogue, Workflow
from orchestrate_ls.planner.dependencies import Order, order_of
from orchestrate_ls.planner.draft import Draft, DraftAgent, DraftTask
from orchestrate_ls.planner.phases import IMPLEMENTATION, Phases, Slot, gates_of, with_focus
from orchestrate_ls.planner.stated.facts import Gravity, Remark
from orchestrate_ls.planner.words import phrase_set, words_of
from orchestrate_ls.planner.workflows import as_fields, phase_title

_REVIEW = "code_review"


def steps_in_phases(
    draft: Draft, workflow: Workflow, catalogue: Catalogue, *, is_software: bool
) -> tuple[Draft, tuple[Remark, ...]]:
    """The draft of a document's steps with the template's phases, agents and gates around them, and what to say of it.

    `is_software`: the steps that carry the work out are reviewed as code is.
    """
    phases = _StepPhases(draft, workflow, catalogue, is_software)
    planned = phases.apply()
    added = [phase_title(workflow.phases[number]).lower() for number in phases.added]
    if not added:
        return planned, ()
    which = added[0] if len(added) == 1 else f"{', '.join(added[:-1])} and {added[-1]}"
    said = (
        f"no step of the document is {which}, which the template `{workflow.name}` has; a task was added for "
    )
    remark = Remark(
        Gravity.NOTE,
        "phases-added",
        said + ("it" if len(added) == 1 else "each"),
        (),
        "leave `--template` out to have the stated steps alone",
    )
    return planned, (remark,)


class _StepPhases(Phases):
    def __init__(self, draft: Draft, workflow: Workflow, catalogue: Catalogue, is_software: bool) -> None:
        # What an added phase is about is the document as a whole, not what a catalogue would make of its title.
        super().__init__(
            replace(draft, analysis=replace(draft.analysis, key_features=())), workflow, catalogue
        )
        self._analysis = draft.analysis
        self.added: list[int] = []
        self._is_software = is_software
        self._main = self._main_phase()
        self._titles = [phrase_set([phase_title(phase)]) for phase in workflow.phases]
        self._meanings = [
            (number, phrase_set(sort.words))
            for number, sort in enumerate(self._sorts)
            if sort is not None and sort.id != IMPLEMENTATION
        ]

    def apply(self) -> Draft:
        slots = self._slots()
        self._add_missing(slots)
        order = order_of([slot.waits for slot in slots])
        return with_focus(self._numbered(slots, order), self._flow, self._catalogue)

    def _main_phase(self) -> int:
        """The phase of steps whose names mean none: where the work is done."""
        for number, sort in enumerate(self._sorts):
            if sort is not None and sort.id == IMPLEMENTATION:
                return number
        unknown = [number for number, sort in enumerate(self._sorts) if sort is None]
        return unknown[0] if unknown else len(self._sorts) // 2

    def _slots(self) -> list[Slot]:
        index_of = {task.id: index for index, task in enumerate(self._draft.tasks)}
        return [
            Slot(task, self._phase_of(task), {index_of[each] for each in task.dependencies})
            for task in self._draft.tasks
        ]

    def _phase_of(self, task: DraftTask) -> int:
        """The phase whose name stands in the step's, else the one whose sort the step's name means."""
        words = words_of(task.name)
        for number, title in enumerate(self._titles):
            if title.best(words) is not None:
                return number
        for number, meaning in self._meanings:
            hit = meaning.best(words)
            # "Write the tests" and "Test the import" are testing; "Import test results" is not.
            if hit is not None and (hit.start <= words[:2][-1].start or hit.end == words[-1].end):
                return number
        return self._main

    def _add_missing(self, slots: list[Slot]) -> None:
        there = {slot.phase for slot in slots}
        for number, sort in enumerate(self._sorts):
            if number in there or number in self._left_out:
                continue
            if sort is not None and sort in self._sorts[:number]:
                continue
            self.added.append(number)
            slots.append(Slot(self._task_of_phase(number, sort), number, set()))
            self._put_between(slots, len(slots) - 1, number)

    @staticmethod
    def _put_between(slots: Sequence[Slot], place: int, number: int) -> None:
        """Let an added task wait for the phases before its own, and what comes later for it; stated orders go first."""
        # Nothing waits for the added task yet, so that it may wait for anything.
        slots[place].waits |= {
            n for n, slot in enumerate(slots) if n != place and slot.phase is not None and slot.phase < number
        }
        open_slots, waited = [place], {place}
        while open_slots:
            fresh = slots[open_slots.pop()].waits - waited
            waited |= fresh
            open_slots += fresh
        for n, slot in enumerate(slots):
            if slot.phase is not None and slot.phase > number and n not in waited:
                slot.waits.add(place)

    def _numbered(self, slots: Sequence[Slot], order: Order) -> Draft:
        """The draft with the steps' own ids; what was added is numbered behind them."""
        taken = {task.id for task in self._draft.tasks}
        last = max((int(found[1]) for each in taken if (found := re.fullmatch(r"T(\d+)", each))), default=0)
        ids: dict[int, str] = {}
        sequence = sorted(range(len(slots)), key=lambda n: (order.depth[n], n))
        for n in sequence:
            last += not slots[n].task.id
            ids[n] = slots[n].task.id or f"T{last}"
        place = {n: at for at, n in enumerate(sequence)}
        tasks: list[DraftTask] = []
        for n in sequence:
            slot = slots[n]
            stated = slot.task.dependencies
            more = sorted(order.predecessors[n], key=place.__getitem__)
            tasks.append(
                replace(
                    slot.task,
                    id=ids[n],
                    # What the document states stands, redundant or not; the order adds only what it needs.
                    dependencies=(*stated, *(ids[m] for m in more if ids[m] not in stated)),
                    agent=self._step_agent(slot),
                    priority=self._step_priority(slot.task.priority),
                    quality_gates=self._step_gates(slot),
                )
            )
        own = {self._flow.name: as_fields(self._flow)} if not self._flow.is_built_in else {}
        return replace(
            self._draft,
            analysis=self._analysis,
            template=self._flow.name,
            templates=own,
            tasks=tuple(tasks),
            agents=self._step_agents(tasks),
            quality_gates=gates_of(self._catalogue, tasks, self._draft.quality_gates),
        )

    def _step_agent(self, slot: Slot) -> str:
        return slot.task.agent if slot.task.has_owner else self._agent(slot)

    def _step_priority(self, own: str) -> str:
        return self._priority(own or "medium") if self._flow.priority or self._flow.fast_track else own

    def _step_gates(self, slot: Slot) -> tuple[str, ...]:
        is_step = bool(slot.task.id)
        if is_step and self._is_software and slot.phase == self._main:
            return (*slot.task.quality_gates, _REVIEW)
        return slot.task.quality_gates

    def _step_agents(self, tasks: Sequence[DraftTask]) -> tuple[DraftAgent, ...]:
        """The agents of the steps as they were, and the roles of the phases: no role holds up what may go at once."""
        known = {agent.id: agent for agent in self._draft.agents}
        agents: list[DraftAgent] = []
        # As if all stood at one depth, so that an agent's capacity is the number of its tasks.
        for agent in self._agents(tasks, {task.id: 0 for task in tasks}):
            before = known.get(agent.id)
            agents.append(agent if before is None or set(agent.skills) - set(before.skills) else before)
        return tuple(agents)
