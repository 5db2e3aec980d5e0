"""Rounds of edits, put together, do what they do one after the other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrate_ls.text.edits import OverlappingEditsError, TextEdit, apply_edits
from orchestrate_ls.text.revision import Revision


@st.composite
def rounds(draw: st.DrawFn) -> tuple[str, list[list[TextEdit]]]:
    text = draw(st.text("abcdef\n", max_size=30))
    length = len(text)
    found: list[list[TextEdit]] = []
    for _ in range(draw(st.integers(0, 5))):
        cuts = sorted(draw(st.lists(st.integers(0, length), max_size=6)))
        edits = [
            TextEdit(start, end, draw(st.text("XYZ", max_size=4)))
            for start, end in zip(cuts[::2], cuts[1::2], strict=False)
        ]
        length += sum(len(edit.new_text) - (edit.end - edit.start) for edit in edits)
        found.append(edits)
    return text, found


@given(rounds())
def test_the_edits_together_give_the_same_text(given: tuple[str, list[list[TextEdit]]]):
    text, found = given
    revision = Revision(len(text))
    expected = text
    for edits in found:
        expected = apply_edits(expected, edits)
        revision.apply(edits)
    assert apply_edits(text, revision.edits()) == expected


def test_what_was_not_edited_is_in_no_edit():
    revision = Revision(10)
    revision.apply([TextEdit(2, 3, "x"), TextEdit(7, 8, "")])
    revision.apply([TextEdit(2, 3, "yy")])
    assert revision.edits() == (TextEdit(2, 3, "yy"), TextEdit(7, 8, ""))


def test_overlapping_edits_are_refused():
    with pytest.raises(OverlappingEditsError):
        Revision(10).apply([TextEdit(0, 3, ""), TextEdit(2, 4, "")])
