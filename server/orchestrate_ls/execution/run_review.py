"""Checking the quality gates of finished work beside the run: each in a thread of its own, so that nothing waits.

Knows neither commands nor settings: what makes the checks is passed in.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias

from orchestrate_ls.plan.model import QualityGate
from orchestrate_ls.progress.event import Verdict
from orchestrate_ls.progress.state import CheckRecord


@dataclass(frozen=True, slots=True)
class ReviewedWork:
    """What is checked: gates, the folder with the work, when it began, and where outputs are kept."""

    gates: tuple[QualityGate, ...]
    folder: Path
    since: datetime | None
    kept: Path


Review: TypeAlias = Callable[[ReviewedWork, threading.Event], tuple[CheckRecord, ...]]
"""Makes all checks of some gates; the event, when set, stops it."""


class Reviewer:
    """Reviews under way, by the name of what is reviewed."""

    def __init__(self, review: Review) -> None:
        self._review = review
        self._cancelled = threading.Event()
        self._threads: dict[str, threading.Thread] = {}
        self._ended: dict[str, tuple[CheckRecord, ...]] = {}

    def begin(self, name: str, work: ReviewedWork) -> bool:
        """Begin a review; False where there is one already, under way or with its end not taken yet."""
        if name in self._threads:
            return False
        thread = threading.Thread(target=self._make, args=(name, work), daemon=True)
        self._threads[name] = thread
        thread.start()
        return True

    def take(self, name: str) -> tuple[CheckRecord, ...] | None:
        """What was found, once; None while it is under way."""
        found = self._ended.pop(name, None)
        if found is not None:
            self._threads.pop(name).join()
        return found

    def close(self) -> None:
        """Stop what is under way."""
        self._cancelled.set()
        for thread in list(self._threads.values()):
            thread.join(30)

    def _make(self, name: str, work: ReviewedWork) -> None:
        try:
            found = self._review(work, self._cancelled)
        except Exception as error:  # noqa: BLE001 - no evidence is what came of it
            now, note = datetime.now(UTC), f"it could not be checked: {type(error).__name__}: {error}"
            found = tuple(
                CheckRecord(gate.name, check.name, Verdict.UNVERIFIED, note, now)
                for gate in work.gates
                for check in gate.checks
            )
        self._ended[name] = found
