"""The files that come with the program: its JSON schemas and its slash commands, read from the wheel or, in a
source checkout, from the folders beside `server/`. Knows nothing of what the files mean.
"""

from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

PACKAGE = "orchestrate_ls"


class ShippedFileError(LookupError):
    """A file that should have come with the program is not there."""


def schema_text(name: str = "plan.schema.json") -> str:
    """Return the text of a JSON schema.

    Raises
    ------
    ShippedFileError
        No schema of that name was installed with the program.
    """
    return _text("schema", name)


def command_text(name: str) -> str:
    """Return the Markdown of a slash command, named without the slash and without the file's ending.

    Raises
    ------
    ShippedFileError
        No command of that name was installed with the program.
    """
    return _text("commands", f"{name}.md")


def command_names() -> tuple[str, ...]:
    """Return the names of all slash commands, sorted.

    Raises
    ------
    ShippedFileError
        The folder of the commands is missing from the installation.
    """
    return tuple(name.removesuffix(".md") for name in _names("commands") if name.endswith(".md"))


@cache
def _text(folder: str, name: str) -> str:
    # Looked up among the names that are there, so that `../x` or `a/b` can never lead out of the folder.
    names = _names(folder)
    if name not in names:
        raise ShippedFileError(f"no file {name!r} in {folder}/; there is: {', '.join(names) or 'nothing'}")
    return (_folder(folder) / name).read_text(encoding="utf-8")


def _names(folder: str) -> list[str]:
    return sorted(entry.name for entry in _folder(folder).iterdir() if entry.is_file())


def _folder(name: str) -> Traversable:
    installed = files(PACKAGE) / name
    if installed.is_dir():
        return installed
    # An editable install or PYTHONPATH=server: <checkout>/server/orchestrate_ls/workspace/shipped.py
    checkout = Path(__file__).resolve().parents[3] / name
    if Path(__file__).resolve().parents[2].name == "server" and checkout.is_dir():
        return checkout
    raise ShippedFileError(
        f"the folder {name}/ is missing from this installation of orchestrate-ls; "
        "install it again: pip install --force-reinstall orchestrate-ls"
    )
