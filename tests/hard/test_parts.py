"""The parts of `make test-hard` are there, and the page about them names each."""

import importlib

import pytest

from tests.hard.__main__ import PARTS, ROOT, main


@pytest.mark.parametrize("part", PARTS)
def test_each_part_is_a_module_with_a_main(part: str) -> None:
    assert callable(importlib.import_module(f"tests.hard.{part}").main)


def test_the_page_about_reliability_names_each_part() -> None:
    page = (ROOT / "docs/reliability.md").read_text(encoding="utf-8")
    assert [part for part in PARTS if f"tests/hard/{part}.py" not in page] == []


def test_parts_can_be_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--list"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == list(PARTS)


def test_a_part_that_is_not_there_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["nothing"])
    assert "there is no part nothing; the parts are yaml_suite" in capsys.readouterr().err
