"""Tasks that may run at the same time and write the same file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from orchestrate_ls.plan.file_patterns import FilePatterns, may_overlap, overlapping_steps, read_patterns
from orchestrate_ls.plan.model import Plan, Spot
from orchestrate_ls.plan.rewrite import append_item, insert_entry
from orchestrate_ls.rules.base import Facet, Finding, Fix, PlanRule, Related, Severity
from orchestrate_ls.rules.context import RuleContext
from orchestrate_ls.rules.wording import listed, quoted, shown
from orchestrate_ls.schedule.network import Network
from orchestrate_ls.schedule.precedence import finished_before
from orchestrate_ls.syntax.writing import write_scalar
from orchestrate_ls.text.steps import Steps, in_one_go

_MOST_COMPARISONS: Final = 20_000
_MOST_PAIRS: Final = 50_000
_MEMBERS_PER_PASS: Final = 8_192
_MOST_RELATED: Final = 20
_FINDINGS_PER_STEP: Final = 32
_WRITERS_PER_STEP: Final = 256


class FileConflict(PlanRule):
    """See the page."""

    code = "file-conflict"
    group = "concurrency"
    severity = Severity.WARNING
    reads = frozenset({Facet.NAMES, Facet.LINKS, Facet.FILES})
    summary = "Tasks that may run at the same time write the same files"
    page = """\
## What it finds

Two tasks of which neither waits for the other, and whose `files` may mean the same file. Paths and globs are compared
as texts: `src/**` meets `src/a.py`, and `src/*.py` meets `src/test_*.py`. Letter case does not count, and where a glob
leaves doubt it counts as a conflict. Each task is reported once, with the earlier tasks that it gets in the way of.

## Why it matters

Agents that edit one file at the same time overwrite each other's work, or leave a merge that somebody has to sort out.

## Wrong

```yaml
tasks:
  - id: login
    agent: developer
    estimated_time: 3h
    files: [src/auth/**]
  - id: reset
    agent: backend-developer
    estimated_time: 2h
    files: [src/auth/reset.py]  # warning: [file-conflict]
```

## Right

```yaml
tasks:
  - id: login
    agent: developer
    estimated_time: 3h
    files: [src/auth/login/**]
  - id: reset
    agent: backend-developer
    estimated_time: 2h
    files: [src/auth/reset.py]
```

## Fix

Lets the later task wait for the earlier one. Naming the files more closely is better where they are not the same.
"""

    def check(self, context: RuleContext) -> Iterator[Finding]:
        yield from in_one_go(self.check_steps(context))

    def check_steps(self, context: RuleContext) -> Steps[tuple[Finding, ...]]:
        plan = context.plan
        if not any([task.files for task in plan.tasks]):
            return ()
        yield
        pairs = yield from _pairs.of(plan)
        met = yield from _met(context.analysis.acyclic, pairs)
        found: list[Finding] = []
        for later, earlier in met.items():
            found.append(self._finding(context, later, earlier))
            if not len(found) % _FINDINGS_PER_STEP:
                yield
        return tuple(found)

    def _finding(self, context: RuleContext, later: int, earlier: list[int]) -> Finding:
        names, tasks = context.names, context.plan.tasks
        place, text, theirs = _meeting(tasks[later].files, tasks[earlier[0]].files)
        which = quoted(text) if text == theirs else f"{quoted(text)} and {quoted(theirs)}"
        others = [names[other] for other in earlier]
        return Finding(
            self.code,
            f"{quoted(names[later])} may run at the same time as {listed(others)} and write the same files ({which});"
            " let one wait for the other, or name the files more closely",
            Spot(later, ("files", place)),
            related=tuple(
                Related(
                    Spot(other, ("files",)), f"{quoted(names[other])} writes {_shortened(tasks[other].files)}"
                )
                for other in earlier[:_MOST_RELATED]
            ),
            fixable=tasks[earlier[0]].id is not None,
            data={"earlier": tasks[earlier[0]].id},
        )

    def fixes(self, context: RuleContext, finding: Finding) -> Iterator[Fix]:
        earlier = finding.data.get("earlier")
        if not isinstance(finding.at, Spot) or finding.at.task is None or not isinstance(earlier, str):
            return
        later = finding.at.task
        written = write_scalar(earlier, in_flow=True)
        edit = append_item(context.source, Spot(later, ("dependencies",)), written)
        if edit is None and not context.plan.tasks[later].dependencies:
            edit = insert_entry(
                context.source, later, "dependencies", f"[{written}]", after=("estimated_time", "name", "id")
            )
        if edit is not None:
            yield Fix(f"Let {quoted(context.names[later])} wait for {quoted(earlier)}", (edit,))


class _KnownPairs:
    """Remembers the pairs of the files that were asked about last: most edits leave all of them as they were."""

    def __init__(self) -> None:
        self._known: tuple[list[tuple[str, ...]], list[tuple[int, int]]] = ([], [])

    def of(self, plan: Plan) -> Steps[list[tuple[int, int]]]:
        """The pairs of a plan, in steps."""
        files = [task.files for task in plan.tasks]
        known, pairs = self._known
        if known == files:
            return pairs
        pairs = yield from _compute_pairs(files)
        self._known = (files, pairs)
        return pairs


_pairs: Final = _KnownPairs()
"""Tasks, as ascending pairs, whose files may be the same; by ascending later task, within bounds."""


def _compute_pairs(files: list[tuple[str, ...]]) -> Steps[list[tuple[int, int]]]:
    """Equal lists are compared once. So many pairs are kept that those of no sensible plan are cut."""
    writers: dict[FilePatterns, list[int]] = {}
    for task, texts in enumerate(files):
        if texts and (patterns := read_patterns(texts)).globs:
            writers.setdefault(patterns, []).append(task)
            if not task % _WRITERS_PER_STEP:
                yield
    groups = list(writers.values())
    found: list[tuple[int, int]] = []
    for group in groups:
        for place, later in enumerate(group):
            if len(found) > _MOST_PAIRS:
                break
            found += [(earlier, later) for earlier in group[:place]]
    overlaps = yield from overlapping_steps(list(writers), _MOST_COMPARISONS)
    for one, other in overlaps.pairs:
        for first in groups[one]:
            found += [(min(first, second), max(first, second)) for second in groups[other]]
        if len(found) > 2 * _MOST_PAIRS:
            break
    found.sort(key=lambda pair: (pair[1], pair[0]))
    return found


def _met(network: Network, pairs: list[tuple[int, int]]) -> Steps[dict[int, list[int]]]:
    """For each later task of the pairs the earlier ones of which neither surely ends before the other begins."""
    members = sorted({task for pair in pairs for task in pair})
    apart: set[tuple[int, int]] = set()
    for first in range(0, len(members), _MEMBERS_PER_PASS):
        own_bit = [0] * len(network)
        for place, member in enumerate(members[first : first + _MEMBERS_PER_PASS]):
            own_bit[member] = 1 << place
        yield
        finished = finished_before(network, own_bit)
        yield
        apart.update(
            pair
            for pair in pairs
            if finished[pair[1]] & own_bit[pair[0]] or finished[pair[0]] & own_bit[pair[1]]
        )
    met: dict[int, list[int]] = {}
    for earlier, later in pairs:
        if (earlier, later) not in apart:
            met.setdefault(later, []).append(earlier)
    return met


def _meeting(files: tuple[str, ...], others: tuple[str, ...]) -> tuple[int, str, str]:
    """The first entry that meets one of the others: its position, itself, and the other."""
    for place, text in enumerate(files):
        mine = read_patterns((text,))
        for other in others:
            if may_overlap(mine, read_patterns((other,))):
                return place, text, other
    raise AssertionError("the files were found to overlap")


def _shortened(files: tuple[str, ...]) -> str:
    return listed([shown(text) for text in files], 3)
