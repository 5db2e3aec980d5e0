"""Finds what a sentence leaves out ("no UI", "without Docker or Kubernetes") and what it demands instead ("without
downtime"), with the time and the people it grants.

Works on a sentence's span of the flattened goal; returns spans and never decides what follows from them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from orchestrate_ls.planner.catalogue import Language
from orchestrate_ls.planner.words import phrase_set, words_of

CUT = "\x01"
"""Stands where something was taken out of a sentence; it separates like a comma."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words of the goal and their place, `goal[start:end]`."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Omissions:
    """What was found, and the sentence with it taken out (same length)."""

    masked: str
    excluded: tuple[Phrase, ...]
    demanded: tuple[Phrase, ...]
    capacity: int | None


_NEGATION = (
    r"(?:(?:it|we|they|this|i|you)\s+)?(?:do|does|should|must|will|shall|need)(?:\s+not|n['’]t)\s+"
    r"(?:need|include|use|add|want|require|have|touch|build|support|implement)(?:\s+to\s+\w+)?"
)
_AT_START = r"no|skip(?:ping)?|avoid(?:ing)?|omit(?:ting)?|exclude|leave out|not"
_STOP = re.compile(r"[,;:()\x01]|[.!?](?=\s|$)")
_OBJECT_END = (
    r"[,;:()\x01]|[.!?](?=\s|$)|\s(?:{joins}|but|that|which|while|because|so|for)\s|\s(?:{lists}|using)\s|$"
)
_OR_LIST = re.compile(
    r"(?P<items>[^,;:.()\x01]{1,40}(?:,\s*[^,;:.()\x01]{1,40}){0,8},?\s+(?:or|nor|oder|ou|o)\s+"
    r"[^,;:.()\x01]{1,40}?)(?=[,;:()\x01]|\.(?:\s|$)|\s(?:and|but|with|und|mit|that|which|for|y|con|et"
    r"|avec)\s|$)"
)
_OR = re.compile(r",|\s+(?:or|nor|oder|ou|o)\s+")
_LISTED_OUT = re.compile(r"[,;]|\s(?:and|or|und|oder|et|ou|y|o)\s", re.IGNORECASE)
_ALLOWED_BEFORE = re.compile(
    r"(?:^|[,;:.(–—\x01-]|"
    r"\b(?:and|with|but|or|please|has|have|having|needs?|plus|needing|there is|there are|und|mit))\s*$",
    re.IGNORECASE,
)
_DETERMINER = re.compile(
    r"(?:any|an?|the|all|using|use of|need for|needing|kind of|eine?n?|un[ae]?)\s+", re.IGNORECASE
)
_POSTFIX = re.compile(
    r"(?:^|(?<=[,;:.(\x01]))\s*(?:and\s+|but\s+)?(?:the\s+|any\s+)?(?P<object>[^,;:.()\x01]{1,50}?)\s+"
    r"(?:(?:is|are)\s+)?(?:not\s+(?:needed|required|necessary|wanted|included|in scope|planned)|out of scope|"
    r"(?:is|are)n['’]t\s+(?:needed|required|necessary|wanted)|can\s+(?:wait|come later"
    r"|follow later))(?:\s+(?:yet|now|for now|at first))?"
    r"(?=\s*(?:[,;:.()\x01]|$))",
    re.IGNORECASE,
)
_NUMBERS = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
}
_COUNT = rf"\d{{1,2}}|{'|'.join(_NUMBERS)}"
_CAPACITY = re.compile(
    r"(?:\b(?:with|by|for|using)\s+)?(?:\b(?:a|one|our)\s+)?"
    rf"(?:\bteam of\s+(?P<team>{_COUNT})\b(?:\s+(?:people|engineers|developers))?"
    rf"|\b(?P<people>{_COUNT})\s+(?:(?:senior|junior|full-time)\s+)?"
    r"(?:engineers?|developers?|programmers?|devs|people only)\b(?:\s+only)?)",
    re.IGNORECASE,
)
_DEADLINE = re.compile(
    r"\b(?:(?:by|before|until|due(?:\s+on|\s+by)?|no later than)\s+(?:the\s+)?"
    r"(?:end of (?:the |this |next )?\w+|next \w+|tomorrow|"
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|\d{4}-\d\d-\d\d|q[1-4]\b|"
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w*(?:\s+\d{1,2}(?:st|nd|rd|th)?)?(?:,?\s+\d{4})?)"
    r"|(?:within|in)\s+(?:the next\s+)?(?:\d{1,3}|an?|one|two|three|four|five|six)\s+"
    r"(?:hours?|days?|weeks?|months?|sprints?))\b",
    re.IGNORECASE,
)
_LOAD = re.compile(
    r"(?:\b(?:must|should|needs? to|has to|can|that|which)\s+){0,2}"
    r"\b(?:handle|support|serve|scale to|process|for)s?\s+(?:up to\s+|at least\s+|about\s+)?"
    r"\d[\d.,]*\s?(?:k|m|million|thousand)?\s+(?:(?:concurrent|simultaneous|daily|active|monthly)\s+)*"
    r"(?:requests|users|messages|events|connections|transactions|orders|rps|qps)\b(?:\s+(?:per|a"
    r"|every)\s+\w+|/s)?",
    re.IGNORECASE,
)
_KEPT = re.compile(
    r"\b(?:(?:and|but)\s+)?(?:(?:the|its)\s+)?(?:(?:existing|public)\s+)?"
    r"(?:behaviou?r|results?|api|interface|output|data|urls?|clients?|tests?)\s+"
    r"(?:must|should|have to|has to|needs? to)\s+(?:all\s+|still\s+|not\s+)?"
    r"(?:stay|remain|be kept|be preserved|change|break)\b[^,.;:()]{0,60}",
    re.IGNORECASE,
)
_OR_WORD = re.compile(r"\s(?:or|nor|oder|ou|o)\s", re.IGNORECASE)
_LONGEST_OR_LIST = 400
_LONGEST_EXCLUSION = 5
_LOOK_BACK = 60


class OmissionFinder:
    """Finds omissions in sentences of a goal written in these languages."""

    def __init__(self, languages: Sequence[Language], qualities: Sequence[str]) -> None:
        triggers = sorted(
            {phrase for language in languages for phrase in language.without}, key=len, reverse=True
        )
        joins = "|".join(sorted({re.escape(j) for language in languages for j in language.joins}))
        lists = "|".join(sorted({re.escape(word) for language in languages for word in language.lists}))
        anywhere = "|".join(re.escape(trigger) for trigger in triggers)
        self._trigger = re.compile(
            rf"(?<![\w-])(?:(?P<anywhere>{anywhere}|{_NEGATION})|(?P<start>{_AT_START}))\s+"
            r"(?!only\b|more than\b|later than\b)",
            re.IGNORECASE,
        )
        self._object_end = re.compile(_OBJECT_END.format(joins=joins, lists=lists), re.IGNORECASE)
        self._and = re.compile(rf"\s+(?:{joins})\s+", re.IGNORECASE)
        self._qualities = phrase_set(qualities)

    def find(self, flat: str, start: int, end: int) -> Omissions:
        """Omissions in flat[start:end]; offsets are into flat."""
        masked = list(flat[start:end])
        excluded: list[Phrase] = []
        demanded: list[Phrase] = []

        def take_out(first: int, last: int) -> None:
            for place in range(first - start, last - start):
                masked[place] = " "
            masked[first - start] = CUT

        for phrase, stop in self._not_needed(flat, start, end):
            excluded.append(phrase)
            take_out(phrase.start, stop)
        position = start
        while True:
            trigger = self._trigger.search(flat, position, end)
            if trigger is None:
                break
            position = trigger.end()
            # Looking back a little keeps this linear; "x" keeps a cut from passing for the beginning.
            nearby = max(start, trigger.start() - _LOOK_BACK)
            before = ("x" if nearby > start else "") + flat[nearby : trigger.start()]
            if trigger["start"] and not _ALLOWED_BEFORE.search(before):
                continue
            phrases, stop = self._objects(flat, trigger.end(), end, trigger["anywhere"] is not None)
            if not phrases:
                continue
            first = trigger.start()
            opening = re.search(r"\b(?:but\s+)?(?:with|but|and|mit|und)\s+$", before, re.IGNORECASE)
            if opening and trigger["start"]:
                first = trigger.start() - (len(before) - opening.start())
            if self._is_quality(phrases[0]):
                demanded.append(Phrase(flat[trigger.start() : stop].strip(), trigger.start(), stop))
            elif all(len(words_of(phrase.text)) <= _LONGEST_EXCLUSION for phrase in phrases):
                excluded += phrases
            else:
                continue
            take_out(first, stop)
            position = stop
        capacity: int | None = None
        for people in _CAPACITY.finditer(flat, start, end):
            number = (people["team"] or people["people"]).lower()
            capacity = _NUMBERS.get(number) or max(1, int(number))
            take_out(people.start(), people.end())
        for deadline in _DEADLINE.finditer(flat, start, end):
            demanded.append(Phrase(deadline.group().strip(), deadline.start(), deadline.end()))
            take_out(deadline.start(), deadline.end())
        for kept in _KEPT.finditer(flat, start, end):
            demanded.append(Phrase(kept.group().strip(), kept.start(), kept.end()))
            take_out(kept.start(), kept.end())
        for load in _LOAD.finditer(flat, start, end):
            demanded.append(Phrase(load.group().strip(), load.start(), load.end()))
            take_out(load.start(), load.end())
        return Omissions("".join(masked), tuple(excluded), tuple(demanded), capacity)

    def _not_needed(self, flat: str, start: int, end: int) -> Iterator[tuple[Phrase, int]]:
        """What is said not to be needed ("subtitles not needed", "exports can wait"), and where that ends."""
        for said in _POSTFIX.finditer(flat, start, end):
            for phrase in _trimmed(flat, said.start("object"), said.end("object"))[:1]:
                few = len(words_of(phrase.text)) <= _LONGEST_EXCLUSION
                if few and not self._trigger.match(phrase.text):
                    yield phrase, said.end()

    def listed(self, flat: str, start: int, end: int) -> list[Phrase]:
        """The things in a list of what is left out."""
        phrases: list[Phrase] = []
        for separator in [*_LISTED_OUT.finditer(flat, start, end), None]:
            stop = separator.start() if separator else end
            phrases += _trimmed(flat, start, stop)
            start = separator.end() if separator else stop
        return phrases

    def _objects(self, flat: str, start: int, end: int, may_join: bool) -> tuple[list[Phrase], int]:
        has_or = _OR_WORD.search(flat, start, min(end, start + _LONGEST_OR_LIST))
        listed = _OR_LIST.match(flat, start, end) if has_or else None
        if listed is not None and "," in listed["items"] and len(words_of(listed["items"])) > 20:
            listed = None
        if listed is not None:
            phrases: list[Phrase] = []
            begin = listed.start("items")
            for separator in [*_OR.finditer(flat, begin, listed.end("items")), None]:
                stop = separator.start() if separator else listed.end("items")
                phrases += _trimmed(flat, begin, stop)
                begin = separator.end() if separator else stop
            return phrases, listed.end("items")
        stop = self._object_stop(flat, start, end)
        phrases = _trimmed(flat, start, stop)
        joined = self._and.match(flat, stop, end) if may_join else None
        if joined is not None:
            last = _STOP.search(flat, joined.end(), end)
            last_stop = last.start() if last else end
            following = words_of(flat, joined.end(), last_stop)
            another = self._trigger.match(flat, joined.end(), end)
            if (
                0 < len(following) <= 3
                and another is None
                and following[0].form not in ("with", "mit", "con", "avec")
            ):
                return phrases + _trimmed(flat, joined.end(), last_stop), last_stop
        return phrases, stop

    def _object_stop(self, flat: str, start: int, end: int) -> int:
        found = self._object_end.search(flat, start, end)
        return found.start() if found else end

    def _is_quality(self, phrase: Phrase) -> bool:
        words = words_of(phrase.text)
        first = words[0].form if words else ""
        return (
            (first.endswith("ing") and len(words) > 1)
            or self._qualities.best(words) is not None
            or len(words) > 5
        )


def _trimmed(flat: str, start: int, end: int) -> list[Phrase]:
    while True:
        while start < end and flat[start].isspace():
            start += 1
        determiner = _DETERMINER.match(flat, start, end)
        if determiner is None:
            break
        start = determiner.end()
    while end > start and (flat[end - 1].isspace() or flat[end - 1] in ".,;:!?"):
        end -= 1
    return [Phrase(flat[start:end], start, end)] if start < end else []
