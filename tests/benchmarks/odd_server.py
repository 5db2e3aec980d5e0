"""A language server that behaves as its only argument says: to try the client on what real servers rarely do.

`versions` publishes one set for each version; `silent` names no version; `in-parts` publishes a stale set and
an empty one first, torn into pieces; `pull` publishes nothing and answers when asked; `dies` ends with a word
on stderr when a document is opened; `asks` asks for its settings before it publishes and reports what it got.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

Json = dict[str, Any]


def main(behaviour: str) -> None:
    while True:
        message = receive()
        method = message.get("method")
        if method == "exit":
            return
        if method in ("textDocument/didOpen", "textDocument/didChange"):
            document = message["params"]["textDocument"]
            publish(behaviour, document["uri"], document["version"])
        elif method == "initialize":
            provider = {"diagnosticProvider": {}} if behaviour == "pull" else {}
            answer(message, {"capabilities": {"textDocumentSync": {"change": 2}} | provider})
        elif method == "textDocument/diagnostic" and behaviour == "pull":
            answer(message, {"kind": "full", "items": [finding("asked")]})
        elif "id" in message and method:
            answer(message, None)


def publish(behaviour: str, uri: str, version: int) -> None:
    if behaviour == "dies":
        sys.exit("out of cheese")
    if behaviour == "pull":
        return
    params: Json = {"uri": uri, "version": version, "diagnostics": [finding(f"of version {version}")]}
    if behaviour == "silent":
        del params["version"]
    if behaviour == "asks":
        send(
            {
                "id": 7,
                "method": "workspace/configuration",
                "params": {"items": [{"section": "a"}, {"section": "b"}]},
            }
        )
        params["diagnostics"] = [finding(json.dumps(receive()["result"]))]
    if behaviour == "in-parts":
        stale = params | {"version": version - 1, "diagnostics": []}
        send_in_pieces([stale, params | {"diagnostics": []}])
        time.sleep(0.01)
    send({"method": "textDocument/publishDiagnostics", "params": params})


def finding(text: str) -> Json:
    place = {"line": 0, "character": 0}
    return {"range": {"start": place, "end": place}, "severity": 1, "message": text}


def send_in_pieces(sets: list[Json]) -> None:
    data = b"".join(frame({"method": "textDocument/publishDiagnostics", "params": params}) for params in sets)
    for piece in (data[:5], data[5:-3], data[-3:]):
        sys.stdout.buffer.write(piece)
        sys.stdout.buffer.flush()
        time.sleep(0.002)


def answer(request: Json, result: Any) -> None:
    send({"id": request["id"], "result": result})


def send(message: Json) -> None:
    sys.stdout.buffer.write(frame(message))
    sys.stdout.buffer.flush()


def frame(message: Json) -> bytes:
    body = json.dumps({"jsonrpc": "2.0"} | message).encode()
    return b"Content-Type: application/vscode-jsonrpc\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)


def receive() -> Json:
    length = 0
    while line := sys.stdin.buffer.readline().strip():
        if line.lower().startswith(b"content-length:"):
            length = int(line.split(b":")[1])
    if not length:
        sys.exit(0)
    return json.loads(sys.stdin.buffer.read(length))


if __name__ == "__main__":
    main(sys.argv[1])
