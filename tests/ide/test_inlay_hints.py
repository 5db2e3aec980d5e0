"""What is shown behind ids."""

from __future__ import annotations

from orchestrate_ls.ide.inlay_hints import hints_in
from orchestrate_ls.workspace.settings import InlayHints
from tests.rules.fixtures import checked, plain


def shown(text: str, start: int = 0, end: int | None = None, **settings: bool) -> str:
    """The text with its hints in angle brackets."""
    text = plain(text)
    hints = list(hints_in(checked(text), start, len(text) if end is None else end, InlayHints(**settings)))
    for hint in reversed(hints):
        text = f"{text[: hint.offset]}<{hint.label}>{text[hint.offset :]}"
    return text


PLAN = """
    tasks:
      - id: A
        estimated_time: 2h
      - {id: "B", estimated_time: 30m}
      - id: C # last
        dependencies: [A, B]
        estimated_time: 1h
    """


def test_times_slack_and_critical():
    assert shown(PLAN) == plain(
        """
        tasks:
          - id: A<0h to 2h><critical>
            estimated_time: 2h
          - {id: "B"<0h to 30m><slack 1h30m>, estimated_time: 30m}
          - id: C<2h to 3h><critical> # last
            dependencies: [A, B]
            estimated_time: 1h
        """
    )


def test_each_kind_can_be_switched_off():
    assert shown(PLAN, times=False, slack=False).count("<") == 2
    assert shown(PLAN, times=False, critical=False).count("<") == 1
    assert "<" not in shown(PLAN, times=False, critical=False, slack=False)


def test_only_what_is_asked_for():
    assert shown(PLAN, 0, 20).count("<") == 2


def test_no_times_where_they_would_mean_nothing():
    assert "<" not in shown("tasks:\n  - id: A\n  - id: B\n")
    text = shown(
        "tasks:\n  - {id: A, estimated_time: 1h, dependencies: [B]}\n  - {id: B, dependencies: [A]}\n  - id: C\n"
    )
    assert text.count("<") == 2
    assert "C<0h to 0h>" in text
