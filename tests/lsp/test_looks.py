"""Lenses, links, linked editing and formatting over the protocol."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from tests.lsp.client import PLAN, PUSHED, Client, replace

TEXT = "tasks:\n  - id: A\n    estimated_time: 2h\n  - id: B\n    dependencies: [A]\n"
DOCUMENT = {"textDocument": {"uri": PLAN}}
OPTIONS = {"options": {"tabSize": 2, "insertSpaces": True}}
ABLE = {**PUSHED, "experimental": {"commands": {"commands": ["orchestrate.showReferences", 7]}}}
CONTENT_MODIFIED, INVALID_PARAMS, REQUEST_FAILED = -32801, -32602, -32803


async def result(client: Client, method: str, **params: Any) -> Any:
    answer = await client.request(f"textDocument/{method}", {**DOCUMENT, **params})
    assert "result" in answer, answer
    return answer["result"]


def span(line: int, start: int, end: int) -> dict[str, Any]:
    return {"start": {"line": line, "character": start}, "end": {"line": line, "character": end}}


def applied(text: str, edits: list[dict[str, Any]]) -> str:
    lines = text.split("\n")

    def offset(place: dict[str, int]) -> int:
        return sum(len(line) + 1 for line in lines[: place["line"]]) + place["character"]

    for edit in sorted(edits, key=lambda each: offset(each["range"]["start"]), reverse=True):
        start, end = offset(edit["range"]["start"]), offset(edit["range"]["end"])
        text = text[:start] + edit["newText"] + text[end:]
    return text


# Lenses


async def titles(client: Client) -> list[str]:
    lenses = await result(client, "codeLens")
    assert all("command" not in each for each in lenses)
    resolved = [(await client.request("codeLens/resolve", each))["result"] for each in lenses]
    assert [each["range"] for each in resolved] == [each["range"] for each in lenses]
    return [each["command"]["title"] for each in resolved]


async def test_lenses_are_worked_out_when_they_are_shown(client: Client):
    provider = (await client.initialize())["capabilities"]["codeLensProvider"]
    assert provider == {"resolveProvider": True}
    client.open(TEXT)
    assert await titles(client) == [
        "critical path 2h: A → B",
        "2h of work in 2 tasks",
        "1 task can start now: A",
        "1 task waits for this",
    ]


async def test_an_editor_that_can_list_places_is_told_them(client: Client):
    await client.initialize(ABLE, initializationOptions={"clientCommands": ["orchestrate.copyHandoff"]})
    client.open(TEXT)
    lenses = await result(client, "codeLens")
    commands = [(await client.request("codeLens/resolve", each))["result"]["command"] for each in lenses]
    assert [each["command"] for each in commands] == [
        "orchestrate.showReferences",
        "",
        "orchestrate.showReferences",
        "orchestrate.showReferences",
        "orchestrate.copyHandoff",
        "orchestrate.copyHandoff",
    ]
    assert commands[3]["arguments"] == [
        PLAN,
        {"line": 1, "character": 4},
        [{"uri": PLAN, "range": span(3, 8, 9)}],
    ]
    assert commands[4]["arguments"] == [{"uri": PLAN, "task": "A", "plan": 1}]
    prompt = await client.request(
        "workspace/executeCommand", {"command": "orchestrate.handoff", "arguments": commands[4]["arguments"]}
    )
    assert "# Task handoff: A" in prompt["result"]
    assert prompt["result"].startswith("You are")


async def test_an_editor_that_can_run_plans_has_lenses_for_it(client: Client, tmp_path: Path):
    path = tmp_path / "x.plan.yaml"
    path.write_text(TEXT, encoding="utf-8", newline="\n")
    able = ["orchestrate.run", "orchestrate.follow", "orchestrate.task.choose"]
    await client.initialize(initializationOptions={"clientCommands": able})
    uri = path.as_uri()
    start = {"command": "orchestrate.task", "arguments": [{"uri": uri, "task": "A", "action": "start"}]}
    assert "result" in await client.request("workspace/executeCommand", start)
    client.open(path.read_text(encoding="utf-8"), uri=uri)
    async with asyncio.timeout(20):
        while True:
            lenses = (await client.request("textDocument/codeLens", {"textDocument": {"uri": uri}}))["result"]
            if any(each["data"]["kind"] == "progress" for each in lenses):
                break
            await asyncio.sleep(0.05)
    found = {each["data"]["kind"]: each for each in lenses}
    commands = {
        kind: (await client.request("codeLens/resolve", found[kind]))["result"]["command"]
        for kind in ("run", "follow", "progress")
    }
    assert commands["run"] == {
        "title": "▷ Run...",
        "command": "orchestrate.run",
        "arguments": [{"uri": uri, "plan": 1}],
    }
    assert commands["follow"]["command"] == "orchestrate.follow"
    assert commands["progress"]["command"] == "orchestrate.task.choose"
    assert commands["progress"]["arguments"] == [{"uri": uri, "task": "A", "plan": 1}]


async def test_any_other_editor_is_told_in_words(client: Client):
    await client.initialize()
    client.open(TEXT)
    lens = (await result(client, "codeLens"))[3]
    command = (await client.request("codeLens/resolve", lens))["result"]["command"]
    assert command["command"] == "orchestrate.waiting"
    params = {"command": command["command"], "arguments": command["arguments"]}
    assert (await client.request("workspace/executeCommand", params))["result"] == ["B"]
    assert client.notifications("window/showMessage") == [{"type": 3, "message": "Waiting for A: B"}]


async def test_a_lens_of_an_earlier_version_is_not_worked_out(client: Client):
    await client.initialize()
    client.open(TEXT)
    lens = (await result(client, "codeLens"))[0]
    client.change(2, replace((1, 8), (1, 9), "C"))
    assert (await client.request("codeLens/resolve", lens))["error"]["code"] == CONTENT_MODIFIED


@pytest.mark.parametrize(
    "data",
    [None, 1, {"uri": PLAN}, {"uri": PLAN, "version": 1, "kind": ["total"], "plan": 0},
     {"uri": PLAN, "version": 1, "kind": "total", "plan": 9},
     {"uri": PLAN, "version": 1, "kind": "references", "plan": 0, "task": -1}],
)  # fmt: skip
async def test_lenses_from_elsewhere_are_refused(client: Client, data: object):
    await client.initialize()
    client.open(TEXT)
    answer = await client.request("codeLens/resolve", {"range": span(0, 0, 0), "data": data})
    assert answer["error"]["code"] == INVALID_PARAMS


async def test_lenses_follow_the_settings(client: Client):
    client.answers["workspace/configuration"] = lambda _: {"result": [{"codeLenses": {"total": False}}]}
    client.answers["workspace/codeLens/refresh"] = lambda _: {"result": None}
    workspace = {"configuration": True, "codeLens": {"refreshSupport": True}}
    await client.initialize({**PUSHED, "workspace": workspace})
    client.open(TEXT)
    await client.diagnostics(1)
    assert len(await result(client, "codeLens")) == 3
    asked = len(client.requests("workspace/codeLens/refresh"))
    client.answers["workspace/configuration"] = lambda _: {"result": [{"codeLenses": {"references": False}}]}
    client.notify("workspace/didChangeConfiguration", {"settings": None})
    await client.settle()
    assert len(client.requests("workspace/codeLens/refresh")) == asked + 1
    assert len(await result(client, "codeLens")) == 3


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ([], INVALID_PARAMS, "id of a task"),
        ([PLAN, "A", "1"], INVALID_PARAMS, "number of a plan"),
        ([PLAN, "A", 2], REQUEST_FAILED, "no plan 2"),
        ([PLAN, "Z"], REQUEST_FAILED, "no task `Z`"),
        (["file:///nothing/x.plan.yaml", "A"], REQUEST_FAILED, "no such file"),
    ],
)
async def test_a_hand_off_that_cannot_be_made(client: Client, arguments: list[Any], code: int, said: str):
    await client.initialize()
    client.open(TEXT)
    params = {"command": "orchestrate.handoff", "arguments": arguments}
    error = (await client.request("workspace/executeCommand", params))["error"]
    assert error["code"] == code
    assert said in error["message"]


# Links


async def test_links_lead_to_files_that_are_there(client: Client, tmp_path: Path):
    (tmp_path / "a.py").write_text("")
    agents = tmp_path / ".claude" / "agents"
    await asyncio.to_thread(agents.mkdir, parents=True)
    (agents / "builder.md").write_text("---\nname: builder\ndescription: builds\n---\nx\n")
    uri = (tmp_path / "x.plan.yaml").as_uri()
    commands = {"commands": {"commands": ["orchestrate.showRule"]}}
    folders = [{"uri": tmp_path.as_uri(), "name": "x"}]
    provider = (await client.initialize({**PUSHED, "experimental": commands}, workspaceFolders=folders))[
        "capabilities"
    ]["documentLinkProvider"]
    assert provider == {"resolveProvider": True}
    text = (
        "# orchestrate: ignore-file[missing-estimate]\ntasks:\n  - id: A\n    agent: builder\n"
        "    files: [a.py, none.py, ../x, src/**]\n"
    )
    client.open(text, uri=uri)
    await client.diagnostics(1, uri)
    links = await result(client, "documentLink", textDocument={"uri": uri})
    assert {(each["range"]["start"]["line"], each["target"]) for each in links} == {
        (0, "command:orchestrate.showRule?%5B%22missing-estimate%22%5D"),
        (3, (agents / "builder.md").as_uri()),
        (4, (tmp_path / "a.py").as_uri()),
    }


async def test_a_sub_plan_is_found_from_its_plans_folder(client: Client, tmp_path: Path):
    plans = tmp_path / "plans"
    await asyncio.to_thread(plans.mkdir)
    (plans / "T1.plan.yaml").write_text("tasks: []\n")
    uri = (plans / "x.plan.yaml").as_uri()
    await client.initialize(workspaceFolders=[{"uri": tmp_path.as_uri(), "name": "x"}])
    client.open(
        "tasks:\n  - {id: T1, plan: T1.plan.yaml}\n  - {id: T2, plan: ../../out.plan.yaml}\n", uri=uri
    )
    links = await result(client, "documentLink", textDocument={"uri": uri})
    assert [each["target"] for each in links] == [(plans / "T1.plan.yaml").as_uri()]


async def test_of_many_paths_the_last_are_looked_up_when_they_are_opened(client: Client, tmp_path: Path):
    (tmp_path / "f599").write_text("")
    uri = (tmp_path / "x.plan.yaml").as_uri()
    await client.initialize(workspaceFolders=[{"uri": tmp_path.as_uri(), "name": "x"}])
    files = ", ".join(f"f{number}" for number in range(600))
    client.open(f"tasks:\n  - id: A\n    files: [{files}]\n", uri=uri)
    links = await result(client, "documentLink", textDocument={"uri": uri})
    assert len(links) == 100
    there = (await client.request("documentLink/resolve", links[-1]))["result"]
    assert there["target"] == (tmp_path / "f599").as_uri()
    error = (await client.request("documentLink/resolve", links[0]))["error"]
    assert (error["code"], "no file f500" in error["message"]) == (REQUEST_FAILED, True)
    for data in (None, {"uri": uri}, {"uri": 1, "file": "x"}):
        wrong = await client.request("documentLink/resolve", {"range": span(0, 0, 0), "data": data})
        assert wrong["error"]["code"] == INVALID_PARAMS


# Formatting


async def test_a_document_is_formatted_with_few_edits(client: Client):
    capabilities = (await client.initialize())["capabilities"]
    assert capabilities["documentFormattingProvider"]
    assert capabilities["documentRangeFormattingProvider"]
    assert capabilities["documentOnTypeFormattingProvider"] == {"firstTriggerCharacter": "\n"}
    text = "goal:   é😀\ntasks:\n- id:   A\n"
    client.open(text)
    edits = await result(client, "formatting", **OPTIONS)
    assert applied(text, edits) == "goal: é😀\ntasks:\n  - id: A\n"
    assert len(edits) == 3
    edits = await result(client, "formatting", options={"tabSize": 4, "insertSpaces": False})
    assert applied(text, edits) == "goal: é😀\ntasks:\n    - id: A\n"


async def test_a_range_and_ranges(client: Client):
    await client.initialize()
    text = "goal:   x\ntasks:\n- id:   A\n- id:   B\n"
    client.open(text)
    edits = await result(client, "rangeFormatting", range=span(2, 0, 3), **OPTIONS)
    assert edits == [{"range": span(2, 5, 8), "newText": " "}]
    edits = await result(client, "rangesFormatting", ranges=[span(0, 0, 1), span(3, 0, 1)], **OPTIONS)
    assert applied(text, edits) == "goal: x\ntasks:\n- id:   A\n- id: B\n"


async def test_formatting_follows_the_settings(client: Client):
    given = {"format": {"indentSequences": False, "keyOrder": "schema", "indent": 4}}
    await client.initialize(initializationOptions=given)
    text = "calendar:\n  hours_per_day: 8\ntasks:\n  - agent: x\n    id: A\n"
    client.open(text)
    edits = await result(client, "formatting", **OPTIONS)
    assert applied(text, edits) == "calendar:\n    hours_per_day: 8\ntasks:\n- id: A\n  agent: x\n"


async def test_formatting_of_a_large_plan_gives_way_to_an_edit(client: Client):
    await client.initialize()
    client.open("tasks:\n" + "".join(f"- id: A{number}\n" for number in range(2000)))
    asked = client.ask("textDocument/formatting", {**DOCUMENT, **OPTIONS})
    for _ in range(3):
        await asyncio.sleep(0)
    client.change(2, replace((1, 6), (1, 7), "B"))
    assert (await client.answer(asked))["error"]["code"] == CONTENT_MODIFIED


async def test_enter_begins_the_next_line(client: Client):
    await client.initialize()
    client.open("tasks:\n  - id: A\n  \n")
    params = {"position": {"line": 2, "character": 2}, "ch": "\n", **OPTIONS}
    assert await result(client, "onTypeFormatting", **params) == [{"range": span(2, 0, 2), "newText": "    "}]
    assert await result(client, "onTypeFormatting", **{**params, "ch": "x"}) is None


async def test_what_is_no_plan_has_nothing(client: Client):
    await client.initialize()
    for method, params in (
        ("formatting", OPTIONS),
        ("rangeFormatting", {"range": span(0, 0, 0), **OPTIONS}),
        ("linkedEditingRange", {"position": {"line": 0, "character": 0}}),
        ("documentLink", {}),
        ("onTypeFormatting", {"position": {"line": 0, "character": 0}, "ch": "\n", **OPTIONS}),
    ):
        assert await result(client, method, **params) is None
    assert await result(client, "codeLens") == []


# Linked editing


async def test_an_id_and_its_uses_are_linked(client: Client):
    assert (await client.initialize())["capabilities"]["linkedEditingRangeProvider"]
    client.open(TEXT)
    linked = await result(client, "linkedEditingRange", position={"line": 1, "character": 9})
    assert linked["ranges"] == [span(1, 8, 9), span(4, 19, 20)]
    assert linked["wordPattern"].startswith("[^")
    assert await result(client, "linkedEditingRange", position={"line": 4, "character": 19}) is None


async def test_the_hover_of_a_task_copies_its_hand_off_where_the_editor_can(client: Client):
    capabilities = {
        "textDocument": {"hover": {"contentFormat": ["markdown"]}},
        "experimental": {"commands": {"commands": ["orchestrate.copyHandoff"]}},
    }
    await client.initialize(capabilities)
    client.open(TEXT)
    hover = await result(client, "hover", position={"line": 4, "character": 19})
    link = hover["contents"]["value"].rpartition("(")[2]
    command, _, arguments = link.rstrip(")").partition("?")
    assert command == "command:orchestrate.copyHandoff"
    assert json.loads(unquote(arguments)) == [{"uri": PLAN, "task": "A", "plan": 1}]
    hover = await result(client, "hover", position={"line": 2, "character": 6})
    assert "command:" not in hover["contents"]["value"]


# Completion


async def test_paths_are_completed_from_the_disk(client: Client, tmp_path: Path):
    await asyncio.to_thread((tmp_path / "src").mkdir)
    (tmp_path / "src" / "a.py").write_text("")
    uri = (tmp_path / "x.plan.yaml").as_uri()
    await client.initialize(workspaceFolders=[{"uri": tmp_path.as_uri(), "name": "x"}])
    client.open("tasks:\n  - id: A\n    files: [src/]\n", uri=uri)
    params = {"textDocument": {"uri": uri}, "position": {"line": 2, "character": 16}}
    items = (await result(client, "completion", **params))["items"]
    assert [(each["label"], each["kind"], each["textEdit"]["newText"]) for each in items] == [
        ("src/a.py", 17, "src/a.py")
    ]
    client.change(2, replace((2, 12), (2, 16), "../"), uri=uri)
    assert await result(client, "completion", **{**params, "position": {"line": 2, "character": 15}}) is None
