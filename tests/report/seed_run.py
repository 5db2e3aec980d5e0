"""The run of the seed's plan that its completion report tells of, as events.

What the report states of the run holds here: actual times, quality, two defects that were fixed, and 23h from start to
end. Between the tasks' times (which take 20.5h one after the other along T1, T2, T3, T7, T8) and 23h lie 2.5h; that T3
met with "unexpected API rate limiting" is the one delay it names, so T3 is blocked for so long.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from orchestrate_ls.progress.event import Event, EventKind, line_of, make_event

PLAN_ID = "pseed"
BEGIN = datetime(2026, 11, 23, tzinfo=UTC)
END = "2026-11-23T23:00:00Z"

# Task, start and end in hours, agent, quality, what was said at the end.
RUN = (
    ("T1", 0, 2, "database-architect", 0.95, None),
    ("T2", 2, 6.5, "api-developer", 0.88, None),
    (
        "T3",
        6.5,
        16,
        "api-integration-specialist",
        0.82,
        "OAuth2 integration with Google and GitHub successful",
    ),
    ("T4", 6.5, 9, "api-developer", 0.90, None),
    ("T5", 9, 12, "api-developer", 0.85, None),
    ("T6", 6.5, 11.5, "frontend-developer", 0.92, None),
    ("T7", 16, 20, "test-engineer", 0.90, "Comprehensive test coverage"),
    ("T8", 20, 23, "test-engineer", 0.85, None),
    ("T9", 16, 17.5, "security-specialist", 0.80, "Security audit passed with minor recommendations"),
    ("T10", 16, 19, "technical-writer", 0.90, "Documentation complete and thorough"),
)


def event(kind: EventKind, task: str, hours: float, **details: Any) -> Event:
    return make_event(PLAN_ID, BEGIN + timedelta(hours=hours), kind, task, task, **details)


def seed_events() -> list[Event]:
    found: list[Event] = []
    for task, start, end, agent, score, note in RUN:
        found.append(event(EventKind.STARTED, task, start, agent=agent))
        found.append(event(EventKind.DONE, task, end, score=score, note=note))
    found += [
        event(EventKind.BLOCKED, "T3", 9, note="Unexpected API rate limiting"),
        event(EventKind.UNBLOCKED, "T3", 11.5),
        event(EventKind.PROGRESS, "T3", 15, note="Required additional error handling not in original scope"),
        *_found_and_fixed("T7", 18, "tests", "token refresh fails after an hour"),
        *_found_and_fixed("T9", 16.5, "security_scan", "OAuth state parameter is missing"),
    ]
    return sorted(found, key=lambda each: each.order)


def _found_and_fixed(task: str, hours: float, check: str, note: str) -> Iterator[Event]:
    for verdict, later in (("failed", 0.0), ("passed", 0.75)):
        said = note if verdict == "failed" else None
        yield event(
            EventKind.CHECKED,
            task,
            hours + later,
            gate="code_review",
            check=check,
            verdict=verdict,
            note=said,
        )


def play(folder: Path, plan: str, events: list[Event]) -> Path:
    """Write a plan and its journal."""
    path = folder / "seed.plan.yaml"
    path.write_text(f"plan_id: {PLAN_ID}\ngoal: User Authentication System\n{plan}", encoding="utf-8")
    journal = folder / ".orchestrate/seed.events.jsonl"
    journal.parent.mkdir(exist_ok=True)
    journal.write_bytes(b"".join(map(line_of, events)))
    return path
