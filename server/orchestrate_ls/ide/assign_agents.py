"""Gives the tasks of a plan their agents: who and why, and the edits. Knows no editor and no terminal.

By default only tasks are looked at that need an agent: those without one, with one that nothing declares, or with one
that lacks required skills. Tasks that nobody can do stay as they are, and it is said why.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from orchestrate_ls.agents.balance import Agents, balance
from orchestrate_ls.agents.selection import Selection as Choice
from orchestrate_ls.ide.draft import Draft, NotPossibleError, Selection
from orchestrate_ls.ide.refactoring import Refactoring, rename_in_allocations
from orchestrate_ls.plan import rewrite
from orchestrate_ls.plan.duration import format_duration
from orchestrate_ls.plan.model import Plan, Spot
from orchestrate_ls.plan.source import PlanSource
from orchestrate_ls.plan.task_layout import entries_before
from orchestrate_ls.rules.agent_choice import Need, agent_of, chooser, need_of, select_for
from orchestrate_ls.rules.context import RuleContext
from orchestrate_ls.rules.missing_agent import ENTRIES_BEFORE_AGENT
from orchestrate_ls.rules.task_names import is_blank
from orchestrate_ls.schedule.plan_schedule import schedule_plan
from orchestrate_ls.syntax.tree import Alias
from orchestrate_ls.syntax.writing import write_scalar
from orchestrate_ls.text.display import quoted
from orchestrate_ls.text.edits import TextEdit

ASSIGN: Final = "assign-agents"
BALANCE: Final = "balance-agents"
ASSIGN_TITLE: Final = "Assign agents to all tasks that need one"
BALANCE_TITLE: Final = "Balance the agents so that the plan takes the least time"
CODES: Final = ("missing-agent", "unknown-agent", "skill-mismatch")
"""The findings that an assignment answers."""
_MOST_IN_EDITOR: Final = 2_000
"""Tasks up to which balancing takes a few seconds."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """What becomes of one task that was looked at: by index, with its agents before and after, and the reason.

    ``need`` is None where it was looked at although its agent fits. ``after`` is what it was before where nobody can do
    it, or nobody better.
    """

    task: int
    need: Need | None
    before: str | None
    after: str | None
    reason: str
    able: bool
    """Whether there is an agent that can do it."""

    @property
    def changes(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class AssignmentPlan:
    """Assignments in document order. The makespans are in seconds of working time: None where nobody asked, and
    ``makespan_before`` also where tasks had no fitting agents before.
    """

    assignments: tuple[Assignment, ...]
    makespan_before: int | None = None
    makespan_unbalanced: int | None = None
    makespan: int | None = None

    @property
    def changes(self) -> tuple[Assignment, ...]:
        """Those that change something."""
        return tuple(each for each in self.assignments if each.changes)

    @property
    def unable(self) -> tuple[Assignment, ...]:
        """Those that nobody can do."""
        return tuple(each for each in self.assignments if not each.able)


def assign_agents(
    context: RuleContext, *, everything: bool = False, balanced: bool = False
) -> AssignmentPlan:
    """Agents for the tasks that need one, or for all with ``everything``.

    With ``balanced`` the agents that can do a task are shared out so that the plan takes the least time that is found,
    never more than with the best-scoring ones, nor than the plan as it is where all its tasks have fitting agents.
    Raises ``NotPossibleError`` for that where the dependencies have a cycle.
    """
    plan = context.plan
    before = [agent_of(context, task) for task in plan.tasks]
    found: list[Assignment] = []
    choices: dict[int, Choice] = {}
    declares_any = any(not agent.built_in for agent in context.known_agents.values()) or plan.header.agents
    for index, task in enumerate(plan.tasks):
        need = need_of(context, task)
        if need is Need.UNKNOWN and not declares_any:
            need = None  # nothing is declared at all, so there is nobody to prefer
        if (need is None and not everything) or is_blank(task):
            continue
        choice = select_for(context, task)
        choices[index] = choice
        chosen = choice.chosen
        after = chosen.id if chosen is not None else before[index]
        reason = choice.reason
        if need is None and chosen is not None and _as_good(choice, before[index]):
            after = before[index]
        found.append(Assignment(index, need, before[index], after, reason, chosen is not None))
    if not balanced:
        return AssignmentPlan(tuple(found))
    return _balanced(context, before, found, choices)


def assignment_edits(selection: Selection, assignments: Sequence[Assignment]) -> tuple[TextEdit, ...]:
    """The edits that write assignments into the file. Raises ``NotPossibleError`` where a task's place is not safe."""
    draft = Draft(selection)
    write_assignments(draft, selection, assignments)
    return draft.edits()


def write_assignments(draft: Draft, selection: Selection, assignments: Sequence[Assignment]) -> None:
    """The same as steps of a draft, with the allocation list brought into line."""
    source, context = selection.source, selection.plan.context
    allocated = {
        task: allocation.agent for allocation in source.plan.header.allocations for task in allocation.tasks
    }
    edits: list[TextEdit] = []
    dropped: dict[str, str | None] = {}
    for each in assignments:
        if not each.changes or each.after is None:
            continue
        edit = _edit_of(source, each)
        if edit is None and isinstance(source.task_node(each.task), Alias):
            continue  # it stands for another task, and changes with that
        if edit is None:
            raise NotPossibleError(
                f"the agent of {quoted(context.names[each.task])} is written in a way that cannot be changed safely (an"
                f" anchor, an alias, or an unusual layout); write `agent: {each.after}` there yourself"
            )
        edits.append(edit)
        name = source.plan.tasks[each.task].id
        if name is not None and allocated.get(name, each.after) != each.after:
            dropped[name] = None
    draft.apply_all(edits)
    rename_in_allocations(draft, dropped)


def _edit_of(source: PlanSource, each: Assignment) -> TextEdit | None:
    agent = each.after or ""
    if source.plan.tasks[each.task].agent is not None:
        edit = rewrite.replace_scalar(source, Spot(each.task, ("agent",)), agent)
        if edit is not None:
            return edit
    # A merge key may have brought the agent there was; the task's own goes before it.
    written = write_scalar(agent, in_flow=True)
    after = entries_before(source, each.task, ENTRIES_BEFORE_AGENT)
    return rewrite.insert_entry(source, each.task, "agent", written, after=after)


def _as_good(choice: Choice, agent: str | None) -> bool:
    """Whether an agent that fits scores as well as the best: then there is no reason to change it."""
    best = choice.ranked[0]
    return any(
        score.agent.id == agent and score.value == best.value and score.fit == best.fit
        for score in choice.ranked
    )


def _balanced(
    context: RuleContext,
    before: Agents,
    found: list[Assignment],
    choices: dict[int, Choice],
) -> AssignmentPlan:
    plan = context.plan
    network = context.analysis.network
    if not network.is_acyclic:
        raise NotPossibleError(
            "the tasks wait for each other in a circle, so there is no schedule to balance"
        )
    plain = list(before)
    for each in found:
        plain[each.task] = each.after
    options = [
        _options(plain[index], choices.get(index), by_words=not task.required_skills)
        for index, task in enumerate(plan.tasks)
    ]
    to_beat = [plain]
    if all(each.need is None for each in found):
        to_beat.append(list(before))
    capacities = {agent.id: max(1, agent.capacity or 1) for agent in reversed(plan.header.agents)}
    known: dict[tuple[str | None, ...], int] = {}

    def makespan_of(agents: Agents) -> int:
        key = tuple(agents)
        if key not in known:
            known[key] = schedule_plan(with_agents(plan, agents)).makespan
        return known[key]

    best = balance(
        network,
        options,
        capacities,
        plan.header.concurrent_capacity,
        to_beat,
        makespan_of,
    )
    makespan, unbalanced = makespan_of(best), makespan_of(plain)
    assignments = [replace(each, after=best[each.task], reason=_moved(each, best, choices, makespan, unbalanced))
                   for each in found]  # fmt: skip
    as_it_was = makespan_of(list(before)) if len(to_beat) > 1 else None
    return AssignmentPlan(tuple(assignments), as_it_was, unbalanced, makespan)


def with_agents(plan: Plan, agents: Agents) -> Plan:
    """The plan with other agents for its tasks, and without an allocation list."""
    tasks = tuple(
        task if task.agent == agent else replace(task, agent=agent)
        for task, agent in zip(plan.tasks, agents, strict=True)
    )
    return replace(plan, tasks=tasks, header=replace(plan.header, allocations=()))


def _options(plain: str | None, choice: Choice | None, *, by_words: bool) -> list[str]:
    if choice is None or not choice.ranked:
        return [plain] if plain is not None else []
    # Where no skills are required, everybody could; but only those are meant whose words fit about as well.
    least = choice.ranked[0].fit / 2 if by_words else 0
    free = [
        score.agent.id
        for score in choice.able
        if score.agent.availability is not False and score.fit >= least
    ]
    return list(dict.fromkeys([*([plain] if plain is not None else []), *free]))


def _moved(each: Assignment, best: Agents, choices: dict[int, Choice], makespan: int, unbalanced: int) -> str:
    after = best[each.task]
    if after is None or after == each.after:
        return each.reason
    scores = {score.agent.id: score.value for score in choices[each.task].able}
    reason = f"{quoted(after)} scores {scores[after]:.2f}"
    if each.after is not None and each.after in scores:
        reason += f", against {scores[each.after]:.2f} of {quoted(each.after)}, which has enough to do"
    if makespan < unbalanced:
        reason += f"; so the plan takes {format_duration(makespan)} instead of {format_duration(unbalanced)}"
    return reason


def _offer(selection: Selection, name: str) -> str:
    context = selection.plan.context
    if not selection.source.plan.tasks:
        raise NotPossibleError("the plan has no tasks")
    if not chooser(context).agents:
        raise NotPossibleError("there are no agents to choose from; declare some under `agents`")
    if name == BALANCE:
        if len(chooser(context).agents) < 2:
            raise NotPossibleError("there is only one agent")
        if len(selection.source.plan.tasks) > _MOST_IN_EDITOR:
            raise NotPossibleError(
                f"the plan has more than {_MOST_IN_EDITOR:,} tasks; `orchestrate assign PLAN --balance --all --apply`"
                " has the time for it"
            )
        return BALANCE_TITLE
    if not any(True for _ in _findings(selection)):
        raise NotPossibleError("every task has an agent that can do it")
    return ASSIGN_TITLE


def _findings(selection: Selection) -> Iterator[int]:
    """The tasks with findings that an assignment answers."""
    for each in selection.check.diagnostics:
        if each.code in CODES and each.plan == selection.number:
            yield each.start


def _rewrite(draft: Draft, selection: Selection, name: str) -> None:
    context = selection.plan.context
    found = assign_agents(context, everything=name == BALANCE, balanced=name == BALANCE)
    if not found.changes:
        raise NotPossibleError(
            found.unable[0].reason if found.unable
            else "no other choice of agents was found that is shorter" if name == BALANCE
            else "every task has an agent that can do it"
        )  # fmt: skip
    write_assignments(draft, selection, found.changes)


REFACTORING: Final = Refactoring(
    "refactor.rewrite",
    {ASSIGN: ASSIGN_TITLE, BALANCE: BALANCE_TITLE},
    _offer,
    _rewrite,
    slow=frozenset({BALANCE}),
)
