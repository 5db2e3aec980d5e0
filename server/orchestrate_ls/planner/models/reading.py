"""A model's plan becomes a draft. What it says is data from a stranger: bounded, cleaned, and never more than text.

Only what a draft has is taken over; the goal, the analysis, the calendar and the definitions of gates stay those of
the user's own draft. What could not be taken over is told.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from orchestrate_ls.plan.duration import Estimate, format_duration
from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.plan.model import LinkKind, Plan, Priority, Task
from orchestrate_ls.planner.draft import Draft, DraftAgent, DraftTask
from orchestrate_ls.rules.context import KnownAgent
from orchestrate_ls.rules.duplicate_task_id import next_free_id
from orchestrate_ls.text.display import quoted

MOST_TASKS: Final = 500
_MOST_AGENTS: Final = 200
_MOST_ITEMS: Final = 40
_MOST_DEPENDENCIES: Final = 200
_LONGEST_ID: Final = 64
_LONGEST_NAME: Final = 200
_LONGEST_ITEM: Final = 600
_LONGEST_TEXT: Final = 4_000
_LONGEST_ESTIMATE: Final = 10_000 * 3600
_ID: Final = re.compile(r"[^\W_][\w.\-]*")
_UNUSUAL: Final = re.compile(r"[^\w.\-]+")
_LEVELS: Final = ("junior", "mid", "senior", "expert")
_INVISIBLE: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]"
    "|[\U000e0000-\U000e007f]"
)
"""Control characters, marks that turn text around, and letters that nobody sees: no plan needs one."""


@dataclass(frozen=True, slots=True)
class ReadDraft:
    """The draft, and what of the model's text became something else in it, as sentences without a full stop.

    What rules find by themselves, such as a duration that is none, is not told again.
    """

    draft: Draft
    left_out: tuple[str, ...]
    too_many: str | None = None
    """Says so where there were more tasks than are read."""


def read_draft(
    text: str, base: Draft, known: Mapping[str, KnownAgent], reason: str, earlier: Draft | None = None
) -> ReadDraft:
    """The first plan in a text as a draft.

    ``base`` gives all that a model has no say in. ``reason`` is what the tasks came from; tasks of ``earlier``, the
    same draft before some edits, keep theirs.
    """
    return _Reader(PlanFile.parse(text).sources[0].plan, base, known, reason, earlier).draft()


def draft_of_plan(plan: Plan, base: Draft, known: Mapping[str, KnownAgent], reason: str) -> Draft:
    """A plan that there is as a draft, within the same bounds. ``base`` and ``reason`` as in ``read_draft``."""
    return _Reader(plan, base, known, reason, None).draft().draft


class _Reader:
    def __init__(
        self, plan: Plan, base: Draft, known: Mapping[str, KnownAgent], reason: str, earlier: Draft | None
    ) -> None:
        self._plan = plan
        self._base = base
        self._known = known
        self._reason = reason
        self._earlier = {task.id: task for task in earlier.tasks} if earlier is not None else {}
        self._left_out: list[str] = []
        self._renamed: dict[str, str] = {}

    def draft(self) -> ReadDraft:
        tasks = self._plan.tasks
        too_many = None
        if len(tasks) > MOST_TASKS:
            too_many = f"there are {len(tasks):,} tasks; at most {MOST_TASKS} are taken"
            tasks = tasks[:MOST_TASKS]
        ids = self._ids(tasks)
        agents = self._agents()
        made = tuple(self._task(task, own, agents) for task, own in zip(tasks, ids, strict=True))
        for task in made:
            known = self._known.get(task.agent)
            if known is not None and task.agent not in agents:
                skills = tuple(_line(skill, _LONGEST_ID) for skill in known.skills)
                agents[task.agent] = DraftAgent(task.agent, skills, "mid", 1)
        used = {gate for task in made for gate in task.quality_gates}
        gates = {name: gate for name, gate in self._base.quality_gates.items() if name in used}
        draft = replace(self._base, tasks=made, agents=tuple(agents.values()), quality_gates=gates)
        return ReadDraft(draft, tuple(dict.fromkeys(self._left_out)), too_many)

    # Names

    def _ids(self, tasks: tuple[Task, ...]) -> list[str]:
        ids: list[str] = []
        taken: set[str] = set()
        for number, task in enumerate(tasks, 1):
            given = task.id or ""
            own = _identifier(given) or f"T{number}"
            if own in taken:
                own = _free(own, taken, self._plan)
                if given:
                    self._left_out.append(
                        f"A second task with the id {quoted(given)} is {quoted(own)} now; what waits for"
                        f" {quoted(given)} waits for the first"
                    )
            elif own != given:
                self._left_out.append(f"The task id {quoted(given)} is {quoted(own)} now")
            taken.add(own)
            if given:
                self._renamed.setdefault(given, own)
            ids.append(own)
        return ids

    def _agents(self) -> dict[str, DraftAgent]:
        agents: dict[str, DraftAgent] = {}
        base = {agent.id: agent for agent in self._base.agents}
        for agent in self._plan.header.agents[:_MOST_AGENTS]:
            own = _identifier(agent.id)
            if not own or own in agents:
                continue
            skills = _lines(agent.skills, _LONGEST_ID)
            mine = base.get(own)
            level = (agent.experience_level or "").lower()
            agents[own] = DraftAgent(
                own,
                skills or (mine.skills if mine is not None else ()),
                level if level in _LEVELS else mine.experience_level if mine is not None else "mid",
                min(max(agent.capacity or (mine.capacity if mine is not None else 1), 1), 100),
            )
        for own, agent in base.items():
            # Declared or not, the model was told of them.
            agents.setdefault(own, agent)
        return agents

    # One task

    def _task(self, task: Task, own: str, agents: Mapping[str, DraftAgent]) -> DraftTask:
        name = _line(task.name or "", _LONGEST_NAME) or _line(task.description or "", 80) or own
        before = self._earlier.get(own)
        base = next((each for each in self._base.tasks if each.id == own and each.name == name), None)
        gates = tuple(
            gate
            for gate in dict.fromkeys(name for name, _ in task.quality_gates)
            if gate in self._base.quality_gates
        )
        estimate, stated = self._estimate(task)
        dependencies, lags = self._dependencies(task, own)
        agent = _identifier(task.agent or "")
        if agent not in agents and task.agent in self._known:
            agent = task.agent or ""
        made = DraftTask(
            id=own,
            name=name,
            description=_text(task.description or ""),
            estimate=estimate,
            dependencies=dependencies,
            agent=agent,
            priority=task.priority.value if isinstance(task.priority, Priority) else "",
            parallel_group=_identifier(task.parallel_group or "") or None,
            required_skills=_lines(task.required_skills, _LONGEST_ID),
            success_criteria=_lines(task.success_criteria, _LONGEST_ITEM),
            definition_of_done=_lines(task.definition_of_done, _LONGEST_ITEM),
            quality_gates=gates,
            reason=base.reason if base is not None else self._reason,
            covers=base.covers if base is not None else (),
            stated_time=stated,
            lags=lags,
            deadline=base.deadline if base is not None else None,
            facts=base.facts if base is not None else (),
            origin=base.origin if base is not None else "",
            files=tuple(dict.fromkeys(filter(None, map(_path, task.files[:_MOST_ITEMS])))),
        )
        if before is None:
            return made
        return replace(
            made,
            reason=before.reason,
            covers=before.covers,
            deadline=before.deadline,
            facts=before.facts,
            origin=before.origin,
        )

    def _estimate(self, task: Task) -> tuple[tuple[float, float, float], tuple[str, ...]]:
        found = task.estimate
        if found is None or found.pessimistic <= 0:
            return (0, 0, 0), ()
        if found.pessimistic > _LONGEST_ESTIMATE:
            self._left_out.append(
                f"Task {quoted(task.id or '')} has no estimate now: {format_duration(found.pessimistic)} is none"
            )
            return (0, 0, 0), ()
        points = _minutes(found)
        if len(set(points)) == 1:
            hours = points[0] / 60
            return (hours, hours, hours), (format_duration(points[0] * 60),)
        return (points[0] / 60, points[1] / 60, points[2] / 60), ()

    def _dependencies(self, task: Task, own: str) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
        found: dict[str, str | None] = {}
        for each in task.dependencies[:_MOST_DEPENDENCIES]:
            name = self._renamed.get(each.task, each.task)
            if name not in self._renamed.values():
                name = _identifier(name)
            if not name:
                continue
            if each.kind is not LinkKind.FINISH_TO_START:
                self._left_out.append(
                    f"Task {quoted(own)} waits for the end of {quoted(name)}, and not {each.kind.value}"
                )
            lag = each.lag if 0 < each.lag <= _LONGEST_ESTIMATE else 0
            found.setdefault(name, format_duration(lag) if lag else None)
        return tuple(found), tuple((name, lag) for name, lag in found.items() if lag is not None)


def _minutes(estimate: Estimate) -> tuple[int, int, int]:
    """Whole minutes, which is what drafts are written in; at least one."""
    first, second, third = (
        max(1, round(seconds / 60))
        for seconds in (estimate.optimistic, estimate.likely, estimate.pessimistic)
    )
    return first, second, third


def _identifier(text: str) -> str:
    cleaned = _INVISIBLE.sub("", text).strip()
    if len(cleaned) <= _LONGEST_ID and _ID.fullmatch(cleaned):
        return cleaned
    return _UNUSUAL.sub("-", cleaned[: 2 * _LONGEST_ID]).strip("-_.")[:_LONGEST_ID].strip("-_.")


def _free(like: str, taken: set[str], plan: Plan) -> str:
    own = next_free_id(plan, like)
    number = 2
    while own in taken or own in plan.index_of:
        own = f"{like}-{number}"
        number += 1
    return own


def _line(text: str, longest: int) -> str:
    cleaned = " ".join(_INVISIBLE.sub("", text[: longest * 4]).split())
    return cleaned if len(cleaned) <= longest else cleaned[: longest - 1].rstrip() + "…"


def _lines(texts: tuple[str, ...], longest: int) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, (_line(each, longest) for each in texts[:_MOST_ITEMS]))))


def _path(text: str) -> str:
    """A path below the root, or nothing: what leads elsewhere or is no path is not taken."""
    path = _INVISIBLE.sub("", text).strip().replace("\\", "/").removeprefix("./")
    names = path.split("/")
    if len(path) > _LONGEST_NAME or path != text.strip().replace("\\", "/").removeprefix("./"):
        return ""
    return "" if not path or ":" in path or path[0] in "/~-" or ".." in names else path


def _text(text: str) -> str:
    lines = _INVISIBLE.sub("", text[: _LONGEST_TEXT * 2].replace("\t", " ")).strip().split("\n")
    cleaned = "\n".join(line.rstrip() for line in lines)
    return cleaned if len(cleaned) <= _LONGEST_TEXT else cleaned[: _LONGEST_TEXT - 1].rstrip() + "…"
