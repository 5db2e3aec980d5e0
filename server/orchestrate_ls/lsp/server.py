"""The server: what it is made of, and how it begins and ends. Each group of methods has a file of its own.

Before `initialize` is answered only this file and what it needs is imported; the rest follows while the client is
busy with the answer.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Mapping
from dataclasses import replace
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from orchestrate_ls import __version__
from orchestrate_ls.lsp import (
    agents,
    call_hierarchy,
    client_answers,
    code_actions,
    code_lenses,
    commands,
    completion,
    configuration,
    diagnostics,
    document_links,
    file_operations,
    formatting,
    held,
    hover,
    inlay_hints,
    linked_editing,
    logs,
    navigation,
    outline,
    parent_watch,
    plan_index,
    plan_progress,
    progress,
    progress_commands,
    rename,
    schedule_refining,
    search_process,
    semantic_tokens,
    structure,
    task_commands,
    task_renames,
    text_sync,
    trigger_answers,
    workspace_diagnostics,
    workspace_symbols,
)
from orchestrate_ls.lsp.abilities import ClientAbilities
from orchestrate_ls.lsp.background import in_background
from orchestrate_ls.lsp.connection import Connection
from orchestrate_ls.lsp.protocol import PlanProtocol

if TYPE_CHECKING:
    from orchestrate_ls.lsp.session import Session

_PREPARE_AFTER: Final = 0.5
"""Seconds. By then the plans that were open when the editor started have been checked."""

_ASKED_FIRST: Final = tuple(
    f"orchestrate_ls.ide.{name}"
    for name in (
        "markup",
        "places",
        "names",
        "completion_place",
        "completion_values",
        "completion",
        "schedule",
        "hover",
        "symbols",
        "semantic_tokens",
        "insert_task",
        "merge_tasks",
        "split_task",
        "organize_tasks",
        "refactorings",
        "replan_actions",
        "code_actions",
    )
)
"""Modules that an editor needs as soon as somebody moves the cursor, each of which takes some milliseconds to load."""

_logger = logging.getLogger(__name__)


class PlanServer(LanguageServer):
    """Serves one client, from its first message to its last. Lives in one event loop."""

    protocol: PlanProtocol  # pyright: ignore[reportIncompatibleVariableOverride]

    def __init__(self) -> None:
        super().__init__("orchestrate", __version__, protocol_cls=PlanProtocol)  # pyright: ignore[reportUnknownMemberType]
        self.loop = asyncio.get_running_loop()
        self.stopped = asyncio.Event()
        self.exit_code = 1
        """What the process should end with; the protocol wants 1 where nobody asked for the end."""
        self.abilities = ClientAbilities()
        self._background: set[asyncio.Task[object]] = set()
        self.given: Mapping[str, Any] = {}
        """The parameters of `initialize`."""
        self.held = held.HeldDocuments(self)
        self.diagnostics = diagnostics.Publisher(self)
        self.configuration = configuration.Configuration(self)
        self.agents = agents.AgentFiles(self)
        self.work = progress.Progress(self)
        self.answers = client_answers.ClientAnswers(self)
        self.searches = search_process.Searches()
        self.refiner = schedule_refining.ScheduleRefiner(self)
        self.index = plan_index.PlanIndex(self)
        self.followed = plan_progress.ProgressFollower(self)
        self.task_renames = task_renames.TaskRenames(self)
        self.trigger_answers = trigger_answers.TriggerAnswers(self)
        self.workspace_diagnostics = workspace_diagnostics.WorkspaceDiagnostics(self)
        self.commands: dict[str, commands.Command] = {}
        self.tokens = semantic_tokens.Tokens(self)
        self.log = logs.ClientLog(self)
        text_sync.register(self)
        code_actions.register(self)
        completion.register(self)
        navigation.register(self)
        rename.register(self)
        hover.register(self)
        outline.register(self)
        workspace_symbols.register(self)
        call_hierarchy.register(self)
        structure.register(self)
        inlay_hints.register(self)
        code_lenses.register(self)
        document_links.register(self)
        formatting.register(self)
        linked_editing.register(self)
        semantic_tokens.register(self)
        configuration.register(self)
        file_operations.register(self)
        progress.register(self)
        client_answers.register(self)
        commands.register(self)
        task_commands.register(self)
        progress_commands.register(self)

    @cached_property
    def session(self) -> Session:
        """The documents and what is known of them."""
        from orchestrate_ls.lsp.session import Session

        return Session(self.abilities, configuration.folders_of(self.given))

    # Called by the transport

    def connected(self, connection: Connection) -> None:
        """The line to the client is up."""
        self.protocol.connection = connection

    def receive(self, bodies: list[bytes]) -> None:
        """Some messages have arrived."""
        self.protocol.receive(bodies)

    def disconnected(self) -> None:
        """The client has gone; without `shutdown`, that is an accident."""
        self.protocol.disconnected()

    # Called by the protocol

    def connect(self, given: Mapping[str, Any], abilities: ClientAbilities) -> None:
        """What `initialize` said. Nothing slow may be done here."""
        self.given = given
        more = configuration.client_commands_of(given)
        self.abilities = replace(abilities, client_commands=abilities.client_commands | more)
        diagnostics.register_for(self, abilities)
        parent_watch.watch(given.get("processId"), self.parent_died)
        self.loop.call_soon(self._warm_up)

    def _warm_up(self) -> None:
        if self.stopped.is_set():
            return
        try:
            self.session.warm_up()
        except Exception as error:
            # Without its parts there is nothing it could do, now or later.
            _logger.exception("the server cannot start")
            self.show_message(f"Orchestrate cannot start: {error}", types.MessageType.Error)
            self.stop(1)
            return
        self.configuration.begin()
        self.loop.call_later(_PREPARE_AFTER, lambda: self.run(self._prepare()))

    async def _prepare(self) -> None:
        """Load what a person will ask for first, a little at a time."""
        await in_background(self.session.prepare)
        for name in _ASKED_FIRST:
            if self.stopped.is_set():
                return
            import_module(name)
            await asyncio.sleep(0)

    def parent_died(self) -> None:
        """The process that started this one is gone."""
        _logger.warning("the client's process has ended, so the server ends too")
        self.stop(1)

    def shut_down(self) -> None:
        """The client wants no more answers."""
        self.diagnostics.stop()
        self.refiner.stop()
        self.searches.stop()
        self.index.stop()
        self.followed.stop()

    def stop(self, exit_code: int) -> None:
        """End the server. The first call decides the exit code."""
        if self.stopped.is_set():
            return
        self.exit_code = exit_code
        self.held.stop()
        self.diagnostics.stop()
        self.refiner.stop()
        self.searches.stop()
        self.index.stop()
        self.followed.stop()
        if self.protocol.connection is not None:
            self.protocol.connection.close()
        self.stopped.set()

    # Called by handlers

    def show_message(self, message: str, kind: types.MessageType = types.MessageType.Warning) -> None:
        """Tell the person at the editor something they should act on."""
        self.protocol.notify_bare(types.WINDOW_SHOW_MESSAGE, {"type": kind.value, "message": message})

    def run(self, work: Coroutine[Any, Any, object]) -> None:
        """Let something happen in the background. What goes wrong there is logged."""
        task = self.loop.create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background_done)

    def _background_done(self, task: asyncio.Task[object]) -> None:
        self._background.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _logger.error("background work failed", exc_info=error)

    async def ask(self, method: str, params: object, seconds: float) -> Any:
        """Send a request to the client and wait for its answer.

        Raises
        ------
        TimeoutError
            It did not answer in time.
        pygls.exceptions.JsonRpcException
            It answered with an error, or with what is no answer to this.
        """
        return await asyncio.wait_for(self.protocol.send_request_async(method, params), seconds)
