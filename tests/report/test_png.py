"""PNG pictures, read back pixel by pixel: text is there without any font installed, and sizes that programs open."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import pytest

from orchestrate_ls.report.export import Form
from orchestrate_ls.report.png import PictureError, png_of
from tests.cli.running import SEED_PLAN, CommandLine
from tests.report.test_export import exported, nasty

ROOT = Path(__file__).parents[2]


def size(png: bytes) -> tuple[int, int]:
    """Width and height."""
    return struct.unpack_from(">II", png, 16)


def pixels(png: bytes) -> tuple[int, int, list[bytes]]:
    """Width, height and rows of RGBA of a PNG that is not interlaced."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    at, data, width, height = 8, b"", 0, 0
    while at < len(png):
        (length,) = struct.unpack_from(">I", png, at)
        kind, content = png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        if kind == b"IHDR":
            width, height, depth, colours, *_, interlaced = struct.unpack(">IIBBBBB", content)
            assert (depth, colours, interlaced) == (8, 6, 0)
        data += content if kind == b"IDAT" else b""
        at += 12 + length
    raw, rows, above = zlib.decompress(data), [], bytes(4 * width)
    for row in range(height):
        start = row * (4 * width + 1)
        above = _unfiltered(raw[start], raw[start + 1 : start + 1 + 4 * width], above)
        rows.append(above)
    return width, height, rows


def _unfiltered(kind: int, line: bytes, above: bytes) -> bytes:
    made = bytearray(line)
    for place, value in enumerate(line):
        left = made[place - 4] if place >= 4 else 0
        up, corner = above[place], above[place - 4] if place >= 4 else 0
        guess = left + up - corner
        nearest = min((abs(guess - each), order, each) for order, each in enumerate((left, up, corner)))[2]
        made[place] = (value + (0, left, up, (left + up) // 2, nearest)[kind]) & 255
    return bytes(made)


def picture(text: str, width: int = 200) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} 20" width="{width}" height="20">'
        f"<style>text{{font-size:12px}}</style>{text}</svg>"
    )


def dark(png: bytes) -> int:
    """How many pixels are nearer to black than to white."""
    _, _, rows = pixels(png)
    return sum(1 for row in rows for place in range(0, len(row), 4) if row[place] < 128)


def test_text_is_drawn_and_bold_is_bolder():
    nothing = dark(png_of(picture("")))
    plain = dark(png_of(picture('<text x="4" y="14">Task Übung Ωмега …·→</text>')))
    bold = dark(png_of(picture('<text x="4" y="14" font-weight="600">Task Übung Ωмега …·→</text>')))
    assert nothing == 0
    assert bold > plain > 300


def test_the_picture_of_a_plan():
    width, height = size(png_of(exported(SEED_PLAN, Form.SVG).text))
    assert width > 3 * height > 600
    width, _, rows = pixels(png_of(exported("tasks: [{id: A, estimated_time: 1h}]\n", Form.SVG).text))
    assert {row[3::4] for row in rows} == {b"\xff" * width}, "nothing shines through"
    assert rows[0][:3] == b"\xff\xff\xff", "it is made for paper, whatever the screen is"
    colours = {row[place : place + 3] for row in rows for place in range(0, len(row), 4)}
    assert b"\xb4\x30\x7a" in colours, "the critical path is marked"


def test_the_same_picture_is_the_same_file():
    svg = exported(nasty(), Form.SVG).text
    assert png_of(svg) == png_of(svg)


def test_sizes_stay_what_programs_open():
    assert size(png_of(picture("", 12_000))) == (16_000, 27)
    with pytest.raises(PictureError, match="too large"):
        png_of(picture("", 100_000))


def test_what_is_no_picture_is_refused():
    with pytest.raises(PictureError, match="could not be drawn"):
        png_of('<svg width="5" height="5"><not closed')


def test_without_the_library_it_says_what_to_install(
    orchestrate: CommandLine, monkeypatch: pytest.MonkeyPatch
):
    orchestrate.write("a.plan.yaml", SEED_PLAN)
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    outcome = orchestrate("export", "a.plan.yaml", "--to", "png", "-o", "a.png")
    assert outcome.code == 2
    assert "pip install 'orchestrate-ls[png]'" in outcome.err
    assert not (orchestrate.folder / "a.png").exists()


def test_the_command_writes_a_file_and_passes_bytes_on(orchestrate: CommandLine):
    orchestrate.write("a.plan.yaml", SEED_PLAN)
    written = orchestrate("export", "a.plan.yaml", "--to", "png", "-o", "a.png")
    assert (written.code, written.out, written.err) == (0, "", "note: wrote a.png\n")
    piped = subprocess.run(
        [sys.executable, "-m", "orchestrate_ls", "export", "a.plan.yaml", "--to", "png"],
        cwd=orchestrate.folder,
        env={**os.environ, "PYTHONPATH": str(ROOT / "server")},
        capture_output=True,
        check=True,
    )
    assert (orchestrate.folder / "a.png").read_bytes() == piped.stdout
    assert piped.stdout.startswith(b"\x89PNG")
