"""A document becomes the facts it states: `read_facts` is the one entry to this package.

Deterministic, no I/O, no clock; linear in the size of the document but for the steps that a sentence could mean.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise

from orchestrate_ls.planner.stated.calendars import calendar_in
from orchestrate_ls.planner.stated.contradictions import contradictions_in
from orchestrate_ls.planner.stated.cues import says_order
from orchestrate_ls.planner.stated.dates import deadlines_in, start_in
from orchestrate_ls.planner.stated.document import (
    Document,
    Heading,
    Item,
    Row,
    printable,
    read_document,
    sentences_in,
)
from orchestrate_ls.planner.stated.durations import durations_in
from orchestrate_ls.planner.stated.facts import (
    Facts,
    Gravity,
    Remark,
    StatedDeadline,
    StatedOrder,
    StatedOwner,
    StatedTime,
    Step,
)
from orchestrate_ls.planner.stated.narrative import told_steps
from orchestrate_ls.planner.stated.orders import OrderReader
from orchestrate_ls.planner.stated.people import capacity_in, doers_in
from orchestrate_ls.planner.stated.quotes import Quoter
from orchestrate_ls.planner.stated.references import Mention, StepIndex
from orchestrate_ls.planner.stated.step_list import is_phase, steps_of
from orchestrate_ls.planner.stated.step_text import StepText, read_detail, read_step_text

MOST_STEPS = 2000
"""Steps of one document; what lists more is no plan that anybody wrote by hand."""
_LONGEST_SENTENCE = 3_000
_LONGEST_STEP = 3_000
_MOST_SENTENCES = 5_000
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
_PEOPLE_LIST = re.compile(
    r"\b(?:action items?|actions|next steps|to-?dos?|who|minutes|meeting)\b", re.IGNORECASE
)
_TITLE_LINE = re.compile(
    r"\s*(?:title|goal|objective|project|aim|task)\s*:\s*(?P<title>\S.{2,200})$", re.IGNORECASE
)
_HERE_ARE = re.compile(
    r"\s*(?:to|in order to)\s+(?P<title>[^,.:]{3,120}),\s+(?:here\s+(?:are|is)|the\s+following"
    r"|do|follow|you\s+(?:need|have)|these|we)\b",
    re.IGNORECASE,
)
_EACH = re.compile(
    r"\b(?:each|every)\s+(?:step|task|of\s+(?:them|these)|item)\b|\ball\s+(?:the\s+)?(?:steps"
    r"|tasks)\b.{0,40}\beach\b",
    re.IGNORECASE,
)
_SAYS_TIME = re.compile(
    r"\b(?:takes?|lasts?|needs?|requires?|duration|estimate[ds]?|allow|spend|plan|takes about"
    r"|time|hours? for|minutes? for|days? for)\b",
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
_PLAIN_HEADING = re.compile(
    r"\W*(?:(?:the|my|our|these are the|here are the|here is the|following)\s+)?(?:steps?"
    r"|tasks?|to-?dos?|plan|checklist|action items?|actions|implementation(?: plan| steps)?"
    r"|procedure|instructions|next steps|todo list|task list|method|directions|following steps"
    r"|steps below)\W*",
    re.IGNORECASE,
)
_COLUMNS = {
    "id": re.compile(
        r"^(?:#|no\.?|nr\.?|id|number|step\s*(?:#|no\.?|id|number)|task\s*(?:#|no\.?|id|number))$"
    ),
    "after": re.compile(r"depend|after|prerequisite|blocked|predecessor|requires|waits|needs|follows"),
    "time": re.compile(r"time|duration|estimate|effort|takes|length|hours|days"),
    "who": re.compile(r"owner|assignee|assigned|who|responsible|agent|person"),
    "due": re.compile(r"due|deadline|until"),
    "name": re.compile(r"task|step|name|what|activity|title|description|action|item|work"),
}


def read_facts(text: str) -> Facts:
    """Everything the document states; see Facts."""
    text = printable(text)
    return _FactReader(text, read_document(text)).read()


def read_facts_about(text: str, names: Sequence[Sequence[str]]) -> Facts:
    """What the document states about things that are known by these names (for each the forms its name has).

    `steps` of the result stand for these things, in their order. Only sentences about the work itself count as an
    order: "users pay after they log in" says how a product behaves.
    """
    text = printable(text)
    return _FactReader(text, read_document(text)).read_about(names)


class _FactReader:
    def __init__(self, text: str, document: Document) -> None:
        self._text = text
        self._document = document
        self._quoter = Quoter(text)
        self._facts = Facts()
        self._steps: list[tuple[Step, StepText, Item | None]] = []
        self._own: list[tuple[int, int]] = []
        self._rows: list[tuple[Row, dict[str, int]]] = []
        self._names: list[list[str]] = []

    def read(self) -> Facts:
        facts = self._facts
        self._find_steps()
        facts.steps = [step for step, _, _ in self._steps]
        facts.title = self._title()
        sentences = self._sentences()
        facts.calendar = calendar_in(self._quoter, sentences)
        facts.spans += [(quote.start, quote.end) for quote in facts.calendar.quotes]
        self._read_capacity_and_dates(sentences)
        index = StepIndex(self._names, [step.label for step in facts.steps])
        if facts.steps:
            self._read_times_and_owners(sentences, index)
            self._read_orders(sentences, index)
            facts.remarks += contradictions_in(facts)
        return facts

    def read_about(self, names: Sequence[Sequence[str]]) -> Facts:
        """See read_facts_about."""
        facts, quoter = self._facts, self._quoter
        facts.steps = [Step(forms[0], None, quoter.quote(0, 0), forms[0]) for forms in names]
        self._names = [list(forms) for forms in names]
        sentences = self._sentences()
        facts.calendar = calendar_in(quoter, sentences)
        facts.spans += [(quote.start, quote.end) for quote in facts.calendar.quotes]
        self._read_capacity_and_dates(sentences)
        index = StepIndex(self._names, [None] * len(facts.steps))
        self._read_times_and_owners(sentences[1:], index)
        reader = OrderReader(index, quoter, numbered=False)
        for start, end in sentences[1:]:
            if _ABOUT_WORK.search(self._text, start, end) and reader.read(start, end):
                facts.spans.append((start, end))
        self._keep_orders(reader)
        facts.remarks += contradictions_in(facts)
        return facts

    # -- steps -----------------------------------------------------------------------------------------------------

    def _find_steps(self) -> None:
        items = steps_of(self._document)
        if not items and self._find_table():
            return
        if items:
            for item in items[: MOST_STEPS + 1]:
                self._add_item(item)
        else:
            spans = [
                span for p in self._document.paragraphs for span in sentences_in(self._text, p.start, p.end)
            ]
            spans = [(a, b) for a, b in spans if b - a <= _LONGEST_SENTENCE][:_MOST_SENTENCES]
            for told in told_steps(self._text, spans):
                self._add_step(told.text, told.start, told.end, None, None, "")
            self._own = []
        if len(self._steps) > MOST_STEPS:
            self._facts.remarks.append(
                Remark(
                    Gravity.ERROR,
                    "too-many-steps",
                    f"the document lists more than {MOST_STEPS:,} steps",
                    (self._steps[-1][0].quote,),
                    "split it into several documents, one plan each",
                )
            )
            del self._steps[MOST_STEPS:]

    def _add_item(self, item: Item) -> None:
        item.end = min(item.end, item.start + _LONGEST_STEP)
        heading = item.heading
        title = self._text[heading.start : heading.end] if heading is not None else ""
        found = read_step_text(
            self._text, item.start, item.end, people=bool(_PEOPLE_LIST.search(title)) and item.label is None
        )
        self._own.append((item.mark, item.end))
        own_times = len(found.times)
        lines = [
            *item.body,
            *((child.start, child.end) for child in self._document.items if child.parent is item),
        ]
        for start, end in sorted(lines):
            read_detail(self._text, start, min(end, start + _LONGEST_STEP), found)
            self._own.append((start, end))
        if found.bare_time and len(found.times) > own_times:
            del found.times[:own_times]
        self._add_step(found, item.start, item.end, item.label, item, title)

    def _add_step(
        self, found: StepText, start: int, end: int, label: str | None, item: Item | None, heading: str
    ) -> None:
        quote = self._quoter.quote(start, end)
        name = found.name or " ".join(quote.text.split())
        step = Step(name, label, quote, quote.text, heading.strip(" :*_"))
        step.done = item is not None and item.ticked is True
        for said, a, b in found.times or found.weak_times:
            step.times.append(StatedTime(said.lengths, self._quoter.quote(a, b)))
        step.owners += [StatedOwner(who, self._quoter.quote(a, b)) for who, a, b in found.owners]
        step.details += [self._text[a:b].strip() for a, b in found.description]
        number = len(self._steps)
        if item is not None and (
            dates := [d for d in deadlines_in(name, 0, len(name)) if not name[d.end :].strip(" .")]
        ):
            step.name = name[: dates[-1].start].strip(" ,;-–—") or name
            self._add_deadlines(start, end, number)
        for a, b in found.deadline_spans:
            self._add_deadlines(a, b, number)
        self._steps.append((step, found, item))
        self._names.append([name, quote.text] if item is not None else [name])

    def _find_table(self) -> bool:
        rows = self._document.rows
        tables: dict[int, list[Row]] = {}
        for row in rows:
            tables.setdefault(row.table, []).append(row)
        for group in tables.values():
            columns: dict[str, int] = {}
            for place, (a, b) in enumerate(group[0].head):
                words = self._text[a:b].strip(" *_").lower()
                key = next(
                    (
                        key
                        for key, pattern in _COLUMNS.items()
                        if key not in columns and pattern.search(words)
                    ),
                    None,
                )
                if key is not None:
                    columns[key] = place
            if "name" not in columns and "id" in columns and len(columns) > 1:
                columns["name"] = columns["id"]
            if "name" not in columns or len(group) < 2 or not columns.keys() & {"time", "after", "who", "id"}:
                continue
            for row in group[:MOST_STEPS]:
                self._add_row(row, columns)
            return len(self._steps) > 1
        return False

    def _add_row(self, row: Row, columns: dict[str, int]) -> None:
        def cell(key: str) -> tuple[int, int] | None:
            place = columns.get(key)
            return row.cells[place] if place is not None and place < len(row.cells) else None

        name = cell("name")
        if name is None or not self._text[slice(*name)].strip():
            return
        found = read_step_text(self._text, *name)
        if (time := cell("time")) and not found.times:
            found.times += [(said, *time) for said in durations_in(self._text, *time)[:1]]
        if (who := cell("who")) and (words := self._text[slice(*who)].strip(" -*_")):
            found.owners.append((words, *who))
        if due := cell("due"):
            found.deadline_spans.append(due)
        if (after := cell("after")) and re.search(r"\w", self._text[slice(*after)]):
            found.order_spans.append(after)
        label = cell("id")
        self._own.append((row.cells[0][0], row.cells[-1][1]))
        self._add_step(
            found, *name, self._text[slice(*label)].strip(" #.*_") or None if label else None, None, ""
        )

    # -- the rest of the document ------------------------------------------------------------------------------------

    def _sentences(self) -> list[tuple[int, int]]:
        """Every sentence that is no step, in the order of the document."""
        own = sorted(self._own)
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
        readable = [(a, b) for a, b in spans if b - a <= _LONGEST_SENTENCE][:_MOST_SENTENCES]
        if len(readable) < len(spans):
            left = next(span for span in spans if span not in set(readable))
            self._facts.remarks.append(
                Remark(
                    Gravity.WARNING,
                    "too-long",
                    f"sentences of more than {_LONGEST_SENTENCE:,} characters, and more than {_MOST_SENTENCES:,}"
                    f" sentences, are not read for times and orders ({len(spans) - len(readable):,} here)",
                    (self._quoter.quote(left[0], min(left[1], left[0] + 200)),),
                    "say it in shorter sentences, one fact each",
                )
            )
        return readable

    def _title(self) -> str:
        document, text = self._document, self._text
        for heading in document.headings:
            if (
                heading.level <= 2
                and not is_phase(text, heading)
                and not _PLAIN_HEADING.fullmatch(text, heading.start, heading.end)
            ):
                title = text[heading.start : heading.end].strip(" #*_")
                return _without_label(title)
            break
        told = {step.quote.start for step, _, item in self._steps if item is None}
        for paragraph in document.paragraphs[:3]:
            first, last = paragraph.lines[0]
            line = text[first:last].strip()
            if match := _TITLE_LINE.match(line):
                return match["title"].strip(" *_")
            if match := _HERE_ARE.match(line):
                return match["title"][:1].upper() + match["title"][1:]
        for heading in document.headings[:1]:
            words = text[heading.start : heading.end]
            if match := _HERE_ARE.match(words):
                return match["title"][:1].upper() + match["title"][1:]
        firsts = [(p.start, p.lines[0]) for p in document.paragraphs[:1]]
        firsts += [(h.start, (h.start, h.end)) for h in document.headings[:1]]
        for _, (first, last) in sorted(firsts):
            if self._steps and (first > self._steps[0][0].quote.start or first in told):
                break
            if _PLAIN_HEADING.fullmatch(text, first, last) or is_phase(text, Heading(7, first, last)):
                continue
            sentence = sentences_in(text, first, last)[:1]
            words = text[slice(*sentence[0])].strip(" *_:.") if sentence else ""
            if words:
                self._own.append(sentence[0])
                return _without_label(words) if len(words) <= 200 else words[:199] + "…"
        names = [step.name for step, _, _ in self._steps]
        if len(names) > 3:
            return f"{', '.join(names[:2])} and {len(names) - 2} more steps"[:200]
        return ", ".join(names)[:200]

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

    def _add_deadlines(self, start: int, end: int, step: int | None) -> bool:
        found = deadlines_in(self._text, start, end)
        if not found and step is not None:
            found = deadlines_in(f"{' ' * (start - 4)}due {self._text[start:end]}", max(0, start - 4), end)
        for said in found:
            quote = self._quoter.quote(start, end)
            words = self._text[said.start : said.end].strip()
            self._facts.deadlines.append(
                StatedDeadline(words, quote, step, said.year, said.month, said.day, said.within)
            )
        return bool(found)

    # -- what sentences say of the steps -----------------------------------------------------------------------------

    def _read_times_and_owners(self, sentences: list[tuple[int, int]], index: StepIndex) -> None:
        facts = self._facts
        told = {(step.quote.start, step.quote.end) for step in facts.steps}
        for start, end in sentences:
            words = self._text[start:end]
            if _QUESTION.search(words) or any(quote.start == start for quote in facts.calendar.quotes):
                continue
            quote = self._quoter.quote(start, end)
            mentions: list[Mention] | None = None
            has_dates = False
            if deadlines_in(self._text, start, end):
                mentions = self._named(index, start, end)
                only = [m for m in mentions if m.steps and len(m.steps) < max(2, index.count)]
                step = only[0].steps[0] if len(only) == 1 and len(only[0].steps) == 1 else None
                has_dates = self._add_deadlines(start, end, step)
                facts.spans.append((start, end))
            durations = durations_in(self._text, start, end)
            if (
                durations
                and not has_dates
                and (quote.start, quote.end) not in told
                and _SAYS_TIME.search(words)
            ):
                mentions = self._named(index, start, end) if mentions is None else mentions
                self._times(start, end, mentions)
            for who, first, last, behind in doers_in(self._text, start, end):
                mentions = self._named(index, start, end) if mentions is None else mentions
                near = [m for m in mentions if (m.start >= last if behind else m.end <= first)]
                nearest = near if behind else near[-1:]
                for mention in nearest:
                    for step in mention.steps:
                        facts.steps[step].owners.append(StatedOwner(who, quote))
                    facts.spans.append((start, end))

    def _named(self, index: StepIndex, start: int, end: int) -> list[Mention]:
        reader = OrderReader(index, self._quoter)
        found = [m for m in reader.mentions(start, end) if m.steps or m.special == "all"]
        return [m if m.steps else Mention(tuple(range(index.count)), m.start, m.end) for m in found]

    def _times(self, start: int, end: int, mentions: list[Mention]) -> None:
        """Each duration belongs to the steps named before it, or behind it where none are ("2 days for step 3")."""
        facts = self._facts
        if _EACH.search(self._text, start, end):
            mentions = mentions or [Mention(tuple(range(len(facts.steps))), start, start)]
        position = start
        for said in durations_in(self._text, start, end):
            if any(m.start <= said.start < m.end for m in mentions):
                continue
            between = self._text[position : said.start]
            before = [m for m in mentions if position <= m.start and m.end <= said.start]
            after = [m for m in mentions if m.start >= said.end]
            of = before or (
                after[:1]
                if re.search(r"\b(?:it takes|allow|spend|plan|reserve|give|takes)\b", between, re.IGNORECASE)
                or not before
                else []
            )
            if (
                says_order(self._text[said.end : said.end + 12])
                and before
                and not re.search(r"takes|lasts|needs|requires|duration", between, re.IGNORECASE)
            ):
                continue
            for mention in of:
                for step in mention.steps:
                    facts.steps[step].times.append(StatedTime(said.lengths, self._quoter.quote(start, end)))
            if of:
                facts.spans.append((start, end))
            position = max(said.end, *(m.end for m in of)) if of else said.end

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
        for number, (_, found, item) in enumerate(self._steps):
            reader.new_passage()
            for start, end in found.order_spans:
                self._read_own_order(reader, number, start, end)
            for start, end in [*found.hints, *found.description]:
                reader.read(start, end, subject=number, strict=True)
            if item is not None:
                self._read_name(reader, index, number)
        self._phases(reader)
        if not reader.orders and not reader.parallels and not said_free and facts.capacity is None:
            self._take_numbers_for_order(reader)
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

    def _read_own_order(self, reader: OrderReader, number: int, start: int, end: int) -> None:
        """A cell or field with bare numbers ("1, 2") waits for them; any other words are read as a sentence."""
        words = self._text[start:end].strip()
        bare = re.fullmatch(
            r"(?:(?:steps?|tasks?)\s+)?#?[\w.]+(?:\s*(?:,|and|&|;)\s*(?:and\s+)?#?[\w.]+)*",
            words,
            re.IGNORECASE,
        )
        if bare and not says_order(words):
            labels = re.findall(
                r"#?[\w.]+", re.sub(r"\b(?:and|steps?|tasks?)\b", " ", words, flags=re.IGNORECASE)
            )
            steps = [reader.index.label(label.strip(".")) for label in labels]
            if all(step is not None for step in steps):
                quote = self._quoter.quote(start, end)
                reader.orders += [
                    StatedOrder(step, number, quote) for step in steps if step is not None and step != number
                ]
                return
        if re.search(r"^\W*(?:-+|–|—|none|n/a|nothing)\W*$", words, re.IGNORECASE):
            return
        reader.read(start, end, subject=number)

    def _read_name(self, reader: OrderReader, index: StepIndex, number: int) -> None:
        """Read "Write the notes after deploying": part of the name, and an order when another step is called so."""
        step = self._facts.steps[number]
        text = step.name
        for cue in re.finditer(
            r"\b(?P<cue>after|once|before|when|while|until)\b\s+(?P<rest>[^,.;()]{3,120})",
            text,
            re.IGNORECASE,
        ):
            other = index.equals(cue["rest"])
            if other is None or other == number or cue["cue"].lower() in ("while", "until"):
                continue
            quote = step.quote
            pair = (number, other) if cue["cue"].lower() == "before" else (other, number)
            reader.orders.append(StatedOrder(*pair, quote))

    def _phases(self, reader: OrderReader) -> None:
        """Steps under "Phase 2" come after those under "Phase 1"."""
        phases: list[tuple[int, list[int]]] = []
        for number, (_, _, item) in enumerate(self._steps):
            if item is None or not is_phase(self._text, item.heading) or item.heading is None:
                continue
            if not phases or phases[-1][0] != item.heading.start:
                phases.append((item.heading.start, []))
            phases[-1][1].append(number)
        if len(phases) < 2:
            return
        inside = {(order.before, order.after) for order in reader.orders}
        for _, members in phases:
            if all(self._steps[n][0].label is not None for n in members) and not any(
                b in members and a in members for b, a in inside
            ):
                for before, after in pairwise(members):
                    reader.orders.append(StatedOrder(before, after, self._steps[after][0].quote))
                    inside.add((before, after))
        for (_, earlier), (place, later) in pairwise(phases):
            heading = next(h for h in self._document.headings if h.start == place)
            quote = self._quoter.quote(heading.start, heading.end)
            last = [n for n in earlier if not any(b == n and a in earlier for b, a in inside)]
            first = [n for n in later if not any(a == n and b in later for b, a in inside)]
            if len(last) * len(first) <= 400:
                reader.orders += [StatedOrder(b, a, quote) for b in last for a in first]

    def _take_numbers_for_order(self, reader: OrderReader) -> None:
        """Numbered steps without a word on their order are meant one after the other."""
        steps = self._facts.steps
        if len(steps) < 2 or any(step.label is None for step in steps):
            return
        for number in range(1, len(steps)):
            reader.orders.append(StatedOrder(number - 1, number, steps[number].quote))
        self._facts.remarks.append(
            Remark(
                Gravity.NOTE,
                "order-by-number",
                "nothing is said of the order of the steps, so they are taken one after the other, as "
                "they are numbered",
                (steps[0].quote,),
                'say "The steps can be done in any order." or which step waits for which to have them '
                "side by side",
            )
        )


def _without_label(title: str) -> str:
    return (
        re.sub(
            r"^(?:plan|goal|prd|rfc|issue|title|project|task)\s*[:–—-]\s*", "", title, flags=re.IGNORECASE
        ).strip()
        or title
    )
