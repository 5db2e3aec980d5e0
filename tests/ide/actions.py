"""Checks code actions on plans with marks: ``$0`` is the cursor, and two of them are a selection."""

from __future__ import annotations

import io
from typing import Any

import pytest
from ruamel.yaml import YAML

from orchestrate_ls.ide.code_actions import Action, action_named, actions_at
from orchestrate_ls.rules.base import Severity
from orchestrate_ls.rules.engine import FileCheck
from orchestrate_ls.text.edits import apply_edits
from tests.rules.fixtures import checked, plain

MARK = "$0"


def marked(text: str, ending: str = "\n") -> tuple[str, int, int]:
    """A text without its marks, and the range they stand for; the start where there are none."""
    text = plain(text).replace("\n", ending)
    places: list[int] = []
    while (at := text.find(MARK)) >= 0:
        places.append(at)
        text = text[:at] + text[at + len(MARK) :]
    return text, min(places, default=0), max(places, default=0)


def find(text: str, name: str, ending: str = "\n") -> tuple[FileCheck, Action]:
    text, start, end = marked(text, ending)
    check = checked(text)
    action = action_named(check, start, end, name)
    if action is None:
        pytest.fail(f"there is no {name!r}, only {[each.name for each in actions_at(check, start, end)]}")
    return check, action


def check(before: str, after: str, name: str, *, ending: str = "\n", title: str | None = None) -> Action:
    """An action turns one text into another, and brings no error with it."""
    checked_before, action = find(before, name, ending)
    assert action.disabled is None, action.disabled
    result = apply_edits(checked_before.file.text, action.edits())
    assert result == plain(after).replace("\n", ending)
    assert errors(checked(result)) <= errors(checked_before)
    if title is not None:
        assert action.title == title
    return action


def check_disabled(before: str, name: str, reason: str) -> None:
    """An action is there, and says why it cannot be done."""
    _, action = find(before, name)
    assert action.disabled is not None, "it is offered"
    assert reason in action.disabled
    assert not action.preferred


def errors(result: FileCheck) -> int:
    return sum(each.severity is Severity.ERROR for each in result.diagnostics)


def load(text: str) -> Any:
    """The values of a plan as the reference reader has them."""
    return YAML(typ="safe", pure=True).load(io.StringIO(text))
