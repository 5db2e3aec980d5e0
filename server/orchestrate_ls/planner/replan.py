"""Changes a plan: drafts it again from its goal, in part or whole, adds what it lacks, follows an instruction, or
splits a task into a plan of its own.

One pure function, for the command line, the editor and chat agents alike: a text goes in, and edits of it come out
with the reasons for them. Tasks that are done or under way, hand-made changes and comments stay. The result has no
error that the plan did not have before. What the plan's folder says of templates, of the catalogue and of code is
handed in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, TypeAlias

from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.plan.model import Plan
from orchestrate_ls.plan.reading import fields_of, text_of
from orchestrate_ls.plan.rewriting import NotPossibleError
from orchestrate_ls.plan.source import PlanSource
from orchestrate_ls.plan.task_comments import comments_of
from orchestrate_ls.planner import direct_orders, goal_wording, instruction
from orchestrate_ls.planner.draft import Draft, DraftAnalysis, DraftTask
from orchestrate_ls.planner.goal_drafts import GoalDrafts
from orchestrate_ls.planner.intelligible import GoalError
from orchestrate_ls.planner.offline import ALREADY_THERE, OfflinePlan
from orchestrate_ls.planner.orders import AddToGoal, DropFromGoal, DropTask, NewGoal, Order, UseInGoal
from orchestrate_ls.planner.plan_changes import ChangeKind, PlanChange, Summary
from orchestrate_ls.planner.redraft import Redrafting, carry_out, carry_out_header
from orchestrate_ls.planner.replan_request import ReplanRequest, goal_of, why_no_goal
from orchestrate_ls.planner.sub_plan import plan_task
from orchestrate_ls.planner.surroundings import Surroundings
from orchestrate_ls.planner.three_way import COMPARED, DRAFTED, Aim, Decision, decide, named
from orchestrate_ls.planner.verify import verify
from orchestrate_ls.rules.base import Severity
from orchestrate_ls.rules.engine import Diagnostic
from orchestrate_ls.rules.spelling import SpellingGuide, did_you_mean
from orchestrate_ls.rules.suppressions import suppressions_in
from orchestrate_ls.syntax.tree import Mapping, resolved
from orchestrate_ls.text.changes import Base, ChangeNote, NewFile, WorkspaceChange
from orchestrate_ls.text.display import quoted
from orchestrate_ls.text.edits import TextEdit

if TYPE_CHECKING:
    from orchestrate_ls.planner.models.planning import ModelPlan, Outline

__all__ = ["Improver", "ReplanError", "ReplanRequest", "Replanned", "replan", "under_way"]

Improver: TypeAlias = "Callable[[Outline], ModelPlan]"
"""Asks a model to improve what it is shown."""

_UNDER_WAY: Final = "it is done or under way"
_NOT_BEGUN: Final = frozenset(
    (
        "not_started",
        "not-started",
        "queued",
        "pending",
        "ready",
        "blocked",
        "todo",
        "waiting",
        "planned",
        "scheduled",
    )
)
_WHAT_CAN_BE_SAID: Final = (
    'say for example "add SSO, drop mobile, two people only", "rename T3 to Login", "make T3 2 days", '
    '"T5 after T3" or "deadline 1 December 2026"'
)


class ReplanError(Exception):
    """The plan cannot be changed so; the message says why, and ``hint`` what to do about it."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.message: Final = message
        self.hint: Final = hint


@dataclass(frozen=True, slots=True)
class Replanned:
    """A changed plan: the edits with a note for each, the text they lead to, and what they do in words.

    ``drafted`` are tasks of the plan as they were drafted, under the ids that they have in it; ``context`` says what of
    the folder's code was used. ``model`` is how a model's answer came about, where one was asked.
    """

    change: WorkspaceChange
    text: str
    summary: Summary
    drafted: tuple[DraftTask, ...] = ()
    context: tuple[str, ...] = ()
    model: ModelPlan | None = None

    @property
    def is_change(self) -> bool:
        """Whether anything would change."""
        return bool(self.change.edits or self.change.new_files)


def replan(
    file: PlanFile,
    request: ReplanRequest,
    *,
    number: int = 0,
    surroundings: Surroundings | None = None,
    improver: Improver | None = None,
) -> Replanned:
    """Change one plan of a file (by its number from 0), as in an empty folder without ``surroundings``.

    Where there is an ``improver``, it is asked once, after all that can be done without it, and what it raises is
    raised. Takes as long as its drafts. Raises ``ReplanError``.
    """
    return _Replanning(file, request, number, surroundings or Surroundings(), improver).replanned()


def under_way(source: PlanSource) -> frozenset[str]:
    """The tasks that the plan itself says are begun or done, in ``execution_status``."""
    entry = source.header_entry("execution_status")
    states = fields_of(fields_of(entry.value).get("tasks")) if entry is not None else {}
    found: set[str] = set()
    for task, node in states.items():
        target = resolved(node)
        fields = fields_of(target) if isinstance(target, Mapping) else {}
        said = text_of(fields.get("status") or fields.get("state")) if fields else text_of(node)
        word = (said or "").strip().lower().split(" ")[0].rstrip(":,;(")
        if word not in _NOT_BEGUN and (fields or word):
            found.add(task)
    return frozenset(found)


class _Replanning:
    def __init__(
        self,
        file: PlanFile,
        request: ReplanRequest,
        number: int,
        surroundings: Surroundings,
        improver: Improver | None,
    ) -> None:
        self._file, self._request, self._number = file, request, number
        self._drafts = GoalDrafts(surroundings)
        self._source = file.sources[number]
        self._plan = self._source.plan
        self._work = Redrafting(file, number)
        self._protected = request.protected | under_way(self._source)
        self._changes: list[PlanChange] = []
        self._not_understood: list[str] = []
        self._notes: list[str] = []
        self._new_files: list[NewFile] = []
        self._improver = improver
        self._model: ModelPlan | None = None
        self._drafted: dict[str, DraftTask] = {}
        self._context: tuple[str, ...] = ()

    def replanned(self) -> Replanned:
        request = self._request
        self._drafts.template = self._template_asked_for()
        if not self._plan.tasks and request.instruction is None and why_no_goal(self._plan):
            raise ReplanError(
                "the plan has neither tasks nor a `goal`", "write a `goal`, or `orchestrate plan` one"
            )
        if request.split is not None:
            self._split(request.split)
        elif request.instruction is not None:
            self._instruct(request.instruction)
        else:
            self._regenerate()
        if self._improver is not None and request.split is None:
            self._ask(self._improver)
        return self._result()

    # --- from the goal

    def _regenerate(self) -> None:
        goal = self._goal()
        found = self._draft(goal)
        theirs = found.draft
        base = self._base(theirs, goal)
        self._tell(found)
        aim = Aim(
            restores=True,
            only_adds=self._request.missing,
            scope=self._scope(),
            protected=self._protected,
        )
        decision = self._carry_out(base, theirs, aim)
        if self._request.missing and not decision.added:
            self._notes.append("The plan has a task for all that its goal asks for.")

    def _goal(self) -> str:
        goal = goal_of(self._plan)
        if not goal:
            raise ReplanError(
                "the plan has no `goal`, so there is nothing to draft it from",
                "add a line such as `goal: Build a task manager with search and reminders`",
            )
        return goal

    def _template_asked_for(self) -> str | None:
        """The plan's ``template``, unless it is the one that its goal means anyway, now or as it was."""
        named = self._plan.header.template
        if named is None:
            return None
        for goal in (goal_of(self._plan), *_former_goals(self._plan)):
            try:
                if goal and self._drafts.chosen_by_goal(goal).draft.template == named:
                    return None
            except GoalError:
                continue
        return named

    def _tell(self, found: OfflinePlan) -> None:
        """Keep what of the folder's code was used, and say what of the goal is there already."""
        self._context = found.context
        self._context = found.context
        self._notes += [
            f"{each.message}; {each.hint}" for each in found.remarks if each.code == ALREADY_THERE
        ]

    def _draft(self, goal: str) -> OfflinePlan:
        try:
            return self._drafts.of(goal)
        except GoalError as error:
            raise ReplanError(
                error.message[:1].lower() + error.message[1:].removesuffix("."), error.hint
            ) from None

    def _base(self, theirs: Draft, goal: str) -> Draft:
        """The draft that the plan was once made from: of the goal that its ``analysis`` speaks of."""
        understood = self._plan.header.goal
        goals = [goal]
        if understood.key_features and understood.key_features != theirs.analysis.key_features:
            goals += _former_goals(self._plan)
        candidates = [theirs]
        for each in dict.fromkeys(goals):
            try:
                candidates += [variant.draft for variant in self._drafts.variants(each)]
            except GoalError:
                continue
        return self._most_like_the_plan(candidates)

    def _most_like_the_plan(self, candidates: list[Draft]) -> Draft:
        """Of several drafts the one that has most of the plan's tasks, to the word if may be; of equals the first."""
        own = {(task.name, " ".join((task.description or "").split())) for task in self._plan.tasks}
        names = {name for name, _ in own}

        def known(draft: Draft) -> tuple[int, int]:
            return (
                sum((task.name, task.description) in own for task in draft.tasks),
                sum(task.name in names for task in draft.tasks),
            )

        return max(candidates, key=known)

    def _scope(self) -> frozenset[str] | None:
        start = self._request.start
        if start is None:
            return None
        self._known_task(start)
        after: dict[str, list[str]] = {}
        for task in self._plan.tasks:
            for dependency in task.dependencies:
                if task.id is not None:
                    after.setdefault(dependency.task, []).append(task.id)
        found, stack = {start}, [start]
        while stack:
            for each in after.get(stack.pop(), ()):
                if each not in found:
                    found.add(each)
                    stack.append(each)
        return frozenset(found)

    def _known_task(self, task: str) -> int:
        if task not in self._plan.index_of:
            closest = SpellingGuide(self._plan.index_of).closest(task, 1)
            ids = [each.id for each in self._plan.tasks if each.id is not None]
            known = ", ".join(ids[:8]) + (", ..." if len(ids) > 8 else "")
            raise ReplanError(
                f"there is no task {quoted(task)}{did_you_mean(closest[0] if closest else None)}",
                f"there are {known}" if known else None,
            )
        return self._plan.index_of[task]

    def _carry_out(self, base: Draft, theirs: Draft, aim: Aim) -> Decision:
        decision = decide(self._plan, base, theirs, aim, self._marks, self._drafts.catalogue)
        self._changes += decision.changes
        self._remember(theirs, decision)
        try:
            carry_out(self._work, decision)
        except NotPossibleError as error:
            raise ReplanError(f"the plan's text cannot be changed safely: {error}") from None
        follows = not aim.only_adds and aim.scope is None
        for part in carry_out_header(
            self._work, base, theirs, decision, follows=follows, resizes=aim.restores
        ):
            self._changes.append(
                PlanChange(ChangeKind.CHANGED, None, f"`{part}`", "follows from the tasks and the goal")
            )
        return decision

    def _remember(self, theirs: Draft, decision: Decision) -> None:
        for index, own in decision.ids.items():
            self._drafted[own] = replace(theirs.tasks[index], id=own)

    def _marks(self, index: int, drafted: frozenset[str], source: PlanSource | None = None) -> str | None:
        """What beside the drafted fields shows that a person worked on a task."""
        source = source or self._source
        others = sorted(set(fields_of(source.task_node(index))) - DRAFTED - drafted)
        if others:
            return f"{named(others)} written by hand"
        try:
            comments = comments_of(source, index, above=False)
        except NotPossibleError:
            return "it is written in an unusual way"
        return "it has a comment" if any(not suppressions_in(each) for each in comments) else None

    # --- by an instruction

    def _instruct(self, words: str) -> None:
        if len(words) > instruction.LONGEST:
            raise ReplanError(
                f"the instruction has more than {instruction.LONGEST} characters", "say less at a time"
            )
        understood = instruction.understand(words, self._plan, self._request.today)
        self._not_understood += understood.not_understood
        if not understood.orders and self._improver is None:
            what = "; ".join(understood.not_understood) or "it says nothing"
            raise ReplanError(f"the instruction was not understood: {what}", _WHAT_CAN_BE_SAID)
        of_goal = [each for each in understood.orders if isinstance(each[0], _OF_DRAFTS)]
        if of_goal:
            self._redraft_for(of_goal)
        direct = [each for each in understood.orders if not isinstance(each[0], _OF_DRAFTS)]
        scope = self._scope()
        done = direct_orders.carry_out(self._work, direct, self._protected, scope)
        self._changes += done.changes
        self._not_understood += done.not_done

    def _redraft_for(self, orders: list[tuple[Order, str]]) -> None:
        goal = goal_of(self._plan)
        new, dropped, gone = goal, list[str](), set[str]()
        more, less = list[str](), list[str]()
        catalogue = self._drafts.catalogue
        for order, words in orders:
            try:
                if isinstance(order, DropTask):
                    if order.task in self._protected:
                        raise goal_wording.NoChangeError("the task is done or under way, so it stays")
                    gone.add(order.task)
                elif isinstance(order, NewGoal):
                    new = order.words
                elif isinstance(order, DropFromGoal):
                    new = self._with_less(new, order.words, dropped)
                elif not new:
                    raise goal_wording.NoChangeError(
                        "the plan has no `goal` to add it to; write one, for example `goal: Build ... with ...`"
                    )
                elif isinstance(order, AddToGoal):
                    new = goal_wording.with_more(new, order.words, catalogue).goal
                elif isinstance(order, UseInGoal):
                    new = goal_wording.with_technology(new, order.words, order.instead_of, catalogue).goal
            except goal_wording.NoChangeError as error:
                self._not_understood.append(f"{quoted(words, 80)}: {error}")
            else:
                (less if isinstance(order, (DropFromGoal, DropTask)) else more).append(words)
        if not more and not less:
            return
        base, theirs = self._before_and_after(goal, new)
        why = f"as instructed ({', '.join([*more, *less])})"
        aim = Aim(
            scope=self._scope(), protected=self._protected, dropped=tuple(dropped), gone=frozenset(gone),
            why=f"as instructed ({', '.join(more or less)})",
            why_gone=f"as instructed ({', '.join(less or more)})",
        )  # fmt: skip
        self._carry_out(base, theirs, aim)
        if new != goal and (goal or new):
            self._work.attempt(lambda: self._work.set_field(None, "goal", new))
            self._changes.append(PlanChange(ChangeKind.CHANGED, None, "`goal`", why))

    def _before_and_after(self, goal: str, new: str) -> tuple[Draft, Draft]:
        """Drafts of the goal as it is and as it is to be, both made in the way that is most like the plan."""
        after = self._draft(new) if new else None
        if after is not None:
            self._tell(after)
        theirs = after.draft if after is not None else _NOTHING
        try:
            before = [each.draft for each in self._drafts.variants(goal)] if goal else []
        except GoalError:
            before = []
        if not before:
            return _NOTHING, theirs
        base = self._most_like_the_plan(before)
        if after is None or base is before[0]:
            return base, theirs
        return base, [each.draft for each in self._drafts.variants(new)][before.index(base)]

    def _with_less(self, goal: str, words: str, dropped: list[str]) -> str:
        """The goal without something. What only tasks are called is dropped, too."""
        named = [task for task in self._plan.tasks if goal_wording.is_called(task.name or "", words)]
        try:
            shorter = goal_wording.with_less(goal, words, self._drafts.catalogue) if goal else None
        except goal_wording.NoChangeError:
            if not named:
                raise
            shorter = None
        if shorter is None and not named:
            raise goal_wording.NoChangeError(f"no task is called {quoted(words)}")
        dropped.append(words)
        return shorter.goal if shorter is not None else goal

    # --- by a model

    def _ask(self, improver: Improver) -> None:
        """Have a model change the plan as it is by now; what may not be touched stays."""
        from orchestrate_ls.planner.models.revision import MOST_TASKS, revised, sentence_of, shown_to_model

        source, request = self._work.source, self._request
        plan = source.plan
        if len(plan.tasks) > MOST_TASKS:
            raise ReplanError(
                f"the plan has {len(plan.tasks):,} tasks, and a model is asked about {MOST_TASKS} at most",
                "replan without a model, or split the plan",
            )
        goal = goal_of(plan)
        try:
            variants = list(self._drafts.variants(goal)) if goal else []
        except GoalError:
            variants = []
        scope = self._scope()
        fixed = dict.fromkeys((task.id for task in plan.tasks if task.id in self._protected), _UNDER_WAY)
        if scope is not None:
            new = {each.task for each in self._changes if each.kind is ChangeKind.ADDED}
            fixed |= {
                task.id: "it does not come after the task named"
                for task in plan.tasks
                if task.id not in scope and task.id not in new and task.id not in fixed
            }
        left = [] if request.instruction is None else self._not_understood
        shown = shown_to_model(
            plan,
            [each.draft for each in variants],
            variants[0] if variants else None,
            {own: reason for own, reason in fixed.items() if own is not None},
            sentence_of(request.instruction, start=request.start, missing=request.missing, left=left),
            self._drafts.catalogue,
            self._drafts.seen,
        )
        self._model = improver(shown.outline)
        instructed = request.instruction is not None
        hands = dict(shown.hands)
        if not instructed:
            hands |= dict.fromkeys(shown.unknown, frozenset(COMPARED))
        aim = Aim(
            restores=True,
            only_adds=request.missing,
            protected=frozenset(own for own in fixed if own is not None),
            said=request.instruction or "",
            why="the model added it",
            why_gone="the model left it out",
            hands=hands,
            stays=shown.unknown,
        )
        self._notes += [f"Left to the model: {each}" for each in left]
        left.clear()
        theirs = revised(shown, self._model.draft)
        before = set(plan.index_of)
        decision = decide(plan, shown.outline.draft, theirs, aim, self._marks_by_now, self._drafts.catalogue)
        added = {each.task: each for each in self._changes if each.kind is ChangeKind.ADDED}
        for each in decision.changes:
            if each.task in added and each.kind is not ChangeKind.KEPT:
                # What came in a moment ago, and is other or gone now, is a change of nothing that was there.
                if each.kind is ChangeKind.REMOVED:
                    self._changes.remove(added[each.task])
                continue
            self._changes.append(each)
        self._remember(theirs, decision)
        try:
            carry_out(self._work, decision)
        except NotPossibleError as error:
            raise ReplanError(f"the plan's text cannot be changed safely: {error}") from None
        base = shown.outline.draft
        for part in carry_out_header(self._work, base, theirs, decision, follows=False, resizes=False):
            self._changes.append(PlanChange(ChangeKind.CHANGED, None, f"`{part}`", "follows from the tasks"))
        for own in before - set(self._work.source.plan.index_of):
            self._drafted.pop(own, None)

    def _marks_by_now(self, index: int, drafted: frozenset[str]) -> str | None:
        return self._marks(index, drafted, self._work.source)

    # --- one task

    def _split(self, task: str) -> None:
        index = self._known_task(task)
        one = self._plan.tasks[index]
        if one.plan is not None:
            raise ReplanError(
                f"{quoted(task)} has a plan of its own already, {quoted(one.plan)}", "replan that one"
            )
        if task in self._protected:
            raise ReplanError(f"{quoted(task)} is done or under way, so it is not split")
        try:
            made = plan_task(
                one, self._request.file_name, self._request.taken, self._draft_part, self._improved_part()
            )
        except GoalError as error:
            raise ReplanError(
                f"what {quoted(task)} is about cannot be planned: {error.message}",
                "give it a name and a description that say what is to be done",
            ) from None
        if made is None:
            raise ReplanError(
                f"{quoted(task)} is too small to be split: it comes out as one task",
                "name in its description the things that are to be done",
            )
        try:
            self._work.set_field(index, "plan", made.name)
        except NotPossibleError as error:
            raise ReplanError(str(error)) from None
        note = ChangeNote(f"New plan for {task}", made.summary)
        self._new_files.append(NewFile(made.name, made.text, Base.BESIDE, note))
        self._changes.append(
            PlanChange(ChangeKind.CHANGED, task, one.name or "", f"has a plan of its own: {made.summary}")
        )

    def _draft_part(self, goal: str) -> OfflinePlan:
        return self._drafts.chosen_by_goal(goal)

    def _improved_part(self) -> Callable[[OfflinePlan], Draft] | None:
        improver = self._improver
        if improver is None:
            return None
        from orchestrate_ls.planner.models.planning import Outline

        def improved(offline: OfflinePlan) -> Draft:
            self._model = improver(
                Outline(offline.brief, offline.draft, offline.text, context=self._drafts.seen)
            )
            return self._model.draft

        return improved

    # --- the result

    def _result(self) -> Replanned:
        before, text = self._file.text, self._work.file.text
        edits = tuple(each for each in self._work.edits() if before[each.start : each.end] != each.new_text)
        if not edits:
            self._changes = [each for each in self._changes if each.kind is ChangeKind.KEPT]
        self._verify(text)
        summary = Summary(
            tuple(self._changes),
            tuple(self._not_understood),
            (*self._notes, *self._work.left_out),
            len(self._plan.tasks),
        )
        change = WorkspaceChange(edits, self._noted(edits), new_files=tuple(self._new_files))
        ids = [task.id for task in self._work.source.plan.tasks]
        drafted = tuple(self._drafted[own] for own in ids if own in self._drafted)
        return Replanned(change, text, summary, drafted, self._context, self._model)

    def _verify(self, text: str) -> None:
        """No new errors, ever; new warnings are told."""
        before, after = verify(self._file.text), verify(text)
        new = list(_new(before.faults, after.faults))
        errors = [each for each in new if each.severity is Severity.ERROR]
        if errors:
            raise ReplanError(
                f"the changed plan would have an error that this one has not: {errors[0].message}",
                "mend the plan by hand there, or ask for less at a time",
            )
        self._notes += [f"New finding, {each.code}: {each.message}" for each in new]

    def _noted(self, edits: Iterable[TextEdit]) -> dict[TextEdit, ChangeNote]:
        """A note for each edit: what becomes of the tasks it touches, and whether something is taken out."""
        starts = [
            (self._source.base(index) + self._source.task_node(index).start, task.id)
            for index, task in enumerate(self._plan.tasks)
        ]
        by_task: dict[str | None, list[PlanChange]] = {}
        for each in self._changes:
            if each.kind is not ChangeKind.KEPT:
                by_task.setdefault(each.task, []).append(each)
        notes: dict[TextEdit, ChangeNote] = {}
        for edit in edits:
            here = [task for start, task in starts if edit.start <= start < edit.end]
            at = next((task for start, task in reversed(starts) if start <= edit.start), None)
            removed = [
                each for task in here for each in by_task.get(task, ()) if each.kind is ChangeKind.REMOVED
            ]
            added = [
                each
                for each in self._changes
                if each.kind is ChangeKind.ADDED
                and f"id: {each.task}\n" in edit.new_text.replace("\r\n", "\n")
            ]
            touched = [each for each in by_task.get(at, ()) if each.kind is ChangeKind.CHANGED]
            said = [*removed, *added] or touched or by_task.get(None, [])
            label = ", ".join(_label(each) for each in said[:3]) + (", ..." if len(said) > 3 else "")
            why = "; ".join(dict.fromkeys(each.why for each in said if each.why))
            notes[edit] = ChangeNote(label or "Change the plan", why, bool(removed))
        return notes


_OF_DRAFTS: Final = (AddToGoal, DropFromGoal, DropTask, NewGoal, UseInGoal)
_NOTHING: Final = Draft("", None, DraftAnalysis("", (), (), (), ""), 1, (), (), {})
_VERBS: Final = {ChangeKind.ADDED: "Add", ChangeKind.REMOVED: "Remove", ChangeKind.CHANGED: "Change"}


def _label(change: PlanChange) -> str:
    return f"{_VERBS[change.kind]} {change.task or change.what}"


def _former_goals(plan: Plan) -> Iterable[str]:
    """Goals that a plan's ``analysis`` may have been made from."""
    understood = plan.header.goal
    features = [
        each[:1].lower() + each[1:] if each[1:2].islower() else each for each in understood.key_features
    ]
    listed = f"{', '.join(features[:-1])}, and {features[-1]}" if len(features) > 1 else "".join(features)
    out = [
        each.partition(":")[2].strip()
        for each in understood.technical_scope
        if each.startswith("Out of scope:")
    ]
    without = "".join(f" Without {each}." for each in out)
    head = understood.primary or goal_of(plan)
    yield f"{head} with {listed}.{without}"
    own = [each for each in features if each.casefold() not in head.casefold()]
    if own and own != features:
        listed = f"{', '.join(own[:-1])}, and {own[-1]}" if len(own) > 1 else own[0]
        yield f"{head} with {listed}.{without}"
    yield f"{head}.{without}"


def _new(before: Iterable[Diagnostic], after: Iterable[Diagnostic]) -> Iterable[Diagnostic]:
    known = Counter((each.code, each.message) for each in before)
    for each in after:
        if known[each.code, each.message]:
            known[each.code, each.message] -= 1
        else:
            yield each
