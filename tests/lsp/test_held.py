"""A large document is read and checked in slices: others are served meanwhile, and what is said about it waits."""

from __future__ import annotations

import asyncio

import pytest

from orchestrate_ls.lsp import held
from tests.benchmarks.plans import generate
from tests.lsp.client import PLAN, Client, notification, replace

CANCELLED, CONTENT_MODIFIED = -32800, -32801
SMALL = "file:///folder/small.plan.yaml"
TEXT = generate(300).text
SMALL_TEXT = generate(10).text
BREAKS = TEXT.count("\n")
HOVER = {"textDocument": {"uri": SMALL}, "position": {"line": 2, "character": 1}}


@pytest.fixture(autouse=True)
def small_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(held, "_SLICE", -1.0)


async def started(client: Client, *, pulls: bool = False) -> None:
    published = {"publishDiagnostics": {"versionSupport": True}}
    await client.initialize({"textDocument": {"diagnostic": {}} if pulls else published})


def outline(uri: str = PLAN) -> dict[str, object]:
    return {"textDocument": {"uri": uri}}


async def test_other_documents_are_served_while_a_large_one_is_opened(client: Client):
    await started(client)
    client.open(SMALL_TEXT, SMALL)
    await client.diagnostics(1, SMALL)
    client.open(TEXT)
    assert PLAN in client.server.held
    for _ in range(5):
        assert (await client.request("textDocument/hover", HOVER))["result"]
    assert PLAN in client.server.held
    assert client.published() == []
    assert await client.diagnostics(1) is not None
    assert PLAN not in client.server.held


async def test_a_small_document_is_there_at_once(client: Client):
    await started(client)
    client.open(SMALL_TEXT, SMALL)
    assert SMALL not in client.server.held
    assert client.text(SMALL) == SMALL_TEXT


async def test_requests_wait_and_are_answered_once_and_in_order(client: Client):
    await started(client)
    client.open(TEXT)
    asked = [client.ask("textDocument/foldingRange", outline()) for _ in range(5)]
    assert [client.answers_to(each) for each in asked] == [[]] * 5
    answers = [await client.answer(each) for each in asked]
    assert all(answer["result"] for answer in answers)
    await client.settle()
    assert [len(client.answers_to(each)) for each in asked] == [1] * 5
    ids = [each["id"] for each in client.sent if each.get("id") in asked]
    assert ids == asked


async def test_edits_wait_in_order_and_only_the_last_version_is_shown(client: Client):
    await started(client)
    client.open(TEXT)
    for version, letter in enumerate("xyz", 2):
        client.change(version, replace((BREAKS, 0), (BREAKS, 0), f"# {letter}"))
    await client.diagnostics(4)
    assert client.text() == f"{TEXT}# z# y# x"
    assert {each["version"] for each in client.published()} == {4}


async def test_a_whole_text_that_comes_again_waits_its_turn(client: Client):
    await started(client)
    client.open(TEXT)
    client.change(2, {"text": TEXT.replace(" the ", " that ")})
    client.change(3, replace((0, 0), (0, 0), "# x\n"))
    await client.diagnostics(3)
    assert client.text() == "# x\n" + TEXT.replace(" the ", " that ")


async def test_each_request_is_about_the_version_it_was_sent_after(client: Client):
    await started(client)
    client.open(TEXT)
    in_line_2 = {**outline(), "position": {"line": 1, "character": 1}}
    one = client.ask("textDocument/hover", in_line_2)
    client.change(2, {"text": "goal: x\n"})
    other = client.ask("textDocument/hover", in_line_2)
    assert (await client.answer(one))["result"]
    assert (await client.answer(other))["result"] is None


async def test_a_request_that_waits_can_be_cancelled(client: Client):
    await started(client)
    client.open(TEXT)
    asked = client.ask("textDocument/foldingRange", outline())
    client.give(notification("$/cancelRequest", {"id": asked}))
    assert client.answers_to(asked)[0]["error"]["code"] == CANCELLED
    await client.diagnostics(1)
    assert len(client.answers_to(asked)) == 1


async def test_closing_ends_the_work(client: Client):
    await started(client)
    client.open(TEXT)
    asked = client.ask("textDocument/foldingRange", outline())
    client.change(2, replace((0, 0), (0, 0), "# x\n"))
    client.notify("textDocument/didClose", outline())
    assert client.answers_to(asked)[0]["error"]["code"] == CONTENT_MODIFIED
    assert PLAN not in client.server.held
    for _ in range(200):
        await asyncio.sleep(0)
    assert client.server.session.documents.get(PLAN) is None
    assert not any(each["diagnostics"] or "version" in each for each in client.published())
    assert [each for each in client.notifications("window/logMessage") if each["type"] <= 2] == []


async def test_opened_again_right_after_closing_it_is_the_new_text(client: Client):
    await started(client)
    client.open(TEXT)
    client.notify("textDocument/didClose", outline())
    client.open(TEXT + "# second\n", version=7)
    await client.diagnostics(7)
    assert client.text() == TEXT + "# second\n"
    assert {each.get("version") for each in client.published()} == {7}


async def test_shutting_down_answers_what_waits(client: Client):
    await started(client)
    client.open(TEXT)
    asked = client.ask("textDocument/foldingRange", outline())
    shutdown = client.ask("shutdown")
    assert (await client.answer(asked))["error"]["code"] == CANCELLED
    assert (await client.answer(shutdown))["result"] is None
    await client.settle()
    assert len(client.answers_to(asked)) == 1


async def test_pulled_diagnostics_wait_too(client: Client):
    await started(client, pulls=True)
    client.open(TEXT)
    answer = await client.request("textDocument/diagnostic", outline())
    assert answer["result"]["kind"] == "full"
    client.change(2, {"text": TEXT.replace("estimated_time: ", "estimated_time: x", 1)})
    answer = await client.request("textDocument/diagnostic", outline())
    assert answer["result"]["items"]


async def test_a_document_that_cannot_be_read_is_let_go(client: Client, monkeypatch: pytest.MonkeyPatch):
    await started(client)

    def broken(*_: object) -> object:
        yield
        raise RuntimeError("a fault of a rule")

    monkeypatch.setattr(type(client.server.session), "check_steps", broken)
    client.open(TEXT)
    asked = client.ask("textDocument/foldingRange", outline())
    assert "error" in await client.answer(asked)
    assert PLAN not in client.server.held
