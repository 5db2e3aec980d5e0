"""The crash test in small: a plan that is run while its runner, or its workers, are killed."""

import argparse
import sys
from pathlib import Path

import pytest

from tests.benchmarks.crash import CrashTest, Figures
from tests.postgres import MISSING, PostgresServer, find_programs

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells what is left over"),
]


def crash(folder: Path, server: PostgresServer | None, kills: int) -> Figures:
    pytest.importorskip("dbos")
    options = argparse.Namespace(
        tasks=10,
        kills=kills,
        workers=2,
        longest=1.0,
        window=5.0,
        minutes=5.0,
        seed=3,
        store="postgres" if server else "sqlite",
    )
    test = CrashTest(folder, server, options)
    figures = test.run()
    print("\n".join(figures.lines()))
    return figures


def test_a_killed_runner_loses_nothing_and_does_nothing_twice(tmp_path: Path):
    figures = crash(tmp_path, None, 5)
    assert figures.is_good, "\n".join(figures.lines())
    assert sum(figures.kills.values()) >= 5


def test_killed_workers_lose_nothing_and_do_nothing_twice(tmp_path: Path):
    if find_programs() is None:
        pytest.skip(MISSING)
    server = PostgresServer()
    try:
        figures = crash(tmp_path, server, 3)
    finally:
        server.close()
    assert figures.is_good, "\n".join(figures.lines())
    assert sum(figures.kills.values()) >= 3
    assert figures.kills["worker"] >= 1
