"""How processor time and memory grow with the size of plans, of folders, and of what is asked about them.

    python -m tests.hard.scale [SHAPE...] [--part N] [--steps 4] [--limit S]

For each shape the size doubles ``--steps`` - 1 times, up to the full one (or a ``--part``-th of it); each size is
measured in a process of its own. Printed are processor seconds (so that a busy machine matters less) and the exponent
of their growth: the slope of a straight line through the logarithms of size and time. One is linear; n log n gives up
to 1.1. What takes less than a fiftieth of a second at the largest size is left out: it cannot be told from noise.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from tests.hard.scale_shapes import SHAPES

_SHORTEST: Final = 0.02
_STEEPEST: Final = 1.35
"""What noise can make of n log n in four measurements on a busy machine."""
_MATTERS: Final = 1.0
"""Seconds from which on a steep growth fails the run."""
COMMANDS: Final = ("check", "format --check", "schedule", "export --to csv", "report")
FILES: Final = 20_000


def slope(sizes: Sequence[float], values: Sequence[float]) -> float:
    """The exponent of growth: least squares through the logarithms."""
    xs, ys = [math.log(each) for each in sizes], [math.log(max(each, 1e-6)) for each in values]
    middle_x, middle_y = sum(xs) / len(xs), sum(ys) / len(ys)
    return sum((x - middle_x) * (y - middle_y) for x, y in zip(xs, ys, strict=True)) / sum(
        (x - middle_x) ** 2 for x in xs
    )


def environment() -> dict[str, str]:
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(each for each in sys.path if each),
        "PYTHONHASHSEED": "0",
    }


def of_shape(shape: str, size: int, limit: float) -> dict[str, Any] | None:
    """What ``scale_work`` measured; None where it took longer than the limit (in seconds of the clock)."""
    command = [sys.executable, "-m", "tests.hard.scale_work", shape, str(size)]
    try:
        run = subprocess.run(
            command, env=environment(), capture_output=True, text=True, check=False, timeout=limit
        )
    except subprocess.TimeoutExpired:
        return None
    if run.returncode != 0:
        raise RuntimeError(f"{shape} {size}: {run.stderr[-2000:]}")
    return json.loads(run.stdout)


_MEASURED: Final = """
import resource, subprocess, sys
try:
    done = subprocess.run(sys.argv[2:], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=float(sys.argv[1]))
except subprocess.TimeoutExpired:
    sys.exit(75)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
sys.stderr.write(done.stderr.decode("utf-8", "replace")[-500:])
print(done.returncode, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)
"""


def of_command(arguments: list[str], folder: Path, limit: float) -> tuple[float, float] | None:
    """Processor seconds and MiB of an `orchestrate` command; None where it took longer than the limit."""
    command = [
        sys.executable,
        "-c",
        _MEASURED,
        str(limit),
        sys.executable,
        "-m",
        "orchestrate_ls",
        *arguments,
    ]
    run = subprocess.run(command, cwd=folder, env=environment(), capture_output=True, text=True, check=False)
    if run.returncode == 75:
        return None
    code, seconds, mebibytes = run.stdout.split()
    if code not in ("0", "1"):
        raise RuntimeError(f"orchestrate {' '.join(arguments)}: {run.stderr[-500:]}")
    return float(seconds), float(mebibytes)


class Report:
    """Prints a line for each thing, and remembers what grows too fast."""

    def __init__(self) -> None:
        self.steep: list[str] = []

    def line(self, name: str, sizes: list[int], values: list[float], unit: str = "s") -> None:
        if unit == "s" and max(values) < _SHORTEST:
            return
        exponent = slope(sizes, values) if len(values) > 1 else math.nan
        shown = " ".join(f"{each:9.3f}" if unit == "s" else f"{each:9.0f}" for each in values)
        print(f"  {name:24}{shown} {unit:3}  n^{exponent:.2f}", flush=True)
        # The last doublings count: small sizes are all start-up.
        late = slope(sizes[-2:], values[-2:]) if len(values) > 1 else 0.0
        if unit == "s" and values[-1] > _MATTERS and min(exponent, late) > _STEEPEST:
            self.steep.append(f"{name}: n^{exponent:.2f}")


def sizes_up_to(full: int, steps: int) -> list[int]:
    return [max(2, full >> (steps - 1 - step)) for step in range(steps)]


def measure_shape(report: Report, shape: str, part: int, steps: int, limit: float) -> None:
    about = SHAPES[shape]
    sizes = sizes_up_to(about.size // part, steps)
    print(
        f"{shape}: {(about.make.__doc__ or '').strip()}  {' '.join(f'{each:,}' for each in sizes)} {about.unit}"
    )
    results: list[dict[str, Any]] = []
    for size in sizes:
        measured = of_shape(shape, size, limit)
        if measured is None:
            print(f"  more than {limit:.0f} s at {size:,}")
            report.steep.append(f"{shape}: more than {limit:.0f} s at {size:,}")
            break
        results.append(measured)
    if not results:
        return
    sizes = sizes[: len(results)]
    for name in results[-1]["seconds"]:
        report.line(name, sizes, [each["seconds"][name] for each in results])
    report.line("memory", sizes, [max(each["memory"], 1.0) for each in results], "MiB")


def measure_commands(report: Report, shape: str, part: int, steps: int, limit: float) -> None:
    sizes = sizes_up_to(SHAPES[shape].size // part, steps)
    print(f"commands on {shape}: {' '.join(f'{each:,}' for each in sizes)} {SHAPES[shape].unit}")
    with tempfile.TemporaryDirectory() as name:
        for size in sizes:
            (Path(name) / f"{size}.plan.yaml").write_text(SHAPES[shape].make(size), encoding="utf-8")
        for command in COMMANDS:
            first, *options = command.split()
            values: list[tuple[float, float]] = []
            for size in sizes:
                measured = of_command([first, f"{size}.plan.yaml", *options], Path(name), limit)
                if measured is None:
                    report.steep.append(f"{command}: more than {limit:.0f} s at {size:,}")
                    break
                values.append(measured)
            if values:
                report.line(command, sizes[: len(values)], [each[0] for each in values])
                report.line("  memory", sizes[: len(values)], [each[1] for each in values], "MiB")


def measure_folder(report: Report, part: int, steps: int, limit: float) -> None:
    """Folders of plans, and of YAML files that are none."""
    sizes = sizes_up_to(FILES // part, steps)
    shown = " ".join(f"{each:,}" for each in sizes)
    print(f"a folder of {shown} files, each tenth a plan of five tasks, the others other YAML")
    values: list[tuple[float, float]] = []
    with tempfile.TemporaryDirectory() as name:
        for size in sizes:
            folder = Path(name) / str(size)
            for number in range(size):
                below = folder / f"p{number % 100}" / f"q{number % 7}"
                below.mkdir(parents=True, exist_ok=True)
                if number % 10:
                    (below / f"{number}.yaml").write_text(
                        f"kind: other\nnumber: {number}\n", encoding="utf-8"
                    )
                else:
                    (below / f"{number}.plan.yaml").write_text(SHAPES["chain"].make(5), encoding="utf-8")
            measured = of_command(["check", "."], folder, limit)
            if measured is None:
                report.steep.append(f"check of a folder: more than {limit:.0f} s at {size:,}")
                break
            values.append(measured)
    if values:
        report.line("check .", sizes[: len(values)], [each[0] for each in values])
        report.line("  memory", sizes[: len(values)], [each[1] for each in values], "MiB")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.hard.scale")
    parser.add_argument("shapes", nargs="*", help="some of " + ", ".join([*SHAPES, "commands", "folder"]))
    parser.add_argument("--part", type=int, default=1, help="a so-many-th part of the full sizes")
    parser.add_argument("--steps", type=int, default=4, help="how many sizes, each twice the one before")
    parser.add_argument("--limit", type=float, default=1800, help="seconds of the clock for each measurement")
    chosen = parser.parse_args(arguments if arguments is not None else sys.argv[1:])
    wanted = chosen.shapes or [*SHAPES, "commands", "folder"]
    report = Report()
    started = time.monotonic()
    for shape in SHAPES:
        if shape in wanted:
            measure_shape(report, shape, chosen.part, chosen.steps, chosen.limit)
    if "commands" in wanted:
        for shape in ("ordinary", "long-text"):
            measure_commands(report, shape, chosen.part, chosen.steps, chosen.limit)
    if "folder" in wanted:
        measure_folder(report, chosen.part, chosen.steps, chosen.limit)
    print(f"{time.monotonic() - started:.0f} s of the clock")
    print(f"{len(report.steep)} that grow faster than n^{_STEEPEST} and take more than {_MATTERS:.0f} s")
    for each in report.steep:
        print(f"FAILED {each}")
    return 1 if report.steep else 0


if __name__ == "__main__":
    raise SystemExit(main())
