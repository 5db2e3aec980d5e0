"""Reads sentences that say in which order steps come, in their many phrasings.

A sentence becomes the steps it mentions and the words between them; the words say the direction. Nothing is guessed:
a sentence that speaks of an order but cannot be read is kept as not understood.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from orchestrate_ls.planner.stated.cues import (
    Cue,
    Direction,
    cue_between,
    cue_spans,
    leading_cue,
    may_say_order,
    opens_with_afterwards,
    opens_with_meanwhile,
    says_order,
    says_parallel,
)
from orchestrate_ls.planner.stated.durations import Length, durations_in
from orchestrate_ls.planner.stated.facts import StatedOrder, StatedParallel
from orchestrate_ls.planner.stated.quotes import Quote, Quoter
from orchestrate_ls.planner.stated.references import Mention, StepIndex

Steps = tuple[int, ...]
_JOINT = re.compile(
    r"[^\w>→<←]*(?:(?:and|n?or|plus|as well as|together with|along with|both|also|n?either|the"
    r"|all|of|to|then both|finally)\b[^\w>→<←]*)*$",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    r";\s*|\s+[–—]\s+|,?\s+(?:and|but|while|whereas)\s+(?=(?:then\s+)?(?:once|after|when"
    r"|as soon as|before|until|only|if)\b)"
    r"|,\s+(?:and|but)\s+(?=(?:to|in order)\b)|,\s+(?=(?:once|when|as soon as)\b)",
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
_STRONG = re.compile(
    r"\b(?:must|ha(?:s|ve) to|can only|cannot|can't|may only|needs? to"
    r"|should)\b.{0,60}\b(?:preced\w+|before|after|until|follow|once|first)\b|\bdepends? on\b"
    r"|\bpreced(?:es?|ed)\b|\bin parallel\b|\bdo(?:n['’]t| not) start\b|->|→",
    re.IGNORECASE,
)
_STATE_JOINT = re.compile(
    r"\W*(?:(?:is|are|has|have|been|was|were|all|both|fully|completely|you(?:['’]ve| have)?)\s+){0,4}"
    r"(?:(?:done|finished|complete|completed|ready|over|made|ended|added"
    r"|through)\s*)?,?\s*\b(?:and|or)\b\s*(?:also\s+|you(?:['’]ve| have)?\s+)?\W*$",
    re.IGNORECASE,
)
_PHRASE_END = re.compile(
    r"[,;:()\[\]]|\b(?:made|done|finished|completed?|ready)\b\s*(?:and\b)?|\b(?:do(?:n['’]t"
    r"| not)|never|not|first|then|next|finally|you|we)\b|\b(?:can(?:not|['’]t)?|must|may"
    r"|should|shall|will|could|has to|have to|needs? to|is|are|was|were|has been|have been"
    r"|be)\b",
    re.IGNORECASE,
)
_EITHER = re.compile(r"\bor\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Run:
    """Mentions that stand together ("A, B and C"), with the words between them."""

    mentions: tuple[Steps, ...]
    joints: tuple[str, ...]

    @property
    def steps(self) -> Steps:
        return tuple(dict.fromkeys(step for steps in self.mentions for step in steps))

    def cut(self, place: int) -> tuple[_Run, _Run]:
        return (
            _Run(self.mentions[:place], self.joints[: place - 1]),
            _Run(self.mentions[place:], self.joints[place:]),
        )


@dataclass(slots=True)
class _Outcome:
    """What one sentence gave."""

    orders: list[tuple[int, int, Length | None]] = field(default_factory=list[tuple[int, int, Length | None]])
    parallels: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])
    understood: bool = False
    stage: Steps = ()
    meant: Steps = ()

    @property
    def is_something(self) -> bool:
        return bool(self.orders or self.parallels) or self.understood


class OrderReader:
    """Reads sentences one after the other; "then" and "after that" refer to the sentence before."""

    def __init__(self, index: StepIndex, quoter: Quoter, numbered: bool = True) -> None:
        """`numbered` False: numbers name nothing, and "the last step" means nobody."""
        self.orders: list[StatedOrder] = []
        self.parallels: list[StatedParallel] = []
        self.not_understood: list[Quote] = []
        self.either: list[Quote] = []
        self._index = index
        self._quoter = quoter
        self._numbered = numbered
        self._text = quoter.text
        self._stage: Steps = ()
        self._before_stage: Steps = ()
        self._meant: Steps = ()

    @property
    def index(self) -> StepIndex:
        """The steps that sentences can be about."""
        return self._index

    def mentions(self, start: int, end: int) -> list[Mention]:
        """The steps that text[start:end] names in any way: those that are certain, or else the likely ones."""
        certain = self._mentions(start, end, fuzzy=False)
        return (
            certain if any(m.steps or m.special for m in certain) else self._mentions(start, end, fuzzy=True)
        )

    def new_passage(self) -> None:
        """Forget what "that" and "then" could refer to."""
        self._stage = self._before_stage = self._meant = ()

    def read(self, start: int, end: int, subject: int | None = None, strict: bool = False) -> bool:
        """Read text[start:end]. `subject`: the step that the words are about when they name none ("after step 2").

        `strict`: only what is named by number, in quotes or word for word counts, and nothing is "not understood".
        Returns whether the sentence says something of the order of steps.
        """
        if not may_say_order(self._text[start:end]):
            return self._remember(start, end, subject)
        outcome = self._parse(start, end, subject, self._mentions(start, end, fuzzy=False), strict)
        if not (outcome.orders or outcome.parallels) and not strict:
            likely = self._parse(start, end, subject, self._mentions(start, end, fuzzy=True), strict)
            if likely.orders or likely.parallels or not outcome.is_something:
                outcome = likely
        quote = self._quoter.quote(start, end)
        if not outcome.is_something:
            mentions = self._mentions(start, end, fuzzy=True)
            ordered = says_order(self._text[start:end])
            if not strict and (_STRONG.search(self._text, start, end) or (ordered and len(mentions) > 1)):
                self.not_understood.append(quote)
                return True
            return self._remember(start, end, subject)
        self._keep(outcome, quote)
        if _EITHER.search(self._text, start, end) and self._joined_by_or(start, end):
            self.either.append(quote)
        return True

    def _keep(self, outcome: _Outcome, quote: Quote) -> None:
        for before, after, lag in outcome.orders:
            if before != after:
                self.orders.append(StatedOrder(before, after, quote, lag))
        for first, second in outcome.parallels:
            if first != second:
                self.parallels.append(StatedParallel(first, second, quote))
        if outcome.stage:
            into = tuple(b for b, a, _ in outcome.orders if a in outcome.stage)
            self._before_stage = tuple(dict.fromkeys(into)) or self._before_stage
            self._stage = outcome.stage
        if outcome.meant:
            self._meant = outcome.meant

    def _remember(self, start: int, end: int, subject: int | None) -> bool:
        """A sentence without any order: what it names may be what the next one means."""
        mentions = self._index.explicit_mentions(self._text, start, end)
        if not mentions and _FIRST.search(self._text, start, end):
            mentions = self._mentions(start, end, fuzzy=True)
        steps = tuple(dict.fromkeys(step for mention in mentions for step in mention.steps))
        if steps and _FIRST.search(self._text, start, mentions[0].start):
            self._stage, self._before_stage, self._meant = steps, (), steps
            return True
        if steps and subject is None:
            self._meant = steps
        return False

    def _joined_by_or(self, start: int, end: int) -> bool:
        mentions = self._mentions(start, end, fuzzy=False)
        return any(
            re.fullmatch(r"\W*(?:either\W+)?or\W*", self._text[a.end : b.start], re.IGNORECASE)
            for a, b in pairwise(mentions)
        ) or any(re.search(r"\bor\b", self._text[m.start : m.end]) and len(m.steps) > 1 for m in mentions)

    # -- who is spoken of ------------------------------------------------------------------------------------------

    def _mentions(self, start: int, end: int, fuzzy: bool) -> list[Mention]:
        if not fuzzy:
            mentions = self._index.explicit_mentions(self._text, start, end, self._numbered)
            phrases = self._phrases(mentions, start, end, exact=True)
        else:
            mentions = self._index.all_mentions(self._text, start, end, self._numbered)
            phrases = self._phrases(mentions, start, end, exact=False)
        merged: list[Mention] = []
        for mention in sorted([*mentions, *phrases], key=lambda each: each.start):
            last = merged[-1] if merged else None
            if (
                last is not None
                and re.fullmatch(r"['\"”’]?\s*\(\s*", self._text[last.end : mention.start])
                and len(mention.steps) == 1
            ):
                # "Measure (step 6)": the number says which of several of that name is meant.
                merged[-1] = Mention(mention.steps, last.start, mention.end)
                continue
            if (
                last is not None
                and last.steps == mention.steps
                and last.steps
                and not says_order(self._text[last.end : mention.start])
            ):
                merged[-1] = Mention(last.steps, last.start, mention.end)
                continue
            merged.append(mention)
        return merged

    def _phrases(self, mentions: Sequence[Mention], start: int, end: int, exact: bool) -> list[Mention]:
        """Steps named by other words between the cues, for example "the water has boiled"."""
        found: list[Mention] = []
        resolve = self._index.equals if exact else self._index.resolve
        for first, last in _gaps(mentions, start, end):
            for a, b in self._segments(first, last):
                words = self._text[a:b]
                index = resolve(words)
                if index is not None:
                    found.append(Mention((index,), a, b))
                    continue
                position = a
                for part in re.split(r"(\s+and\s+|\s+&\s+|\s+as well as\s+)", words):
                    index = resolve(part) if part.strip() else None
                    if index is not None:
                        found.append(Mention((index,), position, position + len(part)))
                    position += len(part)
        return found

    def _segments(self, start: int, end: int) -> Iterable[tuple[int, int]]:
        text = self._text[start:end]
        cuts = sorted([*cue_spans(text), *(m.span() for m in _PHRASE_END.finditer(text))])
        position = 0
        for first, last in [*cuts, (len(text), len(text))]:
            if first > position and text[position:first].strip():
                lead = len(text[position:first]) - len(text[position:first].lstrip())
                yield (
                    start + position + lead,
                    start + first - (len(text[position:first]) - len(text[position:first].rstrip())),
                )
            position = max(position, last)

    def _settled(self, mentions: Sequence[Mention], subject: int | None) -> list[Mention]:
        """Take "all other steps" and "the previous steps" for the steps that they are here."""
        named = {step for mention in mentions for step in mention.steps}
        if subject is not None:
            named.add(subject)
        settled: list[Mention] = []
        for mention in mentions:
            steps = mention.steps
            if mention.special == "others" and named:
                steps = tuple(i for i in range(self._index.count) if i not in named)
            elif mention.special == "previous":
                base = named or set(self._meant)
                steps = tuple(range(min(base))) if base else ()
            elif mention.special == "all":
                steps = (
                    tuple(i for i in range(self._index.count) if i not in named)
                    if named
                    else tuple(range(self._index.count))
                )
            if steps:
                settled.append(Mention(steps, mention.start, mention.end, mention.special))
        return settled

    # -- what is said of them --------------------------------------------------------------------------------------

    def _parse(
        self, start: int, end: int, subject: int | None, found: list[Mention], strict: bool
    ) -> _Outcome:
        outcome = _Outcome()
        whole = self._text[start:end]
        mentions = self._settled(found, subject)
        if _EACH_PREVIOUS.search(whole):
            named = next((m.steps for m in mentions if len(m.steps) > 1), tuple(range(self._index.count)))
            self._chain(outcome, sorted(named))
            return outcome
        if _IN_ORDER.search(whole) and len(mentions) <= 1 and not strict:
            named = mentions[0].steps if mentions and len(mentions[0].steps) > 1 else ()
            if named or not mentions:
                self._chain(outcome, sorted(named) or list(range(self._index.count)))
                return outcome
        stage, meant = self._stage, self._meant
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
        outcome: _Outcome,
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
                self._side_by_side(outcome, meant)
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
        if not implied and _PRONOUN.match(opening):
            implied = meant
        if implied and (own := cue_between("", opening)) is not None and not self._has_main(links):
            self._relate(outcome, implied, own, runs[0].steps, opening)
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
        if self._continues(outcome, opening, closing, runs[0].steps, stage) and not links:
            return
        self._go_on(outcome, (), runs, links, 0, opening, closing)
        if not links:
            self._alone(outcome, runs[0].steps, closing, stage)

    def _continues(self, outcome: _Outcome, opening: str, closing: str, steps: Steps, stage: Steps) -> bool:
        """Read "Then ...", "Meanwhile ..." and "First ..."; whether nothing more is said of the steps."""
        if opens_with_afterwards(opening) and stage:
            for before in stage:
                outcome.orders += [(before, step, _lag(opening)) for step in steps if step not in stage]
            return False
        if opens_with_meanwhile(opening) and stage:
            outcome.orders += [(before, step, None) for before in self._before_stage for step in steps]
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
        self, outcome: _Outcome, lead: Cue, opening: str, runs: list[_Run], links: list[str], closing: str
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
        self._relate(
            outcome, main, Cue(lead.direction, lead.chains, lead.start, lead.end), condition.steps, opening
        )
        outcome.meant = main
        outcome.stage = main if lead.direction is not Direction.BEFORE else condition.steps
        if says_parallel(closing) and used >= len(links):
            self._side_by_side(outcome, main)
        if used < len(links):
            self._go_on(outcome, (), [_Run((main,), ()), *runs[used + 1 :]], links[used:], 0, "", closing)

    def _comma(self, run: _Run) -> int | None:
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
    def _is_list(run: _Run) -> bool:
        return not run.joints or re.search(r"\b(?:and|or)\b|&|\+", run.joints[-1]) is not None

    def _go_on(
        self,
        outcome: _Outcome,
        subject: Steps,
        runs: list[_Run],
        links: list[str],
        at: int,
        opening: str,
        closing: str,
    ) -> None:
        """Reads "A before B", "A, then B, then C", "A precedes B and follows C" from left to right."""
        left = subject or runs[at].steps
        held = left
        for number, link in enumerate(links[at:], at):
            right = runs[number + 1]
            goes_on = re.match(r"\W*(?:and|but|yet)\b", link) is not None
            cue = cue_between(opening if number == at and not subject else "", link)
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
            self._relate(outcome, left, cue, right.steps, link)
            if cue.direction is Direction.PARALLEL:
                left = held = tuple(dict.fromkeys((*left, *right.steps)))
                outcome.stage = outcome.meant = left
                continue
            outcome.meant = right.steps if cue.direction is Direction.BEFORE else left
            outcome.stage = right.steps if cue.direction is Direction.BEFORE else left
            held = next_subject or left
            left = next_subject or right.steps
        if links[at:] and says_parallel(closing) and not subject:
            self._side_by_side(outcome, runs[-1].steps)
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
    def _arrows(link: str, following: str, run: _Run) -> bool:
        """Tell "1 -> 2, 3 -> 4", two chains, from "1 -> 2 and 3 -> 4", which is one."""
        return not re.search(r"\w", link + following) and any(
            "," in joint and "and" not in joint for joint in run.joints
        )

    @staticmethod
    def _new_subject(run: _Run) -> int:
        """Where in "(A precedes) B, and C (precedes D)" the next clause begins."""
        places = list(enumerate(run.joints, 1))
        both = [place for place, joint in places if "," in joint and re.search(r"\band\b", joint)]
        commas = [place for place, joint in places if "," in joint]
        return both[-1] if both else commas[0] if commas else places[-1][0]

    def _alone(self, outcome: _Outcome, steps: Steps, closing: str, stage: Steps) -> None:
        """A clause that names steps only once."""
        others = [index for index in range(self._index.count) if index not in steps]
        if place := _COMES_FIRST.search(closing):
            is_first = place["place"].lower() == "first" or place["place"].lower().endswith(
                ("beginning", "start")
            )
            pairs = [(s, o) if is_first else (o, s) for s in steps for o in others]
            outcome.orders += [(before, after, None) for before, after in pairs]
        elif says_parallel(closing) and len(steps) > 1:
            self._side_by_side(outcome, steps)
        elif opens_with_afterwards(closing.lstrip(" ,.")) or (
            re.search(
                r"\b(?:after|once|when|following) (?:that|this|which|it|these|those|them|they|both)\b"
                r"|\b(?:afterwards|thereafter|next|then|last|finally)\b",
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

    def _relate(self, outcome: _Outcome, left: Steps, cue: Cue, right: Steps, words: str) -> None:
        if cue.direction is Direction.FREE or cue.direction is Direction.PARALLEL:
            outcome.parallels += [(a, b) for a in left for b in right]
            outcome.understood = True
            return
        lag = _lag(words[: cue.start])
        if cue.direction is Direction.BEFORE:
            outcome.orders += [(a, b, lag) for a in left for b in right]
        else:
            outcome.orders += [(b, a, lag) for a in left for b in right]
        if says_parallel(words):
            self._side_by_side(outcome, left)

    @staticmethod
    def _side_by_side(outcome: _Outcome, steps: Steps) -> None:
        outcome.understood = True
        if len(steps) <= 60:
            outcome.parallels += [(a, b) for i, a in enumerate(steps) for b in steps[i + 1 :]]

    @staticmethod
    def _chain(outcome: _Outcome, steps: Sequence[int]) -> None:
        outcome.orders += [(a, b, None) for a, b in pairwise(steps)]
        outcome.understood = True
        outcome.stage = tuple(steps[-1:])

    def _runs(self, mentions: list[Mention]) -> tuple[list[_Run], list[str]]:
        runs: list[_Run] = []
        links: list[str] = []
        group: list[Steps] = [mentions[0].steps]
        joints: list[str] = []
        for before, after in pairwise(mentions):
            between = self._text[before.end : after.start]
            if (_JOINT.match(between) or _STATE_JOINT.match(between)) and not cue_spans(between):
                joints.append(between)
                group.append(after.steps)
                continue
            runs.append(_Run(tuple(group), tuple(joints)))
            links.append(between)
            group, joints = [after.steps], []
        runs.append(_Run(tuple(group), tuple(joints)))
        return runs, links


def _gaps(mentions: Sequence[Mention], start: int, end: int) -> Iterable[tuple[int, int]]:
    position = start
    for mention in sorted(mentions, key=lambda each: each.start):
        if mention.start > position:
            yield position, mention.start
        position = max(position, mention.end)
    if position < end:
        yield position, end


def _lag(words: str) -> Length | None:
    """The time said right before "after": "two hours after step 1"."""
    found = durations_in(words)
    if not found or words[found[-1].end :].strip(" ,"):
        return None
    if not re.search(
        r"(?:^|\b(?:start\w*|begin\w*|least|earliest|exactly|only|wait|can|must|then|happens?"
        r"|comes?|follows?|and))\s*$",
        words[: found[-1].start].rstrip(" ,"),
        re.IGNORECASE,
    ):
        return None
    return found[-1].lengths[-1]
