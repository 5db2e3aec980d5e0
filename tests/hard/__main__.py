"""Everything that makes life hard for the tools, one part after the other: what `make test-hard` runs.

    python -m tests.hard [PART...] [--list]

Each part is a module of this folder with a ``main`` that prints its figures and gives an exit code; it runs in a
process of its own, so that one that fails, or eats all memory, leaves the others alone. Small sizes of the parts run in
`make test` and `make slow`, from the `test_*.py` files beside them. ``docs/reliability.md`` shows what they print.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]

PARTS: Final[dict[str, str]] = {
    "yaml_suite": "every document of the YAML test suite: no crash, its events, its positions, chunked equals whole",
    "survey": "300 YAML files that are no plans, none of them claimed; 200 plans of many styles, nothing false found",
    "scale": "plans of up to 50,000 tasks and 10 MB, folders of 20,000 files: how time and memory grow",
}
"""Module below ``tests.hard`` -> what it tries. They run in this order."""


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.hard", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("parts", nargs="*", metavar="PART", help="one of " + ", ".join(PARTS))
    parser.add_argument("--list", action="store_true", help="only say which parts there are")
    chosen = parser.parse_args(arguments)
    if unknown := [part for part in chosen.parts if part not in PARTS]:
        parser.error(f"there is no part {', '.join(unknown)}; the parts are {', '.join(PARTS)}")
    if chosen.list:
        for part, about in PARTS.items():
            print(f"{part:14} {about}")
        return 0
    failed = [part for part in PARTS if part in (chosen.parts or PARTS) and not passed(part)]
    print(f"\n{', '.join(failed)} failed" if failed else "\nall parts passed")
    return 1 if failed else 0


def passed(part: str) -> bool:
    """Run one part, and say how long it took."""
    print(f"\n==== {part}: {PARTS[part]}", flush=True)
    started = time.monotonic()
    status = subprocess.run([sys.executable, "-m", f"tests.hard.{part}"], cwd=ROOT, check=False).returncode
    outcome = "passed" if status == 0 else f"FAILED with {status}"
    print(f"---- {part}: {outcome} after {time.monotonic() - started:.0f} s", flush=True)
    return status == 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
