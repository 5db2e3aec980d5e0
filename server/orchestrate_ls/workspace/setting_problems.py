"""How wrong settings are reported and worded. Knows no setting."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable
from typing import Final, TypeAlias

from orchestrate_ls.syntax.toml_places import TomlPath

MOST_SHOWN: Final = 60

Report: TypeAlias = Callable[[TomlPath, str, bool], None]
"""Called with a setting's path, a message, and whether its key (rather than its value) is at fault."""


class WrongValueError(Exception):
    """The message says what is wrong with a value and what to write."""


def near(name: str, known: Iterable[str], otherwise: str | None) -> str:
    """`; did you mean ...?`, or else what there is to choose from."""
    choices = sorted(known)
    found = difflib.get_close_matches(name[:MOST_SHOWN].lower().replace("_", "-"), choices, 1)
    if found:
        return f"; did you mean `{found[0]}`?"
    return f"; {otherwise} {', '.join(f'`{each}`' for each in known)}" if otherwise is not None else ""


def shown_setting(name: str) -> str:
    """A name as a message can hold it."""
    clipped = name if len(name) <= MOST_SHOWN else name[: MOST_SHOWN - 1] + "…"
    return "".join(character if character.isprintable() else "\ufffd" for character in clipped)
