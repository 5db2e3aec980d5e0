"""Claims of the total and of the gain that do not follow from the tasks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from orchestrate_ls.plan.duration import format_duration
from orchestrate_ls.plan.model import Spot
from orchestrate_ls.plan.rewrite import replace_scalar
from orchestrate_ls.rules.base import Facet, Finding, Fix, PlanRule, Severity
from orchestrate_ls.rules.claim_figures import EFFICIENCY, WALL_TIME, Figures, figures_of, rewrite_sequential
from orchestrate_ls.rules.context import RuleContext
from orchestrate_ls.rules.wording import percent
from orchestrate_ls.syntax.tree import Scalar

_ROUNDING: Final = 0.005


class WrongTotal(PlanRule):
    """See the page."""

    code = "wrong-total"
    group = "time"
    severity = Severity.WARNING
    reads = frozenset({Facet.NAMES, Facet.LINKS, Facet.ESTIMATES, Facet.CLAIMS})
    summary = "A claimed total or gain does not follow from the tasks"
    page = """\
## What it finds

The sequential time that `estimated_wall_time` compares itself with (`19h (vs 35h sequential)`) is not the sum of the
estimates, or `efficiency_gain` is not what follows. Small differences are accepted (2% by default; a setting).

The gain is the share of the sequential time that is saved: 1 - wall time / total. Held against the tasks:

- beside a wall time that is possible, the gain has to be the one that follows from it;
- no gain can be above 1 - shortest time / total, where the shortest time is the critical path, or the total shared out
  over `concurrent_capacity` if that is longer;
- without a wall time, a gain below that is accepted: where agents are scarce it can be the honest figure;
- beside an impossible wall time, a gain below it is reported too, for it rests on nothing.

With tasks that have no estimate only a total that is too small is reported.

## Why it matters

Such figures are what a plan is judged by, and nobody adds them up again. They go stale with the first estimate that is
changed.

## Wrong

```yaml
estimated_wall_time: 6h (vs 8h sequential)  # warning: [wrong-total]
efficiency_gain: 50%  # warning: [wrong-total]
tasks:
  - id: design
    agent: architect
    estimated_time: 2h
  - id: api
    agent: developer
    estimated_time: 4h
    dependencies: [design]
  - id: pages
    agent: web-developer
    estimated_time: 3h
    dependencies: [design]
```

## Right

```yaml
estimated_wall_time: 6h (vs 9h sequential)
efficiency_gain: 33%
tasks:
  - id: design
    agent: architect
    estimated_time: 2h
  - id: api
    agent: developer
    estimated_time: 4h
    dependencies: [design]
  - id: pages
    agent: web-developer
    estimated_time: 3h
    dependencies: [design]
```

## Fix

Writes the figure that follows.
"""

    def check(self, context: RuleContext) -> Iterator[Finding]:
        header = context.plan.header
        if header.wall_time_claim is None and header.efficiency_claim is None:
            return
        figures = figures_of(context)
        if figures is None:
            return
        yield from self._check_total(context, figures)
        yield from self._check_gain(context, figures)

    def _check_total(self, context: RuleContext, figures: Figures) -> Iterator[Finding]:
        claim = context.plan.header.wall_time_claim
        if claim is None or claim.sequential is None:
            return
        difference = claim.sequential - figures.total
        if abs(difference) <= context.thresholds.claim_tolerance * figures.total:
            return
        if not figures.complete and difference > 0:
            return  # the tasks without an estimate may make up for it
        total = format_duration(figures.total)
        yield Finding(
            self.code,
            f"one after another the tasks take {total}, not {format_duration(claim.sequential)};"
            f" write {total}, or correct the estimates",
            WALL_TIME,
            fixable=True,
            data={"figure": "total"},
        )

    def _check_gain(self, context: RuleContext, figures: Figures) -> Iterator[Finding]:
        claim = context.plan.header.efficiency_claim
        if claim is None or not figures.complete:
            return
        true, message = _judge(context, figures, claim)
        if message is None:
            return
        yield Finding(self.code, message, EFFICIENCY, fixable=True, data={"figure": "gain", "gain": true})

    def fixes(self, context: RuleContext, finding: Finding) -> Iterator[Fix]:
        figures = figures_of(context)
        if figures is None:
            return
        if finding.data.get("figure") == "total":
            if (edit := rewrite_sequential(context, figures.total)) is not None:
                yield Fix(
                    f"Write {format_duration(figures.total)}, the sum of the estimates",
                    (edit,),
                    preferred=True,
                )
            return
        gain = finding.data.get("gain")
        if not isinstance(gain, float):
            return
        written = _written_gain(context, EFFICIENCY, gain)
        if (edit := replace_scalar(context.source, EFFICIENCY, written)) is not None:
            yield Fix(f"Write {written}", (edit,), preferred=True)


def _judge(context: RuleContext, figures: Figures, claim: float) -> tuple[float, str | None]:
    """The gain that should be claimed, and what is wrong with the claim (None where nothing is)."""
    wall = context.plan.header.wall_time_claim
    most = figures.greatest_gain
    total = format_duration(figures.total)
    if wall is not None and wall.wall >= figures.shortest:
        follows = 1 - wall.wall / figures.total
        if _close(context, claim, follows):
            return follows, None
        return follows, (
            f"a gain of {percent(claim)} does not follow: {format_duration(wall.wall)} instead of {total} is a gain of"
            f" {percent(follows)}"
        )
    if _close(context, claim, most):
        return most, None
    possible = f"{format_duration(figures.shortest)} at best instead of {total} is a gain of {percent(most)}"
    if claim > most:
        return most, f"a gain of {percent(claim)} is more than is possible: {possible}"
    if wall is not None:
        return most, f"a gain of {percent(claim)} rests on a wall time that is impossible: {possible}"
    return most, None


def _close(context: RuleContext, claim: float, computed: float) -> bool:
    """Within the tolerance, or rounded to whole percents."""
    return abs(claim - computed) <= max(context.thresholds.claim_tolerance * abs(computed), _ROUNDING)


def _written_gain(context: RuleContext, spot: Spot, gain: float) -> str:
    """The figure in the form in which the claim is written: a percentage, or a fraction."""
    node = context.source.node(spot)
    if isinstance(node, Scalar) and "%" not in node.text:
        return f"{gain:.3g}"
    return percent(gain)
