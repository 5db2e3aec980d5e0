"""The durable engine: what ended is not performed again, what was cut off is, and a stranger's tables start nothing."""

import base64
import os
import pickle
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from orchestrate_ls.execution.database import DatabaseAddress, DatabaseError
from orchestrate_ls.execution.engine import AgentCommand, Ending, Engine, Order, Outcome
from orchestrate_ls.execution.engines import sqlite_too_old
from tests.cli.running import environment
from tests.execution.orders import PLAN, RUN, logged, logging_agent, order
from tests.postgres import PostgresServer

pytest.importorskip("dbos")
keeps_files = pytest.mark.skipif(sqlite_too_old() is not None, reason=sqlite_too_old() or "")
NOTHING = AgentCommand(("true",))


def at_once(each: Order, cancelled: threading.Event) -> Outcome:
    return Outcome(each.key, Ending.CANCELLED if cancelled.is_set() else Ending.DONE, note=each.task)


def until_stopped(each: Order, cancelled: threading.Event) -> Outcome:
    return Outcome(each.key, Ending.CANCELLED if cancelled.wait(30) else Ending.DONE)


@contextmanager
def opened(store: Path | PostgresServer, work: Callable = at_once, **more: object) -> Iterator[Engine]:
    from orchestrate_ls.execution.runner_dbos import LocalDbosEngine, SharedDbosEngine

    if isinstance(store, Path):
        engine: Engine = LocalDbosEngine(store, PLAN, RUN, capacity=4, work=work)
    else:
        options: dict = {
            "root": Path("/"),
            "capacity": 4,
            "commands": lambda _: NOTHING,
            "lease": 2.0,
            **more,
        }
        database = DatabaseAddress.parse(store.url)
        engine = SharedDbosEngine(database, PLAN, RUN, work=work, **options)
    try:
        yield engine
    finally:
        engine.close(at_once=True)


@pytest.fixture(params=[pytest.param("sqlite", marks=keeps_files), "postgres"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Path | PostgresServer:
    if request.param == "sqlite":
        return tmp_path / "a.run.sqlite"
    return request.getfixturevalue("postgres")


def test_an_old_sqlite_under_a_new_python_is_told_and_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    from orchestrate_ls.execution.engines import EngineChoice, EngineName, engine_for
    from orchestrate_ls.execution.local_engine import LocalEngine
    from orchestrate_ls.workspace.own_run import AgentCommands

    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 40, 1))
    monkeypatch.setattr(sqlite3, "sqlite_version", "3.40.1")
    monkeypatch.setattr(sys, "version_info", Version(3, 12, 1, "final", 0))
    commands = AgentCommands.__new__(AgentCommands)

    def choice(name: EngineName) -> EngineChoice:
        return EngineChoice(name, tmp_path / "a.events.jsonl", PLAN, tmp_path, commands)

    engine = engine_for(choice(EngineName.AUTO))(RUN, 1)
    assert isinstance(engine, LocalEngine)
    engine.close()
    with pytest.raises(
        DatabaseError, match=r"needs SQLite 3\.42 with Python 3\.12, and this one has 3\.40\.1"
    ):
        engine_for(choice(EngineName.DURABLE))
    monkeypatch.setattr(sys, "version_info", Version(3, 11, 2, "final", 0))
    assert sqlite_too_old() is None


class Version(NamedTuple):
    major: int
    minor: int
    micro: int
    releaselevel: str
    serial: int


def ended(engine: Engine, many: int, patience: float = 60) -> list[Outcome]:
    found: list[Outcome] = []
    end = time.monotonic() + patience
    while len(found) < many and time.monotonic() < end:
        found += engine.outcomes(0.5)
    return sorted(found, key=lambda each: each.key)


def wait_until(holds: Callable[[], object]) -> None:
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_orders_are_performed_once_cancelled_and_remembered(store: Path | PostgresServer, tmp_path: Path):
    performed: list[str] = []

    def work(each: Order, cancelled: threading.Event) -> Outcome:
        performed.append(each.key)
        is_long = each.task == "long" and performed.count(each.key) == 1
        return (until_stopped if is_long else at_once)(each, cancelled)

    with opened(store, work) as engine:
        for key in ("a", "b", "a"):
            engine.submit(order(key, tmp_path, NOTHING))
        assert [(each.key, each.ended, each.note) for each in ended(engine, 2)] == [
            ("a", "done", "T1"),
            ("b", "done", "T1"),
        ]
        assert engine.under_way() == frozenset()
        engine.submit(order("c", tmp_path, NOTHING, task="long"))
        wait_until(lambda: "c" in performed)
        engine.cancel("c")
        assert [(each.key, each.ended) for each in ended(engine, 1)] == [("c", "cancelled")]
        # What was cancelled may be asked for again; what ended may not.
        engine.submit(order("c", tmp_path, NOTHING, task="long"))
        assert [(each.key, each.ended) for each in ended(engine, 1)] == [("c", "done")]
        assert sorted(performed) == ["a", "b", "c", "c"]
        engine.submit(order("d", tmp_path, NOTHING, task="long"))
        wait_until(lambda: "d" in performed)
    performed.clear()

    def work_again(each: Order, cancelled: threading.Event) -> Outcome:
        performed.append(each.key)
        return at_once(each, cancelled)

    with opened(store, work_again) as engine:
        for key in ("a", "d"):
            engine.submit(order(key, tmp_path, NOTHING))
        # A shared database tells of all that the run has; in a file only what is asked for again is gone on with.
        found = {each.key: each.ended for each in ended(engine, 2 if isinstance(store, Path) else 4)}
        assert found == dict.fromkeys("ad" if isinstance(store, Path) else "abcd", "done")
    assert performed == ["d"]


@keeps_files
def test_what_raises_is_a_failure_and_the_rest_goes_on(tmp_path: Path):
    def work(each: Order, _: threading.Event) -> Outcome:
        if each.key == "bad":
            raise ZeroDivisionError("x / 0")
        return Outcome(each.key, Ending.DONE)

    with opened(tmp_path / "a.run.sqlite", work) as engine:
        for key in ("bad", "good"):
            engine.submit(order(key, tmp_path, NOTHING))
        bad, good = ended(engine, 2)
    assert (bad.ended, bad.note, good.ended) == ("failed", "ZeroDivisionError: x / 0", "done")


def test_more_than_its_capacity_is_never_performed_at_once(store: Path | PostgresServer, tmp_path: Path):
    lock, now, most = threading.Lock(), [0], [0]

    def work(each: Order, _: threading.Event) -> Outcome:
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        time.sleep(0.05)
        with lock:
            now[0] -= 1
        return Outcome(each.key, Ending.DONE)

    with opened(store, work) as engine:
        for number in range(16):
            engine.submit(order(f"k{number}", tmp_path, NOTHING))
        assert len(ended(engine, 16)) == 16
    assert most[0] == 4


@pytest.mark.slow
@keeps_files
def test_one_process_at_a_time_runs_a_plan(tmp_path: Path):
    path = tmp_path / "a.run.sqlite"
    command = [sys.executable, "-m", "tests.execution.engine_process", str(path), str(tmp_path), "20", "k"]
    process = subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE, text=True, cwd=root())
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        with pytest.raises(DatabaseError, match="another process runs this plan"), opened(path):
            pass
    finally:
        process.kill()
        process.wait()


@pytest.mark.slow
def test_what_was_cut_off_is_performed_again_under_its_key(store: Path | PostgresServer, tmp_path: Path):
    place = str(store) if isinstance(store, Path) else store.url
    command = [sys.executable, "-m", "tests.execution.engine_process", place, str(tmp_path), "0.6"]
    keys = [f"k{number}" for number in range(6)]
    first = subprocess.Popen(
        [*command, *keys], env=environment(), stdout=subprocess.PIPE, text=True, cwd=root()
    )
    assert first.stdout is not None
    lines = iter(first.stdout)
    told = [next(line for line in lines if line.startswith("done")).split()[1]]
    wait_until(lambda: len(logged(tmp_path, "begin")) > 4)
    first.send_signal(signal.SIGKILL)
    first.wait()
    cut_off = set(logged(tmp_path, "begin")) - set(logged(tmp_path, "end"))
    assert cut_off
    again = subprocess.run(
        [*command, *keys],
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
        cwd=root(),
    )
    assert sorted(again.stdout.split()[1:]) == sorted([*["done"] * 6, *keys])
    begun = logged(tmp_path, "begin")
    assert begun.count(told[0]) == 1
    assert all(begun.count(key) >= 2 for key in cut_off)
    assert set(logged(tmp_path, "end")) == set(keys)


@keeps_files
def test_a_file_of_a_stranger_starts_nothing(tmp_path: Path):
    path, proof = tmp_path / "a.run.sqlite", tmp_path / "proof"

    class Bomb:
        def __reduce__(self) -> tuple:
            return os.system, (f"touch {proof}",)

    performed: list[str] = []

    def work(each: Order, cancelled: threading.Event) -> Outcome:
        performed.append(each.key)
        return at_once(each, cancelled)

    with opened(path, work) as engine:
        engine.submit(order("mine", tmp_path, NOTHING))
        ended(engine, 1)
    bomb = base64.b64encode(pickle.dumps(Bomb())).decode()
    with closing(sqlite3.connect(path)) as connection:
        prefix = connection.execute("SELECT workflow_uuid FROM workflow_status").fetchone()[0][:-4]
        columns = [row[1] for row in connection.execute("PRAGMA table_info(workflow_status)")]
        row = dict(zip(columns, connection.execute("SELECT * FROM workflow_status").fetchone(), strict=True))
        for number, status in enumerate(("PENDING", "ENQUEUED", "SUCCESS", "ERROR")):
            row |= {"workflow_uuid": f"{prefix}x{number}", "status": status, "serialization": "py_pickle"}
            for name in ("inputs", "output", "error"):
                if name in row:
                    row[name] = bomb
            places = ", ".join("?" * len(row))
            connection.execute(
                f"INSERT INTO workflow_status ({', '.join(row)}) VALUES ({places})", list(row.values())
            )
            for table in ("workflow_output", "workflow_input"):
                names = [each[1] for each in connection.execute(f"PRAGMA table_info({table})")]
                if names:
                    values = [row["workflow_uuid"] if name == "workflow_uuid" else bomb for name in names]
                    connection.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(names))})", values)
        connection.commit()
    performed.clear()
    with opened(path, work) as engine:
        time.sleep(0.5)
        assert performed == []
        for number in range(4):
            engine.submit(order(f"x{number}", tmp_path, NOTHING))
        ended(engine, 4, patience=5)
    assert not proof.exists()


@keeps_files
def test_a_file_that_is_no_database_is_named(tmp_path: Path):
    path = tmp_path / "a.run.sqlite"
    path.write_bytes(b"this is no database at all, but has some length" * 100)
    with pytest.raises(DatabaseError, match="move it away"), opened(path):
        pass


@pytest.mark.slow
def test_a_worker_that_stays_silent_loses_its_orders_to_others(postgres: PostgresServer, tmp_path: Path):
    command = [sys.executable, "-m", "tests.execution.engine_process", postgres.url, str(tmp_path), "0.5"]
    silent = subprocess.Popen(
        [*command, "k0", "k1"], env=environment(), stdout=subprocess.PIPE, text=True, cwd=root()
    )
    try:
        wait_until(lambda: len(logged(tmp_path, "begin")) == 2)
        os.kill(silent.pid, signal.SIGSTOP)
        # What becomes of the connection of a machine that is gone: with it goes the right to be the only run.
        postgres.query("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'")
        with opened(postgres, at_once, root=tmp_path) as engine:
            assert {each.key: each.ended for each in ended(engine, 2)} == {"k0": "done", "k1": "done"}
        # It finds that it was taken for dead, and writes nothing over what the others did.
        os.kill(silent.pid, signal.SIGCONT)
        assert silent.wait(60) == 0
    finally:
        silent.kill()
        silent.wait()
    many = "SELECT count(*) FROM dbos.workflow_status WHERE status = 'SUCCESS'"
    assert postgres.query(many) == [(2,)]


def test_no_order_in_a_shared_database_has_a_command_or_an_absolute_path(
    postgres: PostgresServer, tmp_path: Path
):
    command = logging_agent(tmp_path, 0)
    with opened(postgres, root=tmp_path, commands=lambda _: None) as engine:
        engine.submit(order("a", tmp_path, command, kept=str(tmp_path / "kept")))
        (outcome,) = ended(engine, 1)
    assert outcome.ended == "failed"
    assert "no command for the agent 'ann'" in outcome.note
    rows = postgres.query("SELECT * FROM dbos.workflow_status")
    assert "Do it." in str(rows) or "Do it." in str(postgres.query("SELECT * FROM dbos.workflow_input"))
    for table in postgres.query("SELECT tablename FROM pg_tables WHERE schemaname = 'dbos'"):
        text = str(postgres.query(f"SELECT * FROM dbos.{table[0]}"))
        assert "agent.py" not in text
        assert str(tmp_path) not in text
        assert postgres.password not in text


def root() -> Path:
    return Path(__file__).parents[2]
