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
    reads = frozenset({Facet.GATES, Facet.DECLARED_GATES, Facet.NAMES, Facet.GROUPS})
    summary = (
        "A task names a gate that the plan does not declare, or a gate a task or group that is not there"
    )
    page = """\
## What it finds

A task's `quality_gates` names a gate that is neither a key below the plan's `quality_gates` nor a check inside one; or
a gate's `for_tasks` or `for_groups` names a task or a parallel group that the plan does not have.

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
        yield from self._held(context)

    def _held(self, context: RuleContext) -> Iterator[Finding]:
        """The tasks and groups that a gate names."""
        tasks: dict[str, None] = {}
        groups: dict[str, None] = {}
        gates = [gate for gate in context.plan.header.gates if gate.for_tasks or gate.for_groups]
        if gates:
            tasks = dict.fromkeys(context.plan.index_of)
            groups = dict.fromkeys(each.parallel_group for each in context.plan.tasks if each.parallel_group)
        for gate in gates:
            for field, names, known in (
                ("for_tasks", gate.for_tasks, tasks),
                ("for_groups", gate.for_groups, groups),
            ):
                for index, name in enumerate(names):
                    if name in known:
                        continue
                    offers = SpellingGuide(known).closest(name)
                    what = "task" if known is tasks else "parallel group"
                    yield Finding(
                        self.code,
                        f"the plan has no {what} {quoted(name)}{did_you_mean(offers[0] if offers else None)}",
                        Spot(None, (*gate.spot.path, field, index)),
                        fixable=bool(offers),
                        data={"offers": list(offers)},
                    )

    def fixes(self, context: RuleContext, finding: Finding) -> Iterator[Fix]:
        offers = finding.data.get("offers")
        if isinstance(finding.at, Spot) and isinstance(offers, list):
            for each in offers:
                edit = replace_scalar(context.source, finding.at, str(each))
                if edit is not None:
                    yield Fix(f"Replace by {quoted(str(each))}", (edit,))
            return
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
