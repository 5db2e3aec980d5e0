"""Tells what bounds the work from what is to be done: amounts, measures, what has to stay, how things are today.

"95% coverage", "400 GB", "keep the existing API" and "it gets killed with large files" are no tasks of their own.
Works on stretches of the flattened goal; knows nothing of kinds of work, features or the catalogue.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from orchestrate_ls.planner.omissions import CUT, Phrase

_LEAD = r"(?:(?:and|but|with|at|of|while|also|ideally|please)\s+)*"
_BOUND = (
    r"(?:[<>≤≥]=?|under|below|over|above|within|less than|more than|fewer than|"
    r"at (?:least|most)|up to|down to|max\.?|min\.?)"
)
_AMOUNT = (
    rf"(?:(?:~|ca\.?|about|around|approx\w*\.?|roughly|some|{_BOUND})\s*)*"
    r"[$€£]?\d[\d.,]*\s?(?:k|m|bn|million|thousand|billion)?"
)
_UNITS = (
    r"(?:[kmgtp]i?b(?:ytes)?|bytes?|%|percent|ms|msec|milliseconds?|s|secs?|seconds?|min(?:ute)?s?|hours?"
    r"|fps|rps|qps|tps|"
    r"(?:(?:concurrent|daily|monthly|active|registered|simultaneous)\s+)*"
    r"(?:users?|customers|visitors|requests?|reqs?|calls|transactions|messages|events|rows|records"
    r"|entries|documents|"
    r"files|pages|pictures|photos|images|lines|loc|tables|servers|devices|tenants|stores|employees|people"
    r"|guests|"
    r"repos(?:itories)?|pipelines|(?:micro)?services|jobs|orders|products|articles|connections|nodes))"
)
_QUANTITY = re.compile(
    rf"{_LEAD}{_AMOUNT}\s?{_UNITS}(?![\w-])(?:\s*(?:/|per|a|an|each|every|of|in|on)\s*[\w /-]{{1,40}}"
    r"|\s+(?:test\s+)?(?:coverage|accuracy|uptime|availability|precision|recall|total|downtime|delay|max(?:imum)?"
    r"|or\s+\w+)){0,2}",
    re.IGNORECASE,
)
_MEASURE = re.compile(
    rf"{_LEAD}(?:the\s+)?(?:(?:test|code|branch|model|overall|average|median|max(?:imum)?|p\d\d"
    rf"|end[- ]to[- ]end)\s+)*"
    r"(?:results?|answers?|responses?|quer(?:y|ies)|downtime|accuracy|precision|recall|f1|coverage"
    r"|latency|uptime|availability|response times?|load times?|p\d\d|rto|rpo|budget|costs?|"
    rf"error rate|bundle size)\s*(?:of|is|should be|must be|has to be|:|=)?\s*{_AMOUNT}.{{0,30}}",
    re.IGNORECASE,
)
_TARGET = re.compile(
    rf"{_LEAD}(?:(?:it|this|that|they|which)\s+)?(?:should|must|needs? to|has to|have to|ought to|shall"
    rf"|goal|target|aim|"
    r"(?:get|bring|make|cut|keep|reduce)\s+(?:it|this|that|them))\b"
    rf"[^,;]{{0,40}}?{_BOUND}\s*(?:a|one|two|five|ten)?\s*\d*[^,;]{{0,30}}",
    re.IGNORECASE,
)
_KEPT = re.compile(
    rf"{_LEAD}(?:re)?us(?:e|ing)\s+(?:our|the existing|existing|my|the same)\s.{{2,70}}|"
    rf"{_LEAD}(?:stick to|follow)\s+(?:our|the|existing)\s.{{2,70}}|"
    rf"{_LEAD}(?:(?:keep(?:ing)?|preserv(?:e|ing)|leav(?:e|ing))\s+(?:(?:the|our|all|its|existing|current"
    rf"|public|backwards?)\s+.{{2,70}}"
    r"|.{2,60}\b(?:unchanged|compatible|intact|stable|as is|as it is|the same|untouched|alone|per\s+\w+)))"
    rf"|{_LEAD}(?:keep(?:ing)?|preserv(?:e|ing))\s+(?:git\s+)?(?:history|links|urls|seo|ids|data|compatibility)"
    rf"|{_LEAD}(?:don['’]t|do not)\s+(?:break|touch|change)\s.{{2,70}}",
    re.IGNORECASE,
)
_QUALITY = re.compile(
    rf"{_LEAD}(?:(?:fully|strictly|strongly|completely|must be|should be|has to be)\s+)*"
    r"(?:typed|type[- ]safe|(?:backwards?|downwards?)[- ]compatible|production[- ]ready|open[- ]source"
    r"|self[- ]hosted|on[- ]prem(?:ises?)?|"
    r"(?:mobile|user|beginner|seo)[- ]friendly|easy to use|well[- ]tested|maintainable|scalable"
    r"|highly available|"
    r"(?:cheaper|faster|smaller|quicker|simpler|easier|better) than .{2,40}|fast|simple"
    r"|cheap(?: \w+)?|secure|low[- ]cost|"
    r"(?:must|should|has to|needs to|have to) be \w+(?:able|ible|ent|ant)|"
    r"(?:(?:must|should|has to|needs to) )?works? (?:on|with|under|in) (?!offline).{2,40}|"
    r"(?:zero|no|without) downtime|no behaviou?r changes?|thread[- ]safe|cross[- ]platform|lightweight|asap)",
    re.IGNORECASE,
)
_ONLY = re.compile(
    rf"{_LEAD}(?:(?:for|on|in|by)\s+)?(?:the\s+)?[\w/&+.-]+(?:\s+[\w/&+.-]+){{0,3}}\s+only"
    rf"|{_LEAD}only\s+(?:for|on|in|by)\s+(?:the\s+)?[\w/&+.-]+(?:\s+[\w/&+.-]+){{0,3}}",
    re.IGNORECASE,
)
"""Where or for whom it is to be: "Android only", "only for admins"."""
_BACKGROUND = re.compile(
    r"(?:(?:and|but|because|since|as)\s+)?(?:we|i)\s+(?:currently\s+)?have\s+(?:none|no)\b.*|"
    r"(?:(?:and|but|because|since|as)\s+)?(?:it|they|this|that)(?:\s+(?:currently|already|always|often"
    r"|sometimes|now|just|also))*\s+"
    r"(?:is|are|was|were|gets?|got|takes?|keeps?|crash(?:es)?|fails?|hangs?|breaks?|slows?|dies|looks?"
    r"|feels?|happens?|"
    r"runs out|used to|ha(?:s|ve|d) been|"
    r"ha(?:s|ve) (?:(?:about|around|over|more than|some|nearly)\s+)?\d+|"
    r"becomes?|became|does(?:n['’]t| not)|do(?:n['’]t| not)"
    r"|can['’]?not|can['’]t)\b.*",
    re.IGNORECASE,
)
_APPEAL = re.compile(
    r"(?:(?:please|pls|can|could|you|we|let['’]?s|so|and|then|need\s+to|should|must|ha(?:s|ve)\s+to)\s+)*"
    r"(?:fix|solve|repair|resolve|debug|investigate|improve|optimi[sz]e|speed|make|clean|refactor|look\s+into|check|sort"
    r"|correct|address|tidy|simplify)\s+(?:it|this|that|them)"
    r"(?:\s+(?:up|out|faster|quicker|better|simpler|nicer|work(?:ing)?|again|please|pls|asap|properly|now|soon))*",
    re.IGNORECASE,
)
_DELIMITER = re.compile(rf"(?<!\d),|,(?!\d)|[;{CUT}]|\s[–—-]\s|\s(?:and|but)\s(?=keep(?:ing)?\s|it\s|they\s)")
_EDGE = " \t.!?*_`"
_LONGEST = 100


def is_condition(text: str) -> bool:
    """Whether the words bound or measure the work and ask for none of their own."""
    said = text.strip(_EDGE)
    if not said or len(said) > _LONGEST:
        return False
    return any(pattern.fullmatch(said) for pattern in (_QUANTITY, _MEASURE, _TARGET, _KEPT, _QUALITY, _ONLY))


def is_background(text: str) -> bool:
    """Whether the words only say how things are: "it gets killed with files over 1 GB"."""
    return _BACKGROUND.fullmatch(text.strip(_EDGE)) is not None


def is_appeal(text: str) -> bool:
    """Whether the words only ask for what stands before them to be seen to: "fix it", "please make it faster"."""
    return _APPEAL.fullmatch(text.strip(_EDGE)) is not None


def conditions_after_the_first(masked: str, start: int, end: int) -> Iterator[tuple[Phrase, bool]]:
    """What bounds the work among the parts of masked[start:end] after the first, each with whether it is a demand."""
    parts: list[tuple[int, int]] = []
    begin, depth, place = start, 0, start
    while place < end:
        character = masked[place]
        depth += (character in "([{") - (character in ")]}")
        found = _DELIMITER.match(masked, place, end) if depth <= 0 else None
        if found is None:
            place += 1
            continue
        parts.append((begin, place))
        begin = place = found.end()
    parts.append((begin, end))
    for first, last in parts[1:]:
        demanded = is_condition(masked[first:last])
        if demanded or is_background(masked[first:last]) or is_appeal(masked[first:last]):
            yield Phrase(masked[first:last].strip(_EDGE), first, last), demanded
