"""The journal of a plan as a table in PostgreSQL, so that machines share it: one row an event, only ever added to.

Writers of one plan take turns by an advisory lock that is held until what they wrote is committed; so whoever reads
on by the sequence misses nothing. Each row holds the event's line as a file would. Knows nothing of plans, and imports
its driver when it is first used.
"""

from __future__ import annotations

import contextlib
import hashlib
import threading
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from orchestrate_ls.execution.database import MISSING_DRIVER, DatabaseAddress, DatabaseError
from orchestrate_ls.execution.journal_file import LONGEST_LINE, MOST_PROBLEMS, JournalError, LineProblem
from orchestrate_ls.progress.event import Event, EventError, line_of, read_line

if TYPE_CHECKING:
    from psycopg import Connection

_CONNECT_SECONDS: Final = 10
_LOCK_TIMEOUT: Final = "15s"
_TABLES: Final = (
    "CREATE SCHEMA IF NOT EXISTS orchestrate",
    """CREATE TABLE IF NOT EXISTS orchestrate.events (
        sequence bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        plan text NOT NULL,
        id text NOT NULL,
        line text NOT NULL,
        UNIQUE (plan, id)
    )""",
    "CREATE INDEX IF NOT EXISTS events_of_plan ON orchestrate.events (plan, sequence)",
)
_SET_UP_LOCK: Final = 0x6F726368


class PostgresJournal:
    """The events of one plan in a database. One thread uses it at a time."""

    def __init__(self, database: DatabaseAddress, plan_id: str) -> None:
        """Nothing is connected to yet."""
        self.database: Final = database
        self.plan_id: Final = plan_id
        self._connection: Connection[Any] | None = None
        self._is_locked = False
        self._using = threading.RLock()
        self._begin_anew()

    @property
    def name(self) -> str:
        """The database's address, without its password."""
        return self.database.shown

    @property
    def problems(self) -> list[LineProblem]:
        """The first rows that could not be read, by their sequence."""
        return list(self._problems)

    @property
    def passed_over(self) -> int:
        """How many rows that were."""
        return self._passed_over

    def read_on(self) -> tuple[list[Event], bool]:
        """The events that have come since the last time, and whether it had to begin anew because rows that were
        read are gone. Raises ``JournalError`` where the database cannot be read.
        """
        with self._using, self._failures("read"):
            return self._read_on(self._answering())

    def append(self, events: Sequence[Event]) -> None:
        """Add events; one that is there already stays as it is. They are kept when the lock is released.

        Raises ``JournalError`` where that fails, with nothing kept.
        """
        rows = [(self.plan_id, event.id, line_of(event).decode().rstrip("\n")) for event in events]
        if not rows:
            return
        with self._using, self._failures("written to"), self._connected().cursor() as cursor:
            cursor.executemany(
                "INSERT INTO orchestrate.events (plan, id, line) VALUES (%s, %s, %s)"
                " ON CONFLICT (plan, id) DO NOTHING",
                rows,
            )

    @contextmanager
    def locked(self) -> Generator[None]:
        """Keep all others from writing to this plan's events, in this process and on all machines.

        Raises ``JournalError`` where the lock cannot be had, or what was written inside cannot be kept.
        """
        with self._using:
            with self._failures("locked"):
                connection = self._answering()
                connection.execute("BEGIN")
                connection.execute("SELECT set_config('lock_timeout', %s, true)", (_LOCK_TIMEOUT,))
                connection.execute("SELECT pg_advisory_xact_lock(%s)", (_lock_of(self.plan_id),))
                self._is_locked = True
            try:
                yield
            except BaseException:
                self._is_locked = False
                with contextlib.suppress(JournalError), self._failures("written to"):
                    connection.execute("ROLLBACK")
                raise
            self._is_locked = False
            try:
                with self._failures("written to"):
                    connection.execute("COMMIT")
            except JournalError:
                # What was read of it inside the lock may not be so.
                self._begin_anew(is_known=True)
                raise

    def close(self) -> None:
        """Let go of the connection."""
        with self._using:
            if self._connection is not None:
                with contextlib.suppress(Exception):
                    self._connection.close()
            self._connection = None

    def _begin_anew(self, *, is_known: bool = False) -> None:
        self._last = 0
        self._is_anew = is_known
        self._problems: list[LineProblem] = []
        self._passed_over = 0

    def _read_on(self, connection: Connection[Any]) -> tuple[list[Event], bool]:
        rows = self._rows(connection, self._last)
        if self._last:
            if rows and rows[0][0] == self._last:
                rows = rows[1:]
            else:
                self._begin_anew(is_known=True)
                rows = self._rows(connection, 0)
        anew, self._is_anew = self._is_anew, False
        return list(self._events_of(rows)), anew

    def _rows(self, connection: Connection[Any], first: int) -> list[tuple[int, str | None]]:
        """Rows from a sequence on, that one included: so a row that is gone is noticed."""
        return connection.execute(
            "SELECT sequence, CASE WHEN octet_length(line) <= %s THEN line END"
            " FROM orchestrate.events WHERE plan = %s AND sequence >= %s ORDER BY sequence",
            (LONGEST_LINE, self.plan_id, first),
        ).fetchall()

    def _events_of(self, rows: Iterable[tuple[int, str | None]]) -> Generator[Event]:
        for sequence, line in rows:
            self._last = sequence
            try:
                if line is None:
                    raise EventError(f"it has more than {LONGEST_LINE:,} bytes")
                yield read_line(line.encode())
            except EventError as error:
                self._passed_over += 1
                if len(self._problems) < MOST_PROBLEMS:
                    self._problems.append(LineProblem(sequence, str(error)))

    def _answering(self) -> Connection[Any]:
        """The connection, or another where that one was cut while nothing was done on it."""
        import psycopg

        if not self._is_locked and self._connection is not None:
            try:
                self._connection.execute("SELECT 1")
            except psycopg.Error:
                self.close()
        return self._connected()

    def _connected(self) -> Connection[Any]:
        if self._connection is not None and not self._connection.closed:
            return self._connection
        connection = connect(self.database)
        try:
            set_up(connection, _TABLES, "events")
        except BaseException:
            connection.close()
            raise
        self._connection = connection
        return connection

    @contextmanager
    def _failures(self, what: str) -> Generator[None]:
        """A driver's errors as ``JournalError``, without secrets. The connection is given up after one."""
        try:
            import psycopg
        except ImportError:
            raise JournalError("a journal in PostgreSQL needs the package psycopg", MISSING_DRIVER) from None
        try:
            yield
        except DatabaseError as error:
            raise JournalError(error.message, error.hint) from None
        except psycopg.errors.LockNotAvailable:
            self.close()
            raise JournalError(
                f"the journal in {self.name} is being written to by somebody else", "try again in a moment"
            ) from None
        except (psycopg.Error, OSError) as error:
            self.close()
            raise JournalError(
                f"the journal in {self.name} cannot be {what}: {reason_of(self.database, error)}",
                "check that the database is there and who may use it",
            ) from None


def connect(database: DatabaseAddress) -> Connection[Any]:
    """A connection on which each statement is a transaction by itself, unless one is begun.

    Raises ``DatabaseError`` where there is none to be had.
    """
    try:
        import psycopg
    except ImportError:
        raise DatabaseError("a database needs the package psycopg", MISSING_DRIVER) from None
    try:
        return psycopg.connect(
            database.url, autocommit=True, connect_timeout=_CONNECT_SECONDS, application_name="orchestrate"
        )
    except (psycopg.Error, OSError, ValueError) as error:
        raise DatabaseError(
            f"{database.shown} cannot be connected to: {reason_of(database, error)}",
            "check the address, and that the server runs and lets you in",
        ) from None


def set_up(connection: Connection[Any], statements: Sequence[str], table: str) -> None:
    """Create tables where the last of them is missing. Many may do so at once, and whoever may not create any can
    use those that are there.
    """
    found = connection.execute("SELECT to_regclass(%s)", (f"orchestrate.{table}",)).fetchone()
    if found is not None and found[0] is not None:
        return
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (_SET_UP_LOCK,))
        for statement in statements:
            connection.execute(statement.encode())


def reason_of(database: DatabaseAddress, error: Exception) -> str:
    """A driver's message on one line, without secrets."""
    text = " ".join(str(error).split()) or type(error).__name__
    return database.hide(text)[:500]


def _lock_of(plan_id: str) -> int:
    """The number of a plan's advisory lock: 64 bits with a sign."""
    digest = hashlib.sha256(b"orchestrate journal " + plan_id.encode("utf-8", "replace")).digest()
    return int.from_bytes(digest[:8], "big", signed=True)
