"""The axis of time that charts share: where a time is, and where the lines and labels are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from orchestrate_ls.report.svg import element, escape
from orchestrate_ls.text.spans import span

_HOUR: Final = 3600
_STEPS: Final = tuple(
    round(each * _HOUR)
    for each in (
        1 / 60,
        1 / 12,
        1 / 4,
        1 / 2,
        1,
        2,
        4,
        8,
        16,
        24,
        40,
        80,
        160,
        400,
        800,
        1600,
        4000,
        16000,
        80000,
    )
)
_MOST: Final = 13


@dataclass(frozen=True, slots=True)
class TimeAxis:
    """From one time of the schedule to another, drawn from one place to another."""

    start: int
    end: int
    left: float
    right: float

    def x(self, time: float) -> float:
        """Where a time is."""
        length = max(1, self.end - self.start)
        return self.left + (time - self.start) / length * (self.right - self.left)

    def ticks(self) -> list[int]:
        """Round times, at most thirteen."""
        length = max(1, self.end - self.start)
        step = next((each for each in _STEPS if length / each <= _MOST), _STEPS[-1])
        first = -(-self.start // step) * step
        return list(range(first, self.end + 1, step))

    def drawn(self, top: float, bottom: float) -> str:
        """The lines with their labels above."""
        parts: list[str] = []
        for tick in self.ticks():
            x = self.x(tick)
            parts.append(element("line", x1=x, x2=x, y1=top, y2=bottom, cls="grid"))
            parts.append(
                element(
                    "text",
                    escape(span(tick) if tick else "0"),
                    x=x,
                    y=top - 7,
                    cls="tick",
                    text_anchor="middle",
                )
            )
        return "".join(parts)
