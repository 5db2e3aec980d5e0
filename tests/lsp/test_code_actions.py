"""Code actions over the protocol: kinds, reasons, and edits that are asked for when an action is chosen."""

from __future__ import annotations

from typing import Any

from orchestrate_ls.ide.code_actions import EVERY_KIND
from orchestrate_ls.lsp.code_actions import KINDS
from tests.lsp.client import PLAN, Client

Json = dict[str, Any]
ACTIONS = {
    "codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}},
    "isPreferredSupport": True,
    "disabledSupport": True,
    "dataSupport": True,
    "resolveSupport": {"properties": ["edit"]},
}
CAPABLE = {"textDocument": {"codeAction": ACTIONS}}
SIMPLE = {"textDocument": {"codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}}}}
TEXT = "tasks:\n  - id: B\n    dependencies: [A, A]\n  - id: A\n    dependencies: []\n"


async def ask(client: Client, line: int, last: int | None = None, **context: Any) -> list[Json]:
    place = {"start": {"line": line, "character": 6}, "end": {"line": last or line, "character": 6}}
    params = {"textDocument": {"uri": PLAN}, "range": place, "context": {"diagnostics": [], **context}}
    return (await client.request("textDocument/codeAction", params))["result"]


async def resolve(client: Client, action: Json) -> Json:
    return await client.request("codeAction/resolve", action)


def one(actions: list[Json], title: str) -> Json:
    (found,) = [each for each in actions if title in each["title"]]
    return found


async def test_the_kinds_are_announced(client: Client):
    result = await client.initialize(CAPABLE)
    assert tuple(kind.value for kind in EVERY_KIND) == KINDS
    provider = result["capabilities"]["codeActionProvider"]
    assert provider["codeActionKinds"] == list(KINDS)
    assert provider["resolveProvider"] is True


async def test_edits_come_when_an_action_is_chosen(client: Client):
    await client.initialize(CAPABLE)
    client.open(TEXT)
    action = one(await ask(client, 1), "order of their dependencies")
    assert action["kind"] == "source.organizeTasks"
    assert "edit" not in action
    resolved = (await resolve(client, action))["result"]
    assert resolved["title"] == action["title"]
    changes = resolved["edit"]["changes"][PLAN]
    assert [each["range"]["start"]["line"] for each in changes] == [1, 3]
    assert changes[0]["newText"] == "  - id: A\n    dependencies: []\n"


async def test_a_client_that_cannot_resolve_gets_the_edits_at_once(client: Client):
    await client.initialize(SIMPLE)
    client.open(TEXT)
    actions = await ask(client, 1)
    assert actions
    assert all("edit" in each and "disabled" not in each and "isPreferred" not in each for each in actions)


async def test_only_what_is_asked_for(client: Client):
    await client.initialize(CAPABLE)
    client.open(TEXT)
    kinds = {each["kind"] for each in await ask(client, 1, only=["refactor"])}
    assert kinds == {"refactor.extract", "refactor.inline", "refactor.rewrite"}
    assert {each["kind"] for each in await ask(client, 2, only=["source.fixAll"])} == {
        "source.fixAll.orchestrate"
    }
    assert await ask(client, 1, only=["refactor.extrac"]) == []


async def test_reasons_are_given_to_a_person_who_asks(client: Client):
    await client.initialize(CAPABLE)
    client.open(TEXT)
    action = one(await ask(client, 1, triggerKind=1), "parallel group")
    assert "two tasks" in action["disabled"]["reason"]
    assert "edit" not in action
    assert not [each for each in await ask(client, 1, triggerKind=2) if "disabled" in each]


async def test_suppressions_are_never_preferred(client: Client):
    await client.initialize(CAPABLE)
    client.open(TEXT)
    actions = await ask(client, 2, 3)
    assert any(each.get("isPreferred") for each in actions)
    silencing = [each for each in actions if each["title"].startswith("Ignore")]
    assert silencing
    assert not any(each.get("isPreferred") for each in silencing)
    assert all(each["diagnostics"] for each in silencing)


async def test_an_action_of_an_earlier_version_is_refused(client: Client):
    await client.initialize(CAPABLE)
    client.open(TEXT)
    action = one(await ask(client, 1), "order of their dependencies")
    client.change(2, {"text": TEXT + "\n"})
    assert (await resolve(client, action))["error"]["code"] == -32801


async def test_an_action_that_is_not_from_here_is_refused(client: Client):
    await client.initialize(CAPABLE)
    client.open(TEXT)
    action = one(await ask(client, 1), "order of their dependencies")
    for data in (None, 7, {"uri": PLAN}, {**action["data"], "version": "x"}, {**action["data"], "name": "x"}):
        assert (await resolve(client, {**action, "data": data}))["error"]["code"] == -32602


async def test_what_turns_out_not_to_be_possible_is_explained(client: Client):
    await client.initialize(CAPABLE)
    client.open("tasks:\n  - id: B\n    dependencies: [A]\n  - id: A\n")
    action = one(await ask(client, 1, 3), "Extract a parallel group")
    error = (await resolve(client, action))["error"]
    assert error["code"] == -32803
    assert "`B` waits for `A`" in error["message"]
