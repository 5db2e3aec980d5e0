"""Emacs itself, without a screen, with eglot set up by the snippet that the documentation gives."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.lsp.process import COMMAND, environment
from tests.plans import SEED

ROOT = Path(__file__).resolve().parents[2]
GOAL = "Build a booking API with search and email reminders"
# Where Debian puts packages such as elpa-eglot; -Q leaves it out.
PACKAGES = (
    '(progn (setq package-directory-list (list "/usr/share/emacs/site-lisp/elpa")) (package-initialize))'
)


def has_eglot() -> bool:
    if shutil.which("emacs") is None:
        return False
    asked = ["emacs", "--batch", "-Q", "--eval", PACKAGES, "--eval", "(require 'eglot)"]
    return subprocess.run(asked, capture_output=True, check=False, timeout=60).returncode == 0


pytestmark = pytest.mark.slow


def test_a_plan_is_checked_while_it_is_edited_and_a_goal_planned(tmp_path: Path):
    if not has_eglot():
        pytest.skip("there is no emacs with eglot; on Debian: apt-get install -y emacs-nox elpa-eglot")
    folder = tmp_path / "project"
    folder.mkdir()
    (tmp_path / ".emacs.d").mkdir()
    shutil.copy(SEED / "phase1_tasks.yaml", folder / "seed.plan.yaml")
    (folder / "orchestrate.toml").write_text("[rules]\nunknown-agent = 'off'\n", encoding="utf-8")
    subprocess.run(["git", "init", "--quiet", str(folder)], check=True)
    seen_file = tmp_path / "seen.json"
    session = Path(__file__).with_name("emacs_session.el")
    done = subprocess.run(
        ["emacs", "--batch", "-Q", "--eval", PACKAGES, "-l", str(session)],
        cwd=folder,
        env={
            **environment(), "SEEN": str(seen_file), "GOAL": GOAL, "HOME": str(tmp_path),
            "COMMAND": json.dumps(COMMAND), "SNIPPET": str(ROOT / "docs/editors/emacs.el"),
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )  # fmt: skip
    assert seen_file.exists(), done.stderr
    seen = json.loads(seen_file.read_text(encoding="utf-8"))
    assert "failure" not in seen, seen["failure"]

    assert seen["opened"] is True
    assert sum("redundant-dependency" in each for each in seen["before"]) == 6
    assert any("group-not-parallel" in each for each in seen["before"])
    assert seen["broken"] is True
    assert seen["repaired"] is True
    assert Path(seen["planned"]).parent == Path(os.path.realpath(folder))
    assert seen["first"] == "# orchestrate: plan"
