"""SVG as text: elements with escaped text and short numbers, and labels cut to the room they have.

Colours and fonts are classes of ``theme``; nothing here knows plans.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from unicodedata import east_asian_width

from orchestrate_ls.text.display import shown

_ESCAPES: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"})
_LONGEST: Final = 500
_WIDE: Final = 1.0
_USUAL: Final = 0.6
_NARROW: Final = frozenset("fijlrtI.,:;'|!()[]{}-/ ")


def escape(text: str, longest: int = _LONGEST) -> str:
    """A text for content and attributes of HTML and SVG: on one line, without characters that would do more than be
    read.
    """
    return shown(" ".join(text.split()), longest).translate(_ESCAPES)


def element(name: str, content: Iterable[str] | str = "", /, **attributes: str | float | None) -> str:
    """An element; ``content`` is markup already. Underscores of attributes are hyphens, ``cls`` is the class."""
    parts = [name]
    for key, value in attributes.items():
        if value is not None:
            known = "class" if key == "cls" else key.replace("_", "-")
            text = number(value) if isinstance(value, int | float) else value
            parts.append(f'{known}="{text}"')
    inside = content if isinstance(content, str) else "".join(content)
    return f"<{' '.join(parts)}>{inside}</{name}>" if inside else f"<{' '.join(parts)}/>"


def number(value: float) -> str:
    """A length with at most one decimal."""
    text = f"{value:.1f}"
    return text.removesuffix(".0") if text != "-0.0" else "0"


def label(
    text: str, x: float, y: float, cls: str, *, room: float, size: float, anchor: str | None = None
) -> str:
    """A text, cut to the room it has; all of it is shown when it is pointed at."""
    cut = fitted(text, room, size)
    if not cut:
        return ""
    tip = element("title", escape(text)) if cut != shown(" ".join(text.split()), _LONGEST) else ""
    return element("text", f"{tip}{escape(cut)}", x=x, y=y, cls=cls, text_anchor=anchor)


def fitted(text: str, room: float, size: float) -> str:
    """As much of a text as fits, by the usual widths of letters."""
    clean = shown(" ".join(text.split()), _LONGEST)
    if text_width(clean, size) <= room:
        return clean
    kept, width = 0, text_width("…", size)
    for letter in clean:
        width += text_width(letter, size)
        if width > room:
            break
        kept += 1
    return f"{clean[:kept].rstrip()}…" if kept else ""


def wrapped(text: str, room: float, size: float, most: int) -> list[str]:
    """A text in at most so many lines, broken between words; what is too much is cut."""
    lines: list[str] = []
    words = shown(" ".join(text.split()), _LONGEST).split()
    while words and len(lines) < most:
        taken = 1
        while taken < len(words) and text_width(" ".join(words[: taken + 1]), size) <= room:
            taken += 1
        if len(lines) + 1 == most:
            taken = len(words)
        lines.append(fitted(" ".join(words[:taken]), room, size))
        words = words[taken:]
    return lines


def text_width(text: str, size: float) -> float:
    """About how wide a text is in a sans-serif font of a size."""
    return size * sum(
        _WIDE
        if east_asian_width(each) in "WF"
        else 0.33
        if each in _NARROW
        else 0.68
        if each.isupper()
        else _USUAL
        for each in text
    )


def picture(content: str, width: float, height: float, title: str, description: str, cls: str = "") -> str:
    """A whole picture that is read out by its title and description."""
    return element(
        "svg",
        element("title", escape(title)) + element("desc", escape(description, 4 * _LONGEST)) + content,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {number(width)} {number(height)}",
        width=width,
        height=height,
        role="img",
        cls=f"chart {cls}".strip(),
        aria_label=f"{escape(title)}. {escape(description, 4 * _LONGEST)}",
    )
