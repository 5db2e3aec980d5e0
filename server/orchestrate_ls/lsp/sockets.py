"""The transports over TCP and WebSocket: one client, and nobody after it. Knows nothing of what is in a message.

Both listen on this machine only unless another address is asked for. A web page can open WebSockets to this machine
too, and says so in the `Origin` header; pages are refused unless they were named. To a TCP port a page can send what it
likes behind the head of an HTTP request: what does not begin as a message does is not a client, and is dropped.
"""

from __future__ import annotations

import asyncio
import logging
import select
import socket
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, cast

from orchestrate_ls.lsp.connection import Receiver
from orchestrate_ls.lsp.framing import LARGEST_BODY, FrameReader, FramingError, frame

if TYPE_CHECKING:
    from websockets.asyncio.server import ServerConnection
    from websockets.typing import Origin

_logger = logging.getLogger(__name__)
_CLOSING_SECONDS: Final = 2.0
_FIRST_HEADERS: Final = (b"content-length:", b"content-type:")
"""What a message begins with; the longest first."""

Listening = Callable[[str, int], None]
"""Told the address and the port that a client may connect to now."""


def _is_readable(endpoint: socket.socket | None) -> bool:
    if endpoint is None:
        return False
    try:
        return bool(select.select([endpoint], [], [], 0)[0])
    except (OSError, ValueError):
        return False


def _bound_to(sockets: tuple[socket.socket, ...] | list[socket.socket]) -> tuple[str, int]:
    address = cast("tuple[str, int]", sockets[0].getsockname())
    return address[0], address[1]


def _may_be_header(begin: bytes) -> bool:
    """Whether what a connection begins with is a message's header, as far as it has come."""
    begin = begin[: len(_FIRST_HEADERS[0])].lower()
    return any(begin.startswith(each) or each.startswith(begin) for each in _FIRST_HEADERS)


class _TcpConnection(asyncio.Protocol):
    def __init__(self, receiver: Receiver, is_taken: Callable[[], bool], take: Callable[[], None]) -> None:
        self._receiver = receiver
        self._is_taken = is_taken
        self._take = take
        self._begin: bytes | None = b""
        """What has come so far, until it is known whether it comes from a client."""
        self._frames = FrameReader()
        self._transport: asyncio.Transport | None = None
        self._socket: socket.socket | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        stream = cast("asyncio.Transport", transport)
        if self._is_taken():
            stream.abort()
            return
        self._transport = stream
        self._socket = cast("socket.socket | None", stream.get_extra_info("socket"))

    def data_received(self, data: bytes) -> None:
        if self._transport is None:
            return
        if self._begin is not None:
            data = self._begin + data
            self._begin = data
            if not self._is_client(data):
                return
        bodies: list[bytes] = []
        for found in self._frames.feed(data):
            if isinstance(found, FramingError):
                _logger.error("%s", found.message)
            else:
                bodies.append(found)
        if bodies:
            self._receiver.receive(bodies)

    def _is_client(self, begin: bytes) -> bool:
        """Whether it has turned out to be the client; whoever cannot be is dropped."""
        if self._is_taken() or not _may_be_header(begin):
            if not self._is_taken():
                _logger.error("dropped a connection that does not speak the protocol: %r", begin[:80])
            if self._transport is not None:
                self._transport.abort()
            self._transport = None
            return False
        if len(begin) < len(_FIRST_HEADERS[0]):
            return False
        self._begin = None
        self._take()
        self._receiver.connected(self)
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        if self._transport is not None:
            self._transport = None
            if self._begin is None:
                self._receiver.disconnected()

    def send(self, body: bytes) -> None:
        if self._transport is not None:
            self._transport.write(frame(body))

    def has_input(self) -> bool:
        return _is_readable(self._socket)

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()


async def serve_tcp(
    receiver: Receiver, host: str, port: int, listening: Listening, stopped: asyncio.Event
) -> None:
    """Serve the first client that connects, until ``stopped``. Raises ``OSError`` where the port cannot be had."""
    taken = False

    def is_taken() -> bool:
        return taken

    def take() -> None:
        nonlocal taken
        taken = True

    server = await asyncio.get_running_loop().create_server(
        lambda: _TcpConnection(receiver, is_taken, take), host, port
    )
    listening(*_bound_to(server.sockets))
    await stopped.wait()
    server.close()
    # Lets what was sent last go out.
    await asyncio.sleep(0)


class _WebSocketConnection:
    def __init__(self, websocket: ServerConnection) -> None:
        self._websocket = websocket
        self._outgoing: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._socket = cast("socket.socket | None", websocket.transport.get_extra_info("socket"))
        self._sending = asyncio.ensure_future(self._send_all())

    def send(self, body: bytes) -> None:
        self._outgoing.put_nowait(body)

    def has_input(self) -> bool:
        return _is_readable(self._socket)

    def close(self) -> None:
        self._outgoing.put_nowait(None)

    async def closed(self) -> None:
        """Wait until all that was sent has gone out."""
        await asyncio.wait([self._sending], timeout=_CLOSING_SECONDS)

    async def _send_all(self) -> None:
        from websockets.exceptions import ConnectionClosed

        try:
            while (body := await self._outgoing.get()) is not None:
                # Text frames, as JSON is text and browsers hand binary ones on as blobs.
                await self._websocket.send(body.decode())
            await self._websocket.close()
        except ConnectionClosed:
            return


async def serve_websocket(
    receiver: Receiver,
    host: str,
    port: int,
    origins: tuple[str, ...],
    listening: Listening,
    stopped: asyncio.Event,
) -> None:
    """Serve the first client that connects, until ``stopped``. Raises ``OSError`` where the port cannot be had.

    ``origins`` are the web pages' origins (`https://editor.example`) that may connect, beside programs, which name
    none.
    """
    from websockets.asyncio.server import serve

    connections: list[_WebSocketConnection] = []

    async def talk(websocket: ServerConnection) -> None:
        if connections:
            await websocket.close(1013, "this server has its client already")
            return
        connection = _WebSocketConnection(websocket)
        connections.append(connection)
        receiver.connected(connection)
        # Ends with the connection, however that ends.
        async for message in websocket:
            receiver.receive([message.encode() if isinstance(message, str) else message])
        receiver.disconnected()

    allowed = [None, *(cast("Origin", origin) for origin in origins)]
    # No time-out for pongs: while a plan is worked on for long, none is read.
    async with serve(talk, host, port, origins=allowed, max_size=LARGEST_BODY, ping_timeout=None) as server:
        listening(*_bound_to(list(server.sockets)))
        await stopped.wait()
        for connection in connections:
            await connection.closed()


def say_where(kind: str) -> Listening:
    """Tells on standard error where a server listens, so that a port of 0 can be used."""

    def listening(host: str, port: int) -> None:
        shown = f"[{host}]" if ":" in host else host
        sys.stderr.write(f"listening on {kind}://{shown}:{port}\n")
        sys.stderr.flush()

    return listening
