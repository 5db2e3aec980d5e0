"""A dependency on a task that is not there."""

from __future__ import annotations

from collections.abc import Iterator

from orchestrate_ls.plan.model import Spot
from orchestrate_ls.plan.rewrite import replace_scalar
from orchestrate_ls.rules.base import Facet, Finding, Fix, PlanRule, Severity
from orchestrate_ls.rules.context import RuleContext
from orchestrate_ls.rules.dependency_edits import all_are_links, dependency_at, remove_dependency
from orchestrate_ls.rules.spelling import SpellingGuide, did_you_mean
from orchestrate_ls.rules.wording import quoted


class UnknownDependency(PlanRule):
    """See the page."""

    code = "unknown-dependency"
    group = "identity"
    severity = Severity.ERROR
    reads = frozenset({Facet.NAMES, Facet.LINKS})
    summary = "A task depends on a task that does not exist"
    page = """\
## What it finds

A dependency names an id that no task of the plan has.

## Why it matters

The task would wait for ever, or start too early if the dependency were ignored. Mostly the id has a slip in it, or its
task was renamed or removed.

## Wrong

```yaml
tasks:
  - id: design
    agent: architect
    estimated_time: 2h
  - id: build
    dependencies: [desing]  # error: [unknown-dependency]
    agent: developer
    estimated_time: 4h
```

## Right

```yaml
tasks:
  - id: design
    agent: architect
    estimated_time: 2h
  - id: build
    dependencies: [design]
    agent: developer
    estimated_time: 4h
```

## Fix

Replaces the id by one that it resembles, or by that of the task whose name it resembles; or removes the dependency.
"""

    def check(self, context: RuleContext) -> Iterator[Finding]:
        if all_are_links(context):
            return
        known = context.plan.index_of.known
        guide: SpellingGuide | None = None
        for index, task in enumerate(context.plan.tasks):
            for dependency in task.dependencies:
                if dependency.task in known or dependency.task == task.id:
                    continue
                guide = guide or SpellingGuide(known)
                advice = did_you_mean(
                    next((each for each in guide.closest(dependency.task) if each != task.id), None)
                )
                yield Finding(
                    self.code,
                    f"no task has the id {quoted(dependency.task)}"
                    f"{advice or '; correct it, or remove the dependency'}",
                    Spot(index, dependency.path),
                    fixable=True,
                )

    def fixes(self, context: RuleContext, finding: Finding) -> Iterator[Fix]:
        found = dependency_at(context.plan, finding.at)
        if found is None:
            return
        index, dependency = found
        tasks = context.plan.tasks
        named = {task.name: task.id for task in reversed(tasks) if task.name and task.id}
        taken = {each.task for each in tasks[index].dependencies} | {tasks[index].id}
        by_name = [named[name] for name in SpellingGuide(named).closest(dependency.task)]
        exact = named.get(dependency.task)
        by_id = SpellingGuide(context.plan.index_of).closest(dependency.task)
        offers: list[str] = [exact, *by_id, *by_name] if exact else [*by_id, *by_name]
        for offer in [each for each in dict.fromkeys(offers) if each not in taken][:4]:
            edit = replace_scalar(context.source, Spot(index, dependency.path), offer)
            if edit is not None:
                yield Fix(
                    f"Replace {quoted(dependency.task)} by {quoted(offer)}{_name_of(context, offer)}", (edit,)
                )
        edit = remove_dependency(context.source, index, dependency)
        if edit is not None:
            yield Fix(f"Remove the dependency on {quoted(dependency.task)}", (edit,))


def _name_of(context: RuleContext, task_id: str) -> str:
    name = context.plan.tasks[context.plan.index_of[task_id]].name
    return f" ({name if len(name) <= 40 else name[:39] + '…'})" if name and name != task_id else ""
