"""Plans of any size with runs of them: delays, failures, blocked tasks, tokens. One size is always the same run."""

from __future__ import annotations

import random
from datetime import timedelta

from orchestrate_ls.progress.event import Event, EventKind, make_event
from tests.report.seed_run import BEGIN

VERBS = ("Design", "Build", "Test", "Review", "Integrate", "Document", "Deploy", "Fix", "Migrate")
THINGS = (
    "login",
    "payments",
    "search",
    "reports",
    "billing",
    "profile",
    "export",
    "audit log",
    "queue",
    "API",
)


def run_of(size: int) -> tuple[str, list[Event], float]:
    """The text of a plan whose id is ``run`` and its size, its events, and the hours after which they end."""
    chance = random.Random(size)
    agents = [f"agent-{number}" for number in range(max(3, size // 40))]
    free = dict.fromkeys(agents, 0.0)
    ends: dict[int, float] = {}
    events: list[Event] = []
    lines = [f"goal: Modernise the platform in {size} steps", f"concurrent_capacity: {len(agents)}", "tasks:"]

    def add(kind: EventKind, task: int, hours: float, **details: object) -> None:
        time = BEGIN + timedelta(hours=hours)
        events.append(make_event(f"run{size}", time, kind, f"T{task}", f"T{task}", **details))

    for task in range(1, size + 1):
        before = (
            sorted({chance.randint(max(1, task - 30), task - 1) for _ in range(chance.randint(1, 3))})
            if task > 3
            else []
        )
        estimate, agent = chance.randint(1, 8), chance.choice(agents)
        name = f"{chance.choice(VERBS)} the {chance.choice(THINGS)}"
        lines.append(
            f"  - {{id: T{task}, name: {name}, estimated_time: {estimate}h, agent: {agent},"
            f" dependencies: [{', '.join(f'T{each}' for each in before)}]}}"
        )
        if any(each not in ends for each in before) or (task > 0.9 * size > 9 and chance.random() < 0.5):
            continue
        start = max([free[agent], *(ends[each] for each in before)])
        length = estimate * chance.lognormvariate(0.1, 0.3)
        add(EventKind.STARTED, task, start, agent=agent)
        attempt = 1
        if chance.random() < 0.06:
            add(EventKind.FAILED, task, start + length / 2, note="the tests did not pass")
            attempt, length = 2, length * 1.4
            add(EventKind.STARTED, task, start + length / 2, attempt=2)
        if chance.random() < 0.08:
            add(EventKind.BLOCKED, task, start + length * 0.8, attempt=attempt, note="waiting for access")
            add(EventKind.UNBLOCKED, task, start + length * 0.8 + 1, attempt=attempt)
            length = length + 2
        free[agent] = start + length
        if task > 0.95 * size > 9:
            add(EventKind.PROGRESS, task, start + length * 0.9, percent=60, attempt=attempt)
            continue
        ends[task] = start + length
        used = {"tokens": chance.randint(10_000, 200_000), "cost": round(chance.uniform(0.1, 4), 2)}
        score = round(chance.uniform(0.6, 1), 2)
        add(EventKind.DONE, task, start + length, score=score, attempt=attempt, **used)
    return "\n".join(lines) + "\n", sorted(events, key=lambda each: each.order), max([0.0, *free.values()])
