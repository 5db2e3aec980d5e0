"""Reads what `orchestrate plan` is to plan: a goal from its argument, or a document from a file or standard input."""

from __future__ import annotations

import sys
from datetime import date, datetime
from pathlib import Path
from typing import Final

from orchestrate_ls.cli.failures import CommandFailedError

STANDARD_STREAM: Final = "-"
_LONGEST_INPUT: Final = 1_000_000
"""Bytes of a goal from standard input. The planner takes far less and says so itself."""
_LARGEST_DOCUMENT: Final = 4_000_000
"""Bytes of a document: a million characters of UTF-8 at most."""


def read_goal(given: str) -> str:
    """The goal as given, or from standard input for "-"."""
    if given != STANDARD_STREAM:
        return given
    data = sys.stdin.buffer.read(_LONGEST_INPUT + 1)
    if len(data) > _LONGEST_INPUT:
        raise CommandFailedError(
            "the goal on standard input has more than 1 MB", "say in a few sentences what is to be reached"
        )
    return data.decode("utf-8", "replace").removeprefix("\ufeff")


def read_document_text(source: str) -> str:
    """The text of a document: a file's, or standard input's for "-"."""
    from orchestrate_ls.workspace.reading import UnreadablePlanError, decode_plan_text, read_plan_text

    try:
        if source != STANDARD_STREAM:
            return read_plan_text(Path(source), _LARGEST_DOCUMENT).text
        data = sys.stdin.buffer.read(_LARGEST_DOCUMENT + 1)
        return decode_plan_text(data, _LARGEST_DOCUMENT).text
    except UnreadablePlanError as error:
        where = "standard input" if source == STANDARD_STREAM else source
        raise CommandFailedError(f"{where}: {error.message}", error.hint) from None
    except ValueError:
        raise CommandFailedError(
            f"{source!r} cannot be the name of a file", "name a file, or - for standard input"
        ) from None


def read_day(given: str | None) -> date | None:
    """The day of `--now`, a date or a date with a time."""
    if given is None:
        return None
    try:
        return datetime.fromisoformat(given.strip()).date()
    except ValueError:
        raise CommandFailedError(
            f"--now: {given!r} is no date", "write it as 2026-12-01 or 2026-12-01T09:00"
        ) from None
