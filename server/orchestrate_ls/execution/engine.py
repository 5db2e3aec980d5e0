"""What the coordinator and the engines say to each other: orders for attempts at tasks, and what came of them.

Plain data that survives JSON, since an engine may store it or send it to another machine. Knows no engine, and nothing
of plans or journals.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any, Final, Protocol, cast

DEFAULT_OUTPUT_LIMIT: Final = 10_000_000
"""Bytes of an attempt's output that are kept, unless the settings say otherwise."""


class Ending(StrEnum):
    """How an attempt ended."""

    DONE = "done"
    FAILED = "failed"
    TIMED_OUT = "timed-out"
    OVER_BUDGET = "over-budget"
    CANCELLED = "cancelled"
    LOST = "lost"
    """Nobody knows: whoever performed it is gone."""


@dataclass(frozen=True, slots=True)
class AgentCommand:
    """What is started for an agent. It comes from the settings, never from a plan.

    Attributes
    ----------
    argv
        The program and its arguments; no shell reads them.
    environment
        Variables to set, with their values.
    pass_on
        Names of variables that are handed on from the environment of whoever performs the order, besides the few
        that every program needs. Their values (keys, for example) are in no order.
    time_out
        Seconds for one attempt; None for as long as it takes.
    output_limit
        Bytes of output that are kept.
    tool
        Whose output it writes: the name of a preset, or empty for a command of the user's own.
    """

    argv: tuple[str, ...]
    environment: tuple[tuple[str, str], ...] = ()
    pass_on: tuple[str, ...] = ()
    time_out: float | None = None
    output_limit: int = DEFAULT_OUTPUT_LIMIT
    tool: str = ""

    def to_data(self) -> dict[str, Any]:
        """As JSON data."""
        return {
            **_plain(self),
            "argv": list(self.argv),
            "environment": [list(each) for each in self.environment],
            "pass_on": list(self.pass_on),
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> AgentCommand:
        """Read what ``to_data`` gave; fields of later versions are passed over."""
        known = _known(cls, data)
        known["argv"] = tuple(known["argv"])
        known["environment"] = tuple((name, value) for name, value in known.get("environment", ()))
        known["pass_on"] = tuple(known.get("pass_on", ()))
        return cls(**known)


@dataclass(frozen=True, slots=True)
class Order:
    """One attempt at one task.

    Attributes
    ----------
    key
        Idempotency key: the same for one attempt however often it is performed, different for all others. The agent
        finds it in ``ORCHESTRATE_IDEMPOTENCY_KEY``.
    plan_id, run, task, attempt, agent
        Which attempt it is; ``task`` is the id that the task has in the plan.
    command
        What is started.
    folder
        Where, as an absolute path.
    handoff
        What the agent is told, on standard input.
    plan
        The path of the plan's file.
    kept
        The folder in which output, hand-off and result are kept, as an absolute path; empty for a temporary one.
    model
        Which model the agent should use; empty for its own choice.
    most_tokens, most_cost, currency
        The budget of the attempt; None for none.
    workspace
        Further data about the folder: ``files`` are the patterns of what the task writes, where it is to be looked
        whether anything else was changed.
    """

    key: str
    plan_id: str
    run: str
    task: str
    attempt: int
    agent: str
    command: AgentCommand
    folder: str
    handoff: str
    plan: str = ""
    kept: str = ""
    model: str = ""
    most_tokens: int | None = None
    most_cost: float | None = None
    currency: str = ""
    workspace: Mapping[str, Any] = field(default_factory=dict[str, Any])

    def to_data(self) -> dict[str, Any]:
        """As JSON data."""
        return {**_plain(self), "command": self.command.to_data(), "workspace": dict(self.workspace)}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Order:
        """Read what ``to_data`` gave; fields of later versions are passed over."""
        known = _known(cls, data)
        known["command"] = AgentCommand.from_data(known["command"])
        return cls(**known)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an order.

    Attributes
    ----------
    key
        That of the order.
    ended
        How.
    exit_code
        Of the process; negative for the signal it died of, None where none ended.
    note
        In words: the agent's own, or why it failed. Free of terminal escapes.
    score, artefacts, percent, tokens, cost, currency, model
        As the agent told them.
    output
        Where its output is kept.
    seconds
        How long it took.
    outside
        Files that were changed in its folder meanwhile, and are none of those that the task writes; the first ones, if
        there are many.
    """

    key: str
    ended: Ending
    exit_code: int | None = None
    note: str = ""
    score: float | None = None
    artefacts: tuple[str, ...] = ()
    percent: float | None = None
    tokens: int | None = None
    cost: float | None = None
    currency: str | None = None
    model: str | None = None
    output: str = ""
    seconds: float = 0.0
    outside: tuple[str, ...] = ()

    def to_data(self) -> dict[str, Any]:
        """As JSON data."""
        return {
            **_plain(self),
            "ended": str(self.ended),
            "artefacts": list(self.artefacts),
            "outside": list(self.outside),
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Outcome:
        """Read what ``to_data`` gave; fields of later versions are passed over."""
        known = _known(cls, data)
        known["ended"] = Ending(known["ended"])
        known["artefacts"] = tuple(known.get("artefacts", ()))
        known["outside"] = tuple(known.get("outside", ()))
        return cls(**known)


class Engine(Protocol):
    """Has orders performed, here or elsewhere, each at least once; one that ended is never performed again."""

    def submit(self, order: Order) -> None:
        """Have an order performed. The same key twice is one attempt."""
        ...

    def outcomes(self, patience: float) -> list[Outcome]:
        """What ended since the last call; waits up to ``patience`` seconds for something to."""
        ...

    def under_way(self) -> frozenset[str]:
        """Keys of what was submitted, by an earlier process too, and whose end was not told yet."""
        ...

    def cancel(self, key: str) -> None:
        """Stop an attempt; its outcome says that it was cancelled."""
        ...

    def close(self, *, at_once: bool = False) -> None:
        """Let go of everything. ``at_once`` stops what is under way; else that is waited for."""
        ...


def _plain(record: Any) -> dict[str, Any]:
    return {each.name: getattr(record, each.name) for each in fields(record)}


def _known(kind: type[Any], data: Mapping[str, Any]) -> dict[str, Any]:
    names = {each.name for each in fields(cast("Any", kind))}
    return {name: value for name, value in data.items() if name in names}
