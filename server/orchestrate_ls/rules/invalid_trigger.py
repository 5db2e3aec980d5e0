"""A replan trigger whose condition cannot be read, or whose action nobody knows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from orchestrate_ls.plan.model import Spot
from orchestrate_ls.plan.rewrite import replace_scalar
from orchestrate_ls.progress.condition_names import ACTIONS, NAMES, trigger_action
from orchestrate_ls.progress.conditions import MAX_LENGTH, ConditionProblem, read_condition
from orchestrate_ls.rules.base import Facet, Finding, Fix, PlanRule, Severity
from orchestrate_ls.rules.spelling import SpellingGuide, did_you_mean
from orchestrate_ls.rules.wording import quoted
from orchestrate_ls.syntax.tree import Scalar, resolved

if TYPE_CHECKING:
    from orchestrate_ls.rules.context import RuleContext

_OFFERS = 3


class InvalidTrigger(PlanRule):
    """See the page."""

    code = "invalid-trigger"
    group = "progress"
    severity = Severity.WARNING
    reads = frozenset({Facet.TEMPLATES, Facet.ESTIMATES})
    summary = "A replan trigger's condition or action makes no sense"
    page = f"""\
## What it finds

A condition below `replan_triggers` that cannot be read: a name that conditions do not know, values that cannot be
compared or computed with, a number without a unit where a duration is meant, an operator that is missing, more than
{MAX_LENGTH} characters. And an `action` that nothing carries out.

Conditions compare what is measured while the plan is carried out: {", ".join(f"`{each.name}`" for each in NAMES)}.
Completion and hovers say what each of them is, and in which unit.

## Why it matters

A condition that cannot be read never holds, and an action that nothing carries out changes nothing: the plan looks as
if it were watched.

## Wrong

```yaml
replan_triggers:
  - condition: task_duraton > estimated * 1.5  # warning: [invalid-trigger]
    action: reassign_or_split_task
  - condition: critical_task_blocked > 2  # warning: [invalid-trigger]
    action: escalate_blocker_resolution
tasks:
  - id: build
    agent: developer
    estimated_time: 4h
```

## Right

```yaml
replan_triggers:
  - condition: task_duration > estimated * 1.5
    action: reassign_or_split_task
  - condition: critical_task_blocked > 2h
    action: escalate_blocker_resolution
tasks:
  - id: build
    agent: developer
    estimated_time: 4h
```

## Fix

Replaces a name by one that it resembles, adds the unit, or writes the sign that was meant.
"""

    def check(self, context: RuleContext) -> Iterator[Finding]:
        calendar = context.plan.header.calendar
        names, actions = SpellingGuide(each.name for each in NAMES), _actions()
        for trigger in context.plan.header.triggers:
            for problem in read_condition(trigger.condition, calendar).problems:
                yield self._finding(problem, trigger.spot, names)
            if trigger.action is not None and trigger_action(trigger.action) is None:
                advice = did_you_mean(actions.best(trigger.action))
                known = advice or f"; name one of {', '.join(quoted(each.name) for each in ACTIONS)}"
                yield Finding(
                    self.code,
                    f"nothing carries out the action {quoted(trigger.action)}{known}",
                    replace(trigger.spot, path=(*trigger.spot.path[:-1], "action")),
                    fixable=bool(advice),
                    data={"action": trigger.action},
                )

    def _finding(self, problem: ConditionProblem, spot: Spot, names: SpellingGuide) -> Finding:
        message, offers = problem.message, [problem.replacement] if problem.replacement is not None else []
        if problem.unknown is not None:
            offers = list(names.closest(problem.unknown, _OFFERS))
            advice = did_you_mean(offers[0] if offers else None)
            message += advice or "; completion lists those that there are"
        elif problem.hint is not None:
            message += f"; {problem.hint}"
        return Finding(
            self.code,
            message,
            replace(spot, within=(problem.start, problem.end)),
            fixable=bool(offers),
            data={"start": problem.start, "end": problem.end, "offers": [*offers]},
        )

    def fixes(self, context: RuleContext, finding: Finding) -> Iterator[Fix]:
        if not isinstance(finding.at, Spot):
            return
        spot = replace(finding.at, within=None)
        action = finding.data.get("action")
        if isinstance(action, str):
            for offer in _actions().closest(action):
                if (edit := replace_scalar(context.source, spot, offer)) is not None:
                    yield Fix(f"Replace {quoted(action)} by {quoted(offer)}", (edit,))
            return
        node = context.source.node(spot)
        target = resolved(node) if node is not None else None
        start, end, offers = (finding.data.get(key) for key in ("start", "end", "offers"))
        if not (isinstance(target, Scalar) and isinstance(start, int) and isinstance(end, int)):
            return
        text = target.text
        for offer in offers if isinstance(offers, list) else []:
            if not isinstance(offer, str):
                continue
            edit = replace_scalar(context.source, spot, text[:start] + offer + text[end:])
            if edit is not None:
                yield Fix(f"Replace {quoted(text[start:end])} by {quoted(offer)}", (edit,))


def _actions() -> SpellingGuide:
    return SpellingGuide(name for each in ACTIONS for name in (each.name, *each.synonyms))
