"""Puts the server and what it needs into `server/`, as the `.vsix` carries it: the project's own code, pure packages
once, and compiled ones for each Python from 3.11 to 3.14 of one platform.

The versions and hashes are those of `constraints/bundled.txt`, which is `constraints/runtime.txt` without what makes a
package large. Nothing is compiled here, so that any platform's copy can be made on any other.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).resolve().parents[1]
ROOT: Final = HERE.parent
VERSIONS: Final = ("3.11", "3.12", "3.13", "3.14")
COMPILED: Final = ("pyyaml", "rpds-py")
"""Those with a wheel for each Python and platform."""
OF_WINDOWS: Final = ("colorama", "tzdata")
LEFT_OUT: Final = ("networkx", "websockets")
"""Each is asked for by one way of one command that the editor does not go: GraphML, and a server on a web socket."""

PLATFORMS: Final = {
    "linux-x64": ("manylinux_2_28_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64"),
    "linux-arm64": ("manylinux_2_28_aarch64", "manylinux_2_17_aarch64", "manylinux2014_aarch64"),
    "alpine-x64": ("musllinux_1_2_x86_64", "musllinux_1_1_x86_64"),
    "alpine-arm64": ("musllinux_1_2_aarch64", "musllinux_1_1_aarch64"),
    "darwin-x64": ("macosx_10_13_x86_64", "macosx_10_12_x86_64", "macosx_10_9_x86_64"),
    "darwin-arm64": ("macosx_11_0_arm64",),
    "win32-x64": ("win_amd64",),
    "win32-arm64": ("win_arm64",),
}
"""VS Code's names of platforms, and those of wheels, the newest first."""
WITHOUT_WHEELS: Final = {"win32-arm64": ("3.11",)}
"""Pythons that a platform's copy cannot serve: PyYAML is not there for them."""

_START: Final = '''"""Starts the language server from the packages beside this file, with a Python from 3.11 to 3.14."""

import os
import sys

if not (3, 11) <= sys.version_info[:2] <= (3, 14):
    sys.exit("the server that comes with the extension runs on Python 3.11 to 3.14, and this is " + sys.version)

here = __file__.rpartition("start.py")[0]
compiled = here + "compiled-%d.%d" % sys.version_info[:2]
if not os.path.isdir(compiled):
    sys.exit("the server that comes with the extension needs a newer Python here than " + sys.version)
sys.path[:0] = [here + "packages", compiled]

from orchestrate_ls.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
'''


def main() -> None:
    """Make the folder anew; packages that are there in the locked versions stay."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--target", choices=PLATFORMS, required=True)
    target = parser.parse_args().target
    folder = HERE / "server"
    locked = locked_requirements((ROOT / "constraints" / "bundled.txt").read_text(encoding="utf-8"))
    pure = pure_packages(locked, target)
    versions = versions_of(target)
    wanted = "\n".join([target, *versions, *(locked[name] for name in (*pure, *COMPILED))])
    # Not in the folder, all of which goes into the package.
    made_for = ROOT / "build" / "bundled-for.txt"
    if not folder.is_dir() or not made_for.is_file() or made_for.read_text(encoding="utf-8") != wanted:
        made_for.unlink(missing_ok=True)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        parts = [(folder / "packages", pure, VERSIONS[0])]
        parts += [(folder / f"compiled-{version}", COMPILED, version) for version in versions]
        # Most of the time goes by while packages are asked for.
        with ThreadPoolExecutor(max_workers=len(parts)) as at_once:
            jobs = [
                at_once.submit(install, part, [locked[name] for name in names], target, version)
                for part, names, version in parts
            ]
        for job in jobs:
            job.result()
        made_for.parent.mkdir(exist_ok=True)
        made_for.write_text(wanted, encoding="utf-8")
    shutil.rmtree(folder / "packages" / "orchestrate_ls", ignore_errors=True)
    copy_project(folder / "packages" / "orchestrate_ls")
    tidy(folder)
    (folder / "start.py").write_text(_START, encoding="utf-8", newline="\n")
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    sys.stdout.write(f"server for {target}: {size / 1e6:.1f} MB unpacked\n")


def locked_requirements(text: str) -> dict[str, str]:
    """The requirement of each package with its hashes, as pip reads them.

    Without conditions on the platform: those would be asked of the one this runs on.
    """
    found = re.findall(r"^([a-z0-9-]+)==(?:.*\\\n)+.*$", text, re.MULTILINE)
    blocks = re.findall(r"^[a-z0-9-]+==(?:.*\\\n)+.*$", text, re.MULTILINE)
    return {name: re.sub(r" ; [^\\\n]*", " ", block) for name, block in zip(found, blocks, strict=True)}


def versions_of(target: str) -> list[str]:
    """The Pythons that the platform's copy runs on."""
    return [version for version in VERSIONS if version not in WITHOUT_WHEELS.get(target, ())]


def pure_packages(locked: Iterable[str], target: str) -> list[str]:
    """Those that all Pythons of the platform share."""
    elsewhere = () if target.startswith("win32") else OF_WINDOWS
    return sorted(set(locked) - {*COMPILED, *LEFT_OUT, *elsewhere})


def install(folder: Path, requirements: list[str], target: str, version: str) -> None:
    """Unpack wheels for a platform and a Python that need not be those here. Nothing of them is run."""
    listed = folder.with_name(f"{folder.name}.requirements.txt")
    listed.write_text("\n".join(requirements) + "\n", encoding="utf-8")
    platforms = [part for platform in PLATFORMS[target] for part in ("--platform", platform)]
    command = [
        sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input",
        "--require-hashes", "--no-deps", "--no-compile", "--only-binary=:all:", "--implementation", "cp",
        "--python-version", version, *platforms, "--target", str(folder), "--requirement", str(listed),
    ]  # fmt: skip
    subprocess.run(command, check=True)
    listed.unlink()


def copy_project(folder: Path) -> None:
    """The package with its schemas and commands, laid out as in the wheel."""
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "server" / "orchestrate_ls", folder, ignore=ignored)
    for name in ("schema", "commands"):
        shutil.copytree(ROOT / name, folder / name, ignore=ignored)


def tidy(folder: Path) -> None:
    """Leave out what nobody starts or reads from there. Licences and metadata stay."""
    for pattern in (
        "*/bin",
        "*/*.dist-info/RECORD",
        "**/__pycache__",
        "**/tests",
        "**/*.pyi",
        "**/*.pyx",
        "**/*.pxd",
    ):
        for path in sorted(folder.glob(pattern)):
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()


if __name__ == "__main__":
    main()
