"""Reads durations as people write them: "about 2 days", "half an hour", "two to three weeks", "1h 30m".

What a day, a week or a month is worth is decided by the calendar (`calendars.py`); here they stay units.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

_ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = {
    word: 20 + 10 * i
    for i, word in enumerate(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"])
}
WHOLE_NUMBERS: dict[str, int] = {**{word: value for value, word in enumerate(_ONES)}, **_TENS}
"""Number words to ninety, without compounds."""

_UNITS = {
    word: unit
    for unit, words in {
        "s": "s sec secs second seconds",
        "m": "m min mins minute minutes",
        "h": "h hr hrs hour hours",
        "d": "d day days workday workdays",
        "w": "w wk wks week weeks",
        "mo": "mo mos month months",
        "y": "y yr yrs year years",
        "fortnight": "fortnight fortnights sprint sprints",
        "quarter": "quarter quarters",
    }.items()
    for word in words.split()
}
_HALVES = {
    "½": Fraction(1, 2),
    "¼": Fraction(1, 4),
    "¾": Fraction(3, 4),
    "⅓": Fraction(1, 3),
    "⅔": Fraction(2, 3),
}
_WORD_NUMBER = rf"(?:{'|'.join(_TENS)})[- ](?:{'|'.join(_ONES[1:10])})|{'|'.join((*_TENS, *_ONES[1:]))}"
_FIGURE = r"\d{1,6}(?:[.,]\d{1,3})?\s?[½¼¾⅓⅔]|\d{1,6}\s\d/\d|\d/\d|\d{1,9}(?:[.,]\d{1,6})?|[½¼¾⅓⅔]"
_VAGUE = r"(?:a\s)?couple(?:\sof)?|a\sfew|several"
_PIECE = r"half(?:\s(?:an?|of\san?))?|(?:a\s|one\s)?quarter\sof\san?|three\squarters\sof\san?|an?|one"
_AND_A_HALF = r"\sand\s(?:a\shalf|a\squarter|three\squarters|½)"
_AMOUNT = rf"(?:(?<!\w)(?:(?:{_WORD_NUMBER})(?:{_AND_A_HALF})?|{_VAGUE}|{_PIECE})(?!\w)|(?<![\w.]){_FIGURE})"
_UNIT = (
    r"(?:seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|workdays?|weeks?|wks?|months?|mos?|years?|yrs?"
    r"|fortnights?|sprints?|quarters?|s|m|h|d|w|y)\b\.?(?![/°²³^'’]|\d)"
)
_PART = (
    rf"{_AMOUNT}[\s-]?(?:(?:working|work|business|calendar|full|whole|person|man|more|solid"
    rf"|long)[\s-])?{_UNIT}"
)
_AFTERWARDS = rf"(?:{_AND_A_HALF})?"
_LONG = (
    rf"{_PART}{_AFTERWARDS}(?:(?:\s?,?\s?(?:and\s)?)(?:\d{{1,4}}(?:[.,]\d{{1,3}})?"
    rf"|(?:{_WORD_NUMBER}|half\san?|an?)(?=[\s-]))[\s-]?{_UNIT}){{0,4}}"
)
_SPAN_MARK = r"\s?(?:-|–|—|\.\.|to|till|until|or|up to|and at most)\s?"
_BETWEEN = rf"between\s(?P<low_1>{_AMOUNT})(?:[\s-]?(?P<unit_1>{_UNIT}))?\sand\s(?P<high_1>{_LONG})"
_WITH_UNITS = rf"(?P<low_2>{_AMOUNT})[\s-]?(?P<unit_2>{_UNIT}){_SPAN_MARK}(?P<high_2>{_LONG})"
_PLAIN_RANGE = (
    rf"(?P<low_3>{_FIGURE}|(?:{_WORD_NUMBER}|{_VAGUE}|{_PIECE})(?=[-–—]|\s[a-z]))(?!\w)"
    rf"{_SPAN_MARK}(?P<high_3>{_LONG})"
)
_SLASHED = (
    rf"(?P<a>\d{{1,5}}(?:\.\d+)?)\s?/\s?(?P<b>\d{{1,5}}(?:\.\d+)?)\s?/\s?(?P<c>\d{{1,5}}(?:\.\d"
    rf"+)?)\s?(?P<slash_unit>{_UNIT})"
)
_COMPACT = r"\d{1,6}(?:\.\d{1,3})?[wdhm](?:\d{1,4}(?:\.\d{1,3})?[dhms]){1,4}(?!\w)"
_BEGIN = r"(?<![\w.,/$€£-])(?<![\d]\s)"
_ANY = re.compile(
    rf"{_BEGIN}(?:{_SLASHED}|{_BETWEEN}|{_WITH_UNITS}|(?P<tail>\d{{1,3}}h\d\d)(?!\w)"
    rf"|(?P<compact>{_COMPACT})|(?P<long>{_LONG})|{_PLAIN_RANGE})",
    re.IGNORECASE,
)
_ONE_PART = re.compile(
    rf"(?P<amount>{_AMOUNT})[\s-]?(?:(?:working|work|business|calendar|full|whole|person|man"
    rf"|more|solid|long)[\s-])?"
    rf"(?P<unit>{_UNIT})(?P<half>{_AND_A_HALF})?",
    re.IGNORECASE,
)
_THREE_POINTS = re.compile(
    rf"\b(?:optimistic|best(?: case)?|min(?:imum)?)\W{{0,3}}(?P<o>{_LONG})\W{{0,4}}"
    rf"(?:(?:most )?likely|expected|probable|realistic|normal)\W{{0,3}}(?P<l>{_LONG})\W{{0,4}}(?:and )?"
    rf"(?:pessimistic|worst(?: case)?|max(?:imum)?)\W{{0,3}}(?P<p>{_LONG})",
    re.IGNORECASE,
)
_FEET = re.compile(r"\b(?:feet|foot|ft|inch(?:es)?|in|yards?|yd|miles?)\.?\W{0,3}$", re.IGNORECASE)
_OF = re.compile(r"\W{0,2}\s(?:of|tall|long|wide|high|deep|thick|above|below|away|apart)\b", re.IGNORECASE)
_AGE = re.compile(
    r"\s*(?:old|ago|later|increments?|intervals?|earlier|in advance|from now|time limit)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Length:
    """A length of time as amounts of units: s, m, h, d, w, mo (month), y (year)."""

    parts: tuple[tuple[Fraction, str], ...]


@dataclass(frozen=True, slots=True)
class SaidDuration:
    """One, two (from, to) or three (optimistic, likely, pessimistic) lengths, said at text[start:end]."""

    lengths: tuple[Length, ...]
    start: int
    end: int


def durations_in(text: str, start: int = 0, end: int | None = None) -> list[SaidDuration]:
    """All durations in text[start:end], from left to right. "3 times a day" or "2 years old" are none."""
    stop = len(text) if end is None else end
    found: list[SaidDuration] = []
    position = start
    for three in _THREE_POINTS.finditer(text, start, stop):
        lengths = tuple(_length(three[key]) for key in "olp")
        found.append(SaidDuration(lengths, three.start(), three.end()))
    taken = [(each.start, each.end) for each in found]
    while match := _ANY.search(text, position, stop):
        position = match.end()
        if any(first <= match.start() < last for first, last in taken):
            continue
        if _AGE.match(text, match.end(), stop) or _is_distance(text, match):
            continue
        said = _said(match)
        if match["unit_2"] and said is not None and not _rises(match, said):
            # "an hour a day - 2 days": what stands before the dash is another matter.
            said = SaidDuration(said.lengths[:1], match.start(), match.end("unit_2"))
            position = said.end
        if said is not None:
            found.append(said)
    return sorted(found, key=lambda each: each.start)


def _rises(match: re.Match[str], said: SaidDuration) -> bool:
    """Whether "2 days - 3 days" is a range: with blanks around a dash only in one unit, from less to more."""
    mark = match.string[match.end("unit_2") : match.start("high_2")]
    if not re.fullmatch(r"\s+[-–—]\s*|\s*[-–—]\s+", mark) and "." not in match["unit_2"]:
        return True
    (low, unit), *_ = said.lengths[0].parts
    (high, other), *_ = said.lengths[-1].parts
    return unit == other and low < high and "." not in match["unit_2"]


def _is_distance(text: str, match: re.Match[str]) -> bool:
    """Whether "(1.8 m)" stands behind "6 feet", or "10 m" before "of" or "tall"."""
    if not re.search(r"\sm\.?$", match.group()):
        return False
    before = _FEET.search(text[max(0, match.start() - 20) : match.start()])
    return before is not None or _OF.match(text, match.end()) is not None


def _said(match: re.Match[str]) -> SaidDuration | None:
    start, end = match.span()
    if match["slash_unit"]:
        unit = _UNITS[match["slash_unit"].lower().rstrip(".")]
        lengths = tuple(Length(((Fraction(match[key]), unit),)) for key in "abc")
        return SaidDuration(_with_known_units(lengths), start, end)
    if match["compact"]:
        pieces = re.findall(r"([\d.]+)([a-z])", match["compact"].lower())
        return SaidDuration((Length(tuple((Fraction(number), unit) for number, unit in pieces)),), start, end)
    if match["tail"]:
        hours, _, minutes = match["tail"].lower().partition("h")
        return SaidDuration((Length(((Fraction(hours), "h"), (Fraction(minutes), "m"))),), start, end)
    if match["long"]:
        return SaidDuration((_length(match["long"]),), start, end)
    low, unit, high = next(
        (match[f"low_{form}"], match.groupdict().get(f"unit_{form}"), _length(match[f"high_{form}"]))
        for form in "123"
        if match[f"high_{form}"]
    )
    low_unit = _UNITS[unit.lower().rstrip(".")] if unit else high.parts[0][1]
    return SaidDuration((_length_of(_amount(low), low_unit), high), start, end)


def _length(text: str) -> Length:
    parts: list[tuple[Fraction, str]] = []
    for part in _ONE_PART.finditer(text):
        amount = _amount(part["amount"])
        if part["half"]:
            amount += _amount_after_and(part["half"])
        parts += _length_of(amount, _UNITS[part["unit"].lower().rstrip(".")]).parts
    return Length(tuple(parts))


def _length_of(amount: Fraction, unit: str) -> Length:
    if unit == "fortnight":
        return Length(((amount * 2, "w"),))
    if unit == "quarter":
        return Length(((amount * 3, "mo"),))
    return Length(((amount, unit),))


def _with_known_units(lengths: tuple[Length, ...]) -> tuple[Length, ...]:
    return tuple(_length_of(*each.parts[0]) for each in lengths)


def _amount_after_and(text: str) -> Fraction:
    if "three" in text:
        return Fraction(3, 4)
    return Fraction(1, 4) if "quarter" in text else Fraction(1, 2)


def _amount(text: str) -> Fraction:
    words = " ".join(text.lower().split())
    if " and " in words:
        whole, _, rest = words.partition(" and ")
        return _amount(whole) + _amount_after_and(rest)
    if words.startswith(("half",)):
        return Fraction(1, 2)
    if words.startswith("three quarters"):
        return Fraction(3, 4)
    if "quarter of" in words:
        return Fraction(1, 4)
    if "couple" in words:
        return Fraction(2)
    if words in ("a few", "several"):
        return Fraction(3)
    if words in ("a", "an", "one"):
        return Fraction(1)
    if words in WHOLE_NUMBERS:
        return Fraction(WHOLE_NUMBERS[words])
    if words[0].isalpha():
        return sum((Fraction(WHOLE_NUMBERS[word]) for word in re.split("[- ]", words)), Fraction(0))
    total = Fraction(0)
    for piece in re.findall(r"\d+/\d+|[\d.,]+|[½¼¾⅓⅔]", words):
        if piece in _HALVES:
            total += _HALVES[piece]
        elif "/" in piece:
            top, bottom = piece.split("/")
            total += Fraction(int(top), int(bottom)) if int(bottom) else 0
        else:
            number = piece.strip(".,")
            if re.fullmatch(r"\d{1,3}(?:,\d{3})+", number):
                number = number.replace(",", "")
            total += Fraction(number.replace(",", "."))
    return total
