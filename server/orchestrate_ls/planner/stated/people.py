"""Reads who does what ("Anna does step 2", "assigned to Bob", "@carol") and how many can work at once."""

from __future__ import annotations

import re
from dataclasses import dataclass

from orchestrate_ls.planner.stated.durations import WHOLE_NUMBERS
from orchestrate_ls.planner.stated.facts import StatedCapacity
from orchestrate_ls.planner.stated.quotes import Quoter

NAME = r"(?:@[\w.-]{1,40}\w|[A-Z][a-zà-öø-ÿ]{1,20}(?:[-'’ ][A-Z][a-zà-öø-ÿ]{1,20}){0,2}(?![\w@]))"
"""A handle or capitalised name."""
_COUNT = rf"(?P<count>\d{{1,4}}|{'|'.join(list(WHOLE_NUMBERS)[1:21])}|a\s+couple\s+of)"
_PEOPLE = (
    r"(?:people|persons?|engineers?|developers?|programmers?|devs?|workers?|agents?|helpers?"
    r"|cooks?|friends|colleagues|members|"
    r"designers?|hands|volunteers|contributors|of\s+us|employees|teammates)"
)
_SO_MANY = re.compile(
    rf"\b(?:team\s+of\s+{_COUNT.replace('count', 'team')}\b"
    rf"|(?:with|by|for|only|just|there\s+are|we\s+are|we\s+have|have|are|using|staffed\s+with"
    rf"|has|=|:)\s+(?:(?:a\s+team\s+of|only|just|at\s+most"
    rf"|up\s+to)\s+)*{_COUNT}\s+(?:\w+\s+)?{_PEOPLE}\b"
    rf"|^\W*{_COUNT.replace('count', 'first')}\s+(?:\w+\s+)?{_PEOPLE}\b(?=\s+(?:can|are|will"
    rf"|work|do|is|share|available|only)|\W*$))",
    re.IGNORECASE,
)
_AT_ONCE = re.compile(
    rf"\b(?:(?:at\s+most|no\s+more\s+than|up\s+to|only|maximum(?:\s+of)?"
    rf"|max\.?)\s+){_COUNT}\s+(?:\w+\s+)?(?:steps?|tasks?|things?|items?|jobs?|activit(?:y|ies)"
    rf"|of\s+them)\b.{{0,40}}"
    r"\b(?:at\s+(?:once|a\s+time|the\s+same\s+time)|in\s+parallel|simultaneously|concurrently)\b",
    re.IGNORECASE,
)
_CAPACITY_IS = re.compile(
    rf"\b(?:capacity|concurrency|parallelism)\s*(?:is|of|:|=)?\s*{_COUNT}\b", re.IGNORECASE
)
_ALONE = re.compile(
    r"\b(?:(?:work(?:s|ing)?|do(?:es|ing)?|am|is|i['’]m|on\s+(?:my|your|his|her)\s+own|all"
    r"|everything|it)\b.{0,30}\b(?:alone|by\s+(?:myself|yourself|himself|herself|itself)"
    r"|on\s+(?:my|your|his|her)\s+own)"
    r"|alone|single-handed(?:ly)?|(?:only\s+)?(?:one|a\s+single)\s+(?:person|developer"
    r"|engineer|cook|worker|agent|pair\s+of\s+hands)\b|one\s+(?:thing|step"
    r"|task)\s+at\s+(?:a\s+time|once)|no\s+(?:parallel|multitasking)\w*)\b",
    re.IGNORECASE,
)
_UNLIMITED = re.compile(
    r"\b(?:(?:unlimited|infinite|unbounded|limitless|endless|arbitrar\w+\s+many"
    r"|as\s+many\s+\w+(?:\s+\w+)?\s+as\s+(?:needed|you\s+(?:need|like|want)|necessary)"
    r"|no\s+limit\s+(?:on|to|of)|any\s+number\s+of|enough)\s*(?:the\s+)?(?:number\s+of\s+)?"
    r"(?:resources?|people|persons|workers?|helpers?|hands|agents?|capacity|manpower|tools"
    r"|equipment|parallel\w*|tasks?|steps?)?"
    r"|(?:resources?|people|helpers?|workers?|agents?|hands|capacity)\b.{0,20}\b(?:are"
    r"|is)\s+(?:unlimited|infinite|not\s+limited|unbounded|no\s+(?:limit|constraint)))\b",
    re.IGNORECASE,
)
_UNLIMITED_OF = re.compile(
    r"resource|people|person|worker|helper|hand|agent|capacity|manpower|parallel|at once|task"
    r"|step|tool|equipment",
    re.IGNORECASE,
)
_ASSIGNED = re.compile(
    rf"\b(?i:(?:is|are|was|were|be|been|gets?)?\s*(?:assigned\s+to|owned\s+by|done\s+by"
    rf"|handled\s+by|given\s+to|taken\s+by|led\s+by|performed\s+by|carried\s+out\s+by"
    rf"|the\s+(?:job|task|responsibility)\s+of|on|up\s+to|by))\s+(?P<who>{NAME})"
)
_DOES = re.compile(
    rf"(?<![\w@])(?P<who>{NAME})(?:\s+(?i:and)\s+(?P<second>{NAME}))?\s+(?i:(?:will\s+|shall\s+"
    rf"|should\s+|can\s+|is\s+going\s+to\s+|has\s+to\s+|must\s+)?(?:does?|takes?(?:\s+(?:on"
    rf"|care\s+of|over|charge\s+of))?|handles?|owns?|leads?|works?\s+on|performs?"
    rf"|is\s+(?:responsible|in\s+charge|accountable)\s+(?:for|of)|is\s+(?:assigned"
    rf"|allocated)(?:\s+to)?|gets?|carr(?:y|ies)\s+out|looks?\s+after))\b"
)
_IS_TO = r"(?i:will|shall|should|must|can|has\s+to|have\s+to|needs?\s+to|is\s+(?:going\s+)?to|to)"
_WHERE_TO = re.compile(
    r"\s*(?:add|back|commit|connect|convert|deploy|export|give|go|import|introduce|link|listen|map|migrate|move|point|port"
    r"|promote|publish|push|redirect|release|reply|report|respond|return|roll|route|save|send|ship|speak|subscribe|switch"
    r"|sync|talk|turn|update|upgrade|upload|write)\s+to\s",
    re.IGNORECASE,
)
"""What is told to be done, and not by whom: "Deploy to production", "Talk to legal"."""
_MODAL = re.compile(rf"\b{_IS_TO}\s+$")
_NAMED_FIRST = re.compile(rf"\s*(?P<who>{NAME})\s*(?::\s+(?:{_IS_TO}\s+)?|\s+{_IS_TO}\s+)(?=\S)")
_OWNER_FIELD = re.compile(
    rf"\s*(?i:owner|assignees?|assigned(?:\s+to)?|responsible|who|agent|by|done\s+by"
    rf"|lead)\b\s*:?\s*(?P<who>{NAME}|[a-z][\w-]{{1,40}}(?=\s*$))\s*$"
)
_OWNS = re.compile(
    rf"\b(?i:(?:owner|assignee|responsible|lead)\s+(?:of|for)\b[^.:;\n]{{1,120}}?(?:\s+(?:is|will\s+be)\s+|\s*[:=]\s*))"
    rf"(?P<who>{NAME})"
)
NAME_LIST = re.compile(
    rf"(?<![\w@])(?P<names>{NAME}(?:\s*(?:,|,?\s+and|&)\s+{NAME}){{0,4}})"
    r"(?=\s+(?P<verb>(?i:(?:will|shall|should|must|to|can|has\s+to|have\s+to|is\s+going\s+to|are\s+going\s+to"
    r"|needs?\s+to)\s+(?:also\s+|then\s+)?)?[a-z]+))"
    r"(?:\s+(?i:will|shall|should|must|to|can|has\s+to|have\s+to|is\s+going\s+to|are\s+going\s+to|needs?\s+to))?"
)
"""One or more names with a verb behind them, as in "Anna packs" and "Anna and Bob will pack"."""
_TO = re.compile(rf"\b(?i:to|by|on)\s+(?P<who>{NAME})")
_ONLY_NAME = re.compile(rf"\s*(?P<who>{NAME})\s*$")
_HANDLE = re.compile(r"(?<![\w@])@[\w.-]{0,40}\w")
_NO_NAMES = frozenset(
    [
        "step",
        "steps",
        "task",
        "tasks",
        "once",
        "after",
        "before",
        "then",
        "first",
        "second",
        "third",
        "finally",
        "next",
        "each",
        "every",
        "all",
        "both",
        "it",
        "this",
        "that",
        "these",
        "those",
        "the",
        "a",
        "an",
        "we",
        "you",
        "they",
        "he",
        "she",
        "i",
        "nobody",
        "everyone",
        "somebody",
        "somebody",
        "everything",
        "start",
        "begin",
        "do",
        "does",
        "not",
        "no",
        "if",
        "when",
        "while",
        "until",
        "only",
        "phase",
        "stage",
        "item",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
        "optional",
        "required",
        "note",
        "notes",
        "backend",
        "frontend",
        "api",
        "boil",
        "make",
        "add",
        "there",
        "here",
        "in",
        "on",
        "at",
        "to",
        "for",
        "from",
        "with",
        "and",
        "or",
        "but",
        "never",
        "please",
        "don",
        "always",
        "everybody",
        "anybody",
        "anyone",
        "someone",
        "users",
        "people",
        "customers",
        "also",
        "meanwhile",
        "afterwards",
        "later",
        "together",
        "what",
        "who",
        "which",
        "where",
        "how",
        "why",
        "our",
        "your",
        "my",
        "his",
        "her",
        "their",
        "its",
        "one",
        "two",
        "three",
        "some",
        "any",
        "most",
        "many",
        "none",
        "neither",
        "either",
        "as",
        "so",
        "since",
        "because",
        "unless",
        "without",
        "before",
        "during",
        "by",
        "wait",
        "let",
        "make",
        "everyone",
        "others",
        "now",
        "today",
        "tomorrow",
    ]
)


def capacity_in(quoter: Quoter, start: int, end: int) -> StatedCapacity | None:
    """How many tasks may run at once, if text[start:end] says so."""
    quote = quoter.quote(start, end)
    text = quoter.text[start:end]
    for match in _UNLIMITED.finditer(text):
        if _UNLIMITED_OF.search(text, match.start()):
            return StatedCapacity(None, quote)
    for pattern in (_AT_ONCE, _SO_MANY, _CAPACITY_IS):
        if match := pattern.search(text):
            groups = match.groupdict()
            words = next(groups[key] for key in ("count", "team", "first") if groups.get(key)).lower()
            number = 2 if words.startswith("a") else WHOLE_NUMBERS.get(words) or int(words)
            return StatedCapacity(max(1, number), quote)
    if _ALONE.search(text) and not re.search(r"\bnot\s+alone\b", text, re.IGNORECASE):
        return StatedCapacity(1, quote)
    return None


def owner_field(text: str) -> str | None:
    """The name in a part such as "@bob", "Owner: Anna" or "assigned to Anna" that says nothing else."""
    match = _OWNER_FIELD.match(text) or (_ONLY_NAME.match(text) if text.strip().startswith("@") else None)
    if match is None or match["who"].lower() in _NO_NAMES:
        return None
    return match["who"]


def bare_name(text: str) -> str | None:
    """The name, when the text is nothing but a capitalised name."""
    match = _ONLY_NAME.match(text)
    return match["who"] if match and match["who"].split(maxsplit=1)[0].lower() not in _NO_NAMES else None


def handle_in(text: str) -> re.Match[str] | None:
    """A handle such as "@bob"."""
    return _HANDLE.search(text)


def named_first(text: str) -> re.Match[str] | None:
    """Match "Anna: write the report", "Bob will review": the match's group `who` and where the task begins."""
    match = None if _WHERE_TO.match(text) else _NAMED_FIRST.match(text)
    return match if match and match["who"].split(maxsplit=1)[0].lower() not in _NO_NAMES else None


def says_who_will(text: str) -> bool:
    """Whether a text begins with somebody who is to do something: "Bob to review", "Ann: will write"."""
    match = named_first(text)
    return match is not None and _MODAL.search(match.group()) is not None


@dataclass(frozen=True, slots=True)
class Doer:
    """Who is said to do something at text[start:end]; `works_behind`: the work is named behind it."""

    names: tuple[str, ...]
    start: int
    end: int
    works_behind: bool


def doers_in(text: str, start: int, end: int) -> list[Doer]:
    """Who is said to do something in text[start:end], from left to right."""
    found: list[Doer] = []
    for pattern in (_DOES, _ASSIGNED, _OWNS):
        for match in pattern.finditer(text, start, end):
            names = [match["who"], *([match["second"]] if match.groupdict().get("second") else [])]
            names = [who for who in names if not is_no_name(who)]
            if names and all(match.end() <= each.start or match.start() >= each.end for each in found):
                begin = match.start("who") if pattern is _OWNS else match.start()
                found.append(Doer(tuple(names), begin, match.end(), pattern is _DOES))
    assigned = [each for each in found if not each.works_behind]
    if assigned:
        # "Step 2 is assigned to Anna, step 3 to Bob": the verb is not said again.
        for match in _TO.finditer(text, assigned[0].end, end):
            if not is_no_name(match["who"]) and all(
                match.end() <= d.start or match.start() >= d.end for d in found
            ):
                found.append(Doer((match["who"],), match.start(), match.end(), False))
    return sorted(found, key=lambda each: each.start)


def is_no_name(name: str) -> bool:
    """Whether a capitalised word is none of a person or a team: "Once", "Monday"."""
    return name.split(maxsplit=1)[0].lower() in _NO_NAMES


def names_in(listed: str) -> list[str]:
    """The names of "Anna, Bob and Carol"."""
    return [match.group() for match in re.finditer(NAME, listed)]


def acts(names: int, verb: str) -> bool:
    """Whether a verb goes with so many people: "packs" and "will pack" with one, "pack" with several."""
    words = verb.lower().split()
    if len(words) > 1:
        return True
    if words[0] in ("is", "was", "has", "as", "this", "its", "us", "plus", "minus", "does", "vs"):
        return False
    return names > 1 or (words[0].endswith("s") and not words[0].endswith("ss"))


def says_capacity(text: str) -> bool:
    """Whether the words say how many can work at once."""
    return any(pattern.search(text) for pattern in (_AT_ONCE, _SO_MANY, _CAPACITY_IS, _UNLIMITED))
