"""Inlay hints and semantic tokens over the protocol."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.lsp.client import PLAN, PUSHED, Client, replace

TEXT = "tasks:\n  - id: A\n    estimated_time: 2h\n  - id: B\n    dependencies: [A]\n"
DOCUMENT = {"textDocument": {"uri": PLAN}}
ALL = {"start": {"line": 0, "character": 0}, "end": {"line": 99, "character": 0}}


async def result(client: Client, method: str, **params: Any) -> Any:
    return (await client.request(f"textDocument/{method}", {**DOCUMENT, **params}))["result"]


async def test_hints_stand_behind_ids(client: Client):
    assert (await client.initialize())["capabilities"]["inlayHintProvider"]
    client.open(TEXT)
    hints = await result(client, "inlayHint", range=ALL)
    assert [each["label"] for each in hints] == ["0h to 2h", "critical", "2h to 2h", "critical"]
    assert hints[0]["position"] == {"line": 1, "character": 9}
    assert await result(client, "inlayHint", range={**ALL, "end": {"line": 0, "character": 3}}) == []


async def test_hints_follow_the_settings(client: Client):
    client.answers["workspace/configuration"] = lambda _: {"result": [{"inlayHints": {"critical": False}}]}
    client.answers["workspace/inlayHint/refresh"] = lambda _: {"result": None}
    workspace = {"configuration": True, "inlayHint": {"refreshSupport": True}}
    await client.initialize({**PUSHED, "workspace": workspace})
    client.open(TEXT)
    await client.diagnostics(1)
    hints = await result(client, "inlayHint", range=ALL)
    assert [each["label"] for each in hints] == ["0h to 2h", "2h to 2h"]
    client.answers["workspace/configuration"] = lambda _: {"result": [{"inlayHints": {"times": False}}]}
    asked = len(client.requests("workspace/inlayHint/refresh"))
    client.notify("workspace/didChangeConfiguration", {"settings": None})
    await client.settle()
    assert len(client.requests("workspace/inlayHint/refresh")) == asked + 1
    assert [each["label"] for each in await result(client, "inlayHint", range=ALL)] == [
        "critical",
        "critical",
    ]


async def test_tokens_are_sent_whole_once_and_then_what_changed(client: Client):
    provider = (await client.initialize())["capabilities"]["semanticTokensProvider"]
    assert provider["full"] == {"delta": True}
    assert provider["range"] is True
    client.open(TEXT)
    full = await result(client, "semanticTokens/full")
    assert full["data"][:5] == [0, 0, 5, 6, 0]
    client.change(2, replace((3, 8), (3, 9), "LONG"))
    delta = await result(client, "semanticTokens/full/delta", previousResultId=full["resultId"])
    (edit,) = delta["edits"]
    assert (edit["deleteCount"], len(edit["data"])) == (5, 5)
    data = full["data"]
    data[edit["start"] : edit["start"] + edit["deleteCount"]] = edit["data"]
    assert (await result(client, "semanticTokens/full"))["data"] == data
    assert (await result(client, "semanticTokens/range", range=ALL))["data"] == data


async def test_tokens_that_are_not_known_any_more_are_sent_whole(client: Client):
    await client.initialize()
    client.open(TEXT)
    assert "data" in await result(client, "semanticTokens/full/delta", previousResultId="7")
    again = await result(client, "semanticTokens/full")
    same = await result(client, "semanticTokens/full/delta", previousResultId=again["resultId"])
    assert same["edits"] == []
    client.notify("textDocument/didClose", DOCUMENT)
    assert (await result(client, "semanticTokens/full"))["data"] == []


async def test_tokens_of_a_large_plan_give_way_to_an_edit(client: Client):
    await client.initialize()
    client.open("tasks:\n" + "".join(f"  - id: A{number}\n" for number in range(2000)))
    asked = client.ask("textDocument/semanticTokens/full", DOCUMENT)
    for _ in range(3):  # now it is under way
        await asyncio.sleep(0)
    client.change(2, replace((1, 8), (1, 9), "B"))
    assert (await client.answer(asked))["error"]["code"] == -32801
    assert len((await result(client, "semanticTokens/full"))["data"]) == 5 * (2 * 2000 + 1)
