"""Searches on for a better schedule of the plans that are open, in the background, when the user pauses.

What is typed is answered with a quick schedule. When nothing has changed for a moment, a process of low priority makes
the search of `orchestrate schedule`, and what it finds is shown from then on: in hints, lenses and hovers, in findings
that the quick schedule is not enough for, and by `orchestrate.schedule`. It holds as long as nothing changes that a
schedule reads, and a search is ended as soon as something does. Schedules nothing itself.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from orchestrate_ls.lsp.search_process import Search
    from orchestrate_ls.lsp.server import PlanServer
    from orchestrate_ls.lsp.session import Checked
    from orchestrate_ls.rules.engine import PlanCheck
    from orchestrate_ls.rules.lazy_schedule import LazySchedule
    from orchestrate_ls.schedule.plan_schedule import PlanSchedule

_logger = logging.getLogger(__name__)
PAUSE: Final = 1.0
"""Seconds without a change."""


@dataclass(frozen=True, slots=True)
class _Running:
    """A search, and what it is for."""

    uri: str
    schedules: tuple[LazySchedule, ...]
    search: Search[list[PlanSchedule]]


class ScheduleRefiner:
    """Makes one search at a time."""

    def __init__(self, server: PlanServer) -> None:
        self._server = server
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._due: dict[str, None] = {}
        self._failed: set[LazySchedule] = set()
        self._running: _Running | None = None
        self._working = False

    @property
    def pid(self) -> int | None:
        """Of the process that searches."""
        return self._running.search.pid if self._running is not None else None

    def checked(self, checked: Checked) -> None:
        """A document was checked, perhaps in a new version; from now on the pause is counted."""
        uri = checked.snapshot.uri
        running = self._running
        if running is not None and running.uri == uri:
            if not any(plan.schedule in running.schedules for plan in _plans(checked)):
                _logger.debug("the search for a schedule of %s is ended: the plan is another now", uri)
                running.search.end()
            else:
                return
        self._forget(uri)
        if self._wanted(checked):
            self._timers[uri] = self._server.loop.call_later(PAUSE, self._begin, uri)

    def closed(self, uri: str) -> None:
        """A document is not shown any more."""
        self._forget(uri)
        if self._running is not None and self._running.uri == uri:
            self._running.search.end()

    def stop(self) -> None:
        """Begin nothing more. What is under way is ended with all searches of the server."""
        for uri in tuple(self._timers):
            self._forget(uri)
        self._due.clear()

    def _forget(self, uri: str) -> None:
        timer = self._timers.pop(uri, None)
        if timer is not None:
            timer.cancel()
        self._due.pop(uri, None)

    def _wanted(self, checked: Checked) -> dict[int, LazySchedule]:
        """The plans of a document that are to be searched for, by their number."""
        if not checked.settings.refine_schedules:
            return {}
        return {
            number: plan.schedule
            for number, plan in enumerate(_plans(checked))
            if plan.schedule.can_be_refined
            and plan.schedule.refined is None
            and plan.schedule not in self._failed
        }

    def _begin(self, uri: str) -> None:
        self._timers.pop(uri, None)
        self._due[uri] = None
        if not self._working:
            self._working = True
            self._server.run(self._work())

    async def _work(self) -> None:
        try:
            while self._due:
                uri = next(iter(self._due))
                del self._due[uri]
                await self._refine(uri)
        finally:
            self._working = False

    async def _refine(self, uri: str) -> None:
        from orchestrate_ls.lsp.schedule_question import SchedulesQuestion
        from orchestrate_ls.lsp.search_process import Search, SearchEndedError, SearchFailedError

        checked = self._server.session.checked(uri)
        wanted = self._wanted(checked) if checked is not None else {}
        if checked is None or checked.check is None or not wanted:
            return
        search = Search(SchedulesQuestion(checked.check.file.chunks.text, tuple(wanted)))
        self._running = _Running(uri, tuple(wanted.values()), search)
        begun = perf_counter()
        try:
            found = await self._server.searches.run(search)
        except SearchEndedError:
            return
        except SearchFailedError as error:
            self._failed = set(wanted.values())
            _logger.warning("no better schedule of %s was searched for: %s", uri, error)
            return
        finally:
            self._running = None
        _logger.info("searched for a better schedule of %s for %.1f s", uri, perf_counter() - begun)
        for schedule, better in zip(wanted.values(), found, strict=True):
            schedule.take(better)
        current = self._server.session.checked(uri)
        if current is None or current.check is None:
            return
        if any(plan.schedule in wanted.values() for plan in current.check.plans):
            await self._server.diagnostics.show_again(current, current.check.refined())


def _plans(checked: Checked) -> list[PlanCheck]:
    return checked.check.plans if checked.check is not None else []
