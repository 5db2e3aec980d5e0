"""A language client over stdio whose own cost stays out of what it measures.

A reader thread stamps each message with the clock the moment its last byte is there, before parsing it, and
parses it once. What is sent is serialised before its clock starts. Requests of the server (configuration,
registrations, progress) are answered at once by the reader thread. It must not know which server it talks to,
nor what a plan is.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

Json = dict[str, Any]

DEFAULT_TIMEOUT_SECONDS = 120.0
_READ_SIZE = 1 << 18
_STDERR_TAIL = 2000
_METHOD_NOT_FOUND = -32601
_SYNC_FULL = 1

# What an ordinary editor says of itself. It takes pushed diagnostics only, so that every server pushes them;
# a server that can only be asked is told of `textDocument.diagnostic` too (see `pull`).
_CLIENT_CAPABILITIES: Json = {
    "general": {"positionEncodings": ["utf-16"]},
    "workspace": {
        "configuration": True,
        "workspaceFolders": True,
        "applyEdit": True,
        "didChangeConfiguration": {"dynamicRegistration": True},
        "didChangeWatchedFiles": {"dynamicRegistration": True},
        "workspaceEdit": {"documentChanges": True},
    },
    "window": {"workDoneProgress": True},
    "textDocument": {
        "synchronization": {"didSave": True},
        "publishDiagnostics": {
            "versionSupport": True,
            "relatedInformation": True,
            "codeDescriptionSupport": True,
            "dataSupport": True,
            "tagSupport": {"valueSet": [1, 2]},
        },
        "completion": {
            "contextSupport": True,
            "completionItem": {
                "snippetSupport": True,
                "documentationFormat": ["markdown", "plaintext"],
                "insertReplaceSupport": True,
                "resolveSupport": {"properties": ["documentation", "detail", "additionalTextEdits"]},
            },
        },
        "hover": {"contentFormat": ["markdown", "plaintext"]},
        "documentSymbol": {"hierarchicalDocumentSymbolSupport": True},
        "references": {},
        "rename": {"prepareSupport": True},
        "semanticTokens": {
            "requests": {"range": True, "full": {"delta": True}},
            "tokenTypes": ["property", "function", "class", "number", "enumMember", "namespace", "keyword"],
            "tokenModifiers": ["declaration", "deprecated"],
            "formats": ["relative"],
        },
        "codeAction": {
            "codeActionLiteralSupport": {
                "codeActionKind": {"valueSet": ["", "quickfix", "refactor", "source", "source.fixAll"]}
            },
            "dataSupport": True,
            "isPreferredSupport": True,
            "disabledSupport": True,
            "resolveSupport": {"properties": ["edit"]},
        },
    },
}


class ServerError(Exception):
    """The server went away, was silent for too long or answered with an error; the message has its stderr."""


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to a request; times are of `time.perf_counter_ns`.

    Attributes
    ----------
    result : Any
        The parsed `result` member.
    sent_ns : int
        Just before the request's first byte was written.
    arrived_ns : int
        When the answer's last byte was there.
    """

    result: Any
    sent_ns: int
    arrived_ns: int

    @property
    def milliseconds(self) -> float:
        return (self.arrived_ns - self.sent_ns) / 1e6


@dataclass(frozen=True, slots=True)
class Diagnostics:
    """One set of diagnostics of one document.

    Attributes
    ----------
    arrived_ns : int
        `time.perf_counter_ns` when the last byte was there.
    version : int or None
        The document version it names; some servers name none.
    items : list of dict
        LSP diagnostics.
    """

    arrived_ns: int
    version: int | None
    items: list[Json]


class Document:
    """The client's copy of an open document: ASCII, so that a column is a UTF-16 unit, with line feeds."""

    def __init__(self, uri: str, text: str, language_id: str) -> None:
        self.uri = uri
        self.language_id = language_id
        self.version = 1
        self.lines = text.split("\n")

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def replace(self, line: int, start: int, end: int, new_text: str) -> Json:
        """Replace columns `start` to `end` of a line and return the LSP change event that says so."""
        old = self.lines[line]
        self.lines[line : line + 1] = (old[:start] + new_text + old[end:]).split("\n")
        self.version += 1
        return {
            "range": {"start": {"line": line, "character": start}, "end": {"line": line, "character": end}},
            "text": new_text,
        }


class LspClient:
    """A started server and the connection to it.

    Parameters
    ----------
    command : sequence of str
        Program and arguments; speaks LSP on stdin and stdout.
    folder : Path
        Working directory and workspace root.
    settings : mapping of str to Any
        Section to value, for `workspace/configuration`; a section that is not there is answered with null.
    environment : mapping of str to str, optional
        The server's whole environment; this process's own if left out.
    pull : bool
        Ask for diagnostics with `textDocument/diagnostic` and do not wait for pushed ones.

    Attributes
    ----------
    capabilities, server_info : dict
        What the server answered to `initialize`; empty before.
    """

    def __init__(
        self,
        command: Sequence[str],
        folder: Path,
        settings: Mapping[str, Any],
        environment: Mapping[str, str] | None = None,
        *,
        pull: bool = False,
    ) -> None:
        self.capabilities: Json = {}
        self.server_info: Json = {}
        self.pull = pull
        self._settings = settings
        self._folder = folder
        self._state = threading.Condition()
        self._writing = threading.Lock()
        self._next_id = 0
        self._sent: dict[int, int] = {}
        self._replies: dict[int, tuple[int, Json]] = {}
        self._published: dict[str, list[Diagnostics]] = {}
        self._ended = False
        self._stderr = tempfile.TemporaryFile()  # noqa: SIM115 - open as long as the server lives
        self._started_ns = time.perf_counter_ns()
        self.process = subprocess.Popen(
            list(command),
            cwd=folder,
            env=None if environment is None else dict(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._stderr,
            bufsize=0,
        )
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self._stdin = self.process.stdin
        self._stdout = self.process.stdout
        self._reader = threading.Thread(target=self._read, name="lsp-reader", daemon=True)
        self._reader.start()

    # Life cycle

    def initialize(self) -> float:
        """Shake hands; return the milliseconds from the start of the process to the answer to `initialize`.

        It returns when a request sent after `initialized` is answered: the settings that the server asked for
        on `initialized` are with it then, and the document opened next is checked with them. The server gets
        no idle time in between.
        """
        capabilities = dict(_CLIENT_CAPABILITIES)
        if self.pull:
            capabilities["textDocument"] = capabilities["textDocument"] | {"diagnostic": {}}
        root = self._folder.as_uri()
        params = {
            "processId": os.getpid(),
            "clientInfo": {"name": "orchestrate-benchmarks"},
            "rootUri": root,
            "workspaceFolders": [{"uri": root, "name": self._folder.name}],
            "capabilities": capabilities,
        }
        reply = self.request("initialize", params)
        self.capabilities = reply.result["capabilities"]
        self.server_info = reply.result.get("serverInfo") or {}
        self.notify("initialized", {})
        self._answer(self.send_request("orchestrate/benchmarkFence", {}), DEFAULT_TIMEOUT_SECONDS)
        return (reply.arrived_ns - self._started_ns) / 1e6

    def close(self) -> None:
        """Shut the server down in order; if it has not gone after five seconds, end it."""
        try:
            self.request("shutdown", None, timeout=5.0)
            self.notify("exit", None)
            self._stdin.close()
            self.process.wait(timeout=5.0)
        except (ServerError, OSError, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait()
        self._reader.join()
        self._stdout.close()
        self._stderr.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Documents

    def open(self, document: Document) -> int:
        """Open a document; returns when it was sent, in `time.perf_counter_ns`."""
        item = {
            "uri": document.uri,
            "languageId": document.language_id,
            "version": document.version,
            "text": document.text,
        }
        return self.notify("textDocument/didOpen", {"textDocument": item})

    def change(self, document: Document, change: Json) -> int:
        """Send a change made by `Document.replace`; returns when it was sent, in `time.perf_counter_ns`."""
        return self._write(self._changed(document, change))

    def change_in_one_go(self, document: Document, changes: Iterable[Json]) -> int:
        """Send each change as soon as it is made, none before the last one is there: all wait in the server's queue."""
        return self._write(*[self._changed(document, change) for change in changes])

    def sets_within(self, document: Document, sent_ns: int, seconds: float) -> list[Diagnostics]:
        """All sets of diagnostics, of whatever version, that came since `sent_ns`; returns after so many seconds."""
        time.sleep(seconds)
        with self._state:
            return [found for found in self._published.get(document.uri, ()) if found.arrived_ns > sent_ns]

    def diagnostics_after(
        self,
        document: Document,
        sent_ns: int,
        timeout: float = DEFAULT_TIMEOUT_SECONDS,
        *,
        keep: bool = False,
    ) -> tuple[float, list[Json]]:
        """Wait for the diagnostics of the document's present version.

        Parameters
        ----------
        document : Document
        sent_ns : int
            When that version was sent, as `open` and `change` return it.
        timeout : float
            Seconds.
        keep : bool
            Leave the sets to be counted with `sets_within`.

        Returns
        -------
        (float, list of dict)
            Milliseconds from sending to the first set that equals the final one, and that set. The last one
            that comes within as long again as the first took (at least 20, at most 300 ms) counts as final,
            so a server gains nothing by publishing a part first.

        Raises
        ------
        ServerError
            None came in time.
        """
        if self.pull:
            reply = self.request("textDocument/diagnostic", {"textDocument": {"uri": document.uri}}, timeout)
            return (reply.arrived_ns - sent_ns) / 1e6, reply.result.get("items", [])
        deadline = time.monotonic() + timeout
        with self._state:
            while not (sets := self._sets_after(document, sent_ns)):
                self._wait(deadline, f"no diagnostics of version {document.version} within {timeout:g} s")
        first_seconds = (sets[0].arrived_ns - sent_ns) / 1e9
        time.sleep(min(max(first_seconds, 0.02), 0.3))
        with self._state:
            sets = self._sets_after(document, sent_ns)
            if not keep:
                self._published.pop(document.uri)
        settled = next(found for found in sets if found.items == sets[-1].items)
        return (settled.arrived_ns - sent_ns) / 1e6, settled.items

    # Messages

    def request(self, method: str, params: Any, timeout: float = DEFAULT_TIMEOUT_SECONDS) -> Reply:
        """Send a request and wait up to `timeout` seconds for its answer; an error raises ServerError."""
        return self.wait_reply(self.send_request(method, params), timeout)

    def send_request(self, method: str, params: Any) -> int:
        """Send a request without waiting; returns its id for `wait_reply`."""
        self._next_id += 1
        request_id = self._next_id
        self._sent[request_id] = self._write(_message(method, params) | {"id": request_id})
        return request_id

    def wait_reply(self, request_id: int, timeout: float = DEFAULT_TIMEOUT_SECONDS) -> Reply:
        """Wait up to `timeout` seconds for the answer to a request; an error in it raises ServerError."""
        arrived_ns, message = self._answer(request_id, timeout)
        if "error" in message:
            raise self._failure(f"it answered with an error: {message['error']}")
        return Reply(message.get("result"), self._sent.pop(request_id), arrived_ns)

    def notify(self, method: str, params: Any) -> int:
        """Send a notification; returns when it was sent, in `time.perf_counter_ns`."""
        return self._write(_message(method, params))

    # Inside

    def _changed(self, document: Document, change: Json) -> Json:
        if self._sync_kind() == _SYNC_FULL:
            change = {"text": document.text}
        item = {"uri": document.uri, "version": document.version}
        return _message("textDocument/didChange", {"textDocument": item, "contentChanges": [change]})

    def _sync_kind(self) -> int:
        sync = self.capabilities.get("textDocumentSync", 0)
        return sync if isinstance(sync, int) else sync.get("change", 0)

    def _sets_after(self, document: Document, sent_ns: int) -> list[Diagnostics]:
        return [
            found
            for found in self._published.get(document.uri, ())
            if found.arrived_ns > sent_ns and found.version in (None, document.version)
        ]

    def _answer(self, request_id: int, timeout: float) -> tuple[int, Json]:
        deadline = time.monotonic() + timeout
        with self._state:
            while request_id not in self._replies:
                self._wait(deadline, f"no answer to request {request_id} within {timeout:g} s")
            return self._replies.pop(request_id)

    def _wait(self, deadline: float, complaint: str) -> None:
        if self._ended:
            raise self._failure("it closed the connection")
        if not self._state.wait(deadline - time.monotonic()) and time.monotonic() >= deadline:
            raise self._failure(complaint)

    def _failure(self, complaint: str) -> ServerError:
        size = os.fstat(self._stderr.fileno()).st_size
        self._stderr.seek(max(0, size - _STDERR_TAIL))
        said = self._stderr.read().decode(errors="replace").strip()
        return ServerError(complaint + (f"; its last words on stderr:\n{said}" if said else ""))

    def _write(self, *messages: Json) -> int:
        bodies = [json.dumps(message, separators=(",", ":")).encode() for message in messages]
        data = memoryview(b"".join(b"Content-Length: %d\r\n\r\n%b" % (len(body), body) for body in bodies))
        with self._writing:
            sent_ns = time.perf_counter_ns()
            try:
                while data:
                    data = data[os.write(self._stdin.fileno(), data) :]
            except (OSError, ValueError) as error:
                raise self._failure("it closed the connection") from error
        return sent_ns

    def _read(self) -> None:
        buffer = bytearray()
        try:
            while chunk := os.read(self._stdout.fileno(), _READ_SIZE):
                arrived_ns = time.perf_counter_ns()
                buffer += chunk
                for body in _take_messages(buffer):
                    self._receive(json.loads(body), arrived_ns)
        finally:
            with self._state:
                self._ended = True
                self._state.notify_all()

    def _receive(self, message: Json, arrived_ns: int) -> None:
        if "method" in message and "id" in message:
            self._write({"jsonrpc": "2.0", "id": message["id"]} | self._outcome(message))
            return
        with self._state:
            if "id" in message:
                self._replies[message["id"]] = (arrived_ns, message)
            elif message.get("method") == "textDocument/publishDiagnostics":
                params = message["params"]
                found = Diagnostics(arrived_ns, params.get("version"), params["diagnostics"])
                self._published.setdefault(params["uri"], []).append(found)
            else:
                return
            self._state.notify_all()

    def _outcome(self, request: Json) -> Json:
        method = request["method"]
        if method == "workspace/configuration":
            sections = [item.get("section") for item in request["params"]["items"]]
            return {"result": [self._settings.get(section) for section in sections]}
        if method == "workspace/workspaceFolders":
            return {"result": [{"uri": self._folder.as_uri(), "name": self._folder.name}]}
        if method == "workspace/applyEdit":
            return {"result": {"applied": False, "failureReason": "a benchmark applies no edits"}}
        known = method.endswith(("/registerCapability", "/unregisterCapability", "/create", "/refresh"))
        if known or method.startswith("window/show"):
            return {"result": None}
        return {"error": {"code": _METHOD_NOT_FOUND, "message": f"{method} is not offered"}}


def _message(method: str, params: Any) -> Json:
    message: Json = {"jsonrpc": "2.0", "method": method}
    return message if params is None else message | {"params": params}


def _take_messages(buffer: bytearray) -> Iterator[bytes]:
    """Cut the whole messages off the front of the buffer and yield their bodies."""
    while (header_end := buffer.find(b"\r\n\r\n")) >= 0:
        end = header_end + 4 + _content_length(bytes(buffer[:header_end]))
        if len(buffer) < end:
            return
        body = bytes(buffer[header_end + 4 : end])
        del buffer[:end]
        yield body


def _content_length(header: bytes) -> int:
    for line in header.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            return int(value)
    raise ValueError(f"a message without Content-Length: {header!r}")
