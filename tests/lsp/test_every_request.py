"""What holds for every request that the server answers, whatever it is for: wrong parameters get an error that says so,
right ones an answer, each exactly one; and so for documents that are closed, and before and after its life.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.lsp.client import PLAN, Client, notification
from tests.lsp.requests_made import is_object, params_class, params_for, registered_requests, required_fields

INVALID_REQUEST, INVALID_PARAMS, INTERNAL, NOT_INITIALIZED, CANCELLED = -32600, -32602, -32603, -32002, -32800
REQUESTS = registered_requests()
BOTH = {
    "textDocument": {
        "diagnostic": {},
        "codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}},
    },
    "workspace": {"workspaceEdit": {"documentChanges": True}},
}
TEXT = "goal: x\ntasks:\n  - id: T1\n    agent: ann\n  - id: T2\n    dependencies: [T1]\n"


async def ready(client: Client) -> None:
    await client.initialize(BOTH)
    client.open(TEXT)
    await client.settle()


def errors_logged(client: Client) -> list[str]:
    return [each["message"] for each in client.notifications("window/logMessage") if each["type"] == 1]


def test_there_is_something_to_try():
    assert {"textDocument/hover", "textDocument/rename", "textDocument/diagnostic"} <= set(REQUESTS)


@pytest.mark.parametrize("method", REQUESTS)
async def test_parameters_that_are_none_are_an_error(client: Client, method: str):
    kind = params_class(method)
    assert kind is not None
    await ready(client)
    wrong: list[object] = [None, 5, "x", True, [], [1]]
    if list(required_fields(kind)):
        wrong.append({})
    for params in wrong:
        answer = await client.request(method, params)
        assert "error" in answer, (params, answer)
        assert answer["error"]["code"] == INVALID_PARAMS, (params, answer)
        assert method in answer["error"]["message"]
    assert errors_logged(client) == []


@pytest.mark.parametrize("method", REQUESTS)
async def test_each_parameter_that_is_missing_or_no_object_is_an_error(client: Client, method: str):
    await ready(client)
    kind = params_class(method)
    assert kind is not None
    right = params_for(method)
    for name, hint in required_fields(kind):
        wrong = [{key: value for key, value in right.items() if key != name}]
        if is_object(hint):
            wrong += [{**right, name: value} for value in (None, 7, "x", [], {"line": "x", "uri": 3})]
        for params in wrong:
            answer = await client.request(method, params)
            assert "error" in answer, (params, answer)
            assert answer["error"]["code"] == INVALID_PARAMS, (params, answer)
    assert errors_logged(client) == []


@pytest.mark.parametrize("method", REQUESTS)
async def test_any_value_of_a_wrong_kind_deep_inside_is_answered_and_no_fault(client: Client, method: str):
    await ready(client)
    odd: list[Any] = [None, -1, 10**30, 1.5, "", "\ud800", [], {}, [[]], {"x": 1}, True]
    names: list[str] = []

    def note(name: str, value: Any) -> Any:
        names.append(name)
        return value

    params_for(method, note)
    for name in dict.fromkeys(names):
        for value in odd:
            params = params_for(
                method, lambda each, kept, name=name, value=value: value if each == name else kept
            )
            answer = await client.request(method, params)
            assert ("result" in answer) != ("error" in answer)
            assert "error" not in answer or answer["error"]["code"] != INTERNAL, (params, answer)
    assert errors_logged(client) == []


@pytest.mark.parametrize("method", REQUESTS)
async def test_documents_that_are_closed_or_never_were_open_are_no_fault(client: Client, method: str):
    await ready(client)
    client.notify("textDocument/didClose", {"textDocument": {"uri": PLAN}})
    for uri in (PLAN, "file:///never/was.plan.yaml", "untitled:Untitled-1", "%%%", "", "file://x\0y"):
        params = params_for(method, lambda name, value, uri=uri: uri if name == "uri" else value)
        answer = await client.request(method, params)
        assert "error" not in answer or answer["error"]["code"] not in (INTERNAL, CANCELLED), (params, answer)
    assert errors_logged(client) == []


@pytest.mark.parametrize("method", REQUESTS)
async def test_before_and_after_its_life_it_is_refused(client: Client, method: str):
    params = params_for(method)
    assert (await client.request(method, params))["error"]["code"] == NOT_INITIALIZED
    await ready(client)
    await client.request("shutdown")
    assert (await client.request(method, params))["error"]["code"] == INVALID_REQUEST


@pytest.mark.parametrize("method", REQUESTS)
async def test_any_id_comes_back_as_it_was(client: Client, method: str):
    await ready(client)
    for msg_id in (10**30, -1, 0, "", "9" * 10_000, "\u2028"):
        client.give({"jsonrpc": "2.0", "id": msg_id, "method": method, "params": params_for(method)})
        answer = await client.answer(msg_id)
        assert answer["id"] == msg_id
        assert type(answer["id"]) is type(msg_id)


@pytest.mark.parametrize("method", REQUESTS)
async def test_one_that_is_cancelled_at_once_is_answered_once(client: Client, method: str):
    await ready(client)
    for msg_id in (501, 502):
        client.give({"jsonrpc": "2.0", "id": msg_id, "method": method, "params": params_for(method)})
        client.give(notification("$/cancelRequest", {"id": msg_id}))
        client.give(notification("$/cancelRequest", {"id": msg_id}))
    for msg_id in (501, 502):
        answer = await client.answer(msg_id)
        assert "error" not in answer or answer["error"]["code"] != INTERNAL, answer
    await client.settle()
    assert [len(client.answers_to(msg_id)) for msg_id in (501, 502)] == [1, 1]
    assert errors_logged(client) == []
