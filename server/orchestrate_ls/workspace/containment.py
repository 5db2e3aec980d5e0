"""Whether a file of a folder is the folder's own: what a link leads out of it to is somebody else's.

A folder may come from a stranger, with links in it to files of whoever opens it. Nothing is read or written
through such a link without having been named by the user. Links that stay within the folder, or within its repository,
are fine.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from orchestrate_ls.workspace.find import REPOSITORY_MARK

STATE_FOLDER: Final = ".orchestrate"
OUTSIDE: Final = "it is a link that leads out of the folder"
"""What is said of such a file."""
_NETWORK: Final = ("//", "\\\\")


def leads_out(path: Path, root: Path | None = None) -> bool:
    """Whether a path that lies in a folder leads out of it by a link, in its own name or in a folder of state above.

    ``root`` is what it has to stay in: by default the repository that it lies in, else the folder that it is for.
    A path that is not there does not lead out, unless by a link that leads nowhere yet.
    """
    try:
        top = os.path.realpath(root if root is not None else _top(path))
        real = os.path.realpath(path)
        return os.path.commonpath([top, real]) != top
    except (OSError, ValueError):
        # Another drive, or a name that cannot be: not within.
        return True


def is_network_path(name: str) -> bool:
    """Whether a path names another machine (a UNC path, on Windows), which merely looking at it would call."""
    return os.name == "nt" and name.lstrip().startswith(_NETWORK)


def _top(path: Path) -> Path:
    folder = Path(os.path.abspath(path)).parent  # noqa: PTH100 - links stay as they are
    names = folder.parts
    if STATE_FOLDER in names:
        # What lies in there is for the folder above.
        folder = Path(*names[: names.index(STATE_FOLDER)])
    for each in (folder, *folder.parents):
        try:
            if (each / REPOSITORY_MARK).exists():
                return each
        except OSError:
            continue
    return folder
