"""What a plan's journal needs of the place where its events are kept: a file, or a table that machines share.

Knows neither of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from orchestrate_ls.execution.journal_file import LineProblem
from orchestrate_ls.progress.event import Event


class JournalStore(Protocol):
    """A place of events that is only ever appended to, and read on from where the last reading ended."""

    @property
    def name(self) -> str:
        """How it is named in messages: a path, or an address without its password."""
        ...

    @property
    def problems(self) -> list[LineProblem]:
        """The first lines that could not be read as events."""
        ...

    @property
    def passed_over(self) -> int:
        """How many there were."""
        ...

    def read_on(self) -> tuple[list[Event], bool]:
        """The events that have come since the last time, and whether it had to begin anew; those it gives then may
        be known already. Raises ``JournalError`` where it cannot be read.
        """
        ...

    def append(self, events: Sequence[Event]) -> None:
        """Write events behind the others; they are kept for good when the lock is released. Call it inside
        ``locked``. Raises ``JournalError`` where that fails.
        """
        ...

    def locked(self) -> AbstractContextManager[None]:
        """Keep all others from writing. Raises ``JournalError`` where the lock cannot be had."""
        ...
