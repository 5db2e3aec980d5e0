"""Telling people: real commands and a real webhook on this machine, and what goes wrong with either."""

import json
import os
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

from orchestrate_ls.execution import notify
from orchestrate_ls.execution.notify import Notice, Notifier, tell_now
from orchestrate_ls.workspace.gate_settings import NotifySettings

NOTICE = Notice(
    "T3 failed", "line one\n$(touch hit) `x` \x1b[31m{task}", "give_up", "a.plan.yaml", "-rf", "now"
)


def command(code: str, *arguments: str) -> NotifySettings:
    return NotifySettings((sys.executable, "-c", code, *arguments))


def test_a_command_gets_the_notice_in_its_arguments_and_on_standard_input(tmp_path: Path):
    code = "import sys, json; json.dump([sys.argv[1:], json.load(sys.stdin)], open('told', 'w'))"
    settings = command(code, "{title}", "<{text}>", "{task}", "{unknown} {", "-x{action}")
    assert tell_now(settings, NOTICE, os.environ, tmp_path) == ()
    arguments, data = json.loads((tmp_path / "told").read_text())
    assert arguments == [
        "T3 failed", "<line one $(touch hit) `x` {task}>", " -rf", "{unknown} {", "-xgive_up",
    ]  # fmt: skip
    assert data["text"] == "line one\n$(touch hit) `x` {task}"
    assert data["task"] == "-rf"
    assert not (tmp_path / "hit").exists()


def test_commands_that_fail_say_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (problem,) = tell_now(command("import sys; sys.exit('no network')"), NOTICE, os.environ, tmp_path)
    assert "ended with 1 (no network)" in problem
    (problem,) = tell_now(NotifySettings(("no-such-program",)), NOTICE, os.environ, tmp_path)
    assert "no-such-program" in problem
    monkeypatch.setattr(notify, "TIME_OUT", 0.3)
    (problem,) = tell_now(command("import time; time.sleep(60)"), NOTICE, os.environ, tmp_path)
    assert "did not end" in problem


class Hook(BaseHTTPRequestHandler):
    told: ClassVar[list[dict]] = []
    answer: ClassVar[int] = 204

    def do_POST(self):
        type(self).told.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(type(self).answer)
        self.send_header("Location", "http://127.0.0.1:9/elsewhere")
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def hook():
    Hook.told, Hook.answer = [], 204
    server = HTTPServer(("127.0.0.1", 0), Hook)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield NotifySettings(webhook=f"http://127.0.0.1:{server.server_port}/secret")
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_webhook_gets_the_notice_and_is_not_followed_elsewhere(hook, tmp_path: Path):
    assert tell_now(hook, NOTICE, {}, tmp_path) == ()
    assert Hook.told[0]["title"] == "T3 failed"
    for Hook.answer in (302, 307, 500):
        (problem,) = tell_now(hook, NOTICE, {}, tmp_path)
        assert f"answered {Hook.answer}" in problem
        assert "secret" not in problem
    assert len(Hook.told) == 4


def test_a_webhook_that_is_not_there_says_so_without_its_address(tmp_path: Path):
    (problem,) = tell_now(NotifySettings(webhook="http://127.0.0.1:9/secret"), NOTICE, {}, tmp_path)
    assert "cannot be reached" in problem
    assert "secret" not in problem


def test_a_notifier_holds_nobody_up(hook, tmp_path: Path):
    notifier = Notifier(hook, {}, tmp_path)
    for _ in range(5):
        notifier.tell(NOTICE)
    notifier.close()
    assert len(Hook.told) == 5
    problems: list[str] = []
    slow = Notifier(command("import time; time.sleep(2)"), dict(os.environ), tmp_path, problems.append)
    began = time.monotonic()
    for _ in range(notify._MOST_WAITING + 10):
        slow.tell(NOTICE)
    slow.close(0.1)
    assert time.monotonic() - began < 2
    assert any("too many" in each for each in problems)
    Notifier(NotifySettings(), {}, tmp_path).close()
