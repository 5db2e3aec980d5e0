"""The options of `orchestrate lsp`. Starts nothing."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NoReturn

LEVELS: Final = ("error", "warning", "info", "debug")
_LOCAL: Final = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Address:
    """Where to listen. Port 0 takes one that is free."""

    host: str
    port: int


@dataclass(frozen=True, slots=True)
class Options:
    """What was asked for; standard input and output where no address is given."""

    tcp: Address | None = None
    websocket: Address | None = None
    origins: tuple[str, ...] = ()
    log_file: Path | None = None
    log_level: str = "info"


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}. `{self.prog} --help` lists the options\n")


def parse_arguments(arguments: list[str]) -> Options:
    """Read the options. Raises ``SystemExit`` for `--help` (0) and for what cannot be understood (2)."""
    parser = _Parser(
        prog="orchestrate lsp",
        description="Start the language server for plan files. Without an option it speaks on standard input and "
        "output, which is what editors expect.",
    )
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--stdio", action="store_true", help="standard input and output (the default)")
    where.add_argument(
        "--tcp",
        metavar="[HOST:]PORT",
        type=_address,
        help="wait for one client on a TCP port; 0 takes a free one",
    )
    where.add_argument(
        "--ws",
        metavar="[HOST:]PORT",
        type=_address,
        help="wait for one client on a WebSocket; 0 takes a free port",
    )
    parser.add_argument(
        "--allow-origin",
        metavar="ORIGIN",
        action="append",
        default=[],
        help="a web page that may use the WebSocket, as in https://editor.example; programs always may",
    )
    parser.add_argument("--log-file", metavar="FILE", type=Path, help="write the log to a file, too")
    parser.add_argument(
        "--log-level", choices=LEVELS, default="info", help="how much goes to the log file (default: info)"
    )
    # Editors built on VS Code's client library pass this on their own; `initialize` says the same.
    parser.add_argument("--clientProcessId", help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    return Options(given.tcp, given.ws, tuple(given.allow_origin), given.log_file, given.log_level)


def _address(text: str) -> Address:
    host, _, port = text.rpartition(":")
    if not port.isascii() or not port.isdigit() or int(port) > 65535:
        raise argparse.ArgumentTypeError(f"`{text}` is no port; write 7777, or 127.0.0.1:7777")
    return Address(host.removeprefix("[").removesuffix("]") or _LOCAL, int(port))
