"""Which files a client may name: those below the workspace's roots, and nothing a link or `..` leads to.

The roots are those of the command line; without any, those that the client names, where it is asked (on stdio, where
it has started the server itself); else the folder that the server was started in. Knows nothing of the protocol.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from orchestrate_ls.text.display import shown
from orchestrate_ls.workspace.find import PLAN_ENDINGS, YAML_ENDINGS

_DRIVE: Final = re.compile(r"/[A-Za-z]:")
_MOST_ROOTS: Final = 100


class OutsideError(Exception):
    """A path that may not be named; ``hint`` says what to do."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message: Final = message
        self.hint: Final = hint


@dataclass(slots=True)
class Workspace:
    """The roots as they are known: ``named`` on the command line, or ``told`` by a client where the server ``asks``."""

    named: tuple[Path, ...] = ()
    asks: bool = False
    told: tuple[Path, ...] = ()

    @property
    def first(self) -> Path:
        """The root that new plans are written in, and paths count from first."""
        return next(iter(self.roots))

    @property
    def roots(self) -> tuple[Path, ...]:
        """The roots that hold now: at least one."""
        return self.named or self.told or (Path.cwd(),)

    def tell(self, uris: Sequence[str]) -> None:
        """Take the roots that a client has named; what is no folder here is passed over."""
        folders = [path for uri in uris[:_MOST_ROOTS] if (path := folder_of(uri)) is not None]
        self.told = tuple(dict.fromkeys(folders))

    def plan_file(self, name: str) -> Path:
        """An existing plan that a client names, absolute or from a root. Raises ``OutsideError``."""
        if not name.lower().endswith(YAML_ENDINGS):
            raise OutsideError(f"{shown(name[:200])} is no plan file", "name a file that ends in .plan.yaml")
        path = self._existing(name)
        if path is None:
            raise OutsideError(
                f"there is no file {shown(name[:200])} in the workspace",
                "name it as seen from the workspace folder; `check_plan` without a path lists the plans",
            )
        return path

    def new_plan_file(self, name: str) -> Path:
        """Where a client wants a plan written. Raises ``OutsideError``."""
        if not name.lower().endswith(PLAN_ENDINGS):
            raise OutsideError(f"{shown(name[:200])} is no name for a plan file", "let it end in .plan.yaml")
        path = self._existing(name) or self._inside(self.first, name)
        if not path.parent.is_dir():
            raise OutsideError(f"there is no folder {shown(str(path.parent))}", "name one that is there")
        return path

    def folder(self, name: str | None) -> Path:
        """A folder to write in: the one named, else the first root. Raises ``OutsideError``."""
        if name is None:
            return self.first
        for root in self.roots:
            path = self._inside(root, name)
            if path.is_dir():
                return path
        raise OutsideError(
            f"there is no folder {shown(name[:200])} in the workspace", "name one that is there"
        )

    def name_of(self, path: Path) -> str:
        """What a file is called from its root, with slashes; with several roots the whole path."""
        real = Path(os.path.realpath(path))
        if len(self.roots) > 1:
            return real.as_posix()
        try:
            return real.relative_to(os.path.realpath(self.first)).as_posix()
        except ValueError:
            return real.as_posix()

    def _existing(self, name: str) -> Path | None:
        for root in self.roots:
            path = self._inside(root, name)
            if path.is_file():
                return path
        return None

    def _inside(self, root: Path, name: str) -> Path:
        """The real path of a name below a root. Raises ``OutsideError`` where it is below none of the roots."""
        if "\0" in name or len(name) > 4096:
            raise OutsideError("this cannot be the name of a file", "name a plan of the workspace")
        if ".." in re.split(r"[/\\]", name):
            raise OutsideError(
                f"{shown(name[:200])} leads upwards", "name it as seen from the workspace folder"
            )
        try:
            path = os.path.realpath(os.path.join(root, name))  # noqa: PTH118
            allowed = any(_is_below(path, os.path.realpath(each)) for each in self.roots)
        except (OSError, ValueError):
            raise OutsideError("this cannot be the name of a file", "name a plan of the workspace") from None
        if not allowed:
            raise OutsideError(
                f"{shown(name[:200])} lies outside of the workspace",
                "only files below the workspace's folders can be named; start the server with `--root` for another",
            )
        return Path(path)


def folder_of(uri: str) -> Path | None:
    """The folder of a `file:` URI; None for anything else."""
    try:
        parts = urlsplit(uri)
        if parts.scheme != "file" or parts.netloc not in ("", "localhost"):
            return None
        name = unquote(parts.path)
        path = Path(name[1:] if os.name == "nt" and _DRIVE.match(name) else name)
        return path if path.is_absolute() and path.is_dir() else None
    except (OSError, ValueError):
        return None


def _is_below(path: str, root: str) -> bool:
    try:
        return os.path.commonpath([path, root]) == root
    except ValueError:
        return False
