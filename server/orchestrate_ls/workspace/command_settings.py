"""Values that settings of commands have in common: texts, names of variables, time-outs. Each is read or refused with
what to write instead. Nothing is started here.
"""

from __future__ import annotations

import re
from typing import Final, cast

from orchestrate_ls.plan.duration import Calendar, DurationError, parse_duration
from orchestrate_ls.workspace.setting_problems import WrongValueError, shown_setting

MOST_ARGUMENTS: Final = 200
LONGEST_ARGUMENT: Final = 10_000
VARIABLE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,127}")


def read_command(value: object, example: tuple[str, str]) -> tuple[str, ...]:
    """A program and its arguments; ``example`` is one with arguments, and the program alone."""
    whole, program = example
    command = read_texts("command", value, f"the program and its arguments, as in {whole}")
    if not command or not command[0].strip():
        raise WrongValueError(f"`command` names a program, as in `command = {program}`")
    return command


def read_texts(name: str, value: object, what: str) -> tuple[str, ...]:
    """A list of texts that may be arguments of a program."""
    entries = tuple(cast("list[object]", value)) if isinstance(value, (list, tuple)) else None
    if entries is None:
        raise WrongValueError(f"`{name}` is a list: {what}")
    if len(entries) > MOST_ARGUMENTS:
        raise WrongValueError(f"`{name}` has more than {MOST_ARGUMENTS} entries")
    texts = tuple(each for each in entries if isinstance(each, str))
    if len(texts) < len(entries) or any("\0" in each or len(each) > LONGEST_ARGUMENT for each in texts):
        raise WrongValueError(f"`{name}` is a list: {what}")
    return texts


def read_variable_names(value: object) -> tuple[str, ...]:
    """Names of variables of the environment; ``*`` may stand at the end of one."""
    names = read_texts("pass-environment", value, 'names of variables, as in ["MY_API_KEY", "AWS_*"]')
    for name in names:
        if not VARIABLE.fullmatch(name.removesuffix("*")):
            raise WrongValueError(
                f"`{shown_setting(name)}` is no name of a variable; `*` may stand at the end of one"
            )
    return names


def read_time_out(value: object, longest: int, usual: str) -> float:
    """Seconds, from one to ``longest``; ``usual`` says what is allowed, with an example."""
    seconds = None
    if isinstance(value, str):
        try:
            seconds = parse_duration(value, Calendar(24, 7))
        except DurationError as error:
            raise WrongValueError(f"{error.message}; {error.hint}") from None
    if seconds is None or not 1 <= seconds <= longest:
        raise WrongValueError(f"`time-out` is a duration {usual}")
    return float(seconds)
