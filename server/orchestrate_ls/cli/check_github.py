"""Findings as workflow commands, which GitHub shows beside the changed lines of a pull request.

The form is that of https://docs.github.com/actions/reference/workflow-commands-for-github-actions: one line
each, with percent signs and line ends escaped, in properties colons and commas too.
"""

from __future__ import annotations

from typing import Final

from orchestrate_ls.cli.check_run import CheckRun
from orchestrate_ls.cli.counting import summary
from orchestrate_ls.cli.terminal import safe
from orchestrate_ls.rules.base import Severity
from orchestrate_ls.text.positions import Encoding

_COMMANDS: Final = {Severity.ERROR: "error", Severity.WARNING: "warning"}


def print_github(run: CheckRun) -> None:
    """Print all findings of a run, and what could not be checked."""
    for failure in run.failures:
        message = failure.message if failure.hint is None else f"{failure.message}; {failure.hint}"
        place = {"file": failure.path, "line": str(failure.line or 1)}
        print(_command("error", {**place, "title": "orchestrate"}, message))
    for file, diagnostic in run.diagnostics():
        chunks = file.text
        start = chunks.position_at(diagnostic.start, Encoding.UTF32)
        end = chunks.position_at(diagnostic.end, Encoding.UTF32)
        place = {"file": file.path.as_posix(), "line": str(start.line + 1), "endLine": str(end.line + 1)}
        if start.line == end.line:
            # Columns of a range over several lines are refused.
            place |= {"col": str(start.character + 1), "endColumn": str(end.character + 1)}
        command = _COMMANDS.get(diagnostic.severity, "notice")
        print(_command(command, {**place, "title": f"orchestrate {diagnostic.code}"}, diagnostic.message))
    if run.files:
        print(summary(run))


def _command(name: str, properties: dict[str, str], message: str) -> str:
    listed = ",".join(f"{key}={_in_property(value)}" for key, value in properties.items())
    return f"::{name} {listed}::{_in_message(message)}"


def _in_message(text: str) -> str:
    return safe(text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A"))


def _in_property(text: str) -> str:
    return _in_message(text).replace(":", "%3A").replace(",", "%2C")
