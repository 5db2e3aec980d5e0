"""An answer that is JSON text already: for lists so long that building them out of objects takes longer than knowing
what is in them. Knows no method.
"""

from __future__ import annotations

import json
from typing import Final, NamedTuple


class WrittenJson(NamedTuple):
    """A result as it goes over the line. The text has to be ASCII, as `written` makes it."""

    text: str


written: Final = json.JSONEncoder(separators=(",", ":")).encode
"""Plain data as compact JSON in ASCII."""
