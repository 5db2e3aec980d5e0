"""Finds the steps that a document lists, in lists, tables or running text, with what stands beside and below each.

What other sentences say of them is read elsewhere.
"""

from __future__ import annotations

import re

from orchestrate_ls.planner.stated.dates import deadlines_in
from orchestrate_ls.planner.stated.deadlines import add_deadlines
from orchestrate_ls.planner.stated.document import Document, Item, Row, sentences_in
from orchestrate_ls.planner.stated.durations import durations_in
from orchestrate_ls.planner.stated.facts import Facts, Gravity, Remark, StatedOwner, StatedTime, Step
from orchestrate_ls.planner.stated.mentions import MentionFinder
from orchestrate_ls.planner.stated.narrative import told_steps
from orchestrate_ls.planner.stated.quotes import Quoter
from orchestrate_ls.planner.stated.references import StepIndex
from orchestrate_ls.planner.stated.step_list import is_no_step, says_who_does_what, steps_of
from orchestrate_ls.planner.stated.step_lookup import StepGroup
from orchestrate_ls.planner.stated.step_text import StepText, read_detail, read_step_text

MOST_STEPS = 2000
"""Steps of one document; what lists more is no plan that anybody wrote by hand."""
_LONGEST_SENTENCE = 3_000
_LONGEST_STEP = 3_000
_MOST_SENTENCES = 5_000
_PEOPLE_LIST = re.compile(
    r"\b(?:action items?|actions|next steps|to-?dos?|who|minutes|meeting)\b", re.IGNORECASE
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


_DEEPEST = 4
_PHASE_HEADING = re.compile(
    r"\W*(?P<noun>phase|stage|milestone|sprint|part|iteration)\s+#?(?P<label>\d{1,3}|[IVX]+|[A-Z])\b\W*(?P<name>[^\n(]*)",
    re.IGNORECASE,
)


class StepFinder:
    """Finds the steps of one document.

    `steps` are they, each with its words taken apart and its list item; `own` the stretches of text that they take
    up, `names` for each step the forms of its name.
    """

    def __init__(self, document: Document, quoter: Quoter, facts: Facts) -> None:
        self.steps: list[tuple[Step, StepText, Item | None]] = []
        self.own: list[tuple[int, int]] = []
        self.names: list[list[str]] = []
        self.groups: list[StepGroup] = []
        self._document = document
        self._text = quoter.text
        self._quoter = quoter
        self._facts = facts
        self._told_lists: set[int] = set()
        """Lists that tell who does what, by their numbers."""

    def find(self) -> None:
        """Find the steps of the document, in order; `too-many-steps` is remarked in the facts."""
        items = steps_of(self._document)
        if not items and self._find_table():
            return
        if items:
            children: dict[int, list[Item]] = {}
            for item in self._document.items:
                if item.parent is not None:
                    children.setdefault(id(item.parent), []).append(item)
            items = self._without_decisions(items)
            for item in items[: MOST_STEPS + 1]:
                self._add_with_sub_steps(item, children, None, 0)
            self._add_phases()
        else:
            spans = [
                span for p in self._document.paragraphs for span in sentences_in(self._text, p.start, p.end)
            ]
            spans = [(a, b) for a, b in spans if b - a <= _LONGEST_SENTENCE][:_MOST_SENTENCES]
            for told in told_steps(self._text, spans):
                self._add_step(told.text, told.start, told.end, None, None, "")
            self.own = []
        self._settle_hints()
        if len(self.steps) > MOST_STEPS:
            self._facts.remarks.append(
                Remark(
                    Gravity.ERROR,
                    "too-many-steps",
                    f"the document lists more than {MOST_STEPS:,} steps, too many for one plan",
                    (self.steps[-1][0].quote,),
                    "split it where few steps wait for those on the other side, one document and plan each: "
                    "what waits for what is known within one plan only",
                )
            )
            del self.steps[MOST_STEPS:]

    def _add_with_sub_steps(
        self, item: Item, children: dict[int, list[Item]], above: str | None, depth: int
    ) -> None:
        """Add an item, or, where the items below it are steps themselves, these, with its name for all of them."""
        below = children.get(id(item), [])
        label = item.label
        if above and label and "." not in label and not item.named:
            item.label = label = f"{above}.{label}"
        if len(self.steps) > MOST_STEPS or depth >= _DEEPEST or not self._are_steps(item, below):
            self._add_item(item, below)
            return
        first = len(self.steps)
        self.own.append((item.mark, item.end))
        for child in below:
            self._add_with_sub_steps(child, children, label, depth + 1)
        name = read_step_text(self._text, item.start, min(item.end, item.start + _LONGEST_STEP)).name
        self.groups.append(StepGroup(name, label, "", tuple(range(first, len(self.steps)))))

    def _are_steps(self, item: Item, below: list[Item]) -> bool:
        """Whether what is indented under an item are its sub-steps, and not remarks on it."""
        if len(below) < 2 or durations_in(self._text, item.start, item.end):
            return False
        if all(child.label is not None for child in below) or all(
            child.ticked is not None for child in below
        ):
            return True
        bodies = [self._text[child.start : child.end] for child in below]
        return all(
            durations_in(body) and not re.match(r"[\s*_]*[A-Za-z ]{2,25}[*_]*:", body) for body in bodies
        )

    def _add_phases(self) -> None:
        """Let "Phase 1" mean all the steps that stand under such a heading."""
        under: dict[int, list[int]] = {}
        for number, (_, _, item) in enumerate(self.steps):
            if item is not None and item.heading is not None:
                under.setdefault(item.heading.start, []).append(number)
        for heading in self._document.headings:
            match = _PHASE_HEADING.match(self._text, heading.start, heading.end)
            if match and (members := under.get(heading.start)):
                name = match["name"] or ""
                self.groups.append(StepGroup(name, match["label"], match["noun"].lower(), tuple(members)))

    def _settle_hints(self) -> None:
        """Take "API - needs schema" apart where a step is called "Schema"; else it may all be one name."""
        hinted = [number for number, (_, found, _) in enumerate(self.steps) if found.hints]
        if not hinted:
            return
        short: list[str] = []
        for _, found, _ in self.steps:
            name = found.name
            for start, end in found.hints:
                name = re.sub(
                    rf"[\s,;:–—|-]*[(\[]?\s*{re.escape(' '.join(self._text[start:end].split()))}\s*[)\]]?",
                    "",
                    name,
                )
            short.append(name if re.search(r"\w", name) else found.name)
        finder = MentionFinder(
            StepIndex([[name] for name in short], [step.label for step, _, _ in self.steps]), self._text
        )
        for number in hinted:
            step, found, _ = self.steps[number]
            named = finder.best if found.told else finder.certain
            meant = [m for a, b in found.hints for m in named(a, b) if m.steps and m.steps != (number,)]
            is_free = any(
                re.search(r"\b(?:right away|any ?time|immediately)\b", self._text[a:b])
                for a, b in found.hints
            )
            if not meant and not is_free:
                continue
            found.order_spans += found.hints
            found.hints = []
            found.name = step.name = short[number]
            self.names[number] = [short[number], *self.names[number][1:]]

    def _without_decisions(self, items: list[Item]) -> list[Item]:
        """The steps of lists in which people are told what to do, without what else was noted there."""
        lists: dict[int, list[Item]] = {}
        for item in items:
            lists.setdefault(item.list_number, []).append(item)
        for number, own in lists.items():
            if self._is_headed_by_people(own[0]) or says_who_does_what(self._text, own):
                self._told_lists.add(number)
        steps: list[Item] = []
        for item in items:
            if item.list_number not in self._told_lists or not is_no_step(self._text, item):
                steps.append(item)
            else:
                self._facts.remarks.append(
                    Remark(
                        Gravity.NOTE,
                        "no-step",
                        "this was noted among the steps and is none, so it is not in the plan",
                        (self._quoter.quote(item.start, item.end),),
                        "say who is to do what if it is one",
                    )
                )
        return steps

    def _is_headed_by_people(self, item: Item) -> bool:
        heading = item.heading
        return heading is not None and _PEOPLE_LIST.search(self._text, heading.start, heading.end) is not None

    def _add_item(self, item: Item, below: list[Item]) -> None:
        item.end = min(item.end, item.start + _LONGEST_STEP)
        heading = item.heading
        title = self._text[heading.start : heading.end] if heading is not None else ""
        found = read_step_text(
            self._text,
            item.start,
            item.end,
            people=item.list_number in self._told_lists and item.label is None,
        )
        self.own.append((item.mark, item.end))
        own_times = len(found.times)
        lines = [
            *item.body,
            *((child.start, child.end) for child in below),
        ]
        for start, end in sorted(lines):
            read_detail(self._text, start, min(end, start + _LONGEST_STEP), found)
            self.own.append((start, end))
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
        number = len(self.steps)
        if item is not None and (
            dates := [d for d in deadlines_in(name, 0, len(name)) if not name[d.end :].strip(" .")]
        ):
            step.name = name[: dates[-1].start].strip(" ,;-–—") or name
            add_deadlines(self._facts, self._quoter, start, end, number)
        for a, b in found.deadline_spans:
            add_deadlines(self._facts, self._quoter, a, b, number)
        self.steps.append((step, found, item))
        self.names.append([name, quote.text] if item is not None else [name])

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
            return len(self.steps) > 1
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
        self.own.append((row.cells[0][0], row.cells[-1][1]))
        self._add_step(
            found, *name, self._text[slice(*label)].strip(" #.*_") or None if label else None, None, ""
        )
