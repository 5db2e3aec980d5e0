"""Message bodies out of the bytes of a stream, by the base protocol's headers. Does no I/O and reads no JSON.

What is not well framed is reported and skipped, and reading goes on behind it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

LARGEST_BODY: Final = 512 * 1024 * 1024
"""Bytes. A longer body is skipped as it arrives, without being kept."""

_HEADER_END: Final = b"\r\n\r\n"
_LARGEST_HEADER: Final = 16 * 1024
_LONGEST_NUMBER: Final = 15


@dataclass(frozen=True, slots=True)
class FramingError:
    """What could not be read, for the log."""

    message: str


def frame(body: bytes) -> bytes:
    """A body with its header."""
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)


class FrameReader:
    """Takes bytes as they arrive and gives whole bodies in order."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._length: int | None = None
        """Of the body whose header has been read."""
        self._skip = 0

    def feed(self, data: bytes) -> list[bytes | FramingError]:
        """The bodies that are complete with these bytes, and what was wrong in between."""
        buffer = self._buffer
        buffer += data
        found: list[bytes | FramingError] = []
        while True:
            if self._skip:
                skipped = min(self._skip, len(buffer))
                del buffer[:skipped]
                self._skip -= skipped
                if self._skip:
                    return found
            if self._length is None and not self._read_header(found):
                return found
            length = self._length
            if length is None:
                continue
            if len(buffer) < length:
                return found
            found.append(bytes(buffer[:length]))
            del buffer[:length]
            self._length = None

    def _read_header(self, found: list[bytes | FramingError]) -> bool:
        """Take a header off the buffer. False where it is not complete yet."""
        buffer = self._buffer
        end = buffer.find(_HEADER_END)
        if end < 0 or end > _LARGEST_HEADER:
            if len(buffer) <= _LARGEST_HEADER:
                return False
            found.append(FramingError("no message header within the limit; skipped what came instead"))
            del buffer[: max(end, len(buffer) - len(_HEADER_END) + 1)]
            return True
        header = bytes(buffer[:end])
        del buffer[: end + len(_HEADER_END)]
        length = _content_length(header)
        if length is None:
            found.append(FramingError(f"a message header without a usable Content-Length: {header[:200]!r}"))
        elif length > LARGEST_BODY:
            found.append(FramingError(f"a message of {length} bytes is larger than {LARGEST_BODY}; skipped"))
            self._skip = length
        else:
            self._length = length
        return True


def _content_length(header: bytes) -> int | None:
    # What came before the header's own lines (say, a stray print) is passed over.
    for line in header.split(b"\r\n"):
        name, colon, value = line.partition(b":")
        if colon and name.strip().lower() == b"content-length":
            number = value.strip()
            return int(number) if number.isdigit() and len(number) <= _LONGEST_NUMBER else None
    return None
