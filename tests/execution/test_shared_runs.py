"""Whole runs from the command line: durable ones, and with a database and a worker that has a checkout of its own."""

import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from orchestrate_ls.cli.app import run
from tests.cli.running import environment, run_process
from tests.postgres import PostgresServer

PLAN = """\
version: 1
concurrent_capacity: 2
tasks:
  - {id: T1, name: One, estimated_time: 1h, agent: ann}
  - {id: T2, name: Two, estimated_time: 1h, agent: ann, dependencies: [T1]}
  - {id: T3, name: Three, estimated_time: 1h, agent: bob, dependencies: [T1]}
agents: [{id: ann}, {id: bob}]
"""
SETTINGS = """\
[agents."*"]
command = ["%s", "-S", "-c", "open('seen-' + __import__('os').environ['ORCHESTRATE_TASK'], 'w')"]
"""


def project(folder: Path, settings: str = SETTINGS % sys.executable) -> Path:
    folder.mkdir()
    (folder / "a.plan.yaml").write_text(PLAN)
    (folder / "orchestrate.toml").write_text(settings)
    return folder


@pytest.mark.slow
def test_a_durable_run_needs_nothing_but_a_file(tmp_path: Path):
    pytest.importorskip("dbos")
    folder = project(tmp_path / "here")
    done = run_process(folder, "run", "a.plan.yaml", "--yes", "--engine", "durable")
    assert done.code == 0, done.err
    assert "The run is done" in done.out
    assert (folder / ".orchestrate" / "a.run.sqlite").is_file()
    assert (folder / ".orchestrate" / ".gitignore").read_text().splitlines() == ["*.lock", "*.run.sqlite*"]
    assert all((folder / f"seen-T{number}").exists() for number in (1, 2, 3))


@pytest.mark.slow
def test_a_worker_does_what_a_run_elsewhere_asks_for_with_its_own_commands(
    postgres: PostgresServer, tmp_path: Path
):
    here = project(tmp_path / "here", '[agents."*"]\ncommand = ["false"]\n')
    there = project(tmp_path / "there")
    options: dict = {"ORCHESTRATE_DATABASE": postgres.url, "ORCHESTRATE_ENGINE": "auto"}
    command = [sys.executable, "-m", "orchestrate_ls", "worker", "--yes", "--name", "far", "--capacity", "2"]
    worker = subprocess.Popen(
        command,
        cwd=there,
        env=environment(**options),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        done = run_process(here, "run", "a.plan.yaml", "--yes", "--here", "0", **options)
        assert done.code == 0, done.err + done.out
        worker.send_signal(signal.SIGINT)
        said, _ = worker.communicate(timeout=60)
    finally:
        worker.kill()
        worker.wait()
    assert worker.returncode == 0, said
    assert said.count(": done") == 3
    assert postgres.password not in said + done.out + done.err
    assert all((there / f"seen-T{number}").exists() for number in (1, 2, 3))
    assert not any(here.glob("seen-*"))
    # The journal is in the database, and becomes a file when it is asked for.
    assert not (here / ".orchestrate" / "a.events.jsonl").exists()
    exported = run_process(here, "journal", "export", "a.plan.yaml", **options)
    assert "8 events added" in exported.out
    text = (here / ".orchestrate" / "a.events.jsonl").read_text()
    assert postgres.password not in text
    tasks = run_process(here, "status", "a.plan.yaml", "--format", "json").json["tasks"]
    assert [each["state"] for each in tasks] == ["completed"] * 3


def test_reports_and_status_use_the_database(
    postgres: PostgresServer, tmp_path: Path, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
):
    folder = project(tmp_path / "here")
    plan = str(folder / "a.plan.yaml")
    assert run(["task", "start", plan, "T1"]) == 0
    # What the file has goes along; later commands name the database by the environment.
    assert run(["task", "done", plan, "T1", "--database", postgres.url]) == 0
    monkeypatch.setenv("ORCHESTRATE_DATABASE", postgres.url)
    assert run(["task", "start", plan, "T2"]) == 0
    assert postgres.query("SELECT count(*) FROM orchestrate.events") == [(3,)]
    assert len((folder / ".orchestrate" / "a.events.jsonl").read_text().splitlines()) == 1
    copy = folder.parent / "copy"
    shutil.copytree(folder, copy, ignore=shutil.ignore_patterns(".orchestrate"))
    capsys.readouterr()
    assert run(["status", str(copy / "a.plan.yaml")]) == 0
    assert "✓ completed" in capsys.readouterr().out
    assert run(["journal", "export", plan]) == 0
    assert "2 events added, 3 in all" in capsys.readouterr().out
    assert run(["journal", "import", plan]) == 0
    assert "0 events added, 3 in all" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["status", "PLAN", "--database", "mysql://ann:s3cret@db/x"], "`mysql` is none"),
        (["worker"], "the database is missing"),
        (["worker", "--database", "postgresql://ann:s3cret@127.0.0.1:1/x", "--folder", "EMPTY"], "do not say what"),
        (["journal", "export", "PLAN"], "the database is missing"),
        (["task", "start", "PLAN", "T1", "--database", "postgresql://ann:s3cret@127.0.0.1:1/x"], "cannot be"),
        (["run", "PLAN", "--yes", "--database", "postgresql://ann:s3cret@127.0.0.1:1/x"], "the local engine"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_says_why_and_shows_no_password(
    arguments: list[str], message: str, tmp_path: Path, capsys: pytest.CaptureFixture
):
    pytest.importorskip("dbos")
    plan = project(tmp_path / "here") / "a.plan.yaml"
    (tmp_path / "empty").mkdir()
    places = {"PLAN": str(plan), "EMPTY": str(tmp_path / "empty")}
    assert run([places.get(each, each) for each in arguments]) == 2
    error = capsys.readouterr().err
    assert message in error
    assert "help:" in error
    assert "s3cret" not in error
