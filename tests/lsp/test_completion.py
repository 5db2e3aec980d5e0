"""Completion over the protocol: what is sent to clients of different abilities, and what comes back for an item."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.lsp.client import PLAN, PUSHED, Client, replace

TEXT = "agents: [{id: builder, skills: [x]}]\ntasks:\n  - id: T1\n    name: é😀 one\n  - id: T2\n    dependencies: []\n"
MODERN = {
    **PUSHED,
    "textDocument": {
        "completion": {
            "completionItem": {
                "snippetSupport": True,
                "documentationFormat": ["markdown", "plaintext"],
                "insertReplaceSupport": True,
                "labelDetailsSupport": True,
                "insertTextModeSupport": {"valueSet": [1, 2]},
            },
            "completionList": {"itemDefaults": ["editRange"]},
        }
    },
}


async def ask(client: Client, line: int, character: int, **context: Any) -> Any:
    params = {"textDocument": {"uri": PLAN}, "position": {"line": line, "character": character}, **context}
    return (await client.request("textDocument/completion", params))["result"]


def place(line: int, start: int, end: int) -> dict[str, Any]:
    return {"start": {"line": line, "character": start}, "end": {"line": line, "character": end}}


async def test_it_is_announced(client: Client):
    capabilities = (await client.initialize())["capabilities"]
    provider = capabilities["completionProvider"]
    assert provider["resolveProvider"] is True
    assert {" ", "["} <= set(provider["triggerCharacters"])


async def test_a_simple_client_gets_plain_edits(client: Client):
    await client.initialize()
    client.open(TEXT)
    result = await ask(client, 5, 19)
    assert result == {
        "isIncomplete": False,
        "items": [
            {
                "label": "T1", "kind": 18, "sortText": "0000", "filterText": "T1 é😀 one", "detail": "é😀 one",
                "textEdit": {"range": place(5, 19, 19), "newText": "T1"}, "data": {"uri": PLAN, "task": "T1"},
            }
        ],
    }  # fmt: skip
    keys = await ask(client, 5, 6)
    priority = next(each for each in keys["items"] if each["label"] == "priority")
    assert priority["textEdit"] == {"range": place(5, 4, 16), "newText": "priority"}
    assert "insertTextFormat" not in priority


async def test_a_modern_client_gets_what_it_asked_for(client: Client):
    await client.initialize(MODERN)
    client.open(TEXT)
    keys = await ask(client, 5, 6)
    assert keys["itemDefaults"] == {"editRange": {"insert": place(5, 4, 6), "replace": place(5, 4, 16)}}
    assert not any("textEdit" in each for each in keys["items"])
    client.change(2, replace((6, 0), (6, 0), "    \n"))
    keys = await ask(client, 6, 4)
    assert keys["itemDefaults"] == {"editRange": place(6, 4, 4)}
    items = {each["label"]: each for each in keys["items"]}
    assert items["agent"]["textEditText"] == "agent: $0"
    assert items["priority"]["insertTextFormat"] == 2
    assert items["success_criteria"]["insertTextMode"] == 2
    assert "insertTextMode" not in items["priority"]
    client.change(3, replace((6, 4), (6, 4), "agent: "))
    agents = (await ask(client, 6, 11))["items"]
    agent = next(each for each in agents if each["label"] == "builder")
    assert agent["labelDetails"] == {"description": "0 tasks"}
    assert agent["detail"] == "x"


async def test_positions_count_as_the_protocol_counts(client: Client):
    await client.initialize()
    client.open("tasks:\n  - {x-😀: 1, agent: , id: T1}\nagents: [{id: builder}]\n")
    result = await ask(client, 1, 20)
    assert "builder" in [each["label"] for each in result["items"]]
    assert all(each["textEdit"]["range"] == place(1, 20, 20) for each in result["items"])


async def test_the_last_empty_line_is_not_the_line_above(client: Client):
    await client.initialize()
    client.open(TEXT)
    labels = [each["label"] for each in (await ask(client, 6, 0))["items"]]
    assert "task" in labels
    assert "goal" in labels
    assert "name" not in labels


async def test_right_after_an_edit_the_new_text_counts(client: Client):
    await client.initialize()
    client.open(TEXT)
    await client.diagnostics(1)
    client.change(2, replace((3, 18), (3, 18), "\n    dependencies: [T2]"))
    assert await ask(client, 6, 19) is None
    client.change(3, replace((4, 19), (4, 21), ""))
    assert [each["label"] for each in (await ask(client, 6, 19))["items"]] == ["T1"]


@pytest.mark.parametrize(("capabilities", "markdown"), [(PUSHED, False), (MODERN, True)])
async def test_documentation_comes_when_it_is_asked_for(
    client: Client, capabilities: dict[str, Any], markdown: bool
):
    await client.initialize(capabilities)
    client.open(TEXT)
    for line, character, label, said in (
        (5, 19, "T1", "é😀 one"),
        (5, 6, "priority", "goes first"),
        (4, 4, "id", "Unique in the plan"),
    ):
        result = await ask(client, line, character)
        item = next(each for each in result["items"] if each["label"] == label)
        assert "documentation" not in item
        resolved = (await client.request("completionItem/resolve", item))["result"]
        documentation = resolved["documentation"]
        if markdown:
            assert documentation["kind"] == "markdown"
            documentation = documentation["value"]
        assert said in documentation
        assert ("**" in documentation) == markdown
        assert {**resolved, "documentation": None} == {**item, "documentation": None}


@pytest.mark.parametrize(
    "data", [None, 7, [], {"task": "no such"}, {"field": [1, None]}, {"rule": "x" * 5000}]
)
async def test_items_that_the_server_did_not_make_come_back_as_they_are(client: Client, data: object):
    await client.initialize()
    client.open(TEXT)
    item = {"label": "x", "data": data}
    answer = await client.request("completionItem/resolve", item)
    assert answer["result"].get("documentation") is None
    assert answer["result"]["label"] == "x"


async def test_names_from_the_plan_do_no_harm_in_a_documentation(client: Client):
    await client.initialize(MODERN)
    client.open(
        "tasks:\n  - id: T1\n    name: '![x](https://example.invalid/x.png) <b>'\n  - id: T2\n    dependencies: []\n"
    )
    item = (await ask(client, 4, 19))["items"][0]
    value = (await client.request("completionItem/resolve", item))["result"]["documentation"]["value"]
    assert "![x](" not in value
    assert "<b>" not in value.replace("\\<b\\>", "")


async def test_what_is_no_plan_or_not_open_has_nothing(client: Client):
    await client.initialize()
    assert await ask(client, 0, 0) is None
    client.open("x: 1\n", uri="file:///folder/other.yaml")
    params = {"textDocument": {"uri": "file:///folder/other.yaml"}, "position": {"line": 1, "character": 0}}
    assert (await client.request("textDocument/completion", params))["result"] is None


async def test_a_place_outside_the_text_is_its_end(client: Client):
    await client.initialize()
    client.open(TEXT)
    assert await ask(client, 10_000, 3) is not None
    assert await ask(client, 5, 10_000) is None


async def test_a_request_that_is_cancelled_at_once_is_not_begun(client: Client):
    await client.initialize()
    client.open(TEXT)
    params = {"textDocument": {"uri": PLAN}, "position": {"line": 5, "character": 19}}
    request = {"jsonrpc": "2.0", "id": 900, "method": "textDocument/completion", "params": params}
    cancel = {"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": 900}}
    client.give(request, cancel)
    assert (await client.answer(900))["error"]["code"] == -32800


async def test_an_answer_is_not_larger_than_it_needs_to_be(client: Client):
    await client.initialize(MODERN)
    tasks = "".join(f"  - id: T{number}\n    name: Step {number}\n" for number in range(1, 3001))
    client.open(f"tasks:\n{tasks}  - id: last\n    dependencies: []\n")
    result = await ask(client, 6002, 19)
    assert result["isIncomplete"] is True
    assert [each["label"] for each in result["items"][:2]] == ["T3000", "T2999"]
    assert len(json.dumps(result)) < 40_000
