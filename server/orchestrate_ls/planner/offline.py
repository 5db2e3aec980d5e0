"""The offline planner in one call: goal or document to brief to draft to text. No model, no network, no clock."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from orchestrate_ls.planner.brief import Brief, read_brief
from orchestrate_ls.planner.catalogue import Catalogue, load_catalogue
from orchestrate_ls.planner.context.product import brief_in_repository
from orchestrate_ls.planner.draft import Draft, draft
from orchestrate_ls.planner.intelligible import LONGEST_GOAL, GoalError
from orchestrate_ls.planner.sentences import sentences_of
from orchestrate_ls.planner.write import write_plan

if TYPE_CHECKING:
    from orchestrate_ls.planner.stated.facts import Facts, Remark
    from orchestrate_ls.planner.workflow_choice import WorkflowChoice
    from orchestrate_ls.workspace.repository.summary import RepositorySummary

LONGEST_DOCUMENT = 1_000_000
"""Characters of a document; what is longer is refused."""
ALREADY_THERE = "already-there"
"""The code of remarks that say what is not planned because the repository has it."""
_LONGEST_SURROUNDINGS = 4_000
_LONGEST_TITLE = 2_000


@dataclass(frozen=True, slots=True)
class OfflinePlan:
    """What was understood, what was planned, and the text of the plan file.

    `remarks` say what of the stated facts was not understood or had to be settled, and what of the goal is there
    already; `context` says what of the repository was used, one sentence each.
    """

    brief: Brief
    draft: Draft
    text: str
    remarks: tuple[Remark, ...] = ()
    context: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Understood:
    """A brief and its draft before the plan is written."""

    brief: Brief
    draft: Draft
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class DocumentPlan:
    """A document's facts and plan. `draft` and `text` are None where a remark is an error: there is no such plan.

    `brief` is None when the words around the listed steps say nothing that can be built.
    """

    goal: str
    facts: Facts
    brief: Brief | None
    draft: Draft | None
    text: str | None
    remarks: tuple[Remark, ...]
    context: tuple[str, ...] = ()


def plan_offline(
    goal: str,
    repository: RepositorySummary | None = None,
    now: date | None = None,
    flows: WorkflowChoice | None = None,
    catalogue: Catalogue | None = None,
) -> OfflinePlan:
    """Plan the goal, in a repository where one is given; `now` is the day that "by Friday" is said on. With `flows` a
    workflow template of the user's may hold. Without `catalogue` it is the one that comes with the program.

    Raises GoalError, with a message and a hint, for a goal that says nothing or far too much, and WorkflowError for a
    template that is not there.
    """
    from orchestrate_ls.planner.workflow_choice import WorkflowChoice, planned_with

    known = catalogue or load_catalogue()
    found = planned_with(
        flows or WorkflowChoice(), known, lambda kind: _understood(goal, known, repository, now, kind)
    )
    drafted, remarks, context = _in_repository(found.draft, found.brief, known, repository)
    return OfflinePlan(found.brief, drafted, write_plan(drafted), (*found.remarks, *remarks), context)


def _understood(
    goal: str,
    catalogue: Catalogue,
    repository: RepositorySummary | None,
    now: date | None,
    kind: str | None,
) -> Understood:
    if len(goal) <= LONGEST_GOAL and len(sentences_of(goal)) > 1:
        # Facts are stated in sentences of their own; reading them takes patterns that a short goal can do without.
        from orchestrate_ls.planner.overlay import with_facts

        planned = with_facts(goal, catalogue, repository, now, kind)
        return Understood(planned.brief, planned.draft, planned.remarks)
    brief = brief_in_repository(read_brief(goal, catalogue, kind), catalogue, repository)
    return Understood(brief, draft(brief, catalogue))


def _in_repository(
    drafted: Draft, brief: Brief | None, catalogue: Catalogue, repository: RepositorySummary | None
) -> tuple[Draft, tuple[Remark, ...], tuple[str, ...]]:
    if repository is None:
        return drafted, (), ()
    from orchestrate_ls.planner.context.fit import fit_to_repository
    from orchestrate_ls.planner.stated.facts import Gravity, Remark

    fitted = fit_to_repository(drafted, brief, catalogue, repository)
    remarks = [
        Remark(
            Gravity.NOTE,
            ALREADY_THERE,
            f'"{each.name}" is not planned: {each.why}',
            (),
            "plan as if the folder were empty with --no-context",
        )
        for each in fitted.already
    ]
    return fitted.draft, tuple(remarks), fitted.used


def plan_document(
    document: str,
    goal: str | None = None,
    repository: RepositorySummary | None = None,
    now: date | None = None,
    flows: WorkflowChoice | None = None,
    catalogue: Catalogue | None = None,
) -> DocumentPlan:
    """Plan what a document says, in a repository where one is given. `goal`, when given, says what it is for and
    stands first.

    Raises GoalError for a document that is empty, too long or says nothing to be done.
    Where the document lists steps, they are the tasks, with the phases of the template named in `flows` around
    them; where it describes a goal, the catalogue plans it and the stated facts hold, and with `flows` a workflow
    template of the user's may. `catalogue` as in `plan_offline`.
    """
    if not document.strip():
        raise GoalError("The document is empty.", "Name a file that says what is to be done.")
    if len(document) > LONGEST_DOCUMENT:
        raise GoalError(
            f"The document has {len(document):,} characters; at most {LONGEST_DOCUMENT:,} can be planned.",
            "Leave out what is not about the work, or split it into several plans.",
        )
    from orchestrate_ls.planner.stated.reader import read_facts

    known = catalogue or load_catalogue()
    facts = read_facts(document, now)
    if goal is not None and goal.strip():
        facts.title = " ".join(goal.split())[:_LONGEST_TITLE]
    if facts.steps:
        return _plan_steps(document, facts, known, repository, flows)
    if goal is not None and goal.strip():
        document = f"{goal.strip()}\n\n{document}"
    return _plan_goal(document, facts, known, repository, now, flows)


def _plan_steps(
    document: str,
    facts: Facts,
    catalogue: Catalogue,
    repository: RepositorySummary | None,
    flows: WorkflowChoice | None,
) -> DocumentPlan:
    from orchestrate_ls.planner.stated.facts import Gravity
    from orchestrate_ls.planner.stepwise import draft_steps, open_steps, remarks_on_steps

    if not open_steps(facts):
        raise GoalError(
            "Every step of the document is ticked off already.",
            "Take the tick out of the boxes of what is to be planned.",
        )
    remarks = (*facts.remarks, *remarks_on_steps(facts))
    surroundings = _without(document, [(s.quote.start, s.quote.end) for s in facts.steps] + facts.spans)
    brief = _brief_of(f"{facts.title}\n\n{surroundings[:_LONGEST_SURROUNDINGS]}", catalogue) or _brief_of(
        facts.title, catalogue
    )
    goal = facts.title or facts.steps[0].name
    if any(remark.gravity is Gravity.ERROR for remark in remarks):
        return DocumentPlan(goal, facts, brief, None, None, remarks)
    planned = draft_steps(facts, brief, catalogue, goal)
    if flows is not None and flows.name is not None:
        from orchestrate_ls.planner.stepwise_phases import steps_in_phases
        from orchestrate_ls.planner.workflows import known_workflows, workflow_named

        flow = workflow_named(flows.name, known_workflows(catalogue, flows.own))
        is_software = brief is not None and "general" not in brief.shapes
        planned, said = steps_in_phases(planned, flow, catalogue, is_software=is_software)
        remarks = (*remarks, *said)
    planned, more, context = _in_repository(planned, brief, catalogue, repository)
    return DocumentPlan(goal, facts, brief, planned, write_plan(planned), (*remarks, *more), context)


def _plan_goal(
    document: str,
    facts: Facts,
    catalogue: Catalogue,
    repository: RepositorySummary | None,
    now: date | None,
    flows: WorkflowChoice | None,
) -> DocumentPlan:
    from orchestrate_ls.planner.overlay import with_facts
    from orchestrate_ls.planner.stated.document import printable
    from orchestrate_ls.planner.stated.facts import Gravity, Remark
    from orchestrate_ls.planner.workflow_choice import WorkflowChoice, planned_with

    goal = re.sub(
        r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in printable(document).split("\n"))
    ).strip()
    remarks: list[Remark] = []
    if len(goal) > LONGEST_GOAL:
        goal = goal[:LONGEST_GOAL].rsplit("\n", 1)[0]
        remarks.append(
            Remark(
                Gravity.WARNING,
                "cut",
                f"the document lists no steps, and of its description only the first {len(goal):,} "
                f"characters were read",
                (),
                "put what is to be built and its main features first, or list the steps",
            )
        )

    def understood(kind: str | None) -> Understood:
        found = with_facts(goal, catalogue, repository, now, kind)
        return Understood(found.brief, found.draft, found.remarks)

    planned = planned_with(flows or WorkflowChoice(), catalogue, understood)
    if any(remark.gravity is Gravity.ERROR for remark in planned.remarks):
        return DocumentPlan(
            planned.brief.primary_goal, facts, planned.brief, None, None, (*remarks, *planned.remarks)
        )
    drafted, more, context = _in_repository(planned.draft, planned.brief, catalogue, repository)
    return DocumentPlan(
        planned.brief.primary_goal,
        facts,
        planned.brief,
        drafted,
        write_plan(drafted),
        (*remarks, *planned.remarks, *more),
        context,
    )


def _brief_of(text: str, catalogue: Catalogue) -> Brief | None:
    try:
        return read_brief(text[:LONGEST_GOAL], catalogue)
    except GoalError:
        return None


def _without(document: str, spans: list[tuple[int, int]]) -> str:
    """The document without these spans and without lines that they leave empty."""
    from orchestrate_ls.planner.stated.document import printable

    text = printable(document)
    pieces: list[str] = []
    position = 0
    for start, end in sorted(spans):
        if start > position:
            pieces.append(text[position:start])
        position = max(position, end)
    pieces.append(text[position:])
    lines = "".join(pieces).split("\n")
    return "\n".join(line for line in lines if re.search(r"\w{3}", line))
