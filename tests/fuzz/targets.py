"""What is fuzzed: each target takes any bytes, and raises if what it tries does not hold for them.

They run under `tests.fuzz.explore`, which makes bytes up, and once over each file of the corpus in `make test`.
"""

from __future__ import annotations

import asyncio
import json
import random
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

from orchestrate_ls.ide.formatting import Style
from orchestrate_ls.plan.duration import (
    MAX_SECONDS,
    Calendar,
    DurationError,
    format_duration,
    parse_duration,
    parse_estimate,
    parse_lag,
)
from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.syntax.events import default_events
from orchestrate_ls.syntax.parser import parse_events
from tests.fuzz.reading import Bytes
from tests.plans import FRAGMENTS

CALENDAR: Final = Calendar()
LONGEST: Final = 4096
"""Bytes of an input; longer ones try the patience more than the code."""


@dataclass(frozen=True, slots=True)
class Target:
    """One thing to fuzz. ``words`` are pieces of its language, which the fuzzer puts in at random places."""

    run: Callable[[bytes], None]
    words: tuple[str, ...] = ()
    seeds: Callable[[], list[bytes]] = list


# Text and plans


def edits(data: bytes) -> None:
    """A file that is edited step by step equals one read anew, and so does its check."""
    from tests.rules.test_engine import check, described, fixes

    given = Bytes(data)
    steps = [(given.number(65536), given.number(64), given.one_of(FRAGMENTS)) for _ in range(given.number(6))]
    text = given.text()[:1500]
    file = PlanFile.parse(text)
    found = check(file)
    for place, length, piece in steps:
        start = place % (len(text) + 1)
        end = min(len(text), start + length)
        text = text[:start] + piece + text[end:]
        file = file.edit(start, end, piece)
        assert file.text == text
        found = check(file, found)
        fresh = check(PlanFile.parse(text))
        assert described(found) == described(fresh)
        assert fixes(found) == fixes(fresh)


def parser(data: bytes) -> None:
    """Whatever the text, a tree comes out whose places lie in it, and problems with places too."""
    text = Bytes(data).text()
    parsed = parse_events(text, default_events())
    for problem in parsed.problems:
        assert 0 <= problem.start <= problem.end <= len(text), problem
    _assert_inside(parsed.root, 0, len(text))


def _assert_inside(node: Any, start: int, end: int, depth: int = 0) -> None:
    from orchestrate_ls.syntax.tree import Mapping, Sequence

    if node is None or depth > 200:
        return
    assert start <= node.start <= node.end <= end, node
    if isinstance(node, Mapping):
        for entry in node.entries:
            _assert_inside(entry.key, node.start, node.end, depth + 1)
            _assert_inside(entry.value, node.start, node.end, depth + 1)
    elif isinstance(node, Sequence):
        for item in node.items:
            _assert_inside(item, node.start, node.end, depth + 1)


def plan(data: bytes) -> None:
    """Checking any text gives findings inside of it, whose fixes can be applied one by one."""
    from orchestrate_ls.text.edits import apply_edits
    from tests.rules.test_engine import check

    text = Bytes(data).text()
    found = check(PlanFile.parse(text))
    for finding in found.diagnostics[:40]:
        assert 0 <= finding.start <= finding.end <= len(text), finding
        assert finding.message
        for fix in found.fixes(finding):
            PlanFile.parse(apply_edits(text, fix.edits))


def formatter(data: bytes) -> None:
    """Formatting says the same as before, and formatting again changes nothing."""
    from tests.ide.test_formatting import says_the_same

    given = Bytes(data)
    style = Style(given.number(7) + 2, bool(given.number(2)))
    ordered = bool(given.number(2))
    says_the_same(given.text().encode("utf-8", "replace").decode(), style, ordered=ordered)


# Small languages


def durations(data: bytes) -> None:
    """Any text is a duration, a lag or an estimate, or is refused; what is written reads back."""
    given = Bytes(data)
    calendar = Calendar(given.number(24) + 1, given.number(7) + 1)
    text = given.text()
    for parse in (parse_duration, parse_lag):
        try:
            seconds = parse(text, calendar)
        except DurationError:
            continue
        assert abs(seconds) <= MAX_SECONDS
        assert parse_lag(format_duration(seconds, calendar), calendar) == seconds
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        value = text
    try:
        estimate = parse_estimate(value, calendar)
    except DurationError:
        return
    assert 0 <= estimate.optimistic <= estimate.likely <= estimate.pessimistic
    assert estimate.optimistic <= estimate.expected <= estimate.pessimistic


def conditions(data: bytes) -> None:
    """Any text is a condition or gets problems with their places; a condition always has a truth value."""
    from orchestrate_ls.progress.conditions import read_condition, token_at, wants_operator
    from tests.progress.test_conditions import of_type

    text = Bytes(data).text()
    read = read_condition(text, CALENDAR)
    assert (read.condition is None) == bool(read.problems)
    for each in read.problems:
        assert 0 <= each.start <= each.end <= len(text)
        assert each.message
    if read.condition is not None:
        assert read.condition.holds(of_type) in (True, False)
    for offset in range(min(len(text), 60) + 1):
        token_at(text, offset)
        wants_operator(text[:offset])


def journal(data: bytes) -> None:
    """Any lines are read, none stops those after it, and the state does not depend on their order."""
    from orchestrate_ls.execution.journal_file import JournalFile
    from orchestrate_ls.progress.event import line_of, read_line
    from orchestrate_ls.progress.fold import ProgressFold

    given = Bytes(data)
    chance = random.Random(given.number(256))
    cut = given.number(4096)
    lines = given.rest()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.events.jsonl"
        file = JournalFile(path)
        path.write_bytes(lines[:cut])
        events = file.read_on()[0]
        with path.open("ab") as end:
            end.write(lines[cut:])
        again, is_anew = file.read_on()
        events = again if is_anew else [*events, *again]
        assert file.problems is not None
        whole = JournalFile(path).read_on()[0]
        assert events == whole
    for event in events:
        assert read_line(line_of(event)) == event
    for plan_id in sorted({event.plan for event in events})[:3]:
        one, other = ProgressFold(plan_id), ProgressFold(plan_id)
        one.add(events)
        shuffled = list(events)
        chance.shuffle(shuffled)
        for event in shuffled:
            other.add([event])
        assert one.state() == other.state()
        assert one.add(events) is False


def settings(data: bytes) -> None:
    """Any settings file is read; what is wrong in it has its place."""
    from orchestrate_ls.workspace.settings_reading import read_settings

    text = Bytes(data).text()
    _, problems = read_settings(text)
    lines = text.count("\n") + 1
    for problem in problems:
        assert problem.message
        assert problem.place is None or 0 <= problem.place.line <= lines


# Files of other tools


def agents(data: bytes) -> None:
    """Any definition file is read; agents have ids that are ids, and everything has its place."""
    from orchestrate_ls.workspace.reading import UnreadablePlanError, decode_plan_text
    from tests.agents.test_any_text import READERS, check

    given = Bytes(data)
    registry = given.one_of(READERS)
    name = given.one_of(("a.md", "x.agent.md", "A B.md", "", "é.toml", "opencode.json", "a/b.md"))
    try:
        text = decode_plan_text(given.rest(), 100_000).text
    except UnreadablePlanError:
        return
    check(registry, text, name)


def imports(data: bytes) -> None:
    """Any file in any format gives a plan without errors, or is refused with a reason."""
    from orchestrate_ls.planner.imports.formats import ImportFormat, ImportSource, import_plan
    from orchestrate_ls.planner.imports.imported import ImportFailedError

    given = Bytes(data)
    kind = given.one_of(list(ImportFormat))
    text = given.text()
    source = ImportSource("x", [("x", text), ("y", text[::-1])], is_folder=True)
    if kind is not ImportFormat.BACKLOG_MD:
        source = ImportSource("x", [("x", text)])
    try:
        made = import_plan(source, kind)[1]
    except ImportFailedError:
        return
    _assert_no_errors(made.text)


def goals(data: bytes) -> None:
    """Any goal is planned without errors, or refused with a reason."""
    from orchestrate_ls.planner.intelligible import GoalError
    from orchestrate_ls.planner.offline import plan_offline

    try:
        made = plan_offline(Bytes(data).text()[:2000])
    except GoalError:
        return
    _assert_no_errors(made.text)


def _assert_no_errors(text: str) -> None:
    from orchestrate_ls.planner.verify import verify
    from orchestrate_ls.rules.base import Severity

    errors = [each for each in verify(text).check.diagnostics if each.severity is Severity.ERROR]
    assert errors == [], text


# The server


class _Decisions(random.Random):
    """Chance made of bytes, so that the fuzzer can learn which of them lead somewhere."""

    def __new__(cls, _given: Bytes) -> Self:
        return super().__new__(cls)

    def __init__(self, given: Bytes) -> None:
        super().__init__()
        self._given = given

    def random(self) -> float:
        return self._given.number(65536) / 65536

    def getrandbits(self, k: int, /) -> int:
        return self._given.number(1 << k)


def session(data: bytes) -> None:
    """Edits and requests in any mixture: each is answered once, without a fault, and the text is the client's."""
    from tests.lsp.test_editing_robustness import SERVERS, type_with

    given = Bytes(data)
    capabilities = given.one_of([SERVERS[name] for name in sorted(SERVERS)])
    asyncio.run(type_with(_Decisions(given), capabilities, 6))


def messages(data: bytes) -> None:
    """Messages that are none, of wrong types, at the wrong time: the server answers each request and lives on."""
    asyncio.run(_converse(Bytes(data)))


_ODD: Final[tuple[Any, ...]] = (
    None, True, -1, 0, 1, 2**31, 2**63, 10**400, 1.5, "", "x", "\ud800", [], {}, [[]], {"": None},
    "file:///folder/x.plan.yaml", "file://", "untitled:Untitled-1", "\0", {"line": -1, "character": 10**12},
)  # fmt: skip


async def _converse(given: Bytes) -> None:
    from tests.lsp.client import Client

    client = Client()
    asked: list[Any] = []
    try:
        for _ in range(given.number(12) + 1):
            message = _message(given)
            if isinstance(message, dict) and "method" in message and "id" in message:
                asked.append(message)
            if not client.closed and not client.server.stopped.is_set():
                client.give(message)
            if given.number(3) == 0:
                await client.settle()
            if given.is_empty:
                break
        for _ in range(4):
            await client.settle()
        for answer in client.sent:
            error = answer.get("error")
            assert error is None or error["code"] != -32603, answer
        logged = [each for each in client.notifications("window/logMessage") if each["type"] == 1]
        assert logged == []
    finally:
        client.end()


def _message(given: Bytes) -> Any:
    from tests.lsp.client import PLAN, notification
    from tests.lsp.requests_made import params_for

    kind = given.number(10)
    if kind == 0:
        return bytes(given.number(256) for _ in range(given.number(40)))
    if kind == 1:
        return {
            "jsonrpc": "2.0",
            "id": 1,
            "method": "initialize",
            "params": {"capabilities": given.one_of(_ODD)},
        }
    if kind == 2:
        return {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"capabilities": {}}}
    if kind == 3:
        return notification(
            given.one_of(("initialized", "exit", "$/cancelRequest", "$/setTrace")), given.one_of(_ODD)
        )
    if kind == 4:
        text = given.one_of(FRAGMENTS) + given.one_of(FRAGMENTS) + given.one_of(FRAGMENTS)
        document = {"uri": PLAN, "languageId": "yaml", "version": given.number(4), "text": text}
        return notification("textDocument/didOpen", {"textDocument": document})
    if kind == 5:
        change: dict[str, Any] = {"text": given.one_of(FRAGMENTS)}
        if given.number(2):
            places = [{"line": given.number(9) - 1, "character": given.number(9) - 1} for _ in range(2)]
            change["range"] = {"start": places[0], "end": places[1]}
        return notification(
            "textDocument/didChange",
            {"textDocument": {"uri": PLAN, "version": given.number(300)}, "contentChanges": [change]},
        )
    if kind == 6:
        return notification(
            given.one_of(
                ("textDocument/didClose", "textDocument/didSave", "workspace/didChangeConfiguration")
            ),
            given.one_of(({"textDocument": {"uri": PLAN}}, {"settings": given.one_of(_ODD)}, *_ODD)),
        )
    method = given.one_of([*_requests(), "shutdown", "no/such", ""])
    made: dict[str, Any] = {
        "jsonrpc": "2.0",
        "id": given.one_of((7, 8, 2**53, "a", -1, *_ODD)),
        "method": method,
    }
    if method not in _requests():
        return {**made, "params": given.one_of(_ODD)}

    def choose(_name: str, value: object) -> Any:
        return given.one_of(_ODD) if given.number(8) == 0 else value

    return {**made, "params": params_for(method, choose)}


def _requests() -> list[str]:
    from tests.lsp.test_editing_robustness import REQUESTS

    # Those for what is registered with commands may start work in other processes.
    return [each for each in REQUESTS if each != "workspace/executeCommand"]


# Where the fuzzer begins


def _plan_seeds() -> list[bytes]:
    from tests.plans import SEED

    return [path.read_bytes()[:LONGEST] for path in sorted(SEED.glob("*.yaml"))]


def _journal_seeds() -> list[bytes]:
    from tests.progress.test_event import GOOD

    kinds = (
        "started",
        "progress",
        "done",
        "failed",
        "blocked",
        "unblocked",
        "reassigned",
        "skipped",
        "reopened",
    )
    lines = [json.dumps(GOOD | {"id": str(index), "type": kind}) for index, kind in enumerate(kinds)]
    return [b"\0\0\0" + "\n".join(lines).encode(), b"\1\0\x40" + lines[0].encode() + b"\n{torn"]


def _import_seeds() -> list[bytes]:
    from orchestrate_ls.planner.imports.formats import ImportFormat
    from tests.planner.imports.samples import BACKLOG
    from tests.planner.imports.test_imports import SAMPLES

    kinds = list(ImportFormat)
    seeds = [bytes([kinds.index(kind)]) + text.encode()[:LONGEST] for kind, (_, text) in SAMPLES.items()]
    return [*seeds, bytes([kinds.index(ImportFormat.BACKLOG_MD)]) + next(iter(BACKLOG.values())).encode()]


def _agent_seeds() -> list[bytes]:
    heads = (
        "---\nname: a\ndescription: does x\ntools: [Read, Bash]\nmodel: sonnet\n---\nBody\n",
        'name = "a"\ndescription = "x"\n',
        '{"agent": {"a": {"description": "x", "tools": {"bash": true}}}}\n',
    )
    return [bytes([kind, name]) + head.encode() for kind in range(5) for name in (0, 1) for head in heads]


_PLAN_WORDS: Final = tuple(each for each in FRAGMENTS if each)
_CONDITION_WORDS: Final = (
    "task_duration", "estimated", "percent", "quality_score", "critical_task_blocked", "agent_unavailable", "state",
    " > ", " < ", " >= ", " == ", " != ", " and ", " or ", "not ", "(", ")", "2h", "1.5", "30m", '"done"', "true", "*",
    "/", "+", "-", "&&", "||", "!",
)  # fmt: skip
_DURATION_WORDS: Final = (
    "h",
    "m",
    "d",
    "w",
    "s",
    "PT",
    "P1D",
    "hours",
    "and",
    "1h 30m",
    ":",
    "to",
    "~",
    "٣",
    "1e9",
)
_SETTINGS: Final = (
    "[rules]\n", "[run]\n", "[agents]\n", '[agents."*"]\n', "[gates.x]\n", "[notify]\n", "[format]\n", "[thresholds]\n",
    "use = ", "command = ", "[", "]", '"', "'", " = ", "true", "1", '["a"]', "exclude", "database", "time-out",
)  # fmt: skip
_GOAL_WORDS: Final = (
    "Build ", "a ", "REST API", "with ", "OAuth2", ", ", " and ", "without ", "no UI", "then ", "before ", "after ",
    "1. ", "\n", "takes 2 days", "in parallel", "three engineers", "by Friday", "depends on step 1", "- ", "first ",
)  # fmt: skip

_SEED_CONDITION: Final = [b"task_duration > estimated * 1.5", b'percent < 50 and not (state == "done")']
_JOURNAL_WORDS: Final = ('"id":', '"plan":"p"', '"task":', '"type":"done"', "\n")
_IMPORT_WORDS: Final = ("- [ ] ", "T001 [P] ", "-->", "needs: ", '"id": ')


TARGETS: Final[dict[str, Target]] = {
    "edits": Target(edits, _PLAN_WORDS, _plan_seeds),
    "parser": Target(parser, _PLAN_WORDS, _plan_seeds),
    "plan": Target(plan, _PLAN_WORDS, _plan_seeds),
    "formatter": Target(formatter, _PLAN_WORDS, _plan_seeds),
    "durations": Target(durations, _DURATION_WORDS, lambda: [b"\x07\x041h30m", b"\x07\x04P1DT2H"]),
    "conditions": Target(conditions, _CONDITION_WORDS, lambda: _SEED_CONDITION),
    "journal": Target(journal, _JOURNAL_WORDS, _journal_seeds),
    "settings": Target(settings, _SETTINGS, lambda: [b'[agents."*"]\nuse = "claude"\n']),
    "agents": Target(agents, ("---\n", "name: ", "description: ", "tools: "), _agent_seeds),
    "imports": Target(imports, _IMPORT_WORDS, _import_seeds),
    "goals": Target(goals, _GOAL_WORDS, lambda: [b"Build a shop with payments, then deploy it"]),
    "session": Target(session),
    "messages": Target(messages),
}


__all__ = ["LONGEST", "TARGETS", "Target"]
