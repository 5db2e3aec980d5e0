"""A real HTTP server on loopback that speaks the OpenAI chat-completions protocol, well or badly as a test wants."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Behaviour = Callable[["Handler"], None]


@dataclass
class ChatServer:
    """What was asked of it, and how it behaves: one behaviour for each request, the last one for all further ones."""

    url: str
    behaviours: list[Behaviour]
    bodies: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    chat: ChatServer

    def do_POST(self) -> None:
        chat = self.chat
        chat.paths.append(self.path)
        chat.headers.append({name.lower(): value for name, value in self.headers.items()})
        chat.bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        behaviour = chat.behaviours.pop(0) if len(chat.behaviours) > 1 else chat.behaviours[0]
        try:
            behaviour(self)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass

    def whole(self, status: int, value: object, **headers: str) -> None:
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        self.send_response(status)
        for name, each in headers.items():
            self.send_header(name.replace("_", "-"), each)
        if "Content_Type" not in headers:
            self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def begin_stream(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream; charset=utf-8")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()

    def chunk(self, data: bytes) -> None:
        self.wfile.write(b"%X\r\n%s\r\n" % (len(data), data))
        self.wfile.flush()

    def end_stream(self) -> None:
        self.wfile.write(b"0\r\n\r\n")


def event(text: str) -> bytes:
    return (
        b"data: "
        + json.dumps({"choices": [{"index": 0, "delta": {"content": text}}]}, ensure_ascii=False).encode()
        + b"\n\n"
    )


def streaming(text: str, size: int = 7) -> Behaviour:
    """A stream as OpenAI's: a role first, then pieces, then the end."""

    def behave(handler: Handler) -> None:
        handler.begin_stream()
        first = {"choices": [{"index": 0, "delta": {"role": "assistant", "content": ""}}]}
        handler.chunk(b": keep-alive\n\ndata: " + json.dumps(first).encode() + b"\n\n")
        for start in range(0, len(text), size):
            handler.chunk(event(text[start : start + size]))
        last = {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}], "usage": None}
        handler.chunk(b"data: " + json.dumps(last).encode() + b"\n\ndata: [DONE]\n\n")
        handler.end_stream()

    return behave


def raw(*chunks: bytes, end: bool = True) -> Behaviour:
    """A stream of these bytes, with an end or cut."""

    def behave(handler: Handler) -> None:
        handler.begin_stream()
        for each in chunks:
            handler.chunk(each)
        if end:
            handler.end_stream()
        else:
            handler.close_connection = True

    return behave


def failing(status: int, value: object | None = None, **headers: str) -> Behaviour:
    return lambda handler: handler.whole(
        status, value or {"error": {"message": f"status {status}"}}, **headers
    )


@contextmanager
def serving(*behaviours: Behaviour) -> Iterator[ChatServer]:
    chat = ChatServer("", list(behaviours))
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("OwnHandler", (Handler,), {"chat": chat}))
    server.daemon_threads = True
    chat.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield chat
    finally:
        server.shutdown()
        server.server_close()
