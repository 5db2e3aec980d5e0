"""A document becomes the facts it states: `read_facts` is the one entry to this package.

Deterministic, no I/O, no clock; linear in the size of the document but for the steps that a sentence could mean.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from datetime import date

from orchestrate_ls.planner.stated.calendars import calendar_in
from orchestrate_ls.planner.stated.contradictions import contradictions_in
from orchestrate_ls.planner.stated.dates import deadlines_in, start_in
from orchestrate_ls.planner.stated.deadlines import add_deadlines, settle_deadlines
from orchestrate_ls.planner.stated.document import Document, printable, read_document, sentences_in
from orchestrate_ls.planner.stated.exclusions import contradicted_exclusions
from orchestrate_ls.planner.stated.facts import Facts, Gravity, Remark, Step
from orchestrate_ls.planner.stated.orders import OrderReader
from orchestrate_ls.planner.stated.people import capacity_in
from orchestrate_ls.planner.stated.quotes import Quoter
from orchestrate_ls.planner.stated.references import StepIndex
from orchestrate_ls.planner.stated.said_of_steps import StepFacts
from orchestrate_ls.planner.stated.step_finder import StepFinder
from orchestrate_ls.planner.stated.step_orders import StepOrders
from orchestrate_ls.planner.stated.titles import title_of

_LONGEST_SENTENCE = 3_000
_MOST_SENTENCES = 2_000
_MOST_CHARACTERS = 200_000
_ANY_ORDER = re.compile(
    r"\b(?:in any order|no (?:particular |fixed |special )?order(?:ing)?|(?:order"
    r"|sequence) (?:does not|doesn['’]t) matter|no (?:dependencies|order(?:ing)? constraints?)"
    r"|all (?:of )?(?:the |these )?(?:steps|tasks|of them)?\s*(?:can|may) (?:be (?:done|run"
    r"|executed) )?(?:in parallel|at the same time|simultaneously|concurrently"
    r"|start (?:immediately|at once))|everything can (?:be done |run |happen )?(?:in parallel"
    r"|at once|at the same time)|independent of (?:each other|one another)"
    r"|are (?:all )?independent)\b",
    re.IGNORECASE,
)
_ABOUT_WORK = re.compile(
    r"\b(?:must|ha(?:s|ve) to|should|can only|cannot|can['’]t|do(?:es)?(?:n['’]t| not)"
    r"|needs? to|may only|can|will)\b.{0,80}"
    r"\b(?:start\w*|begin\w*|finish\w*|done|completed?|preced\w+|built|ready|in place|wait\w*"
    r"|come|happen|go live|work|parallel)\b"
    r"|\b(?:depends? on|pre-?requisite|in parallel|blocked by|preced(?:es?|ed)"
    r"|comes? (?:before|after|first|last)|first\b.{2,120}\bthen)\b",
    re.IGNORECASE,
)
_QUESTION = re.compile(r"\?\s*$|^\s*(?:question|q)\s*:", re.IGNORECASE)


def read_facts(text: str, now: date | None = None) -> Facts:
    """Everything the document states; see Facts. `now` is the day that "by Friday" is said on."""
    text = printable(text)
    return _FactReader(text, read_document(text), now).read()


def read_facts_about(text: str, names: Sequence[Sequence[str]], now: date | None = None) -> Facts:
    """What the document states about things that are known by these names (for each the forms its name has).

    `steps` of the result stand for these things, in their order. Only sentences about the work itself count as an
    order: "users pay after they log in" says how a product behaves.
    """
    text = printable(text)
    return _FactReader(text, read_document(text), now).read_about(names)


class _FactReader:
    def __init__(self, text: str, document: Document, now: date | None) -> None:
        self._text = text
        self._document = document
        self._now = now
        self._quoter = Quoter(text)
        self._facts = Facts()
        self._finder = StepFinder(document, self._quoter, self._facts)

    def read(self) -> Facts:
        facts, finder = self._facts, self._finder
        finder.find()
        facts.steps = [step for step, _, _ in finder.steps]
        facts.title = title_of(self._document, finder.steps, finder.own)
        if any(remark.gravity is Gravity.ERROR for remark in facts.remarks):
            # More steps than a plan takes: nothing will be planned, so that what is said of them need not be read.
            return facts
        sentences = self._sentences()
        facts.calendar = calendar_in(self._quoter, sentences)
        facts.spans += [(quote.start, quote.end) for quote in facts.calendar.quotes]
        self._read_capacity_and_dates(sentences)
        if facts.steps:
            index = StepIndex(finder.names, [step.label for step in facts.steps], finder.groups)
            self._read_about_steps(sentences, index, warns=True)
            self._read_orders(sentences, index)
            settle_deadlines(facts, self._now)
            facts.remarks += contradicted_exclusions(
                facts, self._document, self._quoter, self._without_orders(sentences)
            )
            facts.remarks += contradictions_in(facts)
        return facts

    def _without_orders(self, sentences: list[tuple[int, int]]) -> list[tuple[int, int]]:
        """The sentences that say nothing of an order: "4 is not possible without 3" leaves nothing out."""
        said = {order.quote.start for order in self._facts.orders}
        return [(a, b) for a, b in sentences if self._quoter.quote(a, b).start not in said]

    def read_about(self, names: Sequence[Sequence[str]]) -> Facts:
        """See read_facts_about."""
        facts, quoter = self._facts, self._quoter
        facts.steps = [Step(forms[0], None, quoter.quote(0, 0), forms[0]) for forms in names]
        sentences = self._sentences()
        facts.calendar = calendar_in(quoter, sentences)
        facts.spans += [(quote.start, quote.end) for quote in facts.calendar.quotes]
        self._read_capacity_and_dates(sentences)
        index = StepIndex([list(forms) for forms in names], [None] * len(facts.steps))
        self._read_about_steps(sentences[1:], index, warns=False)
        reader = OrderReader(index, quoter, numbered=False)
        for start, end in sentences[1:]:
            if _ABOUT_WORK.search(self._text, start, end) and reader.read(start, end):
                facts.spans.append((start, end))
        reader.in_part.clear()
        self._keep_orders(reader)
        settle_deadlines(facts, self._now)
        facts.remarks += contradictions_in(facts)
        return facts

    def _sentences(self) -> list[tuple[int, int]]:
        """Every sentence that is no step, in the order of the document."""
        own = sorted(self._finder.own)
        starts = [start for start, _ in own]
        spans: list[tuple[int, int]] = []
        blocks = [(p.start, p.end) for p in self._document.paragraphs]
        blocks += [(item.start, item.end) for item in self._document.items]
        blocks += [span for item in self._document.items for span in item.body]
        blocks += [(h.start, h.end) for h in self._document.headings if h.level == 7]
        for start, end in sorted(set(blocks)):
            place = bisect_right(starts, start) - 1
            if place >= 0 and own[place][0] <= start < own[place][1]:
                continue
            spans += sentences_in(self._text, start, end)
        return self._readable(spans)

    def _readable(self, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
        """The sentences that are short enough, and few enough, to be read; the user is told of others."""
        readable: list[tuple[int, int]] = []
        characters = 0
        for start, end in spans:
            if end - start > _LONGEST_SENTENCE:
                continue
            characters += end - start
            if len(readable) == _MOST_SENTENCES or characters > _MOST_CHARACTERS:
                break
            readable.append((start, end))
        if len(readable) < len(spans):
            kept = set(readable)
            left = next(span for span in spans if span not in kept)
            self._facts.remarks.append(
                Remark(
                    Gravity.WARNING,
                    "too-long",
                    f"{len(spans) - len(readable):,} sentences, from here on or longer than {_LONGEST_SENTENCE:,}"
                    f" characters, were not read for times and orders; at most {_MOST_SENTENCES:,} sentences with"
                    f" {_MOST_CHARACTERS:,} characters are",
                    (self._quoter.quote(left[0], min(left[1], left[0] + 200)),),
                    "say it in shorter sentences, one fact each",
                )
            )
        return readable

    def _read_capacity_and_dates(self, sentences: list[tuple[int, int]]) -> None:
        facts = self._facts
        for start, end in sentences:
            if facts.capacity is None and not _QUESTION.search(self._text[start:end]):
                facts.capacity = capacity_in(self._quoter, start, end)
                if facts.capacity is not None:
                    facts.spans.append((start, end))
            elif (
                facts.capacity is None
                and (found := capacity_in(self._quoter, start, end)) is not None
                and found.most is None
            ):
                facts.capacity = found
            if facts.start is None and (said := start_in(self._text, start, end)) is not None and said.year:
                facts.start = f"{said.year:04}-{said.month:02}-{said.day:02}"
                facts.spans.append((start, end))

    # -- what sentences say of the steps -----------------------------------------------------------------------------

    def _read_about_steps(self, sentences: Sequence[tuple[int, int]], index: StepIndex, warns: bool) -> None:
        """Dates, times and owners."""
        facts = self._facts
        about = StepFacts(facts, index, self._quoter, warns)
        told = {(step.quote.start, step.quote.end) for step in facts.steps}
        for start, end in sentences:
            words = self._text[start:end]
            if _QUESTION.search(words) or any(quote.start == start for quote in facts.calendar.quotes):
                continue
            quote = self._quoter.quote(start, end)
            has_dates = False
            if deadlines_in(self._text, start, end):
                only = [m for m in about.named(start, end) if m.steps and len(m.steps) < max(2, index.count)]
                step = only[0].steps[0] if len(only) == 1 and len(only[0].steps) == 1 else None
                has_dates = add_deadlines(facts, self._quoter, start, end, step)
                facts.spans.append((start, end))
            if not has_dates and (quote.start, quote.end) not in told:
                about.read_times(start, end)
            about.read_owners(start, end)

    def _read_orders(self, sentences: list[tuple[int, int]], index: StepIndex) -> None:
        facts = self._facts
        reader = OrderReader(index, self._quoter)
        said_free = False
        for start, end in sentences:
            words = self._text[start:end]
            if _QUESTION.search(words):
                continue
            if _ANY_ORDER.search(words) and not any(
                mention.steps for mention in index.explicit_mentions(self._text, start, end)
            ):
                said_free = True
                facts.spans.append((start, end))
                continue
            if any(quote.start == start for quote in facts.calendar.quotes):
                continue
            if reader.read(start, end):
                facts.spans.append((start, end))
        own = StepOrders(facts, self._document, self._quoter, self._finder.steps)
        own.read(reader)
        if not reader.orders and not reader.parallels and not said_free and facts.capacity is None:
            own.take_numbers_for_order(reader)
        self._keep_orders(reader)

    def _keep_orders(self, reader: OrderReader) -> None:
        facts = self._facts
        facts.orders = list(dict.fromkeys(reader.orders))
        facts.parallels = reader.parallels
        for quote in reader.not_understood:
            facts.remarks.append(
                Remark(
                    Gravity.WARNING,
                    "not-understood",
                    "this speaks of an order of steps, but it is not clear of which steps or in which order",
                    (quote,),
                    'name the steps by number or in quotes, for example "Step 3 can only start after step 1 '
                    'is done."',
                )
            )
        for quote, part in reader.in_part:
            facts.remarks.append(
                Remark(
                    Gravity.WARNING,
                    "understood-in-part",
                    f'of this the part "{" ".join(part.split())[:80]}" was not understood, and is not in the plan',
                    (quote,),
                    'name the steps by number or in quotes, for example "Step 3 can only start after steps 1 '
                    'and 2 are done."',
                )
            )
        for quote, name in reader.ambiguous:
            facts.remarks.append(
                Remark(
                    Gravity.WARNING,
                    "ambiguous",
                    f'several steps are called "{" ".join(name.split())[:80]}", so it is not clear which is meant',
                    (quote,),
                    'say its number as well, for example "Review (step 3)"',
                )
            )
        for quote in reader.either:
            facts.remarks.append(
                Remark(
                    Gravity.WARNING,
                    "either",
                    "a plan cannot wait for one of several steps, so all of them are waited for",
                    (quote,),
                    "name only the step that has to be waited for",
                )
            )
