"""Every request gets exactly one answer, with the right error where there is one, and no message ends the server."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.lsp.client import PLAN, Client, notification, replace

PARSE_ERROR, INVALID_REQUEST, METHOD_NOT_FOUND, INVALID_PARAMS = -32700, -32600, -32601, -32602
NOT_INITIALIZED, REQUEST_FAILED, CANCELLED, INTERNAL = -32002, -32803, -32800, -32603

CODE_ACTION = {
    "textDocument": {"uri": PLAN},
    "range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}},
    "context": {"diagnostics": []},
}


def error_of(answer: dict[str, Any]) -> int:
    assert "result" not in answer
    assert answer["error"]["message"]
    return answer["error"]["code"]


async def test_before_initialize_requests_are_refused_and_notifications_dropped(client: Client):
    assert error_of(await client.request("textDocument/codeAction", CODE_ACTION)) == NOT_INITIALIZED
    assert error_of(await client.request("no/such", {})) == NOT_INITIALIZED
    assert error_of(await client.request("shutdown")) == NOT_INITIALIZED
    client.open("tasks: [\n")
    await client.initialize()
    assert client.server.session.documents.get(PLAN) is None


async def test_initialize_says_what_is_offered(client: Client):
    result = await client.initialize()
    capabilities = result["capabilities"]
    assert result["serverInfo"]["name"] == "orchestrate"
    assert capabilities["textDocumentSync"]["change"] == 2
    assert capabilities["textDocumentSync"]["openClose"] is True
    assert capabilities["positionEncoding"] == "utf-16"
    assert capabilities["executeCommandProvider"]["commands"] == [
        "orchestrate.plan",
        "orchestrate.replan",
        "orchestrate.schedule",
        "orchestrate.picture",
        "orchestrate.explain",
        "orchestrate.handoff",
        "orchestrate.waiting",
        "orchestrate.status",
        "orchestrate.task",
    ]
    assert "diagnosticProvider" not in capabilities


async def test_initialize_again_is_refused(client: Client):
    await client.initialize()
    assert error_of(await client.request("initialize", {"capabilities": {}})) == INVALID_REQUEST


@pytest.mark.parametrize(
    "params",
    [
        None,
        [],
        {},
        {"capabilities": None},
        {"capabilities": {"textDocument": {"codeAction": {"codeActionLiteralSupport": 7}, "x": [None]}}},
        {"capabilities": {"workspace": {"symbol": {"symbolKind": {"valueSet": [999, "new"]}}}}},
        {
            "capabilities": {"general": {"positionEncodings": ["utf-7", 8]}},
            "workspaceFolders": [1, {"uri": 2}],
        },
        {"capabilities": {}, "processId": "x", "rootUri": 3, "rootPath": 4, "initializationOptions": "y"},
    ],
)
async def test_initialize_takes_what_odd_and_new_clients_send(client: Client, params: object):
    answer = await client.request("initialize", params)
    assert answer["result"]["capabilities"]["positionEncoding"] == "utf-16"
    client.open("tasks: {\n")
    assert await client.diagnostics_of_any_version()


@pytest.mark.parametrize(
    ("offered", "chosen"),
    [
        (["utf-16"], "utf-16"),
        (["utf-8", "utf-16"], "utf-16"),
        (["utf-8"], "utf-8"),
        (["utf-8", "utf-32", "utf-16"], "utf-32"),
        ([], "utf-16"),
        (["utf-7"], "utf-16"),
    ],
)
async def test_the_cheapest_encoding_offered_is_chosen_and_used(
    client: Client, offered: list[str], chosen: str
):
    result = await client.initialize({"general": {"positionEncodings": offered}})
    assert result["capabilities"]["positionEncoding"] == chosen
    client.open("goal: é😀x\n")
    column = {"utf-8": 12, "utf-16": 9, "utf-32": 8}[chosen]
    client.change(2, replace((0, column), (0, column), "|"))
    assert client.text() == "goal: é😀|x\n"


async def test_unknown_requests_are_answered_and_unknown_notifications_ignored(client: Client):
    await client.initialize()
    assert error_of(await client.request("no/such", {})) == METHOD_NOT_FOUND
    assert error_of(await client.request("$/no/such", {})) == METHOD_NOT_FOUND
    assert error_of(await client.request("textDocument/implementation", {})) == METHOD_NOT_FOUND
    assert error_of(await client.request("textDocument/didOpen", {})) == METHOD_NOT_FOUND
    client.notify("no/such", {})
    client.notify("$/no/such", {"x": 1})
    client.notify("textDocument/willSave", {})
    await assert_alive(client)


@pytest.mark.parametrize(
    "params",
    [
        None,
        5,
        "x",
        [],
        {},
        {**CODE_ACTION, "textDocument": None},
        {**CODE_ACTION, "range": {"start": {"line": "x", "character": 0}, "end": 3}},
        {**CODE_ACTION, "range": {"start": {"line": -1, "character": 0}, "end": {"line": 0, "character": 0}}},
        {**CODE_ACTION, "context": []},
    ],
)
async def test_malformed_parameters_are_answered_with_what_is_wrong(client: Client, params: object):
    await client.initialize()
    answer = await client.request("textDocument/codeAction", params)
    assert error_of(answer) == INVALID_PARAMS
    assert "textDocument/codeAction" in answer["error"]["message"]
    await assert_alive(client)


async def test_a_request_without_parameters_is_answered(client: Client):
    await client.initialize()
    client.give({"jsonrpc": "2.0", "id": "a", "method": "textDocument/codeAction"})
    assert error_of(await client.answer("a")) == INVALID_PARAMS


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b'"x"',
        b"[]",
        b'[{"jsonrpc":"2.0","id":1,"method":"shutdown"}]',
        b"null",
        b"[" * 100_000,
        b'{"jsonrpc":"2.0","id":1' + b"," + b'"x":[' * 50_000,
        {},
        {"jsonrpc": "2.0"},
        {"jsonrpc": "1.0", "id": 1, "method": "shutdown"},
        {"id": 1, "method": "shutdown"},
        {"jsonrpc": "2.0", "id": None, "method": "shutdown"},
        {"jsonrpc": "2.0", "id": [1], "method": "shutdown"},
        {"jsonrpc": "2.0", "id": True, "method": "shutdown"},
        {"jsonrpc": "2.0", "id": 1.5, "method": "shutdown"},
        {"jsonrpc": "2.0", "id": 1, "method": 7},
    ],
    ids=lambda message: str(message)[:40],
)
async def test_what_is_no_message_is_refused_and_the_next_one_served(client: Client, message: object):
    await client.initialize()
    before = len(client.sent)
    client.give(message)
    (answer,) = client.sent[before:]
    assert error_of(answer) in (PARSE_ERROR, INVALID_REQUEST)
    await assert_alive(client)


@pytest.mark.parametrize(
    "message",
    [
        {"jsonrpc": "2.0", "id": 99, "result": None},
        {"jsonrpc": "2.0", "id": "no-such", "result": {"x": 1}},
        {"jsonrpc": "2.0", "id": 99, "error": {"code": 1, "message": "x"}},
        {"jsonrpc": "2.0", "id": 99, "error": "x"},
        {"jsonrpc": "2.0", "id": None, "error": None},
        {"jsonrpc": "2.0", "id": {}, "result": None},
        notification("$/cancelRequest", None),
        notification("$/cancelRequest", {"id": []}),
        notification("$/cancelRequest", {"id": 12345}),
        notification("window/workDoneProgress/cancel", {"token": "no-such"}),
        notification("window/workDoneProgress/cancel", {"token": {}}),
        notification("$/setTrace", {"value": "loud"}),
        notification("workspace/didChangeWorkspaceFolders", {"event": {}}),
        notification("workspace/didChangeWorkspaceFolders", {"event": {"added": [3], "removed": []}}),
        notification("workspace/didChangeConfiguration", {"settings": ["x"]}),
        notification("workspace/didChangeConfiguration", {"settings": {"orchestrate": 3}}),
        notification("workspace/didChangeConfiguration", {"settings": {"orchestrate": {"rules": {"a": {}}}}}),
        notification("workspace/didChangeWatchedFiles", {"changes": "x"}),
        notification("workspace/didChangeWatchedFiles", {"changes": [{"uri": "%%%", "type": 9}]}),
        notification("textDocument/didOpen"),
        notification("textDocument/didOpen", {"textDocument": {"uri": PLAN}}),
        notification(
            "textDocument/didOpen", {"textDocument": {"uri": 1, "text": 2, "version": 3, "languageId": 4}}
        ),
        notification("textDocument/didChange", {"textDocument": {"uri": PLAN, "version": 1}}),
        notification(
            "textDocument/didChange", {"textDocument": {"uri": PLAN, "version": "x"}, "contentChanges": []}
        ),
        notification(
            "textDocument/didChange", {"textDocument": {"uri": PLAN, "version": 1}, "contentChanges": [3]}
        ),
        notification(
            "textDocument/didChange",
            {"textDocument": {"uri": PLAN, "version": 1}, "contentChanges": [{"text": "x", "range": 4}]},
        ),
        notification("textDocument/didClose", {"textDocument": {"uri": "file:///never-opened"}}),
        notification("textDocument/didSave", {}),
        notification("initialized", 7),
    ],
    ids=lambda message: json.dumps(message)[16:90],
)
async def test_odd_notifications_and_answers_get_no_answer_and_do_no_harm(client: Client, message: object):
    await client.initialize()
    client.open("goal: x\ntasks: []\n")
    before = len(client.sent)
    client.give(message)
    await client.settle()
    assert [each for each in client.sent[before:] if "method" not in each] == []
    assert client.text() == "goal: x\ntasks: []\n"
    await assert_alive(client)


async def test_a_change_of_what_is_not_open_is_ignored(client: Client):
    await client.initialize()
    client.change(1, {"text": "x"})
    await client.settle()
    assert client.published() == []
    assert any("not open" in each["message"] for each in client.notifications("window/logMessage"))


async def test_versions_may_jump_stand_still_and_be_missing(client: Client):
    await client.initialize()
    client.open("goal: a\n")
    client.change(7, replace((0, 6), (0, 7), "b"))
    client.change(7, replace((0, 7), (0, 7), "c"))
    client.change(3, replace((0, 8), (0, 8), "d"))
    client.notify(
        "textDocument/didChange",
        {"textDocument": {"uri": PLAN, "version": None}, "contentChanges": [replace((0, 9), (0, 9), "e")]},
    )
    assert client.text() == "goal: bcde\n"
    await client.diagnostics(4)


async def test_ranges_outside_the_text_are_moved_to_its_ends(client: Client):
    await client.initialize()
    client.open("a: 1\nb: 2")
    client.change(2, replace((99, 99), (999, 0), "\nc: 3"))
    assert client.text() == "a: 1\nb: 2\nc: 3"
    client.change(3, replace((0, 999), (0, 999), " #"))
    assert client.text() == "a: 1 #\nb: 2\nc: 3"
    client.change(4, replace((-5, -5), (0, -1), "!"))
    assert client.text() == "!a: 1 #\nb: 2\nc: 3"


async def test_changes_of_one_notification_apply_in_order_with_whole_texts_among_them(client: Client):
    await client.initialize()
    client.open("x\n")
    client.change(
        2,
        replace((0, 0), (0, 1), "yy"),
        replace((0, 1), (0, 2), ""),
        {"text": "ab\n"},
        replace((0, 1), (0, 1), "-"),
    )
    assert client.text() == "a-b\n"


async def test_opened_twice_and_opened_again_after_closing(client: Client):
    await client.initialize()
    client.open("tasks: {\n", version=1)
    client.open("goal: x\ntasks: []\n", version=5)
    assert client.text() == "goal: x\ntasks: []\n"
    client.notify("textDocument/didClose", {"textDocument": {"uri": PLAN}})
    client.notify("textDocument/didClose", {"textDocument": {"uri": PLAN}})
    assert client.published()[-1]["diagnostics"] == []
    client.open("tasks: {\n", version=1)
    assert await client.diagnostics(1)


async def test_after_shutdown_requests_are_refused_and_exit_is_clean(client: Client):
    await client.initialize()
    assert (await client.request("shutdown"))["result"] is None
    assert error_of(await client.request("textDocument/codeAction", CODE_ACTION)) == INVALID_REQUEST
    assert error_of(await client.request("shutdown")) == INVALID_REQUEST
    before = len(client.sent)
    client.open("tasks: {\n")
    await client.settle()
    assert client.sent[before:] == []
    client.notify("exit")
    assert client.server.stopped.is_set()
    assert client.server.exit_code == 0
    assert client.closed


async def test_exit_without_shutdown_is_an_accident(client: Client):
    client.notify("exit")
    assert client.server.stopped.is_set()
    assert client.server.exit_code == 1


@pytest.mark.parametrize(("shut_down", "code"), [(True, 0), (False, 1)])
async def test_the_end_of_the_line_ends_the_server(client: Client, shut_down: bool, code: int):
    await client.initialize()
    if shut_down:
        await client.request("shutdown")
    client.server.disconnected()
    assert client.server.stopped.is_set()
    assert client.server.exit_code == code


async def test_a_client_that_is_gone_ends_the_server(client: Client):
    await client.initialize()

    def broken(_body: bytes) -> None:
        raise BrokenPipeError(32, "Broken pipe")

    client.send = broken  # type: ignore[method-assign]
    client.ask("no/such", {})
    assert client.server.stopped.is_set()
    assert client.server.exit_code == 1


async def test_a_failing_handler_is_answered_logged_and_leaves_the_others_alone(client: Client, monkeypatch):
    await client.initialize()
    client.open("goal: x\ntasks: []\n")

    def broken(_uri: str) -> None:
        raise ZeroDivisionError("on purpose")

    with monkeypatch.context() as patch:
        patch.setattr(client.server.session, "checked", broken)
        literals = {"codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}}}
        patch.setattr(
            client.server, "abilities", type(client.server.abilities).of({"textDocument": literals})
        )
        answer = await client.request("textDocument/codeAction", CODE_ACTION)
        assert error_of(answer) == INTERNAL
        assert "ZeroDivisionError" in answer["error"]["message"]
        client.change(2, {"text": "tasks: [\n"})
        for _ in range(100):  # the check comes when the loop has nothing better to do
            await client.settle()
            logged = [each["message"] for each in client.notifications("window/logMessage")]
            if sum("on purpose" in each for each in logged) >= 2:
                break
            await asyncio.sleep(0.05)
        assert sum("on purpose" in each for each in logged) >= 2
    client.change(3, {"text": "tasks: {\n"})
    assert await client.diagnostics(3)


async def test_a_result_that_cannot_be_written_is_answered_as_a_fault(client: Client, monkeypatch):
    await client.initialize()
    item = {"label": "x", "insertTextFormat": 2, "preselect": True, "sortText": "0"}
    assert (await client.request("completionItem/resolve", item))["result"] == item

    written = client.server.protocol._written

    def broken(data: dict[str, Any]) -> str:
        if "result" in data:
            raise TypeError("on purpose")
        return written(data)

    monkeypatch.setattr(client.server.protocol, "_written", broken)
    answer = await client.request("completionItem/resolve", item)
    assert error_of(answer) == INTERNAL
    assert "log" in answer["error"]["message"]


async def test_a_queued_request_that_was_cancelled_is_not_begun(client: Client, monkeypatch):
    await client.initialize()
    begun: list[str] = []
    monkeypatch.setattr(client.server.session, "checked", begun.append)
    client.give(
        {"jsonrpc": "2.0", "id": 70, "method": "textDocument/codeAction", "params": CODE_ACTION},
        notification("$/cancelRequest", {"id": 70}),
        {"jsonrpc": "2.0", "id": 71, "method": "textDocument/codeAction", "params": CODE_ACTION},
    )
    assert error_of(await client.answer(70)) == CANCELLED
    assert (await client.answer(71))["result"] == []
    assert begun == []
    # The id is free again.
    client.give({"jsonrpc": "2.0", "id": 70, "method": "textDocument/codeAction", "params": CODE_ACTION})
    await client.settle()
    assert len(client.answers_to(70)) == 2


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
METHODS = st.sampled_from(
    ["textDocument/didOpen", "textDocument/didChange", "textDocument/didClose", "textDocument/didSave",
     "textDocument/codeAction", "textDocument/diagnostic", "workspace/executeCommand", "initialized",
     "workspace/didChangeConfiguration", "workspace/didChangeWatchedFiles", "$/cancelRequest", "$/setTrace",
     "workspace/didChangeWorkspaceFolders", "window/workDoneProgress/cancel", "no/such"]
)  # fmt: skip
KEYS = [
    "textDocument",
    "uri",
    "text",
    "version",
    "languageId",
    "contentChanges",
    "range",
    "context",
    "command",
    "arguments",
]
PARAMS = st.recursive(
    JSON | st.just(PLAN) | st.just("orchestrate.explain"),
    lambda inner: st.dictionaries(st.sampled_from(KEYS), inner, max_size=4) | st.lists(inner, max_size=2),
    max_leaves=8,
)
MESSAGES = st.fixed_dictionaries(
    {"jsonrpc": st.just("2.0"), "method": METHODS, "params": PARAMS},
    optional={"id": st.integers(0, 3) | st.text(max_size=2) | JSON},
)


@given(messages=st.lists(MESSAGES, max_size=12))
def test_whatever_is_sent_every_request_is_answered_once(messages: list[dict[str, Any]]):
    async def talk() -> None:
        client = Client()
        try:
            await client.initialize({"textDocument": {"diagnostic": {}}})
            # Ids of our own, so that answers can be counted; broken ones stay as they are.
            asked = []
            for index, message in enumerate(messages, start=100):
                if (
                    "id" in message
                    and isinstance(message["id"], (int, str))
                    and not isinstance(message["id"], bool)
                ):
                    message["id"] = index
                    asked.append(index)
            client.give(*messages)
            for msg_id in asked:
                await client.answer(msg_id)
            await assert_alive(client)
        finally:
            client.end()

    asyncio.run(talk())


async def assert_alive(client: Client) -> None:
    assert "result" in await client.request("textDocument/codeAction", CODE_ACTION)
    assert not client.server.stopped.is_set()
