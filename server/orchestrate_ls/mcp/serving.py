"""Runs the MCP server on standard input and output, or on HTTP, and ends it when the client or the user does."""

from __future__ import annotations

import socket
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import anyio

from orchestrate_ls.mcp.roots import Workspace

PATH: Final = "/mcp"
LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")


class CannotListenError(Exception):
    """The address cannot be listened on; the message says why."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where to listen, and under which other names (``host`` or ``host:port``) requests may come."""

    host: str
    port: int
    names: tuple[str, ...] = ()

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine gets here."""
        return self.host in LOOPBACK


def serve_stdio(roots: Sequence[Path]) -> None:
    """Serve the client that started this process, until it closes the connection."""
    from orchestrate_ls.mcp.server import build_server

    anyio.run(build_server(Workspace(tuple(roots), asks=True)).run_stdio_async)


def serve_http(roots: Sequence[Path], address: Address) -> None:
    """Serve any number of clients over streamable HTTP, until interrupted.

    Requests have to name the address itself, this machine, or one of its names; web pages of elsewhere are refused.
    Whoever connects may be anyone, so no client names roots. Raises ``CannotListenError``.
    """
    import uvicorn
    from mcp.server.transport_security import TransportSecuritySettings

    from orchestrate_ls.mcp.server import build_server

    listener = _listener(address)
    port = listener.getsockname()[1]
    hosts = [f"{_bracketed(name)}:{port}" for name in (address.host, *LOOPBACK)]
    hosts += [name if ":" in name else f"{name}:{port}" for name in address.names]
    # A proxy on the standard port leaves the port out.
    hosts += [name for name in address.names if ":" not in name]
    security = TransportSecuritySettings(
        allowed_hosts=hosts,
        allowed_origins=[f"{scheme}://{each}" for each in hosts for scheme in ("http", "https")],
    )
    server = build_server(Workspace(tuple(roots)))
    app = server.streamable_http_app(
        streamable_http_path=PATH, transport_security=security, host=address.host
    )
    config = uvicorn.Config(app, log_level="warning", access_log=False, timeout_graceful_shutdown=2)

    class TellingServer(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            """Say where it is once it answers there, and once an interrupt ends it as it should."""
            await super().startup(sockets=sockets)
            sys.stderr.write(f"MCP server at http://{_bracketed(address.host)}:{port}{PATH}\n")
            sys.stderr.flush()

    TellingServer(config).run(sockets=[listener])


def _listener(address: Address) -> socket.socket:
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    try:
        return socket.create_server((address.host, address.port), family=family)
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise CannotListenError(f"{address.host}:{address.port} cannot be listened on: {reason}") from None


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
