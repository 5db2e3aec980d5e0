"""Follows the journals of the plans that are open, and shows in the editor how they stand.

A journal is read in the background, once in whole and then on from where the last reading ended. Whether it has grown
is asked of the disk once a second, which costs a look at its size, and at once where the editor tells that the file has
changed. Findings, lenses, hints and hovers are shown again then, and a client that draws the plan is told with
`orchestrate/progressChanged`. Decides nothing about plans, and writes nothing.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

from orchestrate_ls.lsp.background import in_background

if TYPE_CHECKING:
    from orchestrate_ls.execution.plan_progress import ProgressReader, ReadProgress
    from orchestrate_ls.lsp.server import PlanServer
    from orchestrate_ls.lsp.session import Checked
    from orchestrate_ls.progress.plan_progress import PlanProgress
    from orchestrate_ls.rules.engine import FileCheck, PlanCheck

Json = dict[str, Any]

CHANGED: Final = "orchestrate/progressChanged"
JOURNALS: Final = "**/.orchestrate/*.events.jsonl"
"""What editors are asked to watch."""
_ENDING: Final = ".events.jsonl"
_logger = logging.getLogger(__name__)
_SETTLED: Final = 0.3
"""Seconds without a change of the plan after which it is looked at again."""
_SETTLED_PER_TASK: Final = 0.0005
"""Seconds: the schedule of a large plan takes a while, which typing should not have to share the time with."""
_LOOK: Final = 1.0
"""Seconds between looks at the journals' sizes."""
_OFTEN: Final = 60.0
"""Seconds after which figures that change with time are worked out again."""


@dataclass(slots=True)
class _Followed:
    """A document whose plans have ids."""

    reader: ProgressReader
    sources: tuple[object, ...] = ()
    """What was looked at last."""
    stamp: tuple[object, ...] = ()
    read_at: float = 0.0
    with_time: bool = False
    timer: asyncio.TimerHandle | None = None
    working: bool = False
    again: bool = False
    told: list[Json] = field(default_factory=list[Json])
    """What the client was told last, as far as a person would notice."""


class ProgressFollower:
    """Reads one journal at a time for each document."""

    def __init__(self, server: PlanServer) -> None:
        self._server = server
        self._followed: dict[str, _Followed] = {}
        self._looking: asyncio.TimerHandle | None = None
        self._stopped = False

    @property
    def documents(self) -> tuple[str, ...]:
        """Those that are followed."""
        return tuple(self._followed)

    def checked(self, checked: Checked) -> None:
        """A document was checked, perhaps in a new version."""
        uri, check = checked.snapshot.uri, checked.check
        path = self._server.session.path_of(uri)
        if self._stopped:
            return
        if path is None or check is None or not _has_ids(check):
            self.closed(uri)
            return
        followed = self._followed.get(uri)
        if followed is None:
            from orchestrate_ls.execution.plan_progress import ProgressReader

            followed = self._followed[uri] = _Followed(ProgressReader(path))
            self._soon(uri, 0)
        elif followed.sources != _sources(check):
            self._soon(
                uri, _SETTLED + _SETTLED_PER_TASK * sum(len(each.source.plan.tasks) for each in check.plans)
            )
        if self._looking is None:
            self._looking = self._server.loop.call_later(_LOOK, self._look)

    def closed(self, uri: str) -> None:
        """A document is not followed any more."""
        followed = self._followed.pop(uri, None)
        if followed is not None and followed.timer is not None:
            followed.timer.cancel()

    def files_changed(self, uris: list[str]) -> None:
        """The editor says that files have changed; journals among them are read at once."""
        if any(unquote(each).endswith(_ENDING) for each in uris):
            for uri in tuple(self._followed):
                self._server.run(self._look_at(uri))

    def stop(self) -> None:
        """Look at nothing more."""
        self._stopped = True
        if self._looking is not None:
            self._looking.cancel()
        for uri in tuple(self._followed):
            self.closed(uri)

    def _soon(self, uri: str, seconds: float) -> None:
        followed = self._followed[uri]
        if followed.timer is not None:
            followed.timer.cancel()
        followed.timer = self._server.loop.call_later(seconds, self._begin, uri)

    def _begin(self, uri: str) -> None:
        followed = self._followed.get(uri)
        if followed is None or self._stopped:
            return
        followed.timer = None
        if followed.working:
            followed.again = True
            return
        followed.working = True
        self._server.run(self._work(uri, followed))

    def _look(self) -> None:
        self._looking = None
        if self._followed and not self._stopped:
            self._server.run(self._look_at_all())

    async def _look_at_all(self) -> None:
        for uri in tuple(self._followed):
            await self._look_at(uri)
        if self._followed and not self._stopped and self._looking is None:
            self._looking = self._server.loop.call_later(_LOOK, self._look)

    async def _look_at(self, uri: str) -> None:
        """Whether a journal is another than it was read, or time has passed."""
        followed = self._followed.get(uri)
        if followed is None or followed.working or followed.timer is not None:
            return
        paths = followed.reader.paths
        stamp = await in_background(lambda: stamp_of(paths))
        late = followed.with_time and self._server.loop.time() - followed.read_at > _OFTEN
        if self._followed.get(uri) is followed and (late or stamp != followed.stamp):
            self._begin(uri)

    async def _work(self, uri: str, followed: _Followed) -> None:
        try:
            await self._read(uri, followed)
        finally:
            followed.working = False
        if followed.again and self._followed.get(uri) is followed:
            followed.again = False
            self._begin(uri)

    async def _read(self, uri: str, followed: _Followed) -> None:
        """Read on, work out how the plans stand, and show what is another by that."""
        session, reader = self._server.session, followed.reader
        checked = session.checked(uri) if session.is_checked(uri) else None
        if checked is None or checked.check is None:
            # It is asked again when it was checked.
            return
        check = checked.check
        now = datetime.now(UTC)

        def read() -> tuple[ReadProgress, tuple[object, ...]]:
            # A journal that is written to meanwhile is looked at again.
            before = stamp_of(reader.paths)
            # Collecting garbage, of which there is none, would hold up everything else.
            with nullcontext() if before else session.many_new_objects():
                return reader.read(check, now), before

        found, followed.stamp = await in_background(read)
        is_late = self._server.loop.time() - followed.read_at > _OFTEN
        followed.sources = _sources(check)
        followed.with_time = any(each is not None and each.changes_with_time for each in found.plans)
        for problem in found.problems:
            _logger.warning("how %s stands is not known: %s", uri, problem)
        await self._server.held.checked(uri)
        present = session.checked(uri) if session.is_checked(uri) else None
        if (
            self._stopped
            or self._followed.get(uri) is not followed
            or present is None
            or present.check is None
        ):
            return
        if len(present.check.plans) != len(found.plans):
            return
        if not is_late and all(map(_is_known, present.check.plans, found.plans)):
            return
        followed.read_at = self._server.loop.time()
        fresh = present.check.with_progress(found.plans)
        if fresh is present.check:
            return
        path = session.path_of(uri)
        if path is not None:
            self._server.agents.journal_changed(path)
        is_other = self._tell(uri, followed, fresh)
        if is_other or any(map(_says_more, fresh.plans, present.check.plans)):
            await self._server.diagnostics.show_again(present, fresh)
        else:
            session.completed(present, fresh)

    def _tell(self, uri: str, followed: _Followed, check: FileCheck) -> bool:
        """Tell the client where a plan stands otherwise than it was told; whether it does."""
        from orchestrate_ls.ide.plan_standing import standing_of

        plans = [standing_of(plan, number) for number, plan in enumerate(check.plans, 1)]
        known = [each for each in plans if each is not None]
        seen = [_without_seconds(each) for each in known]
        if seen == followed.told:
            return False
        followed.told = seen
        self._server.protocol.notify_bare(CHANGED, {"uri": uri, "plans": known})
        return True


def stamp_of(paths: tuple[Path, ...]) -> tuple[object, ...]:
    """What is another after a journal was written to, at the cost of a look at each file."""
    found: list[object] = []
    for path in paths:
        try:
            status = path.stat()
        except (OSError, ValueError):
            found.append(None)
        else:
            found.append((status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns))
    return tuple(found)


def _says_more(fresh: PlanCheck, shown: PlanCheck) -> bool:
    return fresh.by_progress != shown.by_progress


def _without_seconds(standing: Json) -> Json:
    """What a person would notice: figures that run on with the clock are there as words, to the minute."""
    tasks = [{key: value for key, value in each.items() if key != "actual"} for each in standing["tasks"]]
    return {**{key: value for key, value in standing.items() if key != "expectedFinish"}, "tasks": tasks}


def _is_known(plan: PlanCheck, found: PlanProgress | None) -> bool:
    """Whether a plan was shown with what was found of it already."""
    shown = plan.progress
    if shown is None or found is None:
        return shown is found
    return shown.state is found.state and shown.plan is found.plan


def _has_ids(check: FileCheck) -> bool:
    return any(plan.source.header_entry("plan_id") is not None for plan in check.plans)


def _sources(check: FileCheck) -> tuple[object, ...]:
    """What a plan's standing depends on besides the journal, compared by identity."""
    return tuple(plan.source for plan in check.plans)
