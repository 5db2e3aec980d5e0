"""What each piece of a plan's text means, for colours: ids and their uses, agents, durations, keys.

What follows from a piece of text alone is kept with it, so that an edit makes only its own task be looked at again;
what follows from the whole plan (critical, unknown) is put in when the tokens are listed. Knows no protocol, only its
five numbers for a token.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from operator import itemgetter
from typing import Final, TypeAlias

from orchestrate_ls.plan.parts import Part
from orchestrate_ls.rules.engine import FileCheck, PlanCheck
from orchestrate_ls.syntax.tree import AnyNode, Mapping, Scalar, Sequence
from orchestrate_ls.text.positions import Encoding, line_starts, to_units

TYPES: Final = ("property", "function", "class", "number", "enumMember", "namespace", "keyword")
MODIFIERS: Final = ("declaration", "deprecated", "critical")
"""An id that no task has is marked as deprecated: every editor has a look for that, and none for our own word."""

_KEY, _TASK, _AGENT, _DURATION, _MEMBER, _GROUP, _KEYWORD = range(len(TYPES))
_DECLARATION, _UNKNOWN, _CRITICAL = 1, 2, 4

_AT_ONCE: Final = 250
"""Parts; they take some milliseconds."""
_PLACE: Final = itemgetter(0, 1)

_TASK_VALUES: Final = {
    "estimated_time": _DURATION, "priority": _MEMBER, "agent": _AGENT, "parallel_group": _GROUP,
}  # fmt: skip
_POINTS: Final = frozenset({"optimistic", "likely", "pessimistic"})
_DURATION_KEYS: Final = _POINTS | {"lag", "estimated_wall_time", "elapsed_time", "estimated_remaining"}


_Token: TypeAlias = tuple[int, int, int, int, int, str | None]
"""A token in one part: its line there, column and length in the client's units, type, modifiers, and the id of the task
that it names. Tens of thousands are made at once, so they are no class of their own.
"""


class _PartTokens:
    """What is kept with a part: its tokens, and their numbers for the marks that its tasks had last."""

    __slots__ = ("encoding", "last_line", "marks", "names", "rest", "tokens")

    def __init__(self, encoding: Encoding, tokens: list[_Token]) -> None:
        self.encoding = encoding
        self.tokens = tokens
        self.names = [token[5] for token in tokens if token[5] is not None]
        self.marks: list[int] | None = None
        self.rest: list[int] = []
        """All numbers but the first, which depends on what stands before the part."""
        self.last_line = tokens[-1][0] if tokens else 0

    def numbers(self, marks: list[int]) -> list[int]:
        """The numbers, except for the first, with marks put in (one for each of ``names``)."""
        if self.marks != marks:
            self.rest = _numbers(self.tokens, iter(marks))[1:]
            self.marks = marks
        return self.rest


def _numbers(tokens: list[_Token], marks: Iterator[int]) -> list[int]:
    numbers: list[int] = []
    line_before, column_before = 0, 0
    for line, column, length, kind, modifiers, task in tokens:
        numbers += (
            line - line_before,
            column - column_before if line == line_before else column,
            length,
            kind,
            modifiers if task is None else modifiers | next(marks),
        )
        line_before, column_before = line, column
    return numbers


def preparing(check: FileCheck, encoding: Encoding) -> Iterator[None]:
    """Look at the parts that were not looked at before, a few at a time, so that others may have their turn between."""
    looked_at = 0
    for plan in check.plans:
        for part in plan.source.parts:
            if not _is_known(part, encoding):
                _tokens_of(part, encoding)
                looked_at += 1
                if looked_at % _AT_ONCE == 0:
                    yield


def tokens_of(check: FileCheck, encoding: Encoding) -> list[int]:
    """All tokens of a file as the protocol's numbers: five for each, places as distances from the token before."""
    return _encoded(check, encoding, 0, len(check.file.chunks))


def tokens_between(check: FileCheck, start: int, end: int, encoding: Encoding) -> list[int]:
    """The tokens of the parts that a range touches (code points); a few more than asked for do no harm."""
    return _encoded(check, encoding, start, end)


def difference(old: list[int], new: list[int]) -> tuple[int, int, list[int]]:
    """What to replace in an old list to get a new one: where, how many numbers, and by which."""
    same = _common(old, new)
    rest = min(len(old), len(new)) - same
    tail = min(rest, _common_tail(old, new, rest))
    # Whole tokens only.
    same -= same % 5
    tail -= tail % 5
    return same, len(old) - tail - same, new[same : len(new) - tail]


def _common(old: list[int], new: list[int]) -> int:
    """The length of the common start; by halves, as comparing slices is what Python does fastest."""
    low, high = 0, min(len(old), len(new))
    while low < high:
        middle = (low + high + 1) // 2
        if old[low:middle] == new[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _common_tail(old: list[int], new: list[int], most: int) -> int:
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        one = old[len(old) - middle : len(old) - low]
        if one == new[len(new) - middle : len(new) - low]:
            low = middle
        else:
            high = middle - 1
    return low


def _encoded(check: FileCheck, encoding: Encoding, start: int, end: int) -> list[int]:
    chunks = check.file.chunks
    first, last = chunks.chunk_at(start), chunks.chunk_at(end)
    numbers: list[int] = []
    line_before = 0
    for plan in check.plans:
        source = plan.source
        mark_of = _Marks(plan).of
        begin, stop = max(0, first - source.first), last - source.first + 1
        if len(source.parts) == 1:
            begin, stop = 0, 1
        for index in range(begin, min(len(source.parts), stop)):
            found = _tokens_of(source.parts[index], encoding)
            if not found.tokens:
                continue
            line = chunks.lines[source.first + index]
            numbers.append(line + found.tokens[0][0] - line_before)
            numbers += found.numbers([mark_of(name) for name in found.names])
            line_before = line + found.last_line
    return numbers


class _Marks:
    """What the plan says of a task's id."""

    def __init__(self, plan: PlanCheck) -> None:
        self._known = plan.source.plan.index_of.known
        times = plan.analysis.times
        self._slack = times.slack if times.makespan else None

    def of(self, task: str) -> int:
        index = self._known.get(task)
        if index is None:
            return _UNKNOWN
        return _CRITICAL if self._slack is not None and self._slack[index] <= 0 else 0


def _is_known(part: Part, encoding: Encoding) -> bool:
    known = part.tokens
    return isinstance(known, _PartTokens) and known.encoding is encoding


def _tokens_of(part: Part, encoding: Encoding) -> _PartTokens:
    known = part.tokens
    if isinstance(known, _PartTokens) and known.encoding is encoding:
        return known
    found = part.tokens = _PartTokens(encoding, _Collector(part, encoding).collect())
    return found


class _Collector:
    """Finds the tokens of one part."""

    def __init__(self, part: Part, encoding: Encoding) -> None:
        self._part = part
        self._encoding = encoding
        self._starts = line_starts(part.text)
        self._is_ascii = part.text.isascii()
        self._found: list[_Token] = []

    def collect(self) -> list[_Token]:
        for entry in self._part.entries:
            self._add(entry.key, _KEYWORD if entry.name == "tasks" else _KEY)
            if entry.name == "agents":
                self._agents(entry.value)
            elif entry.name != "tasks":
                self._value(entry.name, entry.value)
        for item in self._part.items:
            self._task(item)
        # A part of its own is in order already; one that holds both keys and tasks is not.
        return sorted(self._found, key=_PLACE) if self._part.entries else self._found

    def _task(self, node: AnyNode) -> None:
        if not isinstance(node, Mapping):
            return
        for entry in node.entries:
            self._add(entry.key, _KEY)
            name, value = entry.name, entry.value
            if name == "id":
                self._add(value, _TASK, _DECLARATION, of_task=True)
            elif name == "dependencies":
                self._dependencies(value)
            elif name in _TASK_VALUES and isinstance(value, Scalar):
                self._add(value, _TASK_VALUES[name])
            else:
                self._value(name, value)

    def _dependencies(self, node: AnyNode) -> None:
        for item in node.items if isinstance(node, Sequence) else [node]:
            if not isinstance(item, Mapping):
                self._add(item, _TASK, of_task=True)
                continue
            for entry in item.entries:
                self._add(entry.key, _KEY)
                if entry.name == "task":
                    self._add(entry.value, _TASK, of_task=True)
                else:
                    self._add(entry.value, _DURATION if entry.name == "lag" else _MEMBER)

    def _agents(self, node: AnyNode) -> None:
        """All three forms: a list of mappings with an id, a mapping from ids, and the allocation list."""
        for item in node.items if isinstance(node, Sequence) else [node]:
            if not isinstance(item, Mapping):
                self._add(item, _AGENT, _DECLARATION)
            elif item.entry("id") is None or not isinstance(node, Sequence):
                for entry in item.entries:
                    self._add(entry.key, _AGENT, _DECLARATION)
                    self._value(None, entry.value)
            else:
                for entry in item.entries:
                    self._add(entry.key, _KEY)
                    if entry.name == "id":
                        self._add(entry.value, _AGENT, _DECLARATION)
                    elif entry.name == "backup":
                        self._add(entry.value, _AGENT)
                    else:
                        self._value(entry.name, entry.value)

    def _value(self, key: str | None, node: AnyNode) -> None:
        """The keys of whatever stands below a key, and the durations that can be told by their keys."""
        if isinstance(node, Mapping):
            for entry in node.entries:
                self._add(entry.key, _KEY)
                self._value(entry.name, entry.value)
        elif isinstance(node, Sequence):
            for item in node.items:
                self._value(None, item)
        elif key in _DURATION_KEYS:
            self._add(node, _DURATION)

    def _add(self, node: AnyNode, kind: int, modifiers: int = 0, *, of_task: bool = False) -> None:
        """A token for a scalar on one line; others have none."""
        if not isinstance(node, Scalar) or node.is_missing or node.anchor is not None or node.tag is not None:
            return
        start, end = node.start, node.end
        starts = self._starts
        line = bisect_right(starts, start) - 1
        begin = starts[line]
        line_end = starts[line + 1] if line + 1 < len(starts) else len(self._part.text)
        if end > line_end or node.style in ("|", ">") or start == end:
            return
        column, length = start - begin, end - start
        if not self._is_ascii:
            text = self._part.text[begin:line_end]
            column = to_units(text, start - begin, self._encoding)
            length = to_units(text, end - begin, self._encoding) - column
        self._found.append((line, column, length, kind, modifiers, node.text if of_task else None))
