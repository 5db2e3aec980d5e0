"""Asks a model once, within limits that hold for every model: time, size, retries, and an end when the user wants one.

The model runs on a daemon thread, so that one that never answers holds up nobody.
"""

from __future__ import annotations

import queue
import time
from collections.abc import Callable
from threading import Event, Thread
from typing import Final

from orchestrate_ls.plan.duration import format_duration
from orchestrate_ls.planner.models.completer import Completer, ModelError, ModelLimits, Prompt
from orchestrate_ls.text.display import shown

LONGEST_ANSWER: Final = 500_000
"""Characters. A plan of a hundred tasks has some 80,000."""
_LONGEST_PAUSE: Final = 60.0
_FIRST_PAUSE: Final = 0.5
_LOOK_EVERY: Final = 0.1
"""Seconds between two looks at whether the user has had enough."""
_OFFLINE: Final = "plan without a model, or try again later"

Watch = Callable[[int], None]
"""Told how many characters of the answer there are by now."""


class CancelledByUserError(Exception):
    """Whoever asked wants no answer any more."""


def ask(
    completer: Completer, prompt: Prompt, limits: ModelLimits, watch: Watch, cancelled: Event | None = None
) -> str:
    """The whole answer. Raises ``ModelError`` and, once ``cancelled`` is set, ``CancelledByUserError``."""
    if prompt.tokens > limits.prompt_tokens:
        raise ModelError(
            f"the prompt is too long: about {prompt.tokens:,} tokens, and at most {limits.prompt_tokens:,} are sent",
            "shorten the document, or raise `prompt-tokens` below `[models]`",
        )
    deadline = time.monotonic() + limits.seconds
    pause = _FIRST_PAUSE
    for left in range(limits.retries, -1, -1):
        try:
            return _ask_once(completer, prompt, limits, watch, cancelled, deadline)
        except ModelError as error:
            wait = pause if error.retry_after is None else error.retry_after
            too_long = wait > _LONGEST_PAUSE or time.monotonic() + wait >= deadline
            if not error.transient or not left or too_long:
                raise
        _wait(wait, cancelled)
        pause *= 2
    raise AssertionError("unreachable")


def _wait(seconds: float, cancelled: Event | None) -> None:
    if cancelled is None:
        time.sleep(seconds)
    elif cancelled.wait(seconds):
        raise CancelledByUserError


class _Arriving:
    """An answer on its way: the thread that reads it, and what has come."""

    def __init__(self, completer: Completer, prompt: Prompt, limits: ModelLimits) -> None:
        self.stop = Event()
        self._pieces: queue.Queue[str | BaseException | None] = queue.Queue(maxsize=1000)
        self._work = (completer, prompt, limits)
        Thread(target=self._run, name="model", daemon=True).start()

    def next(self, seconds: float) -> str | BaseException | None:
        """The next piece, what went wrong, or None at the end. Raises ``queue.Empty``."""
        return self._pieces.get(timeout=max(seconds, 0.001))

    def _run(self) -> None:
        completer, prompt, limits = self._work
        try:
            for piece in completer.complete(prompt, limits, self.stop):
                if not self._put(piece):
                    return
            self._put(None)
        except BaseException as error:  # noqa: BLE001 - handed on to whoever asked
            self._put(error)

    def _put(self, item: str | BaseException | None) -> bool:
        while not self.stop.is_set():
            try:
                self._pieces.put(item, timeout=_LOOK_EVERY)
            except queue.Full:
                continue
            return True
        return False


def _ask_once(
    completer: Completer,
    prompt: Prompt,
    limits: ModelLimits,
    watch: Watch,
    cancelled: Event | None,
    deadline: float,
) -> str:
    arriving = _Arriving(completer, prompt, limits)
    pieces: list[str] = []
    length = 0
    try:
        while True:
            if cancelled is not None and cancelled.is_set():
                raise CancelledByUserError
            left = deadline - time.monotonic()
            if left <= 0:
                raise _too_slow(completer, limits, length)
            try:
                piece = arriving.next(min(_LOOK_EVERY, left))
            except queue.Empty:
                continue
            if piece is None:
                return "".join(pieces)
            if isinstance(piece, BaseException):
                raise _failed(completer, piece) from None
            length += len(piece)
            if length > LONGEST_ANSWER:
                raise ModelError(
                    f"{completer.recipient} sent more than {LONGEST_ANSWER:,} characters, and was stopped",
                    "name another model, or plan without one",
                )
            pieces.append(piece)
            watch(length)
    finally:
        arriving.stop.set()


def _too_slow(completer: Completer, limits: ModelLimits, length: int) -> ModelError:
    what = f"had sent only {length:,} characters" if length else "had not answered"
    return ModelError(
        f"{completer.recipient} {what} after {format_duration(round(limits.seconds)) or 'no time'}",
        "raise `time-out` below `[models]`, name another model, or plan without one",
    )


def _failed(completer: Completer, error: BaseException) -> ModelError:
    if isinstance(error, ModelError):
        return error
    # Plug-ins raise what they like.
    said = " ".join(str(error).split())
    return ModelError(
        f"{completer.recipient} failed: {type(error).__name__}{f': {shown(said, 300)}' if said else ''}",
        _OFFLINE,
    )
