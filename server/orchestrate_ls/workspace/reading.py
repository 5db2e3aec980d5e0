"""The bytes of a plan file as text, with what is wrong with the bytes. Knows nothing of YAML.

Line ends are kept as they are. A byte order mark is taken off, as editors do, so that positions agree with
theirs; ``PlanText.encode`` puts it back.
"""

from __future__ import annotations

import codecs
import errno
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from orchestrate_ls.syntax.problems import SyntaxProblem

DEFAULT_MAX_FILE_SIZE: Final = 20_000_000
"""Bytes. A plan of 10,000 tasks has some 3 MB."""

_MARKS: Final = (
    # The longer first: the mark of UTF-32 starts with that of UTF-16.
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE: Final = 65536
_MOST_REPORTED: Final = 20
_BAD_BYTES: Final = re.compile("[\udc80-\udcff]+")
_SURROGATES: Final = re.compile("[\ud800-\udfff]+")
_CONTROLS: Final = bytes(code for code in range(32) if code not in b"\t\n\r\f\x1b") + b"\x7f"
_STAND_IN: Final = "\ufffd"


class UnreadablePlanError(Exception):
    """A file that cannot be read as a plan. ``message`` says why, without the file's name; ``hint`` what to
    do.
    """

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message if hint is None else f"{message}; {hint}")
        self.message: Final = message
        self.hint: Final = hint


@dataclass(frozen=True, slots=True)
class PlanText:
    """A file's text. The problems' offsets are code points of the text."""

    text: str
    problems: tuple[SyntaxProblem, ...] = ()
    encoding: str = "utf-8"
    mark: bytes = b""
    """The byte order mark that stood in front of the text."""

    def encode(self, text: str) -> bytes:
        """Another text in the same encoding, with the same mark."""
        return self.mark + text.encode(self.encoding)


def read_plan_text(path: Path, limit: int = DEFAULT_MAX_FILE_SIZE) -> PlanText:
    """Read a plan file of at most ``limit`` bytes.

    Raises
    ------
    UnreadablePlanError
        It is missing, a folder, not allowed to be read, too large, or not text.
    """
    return decode_plan_text(read_bytes(path, limit), limit)


def read_bytes(path: Path, limit: int) -> bytes:
    """The bytes of a regular file of at most ``limit`` bytes; raises ``UnreadablePlanError`` for anything
    else.
    """
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise UnreadablePlanError("this is a folder", "name a file in it")
        if not stat.S_ISREG(status.st_mode):
            # A pipe would block until someone writes to it, a device might never end.
            raise UnreadablePlanError(
                "this is not a regular file", "name a file, or pass the text on standard input"
            )
        if status.st_size > limit:
            raise too_large(limit, status.st_size)
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except OSError as error:
        raise _unreadable(error) from None
    except ValueError:
        raise UnreadablePlanError("this cannot be the name of a file") from None
    if len(data) > limit:
        raise too_large(limit)
    return data


def decode_plan_text(data: bytes, limit: int = DEFAULT_MAX_FILE_SIZE) -> PlanText:
    """Bytes as text: UTF-8, or what a byte order mark says. Bytes that are no text become U+FFFD and a
    problem each.

    Raises ``UnreadablePlanError`` where there are more than ``limit`` bytes or they are not text at all.
    """
    if len(data) > limit:
        raise too_large(limit)
    mark, encoding = next(((mark, name) for mark, name in _MARKS if data.startswith(mark)), (b"", "utf-8"))
    body = data[len(mark) :]
    if encoding == "utf-8":
        text = body.decode("utf-8", "surrogateescape")
        _refuse_binary(body, text)
        problems = tuple(_bad_bytes(text))
        return PlanText(_BAD_BYTES.sub(_stand_ins, text) if problems else text, problems, encoding, mark)
    width = 4 if encoding.startswith("utf-32") else 2
    rest = len(body) % width
    try:
        text = body[: len(body) - rest].decode(encoding, "surrogatepass")
    except UnicodeDecodeError:
        # Only UTF-32 has numbers that are no characters.
        text = body.decode(encoding, "replace")
    problems = tuple(_lone_surrogates(text))
    if problems:
        text = _SURROGATES.sub(_stand_ins, text)
    if rest:
        problems += (
            SyntaxProblem(
                len(text), len(text), f"the file ends inside a character ({encoding}); was it cut off?"
            ),
        )
    return PlanText(text, problems, encoding, mark)


def too_large(limit: int, size: int | None = None) -> UnreadablePlanError:
    """The error for a plan of more bytes than the limit."""
    there = f"it has {_megabytes(size)}" if size is not None else "it has more"
    return UnreadablePlanError(
        f"too large: {there}, and at most {_megabytes(limit)} are read",
        "split it, or raise `max-file-size` in orchestrate.toml",
    )


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:.1f}".removesuffix(".0") + " MB" if size >= 100_000 else f"{size} bytes"


def _refuse_binary(body: bytes, text: str) -> None:
    """A single NUL or bad byte is a slip with a place of its own; many say that this is no text."""
    sample = body[:_SAMPLE]
    if not sample:
        return
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    bad = sum(len(match[0]) for match in _BAD_BYTES.finditer(text[:_SAMPLE]))
    if controls * 50 > len(sample) and controls > 1:
        if sample[1::2].count(0) * 3 > len(sample) or sample[::2].count(0) * 3 > len(sample):
            raise UnreadablePlanError("this looks like UTF-16 without a byte order mark", "save it as UTF-8")
        raise UnreadablePlanError("this is a binary file, not text")
    if bad * 10 > len(sample) and bad > 1:
        raise UnreadablePlanError(
            "this is not UTF-8 text", "if it is text in another encoding, save it as UTF-8"
        )
    if b"\0" in sample and bad:
        raise UnreadablePlanError("this is a binary file, not text")


def _bad_bytes(text: str) -> Iterator[SyntaxProblem]:
    runs = [match.span() for match in _BAD_BYTES.finditer(text)] if not text.isascii() else []
    for start, end in runs[:_MOST_REPORTED]:
        codes = ", ".join(
            f"0x{ord(character) - 0xDC00:02X}" for character in text[start : min(end, start + 4)]
        )
        what = (
            f"byte {codes} is"
            if end == start + 1
            else f"bytes {codes}{', ...' if end > start + 4 else ''} are"
        )
        yield SyntaxProblem(
            start, end, f"{what} not UTF-8; save the file as UTF-8, or write the character again"
        )
    yield from _more(runs, "more places that are not UTF-8; was the file saved in another encoding?")


def _lone_surrogates(text: str) -> Iterator[SyntaxProblem]:
    runs = [match.span() for match in _SURROGATES.finditer(text)]
    for start, end in runs[:_MOST_REPORTED]:
        yield SyntaxProblem(
            start, end, f"half a character: the lone surrogate U+{ord(text[start]):04X}; delete it"
        )
    yield from _more(runs, "more lone surrogates")


def _more(runs: list[tuple[int, int]], what: str) -> Iterator[SyntaxProblem]:
    rest = runs[_MOST_REPORTED:]
    if rest:
        yield SyntaxProblem(*rest[0], f"{len(rest)} {what}")


def _stand_ins(match: re.Match[str]) -> str:
    return _STAND_IN * len(match[0])


def _unreadable(error: OSError) -> UnreadablePlanError:
    if error.errno == errno.ENOENT:
        return UnreadablePlanError("no such file or folder", "check the path")
    if error.errno == errno.ENOTDIR:
        return UnreadablePlanError(
            "no such file: a part of the path is a file, not a folder", "check the path"
        )
    if error.errno in (errno.EACCES, errno.EPERM):
        return UnreadablePlanError("permission denied", "check who may read it")
    if error.errno == errno.ELOOP:
        return UnreadablePlanError("a link that leads to itself", "delete the link, or name the file itself")
    if error.errno == errno.ENAMETOOLONG:
        return UnreadablePlanError("no such file: the name is too long", "check the path")
    return UnreadablePlanError(f"it cannot be read: {error.strerror or error}")
