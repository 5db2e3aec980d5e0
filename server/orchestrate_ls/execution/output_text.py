"""What programs print, as text that can be shown: no terminal escapes, no control characters, never too long.

Pure; knows nothing of processes.
"""

from __future__ import annotations

import re
from typing import Final

_ESCAPES: Final = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"  # CSI: colours, the cursor, erasing
    r"|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c|$)"  # OSC and its like: titles, links
    r"|\x1b[ -/]*[0-~]"  # all others
)
_LINE_END: Final = re.compile(r"(?<!\r)(?:\r\n|\r+(?=\n))")
"""Looked for from the first of several only: else a line of nothing but returns takes the square of its length."""


def shown_output(output: bytes | str, longest: int | None = None) -> str:
    """Output without anything that would change a terminal; of a longer one than ``longest`` characters the end.

    Lines that were overwritten (progress bars) are left as they stood last.
    """
    text = output.decode("utf-8", "replace") if isinstance(output, bytes) else output
    text = _ESCAPES.sub("", _LINE_END.sub("\n", text))
    lines = [line.rsplit("\r", 1)[-1] for line in text.split("\n")]
    text = "\n".join(map(_printable, lines)).strip("\n")
    if longest is not None and len(text) > longest:
        return f"…{text[len(text) - longest + 1 :]}"
    return text


def last_line(output: bytes | str, longest: int = 300) -> str:
    """The last line that says something, cut at its end."""
    for line in map(str.strip, reversed(shown_output(output).split("\n"))):
        if line:
            return line if len(line) <= longest else f"{line[: longest - 1]}…"
    return ""


def _printable(line: str) -> str:
    if line.isprintable():
        return line
    return "".join(each if each.isprintable() or each == "\t" else "\ufffd" for each in line)
