"""The presets for known tools, with doubles of the tools: programs of their names that take only the options they
document, read the prompt where it is to be, and print lines as they document them.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from orchestrate_ls.execution.agent_process import perform
from orchestrate_ls.execution.agents_chosen import command_of
from orchestrate_ls.execution.engine import Ending, Order, Outcome
from orchestrate_ls.workspace.agent_commands import AgentSettings
from orchestrate_ls.workspace.own_run import ChosenCommand

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="programs with a first line #!")

DOUBLE = """#!PYTHON
import argparse, json, os, sys
parser = argparse.ArgumentParser(allow_abbrev=False)
for names, more in OPTIONS:
    parser.add_argument(*names, **{"type": float} if more.pop("float", False) else {}, **more)
given = parser.parse_args()
prompt = sys.stdin.read()
open("seen.json", "w").write(json.dumps({"options": vars(given), "prompt": prompt}))
for each in LINES:
    print(json.dumps(each), flush=True)
sys.exit(CODE)
"""
FLAG = {"action": "store_true"}
OPTIONS: dict[str, list[tuple[list[str], dict[str, Any]]]] = {
    "claude": [
        (["-p", "--print"], FLAG),
        (["--output-format"], {"choices": ["text", "json", "stream-json"]}),
        (["--verbose"], FLAG),
        (["--permission-mode"], {"choices": ["default", "plan", "acceptEdits", "bypassPermissions"]}),
        (["--allowedTools"], {}),
        (["--model"], {}),
        (["--max-budget-usd"], {"float": True}),
    ],
    "codex": [
        (["exec"], {"choices": ["exec"]}),
        (["--json"], FLAG),
        (["--sandbox", "-s"], {"choices": ["read-only", "workspace-write", "danger-full-access"]}),
        (["--skip-git-repo-check"], FLAG),
        (["--model", "-m"], {}),
        (["prompt"], {"choices": ["-"]}),
    ],
    "copilot": [
        (["--output-format"], {"choices": ["text", "json"]}),
        (["-s", "--silent"], FLAG),
        (["--no-ask-user"], FLAG),
        (["--allow-tool"], {"action": "append"}),
        (["--model"], {}),
    ],
    "opencode": [
        (["run"], {"choices": ["run"]}),
        (["--format"], {"choices": ["default", "json"]}),
        (["--model", "-m"], {}),
    ],
}
SAID = "Built it.\n" + json.dumps({"orchestrate": {"status": "done", "note": "built", "artefacts": ["a.py"]}})
USAGE = {
    "input_tokens": 4,
    "cache_creation_input_tokens": 100,
    "cache_read_input_tokens": 9_000,
    "output_tokens": 30,
}
LINES: dict[str, list[dict[str, Any]]] = {
    "claude": [
        {"type": "system", "subtype": "init", "session_id": "s", "model": "claude-x", "tools": ["Edit"]},
        {
            "type": "assistant",
            "message": {
                "id": "msg_1",
                "role": "assistant",
                "model": "claude-x",
                "content": [{"type": "tool_use", "id": "toolu_1", "name": "Edit", "input": {}}],
                "usage": USAGE,
            },
            "session_id": "s",
        },
        {
            "type": "user",
            "message": {"role": "user", "content": [{"type": "tool_result"}]},
            "session_id": "s",
        },
        {
            "type": "result",
            "subtype": "success",
            "is_error": False,
            "duration_ms": 900,
            "num_turns": 2,
            "result": SAID,
            "session_id": "s",
            "total_cost_usd": 0.0421,
            "usage": {**USAGE, "output_tokens": 70},
            "modelUsage": {"claude-x": {"inputTokens": 4, "outputTokens": 70, "costUSD": 0.0421}},
        },
    ],
    "codex": [
        {"type": "thread.started", "thread_id": "0199a213"},
        {"type": "turn.started"},
        {"type": "error", "message": "Reconnecting... 1/5"},
        {
            "type": "item.started",
            "item": {"id": "item_0", "type": "command_execution", "status": "in_progress"},
        },
        {"type": "item.completed", "item": {"id": "item_1", "type": "reasoning", "text": "hm"}},
        {"type": "item.completed", "item": {"id": "item_2", "type": "agent_message", "text": SAID}},
        {
            "type": "turn.completed",
            "usage": {
                "input_tokens": 24_763,
                "cached_input_tokens": 24_448,
                "output_tokens": 122,
                "reasoning_output_tokens": 20,
            },
        },
    ],
    "copilot": [
        {"type": "session.mcp_server_status_changed", "data": {"status": "pending"}, "ephemeral": True},
        {"type": "assistant.turn_start", "data": {"turnId": "0"}},
        {
            "type": "assistant.message",
            "data": {
                "messageId": "m1",
                "model": "gpt-x",
                "content": "",
                "toolRequests": [{"toolCallId": "t", "name": "edit"}],
                "outputTokens": 21,
            },
        },
        {"type": "tool.execution_complete", "data": {"toolCallId": "t", "success": True}},
        {
            "type": "assistant.message_delta",
            "data": {"messageId": "m2", "deltaContent": "Bui"},
            "ephemeral": True,
        },
        {
            "type": "assistant.message",
            "data": {
                "messageId": "m2",
                "model": "gpt-x",
                "content": SAID,
                "toolRequests": [],
                "outputTokens": 34,
            },
        },
        {
            "type": "result",
            "sessionId": "s",
            "exitCode": 0,
            "usage": {"premiumRequests": 1, "totalApiDurationMs": 2833, "sessionDurationMs": 8931},
        },
    ],
    "opencode": [
        {"type": "step_start", "sessionID": "ses", "part": {"id": "prt_1", "type": "step-start"}},
        {"type": "tool_use", "sessionID": "ses", "part": {"tool": "edit", "state": {"status": "completed"}}},
        {
            "type": "step_finish",
            "sessionID": "ses",
            "part": {
                "id": "prt_2",
                "type": "step-finish",
                "reason": "tool-calls",
                "cost": 0.01,
                "tokens": {"input": 10, "output": 5, "reasoning": 1, "cache": {"read": 900, "write": 100}},
            },
        },
        {"type": "text", "sessionID": "ses", "part": {"id": "prt_3", "type": "text", "text": SAID}},
        {
            "type": "step_finish",
            "sessionID": "ses",
            "part": {
                "id": "prt_4",
                "type": "step-finish",
                "reason": "stop",
                "cost": 0.02,
                "tokens": {"input": 20, "output": 6, "reasoning": 0, "cache": {"read": 1_000, "write": 0}},
            },
        },
    ],
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in, and one for programs that is searched first."""
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    return tmp_path


def perform_with(
    folder: Path, tool: str, lines: list[dict[str, Any]], code: int = 0, **order: Any
) -> Outcome:
    """What comes of an order whose agent is the double of a tool."""
    text = DOUBLE.replace("PYTHON", sys.executable).replace("OPTIONS", repr(OPTIONS[tool]))
    program = folder / "bin" / tool
    program.write_text(text.replace("LINES", repr(lines)).replace("CODE", str(code)))
    program.chmod(0o755)
    settings = AgentSettings("a", tool, **order.pop("settings", {}))
    command = command_of(ChosenCommand(settings, folder, own=True))
    kept = str(folder / "kept")
    made = Order("k", "p", "r", "T1", 1, "a", command, str(folder), "Build it.", kept=kept, **order)
    return perform(made, threading.Event())


@pytest.mark.parametrize(
    ("tool", "tokens", "cost", "model"),
    [
        ("claude", 174, 0.0421, "claude-x"),
        ("codex", 437, None, "asked-for"),
        ("copilot", 55, None, "gpt-x"),
        ("opencode", 142, 0.03, "asked-for"),
    ],
)
def test_a_tool_is_started_as_it_documents_and_understood(
    folder: Path, tool: str, tokens: int, cost: float | None, model: str
) -> None:
    outcome = perform_with(folder, tool, LINES[tool], model="asked-for", most_cost=2.0, currency="USD")
    assert (outcome.ended, outcome.note) == (Ending.DONE, "built"), outcome
    assert outcome.artefacts == ("a.py",)
    assert (outcome.tokens, outcome.model) == (tokens, model)
    assert outcome.cost == (pytest.approx(cost) if cost is not None else None)
    assert outcome.currency == ("USD" if cost is not None else None)
    seen = json.loads((folder / "seen.json").read_text())
    assert seen["prompt"] == "Build it."
    assert seen["options"]["model"] == "asked-for"
    assert seen["options"].get("max_budget_usd") == (2.0 if tool == "claude" else None)


@pytest.mark.parametrize(
    ("tool", "lines", "code", "note"),
    [
        (
            "claude",
            [{"type": "result", "subtype": "error_max_budget_usd", "is_error": True, "total_cost_usd": 2.1}],
            1,
            "used up its budget",
        ),
        (
            "claude",
            [{"type": "result", "subtype": "success", "is_error": True, "result": "Invalid API key"}],
            0,
            "Invalid API key",
        ),
        (
            "codex",
            [{"type": "turn.failed", "error": {"message": "stream disconnected"}}],
            0,
            "stream disconn",
        ),
        ("copilot", [{"type": "result", "exitCode": 1, "usage": {}}], 0, "exit code 1"),
        (
            "copilot",
            [
                {"type": "session.error", "data": {"message": "quota exceeded"}},
                {"type": "result", "exitCode": 1},
            ],
            0,
            "quota exceeded",
        ),
        (
            "opencode",
            [{"type": "error", "error": {"name": "ProviderAuthError", "data": {"message": "no key"}}}],
            0,
            "no key",
        ),
    ],
)
def test_what_a_tool_says_of_a_failure_is_its_reason(
    folder: Path, tool: str, lines: list[dict[str, Any]], code: int, note: str
) -> None:
    outcome = perform_with(folder, tool, lines, code)
    assert outcome.ended is Ending.FAILED
    assert note in outcome.note


def test_arguments_of_the_settings_come_before_the_prompt(folder: Path) -> None:
    added = {"arguments": ("--model", "o")}
    assert perform_with(folder, "codex", LINES["codex"], settings=added).ended is Ending.DONE
    assert json.loads((folder / "seen.json").read_text())["options"] == {
        "exec": "exec",
        "json": True,
        "sandbox": "workspace-write",
        "skip_git_repo_check": True,
        "model": "o",
        "prompt": "-",
    }


def test_a_tool_that_is_not_installed_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(folder / "bin"))
    command = command_of(ChosenCommand(AgentSettings("a", "opencode"), folder, own=True))
    outcome = perform(Order("k", "p", "r", "T", 1, "a", command, str(folder), "x"), threading.Event())
    assert outcome.ended is Ending.FAILED
    assert "opencode" in outcome.note
