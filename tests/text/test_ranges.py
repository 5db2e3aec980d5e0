"""A range's two positions are those that each of its ends has alone."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from orchestrate_ls.text.blocks import BLOCK_CUTTER, BlockText
from orchestrate_ls.text.positions import Encoding

PIECES = st.lists(
    st.sampled_from(["a", "é", "😀", "\u2028", "\n", "\r", "\r\n", "x" * 90 + "\n"]), max_size=20
)


@given(PIECES.map("".join), st.sampled_from(Encoding), st.integers(-2, 300), st.integers(-2, 300))
def test_as_each_end_alone(text: str, encoding: Encoding, start: int, end: int) -> None:
    chunked = BlockText.of(text, BLOCK_CUTTER)
    alone = (chunked.position_at(start, encoding), chunked.position_at(end, encoding))
    assert chunked.range_at(start, end, encoding) == alone
