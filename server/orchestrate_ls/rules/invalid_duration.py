"""A duration that cannot be read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from orchestrate_ls.plan.model import Spot, Unreadable
from orchestrate_ls.plan.rewrite import replace_scalar
from orchestrate_ls.rules.advice import proposal_of, proposed_fix, sentence
from orchestrate_ls.rules.base import Finding, Fix, PartRule, Severity
from orchestrate_ls.rules.context import PartContext, RuleContext
from orchestrate_ls.rules.schema_check import node_at
from orchestrate_ls.syntax.tree import Scalar, resolved

_NUMBER: Final = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,3})?")


class InvalidDuration(PartRule):
    """See the page."""

    code = "invalid-duration"
    group = "shape"
    severity = Severity.ERROR
    summary = "A duration cannot be read"
    page = """\
## What it finds

A duration that cannot be read: without a unit, with an unknown one, a range, a time of day. Durations are written like
`6h`, `1h30m`, `45m`, `2d`, `1w` or `PT6H`; an estimate can also give `optimistic`, `likely` and `pessimistic`. The
plan's `calendar` says what `1d` and `1w` mean.

## Why it matters

The task would count as taking no time, so that the critical path and all totals come out too short.

## Wrong

```yaml
tasks:
  - id: design
    agent: architect
    estimated_time: 2  # error: [invalid-duration]
  - id: build
    agent: developer
    estimated_time: 4 ours  # error: [invalid-duration]
```

## Right

```yaml
tasks:
  - id: design
    agent: architect
    estimated_time: 2h
  - id: build
    agent: developer
    estimated_time: {optimistic: 3h, likely: 4h, pessimistic: 8h}
```

## Fix

Adds the unit where only that is missing, hours or minutes, or writes what was probably meant.
"""

    def check_part(self, part: PartContext) -> Iterator[Finding]:
        for value in part.unreadable:
            if value.code != "invalid-duration":
                continue
            text = _text_at(part, value)
            if part.broken and text is None:
                continue  # a part of an estimate that is missing may just not be typed yet
            is_number = text is not None and _NUMBER.fullmatch(text) is not None
            proposal = None if is_number else proposal_of(value)
            yield Finding(
                self.code,
                sentence(value.message, value.hint),
                Spot(None, value.path),
                fixable=is_number or proposal is not None,
                data={"number": text} if is_number else {"proposal": proposal},
            )

    def fixes(self, context: RuleContext, finding: Finding) -> Iterator[Fix]:
        number = finding.data.get("number")
        if isinstance(number, str) and isinstance(finding.at, Spot):
            for unit, name in (("h", "hours"), ("m", "minutes")):
                edit = replace_scalar(context.source, finding.at, f"{number}{unit}")
                if edit is not None:
                    yield Fix(f"Write `{number}{unit}` ({name})", (edit,))
        if (fix := proposed_fix(context, finding)) is not None:
            yield fix


def _text_at(part: PartContext, value: Unreadable) -> str | None:
    node = node_at(part.root, value.path)
    scalar = resolved(node) if node is not None else None
    return scalar.text.strip() if isinstance(scalar, Scalar) and scalar.value is not None else None
