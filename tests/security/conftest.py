"""The fixtures of the command line's and the language server's own tests."""

from tests.cli.conftest import orchestrate
from tests.lsp.conftest import client

__all__ = ["client", "orchestrate"]
