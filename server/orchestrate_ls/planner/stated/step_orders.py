"""Reads the order that steps themselves carry: beside their names, in their names, by phase, by number."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from orchestrate_ls.planner.stated.cues import says_order
from orchestrate_ls.planner.stated.document import Document, Item
from orchestrate_ls.planner.stated.facts import Facts, Gravity, Remark, StatedOrder, Step
from orchestrate_ls.planner.stated.orders import OrderReader
from orchestrate_ls.planner.stated.quotes import Quoter
from orchestrate_ls.planner.stated.references import StepIndex
from orchestrate_ls.planner.stated.step_list import is_phase
from orchestrate_ls.planner.stated.step_text import StepText


class StepOrders:
    """Adds to an OrderReader what the steps of a document say of their own order."""

    def __init__(
        self,
        facts: Facts,
        document: Document,
        quoter: Quoter,
        steps: Sequence[tuple[Step, StepText, Item | None]],
    ) -> None:
        self._facts = facts
        self._document = document
        self._quoter = quoter
        self._text = quoter.text
        self._steps = steps

    def read(self, reader: OrderReader) -> None:
        """What stands beside, below and in the steps' names, and the phases that they stand under."""
        doers = {owner.name.lower() for step, _, _ in self._steps for owner in step.owners}
        for number, (_, found, item) in enumerate(self._steps):
            reader.new_passage()
            for start, end in found.order_spans:
                self._read_own_order(reader, number, start, end)
            for start, end in [*found.hints, *found.description]:
                said = reader.read(start, end, subject=number, strict=True)
                if found.told and not said and (start, end) in found.hints:
                    reader.not_understood.append(self._quoter.quote(start, end))
            if item is not None:
                self._read_name(reader, reader.index, number)
        # "After Bob is done with the page" waits for the page alone.
        reader.in_part = [(quote, part) for quote, part in reader.in_part if part.lower() not in doers]
        self._phases(reader)

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
        free = {step for parallel in reader.parallels for step in (parallel.first, parallel.second)}
        for _, members in phases:
            if any(n in free for n in members):
                continue
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

    def take_numbers_for_order(self, reader: OrderReader) -> None:
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
