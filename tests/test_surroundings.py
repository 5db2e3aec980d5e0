"""Disks that are full, folders that may not be written, homes that are missing, files of newer versions, clocks that go
backwards: each ends in a clear message or is worked around, and nothing is lost.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.cli.conftest import orchestrate
from tests.cli.running import CommandLine, Outcome

__all__ = ["orchestrate"]

PLAN: Final = """\
version: 1
plan_id: p1
goal: g
tasks:
- id: A
  name: first
  estimated_time: 1h
  agent: a
- id: B
  name: second
  estimated_time: 1h
  agent: a
  dependencies: [A]
"""
MAY_MOUNT: Final = sys.platform == "linux" and hasattr(os, "geteuid") and os.geteuid() == 0


def _mounted(*arguments: str) -> None:
    done = subprocess.run(["mount", *arguments], capture_output=True, check=False)
    if done.returncode:
        pytest.skip(f"cannot mount here: {done.stderr.decode().strip()}")


@pytest.fixture
def disk(orchestrate: CommandLine) -> Iterator[Path]:
    """A small disk of its own, with a plan whose first task has begun."""
    if not MAY_MOUNT:
        pytest.skip("only root may mount")
    path = orchestrate.folder / "disk"
    path.mkdir()
    _mounted("-t", "tmpfs", "-o", "size=1m", "tmpfs", str(path))
    try:
        (path / "x.plan.yaml").write_text(PLAN)
        assert orchestrate("task", "start", "disk/x.plan.yaml", "A").code == 0
        yield path
    finally:
        subprocess.run(["umount", "--lazy", str(path)], check=False)


def _fill(disk: Path) -> None:
    with (disk / "fill").open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 1024)
        except OSError:
            return


def is_clear(done: Outcome, *words: str) -> bool:
    """Whether it failed with a message that says what, where and what to do."""
    said = done.err
    return (
        done.code == 2
        and "help: " in said
        and "Traceback" not in said
        and all(each in said for each in words)
    )


@pytest.mark.slow
def test_a_full_disk_loses_nothing(orchestrate: CommandLine, disk: Path) -> None:
    _fill(disk)
    journal = disk / ".orchestrate" / "x.events.jsonl"
    before = journal.read_bytes()
    # What is left of the last block may still take some.
    for _ in range(5):
        done = orchestrate(
            "task", "progress", "disk/x.plan.yaml", "A", "--percent", "10", "--note", "n" * 2_000
        )
        if done.code:
            break
        before = journal.read_bytes()
    assert is_clear(done, "x.events.jsonl cannot be written", "nothing was recorded")
    assert journal.read_bytes() == before
    assert is_clear(
        orchestrate("plan", "Build a shop", "-o", "disk/y.plan.yaml"), "the disk is full", "make room"
    )
    assert is_clear(
        orchestrate("replan", "disk/x.plan.yaml", "add documentation", "--yes"), "the disk is full"
    )
    assert is_clear(orchestrate("report", "disk/x.plan.yaml", "-o", "disk/r.html"), "the disk is full")
    assert (disk / "x.plan.yaml").read_text() == PLAN
    assert sorted(each.name for each in disk.iterdir()) == [".orchestrate", "fill", "x.plan.yaml"]
    assert orchestrate("status", "disk/x.plan.yaml").code == 0
    (disk / "fill").unlink()
    assert orchestrate("task", "done", "disk/x.plan.yaml", "A").code == 0


@pytest.mark.slow
def test_a_disk_that_may_only_be_read(
    orchestrate: CommandLine, disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _mounted("-o", "remount,ro", str(disk))
    for looking in (("check", "disk"), ("status", "disk/x.plan.yaml"), ("schedule", "disk/x.plan.yaml")):
        assert orchestrate(*looking).code == 0, looking
    assert is_clear(
        orchestrate("task", "done", "disk/x.plan.yaml", "A"), "Read-only file system", "x.events.jsonl"
    )
    assert is_clear(
        orchestrate("plan", "Build a shop", "-o", "disk/y.plan.yaml"), "the file system is read-only"
    )
    with monkeypatch.context() as inside:
        inside.chdir(disk)
        assert is_clear(orchestrate("init", "--yes"), "error: .agents cannot be made: Read-only file system")


@pytest.mark.parametrize("home", [None, "", "/nonexistent", "/proc/nothing"])
def test_without_a_home_folder(
    orchestrate: CommandLine, monkeypatch: pytest.MonkeyPatch, home: str | None
) -> None:
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.delenv("HOME", raising=False)
    if home is not None:
        monkeypatch.setenv("HOME", home)
    orchestrate.write("x.plan.yaml", PLAN)
    assert orchestrate("check", "x.plan.yaml").code == 0
    assert orchestrate("assign", "x.plan.yaml").code == 0
    assert orchestrate("task", "start", "x.plan.yaml", "A").code == 0


def test_events_of_a_newer_version_are_kept_and_told(orchestrate: CommandLine) -> None:
    orchestrate.write("x.plan.yaml", PLAN)
    assert orchestrate("task", "start", "x.plan.yaml", "A").code == 0
    journal = orchestrate.folder / ".orchestrate" / "x.events.jsonl"
    event = json.loads(journal.read_text().splitlines()[0])
    newer = json.dumps({**event, "v": 99, "id": "new", "type": "teleported", "destination": [1, 2]}) + "\n"
    journal.write_text(journal.read_text() + newer)
    done = orchestrate("status", "x.plan.yaml")
    assert (done.code, "teleported" in done.err) == (0, True)
    assert orchestrate("task", "done", "x.plan.yaml", "A").code == 0
    assert newer in journal.read_text()


def test_a_clock_that_goes_backwards(orchestrate: CommandLine) -> None:
    orchestrate.write("x.plan.yaml", PLAN)
    assert orchestrate("task", "start", "x.plan.yaml", "A", "--now", "2026-11-23T12:00:00Z").code == 0
    done = orchestrate("task", "done", "x.plan.yaml", "A", "--now", "2026-11-23T09:00:00Z")
    assert "Traceback" not in done.err
    # Recorded as the later of the two, or refused with the reason; and never forgotten in silence.
    status = orchestrate("status", "x.plan.yaml", "--format", "json")
    assert status.code == 0
    if done.code:
        assert is_clear(done)
    else:
        assert '"completed"' in status.out or '"done"' in status.out
