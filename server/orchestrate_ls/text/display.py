"""Showing a user's own text inside a message: short, and harmless to terminals, hovers and logs."""

from __future__ import annotations

from typing import Final

LONGEST_NAME: Final = 60


def shown(text: str, longest: int = LONGEST_NAME) -> str:
    """A text without characters that would upset a terminal or a hover, cut to a length in characters."""
    clipped = text if len(text) <= longest else text[: longest - 1] + "…"
    if clipped.isprintable() and "`" not in clipped:
        return clipped
    return "".join("'" if each == "`" else each if each.isprintable() else "\ufffd" for each in clipped)


def quoted(text: str, longest: int = LONGEST_NAME) -> str:
    """A text in backticks."""
    return f"`{shown(text, longest)}`"
