"""Puts the server and what it needs into `server/`, as the `.vsix` carries it: the project's own code, pure packages
once, and compiled ones for each Python from 3.11 to 3.14 of one platform.

The versions and hashes are those of `constraints/runtime.txt`. What the language server imports is taken, and what the
commands that the editor shows in a terminal (`run`, `status --watch`) need besides.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).resolve().parents[1]
ROOT: Final = HERE.parent
VERSIONS: Final = ("3.11", "3.12", "3.13", "3.14")
PURE: Final = (
    "annotated-doc", "annotated-types", "attrs", "cattrs", "filelock", "jsonschema", "jsonschema-specifications",
    "lark", "lsprotocol", "markdown-it-py", "mdurl", "pathspec", "pydantic", "pygls", "pygments", "referencing", "rich",
    "ruamel-yaml", "shellingham", "typer", "typing-extensions", "typing-inspection",
)  # fmt: skip
OF_WINDOWS: Final = ("colorama", "tzdata")
COMPILED: Final = ("pydantic-core", "pyyaml", "rpds-py")

PLATFORMS: Final = {
    "linux-x64": ("manylinux_2_28_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64"),
    "linux-arm64": ("manylinux_2_28_aarch64", "manylinux_2_17_aarch64", "manylinux2014_aarch64"),
    "alpine-x64": ("musllinux_1_2_x86_64", "musllinux_1_1_x86_64"),
    "darwin-x64": ("macosx_10_13_x86_64", "macosx_10_12_x86_64", "macosx_10_9_x86_64"),
    "darwin-arm64": ("macosx_11_0_arm64",),
    "win32-x64": ("win_amd64",),
}
"""VS Code's names of platforms, and those of wheels, the newest first."""

_START: Final = '''"""Starts the language server from the packages beside this file, with a Python from 3.11 to 3.14."""

import sys

if not (3, 11) <= sys.version_info[:2] <= (3, 14):
    sys.exit("the server that comes with the extension runs on Python 3.11 to 3.14, and this is " + sys.version)

here = __file__.rpartition("start.py")[0]
sys.path[:0] = [here + "packages", here + "compiled-%d.%d" % sys.version_info[:2]]

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
    locked = locked_requirements((ROOT / "constraints" / "runtime.txt").read_text(encoding="utf-8"))
    pure = (*PURE, *OF_WINDOWS) if target.startswith("win32") else PURE
    wanted = "\n".join([target, *VERSIONS, *(locked[name] for name in (*pure, *COMPILED))])
    made_for = folder / "made-for.txt"
    if not made_for.is_file() or made_for.read_text(encoding="utf-8") != wanted:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        install(folder / "packages", [locked[name] for name in pure], target, VERSIONS[0])
        for version in VERSIONS:
            install(folder / f"compiled-{version}", [locked[name] for name in COMPILED], target, version)
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


def install(folder: Path, requirements: list[str], target: str, version: str) -> None:
    """Unpack wheels for a platform and a Python that need not be those here. Nothing of them is run."""
    listed = folder.with_suffix(".requirements.txt")
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
