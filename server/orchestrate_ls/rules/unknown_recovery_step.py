"""A step of a recovery policy that nobody knows how to take, or that is told something it does not know."""

from __future__ import annotations

from collections.abc import Iterator

from orchestrate_ls.plan.duration import Calendar, DurationError, parse_duration
from orchestrate_ls.plan.model import RecoveryStep, Spot
from orchestrate_ls.plan.recovery_words import (
    ALWAYS,
    NEVER,
    STEP_WORDS,
    FailureKind,
    Step,
    step_of,
)
from orchestrate_ls.plan.rewrite import replace_key, replace_scalar
from orchestrate_ls.rules.base import Facet, Finding, Fix, PlanRule, Severity
from orchestrate_ls.rules.context import RuleContext
from orchestrate_ls.rules.spelling import SpellingGuide, did_you_mean
from orchestrate_ls.rules.wording import quoted

_DURATIONS = frozenset(("delay", "longest_delay", "longer_than"))
_WHOLE = frozenset(("max_attempts",))


class UnknownRecoveryStep(PlanRule):
    """See the page."""

    code = "unknown-recovery-step"
    group = "quality"
    severity = Severity.WARNING
    reads = frozenset({Facet.RECOVERY})
    summary = "A recovery policy has a step, condition or setting that is not known"
    page = """\
## What it finds

In `error_recovery` (or `error_recovery_strategies`): a kind of failure, a step, or a step's condition or setting that
the runner does not know, and a setting that cannot be read.

For `agent_failure`: `retry_with_same_agent` (`max_attempts`, `delay`, `factor`, `longest_delay`),
`reassign_to_backup_agent` (`if_available`), `split_task_into_smaller_units` (`if_complex`; `longer_than`),
`escalate_to_human` (`if_critical`). For `dependency_failure`: `pause_dependent_tasks`, `analyze_failure_impact`,
`adjust_execution_plan`, `communicate_delays`. For `quality_gate_failure`: `trigger_code_review`,
`provide_specific_feedback`, `allocate_rework_time` (`share`, `max_attempts`), `learn_from_failure`. `always` and
`never` go with every step.

## Why it matters

A step that is not known is passed over when something fails, and a setting that cannot be read leaves the usual one.

## Wrong

```yaml
error_recovery:
  agent_failure:
    - retry_with_same_agnt: {max_attempts: 2}  # warning: [unknown-recovery-step]
    - escalate_to_human: if_critical
tasks:
  - id: build
    agent: developer
    estimated_time: 4h
```

## Right

```yaml
error_recovery:
  agent_failure:
    - retry_with_same_agent: {max_attempts: 2}
    - escalate_to_human: if_critical
tasks:
  - id: build
    agent: developer
    estimated_time: 4h
```

## Fix

Replaces the name by one that it resembles.
"""

    def check(self, context: RuleContext) -> Iterator[Finding]:
        kinds = tuple(map(str, FailureKind))
        for policy in context.plan.header.recovery:
            if policy.failure not in kinds:
                yield self._unknown("there is no failure", policy.failure, kinds, policy.spot)
                continue
            for each in policy.steps:
                step = step_of(each.name)
                if step is None:
                    yield self._unknown(
                        "there is no recovery step", each.name, tuple(map(str, Step)), each.spot
                    )
                else:
                    yield from self._told(step, each)

    def _unknown(self, what: str, name: str, known: tuple[str, ...], at: Spot) -> Finding:
        offers = SpellingGuide(known).closest(name, 1)
        advice = did_you_mean(offers[0]) if offers else f"; there is {', '.join(map(quoted, known))}"
        return Finding(
            self.code,
            f"{what} {quoted(name)}{advice}",
            at,
            fixable=bool(offers),
            data={"offer": offers[0] if offers else None},
        )

    def _told(self, step: Step, each: RecoveryStep) -> Iterator[Finding]:
        """What a step is told: when it applies, and its settings."""
        words = STEP_WORDS[step]
        conditions = tuple(dict.fromkeys((*words.conditions, ALWAYS, NEVER)))
        when = each.when
        is_number = step is Step.RETRY and when is not None and when.isascii() and when.isdecimal()
        value = Spot(None, each.spot.path)
        if when is not None and when not in conditions and not is_number:
            yield self._unknown(f"{quoted(str(step))} has no condition", when, conditions, value)
        for name, text in each.settings:
            if name not in words.settings:
                known = ", ".join(map(quoted, words.settings)) or "none"
                yield Finding(
                    self.code,
                    f"{quoted(str(step))} has no setting {quoted(name)}; its settings: {known}",
                    Spot(None, (*each.spot.path, name), "key"),
                )
            elif not _is_readable(name, text):
                yield Finding(
                    self.code,
                    f"{quoted(name)} is {words.settings[name]}, not {quoted(text)}",
                    Spot(None, (*each.spot.path, name)),
                )

    def fixes(self, context: RuleContext, finding: Finding) -> Iterator[Fix]:
        offer = finding.data.get("offer")
        if not isinstance(finding.at, Spot) or not isinstance(offer, str):
            return
        put = replace_key if finding.at.part == "key" else replace_scalar
        edit = put(context.source, finding.at, offer)
        if edit is not None:
            yield Fix(f"Replace by {quoted(offer)}", (edit,), preferred=True)


def _is_readable(name: str, text: str) -> bool:
    if name in _DURATIONS:
        try:
            parse_duration(text, Calendar())
        except DurationError:
            return False
        return True
    if name in _WHOLE:
        return text.isascii() and text.isdecimal() and int(text[:9]) <= 100
    try:
        value = float(text.removesuffix("%"))
    except ValueError:
        return False
    return 1 <= value <= 10 if name == "factor" else 0 <= value <= 100
