"""Performing an order: its agent's command is started with the hand-off, watched, and what it says is read.

Every engine calls ``perform`` to do the work. Performing the same order again gives the outcome that it had, where one
was kept; one that was cut off is started anew, after what may be left of it was ended. Knows no engine, no plan and no
journal.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import sys
import tempfile
import threading
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any, Final, cast

from orchestrate_ls.execution.agent_presets import PRESETS, is_model_name, preset_arguments
from orchestrate_ls.execution.agent_result import DONE, FAILED, LONGEST_NOTE, AgentResult, ResultReader
from orchestrate_ls.execution.engine import Ending, Order, Outcome
from orchestrate_ls.execution.environment import environment_for
from orchestrate_ls.execution.folder_changes import FolderState, changed_between, look_at
from orchestrate_ls.execution.output_text import last_line
from orchestrate_ls.execution.process import ProcessEnd, ProcessResult, run_process
from orchestrate_ls.plan.file_patterns import outside_of, read_patterns

HANDOFF_FILE: Final = "handoff.md"
OUTPUT_FILE: Final = "output.log"
RESULT_FILE: Final = "result.json"
OUTCOME_FILE: Final = "outcome.json"
FOLDER_FILE: Final = "folder.json"
"""The folder as it was before."""
MOST_OUTSIDE: Final = 100
HANDOFF_PLACE: Final = "{handoff}"
HANDOFF_FILE_PLACE: Final = "{handoff-file}"
_RESULT_LIMIT: Final = 1_000_000
_WINDOWS: Final = sys.platform == "win32"
_PLAIN: Final = re.compile(r"[^A-Za-z0-9_-]+")
_BATCH: Final = (".bat", ".cmd")

REPORT: Final = """
When you have finished, end your answer with one line of JSON, and nothing behind it:

{"orchestrate": {"status": "done", "note": "what came of it, in a sentence", "artefacts": ["files that you wrote"]}}

Write "failed" instead of "done" if it could not be done, with the reason as the note. "score", a number from 0 to 1,
says how good the result is, if you can tell.
"""
"""What agents are told of how to report, behind their hand-off."""


def kept_folder(root: Path, task: str, attempt: int, key: str) -> Path:
    """Where what belongs to an attempt is kept: a name that no id can lead elsewhere."""
    plain = _PLAIN.sub("-", task).strip("-")[:40] or "task"
    return root / f"{plain}-{attempt}-{key[:12]}"


def perform(order: Order, cancelled: threading.Event) -> Outcome:
    """Do what an order asks for, and say what came of it. Never raises for what the agent does."""
    if order.kept:
        return _perform_in(order, Path(order.kept), cancelled)
    with tempfile.TemporaryDirectory(prefix="orchestrate-") as folder:
        return replace(_perform_in(order, Path(folder), cancelled), output="")


def _perform_in(order: Order, kept: Path, cancelled: threading.Event) -> Outcome:
    known = _known_outcome(order, kept)
    if known is not None:
        return known
    try:
        kept.mkdir(parents=True, exist_ok=True)
        (kept / HANDOFF_FILE).write_text(order.handoff, encoding="utf-8", newline="\n")
        (kept / RESULT_FILE).unlink(missing_ok=True)
    except OSError as error:
        return Outcome(order.key, Ending.FAILED, note=f"{kept} cannot be written: {error.strerror or error}")
    reader = ResultReader(order.command.tool)
    over: list[str] = []

    def watch(line: bytes) -> bool:
        reader.add_line(line)
        problem = _over_budget(order, reader.result)
        if problem:
            over.append(problem)
        return bool(problem)

    try:
        argv = _arguments(order, kept)
    except ValueError as error:
        return Outcome(order.key, Ending.FAILED, note=str(error))
    before = _folder_before(order, kept)
    result = run_process(
        argv,
        cwd=order.folder,
        env=_environment(order, kept),
        time_out=order.command.time_out,
        output_limit=order.command.output_limit,
        cancelled=cancelled,
        stdin=order.handoff.encode("utf-8", "replace"),
        output=kept / OUTPUT_FILE,
        on_line=watch,
        cookie=order.key,
    )
    _read_rest(reader, result, kept)
    outcome = _outcome(order, result, reader.result, over, kept)
    if before is not None and outcome.ended is not Ending.CANCELLED:
        outcome = replace(outcome, outside=_changed_outside(order, before))
    if outcome.ended is not Ending.CANCELLED:
        _keep(outcome, kept)
    return outcome


def _known_outcome(order: Order, kept: Path) -> Outcome | None:
    """That of an earlier performance of the same order, if it came to an end."""
    try:
        data: Any = json.loads((kept / OUTCOME_FILE).read_bytes()[:_RESULT_LIMIT])
        known = Outcome.from_data(data)
    except (OSError, ValueError, TypeError, KeyError, RecursionError, AttributeError):
        return None
    return known if known.key == order.key else None


def _keep(outcome: Outcome, kept: Path) -> None:
    """Whole or not at all."""
    fresh = kept / f"{OUTCOME_FILE}.new"
    with contextlib.suppress(OSError):
        fresh.write_text(json.dumps(outcome.to_data(), ensure_ascii=True), encoding="ascii")
        fresh.replace(kept / OUTCOME_FILE)


def _folder_before(order: Order, kept: Path) -> FolderState | None:
    """The folder as it was when the attempt first began; None where it is not to be watched, or cannot be."""
    if not _patterns(order):
        return None
    path = kept / FOLDER_FILE
    try:
        return FolderState.from_data(json.loads(path.read_bytes()))
    except (OSError, ValueError, TypeError, KeyError, RecursionError, AttributeError):
        found = look_at(Path(order.folder))
    if found is not None:
        with contextlib.suppress(OSError):
            path.write_text(json.dumps(found.to_data()), encoding="ascii")
    return found


def _changed_outside(order: Order, before: FolderState) -> tuple[str, ...]:
    """What was changed besides the task's own files and the plan, which others may edit at any time."""
    folder = Path(order.folder)
    after = look_at(folder)
    if after is None:
        return ()
    allowed = read_patterns(_patterns(order))
    plan = Path(order.plan)
    own = plan.relative_to(folder).as_posix() if order.plan and plan.is_relative_to(folder) else ""
    found = (each for each in changed_between(before, after, folder) if each != own)
    return tuple(islice(outside_of(allowed, found), MOST_OUTSIDE))


def _patterns(order: Order) -> tuple[str, ...]:
    """What the task writes, where that is to be watched."""
    given = order.workspace.get("files")
    if not isinstance(given, list | tuple):
        return ()
    return tuple(each for each in cast("list[object]", given) if isinstance(each, str))


def _arguments(order: Order, kept: Path) -> list[str]:
    """The command with its places filled in. Raises ``ValueError`` where that is not safe."""
    left = order.most_cost
    argv = preset_arguments(order.command.tool, order.command.argv, order.model, left, order.currency)
    if _WINDOWS and any(HANDOFF_PLACE in each for each in argv) and argv[0].lower().endswith(_BATCH):
        raise ValueError(
            f"{argv[0]} is a batch file, whose arguments the command interpreter reads; give it the hand-off by"
            f" standard input or {HANDOFF_FILE_PLACE}"
        )
    file = str(kept / HANDOFF_FILE)
    return [
        each.replace(HANDOFF_FILE_PLACE, file).replace(HANDOFF_PLACE, order.handoff.replace("\0", ""))
        for each in argv
    ]


def _environment(order: Order, kept: Path) -> dict[str, str]:
    """What the agent finds in its environment: what it is allowed, and which task it is."""
    own = {
        "ORCHESTRATE_PLAN": order.plan,
        "ORCHESTRATE_PLAN_ID": order.plan_id,
        "ORCHESTRATE_RUN": order.run,
        "ORCHESTRATE_TASK": order.task,
        "ORCHESTRATE_ATTEMPT": str(order.attempt),
        "ORCHESTRATE_AGENT": order.agent,
        "ORCHESTRATE_MODEL": order.model,
        "ORCHESTRATE_HANDOFF": str(kept / HANDOFF_FILE),
        "ORCHESTRATE_RESULT": str(kept / RESULT_FILE),
        "ORCHESTRATE_IDEMPOTENCY_KEY": order.key,
    }
    own = {name: value.replace("\0", "")[:100_000] for name, value in own.items()}
    command = order.command
    return environment_for(
        os.environ, command.pass_on, {**dict(command.environment), **own}, windows=_WINDOWS
    )


def _over_budget(order: Order, result: AgentResult) -> str:
    """Which limit is exceeded, in words; empty for none."""
    if order.most_tokens is not None and (result.tokens or 0) > order.most_tokens:
        return f"it used {result.tokens:,} tokens, of {order.most_tokens:,} that it may"
    same = (result.currency or "USD") == (order.currency or "USD")
    if order.most_cost is not None and same and (result.cost or 0) > order.most_cost:
        return f"it cost {result.cost:g} {order.currency or 'USD'}, of {order.most_cost:g} that it may"
    return ""


def _read_rest(reader: ResultReader, result: ProcessResult, kept: Path) -> None:
    """What a last line without line break says, and the file of the result."""
    last = result.stdout.rsplit(b"\n", 1)[-1]
    if last.strip():
        reader.add_line(last)
    with contextlib.suppress(OSError):
        path = kept / RESULT_FILE
        if path.is_file() and not path.is_symlink():
            with path.open("rb") as file:
                reader.add_file(file.read(_RESULT_LIMIT))


def _outcome(order: Order, result: ProcessResult, said: AgentResult, over: list[str], kept: Path) -> Outcome:
    ended, note = _ended(result, said, over)
    if ended is Ending.DONE:
        more = _over_budget(order, said)
        note = said.note or (last_line(said.answer) if said.answer else "")
        note = f"{note} (over its budget: {more})".strip() if more else note
    output = kept / OUTPUT_FILE
    return Outcome(
        key=order.key,
        ended=ended,
        exit_code=result.exit_code,
        note=note[:LONGEST_NOTE],
        score=said.score,
        artefacts=said.artefacts,
        percent=said.percent,
        tokens=said.tokens,
        cost=said.cost,
        currency=said.currency if said.cost is not None else None,
        model=said.model or _asked_model(order),
        output=str(output) if output.is_file() else "",
        seconds=result.seconds,
    )


def _asked_model(order: Order) -> str | None:
    """The model that a known tool was given, which some do not tell."""
    is_given = order.command.tool in PRESETS and is_model_name(order.model)
    return order.model if is_given else None


def _ended(result: ProcessResult, said: AgentResult, over: list[str]) -> tuple[Ending, str]:
    """How it ended, and why if it is not done."""
    if result.end is ProcessEnd.NOT_STARTED:
        return Ending.FAILED, result.problem
    if result.end is ProcessEnd.CANCELLED:
        return Ending.CANCELLED, "it was cancelled"
    if result.end is ProcessEnd.TIMED_OUT:
        return Ending.TIMED_OUT, f"it took longer than its limit and was stopped after {result.seconds:.0f} s"
    if result.end is ProcessEnd.STOPPED:
        return Ending.OVER_BUDGET, f"over its budget: {over[0]}" if over else "over its budget"
    told = said.problem or said.note or last_line(result.stderr) or last_line(result.stdout)
    if result.exit_code is not None and result.exit_code < 0:
        return Ending.FAILED, _with(f"it died of signal {-result.exit_code}", told)
    if result.exit_code != 0:
        return Ending.FAILED, _with(f"it ended with exit code {result.exit_code}", told)
    if said.status == FAILED or (said.problem and said.status != DONE):
        return Ending.FAILED, told or "it says that it failed"
    return Ending.DONE, ""


def _with(what: str, told: str) -> str:
    return f"{what}: {told}" if told else what
