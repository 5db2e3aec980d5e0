"""`check --agent-hook`: after a coding agent has edited a file, tells it what is wrong in the plan that this is.

Claude Code hands such a hook an event as JSON on standard input, and reads JSON from its standard output: a decision
`block` with a reason reaches the agent, and nothing at all means that all is well. What is no plan is none of our
business, and an event that cannot be read must not disturb anybody's work.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, Final, cast

from orchestrate_ls.cli.check_run import CheckRunner
from orchestrate_ls.rules.base import Severity
from orchestrate_ls.workspace.find import is_plan_name

_LARGEST_EVENT: Final = 20_000_000
_MOST_FINDINGS: Final = 30


def answer_hook(worst: Severity) -> None:
    """Read the event from standard input and print the decision, for findings at least as grave as ``worst``."""
    path = _edited_file(sys.stdin.buffer.read(_LARGEST_EVENT))
    if path is None or not is_plan_name(path.name) or not path.is_file():
        return
    run = CheckRunner(None, None, None).check_all([str(path)])
    said = [f"{each.place}: {each.message}" for each in run.failures]
    listed = [
        (file, each)
        for file, each in run.diagnostics()
        if file in run.files and each.severity.rank <= worst.rank
    ]
    found = sorted(listed, key=lambda pair: pair[1].severity.rank)
    for file, each in found[:_MOST_FINDINGS]:
        place = file.text.position_at(each.start)
        where = f"{path.name}:{place.line + 1}:{place.character + 1}"
        said.append(f"{where}: {each.severity.value}[{each.code}] {each.message}")
    if len(found) > _MOST_FINDINGS:
        said.append(f"and {len(found) - _MOST_FINDINGS} more")
    if not said:
        return
    codes = list(dict.fromkeys(each.code for _, each in found))
    hint = f"\n\n`orchestrate explain {codes[0]}` says more, and so for the others." if codes else ""
    reason = f"`orchestrate check` finds in the plan that was just edited:\n\n{chr(10).join(said)}{hint}"
    sys.stdout.write(json.dumps({"decision": "block", "reason": reason}) + "\n")


def _edited_file(event: bytes) -> Path | None:
    """The file that the event's tool has written."""
    try:
        data: Any = json.loads(event)
        tool = cast("dict[str, Any]", data)["tool_input"]
        name = cast("dict[str, Any]", tool)["file_path"]
        return Path(name) if isinstance(name, str) and "\0" not in name else None
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
