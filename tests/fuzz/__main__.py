"""Fuzzes the targets one after the other, until coverage no longer grows, and prints executions and coverage.

    python -m tests.fuzz [TARGET...] [--minutes 30] [--round 5] [--keep]

A target is given up as exhausted when a whole round reached nothing new, and not before its minutes are over, which
are minutes of processor time. What breaks it is left in ``build/fuzz/TARGET``, with what it printed; put the input into
``tests/fuzz/corpus/TARGET`` as a test before the fault is mended. ``--keep`` makes the corpus anew from what was
found, as small as it can be with the same coverage.
"""

from __future__ import annotations

import argparse
import importlib.util
import re
import subprocess
import sys
from pathlib import Path
from typing import Final, NamedTuple

from tests.fuzz.targets import LONGEST, TARGETS

ROOT: Final = Path(__file__).resolve().parents[2]
CORPUS: Final = Path(__file__).parent / "corpus"
WORK: Final = ROOT / "build" / "fuzz"
_LARGEST_CORPUS: Final = 40
"""Files kept of a target."""


class Round(NamedTuple):
    """What came of one round."""

    status: int
    executions: int
    coverage: int
    features: int
    seconds: float


def main(arguments: list[str]) -> int:
    made = argparse.ArgumentParser(
        prog="python -m tests.fuzz", description=(__doc__ or "").partition("\n")[0]
    )
    made.add_argument("targets", nargs="*", metavar="TARGET", help="one of " + ", ".join(TARGETS))
    made.add_argument("--minutes", type=float, default=30, help="at least, for each target")
    made.add_argument("--most", type=float, default=60, help="at most, for each target")
    made.add_argument("--round", type=float, default=5, help="minutes of a round")
    made.add_argument("--keep", action="store_true", help="make the corpus anew from what was found")
    chosen = made.parse_args(arguments)
    if unknown := [each for each in chosen.targets if each not in TARGETS]:
        made.error(f"there is no target {', '.join(unknown)}; the targets are {', '.join(TARGETS)}")
    if importlib.util.find_spec("atheris") is None:
        print(
            "atheris is missing: python -m pip install --require-hashes -r constraints/fuzz.txt",
            file=sys.stderr,
        )
        return 2
    broken = [
        name
        for name in chosen.targets or TARGETS
        if not fuzz(name, chosen.minutes, chosen.most, chosen.round, keep=chosen.keep)
    ]
    print(f"\nbroken: {', '.join(broken)}" if broken else "\nnothing was broken")
    return 1 if broken else 0


def fuzz(name: str, least: float, most: float, each: float, *, keep: bool) -> bool:
    """Fuzz one target; whether it held."""
    found, own = WORK / name / "found", CORPUS / name
    found.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(TARGETS[name].seeds()):
        (found / f"seed-{number}").write_bytes(seed)
    words = WORK / name / "words.txt"
    words.write_text("".join(f'"{_escaped(word)}"\n' for word in TARGETS[name].words), encoding="ascii")
    executions, spent, before, held = 0, 0.0, -1, True
    while True:
        done = _round(name, each * 60, words, [found, own] if own.is_dir() else [found])
        executions, spent = executions + done.executions, spent + done.seconds
        if done.status != 0:
            held = False
            print(f"{name}: BROKEN, see {WORK / name / 'output.txt'}", flush=True)
            break
        is_exhausted = before >= 0 and done.features <= before
        before = done.features
        if spent >= most * 60 or (spent >= least * 60 and is_exhausted):
            break
    print(
        f"{name:11} {executions:10,} executions, {done.coverage:6,} branches, {done.features:7,} features,"
        f" {spent / 60:5.1f} min of processor time{', nothing new in the last round' if held and is_exhausted else ''}",
        flush=True,
    )
    if keep and held:
        _keep(name, found)
    return held


def _round(name: str, seconds: float, words: Path, folders: list[Path]) -> Round:
    import resource  # not on Windows, where there is no atheris either

    output = WORK / name / "output.txt"
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with output.open("wb") as file:
        status = subprocess.run(
            [
                sys.executable,
                "-m",
                "tests.fuzz.explore",
                name,
                f"-max_total_time={max(1, int(seconds))}",
                f"-max_len={LONGEST}",
                "-timeout=30",
                "-rss_limit_mb=4096",
                f"-artifact_prefix={WORK / name}/",
                *([f"-dict={words}"] if words.stat().st_size else []),
                *map(str, folders),
            ],
            cwd=ROOT,
            stdout=file,
            stderr=subprocess.STDOUT,
            check=False,
        ).returncode
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    text = output.read_text(encoding="utf-8", errors="replace")
    lines = re.findall(r"#(\d+)\s+\w+\s+cov: (\d+) ft: (\d+)", text)
    executions, coverage, features = (int(each) for each in lines[-1]) if lines else (0, 0, 0)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Round(status, executions, coverage, features, spent)


def _keep(name: str, found: Path) -> None:
    """Make the corpus of the smallest files that reach what all of them reach, at most so many."""
    own = CORPUS / name
    merged = WORK / name / "merged"
    merged.mkdir(exist_ok=True)
    sources = [merged, found, *([own] if own.is_dir() else [])]
    subprocess.run(
        [
            sys.executable,
            "-m",
            "tests.fuzz.explore",
            name,
            "-merge=1",
            f"-max_len={LONGEST}",
            *map(str, sources),
        ],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=True,
    )
    own.mkdir(parents=True, exist_ok=True)
    known = {path.name for path in own.iterdir()}
    chosen = sorted(merged.iterdir(), key=lambda path: (-path.stat().st_size, path.name))[:_LARGEST_CORPUS]
    for path in chosen:
        if path.name not in known:
            (own / path.name).write_bytes(path.read_bytes())


def _escaped(word: str) -> str:
    return "".join(
        chr(byte) if 32 <= byte < 127 and byte not in b'"\\' else f"\\x{byte:02x}" for byte in word.encode()
    )


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
