"""What a language model is to the planner: something that a prompt goes to and that text comes back from.

Knows no library, no network and no editor; those are in files of their own, and tests bring models of theirs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from threading import Event
from typing import Any, Protocol

from orchestrate_ls.workspace.model_limits import ModelLimits

__all__ = ["Completer", "ModelError", "ModelLimits", "Prompt"]


class ModelError(Exception):
    """A model gave no answer. ``message`` says what happened, as a clause; ``hint`` what to do.

    ``transient``: asking again may help, after ``retry_after`` seconds where the model's server said so.
    """

    def __init__(
        self, message: str, hint: str, *, transient: bool = False, retry_after: float | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.transient = transient
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Prompt:
    """What is sent. ``answer_schema`` is the JSON schema of the answer, for models that can be held to one."""

    system: str
    user: str
    answer_schema: Mapping[str, Any]

    @property
    def messages(self) -> list[dict[str, str]]:
        """The same as a chat's messages."""
        return [{"role": "system", "content": self.system}, {"role": "user", "content": self.user}]

    @property
    def tokens(self) -> int:
        """About how many tokens it is: a quarter of its bytes, which is near enough for a limit."""
        return -(
            -(len(self.system.encode("utf-8", "replace")) + len(self.user.encode("utf-8", "replace"))) // 4
        )


class Completer(Protocol):
    """A model that can be asked."""

    @property
    def recipient(self) -> str:
        """Who is sent the prompt, as a person would name it."""
        ...

    def complete(self, prompt: Prompt, limits: ModelLimits, stop: Event) -> Iterator[str]:
        """The answer, in the pieces in which it arrives.

        Runs on a thread of its own and may block; it should end soon after ``stop`` is set. Raises ``ModelError``.
        """
        ...
