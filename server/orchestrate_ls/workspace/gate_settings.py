"""The settings `[gates.NAME]` and `[notify]`: the commands behind the checks of quality gates, and who is told what
happens in a run.

They come from a settings file (`orchestrate.toml`, or the user's own `run.toml`), never from a plan and never from an
editor; `[notify]` counts in the user's own file alone. Nothing here fails: what cannot be used is reported and left
out. Nothing is started here.

```toml
[gates.coverage]                # the check `coverage` of any gate
command = ["pytest", "--cov", "--cov-report=xml"]
evidence = "coverage"           # exit-code (the default), number, junit, coverage or sarif
file = "coverage.xml"           # what the command writes; default: its standard output
time-out = "10m"

[gates.performance_tests]
command = ["./bench.sh"]
evidence = "number"
pattern = 'p95: ([0-9.]+) ms'   # or pointer = "/latency/p95" in JSON
unit = "ms"
budget = 250                    # for `within_budget`; default: what it was the time before, and `tolerance` more
tolerance = "10%"

[notify]
command = ["notify-send", "{title}", "{text}"]
webhook = "https://hooks.example/abc"
```
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import PurePosixPath, PureWindowsPath
from typing import Final, cast
from urllib.parse import urlsplit

from orchestrate_ls.plan.claims import ClaimError, parse_percent
from orchestrate_ls.plan.expectations import PERCENT, TIME_UNITS
from orchestrate_ls.syntax.toml_places import TomlPath
from orchestrate_ls.workspace.command_settings import (
    read_command,
    read_time_out,
    read_variable_names,
)
from orchestrate_ls.workspace.setting_problems import Report, WrongValueError, near, shown_setting

DEFAULT_TIME_OUT: Final = 600.0
DEFAULT_TOLERANCE: Final = 0.1
_LONGEST_TIME_OUT: Final = 24 * 3600
_MOST_GATES: Final = 500
_LONGEST_PATTERN: Final = 500
_LONGEST_URL: Final = 2_000
_LARGEST: Final = 1e15
_UNITS: Final = (PERCENT, "ratio", *TIME_UNITS)


class EvidenceKind(StrEnum):
    """What a check's command leaves as evidence."""

    EXIT_CODE = "exit-code"
    NUMBER = "number"
    JUNIT = "junit"
    COVERAGE = "coverage"
    SARIF = "sarif"


@dataclass(frozen=True, slots=True)
class GateCommand:
    """How a check is made.

    Attributes
    ----------
    name
        The check's, in any gate.
    argv
        Program and arguments; empty where the evidence is only read.
    evidence, file
        What is read, and where it is written, from the folder; empty for standard output.
    pattern, pointer
        How a number is found: the first group of a regular expression on the last line that it matches, or a JSON
        pointer (RFC 6901). With neither the whole output is the number.
    unit
        Of the number: ``%``, ``ratio`` (from 0 to 1), ``ms``, ``s``, ``min``, ``h``, or empty.
    folder
        Where it is run, from the plan's folder or work tree.
    pass_on
        Names of variables of the environment that it gets besides the few that every program needs.
    time_out
        In seconds.
    budget
        The most for ``within_budget``, in ``unit``; None for what it was the time before and ``tolerance`` more.
    """

    name: str
    argv: tuple[str, ...] = ()
    evidence: EvidenceKind = EvidenceKind.EXIT_CODE
    file: str = ""
    pattern: str = ""
    pointer: str | None = None
    unit: str = ""
    folder: str = ""
    pass_on: tuple[str, ...] = ()
    time_out: float = DEFAULT_TIME_OUT
    budget: float | None = None
    tolerance: float = DEFAULT_TOLERANCE


@dataclass(frozen=True, slots=True)
class NotifySettings:
    """Who is told: a command (program and arguments) and the address of a webhook; empty for none."""

    command: tuple[str, ...] = ()
    webhook: str = ""


def read_gate_commands(value: object, path: TomlPath, report: Report) -> tuple[GateCommand, ...]:
    """The tables below `[gates]`, in the order of the file."""
    if not isinstance(value, Mapping):
        report(path, '`gates` is a table: `[gates.tests]`, then for example `command = ["pytest"]`', False)
        return ()
    found: list[GateCommand] = []
    for name, given in list(cast("Mapping[str, object]", value).items())[:_MOST_GATES]:
        if not isinstance(given, Mapping):
            report(
                (*path, name),
                f'a check is a table: `[gates.{shown_setting(name)}]`, then `command = ["pytest"]`',
                False,
            )
            continue
        read = _gate(name, cast("Mapping[str, object]", given), (*path, name), report)
        if read is not None:
            found.append(read)
    return tuple(found)


def read_notify(value: object, path: TomlPath, report: Report) -> NotifySettings:
    """The table `[notify]`."""
    if not isinstance(value, Mapping):
        report(path, '`notify` is a table: `[notify]`, then for example `command = ["notify-send"]`', False)
        return NotifySettings()
    found = NotifySettings()
    for name, given in cast("Mapping[str, object]", value).items():
        try:
            if name == "command":
                found = replace(found, command=_command_of(given))
            elif name == "webhook":
                found = replace(found, webhook=_webhook(given))
            else:
                hint = near(name, ("command", "webhook"), "the settings are")
                report((*path, name), f"there is no setting `notify.{shown_setting(name)}`{hint}", True)
        except WrongValueError as error:
            report((*path, name), str(error), False)
    return found


def _gate(name: str, given: Mapping[str, object], path: TomlPath, report: Report) -> GateCommand | None:
    gate = GateCommand(name)
    wrong = False
    for key, value in given.items():
        reader = _READERS.get(key)
        if reader is None:
            hint = near(key, _READERS, "the settings are")
            report((*path, key), f"a check has no setting `{shown_setting(key)}`{hint}", True)
            wrong = True
            continue
        try:
            gate = reader(gate, value)
        except WrongValueError as error:
            wrong = True
            report((*path, key), str(error), False)
    problem = None if wrong else _contradiction(gate)
    if problem is not None:
        report(path, problem, True)
    # Half a check would pass what it should not.
    return None if wrong or problem is not None else gate


def _contradiction(gate: GateCommand) -> str | None:
    if not gate.argv and not gate.file:
        return f'check `{shown_setting(gate.name)}` has neither `command` nor `file`; write `command = ["pytest"]`'
    if gate.evidence is EvidenceKind.EXIT_CODE and not gate.argv:
        return (
            f"check `{shown_setting(gate.name)}` only reads a file; say what is in it with `evidence`,"
            ' for example "junit"'
        )
    if gate.evidence is EvidenceKind.COVERAGE and not gate.file:
        return '`evidence = "coverage"` is read from a file; name it, as in `file = "coverage.xml"`'
    if (gate.pattern or gate.pointer is not None) and gate.evidence is not EvidenceKind.NUMBER:
        return '`pattern` and `pointer` find a number; write `evidence = "number"`'
    if gate.pattern and gate.pointer is not None:
        return "`pattern` and `pointer` are two ways to find one number; keep one"
    return None


def _command(gate: GateCommand, value: object) -> GateCommand:
    return replace(gate, argv=_command_of(value))


def _evidence(gate: GateCommand, value: object) -> GateCommand:
    kinds = tuple(map(str, EvidenceKind))
    if value not in kinds:
        shown = near(value, kinds, None) if isinstance(value, str) else ""
        raise WrongValueError(f"`evidence` is one of {', '.join(f'`{each}`' for each in kinds)}{shown}")
    return replace(gate, evidence=EvidenceKind(cast("str", value)))


def _file(gate: GateCommand, value: object) -> GateCommand:
    return replace(gate, file=_inside("file", value))


def _folder(gate: GateCommand, value: object) -> GateCommand:
    return replace(gate, folder=_inside("folder", value))


def _pattern(gate: GateCommand, value: object) -> GateCommand:
    if not isinstance(value, str) or not 0 < len(value) <= _LONGEST_PATTERN:
        raise WrongValueError("`pattern` is a regular expression, for example 'TOTAL.* ([0-9]+)%'")
    try:
        groups = re.compile(value).groups
    except (re.error, RecursionError, OverflowError) as error:
        raise WrongValueError(f"`pattern` is no regular expression: {error}") from None
    if not groups:
        raise WrongValueError("`pattern` has no group; put the number in one: 'TOTAL.* ([0-9]+)%'")
    return replace(gate, pattern=value)


def _pointer(gate: GateCommand, value: object) -> GateCommand:
    is_pointer = isinstance(value, str) and len(value) <= _LONGEST_PATTERN
    if not is_pointer or (value and not str(value).startswith("/")):
        raise WrongValueError('`pointer` is a JSON pointer, for example "/totals/percent_covered"')
    return replace(gate, pointer=str(value))


def _unit(gate: GateCommand, value: object) -> GateCommand:
    if value not in _UNITS:
        raise WrongValueError(f"`unit` is one of {', '.join(f'`{each}`' for each in _UNITS)}")
    return replace(gate, unit=str(value))


def _pass_environment(gate: GateCommand, value: object) -> GateCommand:
    return replace(gate, pass_on=read_variable_names(value))


def _time_out(gate: GateCommand, value: object) -> GateCommand:
    usual = 'from a second to a day, for example "10m"'
    return replace(gate, time_out=read_time_out(value, _LONGEST_TIME_OUT, usual))


def _budget(gate: GateCommand, value: object) -> GateCommand:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= _LARGEST:
        raise WrongValueError("`budget` is a number, in `unit`, for example 250")
    return replace(gate, budget=float(value))


def _tolerance(gate: GateCommand, value: object) -> GateCommand:
    try:
        share = parse_percent(value)
    except ClaimError:
        share = -1.0
    if not 0 <= share <= 10:
        raise WrongValueError('`tolerance` is a share, for example "10%"')
    return replace(gate, tolerance=share)


def _command_of(value: object) -> tuple[str, ...]:
    return read_command(value, ('["pytest", "-q"]', '["pytest"]'))


def _webhook(value: object) -> str:
    """Only https, or http on this machine: what happens in a run is nobody else's to read on the way."""
    usual = '`webhook` is an address such as "https://hooks.example/abc"'
    if (
        not isinstance(value, str)
        or not 0 < len(value) <= _LONGEST_URL
        or not value.isprintable()
        or " " in value
    ):
        raise WrongValueError(usual)
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise WrongValueError(usual) from None
    if not host or parts.scheme not in ("https", "http"):
        raise WrongValueError(usual)
    if parts.scheme == "http" and host not in ("localhost", "127.0.0.1", "::1"):
        raise WrongValueError("`webhook` begins with `https://`; `http://` is for this machine alone")
    return value


def _inside(name: str, value: object) -> str:
    """A path that stays below the folder it counts from."""
    text = value if isinstance(value, str) else ""
    windows, posix = PureWindowsPath(text), PurePosixPath(text.replace("\\", "/"))
    if (
        not 0 < len(text) <= _LONGEST_PATTERN
        or "\0" in text
        or windows.anchor
        or posix.is_absolute()
        or ".." in posix.parts
    ):
        raise WrongValueError(f'`{name}` is a path below the folder, for example "reports/junit.xml"')
    return text


_READERS: Final[Mapping[str, Callable[[GateCommand, object], GateCommand]]] = {
    "command": _command,
    "evidence": _evidence,
    "file": _file,
    "pattern": _pattern,
    "pointer": _pointer,
    "unit": _unit,
    "folder": _folder,
    "pass-environment": _pass_environment,
    "time-out": _time_out,
    "budget": _budget,
    "tolerance": _tolerance,
}
