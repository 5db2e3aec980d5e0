"""The client's model as the planner sees models: asked from a thread, over the server's loop. Imported when named."""

from __future__ import annotations

import asyncio
import queue
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any, Final, cast

from pygls.exceptions import JsonRpcException

from orchestrate_ls.ide.new_plan import NewPlan, PlannedGoal, new_plan_by
from orchestrate_ls.lsp.background import in_background
from orchestrate_ls.lsp.errors import METHOD_NOT_FOUND
from orchestrate_ls.planner.models.asking import LONGEST_ANSWER
from orchestrate_ls.planner.models.completer import ModelError, ModelLimits, Prompt
from orchestrate_ls.planner.models.planning import ModelPlan, Outline, Watcher, plan_with_model
from orchestrate_ls.text.display import shown

if TYPE_CHECKING:
    from orchestrate_ls.lsp.progress import Report
    from orchestrate_ls.lsp.server import PlanServer

_LOOK_EVERY: Final = 0.1
_REPORT_EVERY: Final = 500
"""Characters between two reports to the client."""


async def plan_by_client(
    server: PlanServer,
    goal: str,
    planned: PlannedGoal,
    folder: Path,
    report: Report,
    request: str | None = None,
) -> NewPlan:
    """Improve a plan made offline with the help of the client's model; without where it gives none.

    ``request`` is what the client calls its own request; it is told in each question, so that a client with several
    models knows which is meant.
    """
    place = folder / "new.plan.yaml"
    limits = server.session.settings.of(place).models
    known = {name: each for name, each in server.session.agents.known(place).items() if not each.built_in}
    cancelled = Event()
    model = ClientModel(server, request)
    watcher = _Reports(server, report)
    try:
        return await in_background(
            lambda: new_plan_by(goal, planned, model, limits, known, watcher, cancelled)
        )
    finally:
        cancelled.set()


async def improve_by_client(
    server: PlanServer, outline: Outline, place: Path | None, report: Report, request: str | None = None
) -> ModelPlan:
    """Have the client's model change a plan that there is; ``place`` is its file. Raises ``ModelError``."""
    limits = server.session.settings.of(place).models
    known = {name: each for name, each in server.session.agents.known(place).items() if not each.built_in}
    cancelled = Event()
    model, watcher = ClientModel(server, request), _Reports(server, report)
    try:
        return await in_background(
            lambda: plan_with_model(replace(outline, known=known), model, limits, watcher, cancelled)
        )
    finally:
        cancelled.set()


class ClientModel:
    """A ``Completer``. ``complete`` is called on a thread that is not the loop's."""

    def __init__(self, server: PlanServer, request: str | None = None) -> None:
        self._server = server
        self._request = request

    @property
    def recipient(self) -> str:
        """Which model it is, the editor knows."""
        return "the editor's model"

    def complete(self, prompt: Prompt, limits: ModelLimits, stop: Event) -> Iterator[str]:
        """See ``Completer``."""
        pieces: queue.Queue[str | ModelError | None] = queue.Queue()
        asked = asyncio.run_coroutine_threadsafe(self._ask(prompt, limits, pieces), self._server.loop)
        try:
            while not stop.is_set():
                try:
                    piece = pieces.get(timeout=_LOOK_EVERY)
                except queue.Empty:
                    continue
                if piece is None:
                    return
                if isinstance(piece, ModelError):
                    raise piece
                yield piece
        finally:
            asked.cancel()

    async def _ask(
        self, prompt: Prompt, limits: ModelLimits, pieces: queue.Queue[str | ModelError | None]
    ) -> None:
        length = 0

        def take(text: str) -> None:
            nonlocal length
            # Whoever reads stops at the limit; what comes after it need not be kept.
            if length <= LONGEST_ANSWER:
                length += len(text)
                pieces.put(text)

        params: dict[str, Any] = {"messages": prompt.messages}
        if limits.answer_tokens is not None:
            params["maxTokens"] = limits.answer_tokens
        if self._request is not None:
            params["request"] = self._request
        try:
            result = await self._server.answers.ask(params, take)
        except JsonRpcException as error:
            pieces.put(_failed(error))
            return
        except asyncio.CancelledError:
            pieces.put(ModelError("the editor ended the request", "ask again"))
            raise
        if not length:
            take(_text_of(result))
        pieces.put(None)


def _text_of(result: object) -> str:
    """`{text}`, or the text itself; nothing where the answer came in pieces."""
    if isinstance(result, Mapping):
        result = cast("Mapping[str, object]", result).get("text")
    return result if isinstance(result, str) else ""


def _failed(error: JsonRpcException) -> ModelError:
    if error.code == METHOD_NOT_FOUND:
        return ModelError("the editor offers no model", "plan without one")
    said = shown(" ".join(str(error.message).split()), 300)
    return ModelError(f"the editor's model gave no answer: {said}", "try again, or plan without it")


class _Reports(Watcher):
    """Tells the client how far the answer is."""

    def __init__(self, server: PlanServer, report: Report) -> None:
        self._loop = server.loop
        self._report = report
        self._told = 0

    def asked(self, round_number: int, prompt: Prompt) -> None:
        """See ``Watcher``."""
        self._told = 0
        self._step(f"repair {round_number}: asking the model" if round_number else "asking the model")

    def received(self, characters: int) -> None:
        """See ``Watcher``."""
        if characters - self._told >= _REPORT_EVERY:
            self._told = characters
            self._step(f"{characters:,} characters so far")

    def judged(self, findings: tuple[str, ...]) -> None:
        """See ``Watcher``."""
        self._step(
            f"checked the answer: {len(findings)} findings" if findings else "the answer passed its checks"
        )

    def _step(self, message: str) -> None:
        self._loop.call_soon_threadsafe(self._report.step, message)
