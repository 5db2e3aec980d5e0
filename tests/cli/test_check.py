"""`orchestrate check`: what is checked, exit codes, and the formats for programs."""

import json
import re

import pytest

from orchestrate_ls.cli.named_files import expanded
from orchestrate_ls.rules.registry import RULES
from tests.cli.running import CLEAN_PLAN, SEED_PLAN, CommandLine

WARNING_PLAN = CLEAN_PLAN.replace("    agent: architect\n", "    agent: architecht\n")
ERROR_PLAN = CLEAN_PLAN + "  - id: builder\nversion: 1\nversion: 1\n"


def found(outcome) -> list[tuple[str, str]]:
    return [(each["code"], each["severity"]) for each in outcome.json]


def test_a_clean_plan(orchestrate: CommandLine):
    orchestrate.write("a.plan.yaml", CLEAN_PLAN)
    outcome = orchestrate("check", "a.plan.yaml")
    assert (outcome.code, outcome.err) == (0, "")
    assert "No errors or warnings in 1 plan" in outcome.out or "No problems in 1 plan." in outcome.out


def test_the_seed_plan_has_no_error_and_the_findings_that_were_measured(orchestrate: CommandLine):
    orchestrate.write("seed.plan.yaml", SEED_PLAN)
    outcome = orchestrate("check", "seed.plan.yaml", "--format", "json")
    codes = [code for code, _ in found(outcome)]
    assert outcome.code == 0
    assert "error" not in [severity for _, severity in found(outcome)]
    assert codes.count("redundant-dependency") == 6
    assert {"infeasible-wall-time", "wrong-total", "group-not-parallel", "critical-path"} <= set(codes)


def test_t1_waiting_for_t8_is_one_cycle(orchestrate: CommandLine):
    text = SEED_PLAN.replace("dependencies: []", "dependencies: [T8]", 1)
    orchestrate.write("a.plan.yaml", text)
    outcome = orchestrate("check", "-f", "json", "a.plan.yaml")
    cycles = [each for each in outcome.json if each["code"] == "dependency-cycle"]
    assert outcome.code == 1
    assert len(cycles) == 1
    assert "T1 → T2 → T6 → T8 → T1" in cycles[0]["message"]
    assert not re.search(r"T9|T10", json.dumps(cycles))
    assert len(cycles[0]["related"]) == 4


@pytest.mark.parametrize(
    ("plan", "codes"),
    [
        (CLEAN_PLAN, {"error": 0, "warning": 0, "never": 0}),
        (WARNING_PLAN, {"error": 0, "warning": 1, "information": 1, "hint": 1, "never": 0}),
        (ERROR_PLAN, {"error": 1, "warning": 1, "hint": 1, "never": 0}),
    ],
)
def test_the_exit_code_follows_fail_on(orchestrate: CommandLine, plan: str, codes: dict[str, int]):
    orchestrate.write("a.plan.yaml", plan)
    for fail_on, code in codes.items():
        assert orchestrate("check", "--fail-on", fail_on).code == code, fail_on
    assert orchestrate("check").code == codes["error"]


def test_what_cannot_be_checked_is_2_and_the_rest_is_checked_all_the_same(orchestrate: CommandLine):
    orchestrate.write("a.plan.yaml", ERROR_PLAN)
    outcome = orchestrate("check", "none.plan.yaml", "a.plan.yaml", "--format", "json")
    assert outcome.code == 2
    assert ("duplicate-key", "error") in found(outcome)
    assert outcome.err == "error: none.plan.yaml: no such file or folder\n  help: check the path\n"


def test_folders_are_searched_and_files_named_twice_are_checked_once(orchestrate: CommandLine):
    orchestrate.write("sub/b.plan.yaml", WARNING_PLAN)
    orchestrate.write("a.plan.yml", WARNING_PLAN)
    orchestrate.write("other.yaml", "# orchestrate: plan\n" + WARNING_PLAN)
    orchestrate.write("ignored.yaml", WARNING_PLAN)
    outcome = orchestrate("check", "sub/b.plan.yaml", ".", "./sub", "--format", "json")
    files = [each["file"] for each in outcome.json if each["code"] == "unknown-agent"]
    assert files == ["sub/b.plan.yaml", "a.plan.yml", "other.yaml"]


def test_a_folder_without_plans_is_said(orchestrate: CommandLine):
    outcome = orchestrate("check")
    assert (outcome.code, outcome.out) == (0, "")
    assert "there are no plans in ." in outcome.err


def test_any_named_file_is_checked(orchestrate: CommandLine):
    orchestrate.write("todo.txt", WARNING_PLAN)
    assert ("unknown-agent", "warning") in found(orchestrate("check", "todo.txt", "-f", "json"))


def test_settings_hold_and_wrong_ones_are_2(orchestrate: CommandLine):
    orchestrate.write("a.plan.yaml", WARNING_PLAN)
    orchestrate.write("orchestrate.toml", '[rules]\nunknown-agent = "error"\n')
    assert orchestrate("check").code == 1
    orchestrate.write("orchestrate.toml", '[rules]\nunknown-agent = "off"\nunknown-agnt = "off"\n')
    outcome = orchestrate("check", "--format", "json")
    assert outcome.code == 2
    assert "unknown-agent" not in outcome.out
    assert (
        outcome.err
        == "error: orchestrate.toml:3:1: there is no rule `unknown-agnt`; did you mean `unknown-agent`?\n"
    )
    other = orchestrate.write("other.toml", "")
    assert orchestrate("check", "--config", str(other)).code == 0
    assert orchestrate("check", "--config", "missing.toml").code == 2


def test_json_has_exactly_what_is_promised(orchestrate: CommandLine):
    orchestrate.write(
        "a.plan.yaml", "goal: x\ntasks:\n  - {name: '🚀🚀', id: T1, dependencies: [T1], agent: a}\n"
    )
    outcome = orchestrate("check", "--format", "json")
    finding = next(each for each in outcome.json if each["code"] == "self-dependency")
    assert sorted(finding) == ["code", "file", "fixable", "message", "range", "related", "severity"]
    assert (finding["file"], finding["severity"], finding["fixable"]) == ("a.plan.yaml", "error", True)
    # Each rocket is one character and two UTF-16 units.
    line = "  - {name: '🚀🚀', id: T1, dependencies: [T1], agent: a}"
    start = line.index("[T1]") + 1 + 2
    assert finding["range"] == {
        "start": {"line": 2, "character": start},
        "end": {"line": 2, "character": start + 2},
    }
    assert outcome.out.isascii()
    assert outcome.code == 1


def test_json_of_nothing_is_an_empty_list(orchestrate: CommandLine):
    assert orchestrate("check", "--format", "json").json == []


def test_related_places_in_json(orchestrate: CommandLine):
    orchestrate.write("a.plan.yaml", "tasks:\n  - id: T1\n  - id: T1\n")
    finding = next(
        each for each in orchestrate("check", "-f", "json").json if each["code"] == "duplicate-task-id"
    )
    assert finding["related"][0]["range"]["start"] == {"line": 1, "character": 8}
    assert sorted(finding["related"][0]) == ["message", "range"]


def test_sarif_has_the_structure_of_the_standard(orchestrate: CommandLine):
    orchestrate.write("a b/ü.plan.yaml", "tasks:\n  - {name: '🚀', id: T1}\n  - {name: '🚀', id: T1}\n")
    outcome = orchestrate("check", "--format", "sarif", ".", "none.plan.yaml")
    log = outcome.json
    assert outcome.code == 2
    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("sarif-schema-2.1.0.json")
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    assert driver["name"] == "orchestrate"
    assert [rule["id"] for rule in driver["rules"]] == [rule.code for rule in RULES]
    for rule in driver["rules"]:
        assert rule["shortDescription"]["text"]
        assert rule["help"]["markdown"].startswith("#")
        assert rule["defaultConfiguration"]["level"] in ("none", "note", "warning", "error")
    for result in run["results"]:
        assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in ("note", "warning", "error")
        assert result["message"]["text"]
    result = next(each for each in run["results"] if each["ruleId"] == "duplicate-task-id")
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "a%20b/%C3%BC.plan.yaml"
    column = "  - {name: '🚀', id: T1}".index("T1") + 1 + 1
    assert place["region"] == {"startLine": 3, "startColumn": column, "endLine": 3, "endColumn": column + 2}
    assert run["columnKind"] == "utf16CodeUnits"
    assert result["relatedLocations"][0]["physicalLocation"]["region"]["startLine"] == 2
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] is False
    assert "no such file" in invocation["toolExecutionNotifications"][0]["message"]["text"]


def test_sarif_of_a_clean_run(orchestrate: CommandLine):
    (run,) = orchestrate("check", "--format", "sarif").json["runs"]
    assert run["results"] == []
    assert run["invocations"][0] == {"executionSuccessful": True, "toolExecutionNotifications": []}


def test_workflow_commands_are_escaped(orchestrate: CommandLine):
    orchestrate.write("a,b:100%.plan.yaml", 'tasks:\n  - id: T1\n    agent: "x%0A::error::\\r\\ny"\n')
    outcome = orchestrate("check", "--format", "github", ".", "none")
    lines = outcome.out.splitlines()
    assert outcome.err == ""
    assert lines[0] == "::error file=none,line=1,title=orchestrate::no such file or folder; check the path"
    agent = next(line for line in lines if "unknown-agent" in line)
    assert agent.startswith("::warning file=a%2Cb%3A100%25.plan.yaml,line=3,endLine=3,col=12,")
    assert "::error::" in agent.partition("x%250A")[2]
    assert all(line.startswith(("::error ", "::warning ", "::notice ")) for line in lines[:-1])
    assert "in 1 plan" in lines[-1]


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["-", "-"], "only once"),
        (["--fix", "-"], "cannot be fixed"),
        (["--now", "tomorrow"], "is not a time"),
    ],
)
def test_wrong_use_says_what_to_do(orchestrate: CommandLine, arguments: list[str], part: str):
    outcome = orchestrate("check", *arguments)
    assert outcome.code == 2
    assert part in outcome.err
    assert "help: " in outcome.err


def test_globs_that_no_shell_has_expanded(orchestrate: CommandLine):
    for name in ("b.plan.yaml", "a.plan.yaml", "c.yaml"):
        orchestrate.write(name, CLEAN_PLAN)
    assert expanded(["*.plan.yaml", "x[1].yaml", "-"]) == ["a.plan.yaml", "b.plan.yaml", "x[1].yaml", "-"]


def test_an_unknown_format_is_wrong_use(orchestrate: CommandLine):
    outcome = orchestrate("check", "--format", "xml")
    assert outcome.code == 2
    assert "sarif" in outcome.err


def test_fixes_are_applied_and_the_rest_is_reported(orchestrate: CommandLine):
    text = "# kept\r\ntasks:\r\n  - id: T1\r\n    dependencies: [T1]   # mine\r\n    agent: ghost\r\n"
    path = orchestrate.write("a.plan.yaml", b"\xef\xbb\xbf" + text.encode())
    outcome = orchestrate("check", "--fix", "--format", "json")
    assert "self-dependency" not in outcome.out
    assert ("unknown-agent", "warning") in found(outcome)
    fixed = path.read_bytes()
    assert fixed.startswith(b"\xef\xbb\xbf# kept\r\ntasks:\r\n")
    assert b"[T1]" not in fixed
    assert b"# mine\r\n" in fixed
    assert "1 fix applied" in outcome.err
    assert orchestrate.names() == [".git", "a.plan.yaml"]


def test_a_file_with_unreadable_bytes_is_not_written_back(orchestrate: CommandLine):
    path = orchestrate.write("a.plan.yaml", b"goal: caf\xe9\ntasks:\n  - id: T1\n    dependencies: [T1]\n")
    before = path.read_bytes()
    outcome = orchestrate("check", "--fix")
    assert path.read_bytes() == before
    assert "was not fixed" in outcome.err
    assert outcome.code == 1


def test_how_a_plan_stands_by_its_journal(orchestrate: CommandLine):
    orchestrate.write("a.plan.yaml", "tasks:\n  - {id: T1, estimated_time: 2h, agent: ann}\n")
    orchestrate("task", "start", "a.plan.yaml", "T1", "--now", "2026-11-23T09:00:00Z")
    orchestrate("task", "block", "a.plan.yaml", "T1", "--note", "no keys", "--now", "2026-11-23T10:00:00Z")
    found = orchestrate("check", "a.plan.yaml", "-f", "json", "--now", "2026-11-23T11:00:00Z").json
    blocked = next(each for each in found if each["code"] == "blocked")
    assert blocked["message"] == "`T1` has been blocked since 2026-11-23 10:00 UTC: `no keys`"
    assert blocked["range"]["start"] == {"line": 2, "character": 9}
    quiet = orchestrate("check", "a.plan.yaml", "-f", "json", "--now", "2026-11-23T10:00:00Z").json
    assert "behind-schedule" not in {each["code"] for each in quiet}
    journal = orchestrate.folder / ".orchestrate" / "a.events.jsonl"
    journal.unlink()
    journal.mkdir()
    outcome = orchestrate("check", "a.plan.yaml")
    assert "is not a regular file" in outcome.out + outcome.err
