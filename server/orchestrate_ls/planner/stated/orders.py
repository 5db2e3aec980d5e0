"""Reads sentences that say in which order steps come, in their many phrasings.

A sentence becomes the steps it mentions and the words between them; the words say the direction. Nothing is guessed:
a sentence that speaks of an order but cannot be read, or only in part, is kept as not understood.
"""

from __future__ import annotations

import re
from itertools import pairwise

from orchestrate_ls.planner.stated.clause_parts import Context, Outcome
from orchestrate_ls.planner.stated.clauses import ClauseReader
from orchestrate_ls.planner.stated.cues import may_say_order, says_order
from orchestrate_ls.planner.stated.facts import StatedOrder, StatedParallel
from orchestrate_ls.planner.stated.mentions import MentionFinder
from orchestrate_ls.planner.stated.quotes import Quote, Quoter
from orchestrate_ls.planner.stated.references import Mention, StepIndex

_FIRST = re.compile(r"\b(?:first(?:ly| of all)?|to begin with|begin|start|initially|kick)\b", re.IGNORECASE)
_STRONG = re.compile(
    r"\b(?:must|ha(?:s|ve) to|can only|cannot|can't|may only|needs? to"
    r"|should)\b.{0,60}\b(?:preced\w+|before|after|until|follow|once|first)\b|\bdepends? on\b"
    r"|\bpreced(?:es?|ed)\b|\bin parallel\b|\bdo(?:n['’]t| not) start\b|->|→",
    re.IGNORECASE,
)
_TIMED_BY = re.compile(
    r"\b(?:after|before|once|until|till|as soon as|depends? (?:up)?on|blocked by|waits? (?:for|until))\b",
    re.IGNORECASE,
)
_EITHER = re.compile(r"\bor\b", re.IGNORECASE)


class OrderReader:
    """Reads sentences one after the other; "then" and "after that" refer to the sentence before."""

    def __init__(self, index: StepIndex, quoter: Quoter, numbered: bool = True) -> None:
        """`numbered` False: numbers name nothing, and "the last step" means nobody."""
        self.orders: list[StatedOrder] = []
        self.parallels: list[StatedParallel] = []
        self.not_understood: list[Quote] = []
        self.in_part: list[tuple[Quote, str]] = []
        """Sentences of which a part was not understood, and that part."""
        self.ambiguous: list[tuple[Quote, str]] = []
        """Sentences with a name that several steps bear, and the name."""
        self.either: list[Quote] = []
        self._index = index
        self._quoter = quoter
        self._text = quoter.text
        self._finder = MentionFinder(index, quoter.text, numbered)
        self._clauses = ClauseReader(index, quoter.text)
        self._context = Context()

    @property
    def index(self) -> StepIndex:
        """The steps that sentences can be about."""
        return self._index

    def mentions(self, start: int, end: int) -> list[Mention]:
        """The steps that text[start:end] names in any way: those that are certain, or else the likely ones."""
        return self._finder.best(start, end)

    def new_passage(self) -> None:
        """Forget what "that" and "then" could refer to."""
        self._context = Context()

    def read(self, start: int, end: int, subject: int | None = None, strict: bool = False) -> bool:
        """Read text[start:end]. `subject`: the step that the words are about when they name none ("after step 2").

        `strict`: only what is named by number, in quotes or word for word counts, and nothing is "not understood".
        Returns whether the sentence says something of the order of steps.
        """
        if not may_say_order(self._text[start:end]):
            return self._remember(start, end, subject)
        certain = self._finder.certain(start, end)
        outcome, mentions = self._parse(start, end, subject, certain, strict)
        if not strict and (
            not (outcome.orders or outcome.parallels) or not self._is_whole(start, end, mentions)
        ):
            likely, found = self._parse(start, end, subject, self._finder.likely(start, end), strict)
            if (
                likely.weight > outcome.weight
                or (likely.weight and likely.weight == outcome.weight)
                or not outcome.is_something
            ):
                outcome, mentions = likely, found
        quote = self._quoter.quote(start, end)
        unclear = next((m for m in mentions if m.special == "ambiguous"), None)
        if unclear is not None and not strict:
            self.ambiguous.append((quote, self._text[unclear.start : unclear.end]))
        if not outcome.is_something:
            if unclear is not None:
                return True
            if not strict and self._speaks_of_order(start, end):
                self.not_understood.append(quote)
                return True
            return self._remember(start, end, subject)
        if not strict and (left := self._left_over(outcome, start, end, mentions, subject)):
            self.in_part.append((quote, left))
        self._keep(outcome, quote)
        if _EITHER.search(self._text, start, end) and self._joined_by_or(start, end):
            self.either.append(quote)
        return True

    def _parse(
        self, start: int, end: int, subject: int | None, found: list[Mention], strict: bool
    ) -> tuple[Outcome, list[Mention]]:
        outcome = self._clauses.read(start, end, subject, found, strict, self._context)
        return outcome, found

    def _is_whole(self, start: int, end: int, mentions: list[Mention]) -> bool:
        """Whether the certain mentions are all there is, so that nothing is gained by looking for likely ones."""
        return not self._finder.open_phrases(mentions, start, end)

    def _speaks_of_order(self, start: int, end: int) -> bool:
        if _STRONG.search(self._text, start, end):
            return True
        if not says_order(self._text[start:end]):
            return False
        mentions = self._finder.likely(start, end)
        return len(mentions) > 1 or (bool(mentions) and _TIMED_BY.search(self._text, start, end) is not None)

    def _left_over(
        self, outcome: Outcome, start: int, end: int, mentions: list[Mention], subject: int | None
    ) -> str:
        """What of a sentence that gave an order was not used: a step it mentions, or a condition that is none."""
        if not outcome.orders:
            return ""
        used = {step for before, after, _ in outcome.orders for step in (before, after)}
        used |= {step for pair in outcome.parallels for step in pair}
        for mention in mentions:
            if mention.steps and not used & set(mention.steps):
                return self._text[mention.start : mention.end]
        return self._finder.unknown_condition(mentions, start, end)

    def _keep(self, outcome: Outcome, quote: Quote) -> None:
        for before, after, lag in outcome.orders:
            if before != after:
                self.orders.append(StatedOrder(before, after, quote, lag))
        for first, second in outcome.parallels:
            if first != second:
                self.parallels.append(StatedParallel(first, second, quote))
        self._context = self._context.after(outcome)

    def _remember(self, start: int, end: int, subject: int | None) -> bool:
        """A sentence without any order: what it names may be what the next one means."""
        mentions = self._index.explicit_mentions(self._text, start, end)
        is_first = _FIRST.search(self._text, start, end) is not None
        if not mentions:
            mentions = self._finder.likely(start, end)
        steps = tuple(dict.fromkeys(step for mention in mentions for step in mention.steps))
        if steps and is_first and _FIRST.search(self._text, start, mentions[0].start):
            self._context = Context(steps, (), steps)
            return True
        if steps and subject is None:
            self._context = self._context.naming(steps)
            if mentions and not re.search(r"\w", self._text[start : mentions[0].start]):
                # "Pack the books. Meanwhile ...": what is told to be done is what the next words follow on.
                self._context = Context(steps, (), steps, (steps,))
        return False

    def _joined_by_or(self, start: int, end: int) -> bool:
        mentions = self._finder.certain(start, end)
        return any(
            re.fullmatch(r"\W*(?:either\W+)?or\W*", self._text[a.end : b.start], re.IGNORECASE)
            for a, b in pairwise(mentions)
        ) or any(re.search(r"\bor\b", self._text[m.start : m.end]) and len(m.steps) > 1 for m in mentions)
