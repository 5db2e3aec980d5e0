"""`workspace/diagnostic`: held open until there is something new, streamed where the client can take it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from tests.lsp.client import PULLED, Client
from tests.lsp.workspace import BAD, GOOD, begin, touched, until, write

Json = dict[str, Any]


def ask(client: Client, previous: dict[str, str] | None = None, token: str | None = None) -> int:
    known = [{"uri": uri, "value": value} for uri, value in (previous or {}).items()]
    params: Json = {"previousResultIds": known}
    if token is not None:
        params["partialResultToken"] = token
    return client.ask("workspace/diagnostic", params)


async def items(client: Client, asked: int) -> dict[str, Json]:
    answer = (await client.answer(asked))["result"]
    return {each["uri"]: each for each in answer["items"]}


def streamed(client: Client, token: str) -> list[Json]:
    sent = [each["value"] for each in client.notifications("$/progress") if each["token"] == token]
    return [item for value in sent for item in value["items"]]


def ids(reports: dict[str, Json]) -> dict[str, str]:
    return {uri: each["resultId"] for uri, each in reports.items() if "resultId" in each}


async def test_it_is_answered_once_and_held_until_something_changes(client: Client, tmp_path: Path):
    bad, good = write(tmp_path, "bad.plan.yaml"), write(tmp_path, "good.plan.yaml", GOOD)
    await client.initialize(PULLED, workspaceFolders=[{"uri": tmp_path.as_uri(), "name": "x"}])
    first = await items(client, ask(client))
    assert list(first) == [bad]
    assert [each["code"] for each in first[bad]["items"]] == ["unknown-key"]
    assert first[bad]["kind"] == "full"
    held = ask(client, ids(first))
    await asyncio.sleep(0.3)
    assert client.answers_to(held) == []
    # It is answered when a plan changes, and the one that did not is told to be the same.
    write(tmp_path, "good.plan.yaml")
    touched(client, good)
    second = await items(client, held)
    assert {uri: each["kind"] for uri, each in second.items()} == {good: "full", bad: "unchanged"}
    assert second[bad]["resultId"] == first[bad]["resultId"]
    # What is gone is empty.
    held = ask(client, ids(second))
    (tmp_path / "bad.plan.yaml").unlink()
    touched(client, bad, kind=3)
    third = await items(client, held)
    assert third[bad]["items"] == []
    assert client.published(bad) == []


async def test_with_a_token_it_stays_open_and_changes_are_streamed(client: Client, tmp_path: Path):
    uris = [write(tmp_path, f"p{number}.plan.yaml") for number in range(60)]
    await client.initialize(PULLED, workspaceFolders=[{"uri": tmp_path.as_uri(), "name": "x"}])
    held = ask(client, token="t")
    await until(lambda: len(streamed(client, "t")) == 60)
    assert sorted(each["uri"] for each in streamed(client, "t")) == sorted(uris)
    write(tmp_path, "p7.plan.yaml", GOOD)
    touched(client, uris[7])
    await until(lambda: len(streamed(client, "t")) == 61)
    assert streamed(client, "t")[-1]["uri"] == uris[7]
    assert streamed(client, "t")[-1]["items"] == []
    assert client.answers_to(held) == []
    client.notify("$/cancelRequest", {"id": held})
    assert (await client.answer(held))["error"]["code"] == -32800
    write(tmp_path, "p7.plan.yaml")
    touched(client, uris[7])
    await until(lambda: not client.server.index._stale and client.server.index.plans)
    assert len(streamed(client, "t")) == 61


async def test_a_second_request_takes_the_place_of_the_first(client: Client, tmp_path: Path):
    uri = write(tmp_path, "x.plan.yaml")
    await begin(client, tmp_path, abilities=PULLED)
    first = ask(client, token="one")
    await until(lambda: streamed(client, "one"))
    second = ask(client, {uri: streamed(client, "one")[0]["resultId"]}, token="two")
    assert await items(client, first) == {}
    await client.settle()
    assert streamed(client, "two") == []
    assert client.answers_to(second) == []


async def test_results_of_an_earlier_session_are_put_right(client: Client, tmp_path: Path):
    uri = write(tmp_path, "x.plan.yaml", GOOD)
    gone = (tmp_path / "gone.plan.yaml").as_uri()
    await client.initialize(PULLED, workspaceFolders=[{"uri": tmp_path.as_uri(), "name": "x"}])
    told = await items(client, ask(client, {uri: "1", gone: "2", "untitled:x": "3"}))
    assert {each: report["items"] for each, report in told.items()} == {uri: [], gone: [], "untitled:x": []}


async def test_a_plan_that_is_open_is_part_of_the_first_report_with_its_version(
    client: Client, tmp_path: Path
):
    uri = write(tmp_path, "x.plan.yaml", GOOD)
    await begin(client, tmp_path, abilities=PULLED)
    client.open(BAD, uri=uri, version=7)
    told = await items(client, ask(client))
    assert told[uri]["version"] == 7
    assert "unknown-key" in [each["code"] for each in told[uri]["items"]]
    # Its changes are not streamed; the client asks for them.
    held = ask(client, ids(told))
    await client.settle()
    client.change(8, {"text": GOOD}, uri=uri)
    await asyncio.sleep(0.2)
    assert client.answers_to(held) == []
    # When it is closed, the disk counts, and that is said.
    client.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
    closed = await items(client, held)
    assert (closed[uri]["version"], closed[uri]["items"]) == (None, [])


async def test_a_plan_that_was_closed_can_be_asked_for(client: Client, tmp_path: Path):
    uri = write(tmp_path, "x.plan.yaml")
    await begin(client, tmp_path, abilities=PULLED)
    answer = (await client.request("textDocument/diagnostic", {"textDocument": {"uri": uri}}))["result"]
    assert [each["code"] for each in answer["items"]] == ["unknown-key"]
    params = {"textDocument": {"uri": uri}, "previousResultId": answer["resultId"]}
    again = (await client.request("textDocument/diagnostic", params))["result"]
    assert again == {"kind": "unchanged", "resultId": answer["resultId"]}


async def test_a_workspace_without_plans_is_waited_for(client: Client, tmp_path: Path):
    await begin(client, tmp_path, abilities=PULLED)
    held = ask(client)
    await asyncio.sleep(0.2)
    assert client.answers_to(held) == []
    uri = write(tmp_path, "x.plan.yaml")
    touched(client, uri, kind=1)
    assert list(await items(client, held)) == [uri]


async def test_it_ends_with_the_server(client: Client, tmp_path: Path):
    await begin(client, tmp_path, abilities=PULLED)
    held = ask(client, token="t")
    await client.settle()
    await client.request("shutdown")
    assert (await client.answer(held))["error"]["code"] == -32800


async def test_clients_that_cannot_pull_are_not_offered_it(client: Client):
    result = await client.initialize()
    assert "diagnosticProvider" not in result["capabilities"]
    assert (await client.request("workspace/diagnostic", {"previousResultIds": []}))["error"][
        "code"
    ] == -32601


async def test_clients_that_can_are(client: Client):
    provider = (await client.initialize(PULLED))["capabilities"]["diagnosticProvider"]
    assert provider["workspaceDiagnostics"] is True
