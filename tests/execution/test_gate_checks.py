"""Checks of quality gates: real commands are run, and what they leave is held against what the plan expects."""

import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrate_ls.execution.baselines import Baselines
from orchestrate_ls.execution.gate_evidence import Evidence, EvidenceError, read_evidence
from orchestrate_ls.execution.gate_verdicts import Baseline, judge
from orchestrate_ls.execution.gates import GateRun, check_gates, commands_for, shown_command
from orchestrate_ls.plan.expectations import Level, read_expectation
from orchestrate_ls.plan.model import GateCheck, QualityGate, Spot
from orchestrate_ls.progress.event import Verdict
from orchestrate_ls.workspace.gate_settings import EvidenceKind, GateCommand

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
JUNIT = '<testsuites><testsuite name="s">{}</testsuite></testsuites>'
CASE = '<testcase classname="t" name="{}">{}</testcase>'


def python(code: str) -> tuple[str, ...]:
    return sys.executable, "-c", code


def junit(*failed: str, passed: int = 2) -> str:
    cases = [CASE.format(name, "<failure message='no'/>") for name in failed]
    return JUNIT.format("".join([*cases, *(CASE.format(f"ok{n}", "") for n in range(passed))]))


class Place:
    """A folder with a plan's baselines."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.baselines = Baselines(folder / ".orchestrate" / "a.events.jsonl", "p1")

    def check(self, expected: str | None, *commands: GateCommand, name: str = "c", **more) -> tuple[str, str]:
        gate = QualityGate("g", (GateCheck(name, expected, Spot(None)),))
        run = GateRun(
            {each.name: each for each in commands},
            self.folder,
            os.environ,
            self.baselines,
            lambda: NOW,
            **more,
        )
        (record,) = check_gates((gate,), run)
        assert (record.gate, record.check, record.time) == ("g", name, NOW)
        assert record.note
        return str(record.verdict), record.note


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def test_a_check_without_a_command_is_unverified(place: Place):
    verdict, note = place.check("must_pass")
    assert verdict == "unverified"
    assert "[gates.c]" in note


@pytest.mark.parametrize(
    ("code", "verdict", "words"),
    [
        ("print('fine')", "passed", "ended well"),
        ("print('3 errors'); raise SystemExit(2)", "failed", "exit code 2: 3 errors"),
        ("import sys; sys.exit('\\x1b[31mboom')", "failed", "exit code 1: boom"),
    ],
)
def test_an_exit_code_is_evidence(place: Place, code: str, verdict: str, words: str):
    found = place.check("must_pass", GateCommand("c", python(code)))
    assert found[0] == verdict
    assert words in found[1]
    assert place.check("updated", GateCommand("c", python(code)))[0] == verdict


def test_commands_that_cannot_end_or_begin(place: Place):
    slow = GateCommand("c", python("import time; time.sleep(60)"), time_out=0.3)
    assert place.check("must_pass", slow)[0] == "failed"
    missing = place.check("must_pass", GateCommand("c", ("no-such-program-here",)))
    assert missing[0] == "unverified"
    assert "no-such-program-here" in missing[1]


@pytest.mark.parametrize(
    ("expected", "code", "settings", "verdict"),
    [
        ("min_80_percent", "print(81)", {}, "passed"),
        ("min_80_percent", "print('80%')", {}, "passed"),
        ("min_80_percent", "print(79.99)", {}, "failed"),
        ("80%", "print(0.81)", {"unit": "ratio"}, "passed"),
        ("< 2 s", "print('p95: 1,999 ms')", {"pattern": "p95: ([0-9,]+) ms", "unit": "ms"}, "passed"),
        ("max_200_ms", "print('p95: 0.3 s')", {"pattern": "p95: ([0-9.]+)", "unit": "s"}, "failed"),
        ("< 2 s", "print('1')", {"unit": "%"}, "unverified"),
        (">= 3", 'print(\'{"a/b": [1, {"c": 3}]}\')', {"pointer": "/a~1b/1/c"}, "passed"),
        (">= 3", "print('{}')", {"pointer": "/a"}, "unverified"),
        (">= 3", "print('nothing')", {"pattern": "([0-9]+)"}, "unverified"),
        ("10", "print(11)", {}, "unverified"),
        ("within_budget", "print(249)", {"budget": 250.0}, "passed"),
        ("within_budget", "print(251)", {"budget": 250.0}, "failed"),
        ("must_pass", "print(1)", {}, "passed"),
        ("must_pass", "print(1); raise SystemExit(1)", {}, "failed"),
        (">= 3", "raise SystemExit(1)", {}, "unverified"),
    ],
)
def test_a_figure_is_held_against_what_is_expected(place: Place, expected, code, settings, verdict):
    command = GateCommand("c", python(code), EvidenceKind.NUMBER, **settings)
    assert place.check(expected, command)[0] == verdict


def test_a_report_has_to_be_written_by_the_command(place: Place):
    report = place.folder / "junit.xml"
    write = f"open('junit.xml', 'w').write({junit()!r})"
    fresh = GateCommand("c", python(write), EvidenceKind.JUNIT, "junit.xml")
    assert place.check("all_pass", fresh) == ("passed", "2 tests ran, 0 failed")
    stale = GateCommand("c", python("pass"), EvidenceKind.JUNIT, "junit.xml")
    verdict, note = place.check("all_pass", stale)
    assert (verdict, "did not write it" in note) == ("unverified", True)
    report.unlink()
    assert place.check("all_pass", stale)[0] == "unverified"
    outside = GateCommand("c", (), EvidenceKind.JUNIT, "link.xml")
    elsewhere = place.folder.parent / "elsewhere.xml"
    elsewhere.write_text(junit())
    try:
        (place.folder / "link.xml").symlink_to(elsewhere)
    except OSError:
        return
    assert place.check("all_pass", outside)[0] == "unverified"


def test_a_report_that_others_write_has_to_be_newer_than_the_attempt(place: Place):
    (place.folder / "junit.xml").write_text(junit())
    command = GateCommand("c", (), EvidenceKind.JUNIT, "junit.xml")
    assert place.check("all_pass", command)[0] == "passed"
    assert place.check("all_pass", command, since=datetime(2100, 1, 1, tzinfo=UTC))[0] == "unverified"


def test_one_command_serves_several_checks(tmp_path: Path):
    code = (
        "open('runs', 'a').write('x')\n"
        f"open('junit.xml', 'w').write({junit()!r})\n"
        "open('lcov.info', 'w').write('SF:a.py\\nDA:1,1\\nDA:2,0\\nend_of_record\\n')\n"
    )
    tests = GateCommand("tests", python(code), EvidenceKind.JUNIT, "junit.xml")
    coverage = GateCommand("coverage", python(code), EvidenceKind.COVERAGE, "lcov.info")
    commands = {each.name: each for each in (tests, coverage)}
    gate = QualityGate(
        "review",
        (
            GateCheck("tests", "all_pass", Spot(None)),
            GateCheck("coverage", "min_80_percent", Spot(None)),
        ),
    )
    assert len(commands_for((gate,), commands)) == 1
    place = Place(tmp_path)
    records = check_gates((gate,), GateRun(commands, tmp_path, os.environ, place.baselines, lambda: NOW))
    assert [(each.check, str(each.verdict), each.note) for each in records] == [
        ("tests", "passed", "2 tests ran, 0 failed"),
        ("coverage", "failed", "50% of 2 lines, at least 80% is asked"),
    ]
    assert (tmp_path / "runs").read_text() == "x"


def test_new_failures_are_told_from_old_ones_by_the_run_before(place: Place):
    def tests(*failed: str) -> GateCommand:
        code = f"open('junit.xml', 'w').write({junit(*failed)!r}); raise SystemExit({len(failed)})"
        return GateCommand("c", python(code), EvidenceKind.JUNIT, "junit.xml")

    verdict, note = place.check("no_new_failures", tests("a", "b"))
    assert (verdict, "--baseline" in note) == ("unverified", True)
    assert place.check("no_new_failures", tests("a", "b"), keeps_baseline=True)[0] == "unverified"
    assert place.check("no_new_failures", tests("a"))[0] == "passed"
    verdict, note = place.check("no_new_failures", tests("a", "b"))
    assert (verdict, note) == ("failed", "4 tests ran, 2 failed, 1 new: t::b")
    assert place.check("no_new_failures", tests())[0] == "passed"
    assert place.check("no_new_failures", tests("a"))[0] == "failed"
    again = Baselines(place.baselines.path.with_name("a.events.jsonl"), "p1")
    assert again.of("c") == Baseline(0.0, "", frozenset())
    assert Baselines(place.baselines.path.with_name("a.events.jsonl"), "other").of("c") is None


def test_a_figure_within_the_usual_budget_is_not_much_above_the_time_before(place: Place):
    def took(value: float) -> GateCommand:
        return GateCommand("c", python(f"print({value})"), EvidenceKind.NUMBER)

    assert place.check("within_budget", took(100))[0] == "unverified"
    place.check("within_budget", took(100), keeps_baseline=True)
    assert place.check("within_budget", took(111))[0] == "failed"
    assert place.check("within_budget", took(109))[0] == "passed"
    assert place.check("not_increased", took(109.5))[0] == "failed"
    assert place.check("not_decreased", took(109.5))[0] == "passed"


def test_baselines_that_cannot_be_read_pass_nothing(place: Place):
    place.baselines.path.parent.mkdir()
    for text in ("{", "[]", '{"plans": {"p1": {"c": {"number": "x", "failures": 3}}}}', "[" * 100_000):
        place.baselines.path.write_text(text)
        command = GateCommand("c", python("print(1)"), EvidenceKind.NUMBER)
        assert place.check("within_budget", command)[0] == "unverified"


def sarif(*levels: str, **extra) -> bytes:
    results = [
        {"ruleId": f"r{n}", "level": level, "message": {"text": level}} for n, level in enumerate(levels)
    ]
    return json.dumps({"version": "2.1.0", "runs": [{"results": results, **extra}]}).encode()


@pytest.mark.parametrize(
    ("expected", "levels", "verdict"),
    [
        ("no_high_vulns", ("warning", "note"), "passed"),
        ("no_high_vulns", ("error",), "failed"),
        ("no_medium_vulns", ("warning",), "failed"),
        ("no_findings", ("note",), "failed"),
        ("no_high_vulns", (), "passed"),
        ("must_pass", ("note",), "failed"),
        ("< 2", ("note",), "passed"),
    ],
)
def test_findings_are_counted_by_level(expected, levels, verdict):
    command = GateCommand("c", ("x",), EvidenceKind.SARIF)
    found = judge(read_expectation(expected), read_evidence(command, sarif(*levels)), 0, None, command)
    assert found.verdict == verdict, found.words


def test_a_severity_counts_before_a_level_and_what_is_suppressed_does_not_count():
    rules = {"tool": {"driver": {"rules": [{"id": "r0", "properties": {"security-severity": "9.8"}}]}}}
    command = GateCommand("c", ("x",), EvidenceKind.SARIF)
    evidence = read_evidence(command, sarif("note", "note", **rules))
    assert evidence.findings == {Level.CRITICAL: 1, Level.HIGH: 0, Level.MEDIUM: 0, Level.LOW: 1}
    data = json.loads(sarif("error"))
    data["runs"][0]["results"][0]["suppressions"] = [{"kind": "inSource"}]
    assert read_evidence(command, json.dumps(data).encode()).number == 0


BOMB = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>
<testsuite>&b;</testsuite>"""


@pytest.mark.parametrize("kind", [EvidenceKind.JUNIT, EvidenceKind.SARIF, EvidenceKind.NUMBER])
@pytest.mark.parametrize(
    "data", [b"", b"\xff\xfe", BOMB, b"<a>", b"<html></html>", b"[" * 100_000, b'{"runs": 3}', b"nan"]
)
def test_what_is_no_report_says_so(kind, data):
    with pytest.raises(EvidenceError):
        read_evidence(GateCommand("c", ("x",), kind), data)


@given(
    st.binary(max_size=300), st.sampled_from([EvidenceKind.JUNIT, EvidenceKind.SARIF, EvidenceKind.NUMBER])
)
def test_any_bytes_are_evidence_or_none(data, kind):
    try:
        words = read_evidence(GateCommand("c", ("x",), kind), data).words
    except EvidenceError as error:
        words = str(error)
    assert words


@given(
    st.sampled_from(
        [
            "must_pass",
            "min_80_percent",
            "< 5",
            "7",
            "no_new_failures",
            "no_high_vulns",
            "within_budget",
            "not_increased",
            "not_lower",
            "updated",
            None,
        ]
    ),
    st.builds(
        Evidence,
        st.just("words"),
        st.none() | st.floats(-1e6, 1e6),
        st.sampled_from(["", "%", "ms"]),
        st.none() | st.integers(0, 5),
        st.frozensets(st.sampled_from("ab")),
        st.none() | st.dictionaries(st.sampled_from(list(Level)), st.integers(0, 2)),
        st.booleans(),
    ),
    st.none() | st.integers(-9, 3),
    st.none()
    | st.builds(Baseline, st.none() | st.floats(-9, 9), st.just(""), st.none() | st.just(frozenset("a"))),
)
def test_a_verdict_always_says_why_and_nothing_passes_without_evidence(text, evidence, exit_code, baseline):
    command = GateCommand("c", ("x",), EvidenceKind.NUMBER)
    found = judge(read_expectation(text), evidence, exit_code, baseline, command)
    assert found.words
    nothing = evidence.number is None and evidence.tests is None and evidence.findings is None
    if nothing and exit_code is None:
        assert found.verdict is Verdict.UNVERIFIED


def test_a_command_is_shown_as_one_would_type_it():
    assert shown_command(GateCommand("c", ("a b", "$(x)"), folder="web")) == "'a b' '$(x)' (in web)"
