"""Finds the steps that a sentence is about, where they stand: by number, by name, by other words for it.

What is said of them is read in `clauses.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from orchestrate_ls.planner.stated.cues import cue_spans, says_order
from orchestrate_ls.planner.stated.durations import durations_in
from orchestrate_ls.planner.stated.references import Mention, StepIndex
from orchestrate_ls.planner.stated.telling_words import content_of

_PHRASE_END = re.compile(
    r"[,;:()\[\]]|\b(?:is|are)\s+(?:strictly\s+)?(?:forbidden|prohibited|impossible|not\s+(?:allowed|permitted|possible))\b"
    r"|\b(?:comes?|goes)\s+(?:last|next)\b|\b(?:made|done|finished|completed?|ready)\b\s*(?:and\b)?|\b(?:do(?:n['’]t"
    r"| not)|never|not|first|then|next|finally|you|we)\b|\b(?:can(?:not|['’]t)?|must|may"
    r"|should|shall|will|could|has to|have to|needs? to|is|are|was|were|has been|have been"
    r"|be)\b",
    re.IGNORECASE,
)
_AUXILIARY = re.compile(
    r"\W*(?:(?:can|cannot|must|may|should|shall|will|could|has|have|had|needs?(?=\s+to\b)|to|not|never|only|be|been|is|are|was"
    r"|were|being|gets?|first|already|fully|both|all)\b[^\w,;:()]*)+",
    re.IGNORECASE,
)
_AND = re.compile(r"\s+(?:and|&|or|plus|as well as)\s+(?:(?:also|both|the latter)\s+)?", re.IGNORECASE)
_DANGLING = re.compile(r"[\s,]+(?:and|but|or)\s*$", re.IGNORECASE)
_LEADING = re.compile(r"(?:and|but|or|so)\s+", re.IGNORECASE)
_BARE_NUMBER = re.compile(r"(?<![\w.])\d{1,3}(?!\w)")
_CONDITION = re.compile(
    r"\b(?:after|before|once|until|till|as soon as|when|depends? (?:up)?on|blocked by|waits? for|and|or)"
    r"\s+(?:(?:the|both|all|you|we|your|our)\s+)*$",
    re.IGNORECASE,
)
_NO_CONDITION = re.compile(
    r"\W*(?:that|this|which|it|these|those|they|them|both|all|everything|anything|so|not|nothing|none|vice"
    r"|finally|afterwards?|then|only|no|parallel|simultaneously|independently?|concurrently|each|any|one|previous"
    r"|something|somebody|someone|noon|necessary|possible|needed|required|later|earlier|next|if|whenever)\b",
    re.IGNORECASE,
)
_MOST_KEPT = 8


class MentionFinder:
    """Finds mentions of steps in one document."""

    def __init__(self, index: StepIndex, text: str, numbered: bool = True) -> None:
        self._index = index
        self._text = text
        self._numbered = numbered
        self._kept: dict[tuple[int, int, bool], list[Mention]] = {}

    def certain(self, start: int, end: int) -> list[Mention]:
        """Steps that text[start:end] names by number, in quotes or by all the words of their names."""
        return self._mentions(start, end, fuzzy=False)

    def likely(self, start: int, end: int) -> list[Mention]:
        """These, and the steps that other words most likely mean."""
        return self._mentions(start, end, fuzzy=True)

    def best(self, start: int, end: int) -> list[Mention]:
        """The certain ones, or the likely ones where none is certain."""
        certain = self.certain(start, end)
        return certain if any(m.steps or m.special for m in certain) else self.likely(start, end)

    def open_phrases(self, mentions: Sequence[Mention], start: int, end: int) -> bool:
        """Whether words outside these mentions hold words of steps' names, so that they could mean a step."""
        return any(
            self._index.knows_any(self._text[a:b]) or _BARE_NUMBER.search(self._text, a, b)
            for first, last in _gaps(mentions, start, end)
            for a, b in self._segments(first, last)
        )

    def unknown_condition(self, mentions: Sequence[Mention], start: int, end: int) -> str:
        """Words right behind "once", "after", "and" and the like that mean no step; "" if there are none."""
        for first, last in _gaps(mentions, start, end):
            for a, b in self._segments(first, last):
                words = self._text[a:b]
                if (
                    _CONDITION.search(self._text, max(start, a - 40), a)
                    and content_of(words)
                    and not _NO_CONDITION.match(words)
                    and not durations_in(words)
                    and re.search(r"[A-Za-z]{3}", words)
                ):
                    return words
        return ""

    def _mentions(self, start: int, end: int, fuzzy: bool) -> list[Mention]:
        key = (start, end, fuzzy)
        if key not in self._kept:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            self._kept[key] = self._find(start, end, fuzzy)
        return self._kept[key]

    def _find(self, start: int, end: int, fuzzy: bool) -> list[Mention]:
        if not fuzzy:
            mentions = self._index.explicit_mentions(self._text, start, end, self._numbered)
        else:
            mentions = self._index.all_mentions(self._text, start, end, self._numbered)
        phrases = self._phrases(mentions, start, end, exact=not fuzzy)
        merged: list[Mention] = []
        for mention in sorted([*mentions, *phrases], key=lambda each: each.start):
            last = merged[-1] if merged else None
            if last is None:
                merged.append(mention)
                continue
            between = self._text[last.end : mention.start]
            if re.fullmatch(r"['\"”’]?\s*\(\s*", between) and len(mention.steps) == 1:
                # "Measure (step 6)": the number says which of several of that name is meant.
                merged[-1] = Mention(mention.steps, last.start, mention.end)
                continue
            if last.steps == mention.steps and last.steps and not says_order(between):
                inside = f"{last.inside} {between} {mention.inside}" if between.strip() else last.inside
                merged[-1] = Mention(last.steps, last.start, mention.end, inside=inside)
                continue
            merged.append(mention)
        return merged

    def _phrases(self, mentions: Sequence[Mention], start: int, end: int, exact: bool) -> list[Mention]:
        """Steps named by other words between the cues, for example "the water has boiled"."""
        found: list[Mention] = []
        for first, last in _gaps(mentions, start, end):
            segments = list(self._segments(first, last))
            position = 0
            while position < len(segments):
                taken = self._at(segments, position, exact, found)
                position += taken
        return found

    def _at(self, segments: list[tuple[int, int]], position: int, exact: bool, found: list[Mention]) -> int:
        """Read the segment at `position`, with those behind it in "the van | is | rented"; how many were taken."""
        last = position
        joints: list[tuple[int, int]] = []
        while last + 1 < len(segments):
            joint = (segments[last][1], segments[last + 1][0])
            if not _AUXILIARY.fullmatch(self._text, *joint) or not content_of(
                self._text[slice(*segments[last + 1])]
            ):
                break
            joints.append(joint)
            last += 1
        start = segments[position][0]
        for stop in range(last, position, -1):
            joined = self._read(start, segments[stop][1], exact)
            if joined and joined[-1].end > segments[stop][0] and joined[0].start <= segments[position][1]:
                found += [
                    replace(
                        each,
                        inside=" ".join(
                            self._text[a:b] for a, b in joints if each.start <= a and b <= each.end
                        ),
                    )
                    for each in joined
                ]
                return stop - position + 1
        found += self._read(start, segments[position][1], exact)
        return 1

    def _read(self, start: int, end: int, exact: bool) -> list[Mention]:
        resolve = self._index.equals if exact else self._index.resolve
        if dangling := _DANGLING.search(self._text, start, end):
            end = dangling.start()
        if leading := _LEADING.match(self._text, start, end):
            start = leading.end()
        words = self._text[start:end]
        whole = self._index.equals(words)
        if whole is not None:
            return [Mention((whole,), start, end)]
        pieces: list[tuple[int, int]] = []
        begin = start
        for mark in _AND.finditer(self._text, start, end):
            pieces.append((begin, mark.start()))
            begin = mark.end()
        pieces.append((begin, end))
        parts = [
            Mention((step,), a, b)
            for a, b in pieces
            if self._text[a:b].strip() and (step := resolve(self._text[a:b])) is not None
        ]
        if (
            len(pieces) > 1
            and len(parts) == len(pieces)
            and len({part.steps for part in parts}) == len(parts)
        ):
            return parts
        step = resolve(words)
        if step is not None:
            return [Mention((step,), start, end)]
        return parts if len(pieces) > 1 else []

    def _segments(self, start: int, end: int) -> Iterable[tuple[int, int]]:
        text = self._text[start:end]
        if not text.strip():
            return
        cuts = sorted([*cue_spans(text), *(m.span() for m in _PHRASE_END.finditer(text))])
        position = 0
        for first, last in [*cuts, (len(text), len(text))]:
            stretch = text[position:first]
            if first > position and (words := stretch.strip()):
                lead = start + position + len(stretch) - len(stretch.lstrip())
                yield lead, lead + len(words)
            position = max(position, last)


def settled(
    mentions: Sequence[Mention],
    subject: int | None,
    meant: Sequence[int],
    count: int,
    before: Sequence[Sequence[int]] = (),
) -> list[Mention]:
    """Take "all other steps" and "the previous steps" for the steps that they are here; `count` steps there are.

    `before`: what the sentence before names.
    """
    named = {step for mention in mentions for step in mention.steps}
    if subject is not None:
        named.add(subject)
    found: list[Mention] = []
    for mention in mentions:
        steps = mention.steps
        if mention.special == "others" and named:
            steps = tuple(i for i in range(count) if i not in named)
        elif mention.special.isdigit():
            # "all three": the last that were named together, or else in the sentence before.
            named_before = [each.steps for each in found if len(each.steps) == int(mention.special)]
            together = tuple(dict.fromkeys(step for steps in before for step in steps))
            steps = (
                named_before[-1]
                if named_before
                else together
                if len(together) == int(mention.special)
                else ()
            )
        elif mention.special == "them":
            several = [each.steps for each in found if len(each.steps) > 1]
            together = tuple(dict.fromkeys(step for each in before for step in each))
            steps = several[-1] if several else together or tuple(range(count))
        elif mention.special == "previous":
            base = named or set(meant)
            steps = tuple(range(min(base))) if base else ()
        elif mention.special == "all":
            steps = tuple(i for i in range(count) if i not in named)
        if steps:
            found.append(Mention(steps, mention.start, mention.end, mention.special, mention.inside))
    return found


def _gaps(mentions: Sequence[Mention], start: int, end: int) -> Iterable[tuple[int, int]]:
    position = start
    for mention in sorted(mentions, key=lambda each: each.start):
        if mention.start > position:
            yield position, mention.start
        position = max(position, mention.end)
    if position < end:
        yield position, end
