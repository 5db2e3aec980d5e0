"""Checking quality gates: the commands that settings name for their checks are run, and what they leave is held against
what the plan expects.

A command never comes from the plan, which only names the check. A check without a command, or whose command leaves no
evidence, is unverified. Nothing is recorded here but baselines: `progress.gates.checked_events` makes events of it.
"""

from __future__ import annotations

import os
import re
import shlex
import sys
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from orchestrate_ls.execution.baselines import Baselines
from orchestrate_ls.execution.environment import environment_for
from orchestrate_ls.execution.gate_evidence import (
    LARGEST_REPORT,
    Evidence,
    EvidenceError,
    coverage_evidence,
    read_evidence,
)
from orchestrate_ls.execution.gate_verdicts import Judgement, judge
from orchestrate_ls.execution.output_text import last_line
from orchestrate_ls.execution.process import ProcessEnd, ProcessResult, run_process
from orchestrate_ls.plan.duration import format_duration
from orchestrate_ls.plan.expectations import read_expectation
from orchestrate_ls.plan.model import GateCheck, QualityGate
from orchestrate_ls.progress.event import Verdict
from orchestrate_ls.progress.state import CheckRecord
from orchestrate_ls.workspace.gate_settings import EvidenceKind, GateCommand
from orchestrate_ls.workspace.reading import UnreadablePlanError, read_bytes

_WINDOWS: Final = sys.platform == "win32"
_TAIL: Final = 5_000_000
"""Bytes of output that are read as a report; a longer one belongs in a file."""
_LONGEST_NOTE: Final = 4_000
_PLAIN: Final = re.compile(r"[^A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class GateRun:
    """How checks are made in one place.

    Attributes
    ----------
    commands
        Those of the settings, by the name of the check.
    folder
        The plan's folder, or the work tree in which the work was done.
    environment
        From which programs get what they need and what they are granted.
    baselines
        What was found the time before.
    now
        Tells the time.
    since
        When the attempt began: a report that no command writes has to be newer. None takes it as it is.
    keeps_baseline
        Whether what is found becomes the baseline also where it does not pass.
    kept
        Where outputs are kept; None for nowhere.
    cancelled
        Stops what is running when set.
    """

    commands: Mapping[str, GateCommand]
    folder: Path
    environment: Mapping[str, str]
    baselines: Baselines
    now: Callable[[], datetime]
    since: datetime | None = None
    keeps_baseline: bool = False
    kept: Path | None = None
    cancelled: threading.Event | None = None


def commands_for(
    gates: Iterable[QualityGate], commands: Mapping[str, GateCommand]
) -> tuple[GateCommand, ...]:
    """The commands that checking these gates would run, each once, in the order of the checks."""
    found = [commands[check.name] for gate in gates for check in gate.checks if check.name in commands]
    return tuple({_same(each): each for each in reversed(found) if each.argv}.values())[::-1]


def shown_command(command: GateCommand) -> str:
    """A command as one would type it, with the folder where it is another."""
    return shlex.join(command.argv) + (f" (in {command.folder})" if command.folder else "")


def check_gates(gates: Iterable[QualityGate], run: GateRun) -> tuple[CheckRecord, ...]:
    """Make all checks of some gates; a command that serves several is run once. Saves baselines."""
    results: dict[object, _Ran] = {}
    records: list[CheckRecord] = []
    for gate in gates:
        for check in gate.checks:
            judgement, artefacts = _check(check, run, results)
            records.append(
                CheckRecord(
                    gate.name,
                    check.name,
                    judgement.verdict,
                    judgement.words[:_LONGEST_NOTE],
                    run.now(),
                    artefacts,
                )
            )
    run.baselines.save()
    return tuple(records)


@dataclass(frozen=True, slots=True)
class _Ran:
    """A command that was run, and the reports as they were before."""

    result: ProcessResult
    before: Mapping[str, tuple[int, int, int] | None]
    output: str


def _check(check: GateCheck, run: GateRun, results: dict[object, _Ran]) -> tuple[Judgement, tuple[str, ...]]:
    command = run.commands.get(check.name)
    if command is None:
        return _unverified(
            f'no command is set; write `[gates.{check.name}]`, then `command = ["..."]` in orchestrate.toml'
        ), ()
    ran = _run(command, run, results) if command.argv else None
    artefacts = tuple(filter(None, (command.file, ran.output if ran is not None else "")))
    if ran is not None and ran.result.end is not ProcessEnd.EXITED:
        return _not_ended(command, ran.result), artefacts
    try:
        evidence = _evidence(command, run, ran)
    except EvidenceError as error:
        return _unverified(str(error) + _ended(ran)), artefacts
    exit_code = ran.result.exit_code if ran is not None else None
    expected = read_expectation(check.expected)
    found = judge(expected, evidence, exit_code, run.baselines.of(check.name), command)
    if found.verdict is Verdict.PASSED or run.keeps_baseline:
        run.baselines.keep(check.name, evidence, run.now())
    return found, artefacts


def _run(command: GateCommand, run: GateRun, results: dict[object, _Ran]) -> _Ran:
    same = _same(command)
    if same not in results:
        folder = run.folder / command.folder
        # Several checks may read different reports of one command.
        files = {each.file for each in run.commands.values() if each.file and _same(each) == same}
        before = {file: _stamp(folder / file) for file in sorted(files)}
        output = run.kept / f"{_PLAIN.sub('-', command.name)[:60]}.log" if run.kept is not None else None
        result = run_process(
            command.argv,
            cwd=folder,
            env=environment_for(run.environment, command.pass_on, windows=_WINDOWS),
            time_out=command.time_out,
            cancelled=run.cancelled,
            output=output,
            tail_limit=_TAIL,
        )
        results[same] = _Ran(result, before, str(output) if output is not None else "")
    return results[same]


def _same(command: GateCommand) -> object:
    return command.argv, command.folder, command.pass_on, command.time_out


def _evidence(command: GateCommand, run: GateRun, ran: _Ran | None) -> Evidence:
    if ran is not None and command.evidence is EvidenceKind.EXIT_CODE:
        return Evidence(f"`{command.argv[0]}` {_how(ran.result)}")
    if not command.file:
        return read_evidence(command, ran.result.stdout if ran is not None else b"")
    folder = (run.folder / command.folder).resolve()
    path = folder / command.file
    stamp = _stamp(path)
    if stamp is None or not path.resolve().is_relative_to(folder):
        raise EvidenceError(f"there is no {command.file}")
    if ran is not None and stamp == ran.before.get(command.file):
        raise EvidenceError(f"{command.file} is as old as before: the command did not write it")
    if ran is None and run.since is not None and path.stat().st_mtime < run.since.timestamp():
        raise EvidenceError(f"{command.file} is older than this attempt")
    try:
        if command.evidence is EvidenceKind.COVERAGE:
            return coverage_evidence(path)
        return read_evidence(command, read_bytes(path, LARGEST_REPORT))
    except UnreadablePlanError as error:
        raise EvidenceError(f"{command.file} cannot be read: {error.message}") from None
    except EvidenceError as error:
        raise EvidenceError(f"{command.file}: {error}") from None


def _stamp(path: Path) -> tuple[int, int, int] | None:
    """What changes when a file is written."""
    try:
        status = path.stat()
    except (OSError, ValueError):
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


def _not_ended(command: GateCommand, result: ProcessResult) -> Judgement:
    if result.end is ProcessEnd.TIMED_OUT:
        span = format_duration(round(command.time_out))
        return Judgement(Verdict.FAILED, f"`{command.argv[0]}` did not end within {span}{_said(result)}")
    if result.end is ProcessEnd.NOT_STARTED:
        return _unverified(result.problem)
    return _unverified(f"`{command.argv[0]}` was stopped")


def _ended(ran: _Ran | None) -> str:
    return f"; the command {_how(ran.result)}" if ran is not None else ""


def _how(result: ProcessResult) -> str:
    code = result.exit_code
    if not code:
        return "ended well"
    how = f"was killed by signal {-code}" if code < 0 else f"ended with exit code {code}"
    return f"{how}{_said(result)}"


def _said(result: ProcessResult) -> str:
    text = last_line(result.stderr) or last_line(result.stdout)
    return f": {text}" if text else ""


def _unverified(words: str) -> Judgement:
    return Judgement(Verdict.UNVERIFIED, words)


def own_environment() -> dict[str, str]:
    """The environment of this process, from which programs get what they are granted."""
    return dict(os.environ)
