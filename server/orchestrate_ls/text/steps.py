"""Work cut into steps, for whoever must not be kept from other things meanwhile. Knows nothing of what the work is.

Work in steps is a generator that yields whenever some of it is done, and returns the result. Between two steps nothing
that it was given may have changed.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import TypeAlias, TypeVar

Result = TypeVar("Result")

Steps: TypeAlias = Generator[None, None, Result]


def in_one_go(steps: Steps[Result]) -> Result:
    """Do all steps at once and return the result."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value
