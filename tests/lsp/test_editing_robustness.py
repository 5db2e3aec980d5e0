"""Somebody edits at random while their editor asks everything at once: each request is answered exactly once and
without a fault, nothing is logged as an error, and in the end all is as if the text had just been opened.
"""

from __future__ import annotations

import asyncio
import os
import random
from typing import Any

import pytest

from orchestrate_ls.lsp import held
from orchestrate_ls.plan import file
from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.rules import engine, facets
from orchestrate_ls.rules.engine import FileCheck, check_file
from orchestrate_ls.syntax import cutting
from orchestrate_ls.text.positions import Encoding
from orchestrate_ls.workspace.checking import shipped_schema
from tests.benchmarks.plans import generate
from tests.lsp.client import PLAN, Client, notification
from tests.lsp.requests_made import params_for, registered_requests
from tests.plans import SEED

Json = dict[str, Any]

INTERNAL = -32603
REQUESTS = registered_requests()
WHOLE = [  # what is asked of the whole document, with parameters of nothing but the document
    "textDocument/documentSymbol",
    "textDocument/foldingRange",
    "textDocument/semanticTokens/full",
    "textDocument/codeLens",
    "textDocument/documentLink",
]
PIECES = [
    "x", "T1", "T2", ", ", ": ", "- ", "#", "'", '"', "[", "]", "{", "}", "&a ", "*a", "<<: ", "|", "|\n", ">", "\t",
    "\n", "\n  - ", "\n    ", "\r\n", "\r", "\u2028", "\ufeff", "é", "😀", "---\n", "...\n", "tasks:\n", "agents:\n",
    "  - id: T1\n", "  - id: new\n    name: N\n    estimated_time: 2h\n    dependencies: [T1]\n", "dependencies: [",
    "estimated_time: 3h\n", "# orchestrate: ignore[schema]\n", "# orchestrate: ignore-file[long-task]\n", "\0", "0",
    " ", "  ", "goal: y\n", "- {id: Q, dependencies: [T1, T9]}\n", "agent: ann\n", "y" * 300, "parallel_group: g\n",
]  # fmt: skip
SERVERS = {  # capabilities that change what is answered, and how positions count
    "pushes": {"textDocument": {"publishDiagnostics": {"versionSupport": True, "relatedInformation": True}}},
    "pulls": {
        "general": {"positionEncodings": ["utf-8"]},
        "textDocument": {
            "diagnostic": {},
            "documentSymbol": {"hierarchicalDocumentSymbolSupport": True},
            "codeAction": {
                "codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}},
                "dataSupport": True,
                "disabledSupport": True,
                "resolveSupport": {"properties": ["edit"]},
            },
        },
        "workspace": {"workspaceEdit": {"documentChanges": True}},
    },
    "counts code points": {
        "general": {"positionEncodings": ["utf-32"]},
        "textDocument": {
            "publishDiagnostics": {"versionSupport": True},
            "documentSymbol": {"hierarchicalDocumentSymbolSupport": True},
            "codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}},
            "completion": {"completionItem": {"snippetSupport": True, "insertReplaceSupport": True}},
        },
    },
}


def texts() -> list[str]:
    seeds = [path.read_text(encoding="utf-8") for path in sorted(SEED.glob("*.yaml"))]
    return [
        *seeds,
        generate(12).text,
        "",
        "tasks:\n",
        "a: &a {id: T1}\ntasks:\n  - *a\n  - <<: *a\n    id: T2\n",
    ]


TEXTS = texts()


class Typist:
    """Edits one document at random, with a plain string beside it as what the server must have."""

    def __init__(self, client: Client, draw: random.Random, encoding: Encoding) -> None:
        self.client = client
        self.draw = draw
        self.encoding = encoding
        self.text = draw.choice(TEXTS)
        self.version = 1
        self.before: list[str] = []
        self.asked: list[int] = []
        self.seen: list[Json] = []
        self.ids = iter(range(1000, 10**9))

    # Text

    def open(self) -> Json:
        document = {"uri": PLAN, "languageId": "orchestrate-plan", "version": self.version, "text": self.text}
        return notification("textDocument/didOpen", {"textDocument": document})

    def edit(self) -> Json:
        """One notification with one change or a few."""
        changes = [self._change() for _ in range(self.draw.choice((1, 1, 1, 2, 4)))]
        self.version += self.draw.choice((1, 1, 1, 5))
        return notification(
            "textDocument/didChange",
            {"textDocument": {"uri": PLAN, "version": self.version}, "contentChanges": changes},
        )

    def _change(self) -> Json:
        self.before.append(self.text)
        kind = self.draw.random()
        if kind < 0.03 and len(self.before) > 3:
            self.text = self.draw.choice(self.before)  # undone, or changed on the disk
            return {"text": self.text}
        start = self.draw.randint(0, len(self.text))
        if kind < 0.6:
            end, new = start, self.draw.choice(PIECES)
        elif kind < 0.85:
            end, new = min(len(self.text), start + self.draw.choice((1, 1, 2, 30))), ""
        elif kind < 0.95:
            end = min(len(self.text), start + self.draw.randint(0, 200))
            new = self.draw.choice(PIECES) + self.text[start:end]
        else:
            end, new = start, self.draw.choice(TEXTS)[: self.draw.randint(0, 400)]
        start, end = self._between_breaks(start), self._between_breaks(end)
        place = {"start": self.position(start), "end": self.position(end)}
        self.text = self.text[:start] + new + self.text[end:]
        return {"range": place, "text": new}

    def _between_breaks(self, offset: int) -> int:
        # No position of the protocol lies between the two characters of a line break.
        return offset - 1 if self.text[offset - 1 : offset + 1] == "\r\n" else offset

    def position(self, offset: int) -> Json:
        before = self.text[:offset].replace("\r\n", "\n").replace("\r", "\n")
        line = before.count("\n")
        column = before[before.rfind("\n") + 1 :]
        if self.encoding is Encoding.UTF8:
            units = len(column.encode("utf-8", "surrogatepass"))
        elif self.encoding is Encoding.UTF16:
            units = len(column.encode("utf-16-le", "surrogatepass")) // 2
        else:
            units = len(column)
        return {"line": line, "character": units}

    # Requests

    def request(self) -> Json:
        """Any request, with odd values here and there and with what earlier answers hold."""
        method = self.draw.choice(REQUESTS)
        params = params_for(method, self._value)
        given = [each for each in self.seen if each["of"] == method]
        if given and self.draw.random() < 0.8:
            params = self.draw.choice(given)["params"]
        msg_id = next(self.ids)
        self.asked.append(msg_id)
        return {"jsonrpc": "2.0", "id": msg_id, "method": method, "params": params}

    def _value(self, name: str, value: Any) -> Any:
        draw = self.draw
        if draw.random() < 0.02:
            return draw.choice((None, -1, 10**12, "", [], {}, "\ud800", True))
        if name == "uri" and draw.random() < 0.05:
            return "file:///elsewhere.plan.yaml"
        if name in ("position", "start", "end") and draw.random() < 0.9:
            return self.position(draw.randint(0, len(self.text)))
        if name == "range" and draw.random() < 0.3:
            return {"start": {"line": 0, "character": 0}, "end": {"line": 10**6, "character": 0}}
        if name == "newName":
            return draw.choice(("T1", "zz", "a b", "", "é😀", "x: y", "#", "1.5", "\n"))
        if name == "query":
            return draw.choice(("", "t", "T1", "zzz"))
        if name == "previousResultId":
            return str(draw.randint(0, 9))
        if name == "command":
            return draw.choice(("orchestrate.schedule", "orchestrate.explain", "no.such"))
        if name == "ch":
            return draw.choice(("\n", "-", ":"))
        return value

    def cancel(self) -> Json:
        msg_id = self.draw.choice(self.asked) if self.asked and self.draw.random() < 0.9 else 77
        return notification("$/cancelRequest", {"id": msg_id})

    def look_at(self, answers: list[Json]) -> None:
        """Keep what can be asked about further: items of hierarchies and completions, actions to be resolved."""
        for answer in answers:
            found = answer.get("result")
            items = found.get("items") if isinstance(found, dict) else found
            for item in items[:3] if isinstance(items, list) else []:
                if isinstance(item, dict):
                    self._keep(item)
        del self.seen[:-60]

    def _keep(self, item: Json) -> None:
        if "selectionRange" in item and "uri" in item:
            self.seen += [
                {"of": f"callHierarchy/{way}Calls", "params": {"item": item}}
                for way in ("incoming", "outgoing")
            ]
        elif "label" in item and "kind" in item:
            self.seen.append({"of": "completionItem/resolve", "params": item})
        elif "title" in item and "data" in item:
            self.seen.append({"of": "codeAction/resolve", "params": item})


async def type_at_random(seed: int, steps: int) -> None:
    try:
        await type_with(random.Random(seed), SERVERS[sorted(SERVERS)[seed % len(SERVERS)]], steps)
    except BaseException as error:
        error.add_note(f"seed {seed}, {steps} steps")
        raise


async def type_with(draw: random.Random, capabilities: Json, steps: int) -> None:
    client = Client()
    try:
        result = await client.initialize(capabilities)
        typist = Typist(client, draw, Encoding(result["capabilities"]["positionEncoding"]))
        client.give(typist.open())
        for _ in range(steps):
            batch: list[Json] = []
            for _ in range(draw.choice((1, 1, 2, 6))):
                make = draw.choices((typist.edit, typist.request, typist.cancel), (4, 6, 1))[0]
                batch.append(make())
            client.more_to_come = draw.random() < 0.2
            client.give(*batch)
            if draw.random() < 0.1:
                await close_and_open(client, typist)
            if draw.random() < 0.5:
                await asyncio.sleep(0)
        client.more_to_come = False
        answers = [await client.answer(msg_id) for msg_id in typist.asked]
        typist.look_at(answers)
        # Once more, with what the answers gave.
        more = [typist.request() for _ in range(10)]
        client.give(*more)
        answers += [await client.answer(each["id"]) for each in more]
        await client.settle()
        assert [len(client.answers_to(msg_id)) for msg_id in typist.asked] == [1] * len(typist.asked)
        for answer in answers:
            assert ("result" in answer) != ("error" in answer)
            assert "error" not in answer or answer["error"]["code"] != INTERNAL, answer
        await assert_as_if_just_opened(client, typist)
        logged = [each for each in client.notifications("window/logMessage") if each["type"] == 1]
        assert logged == []
        assert not client.server.stopped.is_set()
    finally:
        client.end()


async def close_and_open(client: Client, typist: Typist) -> None:
    client.notify("textDocument/didClose", {"textDocument": {"uri": PLAN}})
    client.give(typist.request())
    typist.version = 1
    client.give(typist.open())


async def assert_as_if_just_opened(client: Client, typist: Typist) -> None:
    while PLAN in client.server.held:  # noqa: ASYNC110
        await asyncio.sleep(0)
    assert client.text() == typist.text
    checked = client.server.session.checked(PLAN)
    assert checked is not None
    assert checked.check is not None
    fresh = check_file(
        PlanFile.parse(typist.text),
        checked.settings.rules,
        shipped_schema(),
        checked.check.given.known_agents,
    )
    assert findings(checked.check) == findings(fresh)
    after_edits = await whole_answers(client)
    client.notify("textDocument/didClose", {"textDocument": {"uri": PLAN}})
    client.give(typist.open())
    assert await whole_answers(client) == after_edits


def findings(check: FileCheck) -> list[tuple[object, ...]]:
    return [
        (each.code, each.start, each.end, each.message, each.severity, each.related)
        for each in check.diagnostics
    ]


async def whole_answers(client: Client) -> Json:
    document = {"textDocument": {"uri": PLAN}}
    everything = {"start": {"line": 0, "character": 0}, "end": {"line": 10**6, "character": 0}}
    asked: Json = {method: document for method in WHOLE if method in REQUESTS}
    asked["textDocument/inlayHint"] = {**document, "range": everything}
    found: Json = {}
    for method, params in asked.items():
        answer = await client.request(method, params)
        assert "result" in answer, answer
        result = answer["result"]
        # What an answer can be asked for by is another each time.
        found[method] = result["data"] if isinstance(result, dict) and "resultId" in result else result
    return found


@pytest.mark.parametrize("seed", range(24))
async def test_edits_at_random_with_requests_between(seed: int):
    await type_at_random(seed, 20)


SEARCHES = os.environ.get("HYPOTHESIS_PROFILE") == "search"
"""Whether there is time for what the steady run leaves out, as for the examples of hypothesis."""


@pytest.fixture
def smallest_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything is read and checked in as many slices as there can be, however small it is."""
    monkeypatch.setattr(held, "_SMALL", -1)
    monkeypatch.setattr(held, "_SLICE", -1.0)
    for module, name in (
        (cutting, "_CUTS_PER_STEP"),
        (cutting, "_CHARACTERS_PER_STEP"),
        (file, "_PARTS_PER_STEP"),
        (engine, "_PARTS_PER_STEP"),
        (engine, "_TASKS_PER_STEP"),
        (facets, "_MANY"),
    ):
        monkeypatch.setattr(module, name, 1)


@pytest.mark.parametrize("seed", range(100, 124))
@pytest.mark.usefixtures("smallest_slices")
async def test_edits_at_random_with_requests_between_while_it_is_read_in_slices(seed: int):
    await type_at_random(seed, 20)


@pytest.mark.slow
@pytest.mark.parametrize("block", range(10 if SEARCHES else 4))
@pytest.mark.usefixtures("smallest_slices")
async def test_thousands_of_edits_at_random_while_it_is_read_in_slices(block: int):
    for seed in range(5000 + block * 50, 5000 + (block + 1) * 50):
        await type_at_random(seed, 20)


@pytest.mark.slow
@pytest.mark.parametrize("block", range(30 if SEARCHES else 7))
async def test_thousands_of_edits_at_random_with_requests_between(block: int):
    for seed in range(1000 + block * 50, 1000 + (block + 1) * 50):
        await type_at_random(seed, 20)
