"""How much of the machine others had while something was measured. Linux only; elsewhere it says nothing."""

from __future__ import annotations

from pathlib import Path

_STAT = Path("/proc/stat")
_IDLE, _IOWAIT, _STEAL = 3, 4, 7


class MachineLoad:
    """Counts from when it is made."""

    def __init__(self) -> None:
        self._before = _jiffies()

    def note(self) -> str | None:
        """One sentence on how busy the processors were and what the host took; None where it is not known."""
        after = _jiffies()
        if not after or not self._before:
            return None
        spent = [later - earlier for earlier, later in zip(self._before, after, strict=True)]
        total = sum(spent[: _STEAL + 1]) or 1
        stolen = spent[_STEAL] / total
        idle = (spent[_IDLE] + spent[_IOWAIT]) / total
        return (
            f"While it ran, the processors were {idle:.0%} idle,"
            f" and {stolen:.0%} of their time went to other guests of the host."
        )


def _jiffies() -> list[int]:
    if not _STAT.is_file():
        return []
    return [int(word) for word in _STAT.read_text().split("\n", 1)[0].split()[1:]]
