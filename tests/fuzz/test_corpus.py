"""Each target over the bytes that fuzzing has found worth keeping, those that once broke something among them."""

from __future__ import annotations

import random

import pytest

from tests.fuzz.__main__ import CORPUS
from tests.fuzz.reading import Bytes
from tests.fuzz.targets import LONGEST, TARGETS


@pytest.mark.parametrize("name", TARGETS)
def test_what_was_found_before(name: str):
    target = TARGETS[name]
    target.run(b"")
    for seed in target.seeds():
        target.run(seed[:LONGEST])
    for path in sorted((CORPUS / name).glob("*")):
        try:
            target.run(path.read_bytes())
        except BaseException as error:
            error.add_note(f"with {path}")
            raise


@pytest.mark.parametrize("name", TARGETS)
def test_some_bytes_at_random(name: str):
    chance = random.Random(name)
    target = TARGETS[name]
    for _ in range(6):
        pieces = [chance.randbytes(chance.randint(0, 30))]
        pieces += [chance.choice(target.words or ("",)).encode() for _ in range(chance.randint(0, 12))]
        target.run(b"".join(pieces))


def test_every_corpus_belongs_to_a_target():
    assert {path.name for path in CORPUS.glob("*")} <= set(TARGETS)
    for path in CORPUS.rglob("*"):
        assert path.is_dir() or path.stat().st_size <= LONGEST, path


def test_bytes_are_read_from_the_front_and_end_in_zeros():
    given = Bytes(b"\x01\x02\x03abc")
    assert (given.number(256), given.number(65536), given.text()) == (1, 0x0203, "abc")
    assert (given.number(256), given.text(), given.is_empty) == (0, "", True)
    assert Bytes(b"\xed\xa0\x80x").text() == "\ud800x"
    assert Bytes(b"\xff").text() == "\ufffd"
