"""`orchestrate explain`."""

import pytest

from orchestrate_ls.ide.rule_page import page_of
from orchestrate_ls.rules.registry import RULES
from tests.cli.running import CommandLine, run_process


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_every_rule_has_its_page(orchestrate: CommandLine, rule):
    outcome = orchestrate("explain", rule.code)
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out == page_of(rule)
    assert outcome.out.startswith(f"# {rule.code}\n\n{rule.summary}.\n")
    assert rule.page.strip() in outcome.out
    assert f"ignore[{rule.code}]" in outcome.out


def test_all_rules_are_listed_with_group_severity_and_summary(orchestrate: CommandLine):
    outcome = orchestrate("explain")
    lines = [" ".join(line.split()) for line in outcome.out.splitlines()]
    assert outcome.code == 0
    for rule in RULES:
        severity = rule.severity.value if rule.on_by_default else "off"
        assert any(line.startswith(f"{rule.code} {severity} {rule.summary[:20]}") for line in lines), (
            rule.code
        )
        assert rule.group in lines


def test_a_slip_is_understood(orchestrate: CommandLine):
    outcome = orchestrate("explain", "dependency-cicle")
    assert (outcome.code, outcome.out) == (2, "")
    assert "there is no rule `dependency-cicle`" in outcome.err
    assert "did you mean `dependency-cycle`?" in outcome.err
    assert "lists all of them" in orchestrate("explain", "zzz" * 1000).err


def test_a_code_as_check_prints_it_is_found(orchestrate: CommandLine):
    assert orchestrate("explain", "[Dependency-Cycle]").out.startswith("# dependency-cycle")


def test_on_a_terminal_the_page_is_laid_out(orchestrate: CommandLine):
    outcome = run_process(
        orchestrate.folder, "explain", "dependency-cycle", FORCE_COLOR="1", TERM="xterm-256color"
    )
    assert "\x1b[" in outcome.out
    assert "```" not in outcome.out
