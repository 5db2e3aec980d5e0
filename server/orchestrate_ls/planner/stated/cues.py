"""The words that tell an order: "before", "depends on", "once", "in parallel with" and their like.

Works on the words between two mentions of steps; never sees the steps themselves.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum


class Direction(Enum):
    """What a stretch of words says of the mention before it and the one behind it."""

    BEFORE = "the first comes before the second"
    AFTER = "the first comes after the second"
    PARALLEL = "both may run at the same time"
    FREE = "neither waits for the other"


@dataclass(frozen=True, slots=True)
class Cue:
    """A direction, and whether it hands on the subject ("A, then B, then C")."""

    direction: Direction
    chains: bool
    start: int
    end: int


_DONE = (
    r"(?:done|finish(?:ed|es)?|complet(?:e|ed|es|ion)|over|ready|ends?|ended|through|closed"
    r"|in place|available|made|"
    r"achieved|accomplished|carried out|performed|executed|taken care of|out of the way"
    r"|wrapped up|signed off|approved|"
    r"merged|there|completely|fully|concluded|settled)"
)
_IT = (
    r"(?:that|this|which|it|these|those|they|them|both(?=\s*(?:$|[,.;]|(?:are|is|have|were|steps?|tasks?|done|finished"
    r"|completed?|ready|of (?:them|these|those))\b))|all(?: of (?:that|this|them|these))?"
    r"|doing (?:so|that|this)|the (?:above|former))"
)
_STATE = (
    rf"(?:\s+(?:step|task|one|steps|tasks|ones)s?)?(?:\s+(?:is|are|has|have|was|were|gets?|got"
    rf"|been|being|'s|all|both|fully|completely))*(?:\s+{_DONE})?"
)
_AFTERWARDS = re.compile(
    rf"\b(?:after|once|when|following|upon|as soon as|with|from|only after|only once|only then"
    rf"|on (?:the )?completion of)\s+{_IT}\b{_STATE}"
    r"|\b(?:afterwards?|thereafter|thereupon|whereupon|subsequently|and only then|only then"
    r"|next(?= (?:comes?|is|up|do|you|we)\b|,|\W*$)|later(?: on)?(?! than)"
    r"|at (?:that|this|which) point|in turn)\b|(?:-+|=+|–|—)>|[→⇒➔➜⟶»]|\bthen\b(?! only\b)|\s>+\s"
    r"|\b(?:is|are|be|and|directly|immediately|then)?\s?followed by\b|\bleads? (?:in)?to\b"
    r"|\bgives? way to\b|\bfinally\b|\blastly\b",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    r"\b(?:preced(?:e|es|ed|ing)\b(?! by)|prior to|ahead of|(?:earl(?:y|ier)|sooner) than|before(?:hand)?"
    r"|(?:pre-?requisites?|pre-?conditions?|requirements?|dependency|dependencies|inputs?"
    r"|a must|basis|foundation) (?:for|of|to)"
    r"|(?:required|needed|necessary|essential|indispensable|mandatory|used"
    r"|a requirement) (?:by|for|in|to (?:start|begin|do|be able)|in order to)"
    r"|must have (?:finished|ended|been \w+) (?:for|when)"
    r"|(?:un)?blocks?\b(?! by)|blocking\b|enabl(?:e|es|ing)|unlocks?|allows?|permits?"
    r"|feeds?(?: into)?|gates?\b|paves the way for|makes? (?:way for|possible)"
    r"|(?:provides?|produces?|delivers?) (?:the )?(?:inputs?|basis|data|results?) (?:for|to)"
    r"|no later than|not later than"
    r"|to be able to (?:start|begin|do|go on|carry out)|has priority over"
    r"|takes precedence over|(?:finish(?:ed)?|done|complet(?:e|ed)|ready|over|made) for"
    r"|so that|in order (?:for|to))\b"
    r"|\bin advance of\b|\b(?:is|are)\b(?=[^.]{0,20}'s (?:pre-?requisite|pre-?condition)s?)"
    r"|['’]s? (?:pre-?requisite|pre-?condition|precursor|predecessor)s?\s*$",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"\b(?:after|once|when(?:ever)?|as soon as|the moment|follow(?:s|ing|ed up on)?(?! by)"
    r"|(?:is|are|be|being)?\s?(?:blocked|preceded|gated|enabled|unlocked|triggered|held up) by"
    r"|depend(?:s|ing|ed)?(?: (?:up)?on| of)?|dependen(?:t|cy|cies)(?: (?:up)?on| is| are|:)?"
    r"|requir(?:e|es|ing)|needs?(?! to\b)|needing"
    r"|wait(?:s|ing|ed)?(?: (?:for|on|until|till))?|await(?:s|ing)?|(?:relies|rely"
    r"|relying) (?:up)?on|(?:build(?:s|ing)?|based|hinges?|rests?) (?:up)?on"
    r"|subsequent to|unless|without|provided(?: that)?|until|till|upon|(?:contingent"
    r"|conditional) (?:up)?on|(?:only )?if|later than"
    r"|(?:uses?|using|consum(?:es?|ing)|takes?|working (?:on|from)) the (?:result|output"
    r"|outcome|data|product)s? (?:of|from)|assum(?:es?|ing)|presupposes?|having"
    r"|(?:pre-?requisites?|pre-?conditions?|predecessors?)(?: (?:is|are|include[s]?|being))?:?"
    r"|comes? from|on (?:the )?(?:completion|conclusion|basis) of|at the end of"
    r"|as (?=[^,]{0,30}finish)"
    r"|(?:starts?|begins?|kicks off) (?:right |only |immediately )?(?:with|at|on) the (?:end"
    r"|completion|finish) of|since)\b|<-+|[←⇐]",
    re.IGNORECASE,
)
_PARALLEL = re.compile(
    r"\b(?:(?:in|with) paral+el+(?: (?:with|to))?|paral+el+(?:ized?|ised?)?(?: (?:with|to))?"
    r"|at (?:the|about the) same time(?: (?:as|with))?|simultaneous(?:ly)?(?: (?:with|to))?|"
    r"concurrent(?:ly)?(?: with)?|alongside|side[- ]by[- ]side(?: with)?|while|meanwhile"
    r"|whil(?:st)|in the meantime|during|overlap(?:s|ping)?(?: with)?|at once with"
    r"|asynchronous(?:ly)?)\b|\|\|",
    re.IGNORECASE,
)
_FREE = re.compile(
    r"\b(?:independent(?:ly)?(?: (?:of|from))?|regardless of|in any order|in (?:either"
    r"|whichever|whatever|no particular) order|no (?:dependenc(?:y|ies)|order|ordering)"
    r"|nothing to do with|unrelated to|(?:order|sequence) (?:does not|doesn't|doesn’t) matter)\b",
    re.IGNORECASE,
)
_NOT = re.compile(
    r"\b(?:not|cannot|never|no|nobody|nothing|neither|nor|none|impossible|isn|can|won)(?:['’]t)?\b|n['’]t\b",
    re.IGNORECASE,
)
_IS_NOT = re.compile(
    r"\b(?:not|cannot|never|no|nobody|nothing|neither|nor|none|impossible|avoid|forbidden"
    r"|refrain|hold off|don|can['’]t)\b|n['’]t\b",
    re.IGNORECASE,
)
_NEED_NOT = re.compile(
    r"\b(?:need(?:s)? not|needn['’]t|(?:not|n['’]t) (?:have to|need to|necessarily|required to"
    r"|be required)|no need)\b",
    re.IGNORECASE,
)
_PERHAPS = re.compile(
    r"\b(?:must|ha(?:s|ve) to|needed|required|out of the way|between|in order|in sequence"
    r"|behind (?:you|us|me|them)|at the (?:very )?(?:end|beginning|start)|follows?"
    r"|one by one|(?:given|listed|stated|numerical|following) order|each|every|no|last"
    r"|first)\b",
    re.IGNORECASE,
)
_WAITS = re.compile(
    r"\b(?:wait|hold|postpone|defer|delay|block|pause|stall|stay|put off|on hold|blocked|idle)\w*\b",
    re.IGNORECASE,
)
_UNTIL = re.compile(r"\b(?:until|till|unless|without)\b", re.IGNORECASE)
_TIED = re.compile(
    r"\b(?:depend|requir|need|wait|rel(?:y|ies)|build|follow|block|preced|await|dependen|enabl)\w*\b",
    re.IGNORECASE,
)


def cue_between(before: str, between: str) -> Cue | None:
    """What the words between two mentions say; `before` is what stands before the first in the same clause."""
    whole = f"{before} {between}"
    if _FREE.search(between):
        return _cue(Direction.FREE, False, _FREE.search(between))
    if _NEED_NOT.search(whole):
        tie = _TIED.search(between) or _BEFORE.search(between) or _AFTER.search(between)
        return _cue(Direction.FREE, False, tie) if tie else None
    until = _UNTIL.search(between)
    if until is not None:
        word = until.group().lower()
        if word in ("unless", "without") or _IS_NOT.search(whole) or _WAITS.search(whole):
            return _cue(Direction.AFTER, False, until)
        if re.search(r"\bonly\b", whole):
            return _cue(Direction.AFTER, False, until)
        return None
    negated = _IS_NOT.search(whole) is not None
    then = _AFTERWARDS.search(between)
    first = _first(between)
    if then is not None and (first is None or then.start() <= first.start()):
        return _cue(Direction.BEFORE, True, then)
    if first is None:
        return None
    if first.re is _PARALLEL:
        rest = _first(between, first.end(), directed=True)
        if rest is None:
            return _cue(Direction.FREE if negated else Direction.PARALLEL, False, first)
        first = rest
    direction = Direction.BEFORE if first.re is _BEFORE else Direction.AFTER
    if negated and first.group().lower() not in ("no later than", "not later than"):
        if _TIED.match(first.group()) and _negates(whole, first.group()):
            return _cue(Direction.FREE, False, first)
        if re.search(r"\bbefore|prior|ahead|earl|sooner", first.group(), re.IGNORECASE):
            return _cue(Direction.AFTER, False, first)
        if re.search(r"^(?:after|later)", first.group(), re.IGNORECASE) and re.search(
            r"not? later|not (?:be |come |happen |start )*after", whole, re.IGNORECASE
        ):
            return _cue(Direction.BEFORE, False, first)
    return _cue(direction, False, first)


def leading_cue(words: str) -> Cue | None:
    """What the words before a clause's first mention say: AFTER for "Once A is done, B", BEFORE for "Before A, B"."""
    if re.search(
        r"\b(?:start|begin|kick (?:things )?off|commence) (?:off )?(?:with|by)\b", words, re.IGNORECASE
    ):
        return None
    until = re.search(r"\b(?:not until|until|till|unless|without)\b", words, re.IGNORECASE)
    if until is not None:
        return _cue(Direction.AFTER, False, until)
    then = _AFTERWARDS.search(words)
    found = _first(words)
    if then is not None and (found is None or then.start() <= found.start()):
        found = _first(words, then.end())
        if found is None:
            return None
    if found is None:
        purpose = re.search(
            r"(?:^|[,;:]\s*|\band )\s*(?:in order )?(?:to (?:be able to )?(?:start|begin|do|carry out"
            r"|perform|execute|get to|tackle|proceed with)\b|for\b|to\b)",
            words,
            re.IGNORECASE,
        )
        return _cue(Direction.BEFORE, False, purpose) if purpose is not None else None
    if found.re is _PARALLEL:
        return _cue(Direction.PARALLEL, False, found)
    if found.re is _BEFORE:
        if _IS_NOT.search(words[: found.start()]):
            return _cue(Direction.AFTER, False, found)
        return _cue(Direction.BEFORE, False, found)
    return _cue(Direction.AFTER, False, found)


def opens_with_afterwards(words: str) -> bool:
    """Whether a clause begins by referring to what came before: "Then", "After that", "Once this is done"."""
    found = _AFTERWARDS.search(words)
    return found is not None and not words[: found.start()].strip(" ,;:-–—*_.(and")


def opens_with_meanwhile(words: str) -> bool:
    """Whether a clause begins with "Meanwhile", "At the same time" and the like."""
    return (
        re.match(
            r"\W*(?:and |but )?(?:meanwhile|in the meantime|(?:at|during|in) (?:the same|that"
            r"|this) time|simultaneously|in paral+el+|concurrently|while (?:that|this|it)"
            r"|during (?:this|that))\b",
            words,
            re.IGNORECASE,
        )
        is not None
    )


def says_parallel(words: str) -> bool:
    """Whether the words say of what stands before them that it may run at the same time."""
    return (_PARALLEL.search(words) or _FREE.search(words)) is not None and not _IS_NOT.search(words)


def may_say_order(words: str) -> bool:
    """Whether the words hold a cue, or what may do without one ("For step 4, step 1 is needed")."""
    return says_order(words) or _PERHAPS.search(words) is not None


def says_order(words: str) -> bool:
    """Whether the words hold any cue at all."""
    return any(pattern.search(words) for pattern in (_BEFORE, _AFTER, _AFTERWARDS, _PARALLEL, _FREE))


def cue_spans(text: str) -> list[tuple[int, int]]:
    """Spans of all cues in a text, overlapping ones put together."""
    spans = sorted(
        found.span()
        for pattern in (_BEFORE, _AFTER, _AFTERWARDS, _PARALLEL, _FREE)
        for found in pattern.finditer(text)
    )
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _first(text: str, start: int = 0, directed: bool = False) -> re.Match[str] | None:
    patterns = (_BEFORE, _AFTER) if directed else (_BEFORE, _AFTER, _PARALLEL)
    found = [match for pattern in patterns if (match := pattern.search(text, start))]
    # Of two that begin at one place the longer says more: "is needed for" over "need".
    return min(found, key=lambda match: (match.start(), -match.end()), default=None)


def _negates(whole: str, cue: str) -> bool:
    place = whole.lower().rfind(cue.lower())
    return (
        re.search(
            r"(?:\bnot|n['’]t|\bnever|\bno longer|\bno)\s+(?:\w+\s+){0,2}$",
            whole[:place] + " ",
            re.IGNORECASE,
        )
        is not None
    )


def _cue(direction: Direction, chains: bool, match: re.Match[str] | None) -> Cue | None:
    return None if match is None else Cue(direction, chains, match.start(), match.end())
