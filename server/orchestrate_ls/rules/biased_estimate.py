"""An estimate of a kind that earlier plans got wrong."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from orchestrate_ls.plan.duration import HOUR, MINUTE, format_duration
from orchestrate_ls.plan.model import Spot
from orchestrate_ls.progress.task_kind import kind_of
from orchestrate_ls.rules.agent_choice import agent_of
from orchestrate_ls.rules.base import Facet, Finding, Fix, Severity, TaskRule
from orchestrate_ls.rules.context import RuleContext
from orchestrate_ls.rules.task_names import called
from orchestrate_ls.rules.wording import quoted
from orchestrate_ls.syntax.tree import Scalar
from orchestrate_ls.text.edits import TextEdit

_QUARTER: Final = 15 * MINUTE


class BiasedEstimate(TaskRule):
    """See the page."""

    code = "biased-estimate"
    group = "time"
    severity = Severity.HINT
    on_by_default = False
    reads = frozenset({Facet.NAMES, Facet.ESTIMATES, Facet.ASSIGNMENTS})
    summary = "Tasks of this kind took longer or shorter than estimated in earlier plans"
    page = """\
## What it finds

A task whose estimate is likely to be off by a tenth or more, by what the journals of the project's plans say of such
tasks: of the same kind (testing, integration, documentation ..., by the words of its name), of the same agent, and of
all. Few tasks are believed little, and it speaks from three of the kind or of the agent on. `orchestrate history` shows
the factors.

## Why it matters

Estimates are off in the same direction again and again. A plan that was promised by them is late before it begins.

## Wrong

In this project four integrations by `developer` took twice as long as estimated.

```yaml
tasks:
  - id: sso
    name: Single sign-on integration
    agent: developer
    estimated_time: 4h  # hint: [biased-estimate]
```

## Right

```yaml
tasks:
  - id: sso
    name: Single sign-on integration
    agent: developer
    estimated_time: {optimistic: 4h, likely: 7h, pessimistic: 12h}
```

## Fix

Multiplies the estimate by the factor, and rounds to a quarter of an hour. A three-point estimate says itself that it
may be off, and is left alone. Once an estimate has been corrected, suppress the finding there: it goes by earlier
estimates, which nobody had corrected.
"""

    def check_task(self, context: RuleContext, index: int) -> Iterator[Finding]:
        if not context.history.estimates:
            return
        task = context.plan.tasks[index]
        estimate = task.estimate
        if estimate is None or not estimate.expected or estimate.optimistic != estimate.pessimistic:
            return
        agent, kind = agent_of(context, task), kind_of(task.name or "")
        found = context.history.correction(agent, kind)
        if not found.is_worth_saying:
            return
        better = _rounded(estimate.expected * found.factor)
        if better == estimate.expected:
            return
        by = f" ({found.of_agent} by {quoted(agent)})" if agent and found.of_agent else ""
        yield Finding(
            self.code,
            f"{quoted(called(task, index))}: tasks of this kind took {found.factor:.2g} times as long as estimated in"
            f" earlier plans ({found.of_kind} of {kind}{by}); {format_duration(better)} would be nearer",
            Spot(index, ("estimated_time",)),
            fixable=True,
            data={"estimate": format_duration(better)},
        )

    def fixes(self, context: RuleContext, finding: Finding) -> Iterator[Fix]:
        better = finding.data.get("estimate")
        if not isinstance(finding.at, Spot) or not isinstance(better, str):
            return
        if not isinstance(context.source.node(finding.at), Scalar):
            return
        start, end = context.source.locate(finding.at)
        yield Fix(
            f"Change the estimate to {better}, as earlier plans suggest", (TextEdit(start, end, better),)
        )


def _rounded(seconds: float) -> int:
    """To a quarter of an hour; below an hour to five minutes."""
    step = _QUARTER if seconds >= HOUR else 5 * MINUTE
    return max(step, round(seconds / step) * step)
