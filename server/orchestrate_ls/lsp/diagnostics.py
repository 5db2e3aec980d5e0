"""Publishes what was found to clients that cannot ask, and answers those that can. Finds nothing itself.

A check runs once the messages that have arrived are dealt with: thirty queued keystrokes are checked once. It does not
wait any longer than that, so a single keystroke is answered at once.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any, Final

from lsprotocol import types
from pygls.exceptions import JsonRpcException

if TYPE_CHECKING:
    from orchestrate_ls.lsp.abilities import ClientAbilities
    from orchestrate_ls.lsp.server import PlanServer
    from orchestrate_ls.lsp.session import Checked
    from orchestrate_ls.rules.engine import FileCheck

Json = dict[str, Any]

_logger = logging.getLogger(__name__)
_LONGEST_WAIT: Final = 0.1
"""Seconds. A client that never stops typing sees diagnostics at least this often (and the time of a check)."""
_LOOK_AGAIN: Final = 0.0005
_REFRESH_SECONDS: Final = 10.0
_PAUSE: Final = 0.15
"""Seconds without a change after which the schedule of a large plan is computed again."""


class Publisher:
    """Decides when documents are checked, and remembers what was sent."""

    def __init__(self, server: PlanServer) -> None:
        self._server = server
        self._waiting: dict[str, float] = {}
        """Documents to be checked, with the time of their first change since the last check."""
        self._scheduled = False
        self._stopped = False
        self._results: dict[str, tuple[str, list[Json]]] = {}
        self._next_result = 0
        self._settings_files: set[str] = set()
        self._completing: dict[str, Checked] = {}

    def changed(self, uri: str) -> None:
        """A document has a new version."""
        if self._server.abilities.pulls_diagnostics:
            # Asked for by the client when it is ready.
            return
        self._waiting.setdefault(uri, self._server.loop.time())
        self._schedule()

    def all_changed(self) -> None:
        """Settings are others now, and so may be all findings."""
        abilities = self._server.abilities
        for snapshot in self._server.session.documents:
            self.changed(snapshot.uri)
        if abilities.pulls_diagnostics and abilities.refreshes_diagnostics:
            self._server.run(self._ask_to_pull_again())
        self.publish_settings_problems()

    def closed(self, uri: str) -> None:
        """A document is not shown any more."""
        self._waiting.pop(uri, None)
        self._results.pop(uri, None)
        self._completing.pop(uri, None)
        self._server.refiner.closed(uri)
        self._server.followed.closed(uri)
        if not self._server.abilities.pulls_diagnostics:
            self._publish(uri, None, [])

    def stop(self) -> None:
        """Check nothing more."""
        self._stopped = True
        self._waiting.clear()

    def resume(self) -> None:
        """Check what has been waiting for the settings."""
        if self._waiting:
            self._schedule()

    def _schedule(self) -> None:
        if not self._scheduled and not self._stopped:
            self._scheduled = True
            self._server.loop.call_soon(self._run)

    def _run(self) -> None:
        self._scheduled = False
        if self._stopped or not self._waiting or not self._server.configuration.is_ready:
            return
        server = self._server
        uri = next(
            (
                each
                for each in tuple(self._waiting)
                if each not in server.held and server.agents.ready_for(each)
            ),
            None,
        )
        if uri is None:
            # Called again as soon as their agents are known, and their texts are read.
            return
        since = self._waiting[uri]
        connection = self._server.protocol.connection
        waited = self._server.loop.time() - since
        if connection is not None and connection.has_input() and waited < _LONGEST_WAIT:
            # The next message may change the document again.
            self._scheduled = True
            self._server.loop.call_later(_LOOK_AGAIN, self._run)
            return
        del self._waiting[uri]
        try:
            server.held.check(uri, lambda: self._show(uri))
        except Exception:
            _logger.exception("%s could not be checked", uri)
        if self._waiting:
            self._schedule()

    def _show(self, uri: str) -> None:
        from orchestrate_ls.lsp.wire_diagnostics import to_diagnostics

        checked = self._server.session.checked(uri)
        if checked is not None:
            self._publish(uri, checked.snapshot.version, to_diagnostics(checked, self._server.abilities))
            self.publish_settings_problems()
            self._complete_later(checked)

    def _complete_later(self, checked: Checked) -> None:
        uri = checked.snapshot.uri
        self._server.refiner.checked(checked)
        self._server.followed.checked(checked)
        if checked.check is None or not checked.check.is_pending or self._completing.get(uri) is checked:
            return
        self._completing[uri] = checked
        self._server.run(self._complete(checked))

    async def _complete(self, checked: Checked) -> None:
        """The second phase: what needs the schedule of a large plan, once nothing is typed for a moment.

        It goes on in small steps for as long as the document stays as it is; then findings and hints are shown again
        where they are others.
        """
        session, check = self._server.session, checked.check
        await asyncio.sleep(_PAUSE)
        if check is None:
            return
        steps = check.complete_steps()
        while True:
            if self._stopped or not session.is_current(checked):
                return
            try:
                next(steps)
            except StopIteration as end:
                whole = end.value
                break
            await asyncio.sleep(0)
        await self.show_again(checked, whole)

    async def show_again(self, checked: Checked, check: FileCheck) -> None:
        """Take in a check of a current version that knows more of its schedule, and show what is another by that."""
        from orchestrate_ls.lsp.wire_diagnostics import to_diagnostics

        abilities = self._server.abilities
        known = to_diagnostics(checked, abilities)
        fresh = self._server.session.completed(checked, check)
        if (found := to_diagnostics(fresh, abilities)) != known:
            if not abilities.pulls_diagnostics:
                self._publish(fresh.snapshot.uri, fresh.snapshot.version, found)
            elif abilities.refreshes_diagnostics:
                await self._ask_to_pull_again()
        self._complete_later(fresh)
        # Hints and lenses tell of the schedule, too.
        if abilities.refreshes_hints:
            await self._ask(types.WORKSPACE_INLAY_HINT_REFRESH)
        if abilities.refreshes_lenses:
            await self._ask(types.WORKSPACE_CODE_LENS_REFRESH)

    def _publish(self, uri: str, version: int | None, found: list[Json]) -> None:
        params: Json = {"uri": uri, "diagnostics": found}
        if version is not None and self._server.abilities.diagnostic_versions:
            params["version"] = version
        self._server.protocol.notify_bare(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS, params)

    def publish_of_file(self, uri: str, found: list[Json]) -> None:
        """Show what is wrong with a file that is no plan."""
        if not self._stopped:
            self._publish(uri, None, found)

    def publish_settings_problems(self) -> None:
        """Show what is wrong in settings files at its place; nobody asks for the diagnostics of those."""
        files = self._server.session.settings.files
        if not self._settings_files and not any(loaded.problems for loaded in files):
            return
        from orchestrate_ls.lsp.wire_diagnostics import to_settings_diagnostics

        encoding = self._server.abilities.encoding
        wrong = {
            loaded.path.as_uri(): to_settings_diagnostics(loaded, encoding)
            for loaded in files
            if loaded.path is not None and loaded.problems
        }
        for uri in sorted(self._settings_files - wrong.keys()):
            self._publish(uri, None, [])
        for uri, found in wrong.items():
            if uri not in self._settings_files:
                self._publish(uri, None, found)
        self._settings_files = set(wrong)

    def forget_settings_problems(self) -> None:
        """Settings files are read again: what was said of them may be wrong by now."""
        for uri in sorted(self._settings_files):
            self._publish(uri, None, [])
        self._settings_files.clear()

    async def _ask_to_pull_again(self) -> None:
        await self._ask(types.WORKSPACE_DIAGNOSTIC_REFRESH)

    async def _ask(self, method: str) -> None:
        """Ask the client to ask again. One that does not want to will see what is new at the next change."""
        try:
            await self._server.ask(method, None, _REFRESH_SECONDS)
        except (TimeoutError, JsonRpcException) as error:
            _logger.debug("the client did not answer %s: %s", method, error)

    async def pull(self, uri: str, previous: str | None) -> Json:
        """The answer to a client that asks for a document's diagnostics."""
        await self._server.configuration.ready()
        await self._server.agents.ready(uri)
        await self._server.held.checked(uri)
        from orchestrate_ls.lsp.wire_diagnostics import to_diagnostics

        checked = self._server.session.checked(uri)
        if checked is None:
            path = self._server.session.path_of(uri)
            report = (
                self._server.workspace_diagnostics.report_of(path, previous) if path is not None else None
            )
            return report or {"kind": "full", "resultId": "none", "items": []}
        found = to_diagnostics(checked, self._server.abilities)
        self.publish_settings_problems()
        known = self._results.get(uri)
        if known is None or known[1] != found:
            self._next_result += 1
            known = (str(self._next_result), found)
            self._results[uri] = known
        self._complete_later(checked)
        if known[0] == previous:
            return {"kind": "unchanged", "resultId": previous}
        return {"kind": "full", "resultId": known[0], "items": found}


def register_for(server: PlanServer, abilities: ClientAbilities) -> None:
    """Offer to be asked to a client that can ask."""
    if not abilities.pulls_diagnostics:
        return

    async def document_diagnostic(params: types.DocumentDiagnosticParams) -> Json:
        return await server.diagnostics.pull(params.text_document.uri, params.previous_result_id)

    server.feature(
        types.TEXT_DOCUMENT_DIAGNOSTIC,
        types.DiagnosticOptions(
            identifier="orchestrate", inter_file_dependencies=False, workspace_diagnostics=True
        ),
    )(document_diagnostic)

    async def workspace_diagnostic(params: types.WorkspaceDiagnosticParams) -> Json:
        previous = {each.uri: each.value for each in params.previous_result_ids}
        return await server.workspace_diagnostics.pull(previous, params.partial_result_token)

    server.feature(types.WORKSPACE_DIAGNOSTIC)(workspace_diagnostic)
