"""`orchestrate.replan` with the client's own model: asked first, and done without where it fails."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from tests.cli.test_replan_model import GOOD, TEXT
from tests.lsp.client import Client
from tests.lsp.test_client_model import COMPLETE, asked
from tests.lsp.test_replan import CAPABLE, answering, applied, ids
from tests.lsp.workspace import until

Json = dict[str, Any]
REQUEST_FAILED, CANCELLED = -32803, -32800


async def opened(client: Client, folder: Path, text: str = TEXT) -> str:
    uri = (folder / "shop.plan.yaml").as_uri()
    (folder / "shop.plan.yaml").write_text(text, encoding="utf-8")
    await client.initialize(CAPABLE)
    client.open(text, uri=uri)
    return uri


async def execute(client: Client, argument: Json) -> Json:
    """Plans twice, in processes of their own, which takes a busy machine long."""
    given = {"command": "orchestrate.replan", "arguments": [argument]}
    asked_as = client.ask("workspace/executeCommand", given)
    async with asyncio.timeout(90):
        while not client.answers_to(asked_as):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    return await client.answer(asked_as)


def by_model(uri: str, instruction: str = "think of refunds") -> Json:
    return {"uri": uri, "instruction": instruction, "model": "client", "request": "chat-7"}


async def test_the_clients_model_changes_the_plan_after_the_difference_was_shown(
    client: Client, tmp_path: Path
):
    own = TEXT.replace("  - id: T2\n", "  # mine\n  - id: T2\n    notes: by hand\n", 1)
    client.answers[COMPLETE] = lambda _: {"result": {"text": GOOD}}
    made = answering(client)
    uri = await opened(client, tmp_path, own)
    result = (await execute(client, by_model(uri)))["result"]
    assert {"kind": "added", "what": "Refunds by card"}.items() <= result["changes"][0].items()
    assert any("Left to the model: `think of refunds`" in each for each in result["notes"])
    (params,) = made
    (document,) = params["edit"]["documentChanges"]
    text = applied(own, document["edits"])
    assert "name: Refunds by card" in text
    assert "  # mine\n  - id: T2\n    notes: by hand\n" in text
    assert set(ids(own)) < set(ids(text))
    assert all(each["needsConfirmation"] for each in params["edit"]["changeAnnotations"].values())
    assert all(each["annotationId"] for each in document["edits"])
    sent = (await asked(client))["params"]
    assert sent["request"] == "chat-7"
    assert "think of refunds" in sent["messages"][1]["content"]


async def test_without_the_model_what_can_be_done_is_done(client: Client, tmp_path: Path):
    client.answers[COMPLETE] = lambda _: {"result": {"text": "I cannot help with that."}}
    made = answering(client)
    uri = await opened(client, tmp_path)
    result = (await execute(client, by_model(uri, "make T2 2 days")))["result"]
    (note,) = [each for each in result["notes"] if each.startswith("changed without the model: ")]
    assert "no plan with a task" in note
    assert len(made) == 1


async def test_where_neither_helps_both_are_told(client: Client, tmp_path: Path):
    client.answers[COMPLETE] = lambda _: {"error": {"code": -32601, "message": "Unhandled method"}}
    made = answering(client)
    uri = await opened(client, tmp_path)
    error = (await execute(client, by_model(uri, "hum")))["error"]
    assert error["code"] == REQUEST_FAILED
    assert "was not understood" in error["message"]
    assert "the editor offers no model" in error["message"]
    assert made == []


async def test_cancelling_asks_no_further_and_changes_nothing(client: Client, tmp_path: Path):
    made = answering(client)
    uri = await opened(client, tmp_path)
    arguments = {"command": "orchestrate.replan", "arguments": [by_model(uri)]}
    waiting = client.ask("workspace/executeCommand", arguments)
    question = await asked(client)
    client.notify("$/cancelRequest", {"id": waiting})
    assert (await client.answer(waiting))["error"]["code"] == CANCELLED
    await until(lambda: any(each["id"] == question["id"] for each in cancelled(client)))
    await asyncio.sleep(0.05)
    assert made == []


def cancelled(client: Client) -> list[Json]:
    return client.notifications("$/cancelRequest")


async def test_only_the_clients_own_model_can_be_named(client: Client, tmp_path: Path):
    uri = await opened(client, tmp_path)
    for more in ({"model": "m1"}, {"model": 3}, {"triggered": True, "model": "client"}):
        answer = await execute(client, {"uri": uri, "instruction": "hum", **more})
        assert answer["error"]["code"] == -32602
