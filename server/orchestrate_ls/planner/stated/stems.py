"""Brings English words to a common form, so that "boiling the water" meets "Boil water".

Light suffix stripping in the spirit of M. F. Porter, "An algorithm for suffix stripping", Program 14(3), 1980,
with a table of irregular verbs. Knows nothing of steps or plans.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]{1,2}(?![^\W_]))?")
_DOUBLED = re.compile(r"([bdfgmnprt])\1$")
_VOWEL = re.compile(r"[aeiouy]")
_IRREGULAR = {
    form: verb
    for verb, forms in {
        "beat": "beaten",
        "analyz": "analysis analyses",
        "approv": "approval approvals",
        "arriv": "arrival arrivals",
        "begin": "began begun",
        "convert": "conversion conversions",
        "decid": "decision decisions",
        "deliver": "delivery deliveries",
        "describ": "description descriptions",
        "extend": "extension extensions",
        "introduc": "introduction",
        "produc": "production",
        "prove": "proof proven",
        "publish": "publication publications",
        "revis": "revision revisions",
        "subscrib": "subscription subscriptions",
        "submit": "submission submissions",
        "bind": "bound",
        "break": "broke broken",
        "bring": "brought",
        "build": "built",
        "buy": "bought",
        "catch": "caught",
        "choose": "chose chosen choice",
        "dig": "dug",
        "do": "did does done doing",
        "draw": "drew drawn",
        "drive": "drove driven",
        "eat": "ate eaten",
        "feed": "fed",
        "feel": "felt",
        "find": "found",
        "fly": "flew flown",
        "forget": "forgot forgotten",
        "freeze": "froze frozen",
        "get": "got gotten",
        "give": "gave given",
        "go": "went gone goes",
        "grind": "ground",
        "grow": "grew grown",
        "hang": "hung",
        "have": "has had",
        "hide": "hidden",
        "hold": "held",
        "keep": "kept",
        "know": "knew known",
        "lay": "laid",
        "learn": "learnt",
        "leave": "left",
        "lend": "lent",
        "light": "lit",
        "make": "made",
        "meet": "met",
        "pay": "paid",
        "ride": "rode ridden",
        "ring": "rung rang",
        "rise": "rose risen",
        "run": "ran",
        "see": "saw seen",
        "sell": "sold sale sales",
        "send": "sent",
        "sew": "sewn",
        "shake": "shaken shook",
        "show": "shown",
        "sing": "sung sang",
        "sit": "sat",
        "sleep": "slept",
        "speak": "spoke spoken",
        "spend": "spent",
        "stand": "stood",
        "steal": "stole stolen",
        "stick": "stuck",
        "sweep": "swept",
        "swim": "swam swum",
        "take": "took taken",
        "teach": "taught",
        "tell": "told",
        "think": "thought",
        "throw": "threw thrown",
        "understand": "understood",
        "wake": "woke woken",
        "wear": "wore worn",
        "win": "won",
        "wind": "wound",
        "write": "wrote written",
    }.items()
    for form in forms.split()
}
_ENDINGS = (
    ("ational", "ate"),
    ("ization", "ize"),
    ("isation", "ize"),
    ("ifications", "ify"),
    ("ification", "ify"),
    ("ations", "ate"),
    ("ation", "ate"),
    ("ments", ""),
    ("ment", ""),
    ("ness", ""),
    ("ings", ""),
    ("ing", ""),
    ("ies", "y"),
    ("ied", "y"),
    ("ed", ""),
    ("ly", ""),
)


@dataclass(frozen=True, slots=True)
class StemmedWord:
    """A word of a text: its common form and `text[start:end]`."""

    stem: str
    start: int
    end: int


def stemmed_words(text: str, start: int = 0, end: int | None = None) -> list[StemmedWord]:
    """All words of text[start:end]."""
    stop = len(text) if end is None else end
    return [
        StemmedWord(stem(found.group()), found.start(), found.end())
        for found in _WORD.finditer(text, start, stop)
    ]


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """The common form of a word: lower case, without the endings of plurals, of -ing, -ed, -ment and the like."""
    form = word.lower().replace("’", "'")[:60]
    if "'" in form:
        form = form.partition("'")[0]
    if form in _IRREGULAR:
        return _settled(_IRREGULAR[form])
    if len(form) <= 3 or not form.isascii():
        return form
    for ending, instead in _ENDINGS:
        base = form[: -len(ending)]
        if form.endswith(ending) and len(base) >= 3 - (ending in ("ies", "ied")) and _VOWEL.search(base):
            return _settled(_DOUBLED.sub(r"\1", base) + instead)
    if form.endswith("s") and not form.endswith(("ss", "us", "is")):
        form = form[:-2] if form.endswith(("sses", "shes", "ches", "xes", "zzes")) else form[:-1]
    return _settled(form)


def _settled(form: str) -> str:
    """Without the final e that "baking" has lost, and with "i" for a final "y"."""
    if form.endswith("ate") and len(form) > 5:
        form = form[:-3]
    elif form.endswith("e") and len(form) > 3:
        form = form[:-1]
    return _DOUBLED.sub(r"\1", form[:-1] + "i" if form.endswith("y") and len(form) > 3 else form)
