"""Agents that change files which are not their task's, and agents that fill the disk: what a run says and does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from orchestrate_ls.cli.app import run as orchestrate
from orchestrate_ls.execution.folder_changes import FolderState, changed_between, look_at
from orchestrate_ls.execution.journal_file import JournalError
from orchestrate_ls.progress.event import RunAction
from tests.execution.running import Field
from tests.execution.test_runner import started, wait_until

QUICK = "error_recovery:\n  agent_failure:\n    - retry_with_same_agent: {max_attempts: 1, delay: 0s}\n"
WRITER = """
import json, os, pathlib, sys, time
sys.stdin.read()
task, attempt = os.environ["ORCHESTRATE_TASK"], int(os.environ["ORCHESTRATE_ATTEMPT"])
wanted = json.loads(pathlib.Path(".orchestrate/wanted.json").read_text())[task]
pathlib.Path(".orchestrate", f"began-{task}").touch()
while not all(pathlib.Path(".orchestrate", each).exists() for each in wanted.get("after", ())):
    time.sleep(0.01)
for name, text in wanted.get("writes", {}).items() if attempt <= wanted.get("times", 99) else ():
    path = pathlib.Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
while not all(pathlib.Path(".orchestrate", each).exists() for each in wanted.get("until", ())):
    time.sleep(0.01)
pathlib.Path(".orchestrate", f"was-{task}").touch()
sys.exit(wanted.get("code", 0))
"""


def git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgSign=false")
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


def made(
    folder: Path, tasks: str, wanted: dict[str, Any], *, setting: str = "", repository: bool = True
) -> Field:
    """A field whose agents write what is wanted."""
    field = Field(folder, f"tasks:\n{tasks}{QUICK}")
    (folder / "agent.py").write_text(WRITER)
    (folder / ".orchestrate").mkdir(exist_ok=True)
    (folder / ".orchestrate" / "wanted.json").write_text(json.dumps(wanted))
    if setting:
        toml = folder / "orchestrate.toml"
        toml.write_text(toml.read_text() + f'[run]\noutside-files = "{setting}"\n')
    (folder / ".git").rmdir()
    if repository:
        git(folder, "init", "--quiet")
        git(folder, "add", "--all")
        git(folder, "commit", "--quiet", "-m", "all")
    return field


def checks(field: Field) -> list[tuple[str, str | None, str | None]]:
    """Task, verdict and note of what was found of files."""
    return [(each.task, each.verdict, each.note) for each in field.events() if each.gate == "files"]


ONE = "  - {id: A, estimated_time: 1h, agent: a, files: [src/**]}\n"


@pytest.mark.parametrize("repository", [True, False])
def test_files_that_are_not_the_tasks_are_reported(tmp_path: Path, *, repository: bool) -> None:
    field = made(tmp_path, ONE, {"A": {"writes": {"src/a.py": "1", "README.md": "2"}}}, repository=repository)
    assert field.run().action is RunAction.FINISHED
    note = "it changed files that are not among its `files`: README.md"
    assert checks(field) == [("A", "failed", note)]
    assert f"A: {note}" in field.said()
    assert field.states() == {"A": "completed"}


def test_what_the_task_writes_is_nothing_to_report(tmp_path: Path) -> None:
    field = made(tmp_path, ONE, {"A": {"writes": {"src/deep/a.py": "1"}}})
    assert field.run().action is RunAction.FINISHED
    assert checks(field) == []


def test_they_fail_the_attempt_where_the_settings_say_so(tmp_path: Path) -> None:
    wanted = {"A": {"writes": {"other.txt": "x"}, "times": 1}}
    field = made(tmp_path, ONE, wanted, setting="fail")
    assert field.run().action is RunAction.FINISHED
    kinds = [(str(each.kind), each.attempt) for each in field.events() if each.task == "A"]
    assert kinds == [
        ("started", 1),
        ("checked", 1),
        ("failed", 1),
        ("decided", 1),
        ("started", 2),
        ("done", 2),
    ]
    (handoff,) = (tmp_path / ".orchestrate" / "runs").glob("A-2-*/handoff.md")
    assert "other.txt" in handoff.read_text()


def test_nothing_is_looked_at_where_the_settings_say_so(tmp_path: Path) -> None:
    field = made(tmp_path, ONE, {"A": {"writes": {"x": "1"}}}, setting="ignore")
    assert field.run().action is RunAction.FINISHED
    assert checks(field) == []


def test_what_others_write_meanwhile_is_theirs(tmp_path: Path) -> None:
    tasks = (
        "  - {id: A, estimated_time: 1h, agent: a, files: [src/**]}\n"
        "  - {id: B, estimated_time: 1h, agent: b, files: [docs/**]}\n"
    )
    wanted = {"A": {"until": ["was-B"]}, "B": {"after": ["began-A"], "writes": {"docs/b.md": "1"}}}
    field = made(tmp_path, tasks, wanted)
    assert field.run().action is RunAction.FINISHED
    assert checks(field) == []


def test_who_may_write_anything_may_have_been_it(tmp_path: Path) -> None:
    tasks = (
        "  - {id: A, estimated_time: 1h, agent: a, files: [src/**]}\n"
        "  - {id: B, estimated_time: 1h, agent: b}\n"
    )
    wanted = {"A": {"until": ["was-B"]}, "B": {"after": ["began-A"], "writes": {"x": "1"}}}
    field = made(tmp_path, tasks, wanted, setting="fail")
    assert field.run().action is RunAction.FINISHED
    ((task, verdict, note),) = checks(field)
    assert (task, verdict) == ("A", "unverified")
    assert "by it or by B: x" in (note or "")


def test_a_failure_says_so_as_well(tmp_path: Path) -> None:
    field = made(tmp_path, ONE, {"A": {"writes": {"x": "1"}, "code": 3}})
    assert field.run().action is RunAction.STOPPED
    first = next(each for each in field.events() if each.kind == "failed")
    assert "exit code 3; it changed files that are not among its `files`: x" in (first.note or "")


def test_work_that_was_cut_off_is_held_against_the_first_look(tmp_path: Path) -> None:
    wanted = {"A": {"writes": {"x": "1"}, "times": 1, "until": ["go"]}}
    field = made(tmp_path, ONE, wanted)
    run = field.start()
    wait_until((tmp_path / "x").exists)
    run.coordinator.stop_at_once()
    assert run.end().action is RunAction.STOPPED
    (tmp_path / ".orchestrate" / "go").touch()
    (tmp_path / ".orchestrate" / "wanted.json").write_text('{"A": {}}')
    assert field.run().action is RunAction.FINISHED
    assert [each[:2] for each in checks(field)] == [("A", "failed")]


def test_everything_that_can_become_of_files_is_seen(tmp_path: Path) -> None:
    for name in ("kept", "edited", "deleted", "dirty", "restored"):
        (tmp_path / name).write_text("1")
    git(tmp_path, "init", "--quiet")
    (tmp_path / ".gitignore").write_text("ignored\n")
    git(tmp_path, "add", "--all")
    git(tmp_path, "commit", "--quiet", "-m", "all")
    (tmp_path / "dirty").write_text("22")
    (tmp_path / "restored").write_text("22")
    (tmp_path / "new \u00e4\n").write_text("1")
    before = look_at(tmp_path)
    assert before is not None
    assert FolderState.from_data(json.loads(json.dumps(before.to_data()))) == before
    (tmp_path / "edited").write_text("333")
    (tmp_path / "deleted").unlink()
    git(tmp_path, "checkout", "--quiet", "restored")
    (tmp_path / "ignored").write_text("1")
    (tmp_path / "committed").write_text("1")
    git(tmp_path, "add", "committed")
    git(tmp_path, "commit", "--quiet", "-m", "more")
    after = look_at(tmp_path)
    assert after is not None
    assert changed_between(before, after, tmp_path) == ("committed", "deleted", "edited", "restored")


def test_a_folder_with_too_much_in_it_is_not_watched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orchestrate_ls.execution.folder_changes.MOST_FILES", 3)
    for number in range(4):
        (tmp_path / str(number)).touch()
    assert look_at(tmp_path) is None


# --- disks that are full

LIMITED = """
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.{signal})
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
open("big", "wb").write(b"x" * 1_000_000)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX limits")
@pytest.mark.parametrize(("signal", "why"), [("SIG_DFL", "died of signal 25"), ("SIG_IGN", "exit code 1")])
def test_one_that_exceeds_its_limit_of_a_file_fails_and_says_so(
    tmp_path: Path, signal: str, why: str
) -> None:
    if sys.platform != "linux" and signal == "SIG_DFL":
        pytest.skip("the signal has another number")
    field = Field(tmp_path, f"tasks:\n  - {{id: A, estimated_time: 1h, agent: a}}\n{QUICK}")
    (tmp_path / "agent.py").write_text(LIMITED.format(signal=signal))
    assert field.run().action is RunAction.STOPPED
    assert field.states() == {"A": "failed"}
    assert all(why in (each.note or "") for each in field.events() if each.kind == "failed")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 2 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    made = sys.platform == "linux" and os.geteuid() == 0 and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)], capture_output=True, check=False
    ).returncode == 0  # fmt: skip
    if not made:
        pytest.skip("nothing can be mounted here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


FILLER = """
import os, pathlib, sys
sys.stdin.read()
if not pathlib.Path("room").exists():
    with open("big", "wb") as file:
        while True:
            file.write(b"x" * 100_000)
print("done")
"""


def test_a_disk_that_is_full_ends_in_a_clear_state_and_the_next_run_goes_on(small_disk: Path) -> None:
    field = Field(small_disk, f"tasks:\n  - {{id: A, estimated_time: 1h, agent: a}}\n{QUICK}")
    (small_disk / "agent.py").write_text(FILLER)
    # What came of it may be too much to be recorded.
    with suppress(JournalError):
        assert field.run().action is RunAction.STOPPED
    assert field.states()["A"] in ("in_progress", "failed")
    # Whatever was written is readable.
    assert [each for each in field.events() if each.task == "A"]
    (small_disk / "big").unlink()
    (small_disk / "room").touch()
    if field.states()["A"] == "failed":
        assert orchestrate(["task", "reopen", str(field.path), "A"]) == 0
    assert field.run().action is RunAction.FINISHED
    assert field.states() == {"A": "completed"}
    assert started(field) == []
