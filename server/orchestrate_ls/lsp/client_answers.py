"""Asks the client's own language model: `orchestrate/complete`, whose answer may come in pieces by `$/progress`.

Knows the messages, not what is asked. A client that offers no such model answers that it knows no such method.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from itertools import count
from typing import TYPE_CHECKING, Any, Final, cast

from lsprotocol import types

if TYPE_CHECKING:
    from orchestrate_ls.lsp.server import PlanServer

COMPLETE: Final = "orchestrate/complete"


class ClientAnswers:
    """The requests under way."""

    def __init__(self, server: PlanServer) -> None:
        self._server = server
        self._numbers = count(1)
        self._taking: dict[str, Callable[[str], None]] = {}

    async def ask(self, params: Mapping[str, Any], take: Callable[[str], None]) -> Any:
        """Send a request and wait for its result; ``take`` is called with each piece that comes before it.

        Where the waiting task is cancelled, so is the request. Raises ``pygls.exceptions.JsonRpcException`` for an
        error from the client.
        """
        token = f"orchestrate-complete-{next(self._numbers)}"
        self._taking[token] = take
        try:
            sent = {"token": token, **params}
            return await self._server.protocol.send_request_async(COMPLETE, sent, token)
        except asyncio.CancelledError:
            self._server.protocol.withdraw(token)
            raise
        finally:
            del self._taking[token]

    def progress(self, params: object) -> None:
        """A piece of an answer: `{token, value: {text}}`. What belongs to no request is left alone."""
        if not isinstance(params, Mapping):
            return
        given = cast("Mapping[str, object]", params)
        token, value = given.get("token"), given.get("value")
        take = self._taking.get(token) if isinstance(token, str) else None
        if take is None or not isinstance(value, Mapping):
            return
        text = cast("Mapping[str, object]", value).get("text")
        if isinstance(text, str) and text:
            take(text)


def register(server: PlanServer) -> None:
    """Register what comes from the client."""
    server.protocol.handle_bare(types.PROGRESS, server.answers.progress)
