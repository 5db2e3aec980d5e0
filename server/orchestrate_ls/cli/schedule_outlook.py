"""What a schedule might become, by chance (simulation) and by a change of the plan (what-if): for people and JSON."""

from __future__ import annotations

from typing import Any, Final

from rich.table import Table
from rich.text import Text

from orchestrate_ls.cli.counting import count
from orchestrate_ls.cli.terminal import output_console, safe, show
from orchestrate_ls.ide.schedule import task_names
from orchestrate_ls.plan.duration import format_duration
from orchestrate_ls.plan.model import Plan
from orchestrate_ls.schedule.plan_schedule import PlanSchedule
from orchestrate_ls.schedule.plan_simulation import PlanSimulation
from orchestrate_ls.schedule.what_if import Change, ChangeKind, Effect, WhatIf
from orchestrate_ls.text.display import quoted

_PERCENTILES: Final = (50, 80, 95)
_MOST_CHANGES: Final = 5
_MOST_CRITICAL: Final = 12
_MINUTE, _HOUR = 60, 3_600
_NOTHING_TO_SIMULATE: Final = (
    "no task has a three-point estimate, so there is nothing to simulate; write for example"
    " `estimated_time: {optimistic: 2h, likely: 3h, pessimistic: 6h}`"
)


class Outlook:
    """What was simulated and tried; nothing of either unless it was set.

    ``wanted_samples`` is 0 where no simulation was asked for.
    """

    def __init__(self) -> None:
        self.wanted_samples: int = 0
        self.simulation: PlanSimulation | None = None
        self.what_if: WhatIf | None = None

    @property
    def criticality(self) -> list[float] | None:
        """For each task the share of samples in which it was critical."""
        return self.simulation.outcome.criticality if self.simulation is not None else None

    def notes(self, plan: Plan) -> list[str]:
        """What somebody should know before reading the figures."""
        if not self.wanted_samples:
            return []
        if self.simulation is None:
            return [_NOTHING_TO_SIMULATE]
        certain = len(plan.tasks) - self.simulation.uncertain
        notes: list[str] = []
        if certain:
            notes.append(
                f"{count(certain, 'task')} of {len(plan.tasks)} {'has' if certain == 1 else 'have'} no three-point"
                " estimate, and always take what they are estimated at"
            )
        if self.simulation.outcome.stopped:
            notes.append(
                f"the simulation was interrupted after {self.simulation.outcome.samples} of"
                f" {self.wanted_samples} samples"
            )
        return notes

    def added_to(self, data: dict[str, Any], plan: Plan) -> dict[str, Any]:
        """The JSON of a schedule with this in it."""
        names = task_names(plan)
        if self.wanted_samples:
            data["notes"] = [*data["notes"], *self.notes(plan)]
            data["simulation"] = _simulation_as_json(self.simulation, data["makespan_seconds"])
        for name, share in zip(names, self.criticality or (), strict=False):
            data["tasks"][name]["criticality"] = round(share, 6)
        if self.what_if is not None:
            data["changes"] = [_effect_as_json(effect, names) for effect in self.what_if.effects]
            data["changes_tried"] = self.what_if.tried
            data["changes_possible"] = self.what_if.candidates
        return data

    def show(self, plan: Plan, schedule: PlanSchedule) -> None:
        """Print both below a table or chart."""
        names = task_names(plan)
        rows: list[tuple[str, str]] = []
        if self.what_if is not None and self.what_if.candidates:
            rows += _change_rows(self.what_if, names)
        if self.simulation is not None:
            rows += _simulation_rows(self.simulation, schedule, names)
        if not rows:
            return
        console = output_console()
        console.print()
        table = Table.grid(padding=(0, 2, 0, 0))
        table.add_column(style="bold", no_wrap=True)
        table.add_column()
        for label, value in rows:
            table.add_row(label, Text(safe(value)))
        show(console, table)


def describe(change: Change, names: list[str]) -> str:
    """A change in words that end a sentence."""
    task = names[change.task] if change.task is not None else ""
    match change.kind:
        case ChangeKind.CAPACITY:
            return "one more task at once"
        case ChangeKind.AGENT:
            return f"one more {quoted(change.name)}, or one more task at once for it"
        case ChangeKind.FILES:
            return f"tasks that write {quoted(change.name)} no longer kept apart"
        case ChangeKind.SPLIT:
            return f"{task} split in two halves side by side, the second by another agent"
        case ChangeKind.DEPENDENCY:
            before = names[change.before] if change.before is not None else ""
            return f"{task} without waiting for {before}, if it need not"


def _change_rows(found: WhatIf, names: list[str]) -> list[tuple[str, str]]:
    tried = f"of {count(found.tried, 'change')} tried"
    if found.tried < found.candidates:
        tried += f" ({found.candidates} possible)"
    if not found.effects:
        return [("What if", f"none {tried} shortens the schedule by itself")]
    shown = found.effects[:_MOST_CHANGES]
    rows: list[tuple[str, str]] = []
    for effect in shown:
        gain = f"{'' if effect.certain else 'perhaps '}{format_duration(effect.gain)} less"
        text = f"{format_duration(effect.makespan)}, {gain}: {describe(effect.change, names)}"
        rows.append(("" if rows else "What if", text))
    left_out = len(found.effects) - _MOST_CHANGES
    doubt = "" if all(each.certain for each in shown) else "; perhaps: the plan as it is may allow that too"
    rows.append(("", f"{f'and {left_out} more ' if left_out > 0 else ''}{tried}{doubt}"))
    return rows


def _simulation_rows(
    simulation: PlanSimulation, schedule: PlanSchedule, names: list[str]
) -> list[tuple[str, str]]:
    outcome = simulation.outcome
    done = [(percent, outcome.percentile(percent)) for percent in _PERCENTILES]
    percentiles = ", ".join(f"P{percent} {_rounded(seconds)}" for percent, seconds in done)
    ranked = sorted(range(len(names)), key=lambda task: -outcome.criticality[task])
    critical = [
        f"{names[task]} {outcome.criticality[task]:.0%}" for task in ranked if outcome.criticality[task]
    ]
    if len(critical) > _MOST_CRITICAL:
        critical = [*critical[:_MOST_CRITICAL], f"{len(critical) - _MOST_CRITICAL} more"]
    drawn = f"{count(outcome.samples, 'sample')} in the order of this schedule, seed {simulation.seed}"
    return [
        (
            "Expected finish",
            f"{_rounded(outcome.mean)}, give or take {_rounded(outcome.deviation)} ({drawn})",
        ),
        ("Done by", percentiles),
        (
            f"Within {format_duration(schedule.makespan)}",
            f"{outcome.share_within(schedule.makespan):.0%} of the samples",
        ),
        ("Critical in", ", ".join(critical)),
    ]


def _rounded(seconds: float) -> str:
    """A duration no finer than a simulation can tell: minutes from an hour on."""
    if seconds < _HOUR:
        return format_duration(round(seconds))
    return format_duration(round(seconds / _MINUTE) * _MINUTE)


def _simulation_as_json(simulation: PlanSimulation | None, makespan: int) -> dict[str, Any] | None:
    if simulation is None:
        return None
    outcome = simulation.outcome
    return {
        "samples": outcome.samples,
        "seed": simulation.seed,
        "distribution": "pert",
        "uncertain_tasks": simulation.uncertain,
        "expected_seconds": round(outcome.mean),
        "deviation_seconds": round(outcome.deviation),
        **{f"p{percent}_seconds": outcome.percentile(percent) for percent in _PERCENTILES},
        "least_seconds": outcome.finishes[0],
        "greatest_seconds": outcome.finishes[-1],
        "within_makespan": round(outcome.share_within(makespan), 6),
    }


def _effect_as_json(effect: Effect, names: list[str]) -> dict[str, Any]:
    change = effect.change
    return {
        "change": change.kind.value,
        "task": names[change.task] if change.task is not None else None,
        "dependency": names[change.before] if change.before is not None else None,
        "name": change.name or None,
        "description": describe(change, names),
        "makespan_seconds": effect.makespan,
        "gain_seconds": effect.gain,
        "certain": effect.certain,
    }
