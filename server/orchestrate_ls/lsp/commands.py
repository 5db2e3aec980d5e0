"""The commands that any editor can call with `workspace/executeCommand`. What they do is done elsewhere."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from orchestrate_ls.lsp.errors import InvalidParamsError
from orchestrate_ls.lsp.progress import Token

if TYPE_CHECKING:
    from orchestrate_ls.lsp.server import PlanServer

_logger = logging.getLogger(__name__)

Command = Callable[[list[Any], Token | None], Awaitable[Any]]
"""From the arguments and the token of progress that came with them to the result, as JSON."""


def register(server: PlanServer) -> None:
    """Register the commands."""

    async def execute_command(params: types.ExecuteCommandParams) -> Any:
        command = server.commands.get(params.command)
        if command is None:
            known = ", ".join(server.commands)
            raise InvalidParamsError(f"there is no command `{params.command}`; there are {known}")
        return await command(list(params.arguments or ()), params.work_done_token)

    server.feature(types.WORKSPACE_EXECUTE_COMMAND)(execute_command)
