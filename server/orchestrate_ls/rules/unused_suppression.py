"""`unused-suppression`: a suppression that silences nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from orchestrate_ls.rules.base import ChunkRange, Finding, Fix, Rule, Severity
from orchestrate_ls.rules.context import RuleContext
from orchestrate_ls.rules.suppressions import Suppression, SuppressionTable
from orchestrate_ls.text.edits import TextEdit

_PAGE = """\
## What it finds

A comment `# orchestrate: ignore[...]` or `# orchestrate: ignore-file[...]` for a rule that has nothing to say there.
Codes of rules that are switched off are left alone.

## Why it matters

It was right once; now it would hide the next finding of that rule, which nobody has looked at.

## Wrong

```yaml
tasks:
  - id: T1 # orchestrate: ignore[missing-agent] # warning: [unused-suppression]
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

Deletes the code, or the comment where nothing of it is left.
"""


class UnusedSuppression(Rule):
    """See the page."""

    code = "unused-suppression"
    group = "housekeeping"
    severity = Severity.WARNING
    summary = "A suppression silences nothing"
    page = _PAGE

    def fixes(self, context: RuleContext, finding: Finding) -> Iterator[Fix]:
        start, end = finding.data.get("start"), finding.data.get("end")
        if isinstance(start, int) and isinstance(end, int):
            edit = TextEdit(context.base + start, context.base + end, "")
            yield Fix("Delete the unused suppression", (edit,), preferred=True)


RULE = UnusedSuppression()


def findings(
    table: SuppressionTable, severity_of: Callable[[Rule], Severity]
) -> Iterator[tuple[int, Finding]]:
    """What silenced nothing, each with the index of its suppression."""
    from orchestrate_ls.rules.registry import RULES

    rules = {rule.code: rule for rule in RULES}
    for index, (_, suppression) in enumerate(table.entries):
        if not suppression.codes:
            if (index, "") not in table.used:
                yield index, _finding("this suppression silences nothing", suppression, None)
            continue
        unused = [
            position
            for position, code in enumerate(suppression.codes)
            if code.name in rules
            and (index, code.name) not in table.used
            and severity_of(rules[code.name]) is not Severity.OFF
        ]
        for position in unused:
            name = suppression.codes[position].name
            everything = len(suppression.codes) == len(unused)
            yield (
                index,
                _finding(f"`{name}` has nothing to say here", suppression, None if everything else position),
            )


def _finding(message: str, suppression: Suppression, position: int | None) -> Finding:
    """A finding at one code, or at the whole comment; the range to delete takes the comma with it."""
    start, end = suppression.start, suppression.end
    delete_start, delete_end = start, end
    if position is not None:
        codes = suppression.codes
        start, end = codes[position].start, codes[position].end
        if position + 1 < len(codes):
            delete_start, delete_end = start, codes[position + 1].start
        else:
            delete_start, delete_end = codes[position - 1].end, end
    return Finding(
        RULE.code,
        f"{message}; delete it",
        ChunkRange(start, end),
        unnecessary=True,
        fixable=True,
        data={"start": delete_start, "end": delete_end},
    )
