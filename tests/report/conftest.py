"""The command line in an empty folder, as for the tests of the commands."""

from tests.cli.conftest import orchestrate

__all__ = ["orchestrate"]
