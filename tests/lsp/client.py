"""A client in the same process as the server, for tests of one message at a time. Knows no feature."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

from orchestrate_ls.lsp import logs
from orchestrate_ls.lsp.server import PlanServer

Json = dict[str, Any]

PLAN = "file:///folder/x.plan.yaml"
PUSHED = {"textDocument": {"publishDiagnostics": {"versionSupport": True, "relatedInformation": True}}}
PULLED = {"textDocument": {"diagnostic": {}}}


class Client:
    """Sends JSON and keeps what comes back. ``answers`` is how it answers the server's requests, by method."""

    def __init__(self) -> None:
        self.server = PlanServer()
        self.sent: list[Json] = []
        self.answers: dict[str, Callable[[Json], Any]] = {}
        self.closed = False
        self.more_to_come = False
        self._ids = iter(range(1, 1_000_000))
        self.server.connected(self)

    # The server's side of the line

    def send(self, body: bytes) -> None:
        message = json.loads(body)
        self.sent.append(message)
        if "method" in message and "id" in message:
            answer = self.answers.get(message["method"])
            if answer is not None:
                reply = {"jsonrpc": "2.0", "id": message["id"], **answer(message.get("params"))}
                self.server.loop.call_soon(self.server.receive, [json.dumps(reply).encode()])

    def has_input(self) -> bool:
        return self.more_to_come

    def close(self) -> None:
        self.closed = True

    # The test's side

    def give(self, *messages: object) -> None:
        """Hand the server some messages at once: bytes as they are, all else as JSON."""
        self.server.receive(
            [each if isinstance(each, bytes) else json.dumps(each).encode() for each in messages]
        )

    def notify(self, method: str, params: object = None) -> None:
        self.give(notification(method, params))

    def ask(self, method: str, params: object = None) -> int:
        """Send a request and return its id."""
        msg_id = next(self._ids)
        self.give({"jsonrpc": "2.0", "id": msg_id, "method": method, "params": params})
        return msg_id

    async def request(self, method: str, params: object = None) -> Json:
        """Send a request and wait for the whole answer."""
        return await self.answer(self.ask(method, params))

    async def answer(self, msg_id: int | str | None) -> Json:
        """The answer to a request; there must be exactly one."""
        found: list[Json] = []
        async with asyncio.timeout(20):
            while not found:
                await asyncio.sleep(0.001)
                found = self.answers_to(msg_id)
        assert len(found) == 1
        return found[0]

    def answers_to(self, msg_id: int | str | None) -> list[Json]:
        return [each for each in self.sent if "method" not in each and each["id"] == msg_id]

    async def initialize(self, capabilities: Json | None = None, **params: Any) -> Json:
        answer = await self.request("initialize", {"capabilities": capabilities or PUSHED, **params})
        self.notify("initialized", {})
        await self.settle()
        return answer["result"]

    async def settle(self) -> None:
        """Let the server do everything that it wants to do now."""
        for _ in range(20):
            await asyncio.sleep(0)

    def open(self, text: str, uri: str = PLAN, version: int = 1, language: str = "yaml") -> None:
        document = {"uri": uri, "languageId": language, "version": version, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": document})

    def change(self, version: int, *changes: Json, uri: str = PLAN) -> None:
        self.notify("textDocument/didChange", changed(version, *changes, uri=uri))

    def notifications(self, method: str) -> list[Json]:
        return [each["params"] for each in self.sent if each.get("method") == method and "id" not in each]

    def requests(self, method: str) -> list[Json]:
        return [each for each in self.sent if each.get("method") == method and "id" in each]

    def published(self, uri: str = PLAN) -> list[Json]:
        return [each for each in self.notifications("textDocument/publishDiagnostics") if each["uri"] == uri]

    async def diagnostics(self, version: int, uri: str = PLAN) -> list[Json]:
        """What was published of a version."""
        async with asyncio.timeout(20):
            while not any(each.get("version") == version for each in self.published(uri)):  # noqa: ASYNC110
                await asyncio.sleep(0.001)
        return next(each["diagnostics"] for each in self.published(uri) if each.get("version") == version)

    async def diagnostics_of_any_version(self, uri: str = PLAN) -> list[Json]:
        """What was published last, of a client that is told no versions."""
        async with asyncio.timeout(20):
            while not self.published(uri):  # noqa: ASYNC110
                await asyncio.sleep(0.001)
        return self.published(uri)[-1]["diagnostics"]

    def text(self, uri: str = PLAN) -> str:
        """The server's text of a document."""
        snapshot = self.server.session.documents.get(uri)
        assert snapshot is not None
        return snapshot.text.text

    def end(self) -> None:
        self.server.index.stop()
        self.server.refiner.stop()
        self.server.searches.stop()
        self.server.followed.stop()
        logs.remove(self.server.log)


def notification(method: str, params: object = None) -> Json:
    return {"jsonrpc": "2.0", "method": method, "params": params}


def changed(version: int | None, *changes: Json, uri: str = PLAN) -> Json:
    return {"textDocument": {"uri": uri, "version": version}, "contentChanges": list(changes)}


def replace(start: tuple[int, int], end: tuple[int, int], text: str) -> Json:
    return {
        "range": {
            "start": {"line": start[0], "character": start[1]},
            "end": {"line": end[0], "character": end[1]},
        },
        "text": text,
    }
