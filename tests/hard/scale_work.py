"""What is done to a large plan, in a process of its own: prints processor seconds of each thing and memory.

    python -m tests.hard.scale_work SHAPE SIZE

Knows the packages behind the editor; ``tests.hard.scale`` starts it, and the command line itself for the commands.
"""

from __future__ import annotations

import gc
import itertools
import json
import sys
import time
from collections.abc import Callable
from typing import Any

from orchestrate_ls.ide.code_actions import actions_at
from orchestrate_ls.ide.completion import complete
from orchestrate_ls.ide.definition import definition
from orchestrate_ls.ide.diagnostics import select
from orchestrate_ls.ide.folding import folding_ranges
from orchestrate_ls.ide.formatting import formatted
from orchestrate_ls.ide.highlight import highlights
from orchestrate_ls.ide.hover import hover
from orchestrate_ls.ide.rename import RenameRefusedError, rename
from orchestrate_ls.ide.selection import selection_ranges
from orchestrate_ls.ide.semantic_tokens import tokens_of
from orchestrate_ls.ide.symbols import document_symbols
from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.rules.engine import FileCheck, RuleSettings, check_file
from orchestrate_ls.text.positions import Encoding
from orchestrate_ls.workspace.checking import shipped_schema
from tests.hard.scale_shapes import SHAPES


def peak_mebibytes() -> float:
    """The most memory that this process held at once; 0 where the system does not say."""
    try:
        import resource
    except ImportError:  # Windows
        return 0.0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)


class Clock:
    """Processor seconds of named things."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def time(self, name: str, work: Callable[[], Any], often: int = 1) -> Any:
        started = time.process_time()
        for _ in range(often):
            result = work()
        self.seconds[name] = (time.process_time() - started) / often
        return result


def measure(text: str) -> dict[str, float]:
    """Processor seconds of opening, checking and editing a text, and of questions about a place near its middle."""
    clock, schema, settings = Clock(), shipped_schema(), RuleSettings()
    gc.collect()
    file: PlanFile = clock.time("parse", lambda: PlanFile.parse(text))
    check: FileCheck = clock.time("check", lambda: check_file(file, settings, schema))
    diagnostics = clock.time("diagnostics", lambda: check.diagnostics)
    clock.time("shown", lambda: select(diagnostics))

    middle = text.find("  - id: T", len(text) // 2)
    middle = middle + 8 if middle >= 0 else text.rfind("id: T") + 4
    name_end = min(place for end in ("\n", ",") if (place := text.find(end, middle)) >= 0)

    def edited(old: FileCheck, place: int, letters: str, gone: int = 0) -> FileCheck:
        file = old.file.edit(place, place + gone, letters)
        following = check_file(file, settings, schema, previous=old)
        assert following.diagnostics is not None
        return following

    letter = text.find("\n", middle)
    clock.time("edit", lambda: edited(check, letter, " # x"))
    clock.time("edit-id", lambda: edited(check, name_end, "x"))
    clock.time("edit-end", lambda: edited(check, len(text), "\nx: 1\n"))
    clock.time("break", lambda: edited(check, letter, ' "'))
    clock.time("hover", lambda: hover(check, schema, middle, markdown=True), 3)
    clock.time("complete", lambda: complete(file, name_end, schema, check), 3)
    clock.time("define", lambda: definition(file, middle), 3)
    clock.time("highlight", lambda: list(itertools.islice(highlights(file, middle), 1000)))
    clock.time("select", lambda: selection_ranges(file, middle), 3)
    clock.time("actions", lambda: list(actions_at(check, middle, middle)))
    clock.time("symbols", lambda: document_symbols(file))
    clock.time("fold", lambda: folding_ranges(file))
    clock.time("tokens", lambda: tokens_of(check, Encoding.UTF16))
    clock.time("rename", lambda: renamed(file, middle))
    clock.time("format", lambda: formatted(file))
    return clock.seconds


def renamed(file: PlanFile, place: int) -> object:
    try:
        return rename(file, place, "renamed")
    except RenameRefusedError:
        return None


def main() -> int:
    shape, size = sys.argv[1:]
    text = SHAPES[shape].make(int(size))
    before = peak_mebibytes()
    seconds = measure(text)
    print(json.dumps({"characters": len(text), "seconds": seconds, "memory": peak_mebibytes() - before}))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
