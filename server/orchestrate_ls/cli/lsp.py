"""`orchestrate lsp`: only so that it is listed among the commands. `main` starts the server without coming here,
unless options stand before the command.
"""

from __future__ import annotations

from typing import Any, Final

import typer

PASS_ON: Final[dict[str, Any]] = {"ignore_unknown_options": True, "allow_extra_args": True}


def lsp(context: typer.Context) -> None:
    """Start the language server: over standard input and output, TCP or WebSocket.

    Editors start it themselves. `orchestrate lsp --help` lists its options.
    """
    from orchestrate_ls.lsp.run import serve

    raise typer.Exit(serve(context.args))
