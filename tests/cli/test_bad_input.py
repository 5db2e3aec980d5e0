"""Everything that may be given instead of a plan: a clear message or diagnostic each, in bounded time and memory."""

import os
import subprocess
import sys

import pytest

from tests.cli.running import CommandLine, environment, run_process

PLAN = "goal: x\ntasks:\n  - id: T1\n    name: a\n    agnt: b\n    estimated_time: 1h\n"
MOST_MEMORY = 400_000_000
"""Bytes of address space beyond what an empty check needs."""


def bomb() -> str:
    """Ten levels of nine aliases each: 9^11 values if they were written out."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 11)]
    return "\n".join(lines) + "\n"


def codes(outcome) -> list[str]:
    return [each["code"] for each in outcome.json]


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (bytes(range(256)) * 40, "this is a binary file"),
        (b"\x7fELF" + bytes(500), "this"),
        ("goal: x\n".encode("utf-16-le") * 9, "UTF-16 without a byte order mark"),
    ],
)
def test_what_is_no_text_is_2(orchestrate: CommandLine, content: bytes, part: str):
    orchestrate.write("a.plan.yaml", content)
    outcome = orchestrate("check")
    assert outcome.code == 2
    assert part in outcome.err
    assert outcome.out == ""


def test_a_folder_that_is_named_like_a_plan(orchestrate: CommandLine):
    (orchestrate.folder / "a.plan.yaml").mkdir()
    assert orchestrate("check", "a.plan.yaml").code == 0
    outcome = orchestrate("schedule", "a.plan.yaml")
    assert (outcome.code, outcome.err) == (
        2,
        "error: a.plan.yaml: this is a folder\n  help: name a file in it\n",
    )


def test_50_megabytes_are_refused_at_once(orchestrate: CommandLine):
    with orchestrate.write("a.plan.yaml", b"").open("wb") as file:
        for _ in range(50):
            file.write(b"# a comment of ten\n" * 52632)
    outcome = orchestrate("check")
    assert outcome.code == 2
    assert "too large: it has 50 MB, and at most 20 MB are read" in outcome.err
    assert "max-file-size" in outcome.err


@pytest.mark.parametrize(
    "text",
    [
        "a: " + "[" * 5000 + "]" * 5000 + "\n",
        "a: " + "{b: " * 5000 + "1" + "}" * 5000 + "\n",
        "".join(" " * depth + "a:\n" for depth in range(5000)),
        "- " * 5000 + "a\n",
        "tasks:\n  - id: " + "[" * 5000 + "\n  - id: T2\n    agnt: x\n",
    ],
    ids=["flow lists", "flow mappings", "block mappings", "block lists", "unclosed in a task"],
)
def test_deep_nesting_is_a_diagnostic(orchestrate: CommandLine, text: str):
    orchestrate.write("a.plan.yaml", text)
    outcome = orchestrate("check", "--format", "json")
    assert outcome.code == 1
    assert outcome.err == ""
    assert "syntax" in codes(outcome)
    if "agnt" in text:
        assert "unknown-key" in codes(outcome)


@pytest.mark.parametrize("text", [bomb() + PLAN, bomb() + "tasks: *a10\n", bomb() + "tasks:\n  - *a10\n"])
def test_an_alias_bomb_does_not_go_off(orchestrate: CommandLine, text: str):
    orchestrate.write("a.plan.yaml", text)
    outcome = orchestrate("check", "--format", "json")
    assert outcome.code in (0, 1)
    assert "unknown-key" in codes(outcome)
    assert orchestrate("check").code == outcome.code


@pytest.mark.skipif(sys.platform != "linux", reason="memory is limited by a means of Linux")
@pytest.mark.parametrize("name", ["nesting", "bomb", "long line"])
def test_memory_is_bounded(orchestrate: CommandLine, name: str):
    text = {
        "nesting": "".join(" " * depth + "a:\n" for depth in range(5000)),
        "bomb": bomb() + PLAN,
        "long line": PLAN + "x: " + "y" * 5_000_000 + "\n",
    }[name]
    orchestrate.write("a.plan.yaml", text)
    limited = (
        "import resource, sys; from orchestrate_ls.cli.app import run\n"
        "import orchestrate_ls.cli.check_text, orchestrate_ls.workspace.checking\n"
        "used = int(open('/proc/self/statm').read().split()[0]) * resource.getpagesize()\n"
        f"resource.setrlimit(resource.RLIMIT_AS, (used + {MOST_MEMORY},) * 2)\n"
        "sys.exit(run(['check']))"
    )
    finished = subprocess.run(
        [sys.executable, "-c", limited],
        cwd=orchestrate.folder,
        capture_output=True,
        env=environment(),
        check=False,
    )
    assert finished.returncode in (0, 1), finished.stderr[-500:]


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (PLAN.replace("name: a", "name: a\0b").encode(), (3, 11)),
        (PLAN.encode().replace(b"name: a", b"name: \xff"), (3, 10)),
    ],
    ids=["NUL", "invalid UTF-8"],
)
def test_a_bad_byte_has_its_place_and_the_rest_is_checked(
    orchestrate: CommandLine, content: bytes, place: tuple[int, int]
):
    orchestrate.write("a.plan.yaml", content)
    outcome = orchestrate("check", "--format", "json")
    starts = [each["range"]["start"] for each in outcome.json if each["code"] == "syntax"]
    assert starts == [{"line": place[0], "character": place[1]}]
    assert "unknown-key" in codes(outcome)
    assert outcome.code == 1


@pytest.mark.parametrize(
    "content",
    [
        PLAN.encode(),
        PLAN.replace("\n", "\r\n").encode(),
        PLAN.replace("\n", "\r").encode(),
        b"\xef\xbb\xbf" + PLAN.encode(),
        PLAN.encode("utf-16"),
        PLAN.replace("name: a", "name: a\u2028b\x85c").encode(),
        PLAN.removesuffix("\n").encode(),
    ],
    ids=["LF", "CRLF", "CR", "BOM", "UTF-16", "U+2028", "no last line end"],
)
def test_the_same_findings_at_the_same_places_however_it_is_written(orchestrate: CommandLine, content: bytes):
    orchestrate.write("a.plan.yaml", PLAN)
    plain = orchestrate("check", "--format", "json")
    orchestrate.write("a.plan.yaml", content)
    outcome = orchestrate("check", "--format", "json")
    assert outcome.json == plain.json
    assert "unknown-key" in codes(outcome)
    text = orchestrate("check").out
    assert "a.plan.yaml:5:5" in text
    assert "5 |     agnt: b\n  |     ^^^^\n" in text


@pytest.mark.parametrize(
    "text", ["", "\n\n", "# only a comment\n", "hello\n", "- a\n", "---\n...\n", "tasks:\n", "\t"]
)
def test_hardly_anything_is_checked_too(orchestrate: CommandLine, text: str):
    orchestrate.write("a.plan.yaml", text)
    outcome = orchestrate("check")
    assert outcome.code in (0, 1)
    assert "bug" not in outcome.err
    assert "in 1 plan" in outcome.out


@pytest.mark.skipif(os.name == "nt", reason="such names cannot be made there")
def test_a_file_name_that_is_no_utf_8(orchestrate: CommandLine):
    name = os.fsdecode(b"caf\xe9.plan.yaml")
    try:
        (orchestrate.folder / name).write_text(PLAN)
    except OSError:
        pytest.skip("this file system refuses such names")
    for form in ("text", "json", "sarif", "github"):
        outcome = run_process(orchestrate.folder, "check", "--format", form)
        assert outcome.code == 0, outcome.err
        assert outcome.err == ""
    assert "caf%E9.plan.yaml" in run_process(orchestrate.folder, "check", "--format", "sarif").out
