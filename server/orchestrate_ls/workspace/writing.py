"""Writes files whole or not at all. Knows nothing of what is in them.

The text goes to a temporary file in the same folder, which then takes the place of the old one in one step:
whoever reads the path sees the old content or the new, never a part, also when the process is killed in
between.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import stat
from pathlib import Path
from typing import Final


class UnwritableFileError(Exception):
    """A file that could not be written; nothing was changed. ``message`` names the file, ``hint`` says what
    to do.
    """

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message if hint is None else f"{message}; {hint}")
        self.message: Final = message
        self.hint: Final = hint


class FileThereError(UnwritableFileError):
    """There is a file already, and it was not to be overwritten."""


def write_whole(path: Path, content: str | bytes, *, overwrite: bool) -> None:
    """Write a file in one step. Text is written as UTF-8 with its line ends as they are.

    With ``overwrite`` an existing file is replaced and its permissions are kept; a link stays, and the file
    it leads to is replaced. Without, an existing file is never touched, also not one that appears in the
    meantime.

    Raises
    ------
    FileThereError
        There is something at the path, and ``overwrite`` is False.
    UnwritableFileError
        It cannot be written, or there is no such folder.
    """
    data = content.encode("utf-8") if isinstance(content, str) else content
    if not overwrite and os.path.lexists(path):
        raise _there_already(path)
    temporary: str | None = None
    try:
        target = os.path.realpath(path) if overwrite else os.path.abspath(path)  # noqa: PTH100
        mode = _mode_of(target, path) if overwrite else None
        temporary = _temporary(target, data, mode)
        _put_in_place(temporary, target, overwrite=overwrite)
        temporary = None
        flush_folder(os.path.dirname(target))  # noqa: PTH120
    except FileExistsError:
        raise _there_already(path) from None
    except OSError as error:
        raise _unwritable(path, error) from None
    except ValueError:
        raise UnwritableFileError("this cannot be the name of a file") from None
    finally:
        if temporary is not None:
            with contextlib.suppress(OSError):
                os.unlink(temporary)  # noqa: PTH108


def _mode_of(target: str, path: Path) -> int | None:
    """The permissions of an existing file; None where there is none."""
    try:
        status = os.stat(target)  # noqa: PTH116
    except FileNotFoundError:
        return None
    if stat.S_ISDIR(status.st_mode):
        raise UnwritableFileError(f"{path} is a folder", "name a file in it")
    if not stat.S_ISREG(status.st_mode):
        raise UnwritableFileError(f"{path} is not a regular file", "name another one")
    if not os.access(target, os.W_OK):
        # Replacing needs only the folder's permission, but whoever made the file read-only meant it.
        raise UnwritableFileError(f"{path} is read-only", "make it writable, or name another file")
    return stat.S_IMODE(status.st_mode)


def _temporary(target: str, data: bytes, mode: int | None) -> str:
    """A new file beside the target with the content, on the disk. Nothing is left where that fails."""
    name = os.path.join(os.path.dirname(target), f".orchestrate-{secrets.token_hex(8)}.tmp")  # noqa: PTH118, PTH120
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
    # With the usual bits, from which the system takes the user's umask.
    descriptor = os.open(name, flags, 0o666)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if mode is not None:
            os.chmod(name, mode)  # noqa: PTH101
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)  # noqa: PTH108
        raise
    return name


def _put_in_place(temporary: str, target: str, *, overwrite: bool) -> None:
    if overwrite:
        os.replace(temporary, target)  # noqa: PTH105
    elif os.name == "nt":
        os.rename(temporary, target)  # noqa: PTH104 - fails there if the target exists
    else:
        try:
            os.link(temporary, target)
        except FileExistsError:
            raise
        except OSError:
            # A file system without hard links. Taking the name first keeps the promise not to overwrite.
            os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666))
            os.replace(temporary, target)  # noqa: PTH105
        else:
            os.unlink(temporary)  # noqa: PTH108


def flush_folder(folder: str | os.PathLike[str]) -> None:
    """Make a new name in a folder survive a power failure, where the system can."""
    if os.name == "nt":
        return
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _there_already(path: Path) -> FileThereError:
    return FileThereError(f"{path} exists already", "name another file, or allow it to be overwritten")


def _unwritable(path: Path, error: OSError) -> UnwritableFileError:
    folder = path.parent
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return UnwritableFileError(f"there is no folder {folder}", "make it first, or name another one")
    if error.errno in (errno.EACCES, errno.EPERM):
        return UnwritableFileError(
            f"{path} cannot be written: permission denied", f"check who may write to {folder}"
        )
    if error.errno == errno.EROFS:
        return UnwritableFileError(
            f"{path} cannot be written: the file system is read-only", "name another place"
        )
    if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)):
        return UnwritableFileError(
            f"{path} cannot be written: the disk is full", "make room, or name another place"
        )
    if error.errno == errno.ENAMETOOLONG:
        return UnwritableFileError("the file's name is too long", "name a shorter one")
    return UnwritableFileError(f"{path} cannot be written: {error.strerror or error}")
