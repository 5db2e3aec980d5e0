"""Where the `orchestrate` command starts: decides between the language server and everything else.

The language server must be there at once when an editor starts it, so that this file imports nothing heavy:
what only a person at a terminal needs (typer, rich) is imported behind the decision.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code. ``arguments`` are those behind the program's name."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:1] == ["lsp"]:
        from orchestrate_ls.lsp.run import serve

        return serve(given[1:])
    from orchestrate_ls.cli.app import run

    return run(given)
