"""A folder of plans with a client that has it open, for tests of what happens to plans that are not open."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.lsp.client import PUSHED, Client

Json = dict[str, Any]
SECONDS = 60.0

GOOD = "tasks:\n  - id: A\n    estimated_time: 1h\n    agent: general-purpose\n"
"""A plan in which nothing is wrong."""
BAD = "tasks:\n  - id: A\n    estimated_time: 1h\n    agent: general-purpose\nbogus: 1\n"


def write(root: Path, name: str, text: str = BAD) -> str:
    """Write a file; returns its URI."""
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path.as_uri()


def folder_of(path: Path) -> Json:
    return {"uri": path.as_uri(), "name": path.name}


async def begin(client: Client, *folders: Path, abilities: Json | None = None) -> None:
    """Connect, and wait until all plans were read."""
    await client.initialize(abilities or PUSHED, workspaceFolders=[folder_of(each) for each in folders])
    assert await client.server.index.complete(SECONDS)


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(SECONDS):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.005)


def shown(client: Client, uri: str) -> list[str] | None:
    """The codes that were published last of a file; None where nothing was."""
    published = client.published(uri)
    return [each["code"] for each in published[-1]["diagnostics"]] if published else None


def touched(client: Client, *uris: str, kind: int = 2) -> None:
    """Tell that files were written (2), made (1) or deleted (3)."""
    changes = [{"uri": uri, "type": kind} for uri in uris]
    client.notify("workspace/didChangeWatchedFiles", {"changes": changes})


async def names(client: Client, query: str) -> list[str]:
    """The symbols that are found, as file and name."""
    answer = await client.request("workspace/symbol", {"query": query})
    return [
        f"{each['location']['uri'].rpartition('/')[2].partition('.')[0]} {each['name']}"
        for each in answer["result"]
    ]


def is_running(pid: int) -> bool:
    """Whether there is a process of an id."""
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True
