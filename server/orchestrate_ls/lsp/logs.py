"""Where the log goes: to a file if one is asked for, and to the client as `window/logMessage`. Never to standard
output; to standard error only warnings that come before any of these is there.
"""

from __future__ import annotations

import logging
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Final

from lsprotocol import types

if TYPE_CHECKING:
    from orchestrate_ls.lsp.server import PlanServer

_ROOT: Final = logging.getLogger()
_LEVELS: Final = {
    "error": logging.ERROR,
    "warning": logging.WARNING,
    "info": logging.INFO,
    "debug": logging.DEBUG,
}
_DEFAULT: Final = "warning"
_MESSAGE_TYPES: Final = (
    (logging.ERROR, types.MessageType.Error),
    (logging.WARNING, types.MessageType.Warning),
    (logging.INFO, types.MessageType.Info),
)


def log_to_file(path: Path, level: str) -> logging.Handler:
    """Append to a file, in UTF-8. Raises ``OSError`` where it cannot be written."""
    handler = logging.FileHandler(path, encoding="utf-8")
    handler.setLevel(_LEVELS[level])
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)-7s %(name)s: %(message)s"))
    _add(handler)
    return handler


class ClientLog(logging.Handler):
    """Sends what is at or above the level that the user set. Made on the loop's thread; fed from any."""

    def __init__(self, server: PlanServer) -> None:
        super().__init__(_LEVELS[_DEFAULT])
        self._server = server
        self._thread = threading.get_ident()
        self.setFormatter(logging.Formatter("%(message)s"))
        _add(self)

    def choose_level(self, level: object) -> None:
        """Set the level by its name; anything else sets the default."""
        self.setLevel(_LEVELS[level if isinstance(level, str) and level in _LEVELS else _DEFAULT])
        _ROOT.setLevel(min(handler.level for handler in _ROOT.handlers))

    def emit(self, record: logging.LogRecord) -> None:
        try:
            message = self.format(record)
            if threading.get_ident() == self._thread:
                self._send(record.levelno, message)
            else:
                self._server.loop.call_soon_threadsafe(self._send, record.levelno, message)
        except Exception:  # noqa: BLE001 - the log must not break what it tells of
            self.handleError(record)

    def _send(self, level: int, message: str) -> None:
        kind = next((kind for least, kind in _MESSAGE_TYPES if level >= least), types.MessageType.Log)
        self._server.protocol.notify_bare(types.WINDOW_LOG_MESSAGE, {"type": kind.value, "message": message})


def remove(handler: logging.Handler) -> None:
    """Stop logging to a handler."""
    _ROOT.removeHandler(handler)
    handler.close()


def _add(handler: logging.Handler) -> None:
    _ROOT.addHandler(handler)
    _ROOT.setLevel(min(each.level for each in _ROOT.handlers))
    # What libraries say in passing is not for users: asyncio names its selector, for one.
    for name in ("asyncio", "pygls", "websockets"):
        logging.getLogger(name).setLevel(logging.WARNING)
