"""Where lines of a text begin and end. A line ends with CR, LF or both. Knows nothing of YAML."""

from __future__ import annotations


def line_start(text: str, offset: int) -> int:
    """Where the line that holds the offset begins. A line ends with CR, LF or both, as YAML 1.2 has it."""
    after_feed = text.rfind("\n", 0, offset) + 1
    return max(after_feed, text.rfind("\r", after_feed, offset) + 1)


def line_end(text: str, offset: int) -> int:
    """Where the line that holds the offset ends, before its line break."""
    feed = text.find("\n", offset)
    feed = len(text) if feed < 0 else feed
    back = text.find("\r", offset, feed)
    return feed if back < 0 else back


def next_line(text: str, offset: int) -> int:
    """Where the line after the one that holds the offset begins; the text's end where there is none."""
    end = line_end(text, offset)
    if text.startswith("\r\n", end):
        return end + 2
    return min(end + 1, len(text))


def line_break(text: str) -> str:
    """The line ending this text uses: that of its first line."""
    end = line_end(text, 0)
    if end == len(text):
        return "\n"
    return "\r\n" if text.startswith("\r\n", end) else text[end]
