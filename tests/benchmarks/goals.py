"""Plans of goals in plain words against what any good plan for them must show.

    python tests/benchmarks/goals.py [FILE] [--set NAME] [--area AREA] [--plan N] [--failures] [--json]

FILE (goals.yaml beside this script) gives for each goal the features to be covered, orders, exclusions, size and the
share of work that must be able to run in parallel. For each goal it prints how many features a task names, how many
have a task of their own, orders broken, things that should be absent, redundant dependencies (judged by networkx), the
critical path over the sum of estimates, the number of tasks and the time. `--plan N` prints one goal's tasks.

A feature is covered when the name or description of a task matches it. It has a task of its own when features can be
given different tasks that match by name: the largest matching of features to tasks. Both are counted over all features.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import sys
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import networkx as nx
import yaml

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "server"))
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from orchestrate_ls.planner.intelligible import GoalError
from orchestrate_ls.planner.offline import plan_offline
from orchestrate_ls.planner.verify import verify
from tests.planner.plan_reading import critical_path_hours, expected, graph, load_fast

GOALS = Path(__file__).with_name("goals.yaml")


@dataclass
class Measured:
    """One goal's figures. `wrong` says in words what is not as it must be; `seconds` is the planner's time."""

    number: int
    set: str
    area: str
    goal: str
    features: int = 0
    covered: int = 0
    own_task: int = 0
    orders: int = 0
    orders_broken: int = 0
    present: int = 0
    redundant: int = 0
    faults: int = 0
    tasks: int = 0
    critical_over_total: float = 1.0
    seconds: float = 0.0
    wrong: list[str] = field(default_factory=list[str])


def main() -> int:
    """Measure and print; 1 when anything is not as it must be."""
    options = _options()
    entries = yaml.safe_load(options.file.read_text(encoding="utf-8"))["goals"]
    chosen = [
        (number, entry)
        for number, entry in enumerate(entries, 1)
        if options.set in (None, entry.get("set", "base")) and options.area in (None, entry["area"])
    ]
    if options.plan is not None:
        print_plan(entries[options.plan - 1]["goal"])
        return 0
    plan_offline(
        "Build a warm-up page"
    )  # The catalogue is read once in a process; that time is not a goal's.
    results = [measure(number, entry) for number, entry in chosen]
    if options.json:
        print(json.dumps({"goals": [asdict(one) for one in results], "total": totals(results)}, indent=2))
    else:
        print_table(results, only_failures=options.failures)
    return 1 if any(one.wrong for one in results) else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Plans of goals against what they must show.")
    parser.add_argument("file", nargs="?", type=Path, default=GOALS)
    parser.add_argument("--set", choices=["base", "held-out", "held-out-2", "as-typed"])
    parser.add_argument("--area")
    parser.add_argument("--plan", type=int, metavar="N", help="print the tasks of goal N")
    parser.add_argument("--failures", action="store_true", help="print only goals with something wrong")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def measure(number: int, entry: dict[str, Any]) -> Measured:
    """Plan a goal and judge the plan."""
    one = Measured(number, entry.get("set", "base"), entry["area"], entry["goal"])
    features: list[str] = entry.get("features", [])
    one.features, one.orders = len(features), len(entry.get("orders", []))
    began = time.perf_counter()
    try:
        planned = plan_offline(entry["goal"])
    except GoalError as error:
        one.wrong.append(f"refused: {error.message}")
        return one
    one.seconds = time.perf_counter() - began
    plan = load_fast(planned.text)
    one.faults = len(verify(planned.text).faults)
    if one.faults:
        one.wrong.append(f"{one.faults} findings of the rules")
    _judge_features(one, features, plan["tasks"])
    _judge_order(one, entry.get("orders", []), plan)
    _judge_absent(one, entry.get("absent", []), plan["tasks"])
    _judge_size(one, entry, plan)
    kind = entry.get("kind")
    if kind is not None and planned.brief.kind != kind:
        one.wrong.append(f"taken for {planned.brief.kind}, is {kind}")
    return one


def _judge_features(one: Measured, features: list[str], tasks: list[dict[str, Any]]) -> None:
    names = [task["name"].lower() for task in tasks]
    texts = [f"{name} {task['description'].lower()}" for name, task in zip(names, tasks, strict=True)]
    matches: nx.Graph[Any] = nx.Graph()
    for number, pattern in enumerate(features):
        matches.add_node(("feature", number))
        if any(re.search(pattern, text, re.IGNORECASE) for text in texts):
            one.covered += 1
        else:
            one.wrong.append(f"not covered: {pattern}")
        for place, name in enumerate(names):
            if re.search(pattern, name, re.IGNORECASE):
                matches.add_edge(("feature", number), ("task", place))
    side = [node for node in matches if node[0] == "feature"]
    matching = nx.bipartite.maximum_matching(matches, top_nodes=side)
    one.own_task = sum(node in matching for node in side)


def _judge_order(one: Measured, orders: list[list[str]], plan: dict[str, Any]) -> None:
    order = graph(plan)
    names = {task["id"]: task["name"] for task in plan["tasks"]}
    for earlier, later in orders:
        before = {key for key, name in names.items() if re.search(earlier, name, re.IGNORECASE)}
        after = {key for key, name in names.items() if re.search(later, name, re.IGNORECASE)} - before
        if not before or not after:
            one.orders_broken += 1
            one.wrong.append(f"no task to order: {later if before else earlier}")
        elif not all(nx.ancestors(order, key) & before for key in after):
            one.orders_broken += 1
            one.wrong.append(f"order broken: {earlier} before {later}")
    one.redundant = order.number_of_edges() - nx.transitive_reduction(order).number_of_edges()
    if one.redundant:
        one.wrong.append(f"{one.redundant} redundant dependencies")


def _judge_absent(one: Measured, absent: list[str], tasks: list[dict[str, Any]]) -> None:
    lines = [
        line for task in tasks for line in (task["name"], task["description"], *task["success_criteria"])
    ]
    for pattern in absent:
        hit = next((line for line in lines if re.search(pattern, line, re.IGNORECASE)), None)
        if hit is not None:
            one.present += 1
            one.wrong.append(f"must be absent: {pattern} ({hit})")


def _judge_size(one: Measured, entry: dict[str, Any], plan: dict[str, Any]) -> None:
    one.tasks = len(plan["tasks"])
    least, most = entry["tasks"]
    if not least <= one.tasks <= most:
        one.wrong.append(f"{one.tasks} tasks, not {least} to {most}")
    total = sum(expected(task) for task in plan["tasks"])
    one.critical_over_total = critical_path_hours(plan) / total
    share = entry.get("parallel", 0.0)
    if 1 - one.critical_over_total < share:
        one.wrong.append(f"{1 - one.critical_over_total:.0%} in parallel, not {share:.0%}")


def totals(results: list[Measured]) -> dict[str, Any]:
    """The figures of all goals together."""
    return {
        "goals": len(results),
        "goals_right": sum(not one.wrong for one in results),
        "features": sum(one.features for one in results),
        "covered": sum(one.covered for one in results),
        "own_task": sum(one.own_task for one in results),
        "orders": sum(one.orders for one in results),
        "orders_broken": sum(one.orders_broken for one in results),
        "present_though_excluded": sum(one.present for one in results),
        "redundant": sum(one.redundant for one in results),
        "faults": sum(one.faults for one in results),
        "tasks": sum(one.tasks for one in results),
        "critical_over_total_mean": statistics.fmean(one.critical_over_total for one in results),
        "milliseconds_median": statistics.median(one.seconds for one in results) * 1000,
        "milliseconds_most": max(one.seconds for one in results) * 1000,
    }


def print_table(results: list[Measured], *, only_failures: bool) -> None:
    """The figures for people: a line for each goal, what is wrong below it, the totals last."""
    print("  no  area           covered  own  orders  absent  redundant  crit/total  tasks      ms  goal")
    for one in results:
        if only_failures and not one.wrong:
            continue
        kept = one.orders - one.orders_broken
        print(
            f"{one.number:4}  {one.area:13} {one.covered:4}/{one.features:<3} {one.own_task:4} "
            f"{f'{kept}/{one.orders}':>7} {'no' if one.present else 'yes':>7} {one.redundant:10} "
            f"{one.critical_over_total:11.2f} {one.tasks:6} {one.seconds * 1000:7.1f}  {one.goal[:56]!r}"
        )
        for line in one.wrong:
            print(f"        {line}")
    for name in dict.fromkeys(one.set for one in results):
        total = totals([one for one in results if one.set == name])
        print(f"\n{name}:")
        for key, value in total.items():
            print(f"  {key:28} {value:.2f}" if isinstance(value, float) else f"  {key:28} {value}")


def print_plan(goal: str) -> None:
    """One goal's tasks, with what they wait for."""
    plan = load_fast(plan_offline(goal).text)
    print(goal)
    for task in plan["tasks"]:
        print(f"{task['id']:>4} {task['name']}  [{', '.join(task['dependencies'])}]  {task['agent']}")
        print(f"     {task['description']}")


if __name__ == "__main__":
    sys.exit(main())
