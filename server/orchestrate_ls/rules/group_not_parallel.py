"""Tasks of one parallel group that wait for each other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from orchestrate_ls.plan.model import Spot
from orchestrate_ls.plan.rewrite import remove_entry
from orchestrate_ls.rules.base import Facet, Finding, Fix, PlanRule, Related, Severity
from orchestrate_ls.rules.context import RuleContext
from orchestrate_ls.rules.wording import quoted
from orchestrate_ls.schedule.network import Network
from orchestrate_ls.schedule.precedence import finished_before

_MEMBERS_PER_PASS: Final = 8_192
_MOST_RELATED: Final = 50


class GroupNotParallel(PlanRule):
    """See the page."""

    code = "group-not-parallel"
    group = "graph"
    severity = Severity.INFORMATION
    reads = frozenset({Facet.NAMES, Facet.LINKS, Facet.GROUPS})
    summary = "Tasks of one parallel group wait for each other"
    page = """\
## What it finds

Tasks that share a `parallel_group` depend on each other, directly or through others, so that they run one after the
other. There is one finding for each such group.

## Why it matters

A parallel group says "these can run at the same time". Where that is not so, either the group or the dependency is not
what was meant. Dependencies that let tasks overlap (start-to-start, finish-to-finish) are not counted.

## Wrong

```yaml
tasks:
  - id: unit-tests
    agent: tester
    estimated_time: 4h
    parallel_group: testing
  - id: integration-tests
    agent: tester
    estimated_time: 3h
    dependencies: [unit-tests]
    parallel_group: testing  # information: [group-not-parallel]
```

## Right

```yaml
tasks:
  - id: unit-tests
    agent: tester
    estimated_time: 4h
    parallel_group: testing
  - id: integration-tests
    agent: tester
    estimated_time: 3h
    parallel_group: testing
```

## Fix

Takes the later task out of the group. Dropping the dependency, where it is not needed, wins time besides.
"""

    def check(self, context: RuleContext) -> Iterator[Finding]:
        names = context.names
        groups = _groups(context)
        if not groups:
            return
        waits = _waits_for(context.analysis.acyclic, groups)
        for group, members in groups.items():
            pairs = [(member, waits[member]) for member in members if member in waits]
            if not pairs:
                continue
            later, earlier = pairs[0]
            others = f", and {len(pairs) - 1} more of the group wait too" if len(pairs) > 1 else ""
            related = [
                Related(Spot(earlier, ("parallel_group",)), f"{quoted(names[earlier])} is in the group too")
            ]
            related += [
                Related(
                    Spot(after, ("parallel_group",)),
                    f"{quoted(names[after])} waits for {quoted(names[before])}",
                )
                for after, before in pairs[1:_MOST_RELATED]
            ]
            yield Finding(
                self.code,
                f"the tasks of group {quoted(group)} cannot all run in parallel: {quoted(names[later])} waits for"
                f" {quoted(names[earlier])}{others}; put them into different groups, or drop the dependency",
                Spot(later, ("parallel_group",)),
                related=tuple(related),
                fixable=True,
            )

    def fixes(self, context: RuleContext, finding: Finding) -> Iterator[Fix]:
        if not isinstance(finding.at, Spot) or finding.at.task is None:
            return
        name = context.names[finding.at.task]
        if (edit := remove_entry(context.source, finding.at)) is not None:
            yield Fix(f"Take {quoted(name)} out of the group", (edit,))


def _groups(context: RuleContext) -> dict[str, list[int]]:
    """The groups of two tasks or more that could wait for each other, in document order.

    Tasks of one wave never do, so groups that lie in one wave are left out.
    """
    groups: dict[str, list[int]] = {}
    for index, task in enumerate(context.plan.tasks):
        if task.parallel_group is not None:
            groups.setdefault(task.parallel_group, []).append(index)
    candidates = {group: members for group, members in groups.items() if len(members) > 1}
    if not candidates:
        return {}
    wave_of = [0] * len(context.plan.tasks)
    for number, wave in enumerate(context.analysis.acyclic.waves):
        for activity in wave:
            wave_of[activity] = number
    return {
        group: members
        for group, members in candidates.items()
        if len({wave_of[member] for member in members}) > 1
    }


def _waits_for(network: Network, groups: dict[str, list[int]]) -> dict[int, int]:
    """For members that cannot start before another of their group is finished: the first such other.

    By bit sets in topological order, O(n * m / 64).
    """
    members = [member for group in groups.values() for member in group]
    found: dict[int, int] = {}
    for first in range(0, len(members), _MEMBERS_PER_PASS):
        now = members[first : first + _MEMBERS_PER_PASS]
        own_bit = [0] * len(network)
        for place, member in enumerate(now):
            own_bit[member] = 1 << place
        finished = finished_before(network, own_bit)
        for group in groups.values():
            mask = 0
            for member in group:
                mask |= own_bit[member]
            for member in group:
                if mask and member not in found and (common := finished[member] & mask):
                    found[member] = now[(common & -common).bit_length() - 1]
    return found
