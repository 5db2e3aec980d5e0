"""What can be shown on the terminal at hand: colours, widths, and text that comes from files.

Text from a file may hold anything, terminal escapes and right-to-left marks included. Nothing of it reaches
the terminal before `safe` (or `laid_out`, where columns matter) has replaced what would do more than be read.
"""

from __future__ import annotations

import os
import sys
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TextIO, cast

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

WIDTH_WHEN_PIPED: Final = 120
_TAB: Final = 4
_JOINER: Final = "\u200d"
_STAND_IN: Final = "\ufffd"


def prepare_streams() -> None:
    """Make printing safe on consoles that cannot show every character: those come out as `?`."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")


def speaks_unicode(stream: TextIO | None = None) -> bool:
    """Whether a stream (standard output by default) can show arrows and boxes."""
    encoding = getattr(stream or sys.stdout, "encoding", None) or "ascii"
    return str(encoding).lower().replace("_", "-").startswith("utf")


def output_console() -> Console:
    """The console for results."""
    return _console(sys.stdout)


def error_console() -> Console:
    """The console for what went wrong."""
    return _console(sys.stderr)


def _console(stream: TextIO) -> Console:
    from rich.console import Console

    class QuietConsole(Console):
        def on_broken_pipe(self) -> None:
            """Leave the exit code to the command; rich's own would be that of findings."""
            raise BrokenPipeError

    # Without a terminal there is no width to fit into, and one that does not depend on who asks is
    # repeatable.
    is_terminal = stream.isatty() or os.environ.get("FORCE_COLOR")
    return QuietConsole(
        file=stream,
        width=None if is_terminal or "COLUMNS" in os.environ else WIDTH_WHEN_PIPED,
        highlight=False,
        markup=False,
        emoji=False,
    )


def show(console: Console, renderable: RenderableType) -> None:
    """Print a table or the like without the blanks that fill its lines."""
    with console.capture() as capture:
        console.print(renderable)
    for line in capture.get().splitlines():
        console.file.write(line.rstrip() + "\n")


@dataclass(frozen=True, slots=True)
class Glyphs:
    """Signs with a plain form for consoles without Unicode."""

    arrow: str
    dot: str
    dash: str
    ellipsis: str
    critical: str


_UNICODE: Final = Glyphs(arrow="→", dot="·", dash="–", ellipsis="…", critical="●")
_PLAIN_SIGNS: Final = str.maketrans(
    {"→": "->", "–": "-", "—": "-", "…": "...", "·": "-", "●": "*", "“": '"', "”": '"', "’": "'", "≤": "<="}
)
_PLAIN: Final = Glyphs(arrow="->", dot="-", dash="-", ellipsis="...", critical="*")


def glyphs() -> Glyphs:
    """The signs that standard output can show."""
    return _UNICODE if speaks_unicode() else _PLAIN


def safe(text: str) -> str:
    """A text on one line, with everything replaced that a terminal would obey instead of show."""
    if text.isascii() and text.isprintable():
        return text
    if not speaks_unicode():
        text = text.translate(_PLAIN_SIGNS)
    return "".join(_shown(character) for character in text)


def _shown(character: str) -> str:
    if character.isprintable() or character == _JOINER:
        return character
    code = ord(character)
    if character in "\t\n\r":
        return " "
    if code < 0x20:
        # The pictures of the control characters, U+2400 to U+241F.
        return chr(0x2400 + code)
    if unicodedata.category(character) == "Zs":
        return " "
    return _STAND_IN


def laid_out(line: str) -> tuple[str, list[int]]:
    """A line as it is shown, tabs expanded, and for each of its characters (and its end) the offset in that.

    Widths are another matter: `width` measures what is shown.
    """
    if line.isprintable():
        return line, list(range(len(line) + 1))
    pieces: list[str] = []
    offsets: list[int] = []
    length = column = 0
    for character in line:
        offsets.append(length)
        piece = " " * (_TAB - column % _TAB) if character == "\t" else _shown(character)
        pieces.append(piece)
        length += len(piece)
        column += width(piece)
    offsets.append(length)
    return "".join(pieces), offsets


def width(text: str) -> int:
    """How many columns a text takes."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def write_json(value: object) -> None:
    """Print JSON for programs: ASCII only, so that no console's encoding and no terminal can spoil it."""
    import json

    cast("TextIO", sys.stdout).write(json.dumps(value, indent=2, ensure_ascii=True) + "\n")
