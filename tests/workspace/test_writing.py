"""Files are written whole or not at all, and nothing is left behind."""

import errno
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from orchestrate_ls.workspace import writing
from orchestrate_ls.workspace.writing import FileThereError, UnwritableFileError, write_whole

posix = pytest.mark.skipif(os.name == "nt", reason="permissions and links of POSIX systems")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_new_file(tmp_path: Path):
    path = tmp_path / "a.plan.yaml"
    write_whole(path, "goal: ü\r\n\n", overwrite=False)
    assert path.read_bytes() == "goal: ü\r\n\n".encode()
    assert names(tmp_path) == ["a.plan.yaml"]


def test_an_existing_file_is_kept_unless_told(tmp_path: Path):
    path = tmp_path / "a"
    path.write_text("old")
    with pytest.raises(FileThereError, match="exists already"):
        write_whole(path, "new", overwrite=False)
    assert path.read_text() == "old"
    write_whole(path, b"new", overwrite=True)
    assert path.read_text() == "new"
    assert names(tmp_path) == ["a"]


def test_a_file_that_appears_in_the_meantime_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "a"
    make = writing._temporary

    def slowly(*arguments):
        made = make(*arguments)
        path.write_text("someone else's")
        return made

    monkeypatch.setattr(writing, "_temporary", slowly)
    with pytest.raises(FileThereError):
        write_whole(path, "new", overwrite=False)
    assert path.read_text() == "someone else's"
    assert names(tmp_path) == ["a"]


@posix
def test_without_hard_links_nothing_is_overwritten_either(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def no_links(*_):
        raise OSError(errno.EPERM, "no hard links here")

    monkeypatch.setattr(os, "link", no_links)
    write_whole(tmp_path / "a", "new", overwrite=False)
    assert (tmp_path / "a").read_text() == "new"
    assert names(tmp_path) == ["a"]
    with pytest.raises(FileExistsError):
        writing._put_in_place(str(tmp_path / "a"), str(tmp_path / "a"), overwrite=False)


@posix
def test_permissions_stay_and_new_files_follow_the_umask(tmp_path: Path):
    path = tmp_path / "a"
    path.write_text("old")
    path.chmod(0o640)
    write_whole(path, "new", overwrite=True)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    before = os.umask(0o027)
    try:
        write_whole(tmp_path / "b", "new", overwrite=False)
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "b").stat().st_mode) == 0o640


@posix
def test_a_link_stays_a_link(tmp_path: Path):
    (tmp_path / "real").write_text("old")
    link = tmp_path / "link"
    link.symlink_to("real")
    write_whole(link, "new", overwrite=True)
    assert link.is_symlink()
    assert (tmp_path / "real").read_text() == "new"
    (tmp_path / "loose").symlink_to("nowhere")
    with pytest.raises(FileThereError):
        write_whole(tmp_path / "loose", "new", overwrite=False)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO])
@pytest.mark.parametrize("overwrite", [True, False])
def test_a_failure_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, overwrite: bool
):
    path = tmp_path / "a"
    if overwrite:
        path.write_text("old")

    def full(_):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(
        UnwritableFileError, match="disk is full" if number == errno.ENOSPC else "cannot be written"
    ):
        write_whole(path, "new", overwrite=overwrite)
    assert names(tmp_path) == (["a"] if overwrite else [])
    if overwrite:
        assert path.read_text() == "old"


def test_an_interrupt_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(writing, "_put_in_place", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_whole(tmp_path / "a", "new", overwrite=False)
    assert names(tmp_path) == []


@posix
def test_a_killed_process_leaves_the_old_file_whole(tmp_path: Path):
    path = tmp_path / "a.plan.yaml"
    path.write_text("old")
    program = (
        "import os, signal, sys; from pathlib import Path; from orchestrate_ls.workspace import writing\n"
        "os.fsync = lambda _: os.kill(os.getpid(), signal.SIGKILL)\n"
        "writing.write_whole(Path(sys.argv[1]), 'new' * 100000, overwrite=True)"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2] / "server")}
    killed = subprocess.run([sys.executable, "-c", program, str(path)], env=environment, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert path.read_text() == "old"
    # What is left of the attempt is hidden and is no plan.
    assert all(
        name == path.name or (name.startswith(".") and name.endswith(".tmp")) for name in names(tmp_path)
    )


def test_what_cannot_be_written_says_why(tmp_path: Path):
    (tmp_path / "file").write_text("x")
    for path, part in [
        (tmp_path / "none" / "a", "there is no folder"),
        (tmp_path / "file" / "a", "there is no folder"),
        (tmp_path, "is a folder"),
        (tmp_path / "a\0b", "cannot be the name"),
        (tmp_path / ("x" * 300), "too long"),
    ]:
        with pytest.raises(UnwritableFileError, match=part):
            write_whole(path, "new", overwrite=True)
    assert names(tmp_path) == ["file"]


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write everywhere")
def test_permissions_are_respected(tmp_path: Path):
    path = tmp_path / "a"
    path.write_text("old")
    path.chmod(0o444)
    with pytest.raises(UnwritableFileError, match="read-only"):
        write_whole(path, "new", overwrite=True)
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(UnwritableFileError, match="permission denied"):
            write_whole(tmp_path / "b", "new", overwrite=False)
    finally:
        tmp_path.chmod(0o700)
