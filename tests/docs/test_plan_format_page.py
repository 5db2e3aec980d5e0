"""`docs/plan-format.md` is made from the schema; its example is a plan without a finding.

To renew the page: `WRITE_DOCS=1 python -m pytest tests/docs`.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

from orchestrate_ls.workspace.shipped import schema_text
from tests.docs.plan_format import plan_format_page

PAGE = Path(__file__).parents[2] / "docs/plan-format.md"


def test_the_page_is_made_from_the_schema():
    text = plan_format_page(json.loads(schema_text()))
    if os.environ.get("WRITE_DOCS"):
        PAGE.write_text(text, encoding="utf-8", newline="\n")
    assert PAGE.read_text(encoding="utf-8") == text


def test_every_field_of_the_schema_is_on_it():
    text = PAGE.read_text(encoding="utf-8")
    names = set(re.findall(r"^\| `([\w-]+)`", text, re.MULTILINE))

    def fields(node: object) -> set[str]:
        if isinstance(node, list):
            return set().union(*map(fields, node))
        if not isinstance(node, dict):
            return set()
        own = set(node["properties"]) if isinstance(node.get("properties"), dict) else set()
        return own.union(*(fields(each) for key, each in node.items() if key not in ("examples", "default")))

    wanted = fields(json.loads(schema_text()))
    assert len(wanted) > 60
    assert names == wanted
