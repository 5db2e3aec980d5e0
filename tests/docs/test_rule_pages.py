"""`docs/rules.md` and the pages in `docs/rules/` are what `orchestrate explain` shows.

To renew them: `WRITE_DOCS=1 python -m pytest tests/docs`.
"""

from __future__ import annotations

import os
from pathlib import Path

from orchestrate_ls.ide.rule_page import page_of, rule_codes, rule_named, severity_of

DOCS = Path(__file__).parents[2] / "docs"
INDEX = """\
# Rules

<!-- Made of the rules themselves by tests/docs/test_rule_pages.py; change it there. -->

What `orchestrate check`, the editors and the MCP server can find in a plan. `orchestrate explain RULE` shows the same
pages. A rule's severity is set, or the rule switched off, below `[rules]` in [settings](settings.md); a comment
silences a rule at one place.

"""


def pages() -> dict[str, str]:
    groups: dict[str, list[str]] = {}
    for code in rule_codes():
        groups.setdefault(rule_named(code).group, []).append(code)
    index = [INDEX, "| rule | group | severity | what it finds |\n|---|---|---|---|\n"]
    for group, codes in groups.items():
        for code in codes:
            rule = rule_named(code)
            summary = rule.summary.replace("|", "\\|")
            index.append(f"| [`{code}`](rules/{code}.md) | {group} | {severity_of(rule)} | {summary} |\n")
    return {
        "rules.md": "".join(index),
        **{f"rules/{code}.md": page_of(rule_named(code)) for code in rule_codes()},
    }


def test_the_pages_are_those_of_the_rules():
    made = pages()
    if os.environ.get("WRITE_DOCS"):
        (DOCS / "rules").mkdir(exist_ok=True)
        for name, text in made.items():
            (DOCS / name).write_text(text, encoding="utf-8", newline="\n")
    for name, text in made.items():
        assert (DOCS / name).read_text(encoding="utf-8") == text, f"{name}: renew it with WRITE_DOCS=1"
    assert {f"rules/{each.name}" for each in (DOCS / "rules").iterdir()} == made.keys() - {"rules.md"}
