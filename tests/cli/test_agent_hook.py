"""`orchestrate check --agent-hook`: what an agent is told after an edit."""

from __future__ import annotations

import io
import json
import sys
from types import SimpleNamespace
from typing import Any

import pytest

from tests.cli.running import CLEAN_PLAN, CommandLine, Outcome

BROKEN = CLEAN_PLAN.replace("agent: architect", "agent: architekt\n    dependencies: [T9]", 1)


def hook(orchestrate: CommandLine, monkeypatch: pytest.MonkeyPatch, event: Any) -> Outcome:
    data = event if isinstance(event, bytes) else json.dumps(event).encode()
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(data)))
    return orchestrate("check", "--agent-hook")


def edit(path: object) -> dict[str, object]:
    return {"hook_event_name": "PostToolUse", "tool_name": "Edit", "tool_input": {"file_path": str(path)}}


def test_findings_reach_the_agent(orchestrate: CommandLine, monkeypatch: pytest.MonkeyPatch):
    path = orchestrate.write("a.plan.yaml", BROKEN)
    done = hook(orchestrate, monkeypatch, edit(path))
    assert (done.code, done.err) == (0, "")
    said = done.json
    assert said["decision"] == "block"
    assert "a.plan.yaml:6:20: error[unknown-dependency]" in said["reason"]
    assert "unknown-agent" in said["reason"]
    assert "orchestrate explain unknown-dependency" in said["reason"]


def test_nothing_is_said_of_what_is_well_or_no_plan(
    orchestrate: CommandLine, monkeypatch: pytest.MonkeyPatch
):
    events: list[Any] = [
        edit(orchestrate.write("a.plan.yaml", CLEAN_PLAN)),
        edit(orchestrate.write("a.yaml", BROKEN)),
        edit(orchestrate.folder / "gone.plan.yaml"),
        edit("\0.plan.yaml"),
        {"tool_input": {"command": "ls"}},
        {"tool_input": 3},
        [],
        b"",
        b"{",
        b"[" * 100_000,
    ]
    for event in events:
        done = hook(orchestrate, monkeypatch, event)
        assert (done.code, done.out, done.err) == (0, "", ""), event


def test_a_plan_that_cannot_be_read_is_said(orchestrate: CommandLine, monkeypatch: pytest.MonkeyPatch):
    path = orchestrate.write("a.plan.yaml", b"\x00" * 100)
    assert "a.plan.yaml" in hook(orchestrate, monkeypatch, edit(path)).json["reason"]
