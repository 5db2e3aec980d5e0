"""`orchestrate mcp`: the MCP server for chat agents, on standard input and output or on HTTP."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Annotated

import typer

from orchestrate_ls.cli.failures import CommandFailedError, print_note


def mcp(
    root: Annotated[
        list[Path] | None,
        typer.Option(
            "--root",
            metavar="FOLDER",
            help="A folder whose plans clients may use; may be given again. Without it the folders that the client"
            " names (on standard input and output), else the current one.",
        ),
    ] = None,
    http: Annotated[
        bool, typer.Option("--http", help="Serve streamable HTTP instead of standard input and output.")
    ] = False,
    host: Annotated[
        str, typer.Option("--host", metavar="ADDRESS", help="Where to listen with --http.", show_default=True)
    ] = "127.0.0.1",
    port: Annotated[
        int,
        typer.Option(
            "--port",
            metavar="N",
            help="The port with --http; 0 takes a free one.",
            min=0,
            max=65535,
            show_default=True,
        ),
    ] = 8765,
    allow_host: Annotated[
        list[str] | None,
        typer.Option(
            "--allow-host",
            metavar="NAME",
            help="A name under which clients reach the server besides its address; may be given again.",
        ),
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Only say whether it could be started, and end.")
    ] = False,
) -> None:
    """Start the MCP server: plans for chat agents, as tools, resources and prompts.

    Agents start it themselves; `claude mcp add orchestrate -- orchestrate mcp` tells Claude Code, and
    `orchestrate init` writes what a project's tools need. Paths are confined to the roots. With `--http` it has no
    log-in: it listens on this machine alone unless `--host` says otherwise, and checks the Host and Origin of each
    request.

    Needs the extra `mcp`: pip install 'orchestrate-ls[mcp]'.
    """
    if importlib.util.find_spec("mcp") is None:
        raise CommandFailedError(
            "the MCP server needs the package `mcp`, which is not installed",
            "pip install 'orchestrate-ls[mcp]'",
        )
    if check:
        print_note("the MCP server can be started")
        return
    roots = [_folder(path) for path in root or ()]
    if not http:
        if allow_host:
            raise CommandFailedError("--allow-host is about HTTP", "add --http")
        from orchestrate_ls.mcp.serving import serve_stdio

        serve_stdio(roots)
        return
    from orchestrate_ls.mcp.serving import Address, CannotListenError, serve_http

    address = Address(host, port, tuple(allow_host or ()))
    if not address.is_loopback:
        print_note(
            f"{host} can be reached by others, and the server has no log-in: whoever gets there may use it"
        )
    try:
        serve_http(roots, address)
    except CannotListenError as error:
        raise CommandFailedError(str(error), "choose another with --host and --port") from None


def _folder(path: Path) -> Path:
    if not path.is_dir():
        raise CommandFailedError(f"there is no folder {path}", "name an existing one with --root")
    return path.resolve()
