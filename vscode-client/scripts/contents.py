"""Looks into a `.vsix`: whether the server's compiled modules are those of its platform, for each Python, and whether
nothing of the machine that made it is inside.

    contents.py VSIX TARGET

Reads the file only. Ends with 1 and a line for each thing that is wrong.
"""

from __future__ import annotations

import re
import struct
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from bundle import versions_of

ROOT: Final = Path(__file__).resolve().parents[2]
MODULES: Final = ("yaml/_yaml", "rpds/rpds")
MACHINES: Final = {
    "linux-x64": "ELF x86-64 gnu",
    "linux-arm64": "ELF aarch64 gnu",
    "alpine-x64": "ELF x86-64 musl",
    "alpine-arm64": "ELF aarch64 musl",
    "darwin-x64": "Mach-O x86-64",
    "darwin-arm64": "Mach-O arm64",
    "win32-x64": "PE x86-64",
    "win32-arm64": "PE arm64",
}
_ELF: Final = {0x3E: "x86-64", 0xB7: "aarch64"}
_MACH_O: Final = {0x01000007: "x86-64", 0x0100000C: "arm64"}
_PE: Final = {0x8664: "x86-64", 0xAA64: "arm64"}
_NATIVE: Final = (b"\x7fELF", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"MZ")
_LEFTOVERS: Final = (
    "__pycache__",
    "direct_url.json",
    "made-for",
    ".env",
    "node_modules",
    ".requirements.txt",
)


def machine(data: bytes) -> str:
    """What processor and system a native file is for: `ELF x86-64 gnu`; `unknown` for what is none.

    By the headers of ELF, Mach-O and PE. Of ELF files, those that name `libc.so.6` or a version of glibc's symbols are
    for glibc, all others for musl.
    """
    if data.startswith(b"\x7fELF"):
        (code,) = struct.unpack_from("<H", data, 18)
        return f"ELF {_ELF.get(code, code)} {'gnu' if b'GLIBC_' in data or b'libc.so.6' in data else 'musl'}"
    if data.startswith(b"\xcf\xfa\xed\xfe"):
        (code,) = struct.unpack_from("<I", data, 4)
        return f"Mach-O {_MACH_O.get(code, code)}"
    if data.startswith(b"MZ") and len(data) > 64:
        (start,) = struct.unpack_from("<I", data, 60)
        if data[start : start + 4] == b"PE\0\0":
            (code,) = struct.unpack_from("<H", data, start + 4)
            return f"PE {_PE.get(code, code)}"
    return "unknown"


def mistakes(vsix: zipfile.ZipFile, target: str, machine_paths: tuple[str, ...]) -> Iterator[str]:
    """What is wrong with the package of a platform. ``machine_paths`` are paths that no file in it may name."""
    there = set(vsix.namelist())
    for version in versions_of(target):
        for module in MODULES:
            name, ending = f"extension/server/compiled-{version}/{module}.", f"cp{version.replace('.', '')}-"
            found = [each for each in there if each.startswith(name) and each.endswith((".so", ".pyd"))]
            if not any(ending in each.replace("cpython-", "cp") for each in found):
                yield f"{module} is not there for Python {version}"
    if "extension/server/start.py" not in there:
        yield "the server has no start.py"
    wanted = MACHINES[target]
    traces = [path.encode() for path in machine_paths]
    for name in sorted(there):
        if any(part in name for part in _LEFTOVERS):
            yield f"{name} does not belong into a package"
        data = vsix.read(name)
        if data.startswith(_NATIVE):
            if "/server/compiled-" not in name:
                yield f"{name} is a native file where all Pythons would load it"
            if machine(data) != wanted:
                yield f"{name} is for {machine(data)}, and {target} needs {wanted}"
        yield from (f"{name} names {path.decode()}" for path in traces if path in data)


def main() -> int:
    """Print what is wrong, or what was found to be right."""
    file, target = sys.argv[1:]
    if target not in MACHINES:
        sys.stderr.write(f"{target} is none of {', '.join(MACHINES)}\n")
        return 2
    with zipfile.ZipFile(file) as vsix:
        wrong = list(mistakes(vsix, target, (str(ROOT), sys.prefix)))
        natives = [info for info in vsix.infolist() if re.search(r"\.(so|pyd)$", info.filename)]
        files = len(vsix.namelist())
    for line in wrong:
        sys.stderr.write(f"{Path(file).name}: {line}\n")
    size = Path(file).stat().st_size / 1e6
    compiled = sum(info.compress_size for info in natives) / 1e6
    sys.stdout.write(
        f"{Path(file).name}: {size:.2f} MB in {files} files; {len(natives)} compiled modules ({MACHINES[target]}, "
        f"Python {', '.join(versions_of(target))}) are {compiled:.2f} MB of it\n"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
