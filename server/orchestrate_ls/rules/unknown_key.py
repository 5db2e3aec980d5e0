"""A key that is no field of the plan."""

from __future__ import annotations

import re
from collections.abc import Iterator

from orchestrate_ls.plan.model import Spot
from orchestrate_ls.plan.rewrite import remove_entry, replace_key
from orchestrate_ls.rules.advice import sentence
from orchestrate_ls.rules.base import Finding, Fix, PartRule, Severity
from orchestrate_ls.rules.context import PartContext, RuleContext
from orchestrate_ls.rules.schema_check import is_about_key, schema_problems
from orchestrate_ls.rules.wording import quoted


class UnknownKey(PartRule):
    """See the page."""

    code = "unknown-key"
    group = "shape"
    severity = Severity.WARNING
    summary = "A key is no field that the schema knows"
    page = """\
## What it finds

A key that the plan's schema does not know at its place. Keys that begin with `x-` are yours and are not looked at.

## Why it matters

An unknown key has no effect. Mostly it is a known one with a slip in it, so that something that was written down is not
taken into account.

## Wrong

```yaml
tasks:
  - id: design
    agent: architect
    estimated_time: 2h
  - id: build
    agent: developer
    estimated_time: 4h
    dependancies: [design]  # warning: [unknown-key]
```

## Right

```yaml
tasks:
  - id: design
    agent: architect
    estimated_time: 2h
  - id: build
    agent: developer
    estimated_time: 4h
    dependencies: [design]
    x-ticket: ABC-17
```

## Fix

Renames the key to the field that was probably meant, or to one of your own with `x-`, or removes it.
"""

    def check_part(self, part: PartContext) -> Iterator[Finding]:
        for problem in schema_problems(part):
            if is_about_key(problem):
                yield Finding(
                    self.code,
                    sentence(problem.message, problem.hint),
                    Spot(None, problem.path, "key"),
                    fixable=True,
                    data={"suggestion": problem.suggestion},
                )

    def fixes(self, context: RuleContext, finding: Finding) -> Iterator[Fix]:
        if not isinstance(finding.at, Spot) or not finding.at.path:
            return
        key = str(finding.at.path[-1])
        suggestion = finding.data.get("suggestion")
        if (
            isinstance(suggestion, str)
            and (edit := replace_key(context.source, finding.at, suggestion)) is not None
        ):
            yield Fix(
                f"Rename to {quoted(suggestion)}", (edit,), preferred=_folded(key) == _folded(suggestion)
            )
        if (edit := replace_key(context.source, finding.at, f"x-{key}")) is not None:
            yield Fix(f"Keep it as your own: rename to {quoted('x-' + key)}", (edit,))
        if (edit := remove_entry(context.source, finding.at)) is not None:
            yield Fix(f"Remove {quoted(key)}", (edit,))


def _folded(key: str) -> str:
    """The key without what separates words: ``estimatedTime`` and ``estimated_time`` are one."""
    return re.sub(r"[-_ ]", "", key).casefold()
