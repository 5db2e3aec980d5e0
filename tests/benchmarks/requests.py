"""What an editor asks between keys, timed: each kind of request at a place of its own every time, so that an answer
kept from the last time helps nobody.

A server is only asked for what it offers, and the time of an answer that says nothing does not count. It must not know
which server it drives, nor how figures are summed up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from tests.benchmarks.lsp_client import Json
from tests.benchmarks.session import Session

Asked = tuple[float, Any]
"""Milliseconds, and what was answered."""

BURST: Final = 30
"""Edits that are queued at once."""
_STEP: Final = 37
"""From one place to the next, in tasks; a prime, so that all of a plan is visited."""
_NEW_NAME: Final = "renamed-by-benchmark"

COMPLETION, HOVER, SYMBOLS, TOKENS, RENAME, REFERENCES = (
    "completionProvider",
    "hoverProvider",
    "documentSymbolProvider",
    "semanticTokensProvider",
    "renameProvider",
    "referencesProvider",
)
PROVIDERS: Final = {
    COMPLETION: "completion",
    HOVER: "hover",
    SYMBOLS: "document symbols",
    TOKENS: "semantic tokens",
    RENAME: "rename",
    REFERENCES: "references",
}


class Requests:
    """Asks one session, again and again."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._client = session.client
        self._count = 0
        self._silent: dict[str, None] = {}
        self._starts = [
            number
            for number, line in enumerate(session.document.lines)
            if line.startswith("  - id: T") and line[9:].isdecimal()  # an agent begins in lower case
        ]
        self._tokens: str | None = None

    def missing(self) -> list[str]:
        """The kinds that this server does not offer."""
        found = [name for provider, name in PROVIDERS.items() if not self._offers(provider)]
        if self._offers(TOKENS) and not self._has_delta():
            found.append("semantic tokens delta")
        return found

    def silent(self) -> list[str]:
        """The quantities that were answered with nothing so far; their times were left out."""
        return list(self._silent)

    def round(self) -> Iterator[tuple[str, float]]:
        """One of each kind: the quantity and its milliseconds. The plan ends as long as it began."""
        for quantity, ask in self._kinds():
            milliseconds, result = ask()
            if _says_something(result):
                yield quantity, milliseconds
            else:
                self._silent[quantity] = None

    def _kinds(self) -> Iterator[tuple[str, Callable[[], Asked]]]:
        completes: Json = {"context": {"triggerKind": 1}}
        if self._offers(COMPLETION):
            method = "textDocument/completion"
            yield "completion", lambda: self._ask(method, self._at("priority"), **completes)
            yield "completion after an edit", lambda: self._after_edit(method, "priority", **completes)
        if self._offers(HOVER):
            method = "textDocument/hover"
            yield "hover over a field", lambda: self._ask(method, self._at("estimated_time", on_value=False))
            yield "hover over a task", lambda: self._ask(method, self._at("id"))
            yield "hover over an agent", lambda: self._ask(method, self._at("agent"))
            yield "hover over a task after an edit", lambda: self._after_edit(method, "id")
        if self._offers(SYMBOLS):
            method = "textDocument/documentSymbol"
            yield "document symbols", lambda: self._ask(method, None)
            yield "document symbols after an edit", lambda: self._after_edit(method, None)
        if self._has_delta():
            yield "semantic tokens delta after an edit", self._tokens_delta
        if self._offers(RENAME):
            # A task has a few places, an agent a great many.
            method = "textDocument/rename"
            yield "rename a task", lambda: self._ask(method, self._at("id"), newName=_NEW_NAME)
            yield "rename an agent", lambda: self._ask(method, self._at("agent"), newName=_NEW_NAME)
        if self._offers(REFERENCES):
            method, wants = "textDocument/references", {"includeDeclaration": True}
            yield "references of an agent", lambda: self._ask(method, self._at("agent"), context=wants)

    # Inside

    def _offers(self, provider: str) -> bool:
        return bool(self._client.capabilities.get(provider))

    def _has_delta(self) -> bool:
        tokens = self._client.capabilities.get(TOKENS)
        full = tokens.get("full") if isinstance(tokens, dict) else None
        return isinstance(full, dict) and bool(full.get("delta"))

    def _at(self, key: str, *, on_value: bool = True) -> Json:
        """A place on a key of the next task, or on its value."""
        self._count += 1
        first = self._starts[self._count * _STEP % len(self._starts)]
        lines = self._session.document.lines
        line = next(number for number in range(first, first + 12) if f"{key}:" in lines[number])
        start = lines[line].index(f"{key}:")
        return {"line": line, "character": start + (len(key) + 3 if on_value else 1)}

    def _ask(self, method: str, place: Json | None, **more: Any) -> Asked:
        reply = self._client.request(method, self._params(place, more))
        return reply.milliseconds, reply.result

    def _after_edit(self, method: str, key: str | None, **more: Any) -> Asked:
        """From the first byte of an edit to the answer; the edit's diagnostics come before it or after it."""
        params = self._params(None if key is None else self._at(key), more)
        sent_ns = self._session.type_letter()
        reply = self._client.wait_reply(self._client.send_request(method, params))
        self._client.diagnostics_after(self._session.document, sent_ns)
        return (reply.arrived_ns - sent_ns) / 1e6, reply.result

    def _tokens_delta(self) -> Asked:
        if self._tokens is None:
            full = self._client.request("textDocument/semanticTokens/full", self._params(None, {}))
            self._tokens = full.result["resultId"]
        method = "textDocument/semanticTokens/full/delta"
        milliseconds, result = self._after_edit(method, None, previousResultId=self._tokens)
        self._tokens = result["resultId"]
        return milliseconds, result

    def _params(self, place: Json | None, more: Json) -> Json:
        params: Json = {"textDocument": {"uri": self._session.document.uri}, **more}
        return params if place is None else params | {"position": place}


def _says_something(result: Any) -> bool:
    return bool(result.get("items", True) if isinstance(result, dict) else result)
