"""Ends the server when the process that started it is gone, which a closed pipe does not always show.

Knows nothing of messages.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import threading
import time
from collections.abc import Callable
from typing import Final

_logger = logging.getLogger(__name__)
_EVERY_SECONDS: Final = 3.0
_WINDOWS_SYNCHRONIZE: Final = 0x00100000


def watch(process_id: object, died: Callable[[], None]) -> None:
    """Call ``died`` on the running loop's thread once the process has ended.

    Does nothing where there is no such process now: it may run elsewhere, as with a server in a container.
    """
    if not isinstance(process_id, int) or isinstance(process_id, bool) or process_id <= 0:
        return
    loop = asyncio.get_running_loop()
    if sys.platform == "linux":
        try:
            # The kernel tells when it happens, and cannot mistake a new process for the old one.
            descriptor = os.pidfd_open(process_id)
        except ProcessLookupError:
            _logger.info("there is no process %d here, so its end is not watched for", process_id)
            return
        except (OSError, OverflowError):
            pass
        else:

            def ended() -> None:
                loop.remove_reader(descriptor)
                os.close(descriptor)
                died()

            loop.add_reader(descriptor, ended)
            return
    wait = _waiter(process_id)
    if wait is None:
        _logger.info("there is no process %d here, so its end is not watched for", process_id)
        return

    def watching() -> None:
        wait()
        if not loop.is_closed():
            loop.call_soon_threadsafe(died)

    threading.Thread(target=watching, name="parent", daemon=True).start()


def _waiter(process_id: int) -> Callable[[], None] | None:
    """A function that returns when the process has ended; None where there is none."""
    if sys.platform == "win32":
        import ctypes

        kernel = ctypes.windll.kernel32
        handle = kernel.OpenProcess(_WINDOWS_SYNCHRONIZE, False, process_id)
        if not handle:
            return None
        infinite = 0xFFFFFFFF
        return lambda: kernel.WaitForSingleObject(handle, infinite)
    if not _is_alive(process_id):
        return None

    def poll() -> None:
        while _is_alive(process_id):
            time.sleep(_EVERY_SECONDS)

    return poll


def _is_alive(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        return True
    return True
