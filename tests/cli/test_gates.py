"""`orchestrate gates`, `approve` and `reject`, and what gates mean for `task done`, `status`, `next` and `handoff`."""

import json
import sys

import pytest

from tests.cli.running import CommandLine

PLAN = "a.plan.yaml"
TEXT = """\
quality_gates:
  review:
    min_approvals: 1
    automated_checks:
      - tests: all_pass
      - coverage: min_80_percent
      - scan: no_high_vulns
  docs: {readme: updated}
tasks:
  - {id: T1, name: One, agent: ann, estimated_time: 1h, quality_gates: [review]}
  - {id: T2, name: Two, agent: bob, estimated_time: 1h, dependencies: [T1]}
"""
JUNIT = "<testsuite><testcase name='a'/><testcase name='b'>{}</testcase></testsuite>"


def settings(failed: str = "", covered: int = 9, scanned: bool = True) -> str:
    code = (
        f"open('junit.xml', 'w').write({JUNIT.format(failed)!r}); "
        f"open('lcov.info', 'w').write('SF:a\\n' + ''.join(f'DA:{{n}},{{int(n < {covered})}}\\n' for n in range(10))"
        " + 'end_of_record\\n')"
    )
    command = json.dumps([sys.executable, "-c", code])
    text = (
        f'[gates.tests]\ncommand = {command}\nevidence = "junit"\nfile = "junit.xml"\n'
        f'[gates.coverage]\ncommand = {command}\nevidence = "coverage"\nfile = "lcov.info"\n'
    )
    if scanned:
        text += f"[gates.scan]\ncommand = {json.dumps([sys.executable, '-c', 'pass'])}\n"
    return text


@pytest.fixture
def plan(orchestrate: CommandLine, monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(orchestrate.folder / "config"))
    monkeypatch.setenv("APPDATA", str(orchestrate.folder / "config"))
    orchestrate.write(PLAN, TEXT)
    orchestrate.write("orchestrate.toml", settings())
    return orchestrate


def test_a_gate_holds_its_task_open_until_it_is_passed(plan: CommandLine):
    plan("task", "start", PLAN, "T1")
    outcome = plan("task", "done", PLAN, "T1")
    assert outcome.code == 2
    assert "its quality gate review is not passed (tests was not checked yet, coverage" in outcome.err
    assert "orchestrate gates PLAN T1 --run" in outcome.err
    outcome = plan("gates", PLAN, "T1", "--run", "--yes")
    assert outcome.code == 1
    assert "tests (all pass) passed: 2 tests ran, 0 failed" in outcome.out
    assert "coverage (at least 80%) passed: 90% of 10 lines, at least 80% is asked" in outcome.out
    assert "approved: 0 of 1" in outcome.out
    outcome = plan("approve", PLAN, "T1", "--by", "ann")
    assert (outcome.code, "did T1 and cannot speak for it" in outcome.err) == (2, True)
    outcome = plan("approve", PLAN, "T1", "--by", "eve", "--note", "well done")
    assert outcome.out == (
        "T1: eve approves it.\nAll quality gates of T1 are passed.\n"
        f"`orchestrate task done {PLAN} T1` ends it.\n"
    )
    assert plan("gates", PLAN, "T1", "--run", "--yes").code == 0
    assert plan("task", "done", PLAN, "T1").code == 0


def test_force_is_recorded(plan: CommandLine):
    plan("task", "start", PLAN, "T1")
    outcome = plan("task", "done", PLAN, "T1", "--force")
    assert outcome.code == 0
    assert "Forced although its quality gate review is not passed" in outcome.out


def test_failed_and_unverified_checks_do_not_pass(plan: CommandLine):
    plan.write("orchestrate.toml", settings("<failure/>", 7, scanned=False))
    plan("task", "start", PLAN, "T1")
    outcome = plan("gates", PLAN, "T1", "--run", "--yes")
    assert outcome.code == 1
    assert "review: failed" in outcome.out
    assert "tests (all pass) failed: 2 tests ran, 1 failed: b" in outcome.out
    assert "coverage (at least 80%) failed: 70% of 10 lines, at least 80% is asked" in outcome.out
    assert "scan (no high vulns) unverified: no command is set; write `[gates.scan]`" in outcome.out
    plan.write("orchestrate.toml", settings(scanned=False))
    plan("gates", PLAN, "T1", "--run", "--yes")
    plan("approve", PLAN, "T1", "--by", "eve")
    assert "review: unverified" in plan("gates", PLAN, "T1").out
    outcome = plan("approve", PLAN, "T1", "--by", "eve", "--gate", "review", "--check", "scan")
    assert "say what the evidence is" in outcome.err
    vouch = ["--gate", "review", "--check", "scan", "--note", "scanned by hand"]
    outcome = plan("approve", PLAN, "T1", "--by", "eve", *vouch)
    assert "eve vouches for scan of review" in outcome.out
    assert "eve says: scanned by hand" in plan("gates", PLAN, "T1").out


def test_nothing_runs_without_a_yes(plan: CommandLine):
    plan("task", "start", PLAN, "T1")
    outcome = plan("gates", PLAN, "T1", "--run")
    assert outcome.code == 2
    assert "nobody can be asked" in outcome.err
    assert sys.executable in outcome.err.replace("\n", "")
    assert not (plan.folder / "junit.xml").exists()


def test_a_rejection_fails_the_gate_and_says_why(plan: CommandLine):
    outcome = plan("reject", PLAN, "T1", "--by", "eve", "--note", "x")
    assert "T1 was not started" in outcome.err
    plan("task", "start", PLAN, "T1")
    assert "say what is wrong" in plan("reject", PLAN, "T1", "--by", "eve").err
    outcome = plan("reject", PLAN, "T1", "--by", "eve", "--note", "no tests", "--gate", "review")
    assert outcome.code == 0
    assert "eve rejects review" in outcome.out
    (entry,) = plan("gates", PLAN, "T1", "-f", "json").json
    assert entry["gates"][0]["state"] == "failed"
    assert entry["gates"][0]["rejected_by"] == [{"who": "eve", "note": "no tests"}]
    assert (
        "has no quality gate `revue`" in plan("reject", PLAN, "T1", "-b", "e", "-n", "x", "-g", "revue").err
    )
    assert "T2 has no quality gates" in plan("approve", PLAN, "T2", "-b", "eve").err


def test_gates_of_the_plan_as_a_whole(plan: CommandLine):
    outcome = plan("gates", PLAN)
    assert outcome.out.splitlines()[0] == "T1"
    assert "the whole plan\n  docs: open\n    readme (updated) not checked yet" in outcome.out
    outcome = plan("gates", PLAN, "--run", "--yes")
    assert (outcome.code, "readme (updated) unverified" in outcome.out) == (1, True)
    vouch = ["--gate", "docs", "--check", "readme", "--note", "read it"]
    assert "All quality gates of the whole plan are passed." in plan("approve", PLAN, "-b", "eve", *vouch).out
    status = plan("status", PLAN, "-f", "json").json
    assert [(each["gate"], each["state"]) for each in status["gates"]] == [("docs", "passed")]
    assert {each["task"] for each in status["tasks"]} == {"T1", "T2"}
    assert status["unknown_tasks"] == []


def test_status_says_how_gates_stand(plan: CommandLine):
    plan("task", "start", PLAN, "T1")
    plan("gates", PLAN, "T1", "--run", "--yes")
    plan("task", "progress", PLAN, "T1", "--tokens", "900", "--cost", "1.5", "--model", "large")
    status = plan("status", PLAN, "-f", "json").json
    task = status["tasks"][0]
    (gate,) = task["gates"]
    assert (gate["gate"], gate["state"], gate["missing"]) == ("review", "open", ["1 approval missing"])
    assert [each["verdict"] for each in gate["checks"]] == ["passed"] * 3
    assert (task["tokens"], task["costs"], task["model"]) == (900, {"USD": 1.5}, "large")
    text = plan("status", PLAN).out
    assert "gate: review open" in " ".join(text.split())
    assert "Of the whole plan: gate: docs open" in text


def test_hostile_names_stay_text(plan: CommandLine):
    plan.write(
        PLAN,
        'quality_gates: {"a\\e[31m[b]": {"$(touch hit)": must_pass}}\n'
        'tasks: [{id: T1, quality_gates: ["a\\e[31m[b]"]}]\n',
    )
    plan("task", "start", PLAN, "T1")
    outcome = plan("gates", PLAN, "T1", "--run", "--yes")
    assert "\x1b[31m" not in outcome.out
    assert "$(touch hit)" in outcome.out
    assert not (plan.folder / "hit").exists()
    assert plan("approve", PLAN, "T1", "-b", "[bold]\x1b[31m").code == 0


def test_handoffs_and_next_quote_what_was_learnt_and_how_gates_stand(plan: CommandLine):
    (plan.folder / ".orchestrate").mkdir(exist_ok=True)
    (plan.folder / ".orchestrate" / "checklist.md").write_text("- tests for error paths (T9)\n")
    plan("task", "start", PLAN, "T1")
    plan("reject", PLAN, "T1", "-b", "eve", "-n", "no error paths")
    text = plan("handoff", PLAN, "T1").out
    assert "[failed: tests was not checked yet" in text
    assert "eve rejected it (no error paths)" in text
    assert "What other tasks failed by; see to it before you end:\n  * tests for error paths (T9)" in text
    plan("task", "fail", PLAN, "T1", "--note", "rejected by eve")
    package = plan("handoff", PLAN, "T1", "-f", "json").json
    assert package["feedback"] == "rejected by eve"
    assert package["lessons"] == ["tests for error paths (T9)"]
    assert "What other tasks failed by:\n- tests for error paths (T9)" in plan("next", PLAN).out
    (entry,) = plan("next", PLAN, "-f", "json").json
    assert list(entry["gates"]) == ["review"]
