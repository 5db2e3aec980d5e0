"""Finds which steps a sentence speaks of: by number, by quoted or exact name, or by a shortened name or paraphrase.

The steps themselves are looked up in `step_lookup.py`; what is said of them is read in `orders.py`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from orchestrate_ls.planner.stated.durations import WHOLE_NUMBERS
from orchestrate_ls.planner.stated.stems import StemmedWord, stemmed_words
from orchestrate_ls.planner.stated.step_lookup import StepLookup
from orchestrate_ls.planner.stated.telling_words import EMPTY_WORDS

_NOUN = (
    r"(?:steps?|tasks?|items?|points?|phases?|stages?|parts?|activit(?:y|ies)|actions?"
    r"|numbers?|nos?\.|nr\.?|milestones?"
    r"|tickets?|issues?|todos?|stor(?:y|ies)|jobs?)"
)
_PLURAL_NOUN = re.compile(
    r"(?:steps|tasks|items|points|phases|stages|parts|activities|actions|numbers|nos\."
    r"|milestones|tickets|issues|todos|stories|jobs)",
    re.IGNORECASE,
)
_NUMBER_WORD = "|".join(list(WHOLE_NUMBERS)[1:21])
_LABEL = (
    rf"(?:\d{{1,4}}(?:\.\d{{1,3}}){{0,3}}(?!\w)|(?:{_NUMBER_WORD})(?!\w)"
    rf"|[A-Za-z]\d{{1,3}}(?!\w)|[A-Za-z](?![\w'’]))"
)
_SEPARATOR = (
    r"\s*(?:,\s*(?:and\b|&|or\b)?|and\b|&|or\b|/|\+|plus\b|as well as\b|to\b|through\b|thru\b"
    r"|-(?!>)|–|—)\s*#?"
)
_REFERENCE = re.compile(
    rf"(?:\b(?P<noun>{_NOUN})[\s\u00a0]*(?:\#|no\.?\s|number\s)?[\s]*"
    rf"|(?P<hash>\#))(?P<labels>{_LABEL}(?:{_SEPARATOR}{_LABEL}){{0,80}})",
    re.IGNORECASE,
)
_ONE_SEPARATOR = re.compile(_SEPARATOR, re.IGNORECASE)
_ORDINALS = {
    word: i
    for i, word in enumerate(
        [
            "first",
            "second",
            "third",
            "fourth",
            "fifth",
            "sixth",
            "seventh",
            "eighth",
            "ninth",
            "tenth",
            "eleventh",
            "twelfth",
        ],
        1,
    )
}
_ORDINAL_WORD = rf"(?:{'|'.join(_ORDINALS)}|\d{{1,3}}(?:st|nd|rd|th)|last|final|very last|penultimate)"
_ORDINAL = re.compile(
    rf"\b(?:the\s+)?(?P<list>{_ORDINAL_WORD}(?:(?:\s*,\s*(?:and\s+)?"
    rf"|\s+and\s+)(?:the\s+)?{_ORDINAL_WORD}){{0,20}})\s+"
    rf"(?:(?P<count>{_NUMBER_WORD}|\d{{1,3}})\s+)?{_NOUN}(?!\s*#?\d)\b",
    re.IGNORECASE,
)
_OTHERS = re.compile(
    rf"\b(?:(?:all|every|any|each)(?:\s+of)?(?:\s+the|\s+these|\s+those)?\s+(?:other|remaining"
    rf"|rest)(?:\s+{_NOUN}|\s+ones?|s)?|all\s+(?:the\s+)?others|everything\s+else"
    rf"|anything\s+else|all\s+else|(?<=\bno )(?:other\s+)?(?:step|task|activity)"
    rf"|the\s+(?:other|remaining)\s+(?:{_NOUN}|ones)|the\s+(?:others|rest)(?:\s+of\s+the\s+{_NOUN})?)\b",
    re.IGNORECASE,
)
_PREVIOUS = re.compile(
    rf"\b(?:all|every|everything|each)?(?:\s+of)?\s*(?:the\s+)?(?:previous|preceding|earlier"
    rf"|prior|above|foregoing)\s+(?:{_NOUN}|ones)\b|\beverything\s+(?:above|before(?:\s+(?:it"
    rf"|that|this))?)\b|\b(?:all|everything|each|any)\s+(?:of\s+)?(?:the\s+)?(?:above|foregoing|preceding)\b",
    re.IGNORECASE,
)
_EVERYTHING = re.compile(
    rf"\b(?:all|each)(?:\s+of)?(?:\s+the|\s+these|\s+those)?\s+(?:\w+\s+)?{_NOUN}\b"
    rf"|\beverything\b|\ball\s+of\s+(?:them|these)\b",
    re.IGNORECASE,
)
_ALL_OF_THEM = re.compile(
    r"\ball (?:of )?(?:the |these |those )?(?P<count>two|three|four|five|six)\b(?: of them)?", re.IGNORECASE
)
_OF_THEM = re.compile(r"\b(?:all|each|both|every one) of (?:them|these|those)\b", re.IGNORECASE)
_ORDINAL_ALONE = re.compile(
    rf"\bthe\s+(?P<list>{_ORDINAL_WORD})(?=\s*(?:$|[,.;]|(?:one|on|and|or|after|before|is|has|must|can|needs|depends"
    r"|requires|waits|follows)\b))",
    re.IGNORECASE,
)
_BARE = re.compile(r"(?<![\w.#/:$€£%-])#?(?P<number>\d{1,3}(?:\.\d{1,3}){0,3})(?![\w/:%°'’]|[.,]\d)")
_AFTER_BARE = re.compile(
    r"\s*(?:$|[,;:.)\]>&+<→←⇒|]|-+>|=+>|<-|(?:and|or|is|are|has|have|must|can|cannot|may"
    r"|should|will|before|after|once|when|until|precedes?|follows?|depends?|requires?|needs?"
    r"|waits?"
    r"|in\s+parallel|at\s+the\s+same|then|first|both|starts?|begins?|to|finish\w*|done"
    r"|complete\w*|ends?|comes?|goes|also|do|does|only|while|blocks?)\b|[-–]\s*\d)",
    re.IGNORECASE,
)
_OPENING = "\"'“‘«„`*_"
_CLOSING = "\"'”’»“`*_"
_QUOTED = re.compile(
    r"(?<!\w)\"(?P<a>[^\"\n]{2,200})\"|“(?P<b>[^”\n]{2,200})”|«(?P<c>[^»\n]{2,200})»"
    r"|`(?P<d>[^`\n]{2,200})`|(?<!\w)'(?P<e>[^'\n]{2,200}(?:'\w[^'\n]{0,200}){0,3})'(?!\w)"
    r"|‘(?P<f>[^’\n]{2,200}(?:’\w[^’\n]{0,200}){0,3})’|\*\*(?P<g>[^*\n]{2,200})\*\*"
)


@dataclass(frozen=True, slots=True)
class Mention:
    """Steps spoken of at text[start:end]; those of a `special` ("others", "previous", "all") depend on the sentence."""

    steps: tuple[int, ...]
    start: int
    end: int
    special: str = ""
    inside: str = ""
    """Words inside it that are not the step's: "must not be" in "the van must not be loaded"."""


class StepIndex(StepLookup):
    """Finds in sentences the steps that it knows."""

    def explicit_mentions(self, text: str, start: int, end: int, numbered: bool = True) -> list[Mention]:
        """Steps named by number or in quotes in text[start:end], not overlapping, in order."""
        found = self._names(text, start, end, quoted=True)
        if numbered:
            self._take(found, self._references(text, start, end))
        self._take(found, self._quotes(text, start, end))
        self._take(found, self._names(text, start, end, quoted=False, least=2))
        self._take(found, self._specials(text, start, end))
        return sorted(found, key=lambda each: each.start)

    def all_mentions(self, text: str, start: int, end: int, numbered: bool = True) -> list[Mention]:
        """As `explicit_mentions`, and steps whose name stands there word for word, and bare numbers."""
        found = self.explicit_mentions(text, start, end, numbered)
        self._take(found, self._names(text, start, end, quoted=False))
        if numbered:
            self._take(found, self._bare_numbers(text, start, end))
        return sorted(found, key=lambda each: each.start)

    @staticmethod
    def _take(found: list[Mention], more: Sequence[Mention]) -> None:
        for mention in more:
            if all(mention.end <= other.start or mention.start >= other.end for other in found):
                found.append(mention)

    def _names(self, text: str, start: int, end: int, quoted: bool, least: int = 1) -> list[Mention]:
        words = stemmed_words(text, start, end)
        found: list[Mention] = []
        position = 0
        while position < len(words):
            hit = self._name_at(text, words, position, quoted, end, least)
            if hit is None:
                position += 1
                continue
            mention, length = hit
            found.append(mention)
            position += length
        return found

    def _name_at(
        self, text: str, words: Sequence[StemmedWord], position: int, quoted: bool, end: int, least: int
    ) -> tuple[Mention, int] | None:
        first = words[position]
        opened = first.start
        while (
            opened
            and first.start - opened < 4
            and not text[opened - 1].isalnum()
            and not text[opened - 1].isspace()
        ):
            opened -= 1
        has_quote = any(mark in _OPENING for mark in text[opened : first.start])
        if quoted and not has_quote:
            return None
        pair = tuple(word.stem for word in words[position : position + 2])
        for length in (*self._lengths.get(pair, ()), *self._lengths.get(pair[:1], ())):
            if length > len(words) - position or length < least:
                continue
            stretch = words[position : position + length]
            key = tuple(word.stem for word in stretch)
            index = self._by_name.get(key)
            if index is None:
                continue
            stop = stretch[-1].end
            if quoted:
                closing = re.match(r"[^\w\s]{0,5}", text[stop:end])
                if closing is None or not any(mark in _CLOSING for mark in closing.group()):
                    continue
                stop += max(i for i, mark in enumerate(closing.group()) if mark in _CLOSING) + 1
                return self._named(key, index, opened, stop), len(key)
            if len(key) == 1 and (key[0] in EMPTY_WORDS or (len(key[0]) < 3)):
                continue
            return self._named(key, index, first.start, stop), len(key)
        return None

    def _named(self, key: tuple[str, ...], index: int, start: int, end: int) -> Mention:
        if key in self._shared_names:
            return Mention((), start, end, "ambiguous")
        if index < 0:
            return Mention(self._groups[-1 - index].members, start, end)
        return Mention((index,), start, end)

    def _references(self, text: str, start: int, end: int) -> list[Mention]:
        found: list[Mention] = []
        for match in _REFERENCE.finditer(text, start, end):
            plural = match["noun"] is None or _PLURAL_NOUN.fullmatch(match["noun"]) is not None
            noun = (match["noun"] or "").lower().removesuffix("s")
            steps, stop = self._listed(text, match.start("labels"), match.end("labels"), plural, noun)
            if steps:
                found.append(Mention(tuple(dict.fromkeys(steps)), match.start(), stop))
        for match in _ORDINAL.finditer(text, start, end):
            if re.search(
                r"\b(?:is|are|be|as)\s*$", text[max(start, match.start() - 8) : match.start()], re.IGNORECASE
            ):
                continue
            steps = self._by_ordinals(match["list"], match["count"])
            if steps:
                found.append(Mention(steps, match.start(), match.end()))
        if any(_ORDINAL.finditer(text, start, end)):
            for match in _ORDINAL_ALONE.finditer(text, start, end):
                if steps := self._by_ordinals(match["list"], None):
                    self._take(found, [Mention(steps, match.start(), match.end())])
        return found

    def _listed(self, text: str, start: int, end: int, plural: bool, noun: str = "") -> tuple[list[int], int]:
        """The steps of a list of labels such as "1, 2 and 4-6", and where what could be read of it ends."""
        steps: list[int] = []
        pattern = re.compile(_LABEL, re.IGNORECASE)
        label = pattern.match(text, start, end)
        stop = start
        joint = ""
        while label is not None:
            group = self._group_of_noun.get((noun, label.group().lower()))
            index = self.label(label.group()) if group is None else None
            if index is None and group is None:
                group = self._group_of_label.get(label.group().lower())
            if index is None and group is not None:
                steps += self._groups[group].members
                index = steps[-1]
            if index is None:
                break
            if joint in ("to", "through", "thru", "-", "–", "—") and steps and index > steps[-1]:
                steps += range(steps[-1] + 1, index)
            steps.append(index)
            stop = label.end()
            separator = _ONE_SEPARATOR.match(text, stop, end)
            if separator is None:
                break
            joint = separator.group().strip().lower().rstrip("#")
            if "," in joint and not plural:
                break
            label = pattern.match(text, separator.end(), end)
        return steps, stop

    def _by_ordinals(self, listed: str, count: str | None) -> tuple[int, ...]:
        steps: list[int] = []
        for word in re.findall(_ORDINAL_WORD, listed, re.IGNORECASE):
            key = word.lower()
            number = _ORDINALS.get(key) or (int(re.sub(r"\D", "", key)) if key[0].isdigit() else 0)
            index = number - 1 if number else self.count - (2 if key == "penultimate" else 1)
            many = (
                1
                if count is None
                else WHOLE_NUMBERS.get(count.lower(), 0) or int(count if count.isdigit() else 0)
            )
            if many > 1:
                steps += range(many) if number == 1 else range(max(0, self.count - many), self.count)
            else:
                steps.append(index)
        return tuple(dict.fromkeys(index for index in steps if 0 <= index < self.count))

    def _quotes(self, text: str, start: int, end: int) -> list[Mention]:
        found: list[Mention] = []
        for match in _QUOTED.finditer(text, start, end):
            words = next(group for group in match.groups() if group is not None)
            index = self.resolve(words)
            if index is not None:
                found.append(Mention((index,), match.start(), match.end()))
        return found

    @staticmethod
    def _specials(text: str, start: int, end: int) -> list[Mention]:
        found: list[Mention] = []
        found += [
            Mention((), m.start(), m.end(), str(WHOLE_NUMBERS[m["count"].lower()]))
            for m in _ALL_OF_THEM.finditer(text, start, end)
        ]
        found += [Mention((), m.start(), m.end(), "them") for m in _OF_THEM.finditer(text, start, end)]
        for special, pattern in (("others", _OTHERS), ("previous", _PREVIOUS), ("all", _EVERYTHING)):
            StepIndex._take(
                found, [Mention((), m.start(), m.end(), special) for m in pattern.finditer(text, start, end)]
            )
        return found

    def _bare_numbers(self, text: str, start: int, end: int) -> list[Mention]:
        found: list[Mention] = []
        for match in _BARE.finditer(text, start, end):
            index = self.label(match["number"])
            if index is not None and _AFTER_BARE.match(text, match.end(), end):
                found.append(Mention((index,), match.start(), match.end()))
        return found
