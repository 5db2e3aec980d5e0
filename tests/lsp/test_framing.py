"""Bodies come out of a stream however its bytes are cut, and what is broken costs no more than itself."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from orchestrate_ls.lsp import framing
from orchestrate_ls.lsp.framing import FrameReader, FramingError, frame

BODIES = st.lists(st.binary(max_size=40) | st.just(b"\r\n\r\nContent-Length: 3\r\n\r\n"), max_size=6)


def read(*pieces: bytes) -> list[bytes | FramingError]:
    reader = FrameReader()
    return [found for piece in pieces for found in reader.feed(piece)]


@given(bodies=BODIES, cuts=st.lists(st.integers(0, 400), max_size=8))
def test_any_cut_of_a_stream_gives_the_same_bodies(bodies: list[bytes], cuts: list[int]):
    stream = b"".join(map(frame, bodies))
    places = [0, *sorted(min(cut, len(stream)) for cut in cuts), len(stream)]
    assert read(*(stream[a:b] for a, b in pairwise(places))) == bodies


def test_header_names_in_any_case_and_other_headers_are_fine():
    header = b"content-type: application/vscode-jsonrpc; charset=utf-8\r\nCONTENT-LENGTH:2\r\n\r\n"
    assert read(header + b"{}") == [b"{}"]


def test_a_stray_line_before_a_header_is_passed_over():
    assert read(b"warning: something\r\n" + frame(b"{}")) == [b"{}"]


def test_a_header_without_a_length_is_reported_and_the_next_message_is_read():
    found = read(b"Content-Type: x\r\n\r\n" + frame(b"{}"))
    assert isinstance(found[0], FramingError)
    assert found[1:] == [b"{}"]


def test_lengths_that_are_no_numbers_are_reported():
    for length in (b"-1", b"+2", b"1e3", b"0x10", b"", "٣".encode(), b"9" * 400):
        found = read(b"Content-Length: " + length + b"\r\n\r\n" + frame(b"{}"))
        assert isinstance(found[0], FramingError), length
        assert found[-1] == b"{}"


def test_a_body_beyond_the_limit_is_skipped_without_being_kept(monkeypatch):
    monkeypatch.setattr(framing, "LARGEST_BODY", 10)
    reader = FrameReader()
    found = reader.feed(b"Content-Length: 1000\r\n\r\n")
    assert isinstance(found[0], FramingError)
    for _ in range(10):
        assert reader.feed(b"x" * 100) == []
        assert len(reader._buffer) == 0
    assert reader.feed(frame(b"{}")) == [b"{}"]


def test_a_header_that_never_ends_does_not_fill_the_memory():
    reader = FrameReader()
    for _ in range(100):
        reader.feed(b"x" * 10_000)
    assert len(reader._buffer) < 100_000
    assert [each for each in reader.feed(b"\r\n\r\n" + frame(b"{}")) if isinstance(each, bytes)] == [b"{}"]
