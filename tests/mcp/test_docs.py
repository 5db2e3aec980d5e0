"""`docs/mcp.md` says which tools there are; the table is made from the code and checked here.

To renew it: `WRITE_DOCS=1 python -m pytest tests/mcp/test_docs.py`.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from orchestrate_ls.workspace.shipped import command_names
from tests.mcp.clients import ROOT, inside

PAGE = ROOT / "docs/mcp.md"
TABLE = re.compile(r"<!-- tools -->\n(.*?)(?=\nAn answer of)", re.DOTALL)


async def table(folder: Path) -> str:
    rows = ["| tool | arguments | what it does |", "|---|---|---|"]
    async with inside(folder) as client:
        for tool in (await client.list_tools()).tools:
            required = tool.input_schema.get("required", [])
            names = [
                f"`{name}`" if name in required else f"`{name}`?" for name in tool.input_schema["properties"]
            ]
            said = " ".join((tool.description or "").split())
            rows.append(f"| `{tool.name}` | {', '.join(names)} | {said} |")
    return "\n".join(rows) + "\n"


async def test_the_table_of_tools_is_that_of_the_server(tmp_path: Path):
    page = PAGE.read_text(encoding="utf-8")
    made = await table(tmp_path)
    expected = TABLE.sub(lambda _: f"<!-- tools -->\n\n{made}", page)
    if os.environ.get("WRITE_DOCS"):
        PAGE.write_text(expected, encoding="utf-8", newline="\n")
    assert page == expected, "renew it: WRITE_DOCS=1 python -m pytest tests/mcp/test_docs.py"


def test_each_prompt_is_named():
    page = PAGE.read_text(encoding="utf-8")
    assert all(f"`{name}`" in page for name in command_names())
