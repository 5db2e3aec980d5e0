"""How much memory a process and its descendants hold, from Linux's `/proc`. Knows nothing of what they do."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Memory:
    """Resident memory of a process tree, in MiB.

    Both are sums over the processes that live now, so pages they share count once for each. The peak adds
    each one's own highest value (`VmHWM`), wherever in time that was.
    """

    resident: float
    peak: float


def of_process_tree(pid: int) -> Memory | None:
    """Measure a process and its descendants; None where the system has no `/proc` (all but Linux)."""
    if sys.platform != "linux":
        return None
    resident = peak = 0
    waiting = [pid]
    while waiting:
        current = waiting.pop()
        try:
            status = (_PROC / str(current) / "status").read_text()
            for thread in (_PROC / str(current) / "task").iterdir():
                waiting += map(int, (thread / "children").read_text().split())
        except (FileNotFoundError, ProcessLookupError):
            continue
        sizes = dict(line.split(":", 1) for line in status.splitlines())
        resident += _kibibytes(sizes.get("VmRSS"))
        peak += _kibibytes(sizes.get("VmHWM"))
    return Memory(resident / 1024, peak / 1024)


def _kibibytes(field: str | None) -> int:
    return 0 if field is None else int(field.split()[0])
