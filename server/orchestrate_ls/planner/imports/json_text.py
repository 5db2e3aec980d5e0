"""JSON of unknown origin, read so that nothing in it can crash or hold up the program; and values by their type."""

from __future__ import annotations

import json
from typing import Any, cast

from orchestrate_ls.planner.imports.imported import ImportFailedError


def read_json(text: str, first_line: int = 1) -> Any:
    """The value of a JSON text. Raises ``ImportFailedError`` with the line, counted from ``first_line``."""
    try:
        return json.loads(text, parse_constant=lambda _: None)
    except json.JSONDecodeError as error:
        hint = "repair it, or export it again"
        raise ImportFailedError(
            f"this is no JSON: {error.msg}", hint, first_line + error.lineno - 1
        ) from None
    except (RecursionError, ValueError):
        message = "this JSON is nested too deeply, or holds a number that is too large"
        raise ImportFailedError(message, "see whether it is the file that you mean", first_line) from None


def mapping(value: Any) -> dict[str, Any]:
    """The value if it is an object, else an empty one."""
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def items(value: Any) -> list[Any]:
    """The items of a list; a single text or number counts as one item."""
    if isinstance(value, list):
        return cast("list[Any]", value)
    return (
        [value]
        if isinstance(value, str | int | float) and not isinstance(value, bool) and value != ""
        else []
    )


def text(value: Any) -> str:
    """Text, or a number as text; empty for everything else."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value).strip()


def texts(value: Any) -> list[str]:
    """The texts of a list, without empty ones."""
    return [found for each in items(value) if (found := text(each))]
