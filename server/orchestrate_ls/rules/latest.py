"""Remembers the answer for the object that was asked about last.

Rules keep no state, but several of them, or one for many tasks, ask the same of one plan or part. This is a cache
and nothing else: an answer follows from the object alone, and objects are told apart by identity.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")


class Latest(Generic[Asked, Answer]):
    """A function of one immutable object, which is computed again only for another one.

    One tuple is swapped as a whole, so that threads can at worst compute an answer twice.
    """

    def __init__(self, compute: Callable[[Asked], Answer]) -> None:
        self._compute = compute
        self._known: tuple[Asked, Answer] | None = None

    def __call__(self, asked: Asked) -> Answer:
        known = self._known
        if known is not None and known[0] is asked:
            return known[1]
        answer = self._compute(asked)
        self._known = (asked, answer)
        return answer
