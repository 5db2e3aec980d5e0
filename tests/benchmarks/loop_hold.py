"""How long the server is busy with one plan while another one waits: the longest time that a hover on a small plan
takes while a large one is opened, replaced, edited and asked about.

    python tests/benchmarks/loop_hold.py [--tasks 10000] [--json FILE]

For each thing done to the large plan it prints the longest and the median time of a hover on the small one meanwhile,
and how long the thing itself took. It judges nothing.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

if not __package__:  # run as a script: what stands first is the folder of this file, not that of the package
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.benchmarks.lsp_client import Document, LspClient
from tests.benchmarks.plans import generate
from tests.benchmarks.servers import Server, orchestrate

_QUIET_SECONDS = 1.5
"""Without anything to do, so that what a server puts off is behind it."""
_BETWEEN_HOVERS = 0.001
_LONGEST_SECONDS = 120.0


class Pinged:
    """A server with a small plan open, on which it is asked for a hover again and again while something happens."""

    def __init__(self, server: Server, folder: Path) -> None:
        self.client = LspClient(server.command, folder, server.settings, server.environment)
        self.client.initialize()
        plan = generate(20)
        file = folder / "small.plan.yaml"
        file.write_text(plan.text, encoding="utf-8", newline="\n")
        self.small = Document(file.as_uri(), plan.text, server.language_id)
        self.client.diagnostics_after(self.small, self.client.open(self.small))

    def hover(self) -> float:
        """Milliseconds until a hover on the small plan is answered."""
        sent = time.perf_counter_ns()
        asked = {"textDocument": {"uri": self.small.uri}, "position": {"line": 2, "character": 1}}
        return (self.client.request("textDocument/hover", asked).arrived_ns - sent) / 1e6

    def during(self, begin: Callable[[], Any], is_done: Callable[[], bool]) -> tuple[list[float], float]:
        """The times of all hovers from a beginning to the first one sent after the end, and how long that took."""
        begun = time.perf_counter()
        begin()
        times: list[float] = []
        done = False
        while not done and time.perf_counter() - begun < _LONGEST_SECONDS:
            done = is_done()
            times.append(self.hover())
            time.sleep(_BETWEEN_HOVERS)
        return times, (time.perf_counter() - begun) * 1e3


class Large:
    """The large plan, and what is done to it."""

    def __init__(self, pinged: Pinged, tasks: int, folder: Path, language: str) -> None:
        self.pinged = pinged
        self.client = pinged.client
        self.plan = generate(tasks)
        file = folder / "large.plan.yaml"
        file.write_text(self.plan.text, encoding="utf-8", newline="\n")
        self.document = Document(file.as_uri(), self.plan.text, language)
        self.at_agent = next(
            {"line": number, "character": 13}
            for number, line in enumerate(self.document.lines)
            if line.startswith("    agent: ")
        )

    def rows(self) -> Iterator[tuple[str, list[float], float]]:
        """Everything in order: what, the times of the hovers meanwhile, and its own time in milliseconds."""
        client, document = self.client, self.document
        yield ("open", *self._shown(lambda: client.open(document)))
        time.sleep(_QUIET_SECONDS)
        yield ("replace the whole text", *self._shown(self._replace))
        time.sleep(_QUIET_SECONDS)
        yield ("paste 5,000 tasks", *self._shown(self._paste))
        for name, method, params in self._requests():
            yield (name, *self._asked(method, params))
        # A key first: what is asked after it finds little that was kept.
        letter = self._letter()
        yield ("a letter", *self._shown(lambda: client.change(document, letter)))
        yield ("change the project's calendar", *self._shown(self._calendar))

    def _shown(self, begin: Callable[[], int]) -> tuple[list[float], float]:
        sent: list[int] = []

        def is_done() -> bool:
            return bool(self.client._sets_after(self.document, sent[0]))

        return self.pinged.during(lambda: sent.append(begin()), is_done)

    def _asked(self, method: str, params: dict[str, Any]) -> tuple[list[float], float]:
        client = self.client
        asked: list[int] = []
        whole = {"textDocument": {"uri": self.document.uri}, **params}

        def is_done() -> bool:
            return asked[0] in client._replies

        found = self.pinged.during(lambda: asked.append(client.send_request(method, whole)), is_done)
        client.wait_reply(asked[0])
        return found

    def _replace(self) -> int:
        document = self.document
        document.lines = document.text.replace(" the ", " that ").split("\n")
        document.version += 1
        return self.client.change(document, {"text": document.text})

    def _paste(self) -> int:
        """Behind the last task a copy of the first half, under other ids."""
        end = next(
            (
                n
                for n, line in enumerate(self.document.lines)
                if n > self.at_agent["line"] and line[:1] not in " #"
            ),
            len(self.document.lines) - 1,
        )
        first = next(n for n, line in enumerate(self.document.lines) if line.startswith("  - id: T"))
        half = self.document.lines[first : first + (end - first) // 2]
        while half and not half[-1].startswith("  - id: T"):
            half.pop()
        pasted = [line.replace("- id: T", "- id: P") for line in half[:-1]]
        change = self.document.replace(end, 0, 0, "\n".join([*pasted, ""]))
        return self.client.change(self.document, change)

    def _letter(self) -> dict[str, Any]:
        line = self.plan.line_of("description")
        end = len(self.document.lines[line])
        return self.document.replace(line, end, end, "x")

    def _calendar(self) -> int:
        return self.client.change(
            self.document, self.document.replace(1, 0, 0, "calendar: {hours_per_day: 6}\n")
        )

    def _requests(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        everything = {"start": {"line": 0, "character": 0}, "end": {"line": 10**6, "character": 0}}
        here = {"start": self.at_agent, "end": self.at_agent}
        context = {"includeDeclaration": True}
        for name, method, params in (
            ("completion", "completion", {"position": {"line": self.at_agent["line"], "character": 11}}),
            ("hover", "hover", {"position": self.at_agent}),
            ("semantic tokens", "semanticTokens/full", {}),
            ("document symbols", "documentSymbol", {}),
            ("code lenses", "codeLens", {}),
            ("document links", "documentLink", {}),
            ("folding ranges", "foldingRange", {}),
            ("inlay hints", "inlayHint", {"range": everything}),
            ("formatting", "formatting", {"options": {"tabSize": 2, "insertSpaces": True}}),
            ("references of an agent", "references", {"position": self.at_agent, "context": context}),
            ("highlights of an agent", "documentHighlight", {"position": self.at_agent}),
            ("rename an agent", "rename", {"position": self.at_agent, "newName": "renamed-by-benchmark"}),
            ("code actions", "codeAction", {"range": here, "context": {"diagnostics": []}}),
        ):  # fmt: skip
            yield name, f"textDocument/{method}", params


def main(arguments: list[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--tasks", type=int, default=10000)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args(arguments)
    server = orchestrate()
    found: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        pinged = Pinged(server, folder)
        try:
            time.sleep(_QUIET_SECONDS)
            idle = [pinged.hover() for _ in range(50)]
            print(f"hover on a plan of 20 tasks, nothing else going on: {statistics.median(idle):.1f} ms")
            print(f"\nmeanwhile, with a plan of {given.tasks:,} tasks\n")
            print(f"{'':32}{'longest':>10}{'median':>10}{'itself':>10}   ms")
            for what, times, itself in Large(pinged, given.tasks, folder, server.language_id).rows():
                row = {"longest": max(times), "median": statistics.median(times), "itself": itself}
                found[what] = row
                print(f"{what:32}{row['longest']:10.1f}{row['median']:10.1f}{itself:10.1f}", flush=True)
        finally:
            pinged.client.close()
    if given.json is not None:
        given.json.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
