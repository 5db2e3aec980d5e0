"""Which workers are alive: each writes a heartbeat into the shared database, and one that stays silent for longer than
its lease is taken for dead, by whoever notices first.

The database's clock counts, so that clocks of machines may differ. Knows neither orders nor the engine that keeps them.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import platform
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from orchestrate_ls.execution.database import DatabaseAddress, DatabaseError
from orchestrate_ls.execution.journal_postgres import connect, reason_of, set_up

if TYPE_CHECKING:
    from psycopg import Connection

DEFAULT_LEASE: Final = 15.0
"""Seconds of silence after which a worker is taken for dead."""
SHORTEST_LEASE: Final = 2.0
BEATS_PER_LEASE: Final = 5
_REAPER_LOCK: Final = 0x6F726368_72656170
_TABLES: Final = (
    "CREATE SCHEMA IF NOT EXISTS orchestrate",
    """CREATE TABLE IF NOT EXISTS orchestrate.workers (
        executor text PRIMARY KEY,
        name text NOT NULL,
        host text NOT NULL,
        process integer NOT NULL,
        capacity integer NOT NULL,
        lease double precision NOT NULL,
        running text[] NOT NULL DEFAULT '{}',
        began timestamptz NOT NULL DEFAULT now(),
        beat timestamptz NOT NULL DEFAULT now(),
        ended timestamptz
    )""",
)


@dataclass(frozen=True, slots=True)
class Worker:
    """A process that performs orders.

    Attributes
    ----------
    executor
        Its id among all there ever were.
    name
        What its user calls it.
    capacity
        How many orders it performs at once.
    lease
        Seconds of silence after which it is taken for dead.
    """

    executor: str
    name: str
    capacity: int
    lease: float = DEFAULT_LEASE


class RunLock:
    """One run of a plan at a time on all machines: held as long as the connection, however the process ends."""

    def __init__(self, database: DatabaseAddress, plan_id: str) -> None:
        """Raises ``DatabaseError`` where another process holds it."""
        self._connection = connect(database)
        digest = hashlib.sha256(b"orchestrate run " + plan_id.encode("utf-8", "replace")).digest()
        number = int.from_bytes(digest[:8], "big", signed=True)
        row = self._connection.execute("SELECT pg_try_advisory_lock(%s)", (number,)).fetchone()
        if row is None or not row[0]:
            self._connection.close()
            raise DatabaseError(
                "the plan is being run already, perhaps on another machine",
                "`orchestrate status --watch` shows how it stands; `orchestrate worker` gives the run more hands",
            )

    def release(self) -> None:
        """Let others run the plan."""
        with contextlib.suppress(Exception):
            self._connection.close()


class WorkerLeases:
    """The table of workers. One thread at a time uses its connection; any may call."""

    def __init__(self, database: DatabaseAddress) -> None:
        self._database = database
        self._using = threading.Lock()
        self._connection: Connection[Any] | None = None

    def begin(self, worker: Worker) -> None:
        """A worker is there. Raises ``DatabaseError``."""
        self._run(
            "INSERT INTO orchestrate.workers (executor, name, host, process, capacity, lease)"
            " VALUES (%s, %s, %s, %s, %s, %s)",
            (worker.executor, worker.name, platform.node(), os.getpid(), worker.capacity, worker.lease),
        )
        self._run("DELETE FROM orchestrate.workers WHERE ended < now() - interval '7 days'", ())

    def beat(self, executor: str, running: Sequence[str]) -> bool:
        """A worker is still there, and performs these; False if it was taken for dead. Raises ``DatabaseError``."""
        rows = self._run(
            "UPDATE orchestrate.workers SET beat = now(), running = %s WHERE executor = %s AND ended IS NULL"
            " RETURNING executor",
            (list(running), executor),
        )
        return bool(rows)

    def end(self, executor: str) -> None:
        """A worker is leaving, with nothing under way. Raises ``DatabaseError``."""
        self._run(
            "UPDATE orchestrate.workers SET ended = now(), running = '{}' WHERE executor = %s", (executor,)
        )

    def performing(self) -> frozenset[str]:
        """What living workers said that they perform. Raises ``DatabaseError``."""
        rows = self._run(
            "SELECT DISTINCT unnest(running) FROM orchestrate.workers"
            " WHERE ended IS NULL AND beat >= now() - lease * interval '1 second'",
            (),
        )
        return frozenset(row[0] for row in rows)

    def alive(self) -> list[tuple[str, str, int]]:
        """Name, host and capacity of each living worker. Raises ``DatabaseError``."""
        return self._run(
            "SELECT name, host, capacity FROM orchestrate.workers"
            " WHERE capacity > 0 AND ended IS NULL AND beat >= now() - lease * interval '1 second'"
            " ORDER BY name, executor",
            (),
        )

    def bury(self, give_back: Callable[[str], int]) -> dict[str, int]:
        """Let what dead workers had under way be given to others; names of the dead, and how much each had.

        ``give_back`` puts back into its queue what an executor has under way, and says how much that was; nobody else
        does so at the same time. Raises ``DatabaseError``.
        """
        with self._using, self._failures():
            connection = self._connected()
            with connection.transaction():
                locked = connection.execute("SELECT pg_try_advisory_xact_lock(%s)", (_REAPER_LOCK,))
                row = locked.fetchone()
                if row is None or not row[0]:
                    return {}
                dead = connection.execute(
                    "SELECT executor, name FROM orchestrate.workers WHERE ended IS NULL"
                    " AND beat < now() - lease * interval '1 second' ORDER BY executor FOR UPDATE"
                ).fetchall()
                found: dict[str, int] = {}
                for executor, name in dead:
                    connection.execute(
                        "UPDATE orchestrate.workers SET ended = now(), running = '{}' WHERE executor = %s",
                        (executor,),
                    )
                    found[name] = found.get(name, 0) + give_back(executor)
                return found

    def close(self) -> None:
        """Let go of the connection."""
        with self._using:
            self._let_go()

    def _run(self, statement: str, values: tuple[object, ...]) -> list[Any]:
        import psycopg

        with self._using, self._failures():
            try:
                return self._execute(statement, values)
            except psycopg.OperationalError:
                # Cut off while nothing was done on it; a second failure is told.
                self._let_go()
                return self._execute(statement, values)

    def _execute(self, statement: str, values: tuple[object, ...]) -> list[Any]:
        cursor = self._connected().execute(statement.encode(), values)
        return cursor.fetchall() if cursor.description is not None else []

    def _connected(self) -> Connection[Any]:
        if self._connection is None or self._connection.closed:
            connection = connect(self._database)
            set_up(connection, _TABLES, "workers")
            self._connection = connection
        return self._connection

    def _let_go(self) -> None:
        if self._connection is not None:
            with contextlib.suppress(Exception):
                self._connection.close()
        self._connection = None

    @contextlib.contextmanager
    def _failures(self) -> Any:
        import psycopg

        try:
            yield
        except (psycopg.Error, OSError) as error:
            self._let_go()
            raise DatabaseError(
                f"{self._database.shown} does not answer: {reason_of(self._database, error)}",
                "check that the database is there and who may use it",
            ) from None
