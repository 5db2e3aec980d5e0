"""What is known of all plans of the workspace, and when they are read (again). Sends no diagnostics itself.

Reading happens in a process of its own (``index_process``), a few plans at a time, so that only their results cost the
loop anything. Of each plan little is kept. A plan that is open in the editor counts as it is there: its text on the
disk is known here too, but whoever asks is told of the open one.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Mapping
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from orchestrate_ls.lsp.index_process import IndexProcess, IndexProcessError, IndexQuestionError

if TYPE_CHECKING:
    from orchestrate_ls.lsp.index_reading import ReadPlan, Setup, Survey
    from orchestrate_ls.lsp.progress import Report
    from orchestrate_ls.lsp.server import PlanServer
    from orchestrate_ls.rules.context import KnownAgent

_logger = logging.getLogger(__name__)

_BEGIN_AFTER: Final = 0.5
"""Seconds after the settings are there. The plans that are open come first."""
_GATHER: Final = 0.1
"""Seconds in which changes are taken together: switching branches changes hundreds of files."""
_BATCH: Final = 16
"""Plans that are asked for at once."""
_SHOWN_FROM: Final = 50
"""Plans to be read from which on the client is shown how far it is."""
_LONGEST_REST: Final = 10.0
_MANY: Final = 20
"""Changes at once, after which all folders are looked through: watchers leave things out then."""
_REST: Final = 10
"""Looking through all folders again waits this many times as long as it took the last time."""
_COURTESY: Final = 0.002
_MOST_FAILURES: Final = 3


class PlanIndex:
    """All plans of the workspace's folders."""

    def __init__(self, server: PlanServer) -> None:
        self._server = server
        self.plans: dict[Path, ReadPlan] = {}
        """As they are on the disk."""
        self.process = IndexProcess(server.loop)
        self._open: dict[Path, str] = {}
        self._uris: dict[Path, str] = {}
        """How the client writes the URIs of plans, where it has done so."""
        self._stale: dict[Path, None] = {}
        """Plans to be read, in that order."""
        self._alone: set[Path] = set()
        """Plans to be read by themselves, since one of them ended the process."""
        self._scan = False
        self._scan_seconds = 0.0
        self._scanned_at = 0.0
        self._setup: Setup | None = None
        self._generation = 0
        """Counts the setups: what was found by an earlier one is not shown."""
        self._timer: asyncio.TimerHandle | None = None
        self._due = 0.0
        self._work: asyncio.Task[None] | None = None
        self._begun = False
        self._failures = 0
        self._complete = asyncio.Event()
        self._sorted: list[ReadPlan] | None = None
        self._known: dict[Path, Mapping[str, KnownAgent]] = {}

    # What others ask

    @property
    def is_complete(self) -> bool:
        """Whether all plans were read once, or someone did not want to wait for it."""
        return self._complete.is_set()

    async def complete(self, seconds: float) -> bool:
        """Wait until all plans were read once, but not for long; whether they were."""
        if not self._begun and self._server.configuration.is_ready:
            self.begin_now()
        try:
            async with asyncio.timeout(seconds):
                await self._complete.wait()
        except TimeoutError:
            return False
        return True

    def closed_plans(self) -> list[ReadPlan]:
        """The plans that are not open, by path."""
        if self._sorted is None:
            self._sorted = sorted(self.plans.values(), key=lambda plan: plan.path.parts)
        return [plan for plan in self._sorted if plan.path not in self._open]

    def closed_plan(self, path: Path) -> ReadPlan | None:
        """A plan of the index, unless it is open."""
        return self.plans.get(path) if path not in self._open else None

    def is_open(self, path: Path) -> bool:
        """Whether a plan's text is the editor's."""
        return path in self._open

    def uri_of(self, path: Path) -> str:
        """The URI of a plan, in the client's own form where it is known."""
        return self._open.get(path) or self._uris.get(path) or path.as_uri()

    def setup(self) -> Setup:
        """By what plans are found and checked now."""
        if self._setup is None:
            from orchestrate_ls.lsp.index_reading import Setup

            session = self._server.session
            everywhere, by_folder = session.settings.editor
            self._known = {root: loaded.known for root, loaded in session.agents}
            self._setup = Setup(
                session.settings.folders,
                everywhere,
                by_folder,
                self._server.abilities,
                {root: dict(known) for root, known in self._known.items()},
            )
        return self._setup

    # What happens

    def begin(self) -> None:
        """The settings are there: read everything, soon."""
        self._server.loop.call_later(_BEGIN_AFTER, self.begin_now)

    def begin_now(self) -> None:
        """Read everything, for the first time."""
        if self._begun or self._server.stopped.is_set():
            return
        self._begun = True
        self._scan_soon()

    def stop(self) -> None:
        """Read nothing more."""
        if self._timer is not None:
            self._timer.cancel()
        self._stale.clear()
        self._scan = False
        if self._work is not None:
            self._work.cancel()
        self.process.stop()

    def opened(self, uri: str) -> None:
        """A document was opened."""
        path = self._server.session.path_of(uri)
        if path is not None:
            self._open[path] = uri
            self._uris[path] = uri
            self._server.workspace_diagnostics.opened(path)

    def closed(self, uri: str, path: Path | None) -> None:
        """A document was closed: the disk counts again."""
        if path is None or self._open.get(path) != uri:
            return
        del self._open[path]
        self._server.workspace_diagnostics.closed(path)
        if path in self.plans:
            self._read_soon([path], first=True)
        elif self._begun:
            self._scan_soon()

    def saved(self) -> None:
        """Something was saved; clients that tell of changed files need nothing here."""
        if not self._server.abilities.registers_watchers:
            self._scan_soon()

    def settings_changed(self) -> None:
        """Settings or folders are others now: which files are plans, and what is wrong in them."""
        self._new_setup()
        folders = [each.path for each in self._server.session.settings.folders if each.path is not None]
        for path in [path for path in self.plans if not any(path.is_relative_to(each) for each in folders)]:
            self._forget(path)
        self._read_soon(self.plans)
        self._scan_soon()

    def agents_changed(self, root: Path) -> None:
        """Other agents are known below a root. Plans that name one of those that changed come first."""
        if self._setup is None:
            return
        loaded = self._server.session.agents.get(root)
        nobody: Mapping[str, KnownAgent] = {}
        old = self._known.get(root, nobody)
        new = loaded.known if loaded is not None else nobody
        changed = {name for name in old.keys() | new.keys() if old.get(name) != new.get(name)}
        self._new_setup()
        below = [path for path in self.plans if path.is_relative_to(root)]
        naming = [path for path in below if not changed.isdisjoint(self.plans[path].summary.agents)]
        self._read_soon([*naming, *below])

    def files_changed(self, uris: Iterable[str]) -> None:
        """Files or folders were written, made or deleted."""
        if not self._begun:
            return
        from orchestrate_ls.lsp.session import path_of

        paths = [path for uri in uris if (path := path_of(uri)) is not None]
        self._read_soon([path for path in paths if path in self.plans], first=True)
        if len(paths) >= _MANY or any(self._may_matter(path) for path in paths):
            self._scan_soon()

    def _may_matter(self, path: Path) -> bool:
        """Whether something that is no known plan may be a new one, a folder of some, or an agent's definition."""
        if path in self.plans:
            return False
        if path.suffix.lower() not in (".md", ".toml", ".json", ".jsonc"):
            return True
        if path.name != "orchestrate.toml" and not any(
            path.is_relative_to(root) for root, _ in self._server.session.agents
        ):
            # A definition of a root that only the other process knows.
            self._new_setup()
            self._read_soon(self.plans)
        return False

    def _new_setup(self) -> None:
        self._setup = None
        self._generation += 1

    def _forget(self, path: Path) -> None:
        self._stale.pop(path, None)
        if self.plans.pop(path, None) is not None:
            self._sorted = None
            self._server.workspace_diagnostics.changed(path)

    # When

    def _read_soon(self, paths: Iterable[Path], *, first: bool = False) -> None:
        fresh = dict.fromkeys(paths)
        if not fresh:
            return
        self._stale = {**fresh, **self._stale} if first else {**self._stale, **fresh}
        self._wake(_GATHER)

    def _scan_soon(self) -> None:
        if not self._begun:
            return
        self._scan = True
        rest = self._scanned_at + min(_REST * self._scan_seconds, _LONGEST_REST) - self._server.loop.time()
        self._wake(max(_GATHER, rest) if self._stale or self.is_complete else 0.0)

    def _wake(self, seconds: float) -> None:
        """Work in some seconds, unless that is to happen earlier anyhow."""
        if self._server.stopped.is_set() or not self._begun:
            return
        due = self._server.loop.time() + seconds
        if self._timer is not None:
            if self._due <= due:
                return
            self._timer.cancel()
        self._due = due
        self._timer = self._server.loop.call_later(seconds, self._start)

    def _start(self) -> None:
        self._timer = None
        if self._work is None or self._work.done():
            self._work = self._server.loop.create_task(self._do())
            self._work.add_done_callback(self._done)

    def _done(self, work: asyncio.Task[None]) -> None:
        self._complete.set()
        if work.cancelled():
            # By the person at the editor: what was not read stays unknown until it changes.
            left = len(self._stale)
            self._stale.clear()
            self._scan = False
            if left:
                _logger.info("%d plans were not read, as asked", left)
        elif (error := work.exception()) is not None:
            _logger.error("the workspace's plans could not be read", exc_info=error)
            self._stale.clear()
        self._server.workspace_diagnostics.completed()
        if (self._stale or self._scan) and not self._server.stopped.is_set():
            # Came up while the last plans were being read.
            self._wake(_GATHER)

    # Reading

    async def _do(self) -> None:
        from orchestrate_ls.lsp.background import in_background

        # Some tens of milliseconds, the first time.
        await in_background(lambda: import_module("orchestrate_ls.lsp.index_reading"))
        while self._scan or self._stale:
            if self._scan and not await self._survey():
                return
            if len(self._stale) < _SHOWN_FROM:
                await self._read(None)
                continue
            async with self._server.work.shown("Orchestrate: reading plans", None, percent=True) as report:
                await self._read(report)

    async def _survey(self) -> bool:
        """Look through all folders; False where that is not possible."""
        from orchestrate_ls.lsp.index_reading import Find

        self._scan = False
        if not self.plans and not any(each.path for each in self._server.session.settings.folders):
            return True
        try:
            found: Survey = await self.process.ask(self.setup(), Find())
        except (IndexProcessError, IndexQuestionError) as error:
            _logger.warning("the workspace's plans are not known: %s", error)
            return self._may_go_on()
        self._failures = 0
        self._scanned_at = self._server.loop.time()
        self._scan_seconds = found.seconds
        for sentence in found.left_out:
            _logger.warning(sentence)
        for path in [path for path in self.plans if path not in found.plans]:
            self._forget(path)
        for path, stamp in found.plans.items():
            known = self.plans.get(path)
            if known is None or known.stamp != stamp:
                self._stale.setdefault(path)
        return True

    def _may_go_on(self) -> bool:
        self._failures += 1
        return self._failures < _MOST_FAILURES

    async def _read(self, report: Report | None) -> None:
        from orchestrate_ls.lsp.index_reading import Read

        done, told = 0, -1
        while self._stale and not self._scan:
            batch = tuple(islice(self._stale, _BATCH))
            if not self._alone.isdisjoint(batch):
                batch = batch[:1]
            for path in batch:
                del self._stale[path]
            generation = self._generation
            try:
                answer: list[ReadPlan] = await self.process.ask(self.setup(), Read(batch))
                self._failures = 0
            except (IndexProcessError, IndexQuestionError) as error:
                answer = self._failed(batch, error)
                if not self._may_go_on():
                    self._stale.clear()
                    return
            self._alone.difference_update(plan.path for plan in answer)
            for plan in answer:
                self._take(plan, generation)
            done += len(batch)
            if report is not None:
                total = done + len(self._stale)
                share = 100 * done // total
                if share >= told + 5:
                    told = share
                    report.step(f"{done:,} of {total:,}", share)
            await self._let_others_go_first()

    def _failed(self, batch: tuple[Path, ...], error: Exception) -> list[ReadPlan]:
        """What is known of plans whose reading failed: of several, nothing yet."""
        path, *others = batch
        if others:
            _logger.warning("%s; the plans are read one by one", error)
            self._failures = 0
            self._alone.update(batch)
            self._stale = {**dict.fromkeys(batch), **self._stale}
            return []
        from orchestrate_ls.ide.plan_summary import PlanSummary
        from orchestrate_ls.lsp.index_reading import ReadPlan, packed, unreadable_plan

        _logger.error("%s could not be read: %s", path, error)
        known = self.plans.get(path)
        stamp = known.stamp if known is not None else (0, 0)
        found = packed([unreadable_plan(f"reading it failed ({error})")])
        return [ReadPlan(path, stamp, PlanSummary(), found, "failed")]

    def _take(self, plan: ReadPlan, generation: int) -> None:
        if plan.stamp is None:
            self._forget(plan.path)
            return
        self.plans[plan.path] = plan
        if plan.path not in self._uris:
            self._uris[plan.path] = plan.path.as_uri()
        self._sorted = None
        if generation == self._generation:
            self._server.workspace_diagnostics.changed(plan.path)

    async def _let_others_go_first(self) -> None:
        connection = self._server.protocol.connection
        await asyncio.sleep(0)
        # Whoever reads the messages does not say when there are none left.
        while connection is not None and connection.has_input() and not self._server.stopped.is_set():  # noqa: ASYNC110
            await asyncio.sleep(_COURTESY)
