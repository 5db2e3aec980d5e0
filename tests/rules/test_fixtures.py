"""The comparison itself: a fixture that is wrong in any way fails."""

from __future__ import annotations

import pytest

from tests.rules.fixtures import check, check_fix, read_fixture

RIGHT = """
tasks:
  - id: T1
    agent: x
    estimated_time: 1h
    dependencies: [T9]
    #              ^^ error[unknown-dependency] no task has the id `T9` 💡
"""


def only_unknown(fixture: str) -> None:
    check(fixture, only={"unknown-dependency"})


def test_a_right_fixture_passes() -> None:
    only_unknown(RIGHT)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("^^ error", "^^^ error"),
        ("#              ^^", "#             ^^"),
        ("error[", "warning["),
        ("`T9`", "`T8`"),
        (" 💡", ""),
        ("[unknown-dependency]", "[self-dependency]"),
    ],
)
def test_a_wrong_annotation_fails(old: str, new: str) -> None:
    assert old in RIGHT
    with pytest.raises(pytest.fail.Exception, match="missing:"):
        only_unknown(RIGHT.replace(old, new))


def test_what_is_not_annotated_fails() -> None:
    with pytest.raises(pytest.fail.Exception, match=r"found besides:\n.*unknown-dependency"):
        only_unknown("\n".join(line for line in RIGHT.split("\n") if "^" not in line))


def test_annotations_are_no_part_of_the_plan() -> None:
    fixture = read_fixture("a: b\n#^^ error[schema] text 💡\n# ~ near\n  c: d\n")
    assert fixture.text == "a: b\n  c: d\n"
    (finding,), (related,) = fixture.findings, fixture.related
    assert (finding.place, finding.text, finding.fixable) == ((0, 0, 3), "text", True)
    assert (related.place, related.text) == ((0, 2, 3), "near")


def test_a_fix_that_gives_another_text_fails() -> None:
    before = "tasks:\n  - id: T1\n    dependencies: [T1]\n"
    check_fix(before, "tasks:\n  - id: T1\n    dependencies: []\n", "self-dependency")
    with pytest.raises(AssertionError):
        check_fix(before, before, "self-dependency")
