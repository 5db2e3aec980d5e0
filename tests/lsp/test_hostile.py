"""Texts that are meant to break a server: each gets its findings, and can be edited and asked about."""

from __future__ import annotations

import pytest

from tests.lsp.client import PLAN, Client, replace

CAPABILITIES = {
    "textDocument": {
        "publishDiagnostics": {"versionSupport": True, "relatedInformation": True},
        "codeAction": {"codeActionLiteralSupport": {}},
    }
}
BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12)
)
TEXTS = {
    "nothing": "",
    "only a break": "\n",
    "5,000 levels in brackets": "tasks: " + "[" * 5000,
    "5,000 levels closed": "tasks: " + "[" * 5000 + "]" * 5000 + "\n",
    "5,000 levels in lines": "".join(" " * level + "a:\n" for level in range(5000)),
    "alias bomb": BOMB + "tasks: *a11\n",
    "alias of itself": "tasks: &a [*a]\n",
    "NUL": "goal: a\0b\ntasks: []\n",
    "control characters": "goal: \x01\x02\x1b\x7f\x9f\ntasks: []\n",
    "half a surrogate pair": "goal: \ud83d\ntasks: \udc00\n",
    "CRLF": "goal: x\r\ntasks: []\r\n",
    "CR": "goal: x\rtasks: []\r",
    "mixed breaks": "goal: x\r\ntasks:\r  - id: T1\n\r    name: y\n",
    "BOM": "\ufeffgoal: x\ntasks: []\n",
    "U+2028": "goal: a\u2028b\u2029c\x85d\ftasks: {\ntasks: []\n",
    "no plan at all": "%YAML 9.9\n--- !!binary |\n  xxxx\n...\n%%%\n",
    "numbers without end": "concurrent_capacity: " + "9" * 10_000 + "\ntasks: []\n",
    "a line without end": "goal: " + "x" * 1_000_000 + "\ntasks: []\n",
    "tabs": "\ttasks:\n\t- id: T1\n",
    "many documents": "---\ntasks: []\n" * 500,
    "many keys": "".join(f"k{n}: 1\n" for n in range(3000)),
    "ids that are numbers and dates": "tasks:\n  - {id: 1}\n  - {id: 1.0}\n  - {id: 2020-01-01}\n  - {id: null}\n",
}


@pytest.mark.parametrize("name", TEXTS)
async def test_every_text_is_checked_and_can_be_edited(client: Client, name: str):
    await client.initialize(CAPABILITIES)
    text = TEXTS[name]
    client.open(text)
    await client.diagnostics(1)
    everything = {
        "textDocument": {"uri": PLAN},
        "range": {"start": {"line": 0, "character": 0}, "end": {"line": 10**6, "character": 0}},
        "context": {"diagnostics": []},
    }
    assert "result" in await client.request("textDocument/codeAction", everything)
    assert "result" in await client.request("textDocument/inlayHint", everything)
    assert "result" in await client.request("textDocument/semanticTokens/full", everything)
    assert "result" in await client.request("textDocument/semanticTokens/range", everything)
    client.change(2, replace((10**6, 0), (10**6, 0), "\nmore: 1\n"))
    await client.diagnostics(2)
    client.change(3, replace((0, 0), (0, 1), ""))
    await client.diagnostics(3)
    client.change(4, {"text": "goal: x\ntasks: {\n"})
    assert "syntax" in [each["code"] for each in await client.diagnostics(4)]
    logged = [each for each in client.notifications("window/logMessage") if each["type"] == 1]
    assert logged == []


async def test_fifty_megabytes_are_answered_and_can_be_cut_down(client: Client):
    await client.initialize(CAPABILITIES)
    client.open("# " + ("x" * 99 + "\n# ") * 510_000)
    (found,) = await client.diagnostics(1)
    assert "max-file-size" in found["message"]
    client.change(2, replace((400_000, 3), (400_000, 9), ""))
    (found,) = await client.diagnostics(2)
    client.change(3, replace((1, 0), (10**6, 0), "tasks: {\n"))
    assert "syntax" in [each["code"] for each in await client.diagnostics(3)]
