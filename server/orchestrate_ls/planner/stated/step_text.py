"""Takes one step's words apart: its name, and the time, owner, order and deadline that stand beside the name.

"3. Add pasta (2 min, after step 1) - @bob" is the step "Add pasta". What belongs to a name and what is said about
the step is told apart by its place: in brackets, behind a dash, comma or colon, or in a sentence of its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from orchestrate_ls.planner.stated.dates import deadlines_in
from orchestrate_ls.planner.stated.document import sentences_in
from orchestrate_ls.planner.stated.durations import SaidDuration, durations_in
from orchestrate_ls.planner.stated.people import bare_name, handle_in, named_first, owner_field

_HEDGE = (
    r"(?:(?:about|around|approximately|approx\.?|roughly|ca\.?|circa|some|up\s+to|at\s+least"
    r"|at\s+most|only|just|maybe|perhaps|probably|another|nearly|almost|an?\s+estimated"
    r"|estimated|exactly|a\s+total\s+of|least|of)\s+|[~≈±]\s*){0,4}"
)
_TAKING = (
    r"(?:(?:which|that|this|it|and|each)\s+)?(?:(?:will|should|usually|normally|typically"
    r"|would|may|might|can|also)\s+){0,2}"
    r"(?:takes?|lasts?|needs?|requires?|taking|lasting|requiring|costs?|runs?\s+for"
    r"|(?:estimated\s+)?(?:duration|time|effort|estimate|length|estimated\s+time|time\s+needed"
    r"|time\s+required)(?:\s+(?:is|of))?|estimated(?:\s+(?:at|to\s+take))?|est\.?"
    r"|duration\s+is)\s*:?\s*"
    r"(?:(?:me|you|us|him|her|them)\s+)?"
)
_BEFORE_TIME = re.compile(rf"\s*(?:{_TAKING}|for\s+|time\s*:?\s*)?{_HEDGE}$", re.IGNORECASE)
_AFTER_TIME = re.compile(
    r"\s*(?:long|each|of\s+(?:work|effort|time)|total|in\s+total|altogether|needed|required"
    r"|estimated|est\.?|or\s+so|to\s+(?:complete|finish|do)|approx(?:imately)?|max|minimum"
    r"|duration|work|effort)?\s*\.?\s*$",
    re.IGNORECASE,
)
_TAKES_INSIDE = re.compile(rf"[\s,;:–—-]*\b{_TAKING}{_HEDGE}$", re.IGNORECASE)
_FOR_INSIDE = re.compile(
    r"\bfor\s+(?:(?:about|around|another|up\s+to|at\s+least|approximately|roughly)\s+)*$", re.IGNORECASE
)
_BRACKET = re.compile(r"[(\[{](?P<inside>[^()\[\]{}\n]{1,300})[)\]}]")
_PARTS = re.compile(r"\s*[;|·•/]\s+|\s*,\s+|\s+[–—-]\s+|\s*[;|·]\s*")
_TAIL_MARK = re.compile(
    r"\s+[-–—|~·•]+\s*|\s*[–—|·]\s*|\s*:\s+|\s*,\s+|\s+~\s*(?=\d)|\.{3,}\s*|\s*=>?\s*|\t+|\s{3,}|;\s*"
)
_ORDER_OPENING = re.compile(
    r"\s*(?:(?:can\s+)?(?:only\s+)?(?:be\s+)?(?:start(?:s|ed)?|begin|do\s+this|done|possible"
    r"|comes?|goes|must\s+(?:come|be\s+done|wait|follow)|should\s+(?:come|be\s+done)"
    r"|runs?)\s+)?(?:only\s+)?"
    r"(?:after|once|when|before|as\s+soon\s+as|following|follows|depend\w*|requires?|needs?"
    r"|blocked\s+by|blocks?|waits?|waiting|pre-?requisites?|pre-?reqs?|in\s+parallel|parallel"
    r"|concurrent\w*|at\s+the\s+same\s+time|"
    r"not\s+before|cannot\s+start|can['’]t\s+start|must\s+(?:precede|follow)|predecessors?"
    r"|requirements?|deps?|until|unless|preced\w+|subsequent|←|<-|->|→|while|during"
    r"|simultaneous\w*|no\s+dependencies|independent|prior\s+to|is\s+followed|followed)\b",
    re.IGNORECASE,
)
_NAMES_STEPS = re.compile(
    r"\b(?:steps?|tasks?|items?|phases?|points?|nos?\.?|numbers?)\s*#?\s*(?:\d|[a-z]\b|one\b"
    r"|two\b|three\b|four\b|five\b|six\b|seven\b|eight\b|nine\b|ten\b)|#\d"
    r"|(?<![\w.])\d{1,3}(?:\.\d{1,3}){0,3}(?:\s*(?:,|and|&|-|–|or|to)\s*\d{1,3}(?:\.\d{1,3}){0,3})*"
    r"\s*(?:$|[.;,)]|is\b|are\b|has\b"
    r"|have\b)"
    r"|[\"“‘«'][^\"”’»']{2,}|\b[A-Z]\d{1,3}\b|\b(?:first|second|third|fourth|fifth|previous"
    r"|last|preceding|other|all)\s+(?:one|two|three|step|task|ones|steps|tasks)\b|\bnone\b"
    r"|\bnothing\b|\ball\s+(?:the\s+)?(?:others|above)\b",
    re.IGNORECASE,
)
_STEP_LABELS = re.compile(
    r"\s*(?:pre-?reqs?|deps?|dependenc(?:y|ies)|depends?\s+on|after|needs?|requires?"
    r"|blocked\s+by|pre-?requisites?|predecessors?)\b[:\s]*(?P<rest>.+)$",
    re.IGNORECASE,
)
_CLOSING = " \t.,;:–—-|~"
_BOLD = re.compile(r"(\*\*|__)(?=\S)(.{1,200}?)(?<=\S)\1")
_BOLD_TITLE = re.compile(
    r"\s*(?:\*\*|__)(?P<name>[^*_\n]{1,160})(?:\*\*|__)\s*(?::|[–—-]|\.)?\s+(?P<rest>\S.*)$", re.DOTALL
)
_FIELD = re.compile(
    r"\s*(?:[-*+•]\s+)?(?:\*\*|__)?(?P<key>[A-Za-z][A-Za-z ]{1,24}?)(?:\*\*|__)?\s*:(?:\*\*"
    r"|__)?\s*(?P<value>\S.*)?$",
    re.DOTALL,
)
_TIME_KEYS = frozenset(
    [
        "duration",
        "time",
        "estimate",
        "estimated time",
        "effort",
        "takes",
        "length",
        "time needed",
        "time required",
        "est",
        "estimated duration",
        "eta",
        "hours",
    ]
)
_ORDER_KEYS = frozenset(
    [
        "depends on",
        "dependencies",
        "dependency",
        "after",
        "requires",
        "needs",
        "prerequisites",
        "prerequisite",
        "blocked by",
        "before",
        "blocks",
        "waits for",
        "deps",
        "predecessors",
        "predecessor",
        "parallel with",
        "in parallel with",
        "depends",
        "order",
        "start after",
        "starts after",
        "required before",
    ]
)
_OWNER_KEYS = frozenset(
    ["owner", "assignee", "assigned to", "who", "responsible", "agent", "assigned", "lead", "by", "done by"]
)
_DUE_KEYS = frozenset(["due", "deadline", "due date", "by", "until", "due by"])
_MOST_TAILS = 8
_TRAILING_ORDER = re.compile(
    r"(?<=[\w)\"”’`])[\s,;–—-]+(?:and\s+|but\s+)?(?P<clause>(?:only\s+)?(?:after|once|when|as\s+soon\s+as|before|needs(?!\s+to\b)"
    r"|depends\s+on|depending\s+on|is\s+blocked\s+by|blocked\s+by|waits?\s+for|waiting\s+for|following)\s+\S.*)",
    re.IGNORECASE | re.DOTALL,
)
_LEADING_TIME = re.compile(r"\s*[-–—:|]\s*|\s+")


@dataclass(slots=True)
class StepText:
    """A step's words taken apart; spans are places in the document.

    `order_spans` say something of the order, with the step itself as their subject; `hints` may do so, and stay in
    the name. `times` hold (duration, start, end of the words), `weak_times` those that are part of the name;
    `bare_time`: the time ends the name, unmarked ("Boil water 10 min").
    """

    name: str = ""
    times: list[tuple[SaidDuration, int, int]] = field(default_factory=list[tuple[SaidDuration, int, int]])
    weak_times: list[tuple[SaidDuration, int, int]] = field(
        default_factory=list[tuple[SaidDuration, int, int]]
    )
    owners: list[tuple[str, int, int]] = field(default_factory=list[tuple[str, int, int]])
    order_spans: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])
    hints: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])
    deadline_spans: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])
    description: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])
    bare_time: bool = False
    told: bool = False
    """Whether it is told of somebody's work, so that "after Bob is done" is no part of its name."""


def read_step_text(text: str, start: int, end: int, people: bool = False) -> StepText:
    """Take text[start:end] apart. `people`: the list says who does what, so "Anna: write" names Anna."""
    return _Reader(text, people).read(start, end)


def read_detail(text: str, start: int, end: int, into: StepText) -> None:
    """Read a line below the step: "Duration: 2 days", "Depends on: 1, 3", or more about it."""
    reader = _Reader(text, False)
    reader.found = into
    found = _FIELD.match(text[start:end])
    key = " ".join(found["key"].lower().split()) if found else ""
    if found is not None and found["value"]:
        first = start + found.start("value")
        if key in _TIME_KEYS and reader.take_time(first, end):
            return
        if key in _ORDER_KEYS:
            into.order_spans.append((start, end))
            return
        if key in _OWNER_KEYS:
            name = " ".join(text[first:end].strip(" .*_").split())
            if name and len(name) <= 60:
                into.owners.append((name, start, end))
                return
        if key in _DUE_KEYS:
            into.deadline_spans.append((start, end))
            return
    if not all([reader.take_attribute(a, b, alone=True) for a, b in sentences_in(text, start, end)]):
        into.description.append((start, end))


class _Reader:
    def __init__(self, text: str, people: bool) -> None:
        self.text = text
        self.found = StepText()
        self._people = people

    def read(self, start: int, end: int) -> StepText:
        text, found = self.text, self.found
        while end > start and text[end - 1] in " \t*_":
            end -= 1
        first, *further = sentences_in(text, start, end) or [(start, end)]
        stop = first[1]
        for index, (a, b) in enumerate(further):
            if not self.take_attribute(a, b, alone=True):
                if any(self._is_consumed(x, y) for x, y in further[:index]):
                    found.description.append((a, b))
                    continue
                stop = b
        start, stop = self._brackets(start, stop)
        start, stop = self._tails(start, stop)
        start = self._leading_time(start, stop)
        if self._people and not found.hints and (clause := _TRAILING_ORDER.search(text, start, stop)):
            found.hints.append((clause.start("clause"), stop))
        found.told = self._people
        name_spans = [(start, stop)]
        inside = self._takes_inside(start, stop)
        if inside is not None:
            name_spans = [(start, inside[0]), (inside[1], stop)]
        words = " ".join(self._without_consumed(a, b) for a, b in name_spans)
        bold = _BOLD_TITLE.match(words)
        if bold is not None:
            words = bold["name"]
            found.description.append((start, stop))
        if (handle := handle_in(words)) is not None:
            found.owners.append((handle.group(), start, stop))
            before, after = words[: handle.start()], words[handle.end() :].lstrip()
            words = f"{before} {after}" if before.strip() else after[:1].upper() + after[1:]
        if self._people and (who := named_first(words)) is not None:
            found.owners.append((who["who"], start, stop))
            words = words[who.end() :]
            words = words[:1].upper() + words[1:]
        words = _BOLD.sub(r"\2", words)
        words = re.sub(r"\[([^\]\n]{1,200})\]\([^)\n]{0,500}\)", r"\1", words)
        name = " ".join(words.split()).strip(_CLOSING)
        if name.count("`") != 2 or (name.startswith("`") and name.endswith("`")):
            # Marks around the whole, or one alone; those of a word within it are its own.
            name = name.strip("`").strip(_CLOSING)
        name = re.sub(r"(?:^\*+|\*+$|(?<=\w)[~]+$)", "", name).strip(_CLOSING)
        found.name = re.sub(r"^(?:~~)(.+)(?:~~)$", r"\1", name)
        if not found.times:
            self._weak_times(start, stop)
        elif len(found.times) > 1:
            # "Build a wall 6 feet (1.8 m) high (2 days)": what stands last says how long it takes.
            found.times = [max(found.times, key=lambda time: time[1])]
        return found

    def _is_consumed(self, start: int, end: int) -> bool:
        return any(a <= start and end <= b for a, b in self.found.order_spans + self.found.deadline_spans)

    def _without_consumed(self, start: int, end: int) -> str:
        pieces: list[str] = []
        position = start
        for a, b in sorted(self._holes):
            if a >= position and b <= end:
                pieces.append(self.text[position:a])
                position = b
        pieces.append(self.text[position:end])
        return " ".join(pieces)

    _holes: list[tuple[int, int]]

    def _brackets(self, start: int, stop: int) -> tuple[int, int]:
        self._holes = []
        for bracket in _BRACKET.finditer(self.text, start, stop):
            begin, finish = bracket.span("inside")
            if bracket.end() < stop and self.text[bracket.end()] == "(" and bracket.group()[0] == "[":
                continue
            if self.take_attribute(begin, finish, alone=True):
                self._holes.append(bracket.span())
                continue
            parts = self._parts(begin, finish)
            known = [self.take_attribute(a, b, alone=True) for a, b in parts]
            if not any(known):
                continue
            for (a, b), is_known in zip(parts, known, strict=True):
                if not is_known and (name := bare_name(self.text[a:b])):
                    self.found.owners.append((name, a, b))
            self._holes.append(bracket.span())
        while self._holes and self.text[self._holes[-1][1] : stop].strip(_CLOSING + "*_") == "":
            stop = self._holes.pop()[0]
        while self._holes and self.text[start : self._holes[0][0]].strip(_CLOSING + "*_") == "":
            start = self._holes.pop(0)[1]
        return start, stop

    def _parts(self, start: int, end: int) -> list[tuple[int, int]]:
        parts: list[tuple[int, int]] = []
        begin = start
        for mark in _PARTS.finditer(self.text, start, end):
            # "after steps 1, 2 and 3" and "2 days, 4 hours" are one part each.
            if re.match(
                r"(?:and\s+|or\s+)?#?(?:[A-Z]?\d+)\s*(?:$|[,;)]|and\b|or\b|&)", self.text[mark.end() : end]
            ):
                continue
            parts.append((begin, mark.start()))
            begin = mark.end()
        parts.append((begin, end))
        return [(a, b) for a, b in parts if self.text[a:b].strip()]

    def _tails(self, start: int, stop: int) -> tuple[int, int]:
        for _ in range(_MOST_TAILS):
            inside = durations_in(self.text, start, stop)
            marks = [
                m
                for m in _TAIL_MARK.finditer(self.text, start, stop)
                if m.start() > start
                and m.end() < stop
                and not any(said.start < m.start() < said.end for said in inside)
            ]
            for mark in reversed(marks[-6:]):
                if self.take_attribute(mark.end(), stop, alone=True):
                    stop = mark.start()
                    break
                name = bare_name(self.text[mark.end() : stop])
                if (
                    name
                    and (self.found.times or self.found.order_spans)
                    and self.text[mark.start() : mark.end()].strip() in ("-", "–", "—", "|")
                ):
                    self.found.owners.append((name, mark.end(), stop))
                    stop = mark.start()
                    break
            else:
                return self._plain_tail(start, stop)
        return start, stop

    def _plain_tail(self, start: int, stop: int) -> tuple[int, int]:
        """Read "Boil water 10 min": a time at the very end, with no preposition that ties it to the words before."""
        durations = durations_in(self.text, start, stop)
        if self.found.times or not durations:
            return start, stop
        last = durations[-1]
        before = self.text[start : last.start].rstrip()
        tied = re.search(
            r"\b(?:for|another|in|after|every|within|of|at|by|to|about|around|than|least|most|the|per|last"
            r"|next|each|until|up|before|a|an|or|over|with|than)$",
            before,
            re.IGNORECASE,
        )
        if self.text[last.end : stop].strip(_CLOSING) or tied or not before or last.start == start:
            return start, stop
        if not re.match(r"\d|half|[a-z]+\s+and\s+a", self.text[last.start : last.end], re.IGNORECASE):
            return start, stop
        self.found.times.append((last, last.start, last.end))
        self.found.bare_time = True
        return start, start + len(before)

    def _leading_time(self, start: int, stop: int) -> int:
        durations = durations_in(self.text, start, stop)
        if not durations or self.found.times or self.text[start : durations[0].start].strip(" ~"):
            return start
        mark = re.compile(r"\s*[-–—:|]\s*").match(self.text, durations[0].end, stop)
        if mark is None or not mark.group().strip() or mark.end() >= stop:
            return start
        self.found.times.append((durations[0], durations[0].start, durations[0].end))
        return mark.end()

    def _takes_inside(self, start: int, stop: int) -> tuple[int, int] | None:
        for duration in durations_in(self.text, start, stop):
            opening = _TAKES_INSIDE.search(self.text[start : duration.start])
            if opening is None or not self.text[start : start + opening.start()].strip():
                continue
            rest = _AFTER_TIME.match(self.text, duration.end, stop)
            if rest is None and self.text[duration.end : duration.end + 1] not in (",", ";", ".", ""):
                follows = re.match(r"\s+(?:and|to|but|after|before|once)\b", self.text[duration.end : stop])
                if follows is None:
                    continue
            self.found.times.append((duration, start + opening.start(), duration.end))
            return start + opening.start(), duration.end
        return None

    def _weak_times(self, start: int, stop: int) -> None:
        durations = durations_in(self.text, start, stop)
        said = [d for d in durations if _FOR_INSIDE.search(self.text[start : d.start])]
        if len(said) == 1:
            self.found.weak_times.append((said[0], said[0].start, said[0].end))

    def take_time(self, start: int, end: int) -> bool:
        """Take text[start:end] for a time, if it is nothing else."""
        durations = durations_in(self.text, start, end)
        if len(durations) != 1:
            return False
        only = durations[0]
        before, after = self.text[start : only.start], self.text[only.end : end]
        if not _BEFORE_TIME.fullmatch(before) or not _AFTER_TIME.match(after):
            return False
        self.found.times.append((only, start, end))
        return True

    def take_attribute(self, start: int, end: int, alone: bool) -> bool:
        """Take text[start:end] for a time, an owner, an order or a deadline of the step, if it is nothing else."""
        words = self.text[start:end].strip(" .*_")
        if not words or len(words) > 400:
            return False
        if self.take_time(start, end):
            return True
        if name := owner_field(words):
            self.found.owners.append((name, start, end))
            return True
        if _ORDER_OPENING.match(words) and _NAMES_STEPS.search(words):
            self.found.order_spans.append((start, end))
            return True
        dates = deadlines_in(self.text, start, end)
        if (
            dates
            and not self.text[start : dates[0].start].strip(" ,")
            and not self.text[dates[-1].end : end].strip(" .,")
        ):
            self.found.deadline_spans.append((start, end))
            return True
        if alone and _ORDER_OPENING.match(words):
            self.found.hints.append((start, end))
        return False
