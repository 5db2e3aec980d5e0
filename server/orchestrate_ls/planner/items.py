"""Splits a stretch of a goal into the things it lists, and cleans each to a name.

Knows commas, joins of several languages, brackets and quotes; knows of the catalogue only which phrases name something.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from orchestrate_ls.planner.catalogue import Wording
from orchestrate_ls.planner.omissions import CUT
from orchestrate_ls.planner.words import Lexicon, Word, phrase_set, words_of

Span = tuple[int, int]

_HARD = re.compile(
    r"[;、，；\x01]|(?<!\d),|,(?!\d)|\s[+&]\s|(?<=\s)\((?:\d{1,2}|[a-z])\)\s"
    r"|\s(?:plus|as well as|along with|together with|in addition to|sowie|ainsi que|así como|bem como)\s",
    re.IGNORECASE,
)
_ATTACHED = re.compile(
    r"\s*(?:which|that|who|whose|where|when|because|so|but|if|since|as|e\.g|for example|i\.e|such as"
    r"|especially|not)\b",
    re.IGNORECASE,
)
_BRACKETS = {"(": ")", "[": "]", "{": "}", "“": "”", "«": "»", "（": "）", "「": "」"}
_TAIL_FILLER = re.compile(
    r"[\s,]*\b(?:etc|and so on|and more|and others|usw|and the like|please)\b\.*\s*$", re.IGNORECASE
)
_EMPTY_ITEM = re.compile(
    r"(?:etc|more|others?|so on|the like|usw|it|them|all that|everything)\W*$", re.IGNORECASE
)
_EDGE = " \t\x01,.;:!?*_`\"'“”«»•、。，；：！？|>"
_EDGE_BUT_QUOTES = " \t\x01,.;:!?*_•、。，；：！？|>"
_BETWEEN = re.compile(r"\b(?:between|from|both|zwischen|entre)\b[^,]*$", re.IGNORECASE)
_ONE_COMPLEMENT = re.compile(r"\b(?:by|as|per|from|into|across|against)\s+(?:\w+\s+)?\w+$", re.IGNORECASE)
PLATFORMS = frozenset(
    ("ios", "android", "web", "mobile", "desktop", "window", "linux", "maco", "mac", "iphone")
)
"""What a product runs on, as comparison forms."""
_PLATFORMS_AND_DEVICES = PLATFORMS | {"ipad", "tablet", "phone"}
_CONDITION = re.compile(r"\b(?:when|whenever|if|unless|until|once|while)\b", re.IGNORECASE)
_FINITE = re.compile(
    r"\s*(?:(?:or|and)\s+)?(?:(?:is|are|was|were|fails?|takes?|gets?|runs|goes|stops|starts|has|have|does"
    r"|do|exceeds?|drops?|misses|"
    r"reaches|changes|times|falls|rises|contains?|ends|expires|leaves|comes)\b|or\b)",
    re.IGNORECASE,
)
_IRREGULAR = {"has": "have", "does": "do", "is": "be", "goes": "go"}
_LOOK_BACK = 200
NAME_LENGTH = 80
"""Characters of a feature's name at most; its full words are kept beside it."""


class ItemSplitter:
    """Splits by the joins of the languages at hand; `names` tells whether a phrase names a known capability."""

    def __init__(
        self, wording: Wording, joins: Sequence[str], names: Callable[[Sequence[Word]], str | None]
    ) -> None:
        soft = "|".join(re.escape(join) for join in sorted(joins, key=lambda join: (-len(join), join)))
        self._join = re.compile(rf"\s(?:{soft}|and/or|then|and then)\s", re.IGNORECASE)
        self._leading_join = re.compile(rf"\s*(?:{soft}|or|then|also)\s+", re.IGNORECASE)
        self._together = re.compile(
            "|".join(re.escape(phrase) for phrase in wording.kept_together), re.IGNORECASE
        )
        verbs = (*wording.new_verbs, *wording.changing_verbs)
        self._verbs: Lexicon[bool] = phrase_set(verbs)
        self._determiner = re.compile(
            rf"(?:{'|'.join(wording.determiners)}|der|die|das|la|le|el)\s+", re.IGNORECASE
        )
        empty = "|".join(re.escape(verb) for verb in sorted(wording.empty_verbs, key=len, reverse=True))
        self._empty_verb = re.compile(rf"(?:also\s+)?(?:{empty}|adding|including|with)\s+", re.IGNORECASE)
        self._names = names

    def split(self, flat: str, start: int, end: int, verbal: bool = False) -> list[Span]:
        """Every listed thing in flat[start:end], split at commas and joins."""
        hard = self._pieces(flat, start, end)
        items: list[Span] = []
        for index, (first, last) in enumerate(hard):
            if (
                index
                and items
                and (_ATTACHED.match(flat, first, last) or _goes_on(flat, items[-1], first, last))
            ):
                items[-1] = (items[-1][0], last)
                continue
            items += self._soft(
                flat, first, last, final=index == len(hard) - 1, verbal=verbal, alone=len(hard) == 1
            )
        return [span for span in items if not _EMPTY_ITEM.match(flat[slice(*span)].strip(_EDGE))]

    def split_strictly(self, flat: str, start: int, end: int, verbs: Lexicon[str]) -> list[Span]:
        """Only where what follows starts anew: with an article or a verb. For descriptions of bugs and of code."""
        items: list[Span] = []
        cuts = sorted(
            [
                (m.start(), m.end())
                for m in (*_HARD.finditer(flat, start, end), *self._join.finditer(flat, start, end))
            ]
        )
        depth = _depths(flat, start, end)
        begin = start
        for first, last in cuts:
            if first < begin or depth[first - start]:
                continue
            join = self._leading_join.match(flat, last, end)
            after = join.end() if join else last
            while after < end and flat[after].isspace():
                after += 1
            words = words_of(flat, after, min(end, after + 60))
            fresh = (
                self._determiner.match(flat, after, end)
                or (words and verbs.at(words, 0))
                or flat[first] == CUT
            )
            if fresh and not _ATTACHED.match(flat, after, end):
                items.append((begin, first))
                begin = after
        items.append((begin, end))
        return [span for span in items if flat[slice(*span)].strip(_EDGE)]

    def _pieces(self, flat: str, start: int, end: int) -> list[Span]:
        depth = _depths(flat, start, end)
        pieces: list[Span] = []
        begin = start
        for separator in _HARD.finditer(flat, start, end):
            if depth[separator.start() - start]:
                continue
            pieces.append((begin, separator.start()))
            begin = separator.end()
        pieces.append((begin, end))
        return [(first, last) for first, last in pieces if flat[first:last].strip(_EDGE)]

    def _soft(self, flat: str, start: int, end: int, final: bool, verbal: bool, alone: bool) -> list[Span]:
        leading = self._leading_join.match(flat, start, end)
        if leading:
            start = leading.end()
        depth = _depths(flat, start, end)
        kept = [(m.start(), m.end()) for m in self._together.finditer(flat, start, end)]
        pieces: list[Span] = []
        begin = start
        position = start
        while True:
            join = self._join.search(flat, position, end)
            if join is None:
                break
            position = join.end() - 1
            if depth[join.start() - start] or any(a < join.start() < b for a, b in kept):
                continue
            stop = self._join.search(flat, join.end() - 1, end)
            left = flat[max(begin, join.start() - _LOOK_BACK) : join.start()]
            right_words = words_of(flat, join.end(), stop.start() if stop else end)
            if not self._parts_here(left, right_words, final, verbal, alone):
                continue
            pieces.append((begin, join.start()))
            begin = join.end()
        pieces.append((begin, end))
        return [(first, last) for first, last in pieces if flat[first:last].strip(_EDGE)]

    def _parts_here(self, left: str, right: list[Word], final: bool, verbal: bool, alone: bool) -> bool:
        left_words = words_of(left)
        if not left_words or not right or _BETWEEN.search(left):
            return False
        ends = {left_words[-1].form, right[0].form}
        if ends <= _PLATFORMS_AND_DEVICES and len(left_words) > 1:
            # "Biometric sign-in for our Android and iOS apps".
            return False
        left_name, right_name = self._names(left_words), self._names(right)
        if left_words[-1].form.isdigit() and right[0].form.isdigit():
            # "After 14 and 30 days".
            return False
        if right[0].form.endswith("ing") and re.search(r"\bby\s+\w+ing$", left, re.IGNORECASE):
            # "Speed it up by caching and batching".
            return False
        if len(right) == 1 and right_name is None and _ONE_COMPLEMENT.search(left):
            # "Rename photos by date and camera", "export reports as PDF and Excel".
            return False
        if not final:
            return left_name is not None and right_name is not None and left_name != right_name
        if len(left_words) == 1 and len(right) >= 2 and (alone or verbal):
            # "user and admin dashboards", "imports and exports contacts": one word alone shares what follows.
            return left_name is not None and not verbal
        return True

    def name(self, text: str, verbal: bool, keep_determiner: bool = False) -> str:
        """The item's words as a name: no bullet marks, articles, empty verbs or fillers; at most NAME_LENGTH long."""
        text = re.sub(r"\(\s*\)", " ", _TAIL_FILLER.sub("", text))
        name = " ".join(_unquoted(text).split())
        leading = self._leading_join.match(name)
        if leading:
            name = name[leading.end() :]
        if not keep_determiner:
            name = self._without_openings(name)
        if verbal:
            name = _base_verb(name)
        name = _unquoted(name)
        if name.count('"') % 2:
            name = name.replace('"', "")
        if name.count("(") != name.count(")"):
            name = name.replace("(", "").replace(")", "")
        return shorten(name, NAME_LENGTH)

    def _without_openings(self, name: str) -> str:
        for _ in range(6):
            opening = self._empty_verb.match(name) or self._determiner.match(name)
            if opening is None or not name[opening.end() :].strip(_EDGE):
                break
            name = name[opening.end() :]
        return name


def _unquoted(name: str) -> str:
    """The name without what stands around it: quotation marks only where they enclose all of it, or stand alone."""
    name = name.strip(_EDGE_BUT_QUOTES)
    for mark in "'\"":
        count = len(re.findall(rf"(?<!\w){mark}|{mark}(?!\w)", name))
        if count % 2 or (count == 2 and name.startswith(mark) and name.endswith(mark)):
            name = name.strip(mark + _EDGE_BUT_QUOTES)
    return name.strip("`“”«»" + _EDGE_BUT_QUOTES)


def _goes_on(flat: str, before: Span, start: int, end: int) -> bool:
    """Whether flat[start:end] goes on with the clause before it: "when a job is late, fails, or takes too long"."""
    return _CONDITION.search(flat, *before) is not None and _FINITE.match(flat, start, end) is not None


def shorten(text: str, length: int) -> str:
    """The text cut at a word so that it is no longer than `length` characters, with an ellipsis if it was."""
    if len(text) <= length:
        return text
    cut = text.rfind(" ", length // 2, length)
    return text[: cut if cut > 0 else length - 1].rstrip(" ,;:-") + "…"


_KEEPS_E = frozenset(("caches", "aches", "axes"))


def _base_verb(name: str) -> str:
    """What a product does as an order: "converts CSV files" is to "convert CSV files"."""
    first, space, rest = name.partition(" ")
    if not space:
        return name
    lower = first.lower()
    if lower in _IRREGULAR:
        return f"{_IRREGULAR[lower]} {rest}"
    if not first.isascii() or not lower.endswith("s") or lower.endswith(("ss", "us", "is")) or len(lower) < 4:
        return name
    if lower in _KEEPS_E:
        return f"{first[:-1]} {rest}"
    if lower.endswith("ies"):
        return f"{first[:-3]}y {rest}"
    if lower.endswith(("sses", "shes", "ches", "xes", "zzes", "oes")):
        return f"{first[:-2]} {rest}"
    return f"{first[:-1]} {rest}"


def _depths(flat: str, start: int, end: int) -> list[int]:
    """For each character whether it lies inside brackets or double quotes that are closed again."""
    inside = [0] * (end - start)
    stack: list[tuple[str, int]] = []
    closing = ""
    for place in range(start, end):
        character = flat[place]
        if stack and character == closing:
            _, opened = stack.pop()
            closing = stack[-1][0] if stack else ""
            if not stack:
                inside[opened - start : place - start + 1] = [1] * (place - opened + 1)
        elif character in _BRACKETS and len(stack) < 20:
            closing = _BRACKETS[character]
            stack.append((closing, place))
        elif character == '"' and not stack:
            closing = '"'
            stack.append(('"', place))
    return inside
