"""Plans that nobody has open are known: their names, and what is wrong in them, as the disk changes."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sys
from pathlib import Path

import pytest

from orchestrate_ls.lsp import plan_index
from tests.lsp.client import PULLED, PUSHED, Client
from tests.lsp.workspace import BAD, GOOD, begin, folder_of, names, shown, touched, until, write

WATCHED = {**PUSHED, "workspace": {"didChangeWatchedFiles": {"dynamicRegistration": True}}}


async def test_plans_that_are_not_open_are_shown_and_vanish_with_their_file(client: Client, tmp_path: Path):
    bad, good = write(tmp_path, "bad.plan.yaml"), write(tmp_path, "sub/good.plan.yaml", GOOD)
    await begin(client, tmp_path)
    assert shown(client, bad) == ["unknown-key"]
    assert shown(client, good) is None
    (tmp_path / "bad.plan.yaml").unlink()
    touched(client, bad, kind=3)
    await until(lambda: shown(client, bad) == [])
    write(tmp_path, "sub/good.plan.yaml", BAD)
    touched(client, good)
    await until(lambda: shown(client, good) == ["unknown-key"])
    new = write(tmp_path, "new.plan.yaml")
    touched(client, new, kind=1)
    await until(lambda: shown(client, new) == ["unknown-key"])
    # A folder that goes takes its plans along.
    shutil.rmtree(tmp_path / "sub")
    touched(client, (tmp_path / "sub").as_uri(), kind=3)
    await until(lambda: shown(client, good) == [])
    assert [plan.path.name for plan in client.server.index.closed_plans()] == ["new.plan.yaml"]


async def test_the_text_of_an_open_plan_wins_until_it_is_closed(client: Client, tmp_path: Path):
    uri = write(tmp_path, "x.plan.yaml")
    await begin(client, tmp_path)
    client.open(GOOD.replace("id: A", "id: Edited"), uri=uri)
    await client.diagnostics(1, uri)
    assert "unknown-key" not in (shown(client, uri) or [])
    assert await names(client, "Edited") == ["x Edited"]
    assert await names(client, "A") == []
    count = len(client.published(uri))
    write(tmp_path, "x.plan.yaml", BAD.replace("id: A", "id: Disk"))
    touched(client, uri)
    index = client.server.index
    await until(lambda: any("Disk" in plan.summary.names for plan in index.plans.values()))
    assert await names(client, "Disk") == []
    assert len(client.published(uri)) == count
    client.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
    await until(lambda: shown(client, uri) == ["unknown-key"])
    assert await names(client, "Disk") == ["x Disk"]


async def test_folders_come_and_go(client: Client, tmp_path: Path):
    one, two = tmp_path / "one", tmp_path / "two"
    first, inner, second = write(one, "a.plan.yaml"), write(one, "in/b.plan.yaml"), write(two, "c.plan.yaml")
    await begin(client, one)
    assert await names(client, "") == ["a A", "b A"]
    event = {"added": [folder_of(two), folder_of(one / "in")], "removed": []}
    client.notify("workspace/didChangeWorkspaceFolders", {"event": event})
    await until(lambda: shown(client, second) == ["unknown-key"])
    assert await names(client, "") == ["a A", "b A", "c A"]
    # The inner folder stays when the outer one goes.
    event = {"added": [], "removed": [folder_of(one)]}
    client.notify("workspace/didChangeWorkspaceFolders", {"event": event})
    await until(lambda: shown(client, first) == [])
    assert await names(client, "") == ["b A", "c A"]
    assert shown(client, inner) == ["unknown-key"]


async def test_settings_that_change_take_effect_on_plans_that_are_not_open(client: Client, tmp_path: Path):
    uri, other = write(tmp_path, "x.plan.yaml"), write(tmp_path, "old/y.plan.yaml")
    await begin(client, tmp_path)
    assert shown(client, other) == ["unknown-key"]
    settings = write(tmp_path, "orchestrate.toml", 'exclude = ["old"]\n[rules]\nunknown-key = "error"\n')
    touched(client, settings, kind=1)
    await until(
        lambda: shown(client, other) == [] and client.published(uri)[-1]["diagnostics"][0]["severity"] == 1
    )
    write(tmp_path, "orchestrate.toml", "workspace-diagnostics = false\n")
    touched(client, settings)
    await until(lambda: shown(client, uri) == [])
    assert await names(client, "") == ["y A", "x A"]


async def test_plans_that_name_an_agent_follow_its_definition(client: Client, tmp_path: Path):
    (tmp_path / ".git").mkdir()
    uri = write(tmp_path, "x.plan.yaml", GOOD.replace("general-purpose", "dev"))
    await begin(client, tmp_path)
    assert shown(client, uri) == ["unknown-agent"]
    definition = write(tmp_path, ".claude/agents/dev.md", "---\nname: dev\ndescription: x\n---\n")
    touched(client, definition, kind=1)
    await until(lambda: shown(client, uri) == [])
    # What is typed into a definition counts before it is saved.
    client.open("---\nname: other\ndescription: x\n---\n", uri=definition, language="markdown")
    await until(lambda: shown(client, uri) == ["unknown-agent"])


async def test_a_switch_of_branches_is_taken_in_at_once(
    client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    uris = [write(tmp_path, f"dir{number % 7}/p{number}.plan.yaml") for number in range(120)]
    await begin(client, tmp_path, abilities=WATCHED)
    index = client.server.index
    assert all(shown(client, uri) == ["unknown-key"] for uri in uris)
    asked: list[object] = []
    ask = index.process.ask

    async def counted(setup: object, question: object) -> object:
        asked.append(question)
        return await ask(setup, question)  # type: ignore[arg-type]

    monkeypatch.setattr(index.process, "ask", counted)
    # Half of the plans go, the others change, and some are new; the client tells in many messages.
    for number, uri in enumerate(uris):
        if number % 2:
            (tmp_path / f"dir{number % 7}/p{number}.plan.yaml").unlink()
            touched(client, uri, kind=3)
        else:
            write(tmp_path, f"dir{number % 7}/p{number}.plan.yaml", GOOD)
            touched(client, uri)
            touched(client, uri)
    fresh = [write(tmp_path, f"fresh/p{number}.plan.yaml") for number in range(10)]
    touched(client, *fresh, kind=1)
    await until(lambda: all(shown(client, uri) == [] for uri in uris))
    await until(lambda: all(shown(client, uri) == ["unknown-key"] for uri in fresh))
    assert len(index.plans) == 70
    # Each plan is told of once, and read together with others.
    assert all(len(client.published(uri)) == 2 for uri in uris)
    assert len(asked) <= 2 + 2 * (130 // plan_index._BATCH + 1)


async def test_clients_without_watchers_are_looked_after_when_something_is_saved(
    client: Client, tmp_path: Path
):
    uri = write(tmp_path, "x.plan.yaml", GOOD)
    await begin(client, tmp_path)
    write(tmp_path, "x.plan.yaml")
    other = write(tmp_path, "y.plan.yaml")
    client.notify("textDocument/didSave", {"textDocument": {"uri": "file:///elsewhere.plan.yaml"}})
    await until(lambda: shown(client, uri) == shown(client, other) == ["unknown-key"])


async def test_without_folders_nothing_is_read(client: Client, tmp_path: Path):
    write(tmp_path, "x.plan.yaml")
    await begin(client)
    assert await names(client, "") == []
    assert client.server.index.process.pid is None


async def test_a_process_that_is_killed_is_replaced(client: Client, tmp_path: Path):
    uris = [write(tmp_path, f"p{number}.plan.yaml") for number in range(60)]
    await client.initialize(PUSHED, workspaceFolders=[folder_of(tmp_path)])
    index = client.server.index
    index.begin_now()
    await until(lambda: index.plans)
    killed = index.process.pid
    assert killed is not None
    os.kill(killed, signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL)
    assert await index.complete(60)
    await until(lambda: all(shown(client, uri) == ["unknown-key"] for uri in uris))
    assert index.process.pid != killed


async def test_a_plan_that_ends_the_process_is_named_and_the_others_are_read(
    client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    from orchestrate_ls.workspace import own_process

    uris = [write(tmp_path, f"p{number}.plan.yaml") for number in range(4)]
    # Stands for a crash inside of a native library.
    program = own_process._PROGRAM.replace(
        "{function}()", "import orchestrate_ls.lsp.index_reading as r, os; read = r.IndexReader.read;"
        "r.IndexReader.read = lambda self, path: os._exit(1) if path.name == 'p2.plan.yaml' else read(self, path);"
        "{function}()",
    )  # fmt: skip
    monkeypatch.setattr(own_process, "_PROGRAM", program)
    await begin(client, tmp_path)
    for uri in (uris[0], uris[1], uris[3]):
        assert shown(client, uri) == ["unknown-key"]
    (found,) = client.published(uris[2])[-1]["diagnostics"]
    assert "reading it failed" in found["message"]


async def test_an_interpreter_that_does_not_start_is_no_end(
    client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    uri = write(tmp_path, "x.plan.yaml")
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no-python"))
    await begin(client, tmp_path)
    assert await names(client, "") == []
    client.open(BAD, uri=uri)
    assert "unknown-key" in [each["code"] for each in await client.diagnostics(1, uri)]
    assert await names(client, "") == ["x A"]


async def test_reading_is_shown_and_can_be_cancelled(client: Client, tmp_path: Path):
    for number in range(200):
        write(tmp_path, f"p{number}.plan.yaml")
    client.answers["window/workDoneProgress/create"] = lambda _: {"result": None}
    await client.initialize(
        {**PUSHED, "window": {"workDoneProgress": True}}, workspaceFolders=[folder_of(tmp_path)]
    )
    index = client.server.index
    index.begin_now()
    await until(lambda: any(each["value"]["kind"] == "report" for each in client.notifications("$/progress")))
    first = client.notifications("$/progress")[0]
    assert first["value"]["title"] == "Orchestrate: reading plans"
    assert (first["value"]["cancellable"], first["value"]["percentage"]) == (True, 0)
    client.notify("window/workDoneProgress/cancel", {"token": first["token"]})
    await until(lambda: client.notifications("$/progress")[-1]["value"]["kind"] == "end")
    await client.settle()
    read = len(index.plans)
    assert 0 < read < 200
    assert index.is_complete
    assert len(await names(client, "")) == read
    # What changes afterwards is read all the same.
    uri = write(tmp_path, "new.plan.yaml", BAD.replace("id: A", "id: New"))
    touched(client, uri, kind=1)
    await until(lambda: shown(client, uri) == ["unknown-key"])


async def test_few_plans_need_no_bar(client: Client, tmp_path: Path):
    write(tmp_path, "x.plan.yaml")
    await begin(client, tmp_path, abilities={**PUSHED, "window": {"workDoneProgress": True}})
    assert client.requests("window/workDoneProgress/create") == []


async def test_symbols_are_resolved_where_the_client_can(client: Client, tmp_path: Path):
    uri = write(tmp_path, "x.plan.yaml", BAD.replace("id: A", "id: Deep"))
    lazy = {"symbol": {"resolveSupport": {"properties": ["location.range"]}}}
    await begin(client, tmp_path, abilities={**PUSHED, "workspace": lazy})
    (symbol,) = (await client.request("workspace/symbol", {"query": "deep"}))["result"]
    assert symbol["location"] == {"uri": uri}
    expected = {"start": {"line": 1, "character": 8}, "end": {"line": 1, "character": 12}}
    resolved = (await client.request("workspaceSymbol/resolve", symbol))["result"]
    assert resolved["location"] == {"uri": uri, "range": expected}
    # Of the plan as it is when it is asked.
    client.open("# a line\n" + BAD.replace("id: A", "id: Deep"), uri=uri)
    resolved = (await client.request("workspaceSymbol/resolve", symbol))["result"]
    assert resolved["location"]["range"]["start"] == {"line": 2, "character": 8}
    odd = {**symbol, "data": {"id": None, "number": "x"}, "name": "gone"}
    assert (await client.request("workspaceSymbol/resolve", odd))["result"]["location"]["uri"] == uri


async def test_the_best_symbols_come_first_whether_open_or_not(client: Client, tmp_path: Path):
    write(tmp_path, "a.plan.yaml", "tasks:\n  - {id: xAPIx, agent: general-purpose}\n")
    write(tmp_path, "b.plan.yaml", "tasks:\n  - {id: API, agent: general-purpose}\n")
    uri = write(tmp_path, "c.plan.yaml", "tasks: []\n")
    await begin(client, tmp_path)
    client.open("tasks:\n  - {id: api-two, agent: general-purpose}\n", uri=uri)
    assert await names(client, "api") == ["b API", "c api-two", "a xAPIx"]
    assert len(await names(client, "")) == 3


async def test_an_answer_has_at_most_500_symbols(client: Client, tmp_path: Path):
    tasks = "".join(f"  - {{id: T{number}, agent: general-purpose}}\n" for number in range(300))
    for name in "abc":
        write(tmp_path, f"{name}.plan.yaml", f"tasks:\n{tasks}")
    await begin(client, tmp_path, abilities=PULLED)
    assert len(await names(client, "")) == len(await names(client, "t")) == 500


async def test_a_search_can_be_cancelled(client: Client, tmp_path: Path):
    write(tmp_path, "a.plan.yaml")
    await client.initialize(PUSHED, workspaceFolders=[folder_of(tmp_path)])
    asked = client.ask("workspace/symbol", {"query": "a"})
    await asyncio.sleep(0)
    client.notify("$/cancelRequest", {"id": asked})
    assert (await client.answer(asked))["error"]["code"] == -32800
