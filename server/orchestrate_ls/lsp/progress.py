"""Long work shown by the client with a bar and a button to cancel it. Does not know what the work is."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from itertools import count
from typing import TYPE_CHECKING, Any, Final

from lsprotocol import types
from pygls.exceptions import JsonRpcException

if TYPE_CHECKING:
    from orchestrate_ls.lsp.server import PlanServer

_logger = logging.getLogger(__name__)
_CREATE_SECONDS: Final = 5.0

Token = int | str


class Report:
    """Tells the client how far the work is."""

    def __init__(self, server: PlanServer, token: Token | None) -> None:
        self._server = server
        self._token = token
        self.last_words = ""
        """Shown for a moment when the work has ended."""

    def send(self, kind: str, **values: Any) -> None:
        """Send one of `begin`, `report` and `end`; nothing to a client that shows none."""
        if self._token is None:
            return
        self._server.protocol.notify_bare(
            types.PROGRESS, {"token": self._token, "value": {"kind": kind, **values}}
        )

    def step(self, message: str, share: int | None = None) -> None:
        """What is being done now, and how many percent of all that is."""
        self.send("report", message=message, **({} if share is None else {"percentage": share}))


class Progress:
    """The work under way that the client knows of."""

    def __init__(self, server: PlanServer) -> None:
        self._server = server
        self._numbers = count(1)
        self._tasks: dict[Token, asyncio.Task[Any]] = {}

    @asynccontextmanager
    async def shown(
        self, title: str, given: Token | None, *, percent: bool = False
    ) -> AsyncGenerator[Report]:
        """Show the work done inside, which runs in a task that the client may cancel.

        ``given`` is the token that came with the request; without one, a client that can show work is asked for one.
        With ``percent`` the steps will say how much is done.
        """
        token = given if given is not None else await self._create()
        report = Report(self._server, token)
        task = asyncio.current_task()
        if token is not None and task is not None:
            self._tasks[token] = task
        report.send("begin", title=title, cancellable=True, **({"percentage": 0} if percent else {}))
        try:
            yield report
        except asyncio.CancelledError:
            report.last_words = "cancelled"
            raise
        except Exception as error:
            report.last_words = str(error)
            raise
        finally:
            if token is not None:
                self._tasks.pop(token, None)
            words = {"message": report.last_words} if report.last_words else {}
            report.send("end", **words)

    def cancel(self, token: Token) -> None:
        """The client wants the work of a token to stop."""
        task = self._tasks.get(token)
        if task is not None:
            task.cancel()

    async def _create(self) -> Token | None:
        if not self._server.abilities.work_done_progress:
            return None
        token = f"orchestrate-{next(self._numbers)}"
        try:
            await self._server.ask(
                types.WINDOW_WORK_DONE_PROGRESS_CREATE,
                types.WorkDoneProgressCreateParams(token),
                _CREATE_SECONDS,
            )
        except (TimeoutError, JsonRpcException) as error:
            # The work matters, the bar does not.
            _logger.info("the client shows no progress: %s", error)
            return None
        return token


def register(server: PlanServer) -> None:
    """Register the button to cancel."""

    def cancel(params: types.WorkDoneProgressCancelParams) -> None:
        server.work.cancel(params.token)

    server.feature(types.WINDOW_WORK_DONE_PROGRESS_CANCEL)(cancel)
