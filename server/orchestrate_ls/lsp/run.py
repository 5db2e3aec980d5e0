"""`orchestrate lsp`: from the command line's arguments to a server that runs until its client ends it."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import sys
from typing import TYPE_CHECKING, Final

from orchestrate_ls.lsp.arguments import Options, parse_arguments

if TYPE_CHECKING:
    from orchestrate_ls.lsp.server import PlanServer

_WRONG_USE: Final = 2
_INTERRUPTED: Final = 130


def serve(arguments: list[str]) -> int:
    """Run the language server; returns the process's exit code.

    0 where the client shut the server down and ended it, 1 where it just went away, 2 where the server could not be
    started as asked.
    """
    try:
        options = parse_arguments(arguments)
    except SystemExit as wanted:
        return wanted.code if isinstance(wanted.code, int) else _WRONG_USE
    # Importing makes thousands of classes and hardly any garbage.
    gc.disable()
    try:
        return asyncio.run(_serve(options))
    except KeyboardInterrupt:
        return _INTERRUPTED


async def _serve(options: Options) -> int:
    from orchestrate_ls.lsp import logs
    from orchestrate_ls.lsp.server import PlanServer

    server = PlanServer()
    gc.enable()
    with contextlib.ExitStack() as on_exit:
        if options.log_file is not None:
            try:
                handler = logs.log_to_file(options.log_file, options.log_level)
            except OSError as error:
                return _refuse(
                    f"the log file {options.log_file} cannot be written: {error.strerror or error}"
                )
            on_exit.callback(logs.remove, handler)
        on_exit.callback(logs.remove, server.log)
        try:
            await _talk(server, options)
        except OSError as error:
            return _refuse(f"cannot listen there: {error.strerror or error}")
        logging.getLogger(__name__).info("the server ends with code %d", server.exit_code)
        return server.exit_code


async def _talk(server: PlanServer, options: Options) -> None:
    if options.tcp is not None:
        from orchestrate_ls.lsp.sockets import say_where, serve_tcp

        address = options.tcp
        await serve_tcp(server, address.host, address.port, say_where("tcp"), server.stopped)
    elif options.websocket is not None:
        from orchestrate_ls.lsp.sockets import say_where, serve_websocket

        address = options.websocket
        await serve_websocket(
            server, address.host, address.port, options.origins, say_where("ws"), server.stopped
        )
    else:
        from orchestrate_ls.lsp.stdio import start_stdio

        start_stdio(server)
        await server.stopped.wait()


def _refuse(message: str) -> int:
    sys.stderr.write(f"orchestrate lsp: {message}\n")
    return _WRONG_USE
