"""A value that the schema does not allow."""

from __future__ import annotations

from collections.abc import Iterator

from orchestrate_ls.plan.model import Path, Spot
from orchestrate_ls.plan.rewrite import insert_entry, replace_scalar
from orchestrate_ls.plan.schema import SchemaProblem
from orchestrate_ls.rules.advice import proposal_of, proposed_fix, sentence
from orchestrate_ls.rules.base import Finding, Fix, Json, PartRule, Severity
from orchestrate_ls.rules.context import PartContext, RuleContext
from orchestrate_ls.rules.duplicate_task_id import next_free_id
from orchestrate_ls.rules.schema_check import is_about_key, schema_problems
from orchestrate_ls.rules.wording import quoted
from orchestrate_ls.syntax.writing import write_scalar


class Schema(PartRule):
    """See the page."""

    code = "schema"
    group = "shape"
    severity = Severity.ERROR
    summary = "A value is not what its field takes"
    page = """\
## What it finds

A value that is not what the plan's schema allows at its place: of another type, not one of the choices, out of range,
or missing where there has to be one. `orchestrate` ships the schema; editors show its descriptions on hover.

## Why it matters

Such a value is left out when the plan is read, so that it has no effect. A task without an id cannot be waited for.

## Wrong

```yaml
tasks:
  - id: design
    agent: architect
    estimated_time: 2h
    priority: hgih  # error: [schema]
  - name: Build the API  # error: [schema]
    agent: developer
    estimated_time: 4h
```

## Right

```yaml
tasks:
  - id: design
    agent: architect
    estimated_time: 2h
    priority: high
  - id: build
    name: Build the API
    agent: developer
    estimated_time: 4h
```

## Fix

Replaces a misspelt choice by the one that was meant, and gives a task without an id the next free one.
"""

    def check_part(self, part: PartContext) -> Iterator[Finding]:
        problems = [problem for problem in schema_problems(part) if not is_about_key(problem)]
        unreadable = part.unreadable
        if not problems and not unreadable:
            return
        durations = {value.path for value in unreadable if value.code == "invalid-duration"}
        told: set[Path] = set()
        for problem in problems:
            if not any(_overlap(problem.path, path) for path in durations):
                told.add(problem.path)
                yield self._finding(part, problem)
        for value in unreadable:
            if value.code != "schema" or value.path in told:
                continue
            proposal = proposal_of(value)
            yield Finding(
                self.code,
                sentence(value.message, value.hint),
                Spot(None, value.path),
                fixable=proposal is not None,
                data={"proposal": proposal} if proposal is not None else {},
            )

    def _finding(self, part: PartContext, problem: SchemaProblem) -> Finding:
        data: dict[str, Json] = {}
        if problem.suggestion is not None and not problem.on_key:
            data["suggestion"] = problem.suggestion
        if (
            problem.keyword == "required"
            and problem.key == "id"
            and not problem.path
            and part.task is not None
        ):
            data["add"] = "id"
        return Finding(
            self.code,
            sentence(problem.message, problem.hint),
            Spot(None, problem.path, "key" if problem.on_key else "value"),
            fixable=bool(data),
            data=data,
        )

    def fixes(self, context: RuleContext, finding: Finding) -> Iterator[Fix]:
        if not isinstance(finding.at, Spot):
            return
        suggestion = finding.data.get("suggestion")
        if isinstance(suggestion, str):
            is_truth = suggestion in ("true", "false")
            edit = replace_scalar(context.source, finding.at, suggestion, verbatim=is_truth)
            if edit is not None:
                yield Fix(f"Replace by {quoted(suggestion)}", (edit,))
        if finding.data.get("add") == "id" and finding.at.task is not None:
            free = next_free_id(context.plan, _last_id(context))
            edit = insert_entry(
                context.source, finding.at.task, "id", write_scalar(free, in_flow=True), first=True
            )
            if edit is not None:
                yield Fix(f"Add the id {quoted(free)}", (edit,))
        if (fix := proposed_fix(context, finding)) is not None:
            yield fix


def _last_id(context: RuleContext) -> str:
    return next((task.id for task in reversed(context.plan.tasks) if task.id is not None), "T0")


def _overlap(one: Path, other: Path) -> bool:
    length = min(len(one), len(other))
    return length > 0 and one[:length] == other[:length]
