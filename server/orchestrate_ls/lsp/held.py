"""Documents that take long to read and check: that is done in slices, and what is said about them waits meanwhile.

Every message about such a document is put off, in order, until its newest text has been read and checked; all others
are dealt with at once. A request that waits can be cancelled, and closing the document ends the work. A small
document, and what is done within one slice, as nearly every edit is, never comes to that. Knows no feature.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final, cast

from lsprotocol import types

from orchestrate_ls.lsp import errors
from orchestrate_ls.text.steps import Steps, in_one_go

if TYPE_CHECKING:
    from orchestrate_ls.lsp.server import PlanServer

Json = dict[str, Any]

_SLICE: Final = 0.01
"""Seconds. Messages about other documents wait no longer than that, and one step."""
_SMALL: Final = 1 << 16
"""Characters up to which a text is read and checked in one go."""
_MANY: Final = 1 << 12
"""Characters that make many new objects when they are read."""


@dataclass(eq=False, slots=True)
class _Held:
    """What is still to be done for one document."""

    reading: deque[tuple[Steps[None], Callable[[], None]]] = field(
        default_factory=deque[tuple[Steps[None], Callable[[], None]]]
    )
    """Texts and changes that are being taken in, with what is to be done after each."""
    waiting: deque[Json] = field(default_factory=deque[Json])
    """Messages."""
    checking: Steps[None] | None = None
    """A check that has been begun."""
    done: asyncio.Event = field(default_factory=asyncio.Event)


class HeldDocuments:
    """The documents that are being read and checked in slices."""

    def __init__(self, server: PlanServer) -> None:
        self._server = server
        self._held: dict[str, _Held] = {}
        self._let_through: Json | None = None

    def __contains__(self, uri: str) -> bool:
        return uri in self._held

    def is_changing(self, uri: str) -> bool:
        """Whether a text or a change is being taken in."""
        held = self._held.get(uri)
        return held is not None and bool(held.reading)

    # What the protocol asks

    def take(self, message: Json) -> bool:
        """Whether a message has been put off, as it is about a document that is not ready yet."""
        if not self._held or message is self._let_through:
            return False
        uri = self._about(message.get("params"))
        if uri is None:
            return False
        if message.get("method") == types.TEXT_DOCUMENT_DID_CLOSE:
            return self._drop(uri)
        self._held[uri].waiting.append(message)
        return True

    def cancel(self, msg_id: int | str) -> bool:
        """Take a request back. False where none of that id waits here."""
        for held in self._held.values():
            for message in held.waiting:
                if "id" in message and message["id"] == msg_id:
                    held.waiting.remove(message)
                    self._server.protocol.refuse(msg_id, errors.REQUEST_CANCELLED, "cancelled")
                    return True
        return False

    def stop(self) -> None:
        """Do nothing more; requests that wait are answered as cancelled."""
        for uri in tuple(self._held):
            self._refuse_all(self._held.pop(uri), errors.REQUEST_CANCELLED, "the server is shutting down")

    # What is done

    def read(self, uri: str, size: int, steps: Steps[None], then: Callable[[], None]) -> None:
        """Take in a text or a change: at once where that takes no longer than a slice.

        ``size`` is how many characters come in.
        ``then`` is called when the document is as it should be, and is not checked yet.
        """
        held = self._held.get(uri)
        if held is None or not held.reading:
            is_small = size + self._size_of(uri) <= _SMALL
            with self._server.session.many_new_objects() if size > _MANY else nullcontext():
                done = _to_its_end(steps) if is_small else _for_a_slice(steps)
            if done:
                then()
                return
            if held is None:
                held = self._begin(uri)
        held.reading.append((steps, then))

    def check(self, uri: str, then: Callable[[], None]) -> None:
        """Check a document: at once where that takes no longer than a slice. ``then`` is called in that case."""
        if uri in self._held:
            return
        if self._size_of(uri) <= _SMALL:
            self._server.session.checked(uri)
            then()
            return
        steps = self._server.session.check_steps(uri)
        if _for_a_slice(steps):
            then()
        else:
            self._begin(uri).checking = steps

    async def checked(self, uri: str) -> None:
        """Wait until a document is checked, if it is open."""
        self.check(uri, lambda: None)
        held = self._held.get(uri)
        if held is not None:
            await held.done.wait()

    def _begin(self, uri: str) -> _Held:
        held = self._held[uri] = _Held()
        self._server.run(self._work(uri, held))
        return held

    async def _work(self, uri: str, held: _Held) -> None:
        try:
            # The messages that have arrived with this one come first: a cancelling, or the closing.
            await asyncio.sleep(0)
            await self._to_the_end(uri, held)
        finally:
            held.done.set()
            if self._held.get(uri) is held:
                # It has failed, which is logged.
                del self._held[uri]
                self._refuse_all(held, errors.INTERNAL_ERROR, "the document could not be read; see the log")

    async def _to_the_end(self, uri: str, held: _Held) -> None:
        begun = perf_counter()
        while self._held.get(uri) is held:
            if held.reading:
                steps, then = held.reading[0]
                if not await self._in_slices(uri, held, steps):
                    return
                held.reading.popleft()
                then()
                continue
            if not (held.waiting and _is_change(held.waiting[0])) and not self._is_checked(uri):
                await self._server.configuration.ready()
                await self._server.agents.ready(uri)
                if self._held.get(uri) is not held:
                    return
                if not (held.waiting and _is_change(held.waiting[0])):
                    steps, held.checking = held.checking, None
                    await self._in_slices(uri, held, steps or self._server.session.check_steps(uri))
                    continue
            if not held.waiting:
                del self._held[uri]
                self._server.diagnostics.changed(uri)
                return
            message = held.waiting.popleft()
            self._pass_on(message)
            if "id" in message or perf_counter() - begun > _SLICE:
                # A request begins with the version that it is about.
                await asyncio.sleep(0)
                begun = perf_counter()

    async def _in_slices(self, uri: str, held: _Held, steps: Steps[None]) -> bool:
        """Do all steps; False where they are not wanted any more."""
        while self._held.get(uri) is held:
            with self._server.session.many_new_objects():
                done = _for_a_slice(steps)
            if done:
                return True
            await asyncio.sleep(0)
        steps.close()
        return False

    def _size_of(self, uri: str) -> int:
        snapshot = self._server.session.documents.get(uri)
        return len(snapshot.text) if snapshot is not None else 0

    def _is_checked(self, uri: str) -> bool:
        session = self._server.session
        return session.documents.get(uri) is None or session.is_checked(uri)

    def _pass_on(self, message: Json) -> None:
        self._let_through = message
        try:
            self._server.protocol.handle(message)
        finally:
            self._let_through = None

    def _drop(self, uri: str) -> bool:
        """End the work on a document that is closed; whether that was all, as it never came to be open."""
        self._refuse_all(self._held.pop(uri), errors.CONTENT_MODIFIED, "the document has been closed")
        session = self._server.session
        if session.documents.get(uri) is not None:
            return False
        session.forget(uri)
        return True

    def _refuse_all(self, held: _Held, code: int, reason: str) -> None:
        for message in held.waiting:
            if "id" in message:
                self._server.protocol.refuse(message["id"], code, reason)
        held.waiting.clear()

    def _about(self, params: object) -> str | None:
        """The held document that some parameters name, wherever they do."""
        rest: list[object] = [params]
        while rest:
            value = rest.pop()
            if isinstance(value, str):
                if value in self._held:
                    return value
            elif isinstance(value, dict):
                rest.extend(cast("Json", value).values())
            elif isinstance(value, list):
                rest.extend(cast("list[object]", value))
        return None


def _to_its_end(steps: Steps[None]) -> bool:
    in_one_go(steps)
    return True


def _for_a_slice(steps: Steps[None]) -> bool:
    """Do as many steps as a slice takes; whether these were all."""
    begun = perf_counter()
    return all(perf_counter() - begun <= _SLICE for _ in steps)


def _is_change(message: Json) -> bool:
    return message.get("method") in (types.TEXT_DOCUMENT_DID_CHANGE, types.TEXT_DOCUMENT_DID_OPEN)
