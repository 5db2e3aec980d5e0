"""Applying several edits at once."""

import pytest

from orchestrate_ls.text.edits import OverlappingEditsError, TextEdit, apply_edits


def test_edits_all_refer_to_the_text_as_given() -> None:
    edits = [TextEdit(4, 5, "E"), TextEdit(0, 1, ""), TextEdit(2, 2, "++")]
    assert apply_edits("abcde", edits) == "b++cdE"


def test_insertions_at_one_place_keep_their_order() -> None:
    assert apply_edits("ab", [TextEdit(1, 1, "x"), TextEdit(1, 1, "y")]) == "axyb"


def test_overlapping_edits_are_refused() -> None:
    with pytest.raises(OverlappingEditsError):
        apply_edits("abcd", [TextEdit(0, 3, ""), TextEdit(2, 4, "")])


@pytest.mark.parametrize("edit", [TextEdit(0, 9, ""), TextEdit(3, 2, "")])
def test_edits_outside_the_text_are_refused(edit: TextEdit) -> None:
    with pytest.raises(ValueError, match="outside"):
        apply_edits("abc", [edit])
