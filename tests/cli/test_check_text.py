"""Findings as a person sees them."""

import pytest

from orchestrate_ls.cli.snippet import Mark, snippet
from orchestrate_ls.cli.terminal import laid_out, safe, width
from tests.cli.running import SEED_PLAN, CommandLine


def drawn(lines: dict[int, str], *marks: Mark, columns: int = 80) -> list[str]:
    return [line.plain.rstrip() for line in snippet(sorted(lines.items()), marks, "red", columns)]


def test_one_mark():
    assert drawn({11: "    dependencies: [T8]"}, Mark(11, 19, 21, primary=True)) == [
        "   |",
        "12 |     dependencies: [T8]",
        "   |                    ^^",
    ]


def test_marks_on_several_lines():
    marks = (
        Mark(2, 0, 1, primary=True),
        Mark(0, 2, 4, "first"),
        Mark(99, 0, 3, "last"),
        Mark(2, 3, 4, "beside"),
    )
    assert drawn({0: "a bc", 2: "d  e", 99: "fgh"}, *marks) == [
        "    |",
        "  1 | a bc",
        "    |   -- first",
        "...",
        "  3 | d  e",
        "    | ^",
        "    |    - beside",
        "...",
        "100 | fgh",
        "    | --- last",
    ]


@pytest.mark.parametrize(
    ("line", "start", "end", "shown"),
    [
        ("日本語: x", 5, 6, "  | " + " " * 8 + "^"),
        ("日本語", 1, 2, "  |   ^^"),
        ("🚀: x", 3, 4, "  |     ^"),
        ("\tx\ty", 1, 2, "  |     ^"),
        ("\tx\ty", 3, 4, "  |         ^"),
        ("\t", 0, 1, "  | ^^^^"),
        ("e\u0301x", 2, 3, "  |  ^"),
        ("abc", 3, 3, "  |    ^"),
        ("", 0, 0, "  | ^"),
        ("a\x1bb", 2, 3, "  |   ^"),
    ],
)
def test_carets_stand_below_what_they_mark(line: str, start: int, end: int, shown: str):
    assert drawn({0: line}, Mark(0, start, end, primary=True))[2] == shown


@pytest.mark.parametrize("size", [200, 5_000_000])
@pytest.mark.parametrize("unit", ["ab", "日本", "\ta"])
@pytest.mark.parametrize("at", ["start", "middle", "end"])
def test_a_long_line_is_shown_around_its_mark(size: int, unit: str, at: str):
    line = unit * (size // 2)
    place = {"start": 0, "middle": size // 2, "end": size - 4}[at]
    line = line[:place] + "MARK" + line[place + 4 :]
    _, source, carets = drawn({0: line}, Mark(0, place, place + 4, primary=True), columns=60)
    assert width(source) <= 60
    assert width(carets) <= 60
    assert "MARK" in source
    assert carets.index("^") == width(source[: source.index("MARK")])
    assert carets.count("^") == 4


def test_a_mark_wider_than_the_terminal_is_cut():
    _, source, carets = drawn({0: "x" * 500}, Mark(0, 0, 500, primary=True), columns=40)
    assert len(source) <= 40
    assert len(carets) <= 40


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("\x1b[31mred\x07", "␛[31mred␇"),
        ("a\nb\tc", "a b c"),
        ("\x9b2J", "\ufffd2J"),
        ("a\u202eb\u2066c", "a\ufffdb\ufffdc"),
        ("a\u2028b", "a\ufffdb"),
        ("a\u00a0b", "a b"),
        ("👩\u200d💻", "👩\u200d💻"),
        ("\ud800", "\ufffd"),
    ],
)
def test_nothing_from_a_file_is_obeyed(text: str, shown: str):
    assert safe(text) == shown


def test_offsets_of_what_is_laid_out():
    assert laid_out("a\tb") == ("a   b", [0, 1, 4, 5])
    assert laid_out("日\tb") == ("日  b", [0, 1, 3, 4])


def test_a_block_as_a_whole(orchestrate: CommandLine):
    orchestrate.write(
        "a.plan.yaml", "tasks:\n  - id: T1\n    agent: a\n  - id: T1\n    agent: a\nagents: [{id: a}]\n"
    )
    outcome = orchestrate("check", "--quiet")
    assert outcome.out.startswith(
        "error[duplicate-task-id]: the id `T1` is taken by an earlier task; give this one an id of its own\n"
        "  --> a.plan.yaml:4:9\n"
        "  |\n"
        "2 |   - id: T1\n"
        "  |         -- the first task with the id `T1`\n"
        "...\n"
        "4 |   - id: T1\n"
        "  |         ^^\n"
        "  |\n"
        "  = help: Change the id to `T2`\n"
        "\n"
    )
    assert outcome.out.endswith("in 1 plan.\n`orchestrate explain CODE` says more about a finding.\n")


def test_how_much_is_shown(orchestrate: CommandLine):
    orchestrate.write("a.plan.yaml", SEED_PLAN)
    normal, quiet, verbose = (orchestrate("check", *option).out for option in ([], ["-q"], ["-v"]))
    line = "hint[redundant-dependency] a.plan.yaml:"
    assert normal.count(line) == 6
    assert "hint[" not in quiet
    assert "info[" not in quiet
    assert verbose.count("hint[redundant-dependency]: ") == 6
    assert all("warning[infeasible-wall-time]: " in each for each in (normal, quiet, verbose))
    assert all("6 hints in 1 plan." in each for each in (normal, quiet, verbose))


def test_terminal_escapes_in_a_file_do_not_come_through(orchestrate: CommandLine):
    text = 'tasks:\n  - id: "T\x1b[2J1"\n    dependencies: ["\\e]0;evil\\a", "\\u202e"]\n'
    orchestrate.write("a\x1b[2J.plan.yaml", text)
    outcome = orchestrate("check", "-v")
    assert "\x1b" not in outcome.out
    assert "\x07" not in outcome.out
    assert "\u202e" not in outcome.out
    assert "␛" in outcome.out
