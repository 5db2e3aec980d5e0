"""What the clauses of a sentence are made of, what they give, and what they can refer to.

Plain data and how it is filled; knows no steps' names and reads no sentence (see `clauses.py`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from orchestrate_ls.planner.stated.cues import Cue, Direction, says_parallel
from orchestrate_ls.planner.stated.durations import Length, durations_in

Steps = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """Mentions that stand together ("A, B and C"), with the words between them."""

    mentions: tuple[Steps, ...]
    joints: tuple[str, ...]
    inside: str = ""
    """Words inside the mentions that are not the steps' own, such as "must not be"."""

    @property
    def steps(self) -> Steps:
        """All steps of the run, each once."""
        return tuple(dict.fromkeys(step for steps in self.mentions for step in steps))

    def cut(self, place: int) -> tuple[Run, Run]:
        """The mentions before this place, and the others."""
        return (
            Run(self.mentions[:place], self.joints[: place - 1]),
            Run(self.mentions[place:], self.joints[place:]),
        )


@dataclass(slots=True)
class Outcome:
    """What one sentence gave."""

    orders: list[tuple[int, int, Length | None]] = field(default_factory=list[tuple[int, int, Length | None]])
    parallels: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])
    understood: bool = False
    stage: Steps = ()
    meant: Steps = ()
    named: tuple[Steps, ...] = ()

    @property
    def is_something(self) -> bool:
        """Whether the sentence says anything of the order of steps."""
        return bool(self.orders or self.parallels) or self.understood

    @property
    def weight(self) -> int:
        """How much was read."""
        return len({(a, b) for a, b, _ in self.orders}) + len(set(self.parallels))

    def relate(self, left: Steps, cue: Cue, right: Steps, words: str) -> None:
        """Note what a cue, found in these words, says of the steps on its two sides."""
        if cue.direction is Direction.FREE or cue.direction is Direction.PARALLEL:
            self.parallels += [(a, b) for a in left for b in right]
            self.understood = True
            return
        lag = lag_before(words[: cue.start])
        if cue.direction is Direction.BEFORE:
            self.orders += [(a, b, lag) for a in left for b in right]
        else:
            self.orders += [(b, a, lag) for a in left for b in right]
        if says_parallel(words):
            self.side_by_side(left)

    def side_by_side(self, steps: Steps) -> None:
        """Note that all of these may go on at once."""
        self.understood = True
        if len(steps) <= 60:
            self.parallels += [(a, b) for i, a in enumerate(steps) for b in steps[i + 1 :]]

    def chain(self, steps: Sequence[int]) -> None:
        """Note that each of these comes before the next."""
        self.orders += [(a, b, None) for a, b in pairwise(steps)]
        self.understood = True
        self.stage = tuple(steps[-1:])


@dataclass(frozen=True, slots=True)
class Context:
    """What a sentence can refer to: the steps that go on last (`stage`), those before them, and the last subject.

    `named` are the steps of the sentence before, as it names them: "the former" and "the latter".
    """

    stage: Steps = ()
    before_stage: Steps = ()
    meant: Steps = ()
    named: tuple[Steps, ...] = ()

    def after(self, outcome: Outcome) -> Context:
        """The context for the sentence behind one that gave this."""
        before = self.before_stage
        if outcome.stage:
            into = tuple(b for b, a, _ in outcome.orders if a in outcome.stage)
            before = tuple(dict.fromkeys(into)) or before
        return Context(
            outcome.stage or self.stage, before, outcome.meant or self.meant, outcome.named or self.named
        )

    def naming(self, steps: Steps) -> Context:
        """The context behind a sentence that only names steps."""
        return Context(self.stage, self.before_stage, steps, (steps,))


def lag_before(words: str) -> Length | None:
    """The time said right before "after": "two hours after step 1"."""
    found = durations_in(words)
    if not found or words[found[-1].end :].strip(" ,"):
        return None
    if not re.search(
        r"(?:^|\b(?:ready|done|finished|completed?|over|start\w*|begin\w*|least|earliest|exactly|only|wait|can|must|then|happens?"
        r"|comes?|follows?|and))\s*$",
        words[: found[-1].start].rstrip(" ,"),
        re.IGNORECASE,
    ):
        return None
    return found[-1].lengths[-1]
