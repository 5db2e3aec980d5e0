"""`orchestrate history`: what earlier plans say of estimates and agents."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from orchestrate_ls.cli.failures import CommandFailedError, print_note
from orchestrate_ls.cli.plan_options import AsOf

if TYPE_CHECKING:
    from orchestrate_ls.progress.track_record import EstimateSample
    from orchestrate_ls.report.past_plans import PastPlans


class Format(StrEnum):
    """How it is printed."""

    TABLE = "table"
    JSON = "json"


def history(
    folder: Annotated[
        Path, typer.Argument(metavar="[FOLDER]", help="Where the plans are, and below.", show_default=False)
    ] = Path(),
    output: Annotated[
        Format, typer.Option("--format", "-f", help="table for people, json for programs.", show_default=True)
    ] = Format.TABLE,
    now: AsOf = None,
) -> None:
    """Show what the plans of a folder say of estimates, by kind of task and agent, and how agents did lately.

    A factor of 1.4 means: such tasks took 1.4 times as long. Few tasks move it little (docs/metrics.md has the
    formula). `orchestrate assign` chooses by the recent performance, and the rule `biased-estimate` corrects estimates.
    """
    from orchestrate_ls.cli.plan_journal import moment_of
    from orchestrate_ls.report.past_plans import read_past
    from orchestrate_ls.workspace.settings_files import SettingsFiles

    if not folder.is_dir():
        raise CommandFailedError(f"{folder} is no folder", "name the folder that the plans are in")
    found = read_past(folder, moment_of(now), SettingsFiles().of(folder).settings)
    for problem in found.problems:
        print_note(problem)
    if output is Format.JSON:
        from orchestrate_ls.cli.terminal import write_json

        write_json(_as_json(found))
        return
    _print(found)


def _as_json(found: PastPlans) -> dict[str, Any]:
    from orchestrate_ls.progress.event import text_of

    record = found.record
    return {
        "plans": [
            {
                "file": each.name,
                "goal": each.title,
                "done": each.done,
                "tasks": each.tasks,
                "estimates": len(each.estimates),
                "last_event": text_of(each.last) if each.last is not None else None,
            }
            for each in found.plans
        ],
        "correction": record.correction(None, None).factor,
        "kinds": [
            {
                "kind": kind,
                "samples": len(own),
                "estimate_bias": round(_bias(own), 4),
                "correction": record.correction(None, kind).factor,
            }
            for kind, own in _groups(record.estimates, "kind")
        ],
        "agents": [
            {
                "agent": agent,
                "samples": len(own),
                "estimate_bias": round(_bias(own), 4) if own else None,
                "correction": record.correction(agent, None).factor,
                "recent_performance": record.performances.get(agent),
            }
            for agent, own in _agents(found)
        ],
    }


def _groups(samples: tuple[EstimateSample, ...], by: str) -> list[tuple[str, list[EstimateSample]]]:
    groups: dict[str, list[EstimateSample]] = {}
    for each in samples:
        groups.setdefault(str(getattr(each, by)), []).append(each)
    return sorted(groups.items())


def _agents(found: PastPlans) -> list[tuple[str, list[EstimateSample]]]:
    record = found.record
    known = dict(_groups(record.estimates, "agent"))
    return [(name, known.get(name, [])) for name in sorted({*known, *record.performances} - {""})]


def _bias(samples: list[EstimateSample]) -> float:
    from orchestrate_ls.progress.track_record import mean_ratio

    return mean_ratio(samples)


def _print(found: PastPlans) -> None:
    from rich.table import Table

    from orchestrate_ls.cli.terminal import output_console, safe, show
    from orchestrate_ls.text.spans import count

    console, record = output_console(), found.record
    if not found.plans:
        console.print(
            "Nothing was recorded of any plan here yet; `orchestrate task` and `orchestrate run` do that."
        )
        return

    def table(*columns: str) -> Table:
        made = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 2, 0, 0))
        for number, each in enumerate(columns):
            made.add_column(each, justify="right" if number else "left", overflow="fold")
        return made

    plans = table("Plan", "Tasks done", "With estimate", "Last event")
    for each in found.plans:
        last = f"{each.last:%Y-%m-%d}" if each.last is not None else "-"
        plans.add_row(safe(each.name), f"{each.done}/{each.tasks}", str(len(each.estimates)), last)
    show(console, plans)
    console.print()
    kinds = table("Kind of task", "Tasks", "Against estimate", "Multiply by")
    for kind, own in _groups(record.estimates, "kind"):
        kinds.add_row(kind, str(len(own)), f"{_bias(own):.2f}", f"{record.correction(None, kind).factor:.2f}")
    show(console, kinds)
    console.print()
    agents = table("Agent", "Tasks", "Against estimate", "Multiply by", "Performance")
    for agent, own in _agents(found):
        performance = record.performances.get(agent)
        agents.add_row(
            safe(agent),
            str(len(own)),
            f"{_bias(own):.2f}" if own else "-",
            f"{record.correction(agent, None).factor:.2f}",
            f"{performance:.2f}" if performance is not None else "-",
        )
    show(console, agents)
    console.print()
    console.print(
        f"{count(len(record.estimates), 'finished task')} of {count(len(found.plans), 'plan')}; all together took"
        f" {record.correction(None, None).factor:.2f} times the estimate, corrected for their number.",
        highlight=False,
    )
