"""The command line in an empty folder."""

from pathlib import Path

import pytest

from tests.cli.running import CommandLine


@pytest.fixture
def orchestrate(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> CommandLine:
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "ORCHESTRATE_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    # No settings of a folder above are found.
    (tmp_path / "work" / ".git").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "work")
    return CommandLine(tmp_path / "work", capsys)
