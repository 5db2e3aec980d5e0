"""Searches in processes of their own: their answers, their ends, and that none is left behind."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from orchestrate_ls.lsp import search_process
from orchestrate_ls.lsp.search_process import Search, SearchEndedError, Searches, SearchFailedError
from tests.lsp.workspace import is_running, until


@dataclass(frozen=True)
class Priority:
    def answer(self) -> tuple[int, int]:
        print("not an answer")
        return os.getpid(), os.nice(0) if hasattr(os, "nice") else 0


@dataclass(frozen=True)
class Wrong:
    def answer(self) -> int:
        raise ValueError("nothing to find")


@dataclass(frozen=True)
class Crash:
    def answer(self) -> int:
        os._exit(3)


@dataclass(frozen=True)
class Endless:
    def answer(self) -> int:
        while True:
            time.sleep(0.01)


async def test_the_answer_comes_from_a_process_of_low_priority():
    searches = Searches()
    pid, nice = await searches.run(Search(Priority()))
    assert pid != os.getpid()
    if sys.platform != "win32":
        assert nice > os.nice(0)
        _, waited_for = await searches.run(Search(Priority(), is_waited_for=True))
        assert waited_for == os.nice(0)
    assert searches.pids == []


@pytest.mark.parametrize(
    ("question", "said"),
    [(Wrong(), "nothing to find"), (Crash(), "without an answer")],
    ids=["error", "crash"],
)
async def test_what_goes_wrong_is_said(question: Wrong | Crash, said: str):
    with pytest.raises(SearchFailedError, match=said):
        await Searches().run(Search(question))


async def test_one_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(search_process, "LONGEST", 0.2)
    with pytest.raises(SearchFailedError, match="without an answer"):
        await Searches().run(Search(Endless()))


@pytest.mark.parametrize("how", ["end", "cancel", "stop"])
async def test_it_can_be_ended_at_any_moment(how: str):
    searches, search = Searches(), Search(Endless())
    task = asyncio.ensure_future(searches.run(search))
    await until(lambda: searches.pids)
    (pid,) = searches.pids
    ways: dict[str, Callable[[], object]] = {"end": search.end, "cancel": task.cancel, "stop": searches.stop}
    ways[how]()
    with pytest.raises(asyncio.CancelledError if how == "cancel" else SearchEndedError):
        await task
    await until(lambda: not is_running(pid))
    if how == "stop":
        with pytest.raises(SearchEndedError):
            await searches.run(Search(Priority()))


async def test_one_that_is_ended_before_it_begins_never_does():
    search = Search(Priority())
    search.end()
    with pytest.raises(SearchEndedError):
        await Searches().run(search)
    assert search.pid is None


@pytest.mark.skipif(sys.platform == "win32", reason="the server is killed in the POSIX way")
async def test_it_does_not_outlive_a_server_that_is_killed(tmp_path: Path):
    told = tmp_path / "pid"
    program = (
        "import asyncio, sys, threading, time\n"
        "from orchestrate_ls.lsp.search_process import Search\n"
        "from tests.lsp.test_search_process import Endless\n"
        "search = Search(Endless())\n"
        "threading.Thread(target=search.run, daemon=True).start()\n"
        "while search.pid is None: time.sleep(0.01)\n"
        "time.sleep(1)\n"
        "open(sys.argv[1], 'w').write(str(search.pid) + '.')\n"
        "time.sleep(60)\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(each for each in sys.path if each)}
    with subprocess.Popen(  # noqa: ASYNC220
        [sys.executable, "-c", program, str(told)], env=environment, stderr=subprocess.DEVNULL
    ) as server:
        try:
            await until(lambda: told.exists() and told.read_text().endswith("."))
            pid = int(told.read_text().removesuffix("."))
            assert is_running(pid)
        finally:
            server.kill()
    await until(lambda: not is_running(pid))
