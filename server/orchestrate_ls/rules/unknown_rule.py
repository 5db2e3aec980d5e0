"""`unknown-rule`: a suppression that names a rule there is not."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from orchestrate_ls.rules.base import ChunkRange, Finding, Fix, Rule, Severity
from orchestrate_ls.rules.context import RuleContext
from orchestrate_ls.rules.suppressions import SuppressionTable
from orchestrate_ls.text.display import quoted
from orchestrate_ls.text.edits import TextEdit

_PAGE = """\
## What it finds

A comment `# orchestrate: ignore[...]` or `# orchestrate: ignore-file[...]` with a code that no rule has.

## Why it matters

Such a comment silences nothing, and whoever reads it believes that it does.

## Wrong

```yaml
tasks:
  - id: T1 # orchestrate: ignore[mising-agent] # warning: [unknown-rule]
    name: Draw the schema
    estimated_time: 2h
    agent: database-architect
```

## Right

```yaml
tasks:
  - id: T1 # orchestrate: ignore[missing-agent]
    name: Draw the schema
    estimated_time: 2h
```

## Fix

Write the code that was meant; the nearest one is offered.
"""


class UnknownRule(Rule):
    """See the page."""

    code = "unknown-rule"
    group = "housekeeping"
    severity = Severity.WARNING
    summary = "A suppression names a rule that does not exist"
    page = _PAGE

    def fixes(self, context: RuleContext, finding: Finding) -> Iterator[Fix]:
        near = finding.data.get("near")
        if isinstance(finding.at, ChunkRange) and isinstance(near, str):
            edit = TextEdit(context.base + finding.at.start, context.base + finding.at.end, near)
            yield Fix(f"Change to `{near}`", (edit,), preferred=True)


RULE = UnknownRule()


def findings(table: SuppressionTable) -> Iterator[tuple[int, Finding]]:
    """The unknown codes, each with the index of its suppression."""
    from orchestrate_ls.rules.registry import RULES

    known = {rule.code for rule in RULES}
    for index, (_, suppression) in enumerate(table.entries):
        for code in suppression.codes:
            if code.name in known:
                continue
            near = difflib.get_close_matches(code.name[:60], sorted(known), 1)
            hint = f"; did you mean `{near[0]}`?" if near else "; `orchestrate explain` lists them"
            yield (
                index,
                Finding(
                    RULE.code,
                    f"there is no rule {quoted(code.name)}{hint}",
                    ChunkRange(code.start, code.end),
                    fixable=bool(near),
                    data={"near": near[0]} if near else {},
                ),
            )
