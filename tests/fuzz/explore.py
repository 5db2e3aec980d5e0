"""Fuzzes one target in this process: `python -m tests.fuzz.explore TARGET [libFuzzer's options and folders]`.

Needs `atheris`, from `constraints/fuzz.txt`; `python -m tests.fuzz` starts this with what it needs.
"""

from __future__ import annotations

import importlib
import sys
from typing import Any


def main(arguments: list[str]) -> None:
    atheris: Any = importlib.import_module("atheris")

    # The program is what is watched, not its tests: imported first, from here.
    with atheris.instrument_imports(include=["orchestrate_ls"]):
        from tests.fuzz import targets

        target = targets.TARGETS[arguments[1]]
        target.run(b"")
    atheris.Setup([arguments[0], *arguments[2:]], target.run, internal_libfuzzer=True)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv)
