"""An engine in this process: one thread for each order. It remembers nothing when the process ends; what was under way
is performed again under the same key then, unless its outcome was kept.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from typing import Final

from orchestrate_ls.execution.agent_process import perform
from orchestrate_ls.execution.engine import Ending, Order, Outcome

_CLOSING_SECONDS: Final = 30.0


class LocalEngine:
    """See ``engine.Engine``."""

    def __init__(self, work: Callable[[Order, threading.Event], Outcome] = perform) -> None:
        """``work`` does what an order asks for."""
        self._work = work
        self._lock = threading.Lock()
        self._ended: queue.SimpleQueue[Outcome] = queue.SimpleQueue()
        self._under_way: dict[str, threading.Event] = {}
        self._threads: dict[str, threading.Thread] = {}
        self._known: dict[str, Outcome] = {}
        """What has ended."""

    def submit(self, order: Order) -> None:
        """See ``Engine``."""
        with self._lock:
            if order.key in self._under_way:
                return
            known = self._known.get(order.key)
            if known is not None:
                # It is told again, but not performed.
                self._under_way[order.key] = threading.Event()
                self._ended.put(known)
                return
            cancelled = self._under_way[order.key] = threading.Event()
            thread = threading.Thread(target=self._perform, args=(order, cancelled), daemon=True)
            self._threads[order.key] = thread
        thread.start()

    def outcomes(self, patience: float) -> list[Outcome]:
        """See ``Engine``."""
        found: list[Outcome] = []
        try:
            found.append(self._ended.get(timeout=max(0.0, patience)))
            while True:
                found.append(self._ended.get_nowait())
        except queue.Empty:
            pass
        with self._lock:
            for each in found:
                self._under_way.pop(each.key, None)
                self._threads.pop(each.key, None)
                if each.ended is not Ending.CANCELLED:
                    self._known[each.key] = each
        return found

    def under_way(self) -> frozenset[str]:
        """See ``Engine``."""
        with self._lock:
            return frozenset(self._under_way)

    def cancel(self, key: str) -> None:
        """See ``Engine``."""
        with self._lock:
            cancelled = self._under_way.get(key)
        if cancelled is not None:
            cancelled.set()

    def close(self, *, at_once: bool = False) -> None:
        """See ``Engine``."""
        with self._lock:
            threads = list(self._threads.values())
            if at_once:
                for cancelled in self._under_way.values():
                    cancelled.set()
        end = time.monotonic() + _CLOSING_SECONDS
        for thread in threads:
            thread.join(max(0.0, end - time.monotonic()) if at_once else None)

    def _perform(self, order: Order, cancelled: threading.Event) -> None:
        try:
            outcome = self._work(order, cancelled)
        except Exception as error:  # noqa: BLE001 - whatever goes wrong is what came of it
            outcome = Outcome(order.key, Ending.FAILED, note=f"{type(error).__name__}: {error}")
        self._ended.put(outcome)
