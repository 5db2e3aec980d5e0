"""Diagnostics: to whom, when, how often, and in what form."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.lsp.client import PLAN, PULLED, PUSHED, Client, changed, notification, replace

BROKEN = "goal: x\ntasks: {\n"
CLEAN = "goal: x\ntasks: []\n"


def codes(found: list[dict[str, Any]]) -> list[str]:
    return [each.get("code", "") for each in found]


async def pull(client: Client, previous: str | None = None, uri: str = PLAN) -> dict[str, Any]:
    params = {"textDocument": {"uri": uri}, "previousResultId": previous}
    return (await client.request("textDocument/diagnostic", params))["result"]


async def test_published_with_the_version_to_a_client_that_cannot_ask(client: Client):
    await client.initialize()
    client.open(BROKEN, version=4)
    found = await client.diagnostics(4)
    assert "syntax" in codes(found)
    syntax = found[codes(found).index("syntax")]
    assert syntax["source"] == "orchestrate"
    assert syntax["severity"] == 1
    assert syntax["range"]["start"]["line"] == 1


async def test_no_version_for_a_client_that_knows_none(client: Client):
    await client.initialize({"textDocument": {"publishDiagnostics": {}}})
    client.open(BROKEN)
    await client.diagnostics_of_any_version()
    assert "version" not in client.published()[-1]


async def test_nothing_is_published_to_a_client_that_asks(client: Client):
    result = await client.initialize(PULLED)
    assert result["capabilities"]["diagnosticProvider"]["interFileDependencies"] is False
    client.open(BROKEN)
    client.change(2, {"text": BROKEN + " "})
    report = await pull(client)
    assert report["kind"] == "full"
    assert "syntax" in codes(report["items"])
    client.notify("textDocument/didClose", {"textDocument": {"uri": PLAN}})
    await client.settle()
    assert client.published() == []


async def test_a_pull_that_finds_the_same_says_so(client: Client):
    await client.initialize(PULLED)
    client.open(BROKEN)
    first = await pull(client)
    again = await pull(client, first["resultId"])
    assert again == {"kind": "unchanged", "resultId": first["resultId"]}
    client.change(2, replace((0, 6), (0, 7), "y"))
    assert (await pull(client, first["resultId"]))["kind"] == "unchanged"
    client.change(3, {"text": CLEAN})
    fixed = await pull(client, first["resultId"])
    assert fixed["kind"] == "full"
    assert "syntax" not in codes(fixed["items"])
    client.change(4, {"text": BROKEN})
    assert (await pull(client, fixed["resultId"]))["kind"] == "full"


async def test_result_ids_are_not_used_again_after_closing(client: Client):
    await client.initialize(PULLED)
    client.open(BROKEN)
    first = await pull(client)
    client.notify("textDocument/didClose", {"textDocument": {"uri": PLAN}})
    assert (await pull(client, first["resultId"]))["items"] == []
    client.open(CLEAN)
    assert (await pull(client, first["resultId"]))["kind"] == "full"


async def test_thirty_queued_edits_give_one_set_of_diagnostics(client: Client):
    await client.initialize()
    client.open(CLEAN)
    await client.diagnostics(1)
    before = len(client.published())
    changes = [changed(2 + count, replace((0, 6), (0, 6), "x")) for count in range(30)]
    client.give(*(notification("textDocument/didChange", change) for change in changes))
    await client.diagnostics(31)
    await client.settle()
    assert len(client.published()) == before + 1


async def test_edits_that_arrive_one_by_one_without_a_pause_give_one_set(client: Client):
    await client.initialize()
    client.open(CLEAN)
    await client.diagnostics(1)
    before = len(client.published())
    client.more_to_come = True
    for count in range(30):
        client.change(2 + count, replace((0, 6), (0, 6), "x"))
        await client.settle()
    client.more_to_come = False
    await client.diagnostics(31)
    assert len(client.published()) == before + 1


async def test_a_client_that_never_pauses_still_gets_diagnostics(client: Client):
    await client.initialize()
    client.more_to_come = True
    client.open(BROKEN)
    assert await client.diagnostics(1)


async def test_a_request_between_edits_sees_the_edits_before_it(client: Client):
    await client.initialize(PULLED)
    client.open(CLEAN)
    client.change(2, {"text": BROKEN})
    asked = client.ask("textDocument/diagnostic", {"textDocument": {"uri": PLAN}})
    assert "syntax" in codes((await client.answer(asked))["result"]["items"])


async def test_only_plans_are_checked(client: Client):
    await client.initialize()
    other = "file:///folder/other.yaml"
    client.open("tasks: {\n", uri=other)
    assert await client.diagnostics(1, other) == []
    client.change(2, replace((0, 0), (0, 0), "# orchestrate: plan\n"), uri=other)
    assert "syntax" in codes(await client.diagnostics(2, other))
    client.change(3, replace((0, 0), (1, 0), ""), uri=other)
    assert await client.diagnostics(3, other) == []


async def test_what_makes_a_document_a_plan(client: Client):
    await client.initialize()
    for uri, language in (
        ("file:///a.plan.yaml", "yaml"),
        ("file:///a.PLAN.yml", "yaml"),
        ("untitled:Untitled-1", "orchestrate-plan"),
        ("file:///odd%20name%20%C3%A9.plan.yaml", "plaintext"),
        ("vscode-vfs://host/a.plan.yaml", "yaml"),
    ):
        client.open("tasks: {\n", uri=uri, language=language)
        assert "syntax" in codes(await client.diagnostics(1, uri)), uri


SOME = {"versionSupport": True}
EVERYTHING = {**SOME, "relatedInformation": True, "dataSupport": True, "tagSupport": {"valueSet": [1, 2]}}
REPEATED = "version: 1\nversion: 1\ntasks: []\n"


async def test_data_only_for_clients_that_keep_it(client: Client):
    await client.initialize({"textDocument": {"publishDiagnostics": SOME}})
    client.open(REPEATED)
    found = (await client.diagnostics(1))[0]
    assert found["code"] == "duplicate-key"
    assert not {"data", "tags", "relatedInformation"} & found.keys()


async def test_related_places_tags_and_data_for_clients_that_take_them(client: Client):
    await client.initialize({"textDocument": {"publishDiagnostics": EVERYTHING}})
    client.open(
        "agents: [{id: ann}, {id: bob}]\n"
        "tasks:\n"
        "  - {id: T1, agent: ann, estimated_time: 1h, dependencies: [T2]}\n"
        "  - {id: T2, agent: ann, estimated_time: 1h, dependencies: [T1]}\n"
        "  - {id: T3, agent: ann, estimated_time: 1h}\n"
        "  - {id: T4, agent: ann, estimated_time: 1h, dependencies: [T3]}\n"
        "  - {id: T5, agent: ann, estimated_time: 1h, dependencies: [T3, T4]}\n"
    )
    found = {each["code"]: each for each in await client.diagnostics(1)}
    cycle = found["dependency-cycle"]
    assert {place["location"]["uri"] for place in cycle["relatedInformation"]} == {PLAN}
    assert all(place["message"] for place in cycle["relatedInformation"])
    redundant = found["redundant-dependency"]
    assert redundant["tags"] == [1]
    assert redundant["severity"] == 4
    assert redundant["data"]["fixable"] is True


async def test_more_than_five_hundred_findings_are_summed_up(client: Client):
    await client.initialize()
    client.open("tasks:\n" + "".join(f"  - {{id: T{number}, bogus: 1}}\n" for number in range(700)))
    found = await client.diagnostics(1)
    assert len(found) == 500
    assert "more findings" in found[-1]["message"]
    assert "code" not in found[-1]


async def test_findings_on_lines_with_wide_characters_count_as_the_client_does(client: Client):
    await client.initialize({"general": {"positionEncodings": ["utf-8"]}, **PUSHED})
    client.open('tasks:\n  - {id: T1, name: "é😀", bogus: 1}\n')
    found = [each for each in await client.diagnostics(1) if each["code"] == "unknown-key"]
    line = '  - {id: T1, name: "é😀", bogus: 1}'
    assert found[0]["range"]["start"]["character"] == len(line[: line.index("bogus")].encode())


async def test_a_plan_over_the_limit_is_named_and_not_read(client: Client, tmp_path: Path):
    (tmp_path / "orchestrate.toml").write_text('max-file-size = "1 kB"\n')
    await client.initialize()
    uri = (tmp_path / "large.plan.yaml").as_uri()
    client.open("# " + "x" * 2000 + "\ntasks: {\n", uri=uri)
    found = await client.diagnostics(1, uri)
    assert [each["severity"] for each in found] == [1]
    assert "max-file-size" in found[0]["message"]
    client.change(2, replace((0, 2), (0, 2002), ""), uri=uri)
    assert "syntax" in codes(await client.diagnostics(2, uri))
