"""Plans of everyday goals against the shortest time known for them.

    python tests/benchmarks/asynchow.py FILE [--phrasing N] [--brief ID] [--json]

FILE is AsyncHow's data: for each goal its steps, their durations, which step must precede which, and the shortest time
with unlimited hands. Each item is written as a brief in plain English, in twelve phrasings (`--phrasing 3` takes one, a
repeated option several), and goes the way of `orchestrate plan --from`. The makespan of the plan's schedule is compared
with the time in the data. `--brief ID` prints an item's briefs.

Items whose time does not follow from their own steps and order are listed and left out; that is computed here, from the
data alone. There a day has 24 hours, a month 28 days and a year 365.

Data: Lin, La Malfa, Hofmann, Yang, Cohn, Pierrehumbert, "Graph-enhanced Large Language Models in Asynchronous Plan
Reasoning", ICML 2024 (MIT licence; arXiv 2402.02805). By its abstract, language models that were asked for the same
times, GPT-4 and LLaMA-2 among them, do poorly unless they are shown how to solve such a task, and get much worse as
tasks become complex, even when they are given the graph. No figure of its tables is repeated here: none was read.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "server"))
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from orchestrate_ls.planner.intelligible import GoalError
from orchestrate_ls.planner.offline import plan_document
from orchestrate_ls.planner.verify import verify
from orchestrate_ls.schedule.plan_schedule import schedule_plan
from tests.benchmarks.asynchow_briefs import PHRASINGS, Item

_BUDGET = 20
"""Schedules built for each capacity: with unlimited hands the first one is the shortest already."""
_SECONDS = {
    "sec": 1, "second": 1, "min": 60, "minute": 60, "hour": 3600, "day": 86400, "week": 604800,
    "month": 28 * 86400, "year": 365 * 86400,
}  # fmt: skip


def read_items(text: str) -> list[Item]:
    """The items of the data file."""
    items: list[Item] = []
    for entry in json.loads(text):
        count = len(entry["steps"])
        durations = [entry["durations"][str(n)] for n in range(1, count + 1)]
        orders = [(int(a) - 1, int(b) - 1) for a, b in entry["dependencies"]]
        items.append(
            Item(entry["id"], entry["title"], entry["steps"], durations, orders, entry["optimal_seconds"])
        )
    return items


def seconds_of(duration: str) -> float:
    """Seconds of a duration as the data writes them ("2 days", "1 days 6 hours")."""
    return sum(
        float(n) * _SECONDS[unit.lower().rstrip("s")]
        for n, unit in re.findall(r"([\d.]+)\s*([A-Za-z]+)", duration)
    )


def shortest_time(item: Item) -> float:
    """Seconds of the longest chain of the item's own graph."""
    before = item.before()
    finish: dict[int, float] = {}
    for rank in item.ranks():
        for step in rank:
            finish[step] = max((finish[b] for b in before.get(step, [])), default=0) + seconds_of(
                item.durations[step]
            )
    return max(finish.values())


def planned_time(brief: str) -> tuple[int | None, str]:
    """Seconds of the plan made from a brief, and what was said where there is none."""
    try:
        planned = plan_document(brief)
    except GoalError as error:
        return None, error.message
    remarks = "; ".join(f"{r.code}: {r.quotes[0].shown if r.quotes else ''}" for r in planned.remarks)
    if planned.text is None:
        return None, remarks
    check = verify(planned.text)
    if check.faults:
        return None, check.faults[0].message
    return schedule_plan(check.check.plans[0].source.plan, budget=_BUDGET).makespan, remarks


def run(items: list[Item], phrasing: str) -> dict[str, Any]:
    """One phrasing over all items: how many are right, which are not and why, and milliseconds for each."""
    wrong: list[dict[str, Any]] = []
    started = time.perf_counter()
    for item in items:
        got, why = planned_time(PHRASINGS[phrasing](item))
        if got != item.optimal_seconds:
            wrong.append(
                {
                    "id": item.id,
                    "title": item.title,
                    "expected": item.optimal_seconds,
                    "planned": got,
                    "why": why,
                }
            )
    spent = time.perf_counter() - started
    return {
        "phrasing": phrasing,
        "right": len(items) - len(wrong),
        "total": len(items),
        "ms_per_item": round(1000 * spent / max(1, len(items)), 1),
        "wrong": wrong,
    }


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file", type=Path)
    parser.add_argument("--phrasing", type=int, action="append", choices=range(1, len(PHRASINGS) + 1))
    parser.add_argument("--brief", type=int, metavar="ID")
    parser.add_argument("--limit", type=int, help="only the first so many items")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    items = read_items(options.file.read_text(encoding="utf-8"))[: options.limit]
    names = [list(PHRASINGS)[n - 1] for n in options.phrasing or range(1, len(PHRASINGS) + 1)]
    if options.brief is not None:
        for item in (each for each in items if each.id == options.brief):
            for name in names:
                print(f"--- {name}\n{PHRASINGS[name](item)}")
        return 0
    odd = [item for item in items if abs(shortest_time(item) - item.optimal_seconds) > 0.5]
    consistent = [item for item in items if item not in odd]
    print(f"{len(items)} items, {len(odd)} of them inconsistent:")
    for item in odd:
        print(
            f"  {item.id} {item.title}: {shortest_time(item):.0f}s by its own steps, "
            f"{item.optimal_seconds:.0f}s in the data"
        )
    results: list[dict[str, Any]] = []
    for name in names:
        result = run(consistent, name)
        results.append(result)
        number = list(PHRASINGS).index(name) + 1
        print(
            f"{number:2} {name:18} {result['right']}/{result['total']}  {result['ms_per_item']} ms per item"
        )
        for each in result["wrong"]:
            print(
                f"     {each['id']} {each['title']}: {each['planned']} instead of {each['expected']:.0f}. "
                f"{each['why'][:200]}"
            )
    if options.json:
        print(
            json.dumps({"items": len(items), "inconsistent": [item.id for item in odd], "phrasings": results})
        )
    return 0 if all(result["right"] == result["total"] for result in results) else 1


if __name__ == "__main__":
    raise SystemExit(main())
