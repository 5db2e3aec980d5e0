"""Decides what becomes of each task when a plan is drafted again: the draft as it was, the new draft, and the file.

What a person changed since the first draft stays; what only the drafts differ in follows the new one. Decides, and
changes nothing; `redraft.py` does that. Knows tasks as data and no text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from orchestrate_ls.plan.duration import Calendar, parse_duration
from orchestrate_ls.plan.model import LinkKind, Plan, Priority, Task
from orchestrate_ls.plan.task_references import free_ids
from orchestrate_ls.planner.assemble import REASONS_OF_SIZE
from orchestrate_ls.planner.catalogue import Catalogue
from orchestrate_ls.planner.draft import Draft, DraftTask
from orchestrate_ls.planner.matching import TaskLook, same_ids, same_origins, same_tasks
from orchestrate_ls.planner.plan_changes import ChangeKind, PlanChange
from orchestrate_ls.planner.words import words_of

COMPARED: Final = (
    "name",
    "description",
    "estimated_time",
    "agent",
    "priority",
    "parallel_group",
    "required_skills",
    "files",
    "success_criteria",
    "definition_of_done",
    "quality_gates",
)
_SOMETIMES: Final = frozenset({"files", "deadline"})
"""Fields that only some drafted tasks have: those in a folder with code, those that the goal sets a date for."""
DRAFTED: Final = frozenset({*COMPARED, "id", "dependencies"}) - _SOMETIMES
"""The fields that every drafted task can have; any other was put there by hand, unless its own draft has it."""
_INCIDENTAL: Final = frozenset({"parallel_group", "files"})
"""Differs between drafts for reasons of other tasks and of the folder, so that it does not show a person's hand."""


@dataclass(frozen=True, slots=True)
class Aim:
    """How far a change may go.

    ``restores``: tasks that the file lacks are added, though the first draft had them. ``only_adds``: nothing that is
    there is touched. ``scope``: the ids of the tasks that may change; None for all. ``protected``: ids that may not.
    ``dropped``: what an instruction takes out; tasks that bear its name go, changed by hand or not.
    ``gone``: ids of tasks that go in any case. ``said``: the words of an instruction; a task whose id or whole name is
    in them may go.
    """

    restores: bool = False
    only_adds: bool = False
    scope: frozenset[str] | None = None
    protected: frozenset[str] = frozenset()
    dropped: tuple[str, ...] = ()
    gone: frozenset[str] = frozenset()
    said: str = ""
    why: str = "the goal asks for it"
    why_gone: str = "the goal does not ask for it any more"
    hands: Mapping[str, frozenset[str]] | None = None
    """Where the first draft is the plan itself, task by task under the same ids: the fields, by id, that were changed
    by hand."""
    stays: frozenset[str] = frozenset()
    """Ids of tasks that do not go, for nobody knows who wrote them, unless they are named."""


@dataclass(slots=True)
class Addition:
    """A task to be added: as drafted, under the id it gets, behind the task of the id ``after`` (None: in front)."""

    task: DraftTask
    id: str
    dependencies: tuple[str, ...]
    agent: str
    after: str | None
    lags: Mapping[str, str] = field(default_factory=dict[str, str])
    """For dependencies, how long after them it starts, as a plan writes it."""


@dataclass(slots=True)
class Decision:
    """What is to be done with the tasks. Indices are of the plan's tasks as they are."""

    removed: list[int] = field(default_factory=list[int])
    added: list[Addition] = field(default_factory=list[Addition])
    fields: dict[int, dict[str, DraftTask]] = field(default_factory=dict[int, dict[str, DraftTask]])
    """For each task the fields that get the value of the drafted one."""
    new_dependencies: dict[int, list[str]] = field(default_factory=dict[int, list[str]])
    gone_dependencies: dict[int, list[str]] = field(default_factory=dict[int, list[str]])
    changes: list[PlanChange] = field(default_factory=list[PlanChange])
    agents: dict[str, str] = field(default_factory=dict[str, str])
    """For agents of the draft, who does their work in this plan."""
    ids: dict[int, str] = field(default_factory=dict[int, str])
    """For tasks of the new draft, by index, the id they have in the plan."""


def marks_of_hands(
    plan: Plan, drafts: Iterable[Draft], catalogue: Catalogue
) -> tuple[dict[str, frozenset[str]], frozenset[str]]:
    """For ids of tasks the fields that differ from the draft they come from, and the ids of tasks of no draft.

    The first draft that has a task counts.
    """
    looks = [TaskLook.of_task(task) for task in plan.tasks]
    found: dict[str, frozenset[str]] = {}
    for draft in drafts:
        for right, left in same_tasks(
            looks, [TaskLook.of_draft(task) for task in draft.tasks], catalogue
        ).items():
            own = plan.tasks[left].id
            if own is None or own in found:
                continue
            now = said_by_task(plan.tasks[left])
            then = said_by_draft(draft.tasks[right], plan.header.calendar)
            found[own] = frozenset(key for key in COMPARED if now[key] != then[key]) - _INCIDENTAL
    unknown = frozenset(task.id for task in plan.tasks if task.id is not None and task.id not in found)
    return {own: fields for own, fields in found.items() if fields}, unknown


OtherMarks: TypeAlias = Callable[[int, frozenset[str]], str | None]


def named(fields: Sequence[str]) -> str:
    """Names of fields as the subject of a sentence: "`name` was"."""
    return f"{', '.join(f'`{each}`' for each in fields)} {'was' if len(fields) == 1 else 'were'}"


def said_by_task(task: Task) -> dict[str, object]:
    """What a task of a file says in the compared fields."""
    estimate = task.estimate
    return {
        "name": task.name,
        "description": " ".join((task.description or "").split()),
        "estimated_time": (estimate.optimistic, estimate.likely, estimate.pessimistic) if estimate else None,
        "agent": task.agent,
        "priority": task.priority.value if isinstance(task.priority, Priority) else task.priority,
        "parallel_group": task.parallel_group,
        "required_skills": task.required_skills,
        "files": task.files,
        "success_criteria": task.success_criteria,
        "definition_of_done": task.definition_of_done,
        "quality_gates": tuple(name for name, _ in task.quality_gates),
    }


def said_by_draft(task: DraftTask, calendar: Calendar) -> dict[str, object]:
    """The same for a drafted task."""
    return {
        "name": task.name,
        "description": " ".join(task.description.split()),
        "estimated_time": _seconds(task, calendar),
        "agent": task.agent,
        "priority": task.priority or None,
        "parallel_group": task.parallel_group,
        "required_skills": task.required_skills,
        "files": task.files,
        "success_criteria": task.success_criteria,
        "definition_of_done": task.definition_of_done,
        "quality_gates": task.quality_gates,
    }


def _seconds(task: DraftTask, calendar: Calendar) -> tuple[int, ...] | None:
    """The three points of a drafted task's time; None where it has none."""
    if task.stated_time:
        points = [parse_duration(each, calendar) for each in task.stated_time]
        return tuple(points if len(points) == 3 else points * 3)
    return tuple(round(hours * 60) * 60 for hours in task.estimate) if any(task.estimate) else None


def decide(
    plan: Plan, base: Draft, theirs: Draft, aim: Aim, other_marks: OtherMarks, catalogue: Catalogue
) -> Decision:
    """Compare the plan with the draft of its goal as it was and as it is to be.

    ``other_marks`` says for a task's index, and for fields beside the usual ones that its draft has, what else shows a
    person's hand in it, such as a comment; None for nothing.
    """
    return _Comparison(plan, base, theirs, aim, other_marks, catalogue).decided()


class _Comparison:
    def __init__(
        self,
        plan: Plan,
        base: Draft,
        theirs: Draft,
        aim: Aim,
        other_marks: OtherMarks,
        catalogue: Catalogue,
    ) -> None:
        self._plan, self._base, self._theirs, self._aim = plan, base, theirs, aim
        self._other_marks = other_marks
        self._decision = Decision()
        looks = [TaskLook.of_task(task) for task in plan.tasks]
        if aim.hands is None:
            self._of_base = same_tasks(looks, [TaskLook.of_draft(task) for task in base.tasks], catalogue)
            self._base_of_theirs = same_origins(base.tasks, theirs.tasks, catalogue)
        else:
            self._of_base = {index: index for index in range(len(base.tasks))}
            self._base_of_theirs = same_ids(base.tasks, theirs.tasks, catalogue)
        self._of_theirs = {
            index: self._of_base[before]
            for index, before in self._base_of_theirs.items()
            if before in self._of_base
        }
        taken = set(self._of_base.values())
        free = [index for index in range(len(looks)) if index not in taken]
        new = [index for index in range(len(theirs.tasks)) if index not in self._base_of_theirs]
        alike = same_tasks(
            [looks[index] for index in free],
            [TaskLook.of_draft(theirs.tasks[index]) for index in new],
            catalogue,
        )
        self._of_theirs |= {new[right]: free[left] for right, left in alike.items()}
        self._base_at = {left: right for right, left in self._of_base.items()}
        self._theirs_at = {left: right for right, left in self._of_theirs.items()}
        self._dropped = [frozenset(word.form for word in words_of(each)) for each in aim.dropped]
        self._said = {word.form for word in words_of(aim.said)} | set(
            re.findall(r"[^\s,;:]+", aim.said.casefold())
        )
        self._ids: dict[int, str] = {}
        """For tasks of the new draft, by index, the id they have in the plan."""

    def decided(self) -> Decision:
        self._decision.agents = self._agents()
        if not self._aim.only_adds:
            self._remove()
        self._add()
        self._change()
        self._decision.ids = self._ids
        return self._decision

    # --- who may be touched

    def _name(self, index: int) -> str:
        return self._plan.tasks[index].name or ""

    def _is_free(self, index: int) -> bool:
        name, aim = self._plan.tasks[index].id, self._aim
        if name is None or self._plan.index_of[name] != index or name in aim.protected:
            return False
        return aim.scope is None or name in aim.scope

    def _by_hand(self, index: int) -> str | None:
        """What shows a person's hand in a task; None for nothing."""
        own = self._plan.tasks[index].id or ""
        if own in self._aim.stays:
            return "nobody knows whether it was written by hand"
        if self._aim.hands is not None:
            changed = sorted(self._aim.hands.get(own, ()))
            return f"{named(changed)} changed by hand" if changed else self._other_marks(index, _SOMETIMES)
        before = self._base_at.get(index)
        if before is None:
            return "it was written by hand"
        now, then = (
            said_by_task(self._plan.tasks[index]),
            said_by_draft(self._base.tasks[before], self._plan.header.calendar),
        )
        changed = [key for key in COMPARED if now[key] != then[key] and key not in _INCIDENTAL]
        if "agent" in changed and self._decision.agents.get(str(then["agent"])) == now["agent"]:
            changed.remove("agent")
        if changed:
            return f"{named(changed)} changed by hand"
        task = self._base.tasks[before]
        own = {name for name in _SOMETIMES if getattr(task, name)}
        return self._other_marks(index, frozenset(own))

    # --- removed

    def _remove(self) -> None:
        gone = [
            index
            for index in range(len(self._plan.tasks))
            if self._plan.tasks[index].id in self._aim.gone
            or (index not in self._theirs_at and (self._was_drafted(index) or self._is_named(index)))
        ]
        removed = {index for index in gone if self._may_go(index)}
        held = self._held(removed)
        for index in sorted(removed):
            if index in held:
                self._note(
                    ChangeKind.KEPT, index, f"{held[index]} depends on it, and that may not be touched"
                )
            else:
                self._decision.removed.append(index)
                self._note(ChangeKind.REMOVED, index, self._aim.why_gone)

    def _was_drafted(self, index: int) -> bool:
        """Whether the first draft had a task, and not only for the size of the goal where one thing is left out."""
        before = self._base_at.get(index)
        if before is None:
            return False
        return self._aim.restores or not self._base.tasks[before].reason.startswith(REASONS_OF_SIZE)

    def _is_named(self, index: int) -> bool:
        """Whether the name of a task has all words of something that an instruction takes out."""
        words = {word.form for word in words_of(self._name(index))}
        own = self._plan.tasks[index].id
        if own is not None and own.casefold() in self._said:
            return True
        if words and words <= self._said:
            return True
        return any(each and each <= words for each in self._dropped)

    def _may_go(self, index: int) -> bool:
        if not self._is_free(index):
            if self._plan.tasks[index].id in self._aim.protected:
                self._note(ChangeKind.KEPT, index, "it is done or under way")
            return False
        reason = self._by_hand(index)
        if reason is None or self._is_named(index) or self._plan.tasks[index].id in self._aim.gone:
            return True
        self._note(ChangeKind.KEPT, index, f"{self._aim.why_gone}, but {reason}")
        return False

    def _held(self, removed: set[int]) -> dict[int, str]:
        """Of the tasks that would go, those that a task depends on which may not be touched."""
        index_of = self._plan.index_of
        return {
            index_of[dependency.task]: task.id or "a task without an id"
            for index, task in enumerate(self._plan.tasks)
            if not self._is_free(index)
            for dependency in task.dependencies
            if index_of.get(dependency.task) in removed
        }

    # --- added

    def _add(self) -> None:
        plan, theirs = self._plan, self._theirs.tasks
        removed = set(self._decision.removed)
        for right, left in self._of_theirs.items():
            name = plan.tasks[left].id
            if name is not None and left not in removed:
                self._ids[right] = name
        ids = _free_ids(plan)
        wanted = [
            index
            for index in range(len(theirs))
            if index not in self._of_theirs
            and (self._aim.restores or index not in self._base_of_theirs)
            and self._is_in_scope(index)
        ]
        for index in wanted:
            self._ids[index] = next(ids)
        after: str | None = None
        places = {task.id: place for place, task in enumerate(theirs)}
        for index, task in enumerate(theirs):
            if index in wanted:
                back = index in self._base_of_theirs
                agent = self._decision.agents.get(task.agent, task.agent)
                lags = {self._ids[places[each]]: lag for each, lag in task.lags if places[each] in self._ids}
                addition = Addition(task, self._ids[index], self._resolved(task), agent, after, lags)
                self._decision.added.append(addition)
                why = f"{'the goal asks for it' if back else self._aim.why}; {_shortly(task.reason)}"
                self._decision.changes.append(PlanChange(ChangeKind.ADDED, addition.id, task.name, why))
            after = self._ids.get(index, after)

    def _is_in_scope(self, index: int) -> bool:
        """Whether a drafted task comes after one that may change; without a scope any does."""
        scope = self._aim.scope
        if scope is None:
            return True
        ids = {task.id: place for place, task in enumerate(self._theirs.tasks)}
        stack, seen = [index], {index}
        while stack:
            place = stack.pop()
            left = self._of_theirs.get(place)
            if left is not None and self._plan.tasks[left].id in scope:
                return True
            for before in self._theirs.tasks[place].dependencies:
                if ids[before] not in seen:
                    seen.add(ids[before])
                    stack.append(ids[before])
        return False

    def _resolved(self, task: DraftTask) -> tuple[str, ...]:
        """What a drafted task waits for, by ids of the plan; what the plan does not have gives way to its own."""
        ids = {each.id: place for place, each in enumerate(self._theirs.tasks)}
        found: dict[str, None] = {}
        stack, seen = [ids[each] for each in reversed(task.dependencies)], set[int]()
        while stack:
            place = stack.pop()
            if place in seen:
                continue
            seen.add(place)
            name = self._ids.get(place)
            if name is not None:
                found[name] = None
            else:
                stack += [ids[each] for each in reversed(self._theirs.tasks[place].dependencies)]
        return tuple(found)

    # --- changed

    def _change(self) -> None:
        removed = {self._plan.tasks[index].id: index for index in self._decision.removed}
        for index, task in enumerate(self._plan.tasks):
            if index in self._decision.removed or not self._is_free(index):
                continue
            before, after = self._base_at.get(index), self._theirs_at.get(index)
            if before is not None and after is not None and not self._aim.only_adds:
                self._compare(index, self._base.tasks[before], self._theirs.tasks[after])
                continue
            lost = [each.task for each in task.dependencies if each.task in removed]
            if lost:
                self._connect(index, lost, removed)
            if after is not None:
                self._await_added(index, self._theirs.tasks[after])

    def _await_added(self, index: int, after: DraftTask) -> None:
        """Let a task wait for those that were added, where the new draft has it so; else leave it alone."""
        own = self._plan.tasks[index].id or ""
        new = {each.id for each in self._decision.added}
        added = [each for each in self._resolved(after) if each in new and not self._waits(each, own)]
        if added:
            self._decision.new_dependencies.setdefault(index, []).extend(added)
            self._note(ChangeKind.CHANGED, index, f"waits for {', '.join(added)}")

    def _compare(self, index: int, before: DraftTask, after: DraftTask) -> None:
        now = said_by_task(self._plan.tasks[index])
        calendar = self._plan.header.calendar
        then, wanted = said_by_draft(before, calendar), said_by_draft(after, calendar)
        hands = (self._aim.hands or {}).get(self._plan.tasks[index].id or "", frozenset())
        new: list[str] = []
        kept: list[str] = []
        for key in COMPARED:
            if wanted[key] == then[key] or now[key] == wanted[key]:
                continue
            (new if now[key] == then[key] and key not in hands else kept).append(key)
        if new:
            self._decision.fields[index] = dict.fromkeys(new, after)
        if kept:
            fields = ", ".join(f"`{key}`" for key in kept)
            self._note(ChangeKind.KEPT, index, f"{fields} would be another now, but changed by hand")
        added, gone = self._links(index, before, after)
        if new or added or gone:
            words = [f"`{key}`" for key in new]
            words += [f"waits for {', '.join(added)}"] if added else []
            words += [f"does not wait for {', '.join(gone)} any more"] if gone else []
            self._note(ChangeKind.CHANGED, index, ", ".join(words))

    def _links(self, index: int, before: DraftTask, after: DraftTask) -> tuple[list[str], list[str]]:
        """Dependencies that the new draft brings to a task, and those that it takes away."""
        now = [each.task for each in self._plan.tasks[index].dependencies]
        own = self._plan.tasks[index].id or ""
        ids = {task.id: place for place, task in enumerate(self._base.tasks)}
        then = {
            self._plan.tasks[left].id or ""
            for each in before.dependencies
            if (left := self._of_base.get(ids[each])) is not None
        }
        wanted = self._resolved(after)
        removed = {self._plan.tasks[each].id for each in self._decision.removed}
        plain = {
            each.task
            for each in self._plan.tasks[index].dependencies
            if each.kind is LinkKind.FINISH_TO_START and not each.lag
        }
        gone = [
            each
            for each in dict.fromkeys(now)
            if each in removed or (each in then and each not in wanted and each in plain)
        ]
        added = [
            each
            for each in wanted
            if each not in now and each not in then and each != own and not self._waits(each, own)
        ]
        added = self._needed(added, [each for each in now if each not in gone])
        if gone:
            self._decision.gone_dependencies[index] = gone
        if added:
            self._decision.new_dependencies[index] = added
        return added, gone

    def _connect(self, index: int, lost: Sequence[str], removed: Mapping[str | None, int]) -> None:
        """Let a task that waited for what is gone wait for what that waited for."""
        own = self._plan.tasks[index].id
        now = {each.task for each in self._plan.tasks[index].dependencies}
        new: dict[str, None] = {}
        stack, seen = list(reversed(lost)), set[str]()
        while stack:
            name = stack.pop()
            if name in seen:
                continue
            seen.add(name)
            if name in removed:
                stack += [each.task for each in reversed(self._plan.tasks[removed[name]].dependencies)]
            elif name not in now and name != own and name in self._plan.index_of:
                new[name] = None
        self._decision.gone_dependencies[index] = list(dict.fromkeys(lost))
        needed = self._needed(list(new), [each for each in now if each not in lost])
        if needed:
            self._decision.new_dependencies[index] = needed
        words = f"waited for {', '.join(dict.fromkeys(lost))}"
        words += f", now for {', '.join(needed)}" if needed else ""
        self._note(ChangeKind.CHANGED, index, words)

    def _needed(self, new: Sequence[str], kept: Sequence[str]) -> list[str]:
        """New dependencies without those that another one waits for anyway."""
        others = [*kept, *new]
        return [
            each for each in new if not any(other != each and self._waits(other, each) for other in others)
        ]

    def _waits(self, task: str, other: str) -> bool:
        """Whether a task of the plan waits for another, by what the plan says and what was decided so far."""
        added = {each.id: each.dependencies for each in self._decision.added}
        stack, seen = [task], {task}
        while stack:
            name = stack.pop()
            if name == other:
                return True
            place = self._plan.index_of.get(name)
            before = added.get(name, ())
            if place is not None:
                before = (
                    *(each.task for each in self._plan.tasks[place].dependencies),
                    *self._decision.new_dependencies.get(place, ()),
                )
            for each in before:
                if each not in seen:
                    seen.add(each)
                    stack.append(each)
        return False

    # --- the rest

    def _agents(self) -> dict[str, str]:
        """Where the plan gives an agent's tasks to another one throughout, that one gets its new tasks, too."""
        votes: dict[str, Counter[str]] = {}
        for right, left in sorted(self._of_theirs.items()):
            agent = self._plan.tasks[left].agent
            if agent is not None:
                votes.setdefault(self._theirs.tasks[right].agent, Counter())[agent] += 1
        return {
            drafted: min(counted, key=lambda each, counted=counted: (-counted[each], each))
            for drafted, counted in votes.items()
            if drafted not in counted
        }

    def _note(self, kind: ChangeKind, index: int, why: str) -> None:
        self._decision.changes.append(PlanChange(kind, self._plan.tasks[index].id, self._name(index), why))


def _shortly(reason: str) -> str:
    """A reason without where in the goal its words stand."""
    return re.sub(r"[\s.,;]*\" \(characters \d+ to \d+\)$", '"', reason)


def _free_ids(plan: Plan) -> Iterator[str]:
    """Ids that no task has, one after the other, of the form of the last task's."""
    last = next((task.id for task in reversed(plan.tasks) if task.id is not None), None)
    return free_ids(plan, last)
