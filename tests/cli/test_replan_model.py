"""`orchestrate replan --model`: what is sent and to whom, and what comes of it; as in `test_plan_model`."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestrate_ls.planner.offline import plan_offline
from tests.cli.running import CommandLine
from tests.planner.models.chat_server import failing, serving, streaming
from tests.planner.models.scripted import nothing_executed
from tests.planner.models.test_revision import CHECKOUT, GOAL, answered

TEXT = plan_offline(GOAL).text
GOOD = answered(extra=CHECKOUT)


@pytest.fixture(autouse=True)
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The user's own settings: none, and no keys."""
    for name in ("XDG_CONFIG_HOME", "APPDATA", "LLM_USER_PATH"):
        monkeypatch.setenv(name, str(tmp_path / "own"))
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def plan(orchestrate: CommandLine) -> Path:
    return orchestrate.write("shop.plan.yaml", TEXT)


def test_a_plan_is_changed_by_an_endpoint(orchestrate: CommandLine, plan: Path):
    with serving(streaming(GOOD, 200)) as chat:
        shown = orchestrate("replan", str(plan), "think of refunds", "--model", "m1", "--endpoint", chat.url)
        assert (shown.code, plan.read_text(encoding="utf-8")) == (1, TEXT)
        done = orchestrate(
            "replan",
            str(plan),
            "think of refunds",
            "--model",
            "m1",
            "--endpoint",
            chat.url,
            "--explain",
            "-y",
        )
    assert done.code == 0
    assert "+    name: Refunds by card" in done.out
    assert "Left to the model: `think of refunds`" in done.out
    assert "drafted by the model" in done.out
    assert f"asking m1 at {chat.url}/chat/completions: about " in done.err
    assert "the model's plan passed every check" in done.err
    assert "name: Refunds by card" in plan.read_text(encoding="utf-8")
    assert orchestrate("check", str(plan)).code == 0


def test_a_dry_run_shows_what_would_be_sent_and_sends_nothing(orchestrate: CommandLine, plan: Path):
    arguments = ("replan", str(plan), "think of refunds", "--model", "m1", "--dry-run")
    with nothing_executed():
        shown = orchestrate(*arguments, "--endpoint", "https://example.org/v1")
        as_json = orchestrate(*arguments, "--endpoint", "https://example.org/v1", "-f", "json").json
    assert shown.code == 0
    assert "To: m1 at https://example.org/v1/chat/completions" in shown.out
    assert "nothing was sent" in shown.err
    (_, user) = as_json["messages"]
    assert "think of refunds" in user["content"]
    assert all(line in shown.out for line in user["content"].splitlines())
    assert plan.read_text(encoding="utf-8") == TEXT


def test_programs_are_told_what_the_model_got_wrong(orchestrate: CommandLine, plan: Path):
    wrong = answered(extra=CHECKOUT.replace("[T4]", "[T4, T99]"))
    with serving(streaming(wrong, 200)) as chat:
        told = orchestrate(
            "replan", str(plan), "think of refunds", "--model", "m1", "--endpoint", chat.url, "-f", "json"
        ).json
    assert len(told["model"]["answers"]) == 4
    assert "T99" in told["model"]["repairs"][0]
    assert {"kind": "added", "what": "Refunds by card"}.items() <= told["changes"][0].items()


def test_a_model_that_does_not_answer_changes_nothing(orchestrate: CommandLine, plan: Path):
    with serving(failing(401)) as chat:
        outcome = orchestrate("replan", str(plan), "--model", "m1", "--endpoint", chat.url, "-y")
    assert (outcome.code, "help" in outcome.err) == (2, True)
    assert plan.read_text(encoding="utf-8") == TEXT


@pytest.mark.parametrize("more", [["--dry-run"], ["--endpoint", "http://127.0.0.1:1"], ["--key-env", "X"]])
def test_options_about_a_model_need_one(orchestrate: CommandLine, plan: Path, more: list[str]):
    outcome = orchestrate("replan", str(plan), *more)
    assert (outcome.code, "name it with --model NAME" in outcome.err) == (2, True)
