"""Work that takes longer than a keystroke may wait, on a thread of its own. Does not know what the work is.

The thread is a daemon: work that nobody waits for any more must not keep the server from ending.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")


async def in_background(work: Callable[[], Result]) -> Result:
    """Do some work and return what it returns, or raise what it raises.

    Where the waiting task is cancelled, the work goes on to its end and its result is dropped; so it must be work
    without effects.
    """
    loop = asyncio.get_running_loop()
    done: asyncio.Future[Result] = loop.create_future()

    def finish(result: Result | None, error: BaseException | None) -> None:
        if done.done():
            return
        if error is not None:
            done.set_exception(error)
        else:
            done.set_result(result)  # pyright: ignore[reportArgumentType]

    def run() -> None:
        result, error = None, None
        try:
            result = work()
        except BaseException as raised:  # noqa: BLE001 - handed on to whoever waits
            error = raised
        with contextlib.suppress(RuntimeError):
            # The loop may have ended meanwhile.
            loop.call_soon_threadsafe(finish, result, error)

    threading.Thread(target=run, name="background", daemon=True).start()
    return await done
