"""Reads what sentences say of single steps: how long they take and who does them.

Order is read in `orders.py`, dates in `deadlines.py`. What speaks of a time or a person but of no known step is kept
as a remark.
"""

from __future__ import annotations

import re

from orchestrate_ls.planner.stated.cues import says_order
from orchestrate_ls.planner.stated.durations import SaidDuration, durations_in
from orchestrate_ls.planner.stated.facts import Facts, Gravity, Remark, StatedOwner, StatedTime
from orchestrate_ls.planner.stated.mentions import MentionFinder, settled
from orchestrate_ls.planner.stated.people import (
    NAME_LIST,
    Doer,
    acts,
    doers_in,
    is_no_name,
    names_in,
    says_capacity,
)
from orchestrate_ls.planner.stated.quotes import Quoter
from orchestrate_ls.planner.stated.references import Mention, StepIndex
from orchestrate_ls.planner.stated.telling_words import content_of

_EACH = re.compile(
    r"\b(?:each|every)\s+(?:step|task|of\s+(?:them|these)|item)\b|\ball\s+(?:the\s+)?(?:steps"
    r"|tasks)\b.{0,40}\beach\b",
    re.IGNORECASE,
)
_SAYS_TIME = re.compile(
    r"\b(?:takes?|taking|lasts?|needs?|requires?|duration|estimate[ds]?|allow|spend|plan|takes about"
    r"|reserve|budget|time|(?:hours?|hrs?|minutes?|mins?|days?|weeks?)\s+(?:for|to|on))\b",
    re.IGNORECASE,
)
_TIME_VERB = re.compile(
    r"\b(?:takes?|taking|took|lasts?|duration|time|(?:we|i)\s+(?:estimate|plan|expect|reckon)|estimated?|allow|spend"
    r"|plan(?:ned)?|reserve|budget|usually|normally|typically|probably|about|around|roughly|approximately|needs?"
    r"|requires?|another|only|just|at\s+(?:least|most)|each|apiece|it|will|should|would|might|of)\b",
    re.IGNORECASE,
)
_COLON = re.compile(r"[^:=]{2,120}\s*[:=–—-]\s*(?:(?:about|ca\.?|approx\.?|~)\s*)?$")
_FOR = re.compile(r"\s*(?:of\s+(?:work|effort)\s+)?(?:for|to|on|in)\b", re.IGNORECASE)
_ONE_SUBJECT = re.compile(r"\b(?:day|week|month|year|sprint)s?\b\s*(?:has|have|is|are|=)", re.IGNORECASE)
_HE_OR_SHE = re.compile(
    r"\b(?:he|she)(?=\s+(?P<verb>(?:(?:will|can|must|should)\s+)?[a-z]+))(?:\s+(?:will|can|must|should))?",
    re.IGNORECASE,
)
_IT = re.compile(
    r"\s*(?:it|this|that|them|these|those)\s+(?:all|alone|together)|\s*(?:it|all|everything|all\s+of\s+it"
    r"|the\s+(?:whole\s+)?(?:work|job|project|thing))\b",
    re.IGNORECASE,
)
_WHOLE = re.compile(
    r"\b(?:in total|altogether|overall|the whole|all in all|the project|everything)\b", re.IGNORECASE
)


class StepFacts:
    """Reads sentences of one document into the steps of `facts`."""

    def __init__(self, facts: Facts, index: StepIndex, quoter: Quoter, warns: bool = True) -> None:
        """`warns`: whether a time or a person that belongs to no step is worth a remark."""
        self._facts = facts
        self._index = index
        self._quoter = quoter
        self._text = quoter.text
        self._finder = MentionFinder(index, quoter.text)
        self._warns = warns
        self._last: tuple[int, ...] = ()
        self._who: tuple[str, ...] = ()

    def named(self, start: int, end: int) -> list[Mention]:
        """The steps that text[start:end] speaks of; "everything" for all."""
        return settled(self._finder.likely(start, end), None, (), self._index.count)

    def read_times(self, start: int, end: int) -> None:
        """Each duration belongs to the steps named before it, or behind it where none are ("2 days for step 3")."""
        durations = durations_in(self._text, start, end)
        if not durations:
            return
        # "Practice writing an hour a day" may be what a step is called.
        names = self._finder.certain(start, end)
        durations = [said for said in durations if not any(m.start <= said.start < m.end for m in names)]
        if not durations:
            return
        words = self._text[start:end]
        colon = _COLON.fullmatch(self._text[start : durations[0].start])
        if not _SAYS_TIME.search(words) and not colon:
            return
        mentions = self._around(durations, start, end)
        if _EACH.search(words) and not mentions:
            mentions = [Mention(tuple(range(self._index.count)), start, start)]
        if not mentions and re.match(
            r"\W*(?:it|this|that)\s+(?:takes?|lasts?|should|will|usually)", words, re.IGNORECASE
        ):
            mentions = [Mention(self._last, start, start)] if self._last else []
        taken = False
        position = start
        for number, said in enumerate(durations):
            before = [m for m in mentions if position <= m.start and m.end <= said.start]
            stop = durations[number + 1].start if number + 1 < len(durations) else end
            after = [m for m in mentions if said.end <= m.start < stop]
            between = self._text[position : said.start]
            of = before
            if after and (
                not before or (_FOR.match(self._text, said.end, stop) and number + 1 >= len(durations))
            ):
                of = after
            if (
                after
                and _FOR.match(self._text, said.end, stop)
                and not re.search(r"\b(?:takes?|lasts?|needs?|requires?)\b|[:=]\s*$", between, re.IGNORECASE)
            ):
                of = after
            if (
                says_order(self._text[said.end : said.end + 12])
                and before
                and not re.search(r"takes|lasts|needs|requires|duration|:|=", between, re.IGNORECASE)
            ):
                continue
            for step in dict.fromkeys(step for mention in of for step in mention.steps):
                self._facts.steps[step].times.append(StatedTime(said.lengths, self._quoter.quote(start, end)))
            if of:
                taken = True
            position = max(said.end, *(m.end for m in of)) if of else said.end
        if taken:
            self._facts.spans.append((start, end))
            self._last = mentions[-1].steps
        elif self._speaks_of_time(start, durations[0]):
            self._remark(
                "time-not-understood",
                "this states a time, but it is not clear for which step",
                start,
                end,
                'name the step by number or in quotes, for example "Step 3 takes 2 hours."',
            )

    def _speaks_of_time(self, start: int, said: SaidDuration) -> bool:
        before = self._text[start : said.start]
        if _ONE_SUBJECT.search(before) or _WHOLE.search(before):
            return False
        return (
            re.search(r"\b(?:takes?|lasts?|allow|estimated?)\b[^,;.]{0,24}$", before, re.IGNORECASE)
            is not None
        )

    def _around(self, durations: list[SaidDuration], start: int, end: int) -> list[Mention]:
        """The mentions between the durations, read piece by piece, as a verb or a number of hours parts phrases."""
        found: list[Mention] = []
        position = start
        for stop, following in [*((said.start, said.end) for said in durations), (end, end)]:
            begin = position
            for verb in _TIME_VERB.finditer(self._text, position, stop):
                found += self._finder.likely(begin, verb.start())
                begin = verb.end()
            if begin < stop:
                found += self._finder.likely(begin, stop)
            position = following
        return settled(found, None, (), self._index.count)

    def read_owners(self, start: int, end: int) -> None:
        """Who does what: "Anna does step 2", "Anna packs the books", "step 2 is on Bob"."""
        text, facts = self._text, self._facts
        quote = self._quoter.quote(start, end)
        taken = False
        doers = doers_in(text, start, end)
        for number, doer in enumerate(doers):
            if self._is_step_word(doer):
                continue
            steps = self._done_by(doer, doers, number, start, end)
            for step in steps:
                facts.steps[step].owners += [StatedOwner(who, quote) for who in doer.names]
            taken = taken or bool(steps)
            if steps:
                self._last = steps
        taken = self._acting(start, end) or taken
        if taken:
            facts.spans.append((start, end))
        else:
            self._about_all(start, end)

    def _done_by(self, doer: Doer, doers: list[Doer], number: int, start: int, end: int) -> tuple[int, ...]:
        if doer.works_behind:
            following = doers[number + 1].start if number + 1 < len(doers) else end
            near = self.named(doer.end, following)
            near = near or self._rest(doer.end, following)
        else:
            begin = doers[number - 1].end if number else start
            near = self.named(begin, doer.start)[-1:]
            if not near:
                return ()
        return tuple(dict.fromkeys(step for mention in near for step in mention.steps))

    def _rest(self, start: int, end: int) -> list[Mention]:
        """Find "the rest" and "everything else": what has no owner yet."""
        for mention in self._finder.likely(start, end):
            if mention.special == "others":
                free = tuple(n for n, step in enumerate(self._facts.steps) if not step.owners)
                return [Mention(free, mention.start, mention.end)]
        return []

    def _is_step_word(self, doer: Doer) -> bool:
        return all(content_of(who) and self._index.knows_any(who) for who in doer.names)

    def _acting(self, start: int, end: int) -> bool:
        """Read "Anna packs the books and Bob will load the van": a name and right behind it what a step is called."""
        taken = False
        quote = self._quoter.quote(start, end)
        found = sorted(
            [*NAME_LIST.finditer(self._text, start, end), *_HE_OR_SHE.finditer(self._text, start, end)],
            key=lambda match: match.start(),
        )
        for number, match in enumerate(found):
            if match.re is _HE_OR_SHE:
                names = list(self._who)
            else:
                names = [who for who in names_in(match["names"]) if not is_no_name(who)]
            if (
                not names
                or not acts(len(names), match["verb"])
                or any(self._index.knows_any(who) for who in names)
            ):
                continue
            stop = found[number + 1].start() if number + 1 < len(found) else end
            after = match.end()
            if says_order(match.group()):
                continue
            steps: list[int] = []
            for mention in self._finder.likely(after, stop):
                gap = self._text[after : mention.start]
                if not re.fullmatch(
                    r"\W*(?:(?:the|and|then|also|both|will|to|or)\b\W*)*", gap, re.IGNORECASE
                ):
                    break
                if says_order(re.sub(r"\bthen\b", " ", gap)):
                    break
                steps += mention.steps
                after = mention.end
            for step in dict.fromkeys(steps):
                self._facts.steps[step].owners += [StatedOwner(who, quote) for who in names]
            if steps:
                self._last = tuple(steps)
                self._who = tuple(names) if len(names) == 1 else ()
                taken = True
        return taken

    def _about_all(self, start: int, end: int) -> None:
        """Read "Anna does it all" for all steps; of "Anna and Bob do it" it is told that nobody knows who does what."""
        match = NAME_LIST.search(self._text, start, end)
        if match is None or not re.match(r"\W*(?:and\s|or\s)?$", self._text[start : match.start()]):
            return
        names = [who for who in names_in(match["names"]) if not is_no_name(who)]
        if not names or any(self._index.knows_any(who) for who in names):
            return
        verb = re.match(
            r"\s*(?:will\s+|can\s+|must\s+)?(?:do|does|handles?|share|shares|takes?\s+care\s+of)\b",
            self._text[match.end() : end],
        )
        rest = "" if verb is None else self._text[match.end() + verb.end() : end]
        if verb is None or (not _IT.match(rest) and not re.match(r"\s*(?:this|that)\b", rest)):
            return
        if len(names) == 1:
            quote = self._quoter.quote(start, end)
            for step in self._facts.steps:
                if not step.owners:
                    step.owners.append(StatedOwner(names[0], quote))
            self._facts.spans.append((start, end))
            return
        self._remark(
            "who-does-what",
            f"it is not said which steps {', '.join(names[:-1])} and {names[-1]} do, so no step is given to them",
            start,
            end,
            f'say who does what, for example "{names[0]} does step 1."',
        )

    def _remark(self, code: str, message: str, start: int, end: int, hint: str) -> None:
        if self._warns and not says_capacity(self._text[start:end]):
            self._facts.remarks.append(
                Remark(Gravity.WARNING, code, message, (self._quoter.quote(start, end),), hint)
            )
