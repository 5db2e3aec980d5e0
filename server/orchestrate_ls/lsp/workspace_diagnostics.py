"""The diagnostics of plans that are not open: published to clients that cannot ask, streamed or held for those that
ask with `workspace/diagnostic`. Only errors and warnings are shown of those; the rest when the plan is opened.

A request of the latter kind is held open until there is something new: answered at once it would be sent again every
two seconds. Where the client takes partial results it stays open for good, and what changes is sent bit by bit. For
plans that are open `textDocument/diagnostic` answers; they are only part of the first report.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from lsprotocol import types

if TYPE_CHECKING:
    from collections.abc import Iterator

    from orchestrate_ls.lsp.server import PlanServer

Json = dict[str, Any]

_NONE: Final = "none"
"""The result id of a plan in which nothing is wrong."""
_REPORTS_AT_ONCE: Final = 25
_FIRST_ANSWER_SECONDS: Final = 60.0


class _Held:
    """A request that waits for something new."""

    def __init__(self, known: dict[Path, str]) -> None:
        self.known = known
        """The result ids that the client has."""
        self.had = frozenset(known)
        """The plans that it knew something of at first."""
        self.changed: dict[Path, None] = {}
        self.wake = asyncio.Event()
        self.is_over = False
        """A later request took its place."""


class WorkspaceDiagnostics:
    """Tells the client what is wrong in plans that are not open."""

    def __init__(self, server: PlanServer) -> None:
        self._server = server
        self._published: dict[Path, str] = {}
        """The result ids of what was published; plans in which nothing is wrong are left out."""
        self._held: _Held | None = None

    # Called by the index

    def changed(self, path: Path) -> None:
        """A plan was read (again), or is gone."""
        if self._server.abilities.pulls_diagnostics:
            if self._held is not None:
                self._held.changed[path] = None
                self._held.wake.set()
            return
        plan = self._server.index.plans.get(path)
        result = plan.result_id if plan is not None else _NONE
        if self._server.index.is_open(path) or self._published.get(path, _NONE) == result:
            return
        if result == _NONE:
            self._published.pop(path)
        else:
            self._published[path] = result
        self._server.diagnostics.publish_of_file(self._server.index.uri_of(path), self._items(path))

    def opened(self, path: Path) -> None:
        """A plan is open now: what is found in it is shown by others."""
        self._published.pop(path, None)

    def closed(self, path: Path | None) -> None:
        """A plan was closed: what the client has of it may be anything."""
        if self._held is not None and path is not None:
            # Even that nothing is wrong in it has to be said.
            self._held.known[path] = ""

    def completed(self) -> None:
        """All plans were read: what the client knows besides is gone."""
        held = self._held
        if held is not None:
            held.changed.update(
                dict.fromkeys(each for each in held.known if each not in self._server.index.plans)
            )
            held.wake.set()

    # Asked by the client

    def report_of(self, path: Path, previous: str | None) -> Json | None:
        """The report of one plan that is not open; None for one that is not known."""
        plan = self._server.index.closed_plan(path)
        if plan is None:
            return None
        if plan.result_id == previous:
            return {"kind": "unchanged", "resultId": previous}
        return {"kind": "full", "resultId": plan.result_id, "items": self._items(path)}

    async def pull(self, previous: dict[str, str], token: int | str | None) -> Json:
        """Answer when there is something that the client does not know; with a token never, but tell it."""
        await self._server.configuration.ready()
        index = self._server.index
        known, strange = self._by_path(previous)
        if self._held is not None:
            self._held.is_over = True
            self._held.wake.set()
        held = self._held = _Held(known)
        try:
            first = await self._open_reports(previous)
            first += [_gone(uri) for uri in strange if self._server.session.documents.get(uri) is None]
            if token is None:
                await index.complete(_FIRST_ANSWER_SECONDS)
            held.changed.update(dict.fromkeys((*index.plans, *known)))
            return await self._answer(held, first, token)
        finally:
            if self._held is held:
                self._held = None

    async def _answer(self, held: _Held, reports: list[Json], token: int | str | None) -> Json:
        same = 0
        while True:
            while held.changed:
                path = next(iter(held.changed))
                del held.changed[path]
                news = self._news(held, path)
                reports += news
                same += not news
                if (len(reports) + same) % _REPORTS_AT_ONCE:
                    continue
                # Each costs little, but there may be thousands.
                if token is not None:
                    self._send(token, reports)
                    reports = []
                await asyncio.sleep(0)
            if token is not None:
                self._send(token, reports)
                reports = []
            if reports and token is None:
                return {"items": [*reports, *self._unchanged(held, reports)]}
            if held.is_over:
                return {"items": []}
            held.wake.clear()
            await held.wake.wait()

    def _send(self, token: int | str, reports: list[Json]) -> None:
        if reports:
            self._server.protocol.notify_bare(types.PROGRESS, {"token": token, "value": {"items": reports}})

    def _unchanged(self, held: _Held, reports: list[Json]) -> Iterator[Json]:
        """What the client has and may keep."""
        index = self._server.index
        told = {each["uri"] for each in reports}
        for path, result in held.known.items():
            uri = index.uri_of(path)
            if uri not in told and path in index.plans and not index.is_open(path) and path in held.had:
                yield {"kind": "unchanged", "uri": uri, "version": None, "resultId": result}

    def _by_path(self, previous: dict[str, str]) -> tuple[dict[Path, str], dict[str, str]]:
        """The client's result ids by path, and those of what is on no disk."""
        from orchestrate_ls.lsp.session import path_of

        index = self._server.index
        paths = {index.uri_of(path): path for path in index.plans}
        known: dict[Path, str] = {}
        strange: dict[str, str] = {}
        for uri, result in previous.items():
            path = paths.get(uri) or path_of(uri)
            if path is None:
                strange[uri] = result
            else:
                known[path] = result
        return known, strange

    def _news(self, held: _Held, path: Path) -> list[Json]:
        """The report of a plan, where the client has another; nothing for one that it knows as it is."""
        index = self._server.index
        if index.is_open(path):
            return []
        plan = index.plans.get(path)
        if plan is None:
            if not index.is_complete or held.known.pop(path, None) is None:
                return []
            return [_gone(index.uri_of(path))]
        had = held.known.get(path)
        held.known[path] = plan.result_id
        if had == plan.result_id or (path not in held.had and had is None and plan.result_id == _NONE):
            return []
        report = {"kind": "full", "uri": index.uri_of(path), "version": None}
        return [{**report, "resultId": plan.result_id, "items": self._items(path)}]

    async def _open_reports(self, previous: dict[str, str]) -> list[Json]:
        reports: list[Json] = []
        for snapshot in self._server.session.documents:
            if snapshot.plan is None:
                continue
            report = await self._server.diagnostics.pull(snapshot.uri, previous.get(snapshot.uri))
            if report["kind"] == "full":
                present = self._server.session.documents.get(snapshot.uri)
                version = present.version if present is not None else None
                reports.append({**report, "uri": snapshot.uri, "version": version})
        return reports

    def _items(self, path: Path) -> list[Json]:
        plan = self._server.index.plans.get(path)
        if plan is None:
            return []
        from orchestrate_ls.lsp.index_reading import unpacked

        return unpacked(plan.diagnostics)


def _gone(uri: str) -> Json:
    return {"kind": "full", "uri": uri, "version": None, "items": []}
