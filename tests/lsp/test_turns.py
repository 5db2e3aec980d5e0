"""Long answers leave room for what arrives meanwhile: a keystroke, which makes them stale, and their cancelling."""

from __future__ import annotations

import asyncio

import pytest

from orchestrate_ls.lsp import turns
from orchestrate_ls.lsp.errors import ContentModifiedError
from tests.benchmarks.plans import generate
from tests.lsp.client import PLAN, Client, notification, replace

CONTENT_MODIFIED, CANCELLED = -32801, -32800
TEXT = generate(1200).text
EVERYTHING = {"start": {"line": 0, "character": 0}, "end": {"line": 10**6, "character": 0}}
AT_AN_AGENT = {"line": TEXT[: TEXT.index("    agent: ")].count("\n"), "character": 13}
LONG = {
    "textDocument/documentSymbol": {},
    "textDocument/inlayHint": {"range": EVERYTHING},
    "textDocument/semanticTokens/full": {},
    "textDocument/references": {"position": AT_AN_AGENT, "context": {"includeDeclaration": True}},
    "textDocument/documentHighlight": {"position": AT_AN_AGENT},
}


async def opened(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    # As long as a slow machine takes for a large plan: it gives way at every step.
    monkeypatch.setattr(turns, "_SLICE", 0.0)
    trees = {"documentSymbol": {"hierarchicalDocumentSymbolSupport": True}}
    await client.initialize({"textDocument": {"diagnostic": {}, **trees}})
    client.open(TEXT)
    while PLAN in client.server.held:  # noqa: ASYNC110
        await asyncio.sleep(0)


@pytest.mark.parametrize("method", LONG)
async def test_an_answer_about_a_text_that_is_no_more_is_not_given(client: Client, monkeypatch, method: str):
    await opened(client, monkeypatch)
    params = {"textDocument": {"uri": PLAN}, **LONG[method]}
    msg_id = client.ask(method, params)
    await asyncio.sleep(0)  # it begins
    assert client.answers_to(msg_id) == []
    client.change(2, replace((3, 0), (3, 0), "# "))
    assert (await client.answer(msg_id))["error"]["code"] == CONTENT_MODIFIED
    assert "result" in await client.request(method, params)


@pytest.mark.parametrize("method", LONG)
async def test_a_long_answer_is_not_finished_when_it_is_cancelled(client: Client, monkeypatch, method: str):
    await opened(client, monkeypatch)
    msg_id = client.ask(method, {"textDocument": {"uri": PLAN}, **LONG[method]})
    await asyncio.sleep(0)  # it begins
    client.give(notification("$/cancelRequest", {"id": msg_id}))
    assert (await client.answer(msg_id))["error"]["code"] == CANCELLED
    await client.settle()
    assert len(client.answers_to(msg_id)) == 1


async def test_slices_end_with_the_version_they_are_of(client: Client, monkeypatch):
    await opened(client, monkeypatch)
    snapshot = client.server.session.documents.get(PLAN)
    assert snapshot is not None
    seen: list[int] = []

    async def look() -> None:
        async for each in turns.in_slices(client.server, snapshot, range(1000)):
            seen.append(each)  # noqa: PERF401 - what was seen before the end counts

    task = asyncio.get_running_loop().create_task(look())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    client.change(2, replace((3, 0), (3, 0), "# "))
    with pytest.raises(ContentModifiedError):
        await task
    assert 0 < len(seen) < 1000
    assert seen == list(range(len(seen)))
