"""One process's share in the work of a shared database: it takes orders from queues, keeps its lease, and puts back
what dead workers had under way.

A worker that cannot renew its lease stops its agents before the lease is over, so that nobody performs what it still
does. Commands come from its own settings, folders are those of its own checkout. Importing this takes seconds.
"""

from __future__ import annotations

import contextlib
import platform
import secrets
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from orchestrate_ls.execution.agent_process import perform
from orchestrate_ls.execution.database import DatabaseAddress, DatabaseError
from orchestrate_ls.execution.engine import AgentCommand, Ending, Order, Outcome
from orchestrate_ls.execution.journal_postgres import reason_of
from orchestrate_ls.execution.runner_dbos_executor import DbosExecutor, DbosTables, Work
from orchestrate_ls.execution.shared_orders import ForeignOrderError, from_shared
from orchestrate_ls.execution.worker_leases import BEATS_PER_LEASE, DEFAULT_LEASE, Worker, WorkerLeases

_SAFE_SHARE: Final = 0.6
"""Of the lease: after that long without a heartbeat everything is stopped."""


class SharedWork:
    """Takes part in the work until it is closed, or its lease is lost."""

    def __init__(
        self,
        database: DatabaseAddress,
        *,
        name: str,
        capacity: int,
        root: Path,
        commands: Callable[[str], AgentCommand | None],
        work: Work = perform,
        lease: float = DEFAULT_LEASE,
        queues: Sequence[str] | None = None,
        makes: Sequence[str] = (),
        poll: float = 0.2,
        ended: Callable[[Outcome], None] | None = None,
        notify: Callable[[str], None] | None = None,
    ) -> None:
        """Begin at once.

        Parameters
        ----------
        name
            What its user calls it.
        capacity
            How many orders it performs at once; 0 for none.
        root
            The checkout of the project.
        commands
            What is started for an agent here; None for an agent that has no command.
        queues
            What it takes orders from; None for all.
        makes
            Queues that are made where they are missing.
        ended, notify
            Told of outcomes, and in words of what a person may want to know.

        Raises ``DatabaseError`` where the database cannot be used.
        """
        self._database, self._root, self._commands, self._work = database, root, commands, work
        self._ended, self._notify = ended, notify
        self._worker = Worker(f"{name[:60]}-{secrets.token_hex(6)}", name, capacity, lease)
        self.leases = WorkerLeases(database)
        self.leases.begin(self._worker)
        self.is_lost = threading.Event()
        """Set when it was taken for dead, and has stopped what it did."""
        self._stopping = threading.Event()
        self._renewed = time.monotonic()
        try:
            self._executor = DbosExecutor(
                database.url,
                self._worker.executor,
                capacity=max(1, capacity),
                work=self._perform,
                recall=self._recall,
                ended=ended,
                queues=queues if capacity else (),
                makes=makes,
                poll=poll,
            )
            self.tables = DbosTables(database.url)
        except Exception as error:  # noqa: BLE001 - of DBOS, its driver or the server
            with contextlib.suppress(DatabaseError):
                self.leases.end(self._worker.executor)
            raise DatabaseError(
                f"{database.shown} cannot be used: {reason_of(database, error)}",
                "check the address, and that its user may create tables",
            ) from None
        self._threads = [
            threading.Thread(target=each, daemon=True, name=name)
            for each, name in ((self._beat_on, "heartbeat"), (self._watch, "lease"))
        ]
        for each in self._threads:
            each.start()

    @property
    def under_way(self) -> frozenset[str]:
        """Workflow ids of what this process performs."""
        return self._executor.under_way

    def performing(self) -> frozenset[str]:
        """What any living worker performs. Raises ``DatabaseError``."""
        return self.leases.performing() | self.under_way

    def stop(self, identity: str) -> None:
        """Stop an attempt, if it is performed here."""
        self._executor.stop(identity)

    def abandon(self) -> None:
        """Stop what is under way, for others to go on with."""
        self._executor.abandon()

    def close(self, *, at_once: bool = False) -> None:
        """Take no more orders, wait for what is under way (``at_once``: stop it), and give back what is left."""
        self._executor.close(at_once=at_once or self.is_lost.is_set())
        self._stopping.set()
        for each in self._threads:
            each.join(self._worker.lease)
        with contextlib.suppress(Exception):
            self.tables.give_back(self._worker.executor)
            self.leases.end(self._worker.executor)
        self.leases.close()
        self.tables.close()

    def _recall(self, data: Mapping[str, Any]) -> Order | Outcome | None:
        """The order with this worker's folder and command, or why it cannot be performed here."""
        key, agent = data.get("key"), data.get("agent")
        if not isinstance(key, str) or not isinstance(agent, str):
            return None
        command = self._commands(agent)
        if command is None:
            return self._refusal(
                key, f"it has no command for the agent {agent!r}; name one in its own settings"
            )
        try:
            order = from_shared(data, self._root, command)
        except ForeignOrderError as error:
            return self._refusal(key, str(error))
        if not Path(order.folder or "").is_dir():
            return self._refusal(
                key, f"{order.folder} is not there; is `--folder` the checkout of the project?"
            )
        return order

    def _refusal(self, key: str, reason: str) -> Outcome:
        note = f"worker {self._worker.name} on {platform.node()} cannot take it: {reason}"
        if self._notify is not None:
            self._notify(note)
        return Outcome(key, Ending.FAILED, note=note)

    def _perform(self, order: Order, cancelled: threading.Event) -> Outcome:
        what = f"{order.task}, attempt {order.attempt}, by {order.agent}"
        if self._notify is not None:
            self._notify(f"{what}, in {order.folder}")
        outcome = self._work(order, cancelled)
        if self._notify is not None:
            self._notify(f"{what}: {outcome.ended}")
        if outcome.output and self._ended is None:
            # It is kept here, which may not be where it is read about.
            return replace(outcome, output=f"{platform.node()}:{outcome.output}")
        return outcome

    def _beat_on(self) -> None:
        pause = self._worker.lease / BEATS_PER_LEASE
        while not self._stopping.wait(pause):
            before = time.monotonic()
            try:
                alive = self.leases.beat(self._worker.executor, sorted(self.under_way))
                if alive:
                    self._renewed = before
                    self._stop_cancelled()
                    self._bury()
                elif not self.is_lost.is_set():
                    self._lose()
            except Exception as error:  # noqa: BLE001 - the heart goes on
                if self._notify is not None:
                    self._notify(f"no heartbeat: {reason_of(self._database, error)}")

    def _watch(self) -> None:
        """Notice that the lease will be over, also while a heartbeat waits for an answer. What is under way is asked
        to end first, and has the rest of the lease for that.
        """
        lease = self._worker.lease
        while not self._stopping.wait(lease / BEATS_PER_LEASE):
            if not self.is_lost.is_set() and time.monotonic() - self._renewed > lease * _SAFE_SHARE:
                self._lose()

    def _stop_cancelled(self) -> None:
        mine = self.under_way
        if mine:
            for identity in self.tables.cancelled_of(mine):
                self._executor.stop(identity)

    def _bury(self) -> None:
        for name, many in self.leases.bury(self.tables.give_back).items():
            if self._notify is not None:
                self._notify(f"worker {name} is gone; what it had under way goes to others: {many}")

    def _lose(self) -> None:
        """Others may have been given what is under way here: stop all of it."""
        if self._notify is not None:
            self._notify("the lease is lost; everything under way here is stopped")
        self._executor.abandon()
        self.is_lost.set()
