"""Journals on the disk: torn, merged, hostile, and written by many at once."""

import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestrate_ls.execution.journal_file import LONGEST_LINE, JournalError, JournalFile
from orchestrate_ls.progress.event import EventKind, line_of, make_event
from orchestrate_ls.progress.fold import ProgressFold
from tests.cli.running import environment
from tests.progress.events import BEGIN, PLAN, events

LINES = [
    line_of(
        make_event(PLAN, BEGIN + timedelta(minutes=n), EventKind.PROGRESS, "T1", "T1", percent=n, note="é")
    )
    for n in range(5)
]
in_files = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60
)


def percents(journal: JournalFile) -> list:
    return [event.percent for event in journal.read_on()[0]]


@in_files
@given(st.integers(0, sum(map(len, LINES))))
def test_any_prefix_of_a_journal_is_readable(tmp_path: Path, size: int):
    path = tmp_path / "a.events.jsonl"
    path.write_bytes(b"".join(LINES)[:size])
    journal = JournalFile(path)
    whole, left = 0, size
    while whole < 5 and left >= len(LINES[whole]) - 1:
        left -= len(LINES[whole])
        whole += 1
    assert percents(journal) == list(range(whole))
    # Whoever writes next loses nothing, and neither does who reads on.
    with journal.locked():
        journal.append([make_event(PLAN, BEGIN, EventKind.DONE, "T1", "T1")])
    assert JournalFile(path).read_on()[0][-1].kind == EventKind.DONE
    assert [each.percent for each in JournalFile(path).read_on()[0][:-1]] == list(range(whole))
    assert journal.read_on()[0][-1].kind == EventKind.DONE


@in_files
@given(events, events)
def test_reading_on_while_it_grows_and_is_merged_equals_reading_afresh(tmp_path: Path, one, other):
    path = tmp_path / "a.events.jsonl"
    path.unlink(missing_ok=True)
    journal, fold = JournalFile(path), ProgressFold(PLAN)
    for event in one:
        with path.open("ab") as file:
            file.write(line_of(event))
        fold.add(journal.read_on()[0])
    merged = tmp_path / "merged"
    merged.write_bytes(b"".join([*map(line_of, other), *map(line_of, one)]))
    merged.replace(path)
    fold.add(journal.read_on()[0])
    fresh = ProgressFold(PLAN)
    fresh.add(JournalFile(path).read_on()[0])
    assert fold.state() == fresh.state()


def test_a_line_that_is_still_being_written_is_read_when_it_is_whole(tmp_path: Path):
    path = tmp_path / "a.events.jsonl"
    journal = JournalFile(path)
    path.write_bytes(LINES[0] + LINES[1][:30])
    assert percents(journal) == [0]
    assert [each.line for each in journal.problems] == [2]
    with path.open("ab") as file:
        file.write(LINES[1][30:])
    assert percents(journal) == [1]
    assert journal.problems == []


def test_hostile_lines_are_reported_and_passed_over(tmp_path: Path):
    path = tmp_path / "a.events.jsonl"
    good = json.loads(LINES[1])
    hostile = [
        b"[" * 100_000,
        b'{"v": 1}',
        json.dumps({**good, "percent": "50"}).encode(),
        b"\x00\xff\xfe",
        b"<<<<<<< ours",
        b"9" * 5_000,
        b"null",
        b" " * (LONGEST_LINE + 1),
    ]
    path.write_bytes(LINES[0] + b"\r\n\n" + b"\n".join(hostile) + b"\n" + LINES[2].replace(b"\n", b"\r\n"))
    journal = JournalFile(path)
    assert percents(journal) == [0, 2]
    assert journal.passed_over == len(hostile)
    assert "conflict marker" in journal.problems[4].reason


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux tells how much it was at most")
def test_a_line_of_100_mb_takes_no_such_memory(tmp_path: Path):
    path = tmp_path / "a.events.jsonl"
    with path.open("wb") as file:
        file.write(LINES[0])
        for _ in range(100):
            file.write(b"x" * 1_000_000)
        file.write(b"\n" + LINES[1])
    code = (
        "import re, sys; from pathlib import Path\n"
        "from orchestrate_ls.execution.journal_file import JournalFile\n"
        "journal = JournalFile(Path(sys.argv[1]))\n"
        "found = len(journal.read_on()[0])\n"
        # Not what the `resource` module says, which counts the process that started this one as well.
        "peak = re.search(r'VmHWM:\\s*(\\d+)', Path('/proc/self/status').read_text())[1]\n"
        "print(found, journal.passed_over, peak)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], env=environment(), capture_output=True, check=True
    )
    found, passed, memory = map(int, done.stdout.split())
    assert (found, passed) == (2, 1)
    assert memory < 90_000


def test_many_processes_write_at_once_and_nothing_is_lost(tmp_path: Path):
    path = tmp_path / ".orchestrate" / "a.events.jsonl"
    code = (
        "import sys; from datetime import UTC, datetime; from pathlib import Path\n"
        "from orchestrate_ls.execution.journal_file import JournalFile\n"
        "from orchestrate_ls.progress.event import EventKind, make_event\n"
        "who, journal = sys.argv[1], JournalFile(Path(sys.argv[2]))\n"
        "for number in range(40):\n"
        "    note, time = 'x' * 3000, datetime.now(UTC)\n"
        "    event = make_event('p', time, EventKind.PROGRESS, who, who, percent=number, note=note)\n"
        "    with journal.locked():\n"
        "        journal.append([event])\n"
    )
    processes = [
        subprocess.Popen([sys.executable, "-c", code, f"W{number}", str(path)], env=environment())
        for number in range(4)
    ]
    assert [process.wait(120) for process in processes] == [0, 0, 0, 0]
    journal = JournalFile(path)
    found = [(event.task, event.percent) for event in journal.read_on()[0]]
    assert journal.problems == []
    assert sorted(found) == sorted((f"W{one}", number) for one in range(4) for number in range(40))
    for one in range(4):
        assert [percent for task, percent in found if task == f"W{one}"] == list(range(40))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_what_is_no_file_is_refused_and_not_waited_for(tmp_path: Path):
    path = tmp_path / "a.events.jsonl"
    os.mkfifo(path)
    with pytest.raises(JournalError, match="regular file"):
        JournalFile(path).read_on()
    with pytest.raises(JournalError, match=r"regular file|cannot be written"):
        JournalFile(path).append([make_event(PLAN, BEGIN, EventKind.DONE, "T1", "T1")])


def test_the_folder_tells_git_how_to_merge(tmp_path: Path):
    journal = JournalFile(tmp_path / ".orchestrate" / "a.events.jsonl")
    with journal.locked():
        pass
    folder = tmp_path / ".orchestrate"
    assert "merge=union" in (folder / ".gitattributes").read_text()
    assert (folder / ".gitignore").read_text() == "*.lock\n*.run.sqlite*\n"
    assert journal.read_on() == ([], False)
