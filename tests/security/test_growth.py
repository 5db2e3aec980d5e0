"""Texts that are made to take long: with twice the length they must not take four times as long."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

import pytest

from orchestrate_ls.agents.front_matter import read_front_matter
from orchestrate_ls.execution.output_text import shown_output
from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.planner.models.answer import find_plan
from orchestrate_ls.planner.stated.document import read_document
from orchestrate_ls.planner.stated.reader import read_facts

SMALL: Final = 5_000
FACTOR: Final = 8
LEAST: Final = 0.05
"""Seconds of processor time below which nothing can be said."""
MOST: Final = FACTOR**1.5


def _plan(text: str) -> object:
    return PlanFile.parse(f"tasks:\n- id: A\n  name: {text}")


READERS: Final[dict[str, Callable[[str], object]]] = {
    "a plan": _plan,
    "a model's answer": find_plan,
    "an agent's output": shown_output,
    "a goal": lambda text: read_facts(text[:20_000]),
    "a document": read_document,
    "front matter": lambda text: read_front_matter(f"---\n{text}\n---\n", lenient=True),
}
PIECES: Final = (
    "[",
    "{",
    "\r",
    "\x1b]",
    "- ",
    "1-",
    "a, ",
    "`",
    "<think>",
    "  - a\n",
    "working days ",
    "not ",
    "(",
    "\u2028",
)


def seconds(reader: Callable[[str], object], text: str) -> float:
    """Processor time, the least of two tries."""
    found: list[float] = []
    for _ in range(2):
        begun = time.process_time()
        reader(text)
        found.append(time.process_time() - begun)
    return min(found)


@pytest.mark.slow
@pytest.mark.parametrize("name", READERS)
def test_nothing_takes_the_square_of_a_texts_length(name: str) -> None:
    reader = READERS[name]
    slow: dict[str, float] = {}
    for piece in PIECES:
        for begin in ("", "after: "):
            short = seconds(reader, (begin + piece * SMALL)[:SMALL])
            if short < LEAST / FACTOR:
                continue
            long = seconds(reader, (begin + piece * SMALL * FACTOR)[: SMALL * FACTOR])
            if long > LEAST and long > MOST * short:
                slow[begin + piece] = long / short
    assert slow == {}, "growth of the time with an eightfold text"
