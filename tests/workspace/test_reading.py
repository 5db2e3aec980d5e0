"""Bytes to text: encodings, line ends, and what is no text."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrate_ls.workspace.reading import UnreadablePlanError, decode_plan_text, read_plan_text

PLAN = "goal: Ünïcode 🚀\r\ntasks:\r  - id: T1\u2028\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_encodings_with_their_marks(tmp_path: Path, encoding: str):
    path = tmp_path / "a.plan.yaml"
    path.write_bytes(PLAN.encode(encoding))
    plan = read_plan_text(path)
    assert plan.text == PLAN
    assert plan.problems == ()
    assert plan.encode(PLAN) == PLAN.encode(encoding)


@pytest.mark.parametrize(("mark", "encoding"), [(b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")])
def test_both_orders_of_utf_16(mark: bytes, encoding: str):
    assert decode_plan_text(mark + PLAN.encode(encoding)).text == PLAN


def test_bytes_that_are_not_utf_8_have_places():
    plan = decode_plan_text(b"goal: caf\xe9 \xf0\x9f\x9a\x80 now\ntasks:\n  - id: \xff\xfe\n")
    assert plan.text == "goal: caf\ufffd \U0001f680 now\ntasks:\n  - id: \ufffd\ufffd\n"
    assert [(each.start, each.end) for each in plan.problems] == [(9, 10), (32, 34)]
    assert "byte 0xE9 is not UTF-8" in plan.problems[0].message
    assert "bytes 0xFF, 0xFE are not UTF-8" in plan.problems[1].message


def test_many_bad_bytes_are_summed_up():
    plan = decode_plan_text(b"\xe9 is e acute, and so on and on\n" * 50)
    assert len(plan.problems) == 21
    assert plan.problems[-1].message.startswith("30 more places")


@pytest.mark.parametrize("text", ["a\rb", "a\r\nb", "a\n\rb", "a\x85b\u2028c\u2029d\fe"])
def test_line_ends_stay(tmp_path: Path, text: str):
    path = tmp_path / "a.yaml"
    path.write_bytes(text.encode())
    assert read_plan_text(path).text == text


def test_one_nul_is_left_to_the_syntax_check():
    assert decode_plan_text(b"goal: a\0b\n" + b"# a comment\n" * 20).text[7] == "\0"


@pytest.mark.parametrize(
    ("data", "part"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)) * 4, "binary"),
        (b"\x1f\x8b\x08" + os.urandom(0) + bytes((7 * i) % 256 for i in range(4000)), "binary"),
        (bytes(1000), "UTF-16 without a byte order mark"),
        ("goal: x\n".encode("utf-16-le") * 10, "UTF-16 without a byte order mark"),
        ("目标: 建立一个系统\n".encode("gb18030") * 10, "not UTF-8"),
    ],
)
def test_what_is_no_text_is_refused(data: bytes, part: str):
    with pytest.raises(UnreadablePlanError, match=part):
        decode_plan_text(data)


def test_half_characters_of_utf_16():
    plan = decode_plan_text(b"\xff\xfea\0\x00\xd8b\0c")
    assert plan.text == "a\ufffdb"
    assert [each.start for each in plan.problems] == [1, 3]
    assert "U+D800" in plan.problems[0].message


@given(st.binary(max_size=200))
def test_any_bytes_give_text_or_a_clear_refusal(data: bytes):
    try:
        plan = decode_plan_text(data)
    except UnreadablePlanError:
        return
    plan.text.encode("utf-8")
    for problem in plan.problems:
        assert 0 <= problem.start <= problem.end <= len(plan.text)


# U+0000 behind the mark of UTF-16 is the mark of UTF-32.
@given(st.text().filter(lambda text: not text.startswith("\0")))
def test_text_comes_back(text: str):
    data = text.encode("utf-16")
    assert decode_plan_text(data).text == text


def test_what_cannot_be_read_says_why(tmp_path: Path):
    (tmp_path / "file").write_text("x")
    for path, part in [
        (tmp_path / "none.plan.yaml", "no such file"),
        (tmp_path / "file" / "x", "no such file"),
        (tmp_path, "this is a folder"),
        (Path("a\0b"), "cannot be the name"),
        (tmp_path / ("x" * 5000), "no such file|cannot be read"),
    ]:
        with pytest.raises(UnreadablePlanError, match=part):
            read_plan_text(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes there")
def test_a_pipe_or_device_is_refused_at_once(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path("/dev/zero")):
        with pytest.raises(UnreadablePlanError, match="not a regular file"):
            read_plan_text(path)


def test_a_file_over_the_limit_is_not_even_read(tmp_path: Path):
    path = tmp_path / "big.plan.yaml"
    with path.open("wb") as file:
        file.truncate(50_000_000)
    with pytest.raises(UnreadablePlanError, match="50 MB, and at most 20 MB") as caught:
        read_plan_text(path)
    assert "max-file-size" in (caught.value.hint or "")
    with pytest.raises(UnreadablePlanError, match="at most 3 bytes"):
        decode_plan_text(b"goal", limit=3)
    assert decode_plan_text(b"goal", limit=4).text == "goal"


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission(tmp_path: Path):
    path = tmp_path / "a.plan.yaml"
    path.write_text("x")
    path.chmod(0)
    with pytest.raises(UnreadablePlanError, match="permission denied"):
        read_plan_text(path)
