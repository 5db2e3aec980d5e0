"""A model's plan from the first request to the finished text: asked, found in the answer, checked, sent back, mended.

Knows no particular model. Whatever comes back, the outcome is a plan without faults or a clear error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from threading import Event
from typing import Final

from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.planner.brief import Brief
from orchestrate_ls.planner.draft import Draft
from orchestrate_ls.planner.models.answer import FoundPlan, find_plan
from orchestrate_ls.planner.models.asking import ask
from orchestrate_ls.planner.models.binding import Binding
from orchestrate_ls.planner.models.closing import Closed, close
from orchestrate_ls.planner.models.completer import Completer, ModelError, ModelLimits, Prompt
from orchestrate_ls.planner.models.prompt import first_prompt, repair_prompt
from orchestrate_ls.planner.models.reading import read_draft
from orchestrate_ls.planner.repair import FROM_THE_USER
from orchestrate_ls.rules.base import Severity
from orchestrate_ls.rules.context import KnownAgent
from orchestrate_ls.rules.engine import FileCheck, RuleSettings, check_file
from orchestrate_ls.text.display import shown
from orchestrate_ls.workspace.checking import shipped_schema

_MOST_FINDINGS: Final = 40
_LONGEST_FINDING: Final = 400


@dataclass(frozen=True, slots=True)
class Outline:
    """What a model starts from: the offline plan and what it was made of.

    ``document`` is the text that ``--from`` named; ``steps`` tells that it lists the tasks itself. ``known`` are the
    agents that definition files describe; ``context`` is what was used of the repository, one sentence each, and all
    that is sent of it. Where a plan that there is shall change, ``asked`` says how, and ``kept`` what of it has to
    stay.
    """

    brief: Brief | None
    draft: Draft
    text: str
    document: str | None = None
    steps: bool = False
    known: Mapping[str, KnownAgent] | None = None
    context: tuple[str, ...] = ()
    asked: str | None = None
    kept: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AnswerReport:
    """What was wrong with one answer; nothing for one that was right."""

    findings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ModelPlan:
    """A plan without faults, and how it came about.

    ``answers`` are the model's, in order; ``repairs`` what was mended without it, as sentences without a full stop.
    ``note`` says what ended the questions early, where something did.
    """

    draft: Draft
    text: str
    recipient: str
    answers: tuple[AnswerReport, ...]
    repairs: tuple[str, ...]
    note: str | None = None

    def lines(self) -> Iterator[str]:
        """What a person should know, a line each: what the model got wrong, and what was mended without it."""
        wrong = [answer for answer in self.answers if answer.findings]
        last = self.answers[-1].findings
        if wrong and not last:
            rounds = "one round" if len(wrong) == 1 else f"{len(wrong)} rounds"
            yield f"the model mended its plan itself after {rounds} of findings"
        for finding in last:
            yield f"the model got wrong: {finding}"
        if self.note is not None:
            yield self.note
        for repair in self.repairs:
            yield f"mended without the model: {repair}"


class Watcher:
    """Is told how far things are. Does nothing; made to be overridden."""

    def asked(self, round_number: int, prompt: Prompt) -> None:
        """A request goes out; 0 is the first, the others are repairs."""

    def received(self, characters: int) -> None:
        """So much of the answer there is by now."""

    def judged(self, findings: tuple[str, ...]) -> None:
        """What is wrong with the answer."""


@dataclass(frozen=True, slots=True)
class _Attempt:
    """One answer as far as it could be understood."""

    text: str | None
    draft: Draft | None
    findings: tuple[str, ...]
    repairs: tuple[str, ...] = ()
    """What was mended already when the answer was read."""


def prompt_for(outline: Outline) -> Prompt:
    """What would be sent first."""
    return _Conversation(outline).first


def plan_with_model(
    outline: Outline,
    completer: Completer,
    limits: ModelLimits,
    watcher: Watcher | None = None,
    cancelled: Event | None = None,
) -> ModelPlan:
    """Have a model improve the offline plan.

    Raises ``ModelError`` where there is no answer or none that a plan can be made of, and
    ``asking.CancelledByUserError`` soon after ``cancelled`` was set.
    """
    conversation = _Conversation(outline)
    watcher = watcher or Watcher()
    prompt = conversation.first
    attempts: list[_Attempt] = []
    note = None
    for round_number in range(1 + limits.repair_rounds):
        watcher.asked(round_number, prompt)
        try:
            answer = ask(completer, prompt, limits, watcher.received, cancelled)
        except ModelError as error:
            if not any(attempt.draft is not None for attempt in attempts):
                raise
            note = f"no more answers: {error.message}"
            break
        attempt = conversation.judge(answer)
        attempts.append(attempt)
        watcher.judged(attempt.findings)
        if not attempt.findings:
            break
        prompt = repair_prompt(conversation.first, attempt.text, attempt.findings)
    answers = tuple(AnswerReport(attempt.findings) for attempt in attempts)
    closed = _best(attempts, conversation, completer)
    return ModelPlan(closed.draft, closed.text, completer.recipient, answers, closed.repairs, note)


def model_drafter(
    outline_of: Callable[[str], Outline], completer: Completer, limits: ModelLimits
) -> Callable[[str], Draft]:
    """A drafter from goal to draft, for callers that work on drafts and not on whole plans."""

    def drafter(goal: str) -> Draft:
        return plan_with_model(outline_of(goal), completer, limits).draft

    return drafter


def _best(attempts: list[_Attempt], conversation: _Conversation, completer: Completer) -> Closed:
    """The attempt with the fewest findings that can be mended, the latest of equals."""
    usable = [attempt for attempt in reversed(attempts) if attempt.draft is not None]
    usable.sort(key=lambda attempt: len(attempt.findings))
    left: tuple[str, ...] = ()
    for attempt in usable:
        if attempt.draft is None:
            continue
        other = conversation.binding.about_something_else(attempt.draft)
        if other is not None:
            left = left or (other,)
            continue
        closed = close(attempt.draft, conversation.binding, conversation.known, conversation.reason)
        if not closed.left:
            return replace(closed, repairs=(*attempt.repairs, *closed.repairs))
        left = left or closed.left
    reasons = left or next((attempt.findings for attempt in reversed(attempts) if attempt.findings), ())
    count = "its answer is" if len(attempts) == 1 else f"none of its {len(attempts)} answers is"
    negation = " no" if len(attempts) == 1 else " a"
    raise ModelError(
        f"{completer.recipient} gave no usable plan: {count}{negation} plan for this goal"
        + (f" ({shown(reasons[0], 200)})" if reasons else ""),
        "name another model, or plan without one: the offline plan needs none",
    )


class _Conversation:
    """What stays the same over all rounds."""

    def __init__(self, outline: Outline) -> None:
        self.binding = Binding(outline.brief, outline.draft, steps=outline.steps)
        self.known = outline.known or {}
        self.reason = "drafted by the model"
        self._base = outline.draft
        self.first = first_prompt(
            outline.brief,
            outline.draft,
            outline.text,
            outline.document,
            self.binding.described(),
            self.known,
            outline.context,
            (outline.asked, outline.kept) if outline.asked is not None else None,
        )
        # What the model was told there is, nobody has to declare again.
        self._agents = {
            **self.known,
            **{agent.id: KnownAgent(agent.id, agent.skills) for agent in outline.draft.agents},
        }

    def judge(self, answer: str) -> _Attempt:
        found = find_plan(answer)
        if found is None:
            said = (
                "the answer was empty"
                if not answer.strip()
                else "no plan with a task was found in the answer"
            )
            return _Attempt(None, None, (said,))
        check = check_file(PlanFile.parse(found.text), RuleSettings(), shipped_schema(), self._agents)
        read = read_draft(found.text, self._base, self.known, self.reason)
        findings = [*self._findings(check), *self._about_facts(check, read.draft, found)]
        if found.cut:
            findings.append("the answer broke off before its end")
        if read.too_many is not None:
            findings.insert(0, read.too_many)
        cut = tuple(each[:_LONGEST_FINDING] for each in findings[:_MOST_FINDINGS])
        if len(findings) > _MOST_FINDINGS:
            cut = (*cut, f"and {len(findings) - _MOST_FINDINGS} more of the kind")
        return _Attempt(found.text, read.draft, cut, read.left_out)

    def _findings(self, check: FileCheck) -> list[str]:
        """Errors and warnings with their places, as the editor would show them."""
        found: list[str] = []
        for each in check.diagnostics:
            if each.severity.rank > Severity.WARNING.rank or each.code in FROM_THE_USER:
                continue
            if each.code == "unknown-gate" and any(
                f"`{gate}`" in each.message for gate in self._base.quality_gates
            ):
                continue
            place = check.file.chunks.position_at(each.start)
            found.append(f"line {place.line + 1}, column {place.character + 1}: {each.code}: {each.message}")
        return found

    def _about_facts(self, check: FileCheck, draft: Draft, found: FoundPlan) -> list[str]:
        lines: dict[str, int] = {}
        source = check.plans[0].source
        for index, task in enumerate(source.plan.tasks):
            if task.id is not None:
                place = source.base(index) + source.task_node(index).start
                lines.setdefault(task.id, check.file.chunks.position_at(place).line + 1)
        told: list[str] = []
        for violation in self.binding.violations(draft):
            line = lines.get(violation.task) if violation.task is not None else None
            told.append(f"line {line}: {violation.message}" if line is not None else violation.message)
        return told
