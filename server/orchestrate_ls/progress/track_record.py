"""What earlier plans say of estimates and agents: how much longer work took than estimated, and how well it went.

Pure: samples come in, from whoever reads journals. Nothing here knows plans or events.

Estimates are corrected on a log scale, since times are skewed: r = ln(actual / estimate), with r cut to a factor of ten
either way (a forgotten `done` over a weekend says nothing of the work). Three effects are added up, each shrunk
towards none by Z = n / (n + K), the credibility of n samples (H. Bühlmann, "Experience rating and credibility",
ASTIN Bulletin 4(3), 1967, pages 199-207; with a fixed K where he estimates it from variances):

- all work:      o = sum(r) / (n + K)
- of a kind:     k = sum(r - o) / (n_kind + K), over the samples of the kind
- by an agent:   a = sum(r - o - k) / (n_agent + K), over those of the agent, each less the effect of its kind

The factor for an agent and a kind is exp(o + k + a), cut to 0.1 to 10. Without samples it is 1.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

CREDIBILITY: Final = 4.0
"""K: with so many samples half of what they say is believed."""
LARGEST: Final = 10.0
"""The factor that one sample counts as at most; its reciprocal at least."""
RECENT: Final = 0.8
"""What each attempt at a task counts, of what the next one by the same agent does."""
PERFORMANCE_CREDIBILITY: Final = 2.0
MIDDLING: Final = 0.5
"""The performance of an agent of which nothing is known."""
WORTH_SAYING: Final = 0.1
"""A factor nearer to 1 than this is no news."""
LEAST_SAMPLES: Final = 3
"""Fewer of a kind or agent are no ground for advice."""


@dataclass(frozen=True, slots=True)
class EstimateSample:
    """A finished task: seconds of work it took and was estimated to take, both over 0. ``agent`` is empty for nobody.

    ``plan`` and ``task`` say which it was.
    """

    plan: str
    task: str
    agent: str
    kind: str
    estimated: int
    actual: int

    @property
    def ratio(self) -> float:
        """Actual / estimated."""
        return self.actual / self.estimated


@dataclass(frozen=True, slots=True)
class AttemptSample:
    """How an agent's attempt at a task went, from 0 to 1: 0 for one that failed or was sent back; else the mean of
    what is known of its quality (the score) and its timeliness (the lesser of 1 and estimate / actual).
    """

    agent: str
    value: float


@dataclass(frozen=True, slots=True)
class Correction:
    """What an estimate should be multiplied by, and what that rests on.

    ``samples`` are those of all work, ``of_kind`` and ``of_agent`` those of the kind and of the agent.
    """

    factor: float
    samples: int
    of_kind: int
    of_agent: int

    @property
    def is_worth_saying(self) -> bool:
        """Whether there is enough ground for advice, and something to advise."""
        return max(self.of_kind, self.of_agent) >= LEAST_SAMPLES and abs(self.factor - 1) >= WORTH_SAYING


@dataclass(frozen=True)
class TrackRecord:
    """Samples of earlier work; those of attempts in the order of time."""

    estimates: tuple[EstimateSample, ...] = ()
    attempts: tuple[AttemptSample, ...] = ()

    @cached_property
    def _effects(self) -> _Effects:
        return _Effects.of(self.estimates)

    @cached_property
    def performances(self) -> Mapping[str, float]:
        """For each agent its recent performance, from 0 to 1.

        (sum(w v) + K m) / (sum(w) + K) over its attempts' values v, where w is 1 for the last, 0.8 for the one before,
        and so on; m = 0.5 is what is presumed of anybody, with the weight of K = 2 attempts.
        """
        sums: dict[str, tuple[float, float]] = {}
        for each in self.attempts:
            weight, value = sums.get(each.agent, (0.0, 0.0))
            sums[each.agent] = weight * RECENT + 1, value * RECENT + each.value
        return {
            agent: round((value + PERFORMANCE_CREDIBILITY * MIDDLING) / (weight + PERFORMANCE_CREDIBILITY), 4)
            for agent, (weight, value) in sorted(sums.items())
        }

    def correction(self, agent: str | None, kind: str | None) -> Correction:
        """What estimates of such work should be multiplied by; None for any agent or any kind."""
        effects = self._effects
        log = effects.overall
        of_kind = of_agent = 0
        if kind is not None:
            of_kind, effect = effects.kinds.get(kind, (0, 0.0))
            log += effect
        if agent:
            of_agent, effect = effects.agents.get(agent, (0, 0.0))
            log += effect
        log = max(-math.log(LARGEST), min(math.log(LARGEST), log))
        return Correction(round(math.exp(log), 4), len(self.estimates), of_kind, of_agent)


def mean_ratio(samples: Iterable[EstimateSample]) -> float:
    """The geometric mean of the samples' ratios, each cut to a factor of ten either way; 1 without any."""
    logs = [_log(each.ratio) for each in samples]
    return math.exp(math.fsum(logs) / len(logs)) if logs else 1.0


NO_RECORD: Final = TrackRecord()


@dataclass(frozen=True, slots=True)
class _Effects:
    """On the log scale: of all work, and by kind and agent with the number of samples."""

    overall: float = 0.0
    kinds: Mapping[str, tuple[int, float]] = field(default_factory=dict[str, tuple[int, float]])
    agents: Mapping[str, tuple[int, float]] = field(default_factory=dict[str, tuple[int, float]])

    @classmethod
    def of(cls, samples: Iterable[EstimateSample]) -> _Effects:
        """The effects that some samples show."""
        logs = [(each, _log(each.ratio)) for each in samples]
        overall = math.fsum(log for _, log in logs) / (len(logs) + CREDIBILITY)
        kinds = _shrunk((each.kind, log - overall) for each, log in logs)
        agents = _shrunk(
            (each.agent, log - overall - kinds[each.kind][1]) for each, log in logs if each.agent
        )
        return cls(overall, kinds, agents)


def _shrunk(residuals: Iterable[tuple[str, float]]) -> dict[str, tuple[int, float]]:
    groups: dict[str, list[float]] = {}
    for name, residual in residuals:
        groups.setdefault(name, []).append(residual)
    return {
        name: (len(own), math.fsum(own) / (len(own) + CREDIBILITY)) for name, own in sorted(groups.items())
    }


def _log(ratio: float) -> float:
    return max(-math.log(LARGEST), min(math.log(LARGEST), math.log(ratio)))
