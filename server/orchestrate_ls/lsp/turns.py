"""Giving way: long work on the loop is done in slices, with whatever has arrived meanwhile dealt with in between.

A request that is cancelled then ends there; one whose document has changed is answered with ContentModified, as its
answer would be about a text that is no more. Knows no feature.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from time import perf_counter
from typing import TYPE_CHECKING, Final, TypeVar

from orchestrate_ls.lsp.errors import ContentModifiedError

if TYPE_CHECKING:
    from orchestrate_ls.lsp.documents import Snapshot
    from orchestrate_ls.lsp.server import PlanServer

Item = TypeVar("Item")

_SLICE: Final = 0.01
"""Seconds. A keystroke that arrives meanwhile waits no longer than that, and one step."""


def is_present(server: PlanServer, snapshot: Snapshot) -> bool:
    """Whether a document still is as it was, and no change of it is being taken in."""
    return server.session.documents.get(snapshot.uri) is snapshot and not server.held.is_changing(
        snapshot.uri
    )


async def give_way(server: PlanServer, snapshot: Snapshot) -> None:
    """Let the loop deal with what has arrived. Raises ``ContentModifiedError`` where the document changed by that."""
    await asyncio.sleep(0)
    if not is_present(server, snapshot):
        raise ContentModifiedError("the document has changed meanwhile")


async def in_slices(server: PlanServer, snapshot: Snapshot, items: Iterable[Item]) -> AsyncIterator[Item]:
    """The items, made one by one as they are asked for, with the loop's turn in between when it is due."""
    begun = perf_counter()
    for item in items:
        yield item
        if perf_counter() - begun > _SLICE:
            await give_way(server, snapshot)
            begun = perf_counter()
