"""Reads what the words of a sentence say of the steps that it mentions: which comes before which.

A sentence is cut into clauses, a clause into runs of mentions ("A, B and C") and the words between them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from orchestrate_ls.planner.stated.clause_parts import Context, Outcome, Run, Steps, lag_before
from orchestrate_ls.planner.stated.cues import (
    Cue,
    Direction,
    cue_between,
    cue_spans,
    leading_cue,
    opens_with_afterwards,
    opens_with_meanwhile,
    says_parallel,
)
from orchestrate_ls.planner.stated.mentions import settled
from orchestrate_ls.planner.stated.references import Mention, StepIndex

_JOINT = re.compile(
    r"[^\w>→<←]*(?:(?:and|n?or|plus|as well as|together with|along with|both|also|n?either|the"
    r"|all|of|to|then both|finally)\b[^\w>→<←]*)*$",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    r";\s*|\s+[–—]\s+|,?\s+(?:and|but|while|whereas)\s+(?=(?:then\s+)?(?:once|after|when"
    r"|as soon as|before|until|only|if)\b)"
    r"|,\s+but\s+|,\s+(?:and|but)\s+(?=(?:to|in order)\b)|,\s+(?=(?:once|when|as soon as)\b)",
    re.IGNORECASE,
)
_FIRST = re.compile(r"\b(?:first(?:ly| of all)?|to begin with|begin|start|initially|kick)\b", re.IGNORECASE)
_COMES_FIRST = re.compile(
    r"\b(?:must|ha(?:s|ve) to|needs? to|should|is|are|comes?|goes|go"
    r"|be)\b[^,;]{0,40}\b(?P<place>first|last|at the (?:very )?(?:end|beginning|start))\b",
    re.IGNORECASE,
)
_IS_DONE = re.compile(
    r"\b(?:done|finish\w*|complet\w*|ready|over|ended|ends|through|made|available|in place"
    r"|out of the way|behind)\b[\s,]*",
    re.IGNORECASE,
)
_MODAL_FIRST = re.compile(
    r"\s*(?:can|may|must|should|will|could|shall|cannot|needs? to|ha(?:s|ve) to|starts?"
    r"|begins?|is possible|becomes?|follows?|comes?|gets?|is next|are next)\b",
    re.IGNORECASE,
)
_PRONOUN = re.compile(
    r"\W*(?:and\s+|but\s+)?(?:both|these|those|they|it|this|that|all of (?:them|these)"
    r"|each of (?:them|these))(?:\s+(?:steps?|tasks?|two|three|four|ones?))?\b(?!\s*,)",
    re.IGNORECASE,
)
_FORMER = re.compile(
    r"\W*(?:and\s+|but\s+)?the\s+(?P<which>latter|former)\b(?:\s+(?:two|steps?))?", re.IGNORECASE
)
_GAPPED = re.compile(r"\W*(?:on|for|by|from|after|before)\W*$", re.IGNORECASE)
_LAST = re.compile(
    r"\W*(?:(?:comes|goes|right|very|only|as the)\s+)*(?:last|at the (?:very )?end)\W*$", re.IGNORECASE
)
_FORBIDDEN = re.compile(
    r"\W*(?:is|are|would\s+be)\s+(?:strictly\s+)?(?:forbidden|prohibited|impossible|not\s+(?:allowed|possible|permitted|an\s+option)"
    r"|a\s+(?:mistake|no-go))\b",
    re.IGNORECASE,
)
_IN_ORDER = re.compile(
    r"\b(?:in (?:exactly )?(?:the|this|that|their) (?:(?:given|listed|stated|above|same"
    r"|numerical|following|right|exact|correct|specified|shown|order) )?(?:order"
    r"|sequence)(?: (?:given|listed|shown|above|below))?"
    r"|in (?:numerical |strict )?(?:order|sequence)\b(?! to)|one (?:step |task )?(?:after|by"
    r"|at a) (?:the other|another|one|time)|sequential(?:ly)?|consecutive(?:ly)?"
    r"|strictly serial(?:ly)?|back to back)\b",
    re.IGNORECASE,
)
_EACH_PREVIOUS = re.compile(
    r"\b(?:each|every)\b.{0,40}\b(?:depends?|requires?|needs?|after|follows?|until|once"
    r"|builds?|waits?)\b.{0,40}\b(?:previous|preceding|one before|prior|last)\b"
    r"|\beach\b.{0,40}\bbefore\b.{0,30}\bnext\b",
    re.IGNORECASE,
)
_NO_NEED = re.compile(
    r"\b(?:no (?:prior |other )?(?:dependenc(?:y|ies)|prerequisites?|predecessors?|order)"
    r"|immediately|right away|at once|straight away|any ?time|from the (?:start|beginning"
    r"|outset)|depends? on nothing|nothing before|none|n/a|independent\w*)\b",
    re.IGNORECASE,
)
_STATE_JOINT = re.compile(
    r"\W*(?:(?:is|are|has|have|been|was|were|all|both|fully|completely|you(?:['’]ve| have)?)\s+){0,4}"
    r"(?:(?:done|finished|complete|completed|ready|over|made|ended|added"
    r"|through)\s*)?,?\s*\b(?:and|or)\b\s*(?:also\s+|you(?:['’]ve| have)?\s+)?\W*$",
    re.IGNORECASE,
)


class ClauseReader:
    """Reads the clauses of one document's sentences."""

    def __init__(self, index: StepIndex, text: str) -> None:
        self._index = index
        self._text = text
        self._context = Context()

    def read(
        self,
        start: int,
        end: int,
        subject: int | None,
        found: Sequence[Mention],
        strict: bool,
        context: Context,
    ) -> Outcome:
        """What text[start:end] says of the steps that it mentions (`found`); see OrderReader.read."""
        outcome = Outcome()
        self._context = context
        whole = self._text[start:end]
        mentions = settled(found, subject, context.meant, self._index.count, context.named)
        outcome.named = tuple(mention.steps for mention in mentions)
        if _EACH_PREVIOUS.search(whole):
            named = next((m.steps for m in mentions if len(m.steps) > 1), tuple(range(self._index.count)))
            outcome.chain(sorted(named))
            return outcome
        if _IN_ORDER.search(whole) and len(mentions) <= 1 and not strict:
            named = mentions[0].steps if mentions and len(mentions[0].steps) > 1 else ()
            if named or not mentions:
                outcome.chain(sorted(named) or list(range(self._index.count)))
                return outcome
        stage, meant = context.stage, context.meant
        for first, last in self._clauses(start, end, mentions):
            inside = [m for m in mentions if first <= m.start < last]
            self._clause(outcome, first, last, inside, subject, stage, meant)
            stage, meant = outcome.stage or stage, outcome.meant or meant
        return outcome

    def _clauses(self, start: int, end: int, mentions: Sequence[Mention]) -> list[tuple[int, int]]:
        cuts: list[tuple[int, int]] = []
        begin = start
        for stop in _CLAUSE.finditer(self._text, start, end):
            if any(m.start < stop.end() and stop.start() < m.end for m in mentions) or stop.start() < begin:
                continue
            before = sum(begin <= m.start < stop.start() for m in mentions)
            after = sum(m.start >= stop.end() for m in mentions)
            steps_before = sum(len(m.steps) for m in mentions if begin <= m.start < stop.start())
            enough = (
                before >= 2
                or (before and stop.group().startswith(",") and "but" in stop.group().lower())
                or (before and ";" in stop.group())
                or (steps_before >= 2 and re.search("[–—]", stop.group()))
            )
            if enough and (after >= 2 or ";" in stop.group()):
                cuts.append((begin, stop.start()))
                begin = stop.end()
        cuts.append((begin, end))
        return cuts

    def _clause(
        self,
        outcome: Outcome,
        start: int,
        end: int,
        mentions: list[Mention],
        subject: int | None,
        stage: Steps,
        meant: Steps,
    ) -> None:
        text = self._text
        if not mentions:
            if subject is not None and _NO_NEED.search(text, start, end):
                outcome.understood = True
            elif (
                meant
                and len(meant) > 1
                and says_parallel(text[start:end])
                and _PRONOUN.match(text, start, end)
            ):
                outcome.side_by_side(meant)
            return
        opening = text[start : mentions[0].start]
        runs, links = self._runs(mentions)
        closing = text[mentions[-1].end : end]
        lead = leading_cue(opening)
        if len(runs) == 2 and len(runs[1].mentions) == 2 and re.search(r"\bbetween\b", links[0]):
            first, last = runs[1].mentions
            outcome.orders += [(a, s, None) for a in first for s in runs[0].steps]
            outcome.orders += [(s, b, None) for b in last for s in runs[0].steps]
            return
        implied: Steps = (subject,) if subject is not None else ()
        if not implied:
            implied = self._implied(opening, meant)
        if implied and (own := cue_between("", opening)) is not None and not self._has_main(links):
            outcome.relate(implied, own, runs[0].steps, opening)
            outcome.stage = runs[0].steps if own.direction is Direction.BEFORE else implied
            outcome.meant = implied
            self._go_on(outcome, implied, runs, links, 0, opening, closing)
            return
        if (
            lead is None
            and links
            and re.search(r"\bwith\s*$", opening, re.IGNORECASE)
            and _IS_DONE.search(links[0])
        ):
            lead = Cue(Direction.AFTER, False, 0, 0)
        if lead is not None and lead.direction is Direction.PARALLEL and opens_with_meanwhile(opening):
            lead = None
        if lead is not None:
            self._led(outcome, lead, opening, runs, links, closing)
            return
        together = list(runs[0].steps)
        for link, run in zip(links, runs[1:], strict=True):
            cue = cue_between("", link)
            if cue is None or cue.direction is not Direction.PARALLEL:
                break
            together += run.steps
        if self._continues(outcome, opening, closing, tuple(dict.fromkeys(together)), stage) and not links:
            return
        self._go_on(outcome, (), runs, links, 0, opening, closing)
        if not links:
            self._alone(outcome, runs[0].steps, closing, stage)

    def _implied(self, opening: str, meant: Steps) -> Steps:
        """The steps that "it", "both" or "the latter" at the beginning of a clause stands for."""
        named = self._context.named
        if match := _FORMER.match(opening):
            return () if not named else named[-1] if match["which"].lower() == "latter" else named[0]
        if not _PRONOUN.match(opening):
            return ()
        if re.match(r"\W*both\b", opening, re.IGNORECASE) and len(meant) < 2:
            both = tuple(dict.fromkeys(step for steps in named for step in steps))
            return both if len(both) == 2 else meant
        return meant

    def _continues(self, outcome: Outcome, opening: str, closing: str, steps: Steps, stage: Steps) -> bool:
        """Read "Then ...", "Meanwhile ..." and "First ..."; whether nothing more is said of the steps."""
        if opens_with_afterwards(opening) and stage:
            for before in stage:
                outcome.orders += [(before, step, lag_before(opening)) for step in steps if step not in stage]
            return False
        if opens_with_meanwhile(opening) and stage:
            outcome.orders += [
                (before, step, None) for before in self._context.before_stage for step in steps
            ]
            outcome.parallels += [(other, step) for other in stage for step in steps]
            outcome.understood = True
            outcome.stage = tuple(dict.fromkeys((*stage, *steps)))
            outcome.meant = steps
            return True
        if _FIRST.search(opening) or re.match(r"\W*first\b(?! step)", closing):
            outcome.understood = True
            outcome.stage = outcome.meant = steps
        return False

    @staticmethod
    def _has_main(links: Sequence[str]) -> bool:
        """Whether "After step 1, step 2 can start" has a main clause of its own and so is not about the subject."""
        return bool(links) and cue_between("", links[0]) is None and _IS_DONE.search(links[0]) is not None

    def _led(
        self, outcome: Outcome, lead: Cue, opening: str, runs: list[Run], links: list[str], closing: str
    ) -> None:
        """Read "Once A is done, B ...", "Before A, B ...", "While A runs, B ..."."""
        condition, at = runs[0], 1
        cuttable = self._comma(condition)
        if not links or (
            _MODAL_FIRST.match(links[0])
            and cuttable is not None
            and not _IS_DONE.search(links[0].partition(",")[0])
        ):
            place = cuttable
            if place is None and not links:
                return
            if place is not None:
                condition, main = condition.cut(place)
                runs, at = [main, *runs[1:]], 0
        elif cuttable is not None and links and cue_between("", links[0]) is not None:
            condition, main = condition.cut(cuttable)
            runs, at = [main, *runs[1:]], 0
        if at == 1:
            runs, links = runs[1:], links[1:]
        if not runs:
            return
        main_steps = list(runs[0].steps)
        used = 0
        while used < len(links) and cue_between("", links[used]) is None:
            main_steps += runs[used + 1].steps
            used += 1
        main = tuple(dict.fromkeys(main_steps))
        outcome.relate(main, lead, condition.steps, opening)
        outcome.meant = main
        outcome.stage = main if lead.direction is not Direction.BEFORE else condition.steps
        if lead.direction is Direction.PARALLEL:
            outcome.stage = tuple(dict.fromkeys((*condition.steps, *main)))
            if set(condition.steps) <= set(self._context.stage):
                outcome.orders += [(b, step, None) for b in self._context.before_stage for step in main]
        if says_parallel(closing) and used >= len(links):
            outcome.side_by_side(main)
        if used < len(links):
            self._go_on(outcome, (), [Run((main,), ()), *runs[used + 1 :]], links[used:], 0, "", closing)

    def _comma(self, run: Run) -> int | None:
        """Where in "A and B, C" the condition ends: the comma with whole lists on both sides."""
        commas = [
            i + 1 for i, joint in enumerate(run.joints) if "," in joint and not re.search(r"\band\b", joint)
        ]
        for place in commas:
            left, right = run.cut(place)
            if self._is_list(left) and self._is_list(right):
                return place
        if commas:
            return commas[-1]
        with_and = [i + 1 for i, joint in enumerate(run.joints) if "," in joint]
        return with_and[-1] if with_and else None

    @staticmethod
    def _is_list(run: Run) -> bool:
        return not run.joints or re.search(r"\b(?:and|or)\b|&|\+", run.joints[-1]) is not None

    def _go_on(
        self,
        outcome: Outcome,
        subject: Steps,
        runs: list[Run],
        links: list[str],
        at: int,
        opening: str,
        closing: str,
    ) -> None:
        """Reads "A before B", "A, then B, then C", "A precedes B and follows C" from left to right."""
        left = subject or runs[at].steps
        held = left
        said: Cue | None = None
        for number, link in enumerate(links[at:], at):
            right = runs[number + 1]
            goes_on = re.match(r"\W*(?:and|but|yet)\b", link) is not None
            before = f"{opening if number == at and not subject else ''} {runs[number].inside}".strip()
            if number + 1 == len(links) and _FORBIDDEN.match(closing):
                before = f"not {before}"
            cue = cue_between(before, link)
            if said is not None and _GAPPED.match(link) and "," in "".join(runs[number].joints):
                # "Step 2 depends on 1, step 5 on 4": the verb is not said again.
                cue = said
            if cue is None:
                left = held = right.steps
                continue
            if (
                goes_on
                and not cue.chains
                and cue.direction in (Direction.BEFORE, Direction.AFTER)
                and number > at
            ):
                left = held
            upcoming = cue_between("", links[number + 1]) if number + 1 < len(links) else None
            if number + 1 < len(links) and "," in "".join(right.joints) and _GAPPED.match(links[number + 1]):
                upcoming = cue
            said = cue
            next_subject: Steps = ()
            if (
                upcoming is not None
                and right.joints
                and ((not cue.chains and not upcoming.chains) or self._arrows(link, links[number + 1], right))
                and cue.direction is not Direction.PARALLEL
                and not re.match(r"\W*(?:and|but|yet)\b", links[number + 1])
            ):
                right, following = right.cut(self._new_subject(right))
                next_subject = following.steps
            outcome.relate(left, cue, right.steps, link)
            if cue.direction is Direction.PARALLEL:
                left = held = tuple(dict.fromkeys((*left, *right.steps)))
                outcome.stage = outcome.meant = left
                continue
            outcome.meant = right.steps if cue.direction is Direction.BEFORE else left
            outcome.stage = right.steps if cue.direction is Direction.BEFORE else left
            held = next_subject or left
            left = next_subject or right.steps
        if links[at:] and says_parallel(closing) and not subject:
            outcome.side_by_side(runs[-1].steps)
        elif links[at:] and (
            last := re.search(
                r"\bas (?:a |its |their )?(?:pre-?requisites?|pre-?conditions?|dependenc(?:y|ies)"
                r"|predecessors?)\b",
                closing,
            )
        ):
            del last
            if not outcome.orders:
                outcome.orders += [(b, a, None) for b in runs[-1].steps for a in runs[0].steps]

    @staticmethod
    def _arrows(link: str, following: str, run: Run) -> bool:
        """Tell "1 -> 2, 3 -> 4", two chains, from "1 -> 2 and 3 -> 4", which is one."""
        return not re.search(r"\w", link + following) and any(
            "," in joint and "and" not in joint for joint in run.joints
        )

    @staticmethod
    def _new_subject(run: Run) -> int:
        """Where in "(A precedes) B, and C (precedes D)" the next clause begins."""
        places = list(enumerate(run.joints, 1))
        both = [place for place, joint in places if "," in joint and re.search(r"\band\b", joint)]
        commas = [place for place, joint in places if "," in joint]
        return both[-1] if both else commas[0] if commas else places[-1][0]

    def _alone(self, outcome: Outcome, steps: Steps, closing: str, stage: Steps) -> None:
        """A clause that names steps only once."""
        others = [index for index in range(self._index.count) if index not in steps]
        if (place := _COMES_FIRST.search(closing)) or _LAST.match(closing):
            word = place["place"].lower() if place else "last"
            is_first = word == "first" or word.endswith(("beginning", "start"))
            pairs = [(s, o) if is_first else (o, s) for s in steps for o in others]
            outcome.orders += [(before, after, None) for before, after in pairs]
        elif says_parallel(closing) and len(steps) > 1:
            outcome.side_by_side(steps)
        elif opens_with_afterwards(closing.lstrip(" ,.")) or (
            re.search(
                r"\b(?:after|once|when|following) (?:that|this|which|it|these|those|them|they|both)\b"
                r"|\b(?:afterwards|thereafter|next|then|last|finally)\b|^\W*follows?\W*$",
                closing,
            )
            and stage
        ):
            outcome.orders += [
                (before, step, None) for before in stage for step in steps if step not in stage
            ]
        if _NO_NEED.search(closing):
            outcome.understood = True
        if not outcome.stage and outcome.is_something:
            outcome.stage = steps
        outcome.meant = outcome.meant or steps

    def _runs(self, mentions: list[Mention]) -> tuple[list[Run], list[str]]:
        runs: list[Run] = []
        links: list[str] = []
        group: list[Steps] = [mentions[0].steps]
        joints: list[str] = []
        inside = mentions[0].inside
        for before, after in pairwise(mentions):
            between = self._text[before.end : after.start]
            if (_JOINT.match(between) or _STATE_JOINT.match(between)) and not cue_spans(between):
                joints.append(between)
                group.append(after.steps)
                inside = f"{inside} {after.inside}".strip()
                continue
            runs.append(Run(tuple(group), tuple(joints), inside))
            links.append(between)
            group, joints, inside = [after.steps], [], after.inside
        runs.append(Run(tuple(group), tuple(joints), inside))
        return runs, links
