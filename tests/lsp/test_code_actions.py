"""Code actions over the protocol: kinds, reasons, and edits that are asked for when an action is chosen."""

from __future__ import annotations

from typing import Any

from orchestrate_ls.ide.assign_agents import assign_agents
from orchestrate_ls.ide.code_actions import EVERY_KIND
from orchestrate_ls.lsp.code_actions import KINDS
from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.rules.engine import RuleSettings, check_file
from orchestrate_ls.workspace.checking import shipped_schema
from tests.lsp.client import PLAN, Client, replace
from tests.lsp.workspace import is_running, until

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


def at(line: int) -> Json:
    return {"textDocument": {"uri": PLAN}, "position": {"line": line, "character": 9}}


def unbalanced(tasks: int) -> str:
    """A plan in which one of two agents has everything to do."""
    lines = [
        "agents:",
        "  - {id: a, skills: [python]}",
        "  - {id: b, skills: [python]}",
        "tasks:",
    ]
    for number in range(tasks):
        lines += [
            f"  - id: T{number}",
            "    agent: a",
            f"    estimated_time: {1 + number % 5}h",
            "    required_skills: [python]",
        ]
    return "\n".join(lines) + "\n"


async def test_agents_are_balanced_in_a_process_and_as_the_command_line_does(client: Client):
    await client.initialize(CAPABLE)
    text = unbalanced(150)
    client.open(text)
    action = one(await ask(client, 5), "Balance the agents")
    assert "edit" not in action
    msg_id = client.ask("codeAction/resolve", action)
    # Meanwhile everything else is answered.
    assert (await client.request("textDocument/hover", at(5)))["result"] is not None
    assert client.answers_to(msg_id) == []
    changes = (await client.answer(msg_id))["result"]["edit"]["changes"][PLAN]
    context = check_file(PlanFile.parse(text), RuleSettings(), shipped_schema()).plans[0].context
    expected = assign_agents(context, everything=True, balanced=True).changes
    assert len(changes) == len(expected) > 50
    assert {each["newText"] for each in changes} == {"b"}
    assert [(each["range"]["start"]["line"] - 5) // 4 for each in changes] == [each.task for each in expected]


async def test_balancing_ends_when_the_document_changes_or_nobody_wants_it_any_more(client: Client):
    await client.initialize(CAPABLE)
    client.open(unbalanced(1_000))
    for version, (code, stop) in enumerate(
        (
            (-32801, lambda msg_id: client.change(2, replace((3, 0), (3, 0), "goal: x\n"))),
            (-32800, lambda msg_id: client.notify("$/cancelRequest", {"id": msg_id})),
        ),
        start=1,
    ):
        msg_id = client.ask("codeAction/resolve", one(await ask(client, 6), "Balance the agents"))
        await until(lambda: client.server.searches.pids)
        (pid,) = client.server.searches.pids
        stop(msg_id)
        assert (await client.answer(msg_id))["error"]["code"] == code, version
        await until(lambda pid=pid: not is_running(pid))
        assert client.server.searches.pids == []


async def test_a_client_that_cannot_resolve_is_told_where_else_balancing_is_done(client: Client):
    abilities = {"codeAction": {**ACTIONS, "dataSupport": False}}
    await client.initialize({"textDocument": abilities})
    client.open(unbalanced(10))
    action = one(await ask(client, 5), "Balance the agents")
    assert "edit" not in action
    assert "command line" in action["disabled"]["reason"]


async def test_very_large_plans_are_not_balanced_in_an_editor(client: Client):
    await client.initialize(CAPABLE)
    client.open(unbalanced(2_001))
    assert "more than 2,000 tasks" in one(await ask(client, 5), "Balance the agents")["disabled"]["reason"]
