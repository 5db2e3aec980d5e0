"""`orchestrate format`."""

from __future__ import annotations

import os
import sys

import pytest

from tests.cli.running import CommandLine, run_process

WRONG = "goal:   x\ntasks:\n- id: T1\n"
RIGHT = "goal: x\ntasks:\n  - id: T1\n"


def test_files_are_formatted_in_place(orchestrate: CommandLine):
    path = orchestrate.write("a.plan.yaml", WRONG)
    orchestrate.write("b.plan.yaml", RIGHT)
    outcome = orchestrate("format")
    assert (outcome.code, outcome.out) == (0, "")
    assert "1 file reformatted, 1 file is formatted already" in outcome.err
    assert path.read_bytes() == RIGHT.encode()
    assert orchestrate("format", "-q").err == ""
    assert orchestrate.names() == [".git", "a.plan.yaml", "b.plan.yaml"]


def test_check_writes_nothing_and_says_which(orchestrate: CommandLine):
    path = orchestrate.write("a.plan.yaml", WRONG)
    outcome = orchestrate("format", "--check", "a.plan.yaml")
    assert outcome.code == 1
    assert outcome.out == "Would reformat: a.plan.yaml\n"
    assert "1 file would be reformatted" in outcome.err
    assert path.read_text() == WRONG
    path.write_text(RIGHT)
    assert orchestrate("format", "--check").code == 0


def test_the_difference_can_be_applied_as_a_patch(orchestrate: CommandLine):
    orchestrate.write("a.plan.yaml", WRONG)
    outcome = orchestrate("format", "--diff")
    assert outcome.code == 1
    assert outcome.out.splitlines() == [
        "--- a.plan.yaml",
        "+++ a.plan.yaml (formatted)",
        "@@ -1,3 +1,3 @@",
        "-goal:   x",
        "+goal: x",
        " tasks:",
        "-- id: T1",
        "+  - id: T1",
    ]


def test_settings_say_how(orchestrate: CommandLine):
    orchestrate.write(
        "orchestrate.toml", '[format]\nindent-sequences = false\nkey-order = "schema"\nindent = 4\n'
    )
    path = orchestrate.write(
        "a.plan.yaml", "calendar:\n  days_per_week: 5\ntasks:\n  - agent: x\n    id: T1\n"
    )
    assert orchestrate("format").code == 0
    assert path.read_text() == "calendar:\n    days_per_week: 5\ntasks:\n- id: T1\n  agent: x\n"


def test_standard_input_goes_to_standard_output(orchestrate: CommandLine):
    outcome = run_process(orchestrate.folder, "format", "-", stdin=WRONG.encode())
    assert (outcome.code, outcome.out, outcome.err) == (0, RIGHT, "")
    outcome = run_process(orchestrate.folder, "format", "--check", "-", stdin=WRONG.encode())
    assert (outcome.code, outcome.out) == (1, "Would reformat: <stdin>\n")


def test_what_cannot_be_read_stays_and_is_named(orchestrate: CommandLine):
    path = orchestrate.write("a.plan.yaml", "goal:   x\ntasks:\n- id: T1\n  name: [a\n- id:  T2\n")
    outcome = orchestrate("format")
    assert outcome.code == 0
    assert "a.plan.yaml: lines 3 to 4 cannot be read, so nothing was changed there" in outcome.err
    assert path.read_text() == "goal: x\ntasks:\n- id: T1\n  name: [a\n- id: T2\n"


def test_encodings_line_ends_and_marks_stay(orchestrate: CommandLine):
    path = orchestrate.write("a.plan.yaml", b"\xef\xbb\xbf" + "goal:   é\r\ntasks:\r\n- id: T1".encode())
    assert orchestrate("format").code == 0
    assert path.read_bytes() == b"\xef\xbb\xbf" + "goal: é\r\ntasks:\r\n  - id: T1\r\n".encode()
    path.write_bytes("goal:   é\n".encode("utf-16"))
    assert orchestrate("format").code == 0
    assert path.read_bytes().decode("utf-16") == "goal: é\n"


def test_bytes_that_are_no_text_are_not_written_back(orchestrate: CommandLine):
    content = b"goal:   x\nanalysis: {primary_goal: '\xff'}\ntasks: []\n"
    path = orchestrate.write("a.plan.yaml", content)
    outcome = orchestrate("format")
    assert outcome.code == 2
    assert "no text" in outcome.err
    assert path.read_bytes() == content


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="permissions do not hold here")
def test_a_file_that_cannot_be_written_stays(orchestrate: CommandLine):
    path = orchestrate.write("a.plan.yaml", WRONG)
    other = orchestrate.write("b.plan.yaml", WRONG)
    path.chmod(0o444)
    outcome = orchestrate("format")
    assert outcome.code == 2
    assert "read-only" in outcome.err
    assert (path.read_text(), other.read_text()) == (WRONG, RIGHT)


def test_what_is_missing_is_an_error(orchestrate: CommandLine):
    assert orchestrate("format", "none.plan.yaml").code == 2
    assert orchestrate("format", "-", "-").code == 2
    outcome = orchestrate("format")
    assert (outcome.code, "no plans" in outcome.err) == (0, True)


def test_wrong_settings_are_an_error(orchestrate: CommandLine):
    orchestrate.write("orchestrate.toml", "[format]\nindent = 0\n")
    orchestrate.write("a.plan.yaml", RIGHT)
    outcome = orchestrate("format")
    assert outcome.code == 2
    assert "`indent` is a number of columns" in outcome.err
