"""Reads an instruction in plain words, such as "drop mobile, add SSO, two people only", as orders.

Deterministic. What it does not know it returns as it was said, never leaves out. Knows the plan's names, not its text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import Final

from orchestrate_ls.plan.duration import DurationError, format_duration, parse_duration
from orchestrate_ls.plan.model import Plan
from orchestrate_ls.planner.orders import (
    AddToGoal,
    DropFromGoal,
    DropTask,
    Finish,
    Link,
    NewGoal,
    Order,
    Rename,
    SetField,
    Understood,
    UseInGoal,
)
from orchestrate_ls.planner.words import words_of
from orchestrate_ls.rules.spelling import SpellingGuide, did_you_mean
from orchestrate_ls.text.display import quoted, shown

LONGEST: Final = 2000
"""Characters of an instruction."""
_NUMBERS: Final = {
    word: number
    for number, word in enumerate(
        ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"), 1
    )
}
_COUNT: Final = rf"(?P<count>\d{{1,3}}|{'|'.join(_NUMBERS)}|an?|single)"
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH: Final = rf"(?P<month>{'|'.join(_MONTHS)})[a-z]*\.?"
_PEOPLE: Final = (
    r"(?:people|persons?|engineers?|developers?|devs?|agents?|programmers?|at once|at a time|in parallel)"
)
_PRIORITY: Final = r"(?P<priority>critical|urgent|high|medium|normal|low)"
_STRONG: Final = re.compile(r"[;\n\r]+|[.!]+(?:\s+|$)")
_WEAK: Final = re.compile(r",\s+(?:and\s+|then\s+|but\s+)?|,\s*$", re.IGNORECASE)
_AND: Final = re.compile(r"\s+(?:and|&|but|then)\s+(?:then\s+|also\s+)?", re.IGNORECASE)
_POLITE: Final = re.compile(
    r"^(?:(?:please|also|then|and|but|now|just|we|i|you|should|can|could|would|like|want|to|let's|lets|have|must)\s+)+",
    re.IGNORECASE,
)
_QUOTED: Final = re.compile(r"[\"“”‘’'`](?P<inner>[^\"“”‘’'`]+)[\"“”‘’'`]")
_ARTICLE: Final = re.compile(r"^(?:the|an?|all|any|every|task|tasks)\s+", re.IGNORECASE)
_ID: Final = re.compile(r"[^\s,\[\]{}#&*!|>'\"%@`]+")
_NUMBERED: Final = re.compile(r"[A-Za-z]{1,5}-?\d{1,6}")
_DROP: Final = re.compile(
    r"(?:drop|remove|delete|cut|skip|leave out|exclude|omit|get rid of|scrap|no more|no|without|not"
    r"|needs? no|(?:do(?:es)?(?: not|n['’]t)|no longer) (?:need|want))"
    r"\s+(?P<what>.+?)(?:\s+(?:any ?more|any longer|after all))?",
    re.IGNORECASE,
)
_DROP_SAID_LAST: Final = re.compile(
    r"(?P<what>.+?)\s+"
    r"(?:(?:is|are)(?:\s+no longer|\s+not|n['’]t)\s+(?:needed|wanted|required|necessary)|can go|must go)"
    r"(?:\s+(?:any ?more|any longer|after all))?",
    re.IGNORECASE,
)
_ADD: Final = re.compile(
    r"(?:add|include|plus|with|support(?: for)?|need|needs|introduce|also)\s+(?P<what>.+)", re.IGNORECASE
)


def understand(instruction: str, plan: Plan, today: date | None = None) -> Understood:
    """Read an instruction. ``today`` tells the year of a day without one; where the plan has a ``start``, that does."""
    return _Reader(plan, today).read(instruction)


class _Reader:
    def __init__(self, plan: Plan, today: date | None) -> None:
        self._plan = plan
        self._today = plan.header.start.date() if plan.header.start is not None else today
        self._orders: list[tuple[Order, str]] = []
        self._unknown: list[str] = []
        self._last: Callable[[str, str], bool] | None = None
        """How a bare thing is taken that follows in a list: "add SSO, search and chat"."""
        self._forms: Final[Sequence[tuple[re.Pattern[str], Callable[[re.Match[str]], str | None]]]] = [
            (re.compile(form, re.IGNORECASE), take)
            for form, take in (
                (r"(?:change|set) the goal to:?\s+(?P<new>.+)|(?:the |new )?goal(?: is)?:\s*(?P<other>.+)", self._goal),
                (r"(?:rename|call)\s+(?P<old>.+?)\s+(?:to|as|into)\s+(?P<new>.+)", self._rename),
                ((rf"(?:with\s+)?(?:only\s+|just\s+|at most\s+|no more than\s+|a team of\s+)?{_COUNT}\s+{_PEOPLE}"
                 r"(?:\s+(?:only|at most|at once|in parallel))?"), self._capacity),
                (rf"(?:a |the )?team of {_COUNT}(?:\s+{_PEOPLE})?(?:\s+only)?", self._capacity),
                (rf"(?:set (?:the )?)?(?:concurrent )?capacity(?: of| to| is|:)?\s+{_COUNT}", self._capacity),
                ((r"(?:the |set the |set )?(?:deadline|due date)(?:\s+(?:for|of)\s+(?P<task>.+?))?"
                 r"(?:\s+(?:is|to|on|by)|:)?\s+(?P<day>(?:the )?[\w .,/-]*\d[\w .,/:-]*)"), self._deadline),
                ((r"(?P<task>.+?)\s+(?:(?:is|are)\s+)?(?:must be |has to be |to be )?(?:due|done|finished|ready)"
                 r"(?:\s+(?:by|on|before|until))?\s+(?P<day>.*\d.*)"), self._deadline),
                ((r"(?:finish|(?:have )?everything(?: done)?|all(?: done)?|done|ready|due)?\s*(?:by|before|until)"
                 r"\s+(?P<day>.*\d.*)"), self._deadline),
                (r"(?:start|begin)(?:s|ing)?(?:\s+(?:on|at|from))?\s+(?P<day>.*\d.*)", self._start),
                ((rf"(?:make|set|mark)\s+(?P<task>.+?)\s+(?:to\s+)?(?:priority\s+)?(?:to\s+)?{_PRIORITY}"
                 r"(?:\s+priority)?"), self._priority),
                (rf"(?:the )?priority of\s+(?P<task>.+?)\s+(?:is|to|:)?\s*{_PRIORITY}", self._priority),
                (r"priorit(?:ise|ize)\s+(?P<task>.+)", self._priority),
                ((r"(?:make|set|let|estimate)\s+(?P<task>.+?)\s+(?:(?:to|at|as|take|takes|last)\s+)?"
                 r"(?P<time>(?:\d|half|an?\s|one\s|two\s|three\s|four\s|five\s|six\s|seven\s|eight\s|nine\s|ten\s).*)"),
                 self._estimate),
                ((r"(?P<task>.+?)\s+(?:takes?|needs?|will take|should take|lasts?|is)\s+(?:about\s+)?"
                 r"(?P<time>(?:\d|half|an?\s|one\s|two\s|three\s|four\s|five\s|six\s|seven\s|eight\s|nine\s|ten\s).*)"),
                 self._estimate),
                (r"(?:assign|give|hand)\s+(?P<task>.+?)\s+to\s+(?P<agent>.+)", self._assign),
                (r"let\s+(?P<agent>\S+)\s+do\s+(?P<task>.+)", self._assign),
                ((r"(?P<task>.+?)\s+(?:no longer|does not|doesn't|do not|need not|needn't)\s+"
                 r"(?:depends?|waits?|needs?)(?:\s+(?:on|for))?\s+(?P<on>.+)"), self._unlink),
                ((r"(?P<task>.+?)\s+(?:depends on|waits for|comes after|goes after|runs after|after|has to wait for|"
                 r"must wait for|must follow|follows)\s+(?P<on>.+)"), self._link),
                ((r"(?:do |run |put )?(?P<on>.+?)\s+(?:comes before|goes before|runs before|precedes|before)"
                 r"\s+(?P<task>.+)"), self._link),
                ((r"(?:use|switch to|move to)\s+(?P<new>.+?)"
                  r"(?:\s+(?:instead of|rather than|in place of)\s+(?P<old>.+))?"),
                 self._use),
                (r"replace\s+(?P<old>.+?)\s+(?:with|by)\s+(?P<new>.+)", self._use),
            )
        ]  # fmt: skip

    def read(self, instruction: str) -> Understood:
        for part in _split(instruction, _STRONG):
            self._last = None
            if not self._take(part):
                for clause in _split(part, _WEAK):
                    self._clause(clause)
        return Understood(tuple(self._orders), tuple(self._unknown))

    def _clause(self, clause: str) -> None:
        if self._take(clause):
            return
        for piece in _split(clause, _AND):
            if self._take(piece) or self._take_listed(piece) or self._continue(piece):
                continue
            self._unknown.append(f"{quoted(piece, 80)}")

    # --- one clause

    def _take(self, clause: str) -> bool:
        """Take a clause that is one order, of a kind that is not a list."""
        text = _polished(clause)
        for form, take in self._forms:
            match = form.fullmatch(text)
            if match is None:
                continue
            values = [value for value in match.groupdict().values() if value]
            if take != self._goal and any(len(_split(value, _WEAK)) > 1 for value in values):
                continue
            reason = take(match)
            if reason is None:
                self._last = None
                return True
            if reason and (_AND.search(clause) or _WEAK.search(clause)):
                # Perhaps it is several orders, of which each is understood by itself.
                return False
            if reason:
                self._unknown.append(f"{quoted(clause, 80)}: {reason}")
                self._last = None
                return True
        return False

    def _take_listed(self, clause: str) -> bool:
        text = _polished(clause)
        for form, take in ((_DROP, self._drop), (_DROP_SAID_LAST, self._drop), (_ADD, self._add)):
            match = form.fullmatch(text)
            if match is not None:
                self._last = take
                return take(match["what"], clause)
        return False

    def _continue(self, piece: str) -> bool:
        return self._last is not None and self._last(_polished(piece), piece)

    def _order(self, order: Order, words: str) -> None:
        self._orders.append((order, words))

    # --- what they mean; each returns None, or why not: "" for "perhaps something else is meant"

    def _goal(self, match: re.Match[str]) -> str | None:
        self._order(NewGoal(_bare(match["new"] or match["other"])), match.string)
        return None

    def _rename(self, match: re.Match[str]) -> str | None:
        old, new = _bare(match["old"]), _bare(match["new"])
        old = _ARTICLE.sub("", re.sub(r"^agent\s+", "", old, flags=re.IGNORECASE))
        task = self._task(old)
        if task is not None:
            by_id = task.casefold() == old.casefold()
            if by_id and _ID.fullmatch(new) and new in self._plan.index_of:
                return f"there is a task {quoted(new)} already"
            what = "id" if by_id and _ID.fullmatch(new) and _looks_like_id(new, old) else "task"
            self._order(Rename(what, task, new), match.string)
            return None
        agents = {agent.id.casefold(): agent.id for agent in self._plan.header.agents}
        agents |= {task.agent.casefold(): task.agent for task in self._plan.tasks if task.agent is not None}
        if old.casefold() in agents:
            if not _ID.fullmatch(new):
                return f"{quoted(new)} cannot be the id of an agent; write it in one word"
            self._order(Rename("agent", agents[old.casefold()], new), match.string)
            return None
        return self._no_task(old)

    def _capacity(self, match: re.Match[str]) -> str | None:
        count = match["count"].lower()
        number = _NUMBERS.get(count) or (1 if count in ("a", "an", "single") else int(count))
        if number < 1:
            return "somebody has to do the work"
        self._order(SetField(None, "concurrent_capacity", number), match.string)
        return None

    def _estimate(self, match: re.Match[str]) -> str | None:
        text = match["time"].strip().lower()
        text = re.sub(r"^(?:about|around)\s+|\s+long$", "", text)
        text = re.sub(r"^half an? (\w+)$", r"0.5 \1", text)
        text = re.sub(r"^(an?|one)\s", "1 ", text)
        text = re.sub(r"^([a-z]+)\s", lambda found: f"{_NUMBERS.get(found[1], found[1])} ", text)
        try:
            seconds = parse_duration(text, self._plan.header.calendar)
        except DurationError:
            return ""
        task = self._task(match["task"])
        if task is None:
            return self._no_task(match["task"])
        self._order(
            SetField(task, "estimated_time", format_duration(seconds, self._plan.header.calendar)),
            match.string,
        )
        return None

    def _priority(self, match: re.Match[str]) -> str | None:
        task = self._task(match["task"])
        if task is None:
            return self._no_task(match["task"])
        level = (match.groupdict().get("priority") or "high").lower()
        level = {"urgent": "critical", "normal": "medium"}.get(level, level)
        self._order(SetField(task, "priority", level), match.string)
        return None

    def _assign(self, match: re.Match[str]) -> str | None:
        task, agent = self._task(match["task"]), _bare(match["agent"])
        if task is None:
            return self._no_task(match["task"])
        if not _ID.fullmatch(agent):
            return f"{quoted(agent)} is not the id of an agent; write it in one word"
        self._order(SetField(task, "agent", agent), match.string)
        return None

    def _deadline(self, match: re.Match[str]) -> str | None:
        moment, reason = self._moment(match["day"])
        if moment is None:
            return reason
        named = (match.groupdict().get("task") or "").strip()
        if not named or named.lower() in ("everything", "all", "it", "the plan", "this", "that", "we"):
            self._order(Finish(moment), match.string)
            return None
        task = self._task(named)
        if task is None:
            return self._no_task(named)
        self._order(SetField(task, "deadline", moment), match.string)
        return None

    def _start(self, match: re.Match[str]) -> str | None:
        moment, reason = self._moment(match["day"])
        if moment is None:
            return reason
        self._order(SetField(None, "start", moment), match.string)
        return None

    def _link(self, match: re.Match[str]) -> str | None:
        return self._linked(match, wanted=True)

    def _unlink(self, match: re.Match[str]) -> str | None:
        return self._linked(match, wanted=False)

    def _linked(self, match: re.Match[str], *, wanted: bool) -> str | None:
        task, on = self._task(match["task"]), self._task(match["on"])
        if task is None and on is None:
            return ""
        if task is None or on is None:
            return self._no_task(match["task"] if task is None else match["on"])
        if task == on:
            return "a task cannot wait for itself"
        self._order(Link(task, on, wanted), match.string)
        return None

    def _use(self, match: re.Match[str]) -> str | None:
        old = match["old"]
        self._order(UseInGoal(_bare(match["new"]), _bare(old) if old else None), match.string)
        return None

    def _drop(self, what: str, clause: str) -> bool:
        bare = _bare(what)
        ids = {each.casefold(): each for each in self._plan.index_of}
        exact = ids.get(_ARTICLE.sub("", bare).casefold())
        if exact is not None:
            self._order(DropTask(exact), clause)
        elif _NUMBERED.fullmatch(bare):
            self._unknown.append(f"{quoted(clause, 80)}: {self._no_task(bare)}")
        elif words_of(bare):
            self._order(DropFromGoal(_ARTICLE.sub("", bare)), clause)
        else:
            return False
        return True

    def _add(self, what: str, clause: str) -> bool:
        bare = _bare(what)
        if not words_of(bare):
            return False
        self._order(AddToGoal(bare), clause)
        return True

    # --- names and days

    def _task(self, words: str) -> str | None:
        """The id of the task that is meant: by id, by name, or by words that only one task's name has."""
        bare = _bare(words)
        for text in (bare, _ARTICLE.sub("", bare)):
            folded = text.casefold()
            if text in self._plan.index_of:
                return text
            ids = [each for each in self._plan.index_of if each.casefold() == folded]
            named = [
                task.id
                for task in self._plan.tasks
                if task.id is not None and (task.name or "").casefold() == folded
            ]
            if len(ids or named) == 1:
                return (ids or named)[0]
        wanted = {word.form for word in words_of(_ARTICLE.sub("", bare))}
        near = [
            task.id
            for task in self._plan.tasks
            if task.id is not None and wanted and wanted <= {word.form for word in words_of(task.name or "")}
        ]
        return near[0] if len(near) == 1 else None

    def _no_task(self, words: str) -> str:
        bare = _bare(words)
        wanted = {word.form for word in words_of(bare)}
        near = [
            task.id
            for task in self._plan.tasks
            if task.id is not None and wanted and wanted <= {word.form for word in words_of(task.name or "")}
        ]
        if len(near) > 1:
            return f"{len(near)} tasks could be meant ({', '.join(near[:5])}); name one by its id"
        closest = SpellingGuide(self._plan.index_of).closest(bare, 1)
        return f"there is no task {quoted(bare)}" + (
            did_you_mean(closest[0]) if closest else "; name one by its id"
        )

    def _moment(self, words: str) -> tuple[str | None, str]:
        """A day, or a day and a time, as a plan writes it; None with the reason, which is "" where it is no day."""
        text = _bare(words).lower().strip(" .")
        text = re.sub(r"^(?:the|on)\s+", "", text)
        iso = re.fullmatch(r"\d{4}-\d\d-\d\d(?:[t ]\d\d:\d\d(?::\d\d)?(?:z|[+-]\d\d:\d\d)?)?", text)
        day = re.fullmatch(
            rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.)?(?:\s+of)?\s+{_MONTH},?(?:\s+(?P<year>\d{{4}}))?", text
        )
        day = day or re.fullmatch(
            rf"{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?(?:\s+(?P<year>\d{{4}}))?", text
        )
        try:
            if iso is not None:
                date.fromisoformat(text[:10])
                return text.upper().replace(" ", "T"), ""
            if day is None:
                return None, ""
            month = _MONTHS.index(day["month"]) + 1
            if day["year"] is not None:
                return date(int(day["year"]), month, int(day["day"])).isoformat(), ""
            if self._today is None:
                return None, "say the year, too, because the plan has no `start` to count from"
            found = date(self._today.year, month, int(day["day"]))
            if found < self._today:
                found = found.replace(year=found.year + 1)
            return found.isoformat(), ""
        except ValueError:
            return None, f"there is no such day as {shown(text, 40)}"


def _split(text: str, separator: re.Pattern[str]) -> list[str]:
    """The parts of a text between separators that stand in no quotes, without those that are empty."""
    quotes = [match.span() for match in _QUOTED.finditer(text)]
    parts: list[str] = []
    start = 0
    for match in separator.finditer(text):
        if any(first < match.start() < last for first, last in quotes):
            continue
        parts.append(text[start : match.start()])
        start = match.end()
    parts.append(text[start:])
    return [each.strip() for each in parts if each.strip(" ,.;!")]


def _polished(clause: str) -> str:
    text = " ".join(clause.split()).strip(" ,.;!")
    return _POLITE.sub("", text) if not text.lower().startswith(("also add",)) else text[5:]


def _bare(words: str) -> str:
    text = words.strip(" ,.;!")
    match = _QUOTED.fullmatch(text)
    return match["inner"].strip() if match is not None else text


def _looks_like_id(new: str, old: str) -> bool:
    """Whether a word is an id of the kind of another: has a digit or a hyphen, or is written small, as that one."""
    has_mark = bool(re.search(r"[\d_-]", new))
    return has_mark or (new.islower() and old.islower())
