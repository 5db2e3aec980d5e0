"""The limits for language models: `[models]`, the same in a folder's settings, an editor's and the user's own file.

They say how long and how much, never whom: a folder that could name a model or an address could have goals, documents
and keys sent there. Nothing here fails: what cannot be used is reported, and the old value stays.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final, cast

from orchestrate_ls.plan.duration import Calendar, DurationError, parse_duration
from orchestrate_ls.syntax.toml_places import TomlPath
from orchestrate_ls.workspace.setting_problems import Report, near, shown_setting

MOST_REPAIR_ROUNDS: Final = 3
_LONGEST_SECONDS: Final = 3600
_MOST_RETRIES: Final = 5
_MOST_TOKENS: Final = 2_000_000
_NAMING: Final = frozenset(("default", "endpoint", "endpoints", "key", "key-env", "model", "name", "url"))


@dataclass(frozen=True, slots=True)
class ModelLimits:
    """How long and how much a language model may answer, once one was named.

    Attributes
    ----------
    seconds:
        For one answer, retries included.
    retries:
        How often a request is sent again after a failure that may pass.
    prompt_tokens:
        Longer prompts are not sent.
    answer_tokens:
        What the model is told not to exceed; None for its own limit.
    repair_rounds:
        How often findings go back to the model.
    """

    seconds: float = 300.0
    retries: int = 2
    prompt_tokens: int = 100_000
    answer_tokens: int | None = None
    repair_rounds: int = MOST_REPAIR_ROUNDS


def read_model_limits(old: ModelLimits, value: object, path: TomlPath, report: Report) -> ModelLimits:
    """The limits of a `[models]` table."""
    if not isinstance(value, Mapping):
        report(path, "`models` is a table: `[models]`, then for example `repair-rounds = 1`", False)
        return old
    new = old
    for name, given in cast("Mapping[str, object]", value).items():
        if given is None:
            continue
        reader = LIMITS.get(name)
        if reader is None:
            hint = (
                "; which model is asked, and where it is reached, is never a folder's to say, but that of `--model` and"
                " of your own `models.toml`"
                if name in _NAMING
                else near(name, LIMITS, "the limits are")
            )
            report((*path, name), f"there is no setting `models.{shown_setting(name)}`{hint}", True)
            continue
        try:
            new = reader(new, given)
        except WrongLimitError as error:
            report((*path, name), str(error), False)
    return new


class WrongLimitError(Exception):
    """The message says what is wrong with a value and what to write."""


def _time_out(old: ModelLimits, value: object) -> ModelLimits:
    seconds = None
    if isinstance(value, str):
        try:
            seconds = parse_duration(value, Calendar(24, 7))
        except DurationError as error:
            raise WrongLimitError(f"{error.message}; {error.hint}") from None
    if seconds is None or not 1 <= seconds <= _LONGEST_SECONDS:
        raise WrongLimitError('`time-out` is a duration from one second to an hour, for example "5m"')
    return replace(old, seconds=float(seconds))


def _whole(name: str, value: object, least: int, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise WrongLimitError(f"`{name}` is a whole number from {least:,} to {most:,}")
    return value


def _retries(old: ModelLimits, value: object) -> ModelLimits:
    return replace(old, retries=_whole("retries", value, 0, _MOST_RETRIES))


def _prompt_tokens(old: ModelLimits, value: object) -> ModelLimits:
    return replace(old, prompt_tokens=_whole("prompt-tokens", value, 1_000, _MOST_TOKENS))


def _answer_tokens(old: ModelLimits, value: object) -> ModelLimits:
    return replace(old, answer_tokens=_whole("answer-tokens", value, 100, _MOST_TOKENS))


def _repair_rounds(old: ModelLimits, value: object) -> ModelLimits:
    return replace(old, repair_rounds=_whole("repair-rounds", value, 0, MOST_REPAIR_ROUNDS))


LIMITS: Final[Mapping[str, Callable[[ModelLimits, object], ModelLimits]]] = {
    "time-out": _time_out,
    "retries": _retries,
    "prompt-tokens": _prompt_tokens,
    "answer-tokens": _answer_tokens,
    "repair-rounds": _repair_rounds,
}
"""Each limit's reader; it raises ``WrongLimitError``."""
