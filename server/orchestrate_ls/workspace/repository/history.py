"""Which files git's history changed together. Executes nothing that comes with the folder.

`git` itself may run programs that a repository's configuration names (a file-system monitor, a pager, signature
checks, external diffs, remote helpers for objects that are missing). Lists of such keys are never complete, so the
repository's configuration is not read at all: git is given an empty repository of our own, in a temporary folder, and
only the *objects* of the folder, which are data. The commit to start from is read from the files of `.git` here. No
work tree, no index, no hooks, no attributes, no system or user configuration; no prompt; a limit in commits, bytes
and seconds.

A pure-Python reader of git was the other way: slower by an order of magnitude, a large dependency, and it would read
the same configuration. Without git, or with anything unusual, there is no history, which is said.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from orchestrate_ls.workspace.containment import is_network_path, leads_out
from orchestrate_ls.workspace.repository.summary import CoChange

MOST_COMMITS: Final = 500
LONGEST_RUN: Final = 3.0
"""Seconds. Where git takes longer, nothing of the history is used: what is used never depends on the clock."""
_MOST_OUTPUT: Final = 4_000_000
_LARGEST_COMMIT: Final = 15
"""Files. A commit of more (a new formatter, a licence line) says nothing about what belongs together."""
_LEAST_TOGETHER: Final = 3
_LEAST_SHARE: Final = 0.75
_MOST_PAIRS: Final = 40
_MOST_LINKS: Final = 5
_SMALL_FILE: Final = 4_096
_PACKED_REFS: Final = 4_000_000
_COMMIT: Final = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?$")
_WORK_TREE: Final = re.compile(r"^\s*worktree *= *(.*)$", re.MULTILINE)
_REFERENCE: Final = re.compile(r"refs/[\w./@+-]{1,200}$")
_NOT_TOGETHER: Final = re.compile(
    r"(?:^|/)(?:change(?:s|log)|history|news)\b[^/]*$|\.lock$|-lock\.\w+$|lock\.json$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class History:
    """Pairs of files, the surest first, and why there is no history or less of it; empty where nothing is amiss."""

    changes: tuple[CoChange, ...] = ()
    commits: int = 0
    remark: str = ""


def read_history(root: Path, present: Collection[str], most_commits: int = MOST_COMMITS) -> History:
    """What the last commits changed together, of files that are still there (``present``, from the root)."""
    output = read_log(root, ("--name-only", "--format=%x01", f"--max-count={most_commits}"))
    if output is None:
        return History()
    if isinstance(output, str):
        return History(remark=output)
    return _together(output, frozenset(present))


def read_log(root: Path, options: Sequence[str], patience: float = LONGEST_RUN) -> bytes | str | None:
    """What ``git log`` prints of the current commit and those before it, with entries separated by NUL; or a sentence
    that says why there is nothing; None where the folder is not the top of a checkout.

    ``options`` are ours, never a user's; ``patience`` is in seconds.
    """
    folders = _git_folders(root)
    if folders is None:
        return None
    own, common = folders
    start = _head(own, common)
    if start is None:
        return "the git history was not used: the current commit could not be read"
    program = _git(root)
    if program is None:
        return "the git history was not used: there is no git on the PATH"
    output = _log(program, common, start, options, patience)
    if output is None:
        return "the git history was not used: git could not read it, or not in time"
    return output


def _git_folders(root: Path) -> tuple[Path, Path] | None:
    """The folder of the checkout's own state, and the one with objects and references (they differ in worktrees)."""
    mark = root / ".git"
    try:
        if mark.is_symlink():
            return None
        own = _named_by(mark) if mark.is_file() else mark
        if own is None or not own.is_dir():
            return None
        common_file = own / "commondir"
        common = own / _small_text(common_file).strip() if common_file.is_file() else own
        is_inside = own.resolve().is_relative_to(common.resolve())
        return (own, common) if is_inside and _has_own_objects(common) else None
    except (OSError, ValueError):
        return None


def _named_by(mark: Path) -> Path | None:
    """The folder that a file `.git` names, where that in turn knows the checkout: a work tree's or a submodule's.

    A stranger's folder could name any other repository of the user, or a folder of another machine.
    """
    text = _small_text(mark)
    named = text.removeprefix("gitdir:").strip()
    if not named or is_network_path(named):
        return None
    own = mark.parent / named
    back = _small_text(own / "gitdir").strip()
    if back and not is_network_path(back):
        return own if (own / back).resolve() == mark.resolve() else None
    worktree = _WORK_TREE.search(_small_text(own / "config"))
    if worktree is None or is_network_path(worktree[1]):
        return None
    return own if (own / worktree[1].strip().strip('"')).resolve() == mark.parent.resolve() else None


def _has_own_objects(common: Path) -> bool:
    """Whether there are objects, and neither they nor others that git would look for lie somewhere odd."""
    objects = common / "objects"
    if not objects.is_dir() or leads_out(objects, common):
        return False
    others = _small_text(objects / "info" / "alternates")
    return not any(is_network_path(line) for line in others.splitlines())


def _head(own: Path, common: Path) -> str | None:
    try:
        text = _small_text(own / "HEAD").strip()
        for _ in range(_MOST_LINKS):
            if _COMMIT.match(text):
                return text
            name = text.removeprefix("ref:").strip()
            if not _REFERENCE.match(name) or ".." in name:
                return None
            loose = common / name
            if leads_out(loose, common):
                return None
            text = _small_text(loose).strip() if loose.is_file() else _packed(common, name)
    except (OSError, ValueError):
        return None
    return None


def _packed(common: Path, name: str) -> str:
    path = common / "packed-refs"
    if not path.is_file() or path.is_symlink():
        return ""
    with path.open("rb") as file:
        text = file.read(_PACKED_REFS).decode("utf-8", "replace")
    match = re.search(rf"^([0-9a-f]{{40,64}}) {re.escape(name)}$", text, re.MULTILINE)
    return match[1] if match is not None else ""


def _small_text(path: Path) -> str:
    if not path.is_file() or path.is_symlink():
        return ""
    with path.open("rb") as file:
        return file.read(_SMALL_FILE).decode("utf-8", "replace")


def _git(root: Path) -> str | None:
    """The user's git: from an absolute folder of the PATH that does not lie in the repository itself."""
    top = os.path.realpath(root)
    folders = [
        folder
        for folder in os.get_exec_path()
        if os.path.isabs(folder)  # noqa: PTH117
        and not (os.path.realpath(folder) + os.sep).startswith(top.rstrip(os.sep) + os.sep)
    ]
    if sys.platform != "win32":
        return shutil.which("git", path=os.pathsep.join(folders)) if folders else None
    # shutil.which would look into the current folder first, which may be the repository.
    return next((str(each) for folder in folders if (each := Path(folder) / "git.exe").is_file()), None)


def _log(program: str, common: Path, start: str, options: Sequence[str], patience: float) -> bytes | None:
    """What ``git log`` prints; None where that fails."""
    with tempfile.TemporaryDirectory(prefix="orchestrate-", ignore_cleanup_errors=True) as name:
        empty = Path(name)
        (empty / "refs").mkdir()
        (empty / "objects").mkdir()
        (empty / "HEAD").write_text("ref: refs/heads/none\n", encoding="ascii")
        version = 1 if len(start) == 64 else 0
        format_line = "[extensions]\n\tobjectFormat = sha256\n" if version else ""
        (empty / "config").write_text(
            f"[core]\n\trepositoryFormatVersion = {version}\n\tbare = true\n{format_line}", encoding="ascii"
        )
        shallow = common / "shallow"
        if shallow.is_file():
            with shallow.open("rb") as file:
                lines = file.read(_PACKED_REFS).decode("ascii", "replace").split()
            kept = "".join(f"{line}\n" for line in lines if _COMMIT.match(line))
            (empty / "shallow").write_text(kept, encoding="ascii")
        system = {
            key: os.environ[key] for key in ("SYSTEMROOT", "PATH", "LD_LIBRARY_PATH") if key in os.environ
        }
        command = [
            program, "--no-pager", "--no-replace-objects", "-c", "core.hooksPath=", "-c", "protocol.allow=never",
            "log", "--no-merges", "--no-renames", "--no-ext-diff", "--no-textconv", "--no-show-signature",
            "--no-mailmap", "--no-color", "-z", *options, start, "--",
        ]  # fmt: skip
        environment = {
            **system,
            "GIT_DIR": str(empty),
            "GIT_OBJECT_DIRECTORY": os.path.abspath(common / "objects"),  # noqa: PTH100
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_SYSTEM": os.devnull,
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_ATTR_NOSYSTEM": "1",
            "GIT_NO_LAZY_FETCH": "1",
            "GIT_OPTIONAL_LOCKS": "0",
            "GIT_TERMINAL_PROMPT": "0",
            "HOME": name,
            "LC_ALL": "C",
        }
        return _output_of(command, environment, name, patience)


def _output_of(command: list[str], environment: dict[str, str], folder: str, patience: float) -> bytes | None:
    try:
        process = subprocess.Popen(  # noqa: S603 - an absolute path, no shell
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            cwd=folder,
        )
    except OSError:
        return None
    timed_out = threading.Event()

    def stop() -> None:
        timed_out.set()
        process.kill()

    timer = threading.Timer(patience, stop)
    timer.start()
    try:
        with process:
            stream: IO[bytes] | None = process.stdout
            output = stream.read(_MOST_OUTPUT + 1) if stream is not None else b""
            if len(output) > _MOST_OUTPUT:
                process.kill()
                return None
        return output if process.returncode == 0 and not timed_out.is_set() else None
    finally:
        timer.cancel()


def _together(output: bytes, present: frozenset[str]) -> History:
    changed: Counter[str] = Counter()
    both: Counter[tuple[str, str]] = Counter()
    commits = 0
    for entry in output.decode("utf-8", "replace").split("\x01")[1:]:
        names = sorted({name for name in entry.replace("\n", "\0").split("\0") if name})
        commits += 1
        if not names or len(names) > _LARGEST_COMMIT:
            continue
        kept = [name for name in names if name in present and not _NOT_TOGETHER.search(name)]
        changed.update(kept)
        both.update((one, other) for place, one in enumerate(kept) for other in kept[place + 1 :])
    found: list[CoChange] = []
    for (one, other), together in both.items():
        either = changed[one] + changed[other] - together
        if together >= _LEAST_TOGETHER and together >= _LEAST_SHARE * either:
            found.append(CoChange(one, other, together, either))
    found.sort(key=lambda each: (-each.together / each.either, -each.together, each.one, each.other))
    return History(tuple(found[:_MOST_PAIRS]), commits)
