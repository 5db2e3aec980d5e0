"""A picture as pixels: SVG drawn by resvg, with fonts of its own, so that it looks the same on every machine.

Knows neither plans nor what is in the picture. Needs the extra `png`.
"""

from __future__ import annotations

import re
from contextlib import ExitStack
from importlib import resources
from typing import Final

FAMILY: Final = "Liberation Sans"
_FONTS: Final = ("LiberationSans-Regular.ttf", "LiberationSans-Bold.ttf")
_SHARPNESS: Final = 2.0
"""Pixels for each unit of the picture, on a side: as screens of high density show it."""
_LONGEST_SIDE: Final = 16_000
_MOST_PIXELS: Final = 80_000_000
_COARSEST: Final = 0.25
_SIZE: Final = re.compile(r'<svg[^>]*? width="([\d.]+)" height="([\d.]+)"')
_LAST_OWN: Final = "\u052f"
"""The last letter of Latin, Greek and Cyrillic, all of which the own fonts have."""


class PictureError(Exception):
    """A picture that cannot be made. ``message`` says why, ``hint`` what to do."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(f"{message}; {hint}")
        self.message: Final = message
        self.hint: Final = hint


def png_of(svg: str) -> bytes:
    """An SVG picture, whose element tells its width and height, as PNG: twice as large, or less where that would be
    more than programs open. Letters of other scripts come from the system's fonts. Raises ``PictureError``.
    """
    try:
        import resvg_py
    except ImportError:
        raise PictureError(
            "PNG needs the package `resvg-py`, which is not installed",
            "pip install 'orchestrate-ls[png]', or export to svg",
        ) from None
    zoom = _zoom(svg)
    with ExitStack() as files:
        folder = resources.files("orchestrate_ls.report") / "fonts"
        fonts = [str(files.enter_context(resources.as_file(folder / name))) for name in _FONTS]
        try:
            return bytes(
                resvg_py.svg_to_bytes(
                    svg_string=svg,
                    zoom=zoom,
                    background="#ffffff",
                    font_files=fonts,
                    font_family=FAMILY,
                    sans_serif_family=FAMILY,
                    style_sheet=f'text{{font-family:"{FAMILY}"}}',
                    skip_system_fonts=not _has_other_scripts(svg),
                )
            )
        except ValueError as error:
            raise PictureError(f"the picture could not be drawn: {error}", "export to svg") from None


def _zoom(svg: str) -> float:
    """How much larger than the picture says, as far as programs open it."""
    size = _SIZE.search(svg)
    if size is None:
        raise PictureError("the picture does not tell its size", "export to svg")
    width, height = float(size[1]), float(size[2])
    zoom = min(_SHARPNESS, _LONGEST_SIDE / max(width, height), (_MOST_PIXELS / (width * height)) ** 0.5)
    if zoom < _COARSEST:
        raise PictureError(
            f"a picture of {width:,.0f} by {height:,.0f} is too large for PNG", "export to svg, or to html"
        )
    return zoom


def _has_other_scripts(svg: str) -> bool:
    return any(letter > _LAST_OWN and not "\u2000" <= letter <= "\u27ff" for letter in svg)
