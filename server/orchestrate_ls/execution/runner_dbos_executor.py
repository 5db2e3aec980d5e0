"""The durable engine's share in performing orders: DBOS Transact with our one workflow, `attempt`, whose one step does
what an order asks for.

DBOS keeps which attempts there are and what came of those that ended, in SQLite or PostgreSQL; it is the memory of
what to do next, and the journal stays the truth about what happened. What is read from its tables is data: JSON,
never pickled objects, and never a command. One executor at a time in a process, since DBOS is one to a process.
Importing this takes seconds, so it is done where something is run, and nowhere else.
"""

from __future__ import annotations

import functools
import hashlib
import json
import logging
import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Final, cast

from dbos import DBOS, DBOSClient, DBOSConfig, Queue, Serializer, WorkflowStatus
from dbos._serialization import DefaultSerializer
from dbos._sys_db import SystemDatabase

from orchestrate_ls.execution.engine import Ending, Order, Outcome

NAME: Final = "orchestrate"
VERSION: Final = "1"
"""Of the form of orders in the tables. What an older program has left is gone on with as long as this stays."""
_WORKFLOW: Final = "attempt"
_STEP: Final = "perform"
_POOL: Final = 10
_WRITING_SECONDS: Final = 10

Work = Callable[[Order, threading.Event], Outcome]
"""Does what an order asks for, until the event is set."""
Recall = Callable[[Mapping[str, Any]], Order | Outcome | None]
"""The order for what the tables have of it; an outcome where it cannot be performed here, None where this process was
not asked to."""


class _PutBackError(BaseException):
    """Ends an attempt without a result, so that it stays to be performed. Not an ``Exception``, which DBOS records."""


class JsonSerializer(Serializer):
    """How orders and outcomes are kept."""

    def name(self) -> str:
        return "orchestrate-json"

    def serialize(self, data: Any) -> str:
        if isinstance(data, BaseException):
            data = {"error": type(data).__name__}
        return json.dumps(data, ensure_ascii=True, default=list)

    def deserialize(self, serialized_data: str) -> Any:
        return json.loads(serialized_data)


def _refuse_pickles(cls: DefaultSerializer, serialized_data: str) -> Any:  # noqa: ARG001 - in place of another
    raise ValueError("the row was not written by orchestrate")


# A row says itself how it was written, and unpickling one of a stranger's would run what it says.
DefaultSerializer.deserialize = _refuse_pickles

# It logs addresses and tracebacks to the terminal; what a user needs to know is told by those who call it.
logging.getLogger("dbos").addHandler(logging.NullHandler())


def workflow_id(plan_id: str, run: str, key: str) -> str:
    """The id of an attempt's workflow: its key, behind what all of its run begin with."""
    return f"{run_prefix(plan_id, run)}{key}"


def run_prefix(plan_id: str, run: str) -> str:
    """What the workflow ids of a run begin with."""
    parts = json.dumps([plan_id, run], ensure_ascii=True)
    return f"{hashlib.sha256(parts.encode()).hexdigest()[:16]}-"


def queue_of(plan_id: str) -> str:
    """The queue that the orders of a plan wait in."""
    return f"plan-{hashlib.sha256(plan_id.encode('utf-8', 'replace')).hexdigest()[:16]}"


def outcome_of(status: WorkflowStatus, key: str) -> Outcome | None:
    """What the tables say came of an attempt; None while it is under way."""
    if status.status in ("PENDING", "ENQUEUED", "DELAYED"):
        return None
    if status.status == "CANCELLED":
        return Outcome(key, Ending.CANCELLED, note="it was cancelled")
    try:
        outcome = Outcome.from_data(cast("Mapping[str, Any]", status.output))
    except (TypeError, ValueError, KeyError, AttributeError):
        many = status.status == "MAX_RECOVERY_ATTEMPTS_EXCEEDED"
        note = "it was cut off again and again" if many else "what came of it cannot be read"
        return Outcome(key, Ending.LOST, note=note)
    return outcome if outcome.key == key else Outcome(key, Ending.LOST, note="its outcome is another's")


class DbosTables:
    """What a coordinator asks of DBOS without performing anything: orders in, outcomes out."""

    def __init__(self, url: str) -> None:
        """The tables have to be there: an executor makes them."""
        self._client = DBOSClient(
            system_database_url=url,
            serializer=JsonSerializer(),
            application_name=NAME,
            system_database_pool_size=3,
        )

    def enqueue(self, identity: str, queue: str, data: Mapping[str, Any]) -> None:
        """Have an attempt performed; one that is known stays as it is."""
        self._client.enqueue(
            {
                "workflow_name": _WORKFLOW,
                "queue_name": queue,
                "workflow_id": identity,
                "app_version": VERSION,
            },
            dict(data),
        )

    def of_run(self, prefix: str) -> list[WorkflowStatus]:
        """All attempts of a run, ended or not."""
        return self._client.list_workflows(workflow_id_prefix=prefix, load_input=False)

    def of(self, identities: Sequence[str]) -> list[WorkflowStatus]:
        """Those attempts that there are of some."""
        return self._client.list_workflows(workflow_ids=list(identities), load_input=False)

    def cancelled_of(self, identities: Collection[str]) -> list[str]:
        """Which of some attempts are cancelled."""
        found = self._client.list_workflows(
            workflow_ids=list(identities), status="CANCELLED", load_input=False, load_output=False
        )
        return [each.workflow_id for each in found]

    def perform_again(self, identities: Sequence[str], queue: str) -> None:
        """Put attempts that did not end back into a queue."""
        self._client.resume_workflows(list(identities), queue_name=queue)

    def give_back(self, executor: str) -> int:
        """Put back into their queues what an executor that is gone had under way; how much that was."""
        found = self._client.list_workflows(
            executor_id=executor, status="PENDING", load_input=False, load_output=False
        )
        by_queue: dict[str, list[str]] = {}
        for each in found:
            if each.queue_name is not None:
                by_queue.setdefault(each.queue_name, []).append(each.workflow_id)
        for queue, identities in by_queue.items():
            self._client.resume_workflows(identities, queue_name=queue)
        return sum(map(len, by_queue.values()))

    def cancel(self, identity: str) -> None:
        """Mark an attempt as cancelled, unless it has ended."""
        self._client.cancel_workflow(identity)

    def forget_queue(self, queue: str) -> None:
        """A queue that nothing will be put into any more."""
        self._client.delete_queue(queue)

    def close(self) -> None:
        """Let go of the connections."""
        self._client.destroy()


class DbosExecutor:
    """Performs orders from queues in threads of this process."""

    active: DbosExecutor | None = None
    """That of this process."""

    def __init__(
        self,
        url: str,
        executor: str,
        *,
        capacity: int,
        work: Work,
        recall: Recall,
        ended: Callable[[Outcome], None] | None = None,
        queues: Sequence[str] | None = None,
        makes: Sequence[str] = (),
        poll: float,
    ) -> None:
        """Begin at once.

        Parameters
        ----------
        executor
            The id of this process among all that ever were.
        capacity
            How many orders are performed at once.
        ended
            Told of each outcome, after it is kept.
        queues
            What it takes orders from; None for all that there are.
        makes
            Queues that are made where they are missing.
        poll
            Seconds between looks into each queue.
        """
        if DbosExecutor.active is not None:
            raise RuntimeError("this process performs orders already")
        self.executor: Final = executor
        self.capacity: Final = capacity
        self._work, self._recall, self._ended = work, recall, ended
        self._slots = threading.BoundedSemaphore(capacity)
        self._lock = threading.Lock()
        self._under_way: dict[str, threading.Event] = {}
        self._leaving = threading.Event()
        DbosExecutor.active = self
        config: DBOSConfig = {
            "name": NAME,
            "system_database_url": url,
            "application_version": VERSION,
            "executor_id": executor,
            "log_level": "CRITICAL",
            "use_listen_notify": False,
            # Nothing is waited for in that way; closing waits for this long.
            "notification_listener_polling_interval_sec": 0.2,
            "serializer": JsonSerializer(),
            "sys_db_pool_size": _POOL,
        }
        try:
            self._instance = DBOS(config=config)
            if queues is not None:
                DBOS.listen_queues(list(queues))
            DBOS.launch()
            for queue in makes:
                DBOS.register_queue(queue, polling_interval_sec=poll, on_conflict="always_update")
        except BaseException:
            DbosExecutor.active = None
            DBOS.destroy()
            raise

    @property
    def under_way(self) -> frozenset[str]:
        """Workflow ids of what is being performed."""
        with self._lock:
            return frozenset(self._under_way)

    def stop(self, identity: str) -> bool:
        """Stop performing an order; whether it was being performed here."""
        with self._lock:
            event = self._under_way.get(identity)
        if event is not None:
            event.set()
        return event is not None

    def abandon(self) -> None:
        """Stop everything that is under way, to be performed again, and take no more."""
        self._leaving.set()
        with self._lock:
            events = list(self._under_way.values())
        for event in events:
            event.set()

    def close(self, *, at_once: bool, patience: float = 30.0) -> None:
        """Take no more orders and let go of everything. What is under way is waited for, or ``at_once`` stopped and
        left to be performed again.
        """
        # Whatever is taken from a queue from now on goes back.
        self._leaving.set()
        if at_once:
            self.abandon()
        self._wait(patience if at_once else None)
        DBOS.destroy()
        DbosExecutor.active = None

    def perform(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """Called by DBOS in a thread of its own."""
        identity = DBOS.workflow_id or ""
        cancelled = threading.Event()
        with self._slots:
            if self._leaving.is_set():
                raise _PutBackError
            order = self._recall(data)
            if order is None or not identity.endswith(f"-{order.key}"):
                raise _PutBackError
            if isinstance(order, Outcome):
                return order.to_data()
            with self._lock:
                self._under_way[identity] = cancelled
            try:
                outcome = self._work(order, cancelled)
            except Exception as error:  # noqa: BLE001 - whatever goes wrong is what came of it
                outcome = Outcome(order.key, Ending.FAILED, note=f"{type(error).__name__}: {error}")
            finally:
                with self._lock:
                    self._under_way.pop(identity, None)
        if outcome.ended is Ending.CANCELLED:
            # It may be asked for again, so nothing is kept of it.
            if not self._leaving.is_set() and self._ended is not None:
                self._ended(outcome)
            raise _PutBackError
        return outcome.to_data()

    def tell(self, data: Mapping[str, Any]) -> None:
        """An outcome is kept."""
        if self._ended is not None:
            self._ended(Outcome.from_data(data))

    def _wait(self, patience: float | None) -> None:
        """Until nothing is under way, and what came of it is written."""
        pause = threading.Event()
        end = None if patience is None else time.monotonic() + patience
        while self.under_way and (end is None or time.monotonic() < end):
            pause.wait(0.02)
        active: Any = getattr(self._instance, "_active_workflows_set", None)
        end = time.monotonic() + _WRITING_SECONDS
        while active is not None and active.activeList() and time.monotonic() < end:
            pause.wait(0.02)

    @classmethod
    def current(cls) -> DbosExecutor:
        """That of this process. Attempts that come when there is none go back."""
        if cls.active is None:
            raise _PutBackError
        return cls.active


@DBOS.workflow(name=_WORKFLOW, max_recovery_attempts=1000)
def _attempt(data: dict[str, Any]) -> dict[str, Any]:
    executor = DbosExecutor.current()
    kept = DBOS.run_step({"name": _STEP}, executor.perform, data)
    executor.tell(kept)
    return kept


def _limited(get_queue: Callable[..., Queue | None]) -> Callable[..., Queue | None]:
    """Let a process take no more orders at once than it may perform. A queue's own limit is the same for all
    processes; this one is told of it as if its own capacity were that. The executor's semaphore holds in any case.
    """

    @functools.wraps(get_queue)
    def limited(*arguments: Any, **options: Any) -> Queue | None:
        queue = get_queue(*arguments, **options)
        executor = DbosExecutor.active
        if queue is not None and executor is not None:
            queue._worker_concurrency = executor.capacity  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
        return queue

    return limited


SystemDatabase.get_queue = _limited(SystemDatabase.get_queue)
