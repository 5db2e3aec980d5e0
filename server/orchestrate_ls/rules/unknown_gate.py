"""A quality gate that the plan does not declare."""

from __future__ import annotations

from collections.abc import Iterator

from orchestrate_ls.plan.model import Spot
from orchestrate_ls.plan.rewrite import append_item, insert_entry, replace_scalar
from orchestrate_ls.rules.base import Facet, Finding, Fix, PlanRule, Severity
from orchestrate_ls.rules.context import RuleContext
from orchestrate_ls.rules.spelling import SpellingGuide, did_you_mean
from orchestrate_ls.rules.wording import quoted
from orchestrate_ls.syntax.tree import Mapping
from orchestrate_ls.syntax.writing import write_scalar
from orchestrate_ls.text.edits import TextEdit

_GATES = Spot(None, ("quality_gates",))


class UnknownGate(PlanRule):
    """See the page."""

    code = "unknown-gate"
    group = "quality"
    severity = Severity.WARNING
    reads = frozenset({Facet.GATES, Facet.DECLARED_GATES})
    summary = "A task names a quality gate that the plan does not declare"
    page = """\
## What it finds

A task's `quality_gates` names a gate that is neither a key below the plan's `quality_gates` nor a check inside one.

## Why it matters

A gate that nothing declares is never checked, while the task looks as if it were. Gates that a task defines itself (a
mapping in its list) are not looked at.

## Wrong

```yaml
quality_gates:
  code_review:
    required: true
tasks:
  - id: build
    agent: developer
    estimated_time: 4h
    quality_gates: [code_reviews]  # warning: [unknown-gate]
```

## Right

```yaml
quality_gates:
  code_review:
    required: true
tasks:
  - id: build
    agent: developer
    estimated_time: 4h
    quality_gates: [code_review]
```

## Fix

Replaces the name by one that it resembles, or declares the gate.
"""

    def check(self, context: RuleContext) -> Iterator[Finding]:
        known = {name: None for name, _ in context.plan.header.quality_gates}
        guide = SpellingGuide(known)
        for index, task in enumerate(context.plan.tasks):
            for gate, path in task.quality_gates:
                if gate in known:
                    continue
                advice = did_you_mean(guide.best(gate)) or "; declare it under the plan's `quality_gates`"
                yield Finding(
                    self.code,
                    f"the plan declares no quality gate {quoted(gate)}{advice}",
                    Spot(index, path),
                    fixable=True,
                    data={"gate": gate},
                )

    def fixes(self, context: RuleContext, finding: Finding) -> Iterator[Fix]:
        gate = finding.data.get("gate")
        if not isinstance(finding.at, Spot) or not isinstance(gate, str):
            return
        for offer in SpellingGuide(name for name, _ in context.plan.header.quality_gates).closest(gate):
            if (edit := replace_scalar(context.source, finding.at, offer)) is not None:
                yield Fix(f"Replace {quoted(gate)} by {quoted(offer)}", (edit,))
        if (edit := _declare(context, gate)) is not None:
            yield Fix(f"Declare the gate {quoted(gate)}", (edit,))


def _declare(context: RuleContext, gate: str) -> TextEdit | None:
    source, keys = context.source, context.plan.header.keys
    written = write_scalar(gate, in_flow=True)
    if "quality_gates" not in keys:
        above = tuple(key for key in keys if key != "tasks")
        return insert_entry(source, None, "quality_gates", f"\n{written}:\n  required: true", after=above)
    node = source.node(_GATES)
    if not isinstance(node, Mapping):
        return append_item(source, _GATES, written)
    return insert_entry(source, _GATES, gate, "{required: true}" if node.flow else "\nrequired: true")
