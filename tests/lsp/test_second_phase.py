"""Findings and hints that need the schedule of a large plan come right after the others."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from tests.lsp.client import PLAN, PUSHED, Client, replace
from tests.rules.test_schedule_rules import LATE, plan_text

HINTS = {"workspace": {"inlayHint": {"refreshSupport": True}}}


async def seen(what: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not what():  # noqa: ASYNC110 (nobody tells of what the server sends)
            await asyncio.sleep(0.01)


async def published(client: Client, count: int) -> None:
    await seen(lambda: len(client.published()) >= count)


async def test_they_are_published_again_and_hints_asked_for(client: Client):
    client.answers["workspace/inlayHint/refresh"] = lambda _: {"result": None}
    await client.initialize(PUSHED | HINTS)
    client.open(plan_text())
    await published(client, 2)
    first, second = client.published()[:2]
    codes = {each["code"] for each in first["diagnostics"]}
    assert codes.isdisjoint(LATE)
    assert "critical-path" in codes
    assert {each["code"] for each in second["diagnostics"]} >= set(LATE)
    assert first["version"] == second["version"]
    await seen(lambda: any(each.get("method") == "workspace/inlayHint/refresh" for each in client.sent))
    # A letter in a name changes nothing of that, and nothing has to be worked out again.
    refreshes = sum(each.get("method") == "workspace/inlayHint/refresh" for each in client.sent)
    text = plan_text()
    line = next(number for number, each in enumerate(text.splitlines()) if "id: T7," in each)
    client.change(2, replace((line, 5), (line, 5), "name: x, "))
    await published(client, 3)
    assert {each["code"] for each in client.published()[2]["diagnostics"]} >= set(LATE)
    await asyncio.sleep(0.3)
    assert sum(each.get("method") == "workspace/inlayHint/refresh" for each in client.sent) == refreshes


async def test_nothing_comes_for_a_document_that_is_closed_meanwhile(client: Client):
    await client.initialize(PUSHED)
    client.open(plan_text())
    await published(client, 1)
    client.notify("textDocument/didClose", {"textDocument": {"uri": PLAN}})
    await asyncio.sleep(0.5)
    assert client.published()[-1]["diagnostics"] == []
