"""`orchestrate plan --model`: what is sent and to whom, what comes of it, and that no folder can have anything sent."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.running import GOAL, CommandLine, environment
from tests.planner.models.chat_server import Handler, failing, serving, streaming
from tests.planner.models.scripted import nothing_executed
from tests.planner.models.test_repair import TASKS, fenced

PLAN = "build-a-user-authentication-system-with.plan.yaml"
WRONG = fenced(TASKS.replace("[T1, T3]", "[T1, T9]"))


@pytest.fixture(autouse=True)
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's own settings: none, and no keys."""
    for name in ("XDG_CONFIG_HOME", "APPDATA", "LLM_USER_PATH"):
        monkeypatch.setenv(name, str(tmp_path / "own"))
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "own" / "orchestrate").mkdir(parents=True)
    return tmp_path / "own" / "orchestrate" / "models.toml"


def plans(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.plan.yaml"))


def test_a_plan_by_an_endpoint(orchestrate: CommandLine):
    with serving(streaming(fenced(TASKS), 200)) as chat:
        outcome = orchestrate("plan", GOAL, "--model", "m1", "--endpoint", chat.url)
    assert outcome.code == 0
    assert "OAuth2 sign-in with two providers" in outcome.out
    assert f"asking m1 at {chat.url}/chat/completions: about " in outcome.err
    assert "the model's plan passed every check" in outcome.err
    (path,) = plans(orchestrate.folder)
    assert orchestrate("check", str(path)).code == 0


def test_what_was_wrong_and_what_was_mended_is_told(orchestrate: CommandLine):
    with serving(streaming(WRONG, 200)) as chat:
        outcome = orchestrate("plan", GOAL, "--model", "m1", "--endpoint", chat.url)
    assert outcome.code == 0
    assert "the model's last answer still had 1 fault:" in outcome.err
    assert "line 29, column 24: unknown-dependency" in outcome.err
    assert "1 repair made without the model:" in outcome.err
    assert len(chat.bodies) == 4


def test_programs_are_told_too(orchestrate: CommandLine):
    with serving(streaming(WRONG, 200), streaming(fenced(TASKS), 200)) as chat:
        outcome = orchestrate(
            "plan", GOAL, "--model", "m1", "--endpoint", chat.url, "-f", "json", "--explain"
        )
    model = outcome.json["model"]
    assert [len(each["findings"]) for each in model["answers"]] == [1, 0]
    assert (model["repairs"], model["note"]) == ([], None)
    assert outcome.json["explanation"]["T1"]["reason"]


def test_a_dry_run_shows_what_would_be_sent_and_sends_nothing(orchestrate: CommandLine):
    with serving(streaming(fenced(TASKS), 200)) as chat:
        arguments = ("plan", GOAL, "--model", "m1", "--endpoint", chat.url)
        shown = orchestrate(*arguments, "--dry-run")
        as_json = orchestrate(*arguments, "--dry-run", "-f", "json").json
        assert chat.bodies == []
        assert plans(orchestrate.folder) == []
        orchestrate(*arguments)
    assert f"To: m1 at {chat.url}/chat/completions" in shown.out
    assert "Key: none" in shown.out
    assert "nothing was sent" in shown.err
    # Exactly this.
    assert as_json["messages"] == chat.bodies[0]["messages"]
    for message in as_json["messages"]:
        for line in message["content"].splitlines():
            assert line in shown.out


def test_a_dry_run_needs_no_network(orchestrate: CommandLine):
    with nothing_executed():
        outcome = orchestrate(
            "plan", GOAL, "--model", "x", "--endpoint", "https://example.org/v1", "--dry-run"
        )
    assert outcome.code == 0


def test_without_a_model_nothing_is_sent(orchestrate: CommandLine):
    with nothing_executed():
        assert orchestrate("plan", GOAL).code == 0


@pytest.mark.parametrize("more", [["--dry-run"], ["--endpoint", "http://127.0.0.1:1"], ["--key-env", "X"]])
def test_options_about_a_model_need_one(orchestrate: CommandLine, more: list[str]):
    outcome = orchestrate("plan", GOAL, *more)
    assert outcome.code == 2
    assert "name it with --model NAME" in outcome.err


def test_a_folder_cannot_make_anything_be_sent(orchestrate: CommandLine, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    with serving(streaming(fenced(TASKS), 200)) as chat:
        settings = (
            f'[models]\nmodel = "gpt-4o"\ndefault = "gpt-4o"\nurl = "{chat.url}"\n'
            f'[models.endpoints.evil]\nurl = "{chat.url}"\nkey-env = "OPENAI_API_KEY"\n'
        )
        orchestrate.write("orchestrate.toml", settings)
        orchestrate.write("models.toml", settings.replace("models.", ""))
        orchestrate.write(
            "llm/extra-openai-models.yaml", f"- {{model_id: evil, model_name: m, api_base: '{chat.url}'}}"
        )
        orchestrate.write(".env", f"OPENAI_BASE_URL={chat.url}\n")
        orchestrate.write("x.plan.yaml", "tasks:\n  - {id: T1, model: evil, agent: a, estimated_time: 1h}\n")
        assert orchestrate("plan", GOAL).code == 0
        # Not even where its name is asked for.
        outcome = orchestrate("plan", GOAL, "--force", "--model", "evil")
        assert outcome.code == 2
        assert "no model 'evil'" in outcome.err
        orchestrate("check", ".")
    assert chat.bodies == []


def test_the_users_own_endpoint_is_known_by_its_name(
    orchestrate: CommandLine, own: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("OWN_KEY", "sk-own")
    with serving(streaming(WRONG, 200)) as chat:
        own.write_text(
            f'repair-rounds = 0\n[endpoints.mine]\nurl = "{chat.url}"\nmodel = "m7"\nkey-env = "OWN_KEY"\n',
            encoding="utf-8",
        )
        orchestrate.write("orchestrate.toml", "[models]\nrepair-rounds = 3\nanswer-tokens = 900\n")
        assert orchestrate("plan", GOAL, "--model", "mine").code == 0
    # The user's own limit counts before the folder's.
    assert len(chat.bodies) == 1
    assert (chat.bodies[0]["model"], chat.bodies[0]["max_tokens"]) == ("m7", 900)
    assert chat.headers[0]["authorization"] == "Bearer sk-own"


def test_what_is_wrong_in_the_users_own_file_is_told(orchestrate: CommandLine, own: Path):
    own.write_text('[endpoints.mine]\nurl = "ftp://x"\n', encoding="utf-8")
    outcome = orchestrate("plan", GOAL, "--model", "mine")
    assert outcome.code == 2
    assert "models.toml: endpoint `mine`: `ftp://x` is no address" in outcome.err


def test_a_refusal_writes_nothing(orchestrate: CommandLine, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("OWN_KEY", "sk-own")
    with serving(failing(401)) as chat:
        outcome = orchestrate("plan", GOAL, "--model", "m", "--endpoint", chat.url, "--key-env", "OWN_KEY")
    assert outcome.code == 2
    assert "help: check the key in OWN_KEY" in outcome.err
    assert plans(orchestrate.folder) == []


def test_an_existing_file_is_seen_before_anything_is_sent(orchestrate: CommandLine):
    orchestrate("plan", GOAL)
    with serving(streaming(fenced(TASKS), 200)) as chat:
        outcome = orchestrate("plan", GOAL, "--model", "m", "--endpoint", chat.url)
    assert outcome.code == 2
    assert "exists already" in outcome.err
    assert chat.bodies == []


def test_a_document_goes_along_and_its_facts_hold(orchestrate: CommandLine):
    orchestrate.write(
        "steps.md",
        "# Move\n\n1. Pack the boxes (3 hours)\n2. Load the van (1 hour)\n\nPack before loading.\n",
    )
    answer = "tasks:\n  - {id: T1, name: Pack the boxes, estimated_time: 9h, agent: someone}\n"
    with serving(streaming(fenced(answer), 200)) as chat:
        outcome = orchestrate(
            "plan", "--from", "steps.md", "--model", "m", "--endpoint", chat.url, "-f", "json"
        )
    assert "Pack before loading." in chat.bodies[0]["messages"][1]["content"]
    tasks = {task["name"]: task for task in outcome.json["tasks"].values()}
    assert (tasks["Pack the boxes"]["estimate"], tasks["Load the van"]["estimate"]) == (10800, 3600)
    assert tasks["Load the van"]["dependencies"] == ["T1"]


def test_agents_on_the_disk_are_told_and_may_be_used(orchestrate: CommandLine):
    orchestrate.write(
        ".claude/agents/auth-expert.md",
        "---\nname: auth-expert\ndescription: Knows OAuth2 and more.\n---\nSECRET INSTRUCTIONS\n",
    )
    answer = TASKS.replace("agent: api-developer", "agent: auth-expert", 1)
    with serving(streaming(fenced(answer), 200)) as chat:
        outcome = orchestrate("plan", GOAL, "--model", "m", "--endpoint", chat.url)
    sent = chat.bodies[0]["messages"][1]["content"]
    assert "- auth-expert" in sent
    # Of a definition only the name and the skills.
    assert "SECRET INSTRUCTIONS" not in sent
    assert "the model's plan passed every check" in outcome.err
    assert "agent: auth-expert" in plans(orchestrate.folder)[0].read_text(encoding="utf-8")


def test_models_are_listed(orchestrate: CommandLine, own: Path):
    own.write_text('[endpoints.mine]\nurl = "http://127.0.0.1:1/v1"\n', encoding="utf-8")
    outcome = orchestrate("plan", GOAL, "--model", "?")
    assert outcome.code == 0
    assert "mine" in outcome.out
    assert "gpt-4o" in outcome.out
    listed = orchestrate("plan", "--model", "?", "-f", "json").json
    assert {"name": "mine", "aliases": [], "origin": "http://127.0.0.1:1/v1"} in listed


@pytest.mark.skipif(sys.platform == "win32", reason="there is no way to send Ctrl-C to one process there")
def test_ctrl_c_stops_cleanly(tmp_path: Path):
    def silent(handler: Handler) -> None:
        handler.begin_stream()
        for _ in range(100):
            handler.chunk(b": nothing yet\n\n")
            time.sleep(0.1)

    with serving(silent) as chat:
        process = subprocess.Popen(
            [sys.executable, "-m", "orchestrate_ls", "plan", GOAL, "--model", "m", "--endpoint", chat.url],
            cwd=tmp_path,
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            # Whoever runs the tests in the background has them ignore interrupts.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
        )
        deadline = time.monotonic() + 60
        while not chat.bodies and time.monotonic() < deadline:
            time.sleep(0.02)
        os.kill(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert out == ""
    assert "stopped; nothing was written" in err
    assert "Traceback" not in err
    assert plans(tmp_path) == []


def test_the_offline_plan_needs_none_of_it():
    script = (
        "import sys\nfrom orchestrate_ls.cli.app import run\nrun(['plan', 'Fix the login bug', '-o', '-'])\n"
        "names = ('llm', 'urllib.request', 'orchestrate_ls.planner.models')\n"
        "found = [name for name in sys.modules if name.startswith(names)]\n"
        "print(found, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment(), capture_output=True, text=True, check=True
    )
    assert done.stderr.strip().endswith("[]")
    assert json.loads(json.dumps(done.stdout)).startswith("# orchestrate: plan")
