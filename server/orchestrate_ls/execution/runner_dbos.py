"""The durable engine: orders survive the end of this process, and are performed here or by workers on many machines.

In SQLite (the file lies beside the journal) this process performs everything. What an earlier process was cut off from
is performed again when the coordinator submits it again, under the same key, and nothing in the file is taken as an
instruction. In PostgreSQL orders wait in a queue for whoever has room; leases tell who is alive. What has ended is
never performed again in either. Importing this takes seconds: do it where something is run.
"""

from __future__ import annotations

import contextlib
import functools
import queue
import secrets
import sqlite3
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from orchestrate_ls.execution.agent_process import perform
from orchestrate_ls.execution.database import DatabaseAddress, DatabaseError
from orchestrate_ls.execution.engine import AgentCommand, Ending, Order, Outcome
from orchestrate_ls.execution.runner_dbos_executor import (
    DbosExecutor,
    DbosTables,
    Work,
    WorkflowStatus,
    outcome_of,
    queue_of,
    run_prefix,
    workflow_id,
)
from orchestrate_ls.execution.runner_dbos_worker import SharedWork
from orchestrate_ls.execution.shared_orders import to_share
from orchestrate_ls.execution.worker_leases import DEFAULT_LEASE, RunLock

LOCAL_POLL: Final = 0.03
"""Seconds between looks into the queue of the file."""
SHARED_POLL: Final = 0.2
_LOOK_SECONDS: Final = 0.25
_SAFETY_SECONDS: Final = 2.0
_SUFFIX: Final = ".run.sqlite"


class LocalDbosEngine:
    """See ``engine.Engine``: on a file of SQLite, with all of the work done by this process."""

    def __init__(self, path: Path, plan_id: str, run: str, *, capacity: int, work: Work = perform) -> None:
        """``path`` is that of the file; it need not be there yet, its folder does.

        Raises ``DatabaseError`` where it cannot be used, or another process uses it.
        """
        self._orders: dict[str, Order] = {}
        self._lock = threading.Lock()
        self._ended: queue.SimpleQueue[Outcome] = queue.SimpleQueue()
        self._under_way: dict[str, str] = {}
        self._run = run
        self._is_closed = False
        self._file_lock = _lock_file(path)
        try:
            url = _prepare(path)
            # A queue of this process alone: what an earlier one left in its own waits until it is asked for again.
            executor = f"run-{secrets.token_hex(6)}"
            self._queue = executor
            self._executor = DbosExecutor(
                url,
                executor,
                capacity=capacity,
                work=work,
                recall=self._recall,
                ended=self._ended.put,
                queues=[self._queue],
                makes=[self._queue],
                poll=LOCAL_POLL,
            )
            self._tables = DbosTables(url)
            self._earlier = {each.workflow_id: each for each in self._tables.of_run(run_prefix(plan_id, run))}
        except BaseException:
            self._file_lock.release()
            raise
        self._looked = time.monotonic()

    def submit(self, order: Order) -> None:
        """See ``Engine``."""
        identity = workflow_id(order.plan_id, order.run, order.key)
        with self._lock:
            if order.key in self._under_way:
                return
            self._orders[order.key] = order
            self._under_way[order.key] = identity
        earlier = self._earlier.pop(identity, None)
        if earlier is None and order.run != self._run:
            # An attempt that an earlier run began.
            earlier = next(iter(self._tables.of([identity])), None)
        if earlier is None:
            data = {"key": order.key, "task": order.task, "attempt": order.attempt}
            self._tables.enqueue(identity, self._queue, data)
            return
        known = outcome_of(earlier, order.key)
        if known is not None and known.ended not in (Ending.CANCELLED, Ending.LOST):
            self._ended.put(known)
            return
        self._tables.perform_again([identity], self._queue)

    def outcomes(self, patience: float) -> list[Outcome]:
        """See ``Engine``."""
        found = _wait_for(self._ended, patience)
        if not found and not self._is_closed and time.monotonic() - self._looked > _SAFETY_SECONDS:
            found = self._look()
        told: list[Outcome] = []
        for each in found:
            with self._lock:
                identity = self._under_way.pop(each.key, None)
                self._orders.pop(each.key, None)
            if identity is not None:
                told.append(each)
                self._earlier |= _again(self._tables, identity, each, is_closed=self._is_closed)
        return told

    def under_way(self) -> frozenset[str]:
        """See ``Engine``. What an earlier process was cut off from is under way when it is submitted again."""
        with self._lock:
            return frozenset(self._under_way)

    def cancel(self, key: str) -> None:
        """See ``Engine``."""
        with self._lock:
            identity = self._under_way.get(key)
        if identity is None:
            return
        self._tables.cancel(identity)
        if not self._executor.stop(identity):
            # It had not begun, and will not.
            self._ended.put(Outcome(key, Ending.CANCELLED, note="it was cancelled"))

    def close(self, *, at_once: bool = False) -> None:
        """See ``Engine``."""
        if self._is_closed:
            return
        self._executor.close(at_once=at_once)
        self._is_closed = True
        with contextlib.suppress(Exception):
            self._tables.forget_queue(self._queue)
        self._tables.close()
        self._file_lock.release()

    def _recall(self, data: Mapping[str, Any]) -> Order | None:
        """The order itself: what the file says is only which one."""
        with self._lock:
            return self._orders.get(str(data.get("key")))

    def _look(self) -> list[Outcome]:
        """What ended without a word: an attempt that could not even be begun."""
        self._looked = time.monotonic()
        return _ended_of(self._tables, self._waited_for())

    def _waited_for(self) -> dict[str, str]:
        with self._lock:
            running = self._executor.under_way
            return {identity: key for key, identity in self._under_way.items() if identity not in running}


class SharedDbosEngine:
    """See ``engine.Engine``: on a PostgreSQL database, with the work done by workers, and by this process too."""

    def __init__(
        self,
        database: DatabaseAddress,
        plan_id: str,
        run: str,
        *,
        root: Path,
        capacity: int,
        commands: Callable[[str], AgentCommand | None],
        work: Work = perform,
        lease: float = DEFAULT_LEASE,
        name: str = "run",
    ) -> None:
        """``root`` is the project's folder, which workers have elsewhere; ``capacity`` what this process performs at
        once, 0 for nothing; ``commands`` what is started for an agent here.

        Raises ``DatabaseError`` where the database cannot be used.
        """
        self._root = root
        self._run = run
        self._is_closed = False
        self._queue = queue_of(plan_id)
        self._lock = threading.Lock()
        self._ended: queue.SimpleQueue[Outcome] = queue.SimpleQueue()
        self._under_way: dict[str, str] = {}
        self._cancelled: dict[str, float] = {}
        self._looked = 0.0
        self._lease = lease
        self._join = functools.partial(
            SharedWork,
            database,
            name=name,
            capacity=capacity,
            root=root,
            commands=commands,
            work=work,
            lease=lease,
            queues=[self._queue],
            makes=[self._queue],
            poll=SHARED_POLL,
            ended=self._ended.put,
        )
        self._alone = RunLock(database, plan_id)
        try:
            self._work = self._join()
            self._tables = self._work.tables
            prefix = run_prefix(plan_id, run)
            self._earlier = {each.workflow_id: each for each in self._tables.of_run(prefix)}
        except BaseException:
            self._alone.release()
            raise
        for identity, status in self._earlier.items():
            if status.status != "CANCELLED":
                self._under_way[identity.removeprefix(prefix)] = identity

    def submit(self, order: Order) -> None:
        """See ``Engine``. Raises ``ForeignOrderError`` where other machines could not perform it."""
        identity = workflow_id(order.plan_id, order.run, order.key)
        with self._lock:
            is_known = order.key in self._under_way
            self._under_way[order.key] = identity
        if is_known:
            return
        earlier = self._earlier.pop(identity, None)
        if earlier is not None and earlier.status in ("CANCELLED", "ERROR", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"):
            self._tables.perform_again([identity], self._queue)
            return
        # One that is known already stays as it is, and is told of.
        self._tables.enqueue(identity, self._queue, to_share(order, self._root))

    def outcomes(self, patience: float) -> list[Outcome]:
        """See ``Engine``."""
        if self._work.is_lost.is_set() and not self._is_closed:
            # What was under way here has stopped, and others were given it; take part again.
            self._work.close(at_once=True)
            self._work = self._join()
            self._tables = self._work.tables
        end = time.monotonic() + patience
        if self._is_closed:
            return self._told(_wait_for(self._ended, 0.0))
        while True:
            if time.monotonic() - self._looked >= _LOOK_SECONDS:
                for each in self._look():
                    self._ended.put(each)
            left = end - time.monotonic()
            told = self._told(_wait_for(self._ended, min(_LOOK_SECONDS, max(0.0, left))))
            if told or left <= 0:
                return told

    def under_way(self) -> frozenset[str]:
        """See ``Engine``."""
        with self._lock:
            return frozenset(self._under_way)

    def cancel(self, key: str) -> None:
        """See ``Engine``. A worker elsewhere notices within a few heartbeats."""
        with self._lock:
            identity = self._under_way.get(key)
            if identity is not None:
                self._cancelled[identity] = time.monotonic()
        if identity is not None:
            self._tables.cancel(identity)
            self._work.stop(identity)

    def close(self, *, at_once: bool = False) -> None:
        """See ``Engine``. What other workers perform goes on, and the next run is told of it."""
        if self._is_closed:
            return
        with self._lock:
            is_over = not self._under_way
        if is_over:
            with contextlib.suppress(Exception):
                self._tables.forget_queue(self._queue)
        self._work.close(at_once=at_once)
        self._is_closed = True
        self._alone.release()

    def workers(self) -> list[tuple[str, str, int]]:
        """Name, host and capacity of the workers that are alive. Raises ``DatabaseError``."""
        return self._work.leases.alive()

    def _look(self) -> list[Outcome]:
        self._looked = time.monotonic()
        with self._lock:
            waited_for = {identity: key for key, identity in self._under_way.items()}
        for identity in self._work.under_way:
            waited_for.pop(identity, None)
        found = _ended_of(self._tables, waited_for)
        if any(each.ended is Ending.CANCELLED for each in found):
            # Not before whoever performed it has stopped, or is dead.
            performing = self._work.performing()
            settled = time.monotonic() - self._lease / 2
            identities = {key: identity for identity, key in waited_for.items()}
            found = [
                each
                for each in found
                if each.ended is not Ending.CANCELLED
                or (
                    identities[each.key] not in performing
                    and self._cancelled.get(identities[each.key], 0.0) < settled
                )
            ]
        return found

    def _told(self, found: list[Outcome]) -> list[Outcome]:
        told: list[Outcome] = []
        for each in found:
            with self._lock:
                identity = self._under_way.pop(each.key, None)
            if identity is not None:
                told.append(each)
                self._cancelled.pop(identity, None)
                self._earlier |= _again(self._tables, identity, each, is_closed=self._is_closed)
        return told


def local_path(journal: Path) -> Path:
    """Where the file of a plan lies, by the path of its journal."""
    return journal.with_name(journal.name.removesuffix(".events.jsonl") + _SUFFIX)


def _again(
    tables: DbosTables, identity: str, outcome: Outcome, *, is_closed: bool
) -> dict[str, WorkflowStatus]:
    """What may be submitted again, as the tables have it: it was told of, but did not end by itself."""
    if is_closed or outcome.ended not in (Ending.CANCELLED, Ending.LOST):
        return {}
    return {each.workflow_id: each for each in tables.of([identity])}


def _wait_for(ended: queue.SimpleQueue[Outcome], patience: float) -> list[Outcome]:
    found: list[Outcome] = []
    with contextlib.suppress(queue.Empty):
        found.append(ended.get(timeout=max(0.0, patience)))
        while True:
            found.append(ended.get_nowait())
    return found


def _ended_of(tables: DbosTables, waited_for: Mapping[str, str]) -> list[Outcome]:
    """What the tables say of attempts, keys by workflow id."""
    if not waited_for:
        return []
    found = [outcome_of(each, waited_for[each.workflow_id]) for each in tables.of(list(waited_for))]
    return [each for each in found if each is not None]


def _lock_file(path: Path) -> Any:
    from filelock import FileLock, Timeout

    # It may be let go of by another thread than the one that takes it.
    lock = FileLock(path.with_name(f"{path.name}.lock"), thread_local=False)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise DatabaseError(
            f"another process runs this plan: it holds {path.name}", "wait for it, or stop it first"
        ) from None
    except OSError as error:
        raise DatabaseError(f"{path} cannot be locked: {error.strerror or error}") from None
    return lock


def _prepare(path: Path) -> str:
    """Make the file, with a log that is written ahead: a commit is synced once instead of thrice. Its address."""
    try:
        with contextlib.closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA quick_check")
    except sqlite3.Error as error:
        raise DatabaseError(
            f"{path} cannot be used: {error}",
            "move it away; what has happened is in the journal, and the run goes on from that",
        ) from None
    # Three slashes and the path; what means something in an address is escaped.
    text = path.resolve().as_posix().replace("%", "%25").replace("?", "%3F").replace("#", "%23")
    return f"sqlite:///{text}"
