"""Reading and checking in one step."""

from pathlib import Path

import pytest

from orchestrate_ls.workspace.checking import Checker, shipped_schema
from orchestrate_ls.workspace.reading import UnreadablePlanError
from orchestrate_ls.workspace.settings_reading import read_settings


def test_problems_of_the_bytes_are_diagnostics(tmp_path: Path):
    path = tmp_path / "a.plan.yaml"
    path.write_bytes(b"goal: caf\xe9\ntasks: []\n")
    checked = Checker().check(path)
    assert ("syntax", 9, 10) in [(each.code, each.start, each.end) for each in checked.check.diagnostics]
    assert checked.source.text.startswith("goal: caf\ufffd")


def test_settings_hold(tmp_path: Path):
    path = tmp_path / "a.plan.yaml"
    path.write_text("tasks: [] # orchestrate: ignore[nothing]\n")
    codes = {each.code for each in Checker().check(path).check.diagnostics}
    assert "unknown-rule" in codes
    silent, _ = read_settings('max-file-size = 60\n[rules]\nunknown-rule = "off"\n')
    assert "unknown-rule" not in {each.code for each in Checker(silent).check(path).check.diagnostics}
    path.write_text("#" * 61)
    with pytest.raises(UnreadablePlanError, match="at most 60 bytes"):
        Checker(silent).check(path)


def test_the_schema_is_loaded_once():
    assert Checker().schema is Checker().schema is shipped_schema()
