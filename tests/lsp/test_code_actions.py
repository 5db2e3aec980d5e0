"""Quick fixes: for whom, where, and as what edits."""

from __future__ import annotations

from typing import Any

import pytest

from tests.lsp.client import PLAN, Client

LITERALS = {
    "codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["", "quickfix"]}},
    "isPreferredSupport": True,
}
CAPABILITIES = {
    "textDocument": {"publishDiagnostics": {"versionSupport": True}, "codeAction": LITERALS},
    "workspace": {"workspaceEdit": {"documentChanges": True}},
}
TEXT = """\
tasks:
  - {id: T1, estimated_time: 1h}
  - {id: T2, estimated_time: 1h, dependencies: [T1]}
  - {id: T3, name: "é😀", estimated_time: 1h, dependencies: [T1, T2]}
  - {id: T4, estimated_time: 1h, dependencies: [T4]}
"""


async def actions(
    client: Client, line: int, start: int = 0, end: int = 200, only: list[str] | None = None
) -> list[dict[str, Any]]:
    params = {
        "textDocument": {"uri": PLAN},
        "range": {"start": {"line": line, "character": start}, "end": {"line": line, "character": end}},
        "context": {"diagnostics": [], **({"only": only} if only is not None else {})},
    }
    return (await client.request("textDocument/codeAction", params))["result"]


def of(code: str, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [each for each in found if each["diagnostics"][0]["code"] == code]


def apply(text: str, edits: list[dict[str, Any]], encoding: str = "utf-16-le") -> str:
    """What an editor does with edits of lines that end in a line feed."""
    lines = text.split("\n")

    def offset(place: dict[str, int]) -> int:
        unit = 2 if encoding.startswith("utf-16") else 1
        before = lines[place["line"]].encode(encoding)[: place["character"] * unit].decode(encoding)
        return sum(len(line) + 1 for line in lines[: place["line"]]) + len(before)

    for edit in sorted(edits, key=lambda edit: offset(edit["range"]["start"]), reverse=True):
        text = text[: offset(edit["range"]["start"])] + edit["newText"] + text[offset(edit["range"]["end"]) :]
    return text


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8"])
async def test_a_fix_applied_takes_its_finding_away(client: Client, encoding: str):
    await client.initialize({**CAPABILITIES, "general": {"positionEncodings": [encoding]}})
    client.open(TEXT, version=3)
    (fix,) = of("redundant-dependency", await actions(client, 3))[:1]
    assert fix["kind"] == "quickfix"
    assert fix["isPreferred"] is True
    (change,) = fix["edit"]["documentChanges"]
    assert change["textDocument"] == {"uri": PLAN, "version": 3}
    fixed = apply(TEXT, change["edits"], {"utf-16": "utf-16-le", "utf-8": "utf-8"}[encoding])
    assert fixed == TEXT.replace("[T1, T2]", "[T2]")
    client.change(4, {"text": fixed})
    assert "redundant-dependency" not in [each["code"] for each in await client.diagnostics(4)]


async def test_the_fix_is_that_of_the_text_as_it_is_now(client: Client):
    await client.initialize(CAPABILITIES)
    client.open(TEXT)
    client.change(
        2,
        {"range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}, "text": "\n\n"},
    )
    assert of("redundant-dependency", await actions(client, 3)) == []
    (fix,) = of("redundant-dependency", await actions(client, 5))[:1]
    (change,) = fix["edit"]["documentChanges"]
    assert change["textDocument"]["version"] == 2
    assert {edit["range"]["start"]["line"] for edit in change["edits"]} == {5}


async def test_only_what_the_range_touches(client: Client):
    await client.initialize(CAPABILITIES)
    client.open(TEXT)
    assert of("self-dependency", await actions(client, 4))
    assert of("self-dependency", await actions(client, 3)) == []
    at = TEXT.split("\n")[4].index("[T4]") + 1
    assert of("self-dependency", await actions(client, 4, at, at))
    assert of("self-dependency", await actions(client, 4, 0, 3)) == []


@pytest.mark.parametrize(
    ("only", "wanted"),
    [(None, True), ([], False), (["quickfix"], True), ([""], True), (["refactor"], False), (["quickfix.x"], False),
     (["source", "quickfix"], True)],
)  # fmt: skip
async def test_only_the_kinds_that_were_asked_for(client: Client, only: list[str] | None, wanted: bool):
    await client.initialize(CAPABILITIES)
    client.open(TEXT)
    assert bool(await actions(client, 3, only=only)) == wanted


async def test_plain_changes_for_clients_without_document_changes(client: Client):
    await client.initialize({"textDocument": CAPABILITIES["textDocument"]})
    client.open(TEXT)
    (fix,) = of("redundant-dependency", await actions(client, 3))[:1]
    assert list(fix["edit"]["changes"]) == [PLAN]


async def test_nothing_for_clients_that_take_commands_only(client: Client):
    await client.initialize({"textDocument": {"publishDiagnostics": {}}})
    client.open(TEXT)
    assert await actions(client, 3) == []


async def test_nothing_for_what_is_not_open_or_no_plan(client: Client):
    await client.initialize(CAPABILITIES)
    assert await actions(client, 0) == []
    client.open(TEXT, uri="file:///folder/other.yaml")
    params = {
        "textDocument": {"uri": "file:///folder/other.yaml"},
        "range": {"start": {"line": 3, "character": 0}, "end": {"line": 3, "character": 99}},
        "context": {"diagnostics": []},
    }
    assert (await client.request("textDocument/codeAction", params))["result"] == []
