"""Lines and columns in all three encodings, against what Python's own codecs say."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrate_ls.text.positions import Encoding, count_line_breaks, from_units, line_starts, to_units

TEXT = st.text(st.sampled_from("ab é😀\u2028\x85\x0c\r\n\ud800"), max_size=40)
LINE = st.text(st.sampled_from("ab é😀\u2028\x85\x0c\ud800"), max_size=20)
UNIT_SIZE = {Encoding.UTF8: 1, Encoding.UTF16: 2, Encoding.UTF32: 4}
CODEC = {Encoding.UTF8: "utf-8", Encoding.UTF16: "utf-16-le", Encoding.UTF32: "utf-32-le"}


def units(text: str, encoding: Encoding) -> int:
    return len(text.encode(CODEC[encoding], "surrogatepass")) // UNIT_SIZE[encoding]


@given(TEXT)
def test_lines_end_at_three_breaks_only(text: str) -> None:
    expected = [0, *(match.end() for match in re.finditer(r"\r\n|\n|\r", text))]
    assert line_starts(text) == expected
    assert count_line_breaks(text) == len(expected) - 1


@given(LINE, st.sampled_from(Encoding))
def test_columns_count_units_of_the_encoding(line: str, encoding: Encoding) -> None:
    for column in range(len(line) + 1):
        counted = to_units(line, column, encoding)
        assert counted == units(line[:column], encoding)
        assert from_units(line, counted, encoding) == column


def test_inside_a_character_is_its_start_and_past_the_end_is_the_end() -> None:
    assert from_units("a😀b", 2, Encoding.UTF16) == 1
    assert from_units("aéb", 2, Encoding.UTF8) == 1
    assert from_units("a😀b", 99, Encoding.UTF16) == 3
    assert from_units("ab", 99, Encoding.UTF8) == 2


@pytest.mark.parametrize(
    ("text", "starts"),
    [("", [0]), ("\n", [0, 1]), ("a\r\nb", [0, 3]), ("a\rb\n", [0, 2, 4]), ("a\u2028b\x0cc\x85d", [0])],
)
def test_line_starts(text: str, starts: list[int]) -> None:
    assert line_starts(text) == starts
