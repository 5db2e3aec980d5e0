"""An outline is written as JSON with holes for its lines; it has to be what building it from objects would give."""

from __future__ import annotations

from typing import Any

import pytest

from orchestrate_ls.ide.symbols import Symbol, document_symbols
from orchestrate_ls.lsp.outline import KINDS
from orchestrate_ls.lsp.wire_ranges import to_range
from tests.benchmarks.plans import generate
from tests.lsp.client import PLAN, Client, replace

ODD = """\
goal: 100 % "done" \u2028 é😀
agents:
  - id: é😀%d
tasks:
  - id: "%s"
    name: '%(x)s {0} "q" \\'
    parallel_group: "%d {}"
  - id: é😀
    parallel_group: "%d {}"
  - {id: A, name: b}
  - name: no id
---
tasks: []
"""


@pytest.mark.parametrize(
    "text", [ODD, generate(60).text, "", "tasks:\n  - id: x"], ids=["odd", "60", "empty", "one"]
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
async def test_it_is_what_objects_would_give(client: Client, text: str, encoding: str):
    trees = {"documentSymbol": {"hierarchicalDocumentSymbolSupport": True}}
    await client.initialize({"general": {"positionEncodings": [encoding]}, "textDocument": trees})
    client.open(text)
    for version, at in ((2, (0, 0)), (3, (5, 0)), (4, (2, 1))):
        snapshot = client.server.session.documents.get(PLAN)
        assert snapshot is not None
        assert snapshot.plan is not None

        def built(symbol: Symbol, snapshot: Any = snapshot) -> dict[str, Any]:
            def place(start: int, end: int) -> dict[str, Any]:
                return to_range(snapshot.text, start, end, client.server.abilities.encoding)

            wire: dict[str, Any] = {"name": symbol.name, "kind": KINDS[symbol.kind.value]}
            if symbol.detail:
                wire["detail"] = symbol.detail
            wire["range"] = place(symbol.start, symbol.end)
            wire["selectionRange"] = place(symbol.selection_start, symbol.selection_end)
            if symbol.children:
                wire["children"] = [built(each) for each in symbol.children]
            return wire

        answer = await client.request("textDocument/documentSymbol", {"textDocument": {"uri": PLAN}})
        assert answer["result"] == [built(each) for each in document_symbols(snapshot.plan)]
        client.change(version, replace(at, at, "# %d\n"))
