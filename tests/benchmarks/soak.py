"""An hour of somebody's typing, replayed in minutes: whether memory, handles and threads stay as they are.

    python tests/benchmarks/soak.py [--keys 8000] [--tasks 1000] [--plans 2000] [--seed 1]

A plan is open in a folder with many others. Sentences are typed with slips and corrected, tasks pasted, renamed and cut
again, completions taken, other plans opened and closed, files saved, edits undone; between the keys come the requests
an editor makes. What is written is taken back, so that the plan does not grow and whatever else grows is a leak.
Prints the series, and ends with 1 where the server is larger in the end than after its first third.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

if not __package__:  # run as a script: what stands first is the folder of this file, not that of the package
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.benchmarks.lsp_client import Document, Json, LspClient
from tests.benchmarks.plans import generate
from tests.benchmarks.servers import orchestrate

SAMPLES: Final = 40
MOST_GROWTH: Final = 0.05
"""Of resident memory and of objects, from the first third of the time to the last."""
LAUNCHER: Final = Path(__file__).with_name("soak_server.py")
SENTENCES: Final = (
    "ask the people who use it what they miss",
    "write down what was decided and why",
    "try it with the data of last year",
    "measure before and after",
)
_SLIP: Final = 0.04
"""Of the letters so many are typed wrong first."""


@dataclass(frozen=True, slots=True)
class Sample:
    """The server at one moment: seconds since the start, keys so far, MiB resident, and numbers of things it holds."""

    seconds: float
    keys: int
    resident: float
    objects: int
    blocks: int
    handles: int
    threads: int


class Probe:
    """Looks into the server's process, from Linux's `/proc` and by the signal that `soak_server.py` answers."""

    def __init__(self, pid: int, file: Path) -> None:
        self._pid = pid
        self._file = file
        self._begun = time.monotonic()

    def sample(self, keys: int) -> Sample:
        self._file.unlink(missing_ok=True)
        os.kill(self._pid, signal.SIGUSR1)
        deadline = time.monotonic() + 60
        while not self._file.exists():
            if time.monotonic() > deadline:
                raise TimeoutError("the server does not say how many objects it has")
            time.sleep(0.01)
        counted = json.loads(self._file.read_text(encoding="utf-8"))
        status = Path(f"/proc/{self._pid}/status").read_text(encoding="utf-8").splitlines()
        fields = dict(line.split(":", 1) for line in status)
        return Sample(
            time.monotonic() - self._begun,
            keys,
            int(fields["VmRSS"].split()[0]) / 1024,
            counted["objects"],
            counted["blocks"],
            len(list(Path(f"/proc/{self._pid}/fd").iterdir())),
            int(fields["Threads"]),
        )


class Person:
    """Edits a plan and takes everything back. Each step of an activity is a key, or what counts as one."""

    def __init__(self, client: LspClient, document: Document, others: Sequence[Path], seed: int) -> None:
        self._client = client
        self._document = document
        self._others = others
        self._draw = random.Random(seed)
        self._tokens: str | None = None
        self._waiting: list[int] = []
        self.answers = 0

    def work(self) -> Iterator[None]:
        """Do one thing after the other, for ever."""
        activities: list[tuple[int, Callable[[], Iterator[None]]]] = [
            (6, self._write_a_sentence),
            (3, self._add_a_dependency),
            (2, self._paste_a_task),
            (1, self._rename_a_task),
            (2, self._look_for_actions),
            (2, self._visit_another_plan),
            (2, self._save),
        ]
        weights, choices = zip(*activities, strict=True)
        while True:
            yield from self._draw.choices(choices, weights)[0]()

    def settle(self) -> None:
        """Wait for what has been asked."""
        for request in self._waiting:
            self._client.wait_reply(request)
            self.answers += 1
        self._waiting.clear()
        self._client.request("textDocument/foldingRange", self._params())

    # What people do

    def _write_a_sentence(self) -> Iterator[None]:
        line = self._line_of("description")
        start = len(self._document.lines[line])
        for letter in " " + self._draw.choice(SENTENCES):
            end = len(self._document.lines[line])
            if self._draw.random() < _SLIP:
                self._type(line, end, end, self._draw.choice("qwxyz"))
                yield
                self._type(line, end, end + 1, "")
                yield
            self._type(line, end, end, letter)
            if letter == " ":
                self._ask("textDocument/completion", line, end + 1)
            yield
        self._ask_all(line)
        self._type(line, start, len(self._document.lines[line]), "")  # undone
        yield

    def _add_a_dependency(self) -> Iterator[None]:
        line = self._line_of("dependencies")
        before = self._document.lines[line]
        end = before.rindex("]")
        self._type(line, end, end, "," if before[end - 1] != "[" else "")
        yield
        end = self._document.lines[line].rindex("]")
        self._type(line, end, end, " ")
        place = {"position": {"line": line, "character": end + 1}}
        offered = self._client.request("textDocument/completion", self._params(**place)).result
        yield
        self._type(line, end + 1, end + 1, offered["items"][0]["label"] if offered else "T1")
        yield
        self._ask_all(line)
        self._type(line, 0, len(self._document.lines[line]), before)
        yield

    def _paste_a_task(self) -> Iterator[None]:
        first = self._task_line()
        block = [
            line.replace("- id: T", "- id: pasted-") for line in self._document.lines[first : first + 10]
        ]
        self._type(first, 0, 0, "\n".join(block) + "\n")
        yield
        self._ask_all(first)
        end = len(self._document.lines[first])
        for letter in "-copy":
            self._type(first, end, end, letter)
            end += 1
            yield
        self._cut(first, 10)
        yield

    def _rename_a_task(self) -> Iterator[None]:
        line = self._task_line()
        old = self._document.lines[line].removeprefix("  - id: ")
        for name in ("renamed-for-a-while", old):
            place = {"position": {"line": line, "character": 9}}
            edit = self._client.request("textDocument/rename", self._params(newName=name, **place)).result
            for each in reversed(edit["documentChanges"][0]["edits"]):
                start, end = each["range"]["start"], each["range"]["end"]
                self._type(start["line"], start["character"], end["character"], each["newText"])
            yield

    def _look_for_actions(self) -> Iterator[None]:
        place = {"line": self._task_line() + self._draw.randrange(8), "character": 6}
        span = {"range": {"start": place, "end": place}, "context": {"diagnostics": []}}
        found = self._client.request("textDocument/codeAction", self._params(**span)).result
        for action in found[:2]:
            if "data" in action:
                self._client.request("codeAction/resolve", action)
        yield

    def _visit_another_plan(self) -> Iterator[None]:
        path = self._draw.choice(self._others)
        other = Document(path.as_uri(), path.read_text(encoding="utf-8"), self._document.language_id)
        self._client.diagnostics_after(other, self._client.open(other))
        yield
        self._client.change(other, other.replace(2, len(other.lines[2]), len(other.lines[2]), "!"))
        document = {"textDocument": {"uri": other.uri}}
        for method in ("textDocument/documentSymbol", "textDocument/semanticTokens/full"):
            self._client.request(method, document)
        self._client.notify("textDocument/didClose", document)
        yield

    def _save(self) -> Iterator[None]:
        self._client.notify("textDocument/didSave", {"textDocument": {"uri": self._document.uri}})
        self._client.request("workspace/symbol", {"query": self._draw.choice(("T1", "re", "zz"))})
        yield

    # How they do it

    def _type(self, line: int, start: int, end: int, text: str) -> None:
        self._client.change(self._document, self._document.replace(line, start, end, text))

    def _cut(self, line: int, count: int) -> None:
        self._document.version += 1
        del self._document.lines[line : line + count]
        change = {
            "range": {"start": {"line": line, "character": 0}, "end": {"line": line + count, "character": 0}},
            "text": "",
        }
        self._client.change(self._document, change)

    def _ask(self, method: str, line: int, column: int, **more: Any) -> None:
        place = {"line": line, "character": column}
        self._waiting.append(self._client.send_request(method, self._params(position=place, **more)))

    def _ask_all(self, line: int) -> None:
        """What an editor asks when there is a pause: colours, hints, outline, and where the cursor is."""
        self._ask("textDocument/hover", line, 8)
        self._ask("textDocument/documentHighlight", line, 12)
        lines = {
            "start": {"line": max(0, line - 30), "character": 0},
            "end": {"line": line + 30, "character": 0},
        }
        for method, more in (
            ("textDocument/documentSymbol", {}),
            ("textDocument/inlayHint", {"range": lines}),
            ("textDocument/semanticTokens/range", {"range": lines}),
        ):
            self._waiting.append(self._client.send_request(method, self._params(**more)))
        self.settle()
        self._tokens = self._colours()
        self._client.diagnostics_after(self._document, 0)

    def _colours(self) -> str:
        if self._tokens is None:
            method, more = "textDocument/semanticTokens/full", {}
        else:
            method, more = "textDocument/semanticTokens/full/delta", {"previousResultId": self._tokens}
        return self._client.request(method, self._params(**more)).result["resultId"]

    def _params(self, **more: Any) -> Json:
        return {"textDocument": {"uri": self._document.uri}, **more}

    def _task_line(self) -> int:
        lines = self._document.lines
        while True:
            line = self._draw.randrange(len(lines))
            while line and not lines[line].startswith("  - id: T"):
                line -= 1
            if line and lines[line][9:].isdecimal():
                return line

    def _line_of(self, key: str) -> int:
        first = self._task_line()
        return next(line for line in range(first, first + 12) if f"{key}:" in self._document.lines[line])


def soak(
    folder: Path, *, keys: int, tasks: int, plans: int, seed: int, say: Callable[[Sample], None]
) -> list[Sample]:
    """Replay so many keys; returns the samples, each of which is handed to `say` as it is taken."""
    others: list[Path] = []
    for number in range(plans):
        path = folder / f"area-{number % 50}" / f"part-{number}.plan.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(generate(4 + number % 9, seed=number).text, encoding="utf-8", newline="\n")
        others.append(path)
    file = folder / "large.plan.yaml"
    text = generate(tasks).text
    file.write_text(text, encoding="utf-8", newline="\n")
    server = orchestrate()
    counts = folder / ".counts.json"
    server = replace(server, command=(sys.executable, str(LAUNCHER), str(counts)))
    samples: list[Sample] = []
    with LspClient(server.command, folder, server.settings, server.environment) as client:
        client.initialize()
        document = Document(file.as_uri(), text, server.language_id)
        client.diagnostics_after(document, client.open(document))
        probe = Probe(client.process.pid, counts)
        person = Person(client, document, others, seed)
        every = max(1, keys // SAMPLES)
        for key, _ in enumerate(person.work()):
            if key % every == 0:
                person.settle()
                samples.append(probe.sample(key))
                say(samples[-1])
            if key >= keys:
                break
        fresh = client.request("textDocument/documentSymbol", {"textDocument": {"uri": document.uri}})
        assert fresh.result
    return samples


def growth(samples: Sequence[Sample], value: Callable[[Sample], float]) -> float:
    """By which part a value is larger in the last third of the time than in the second (medians)."""
    third = len(samples) // 3
    middle = statistics.median(map(value, samples[third : 2 * third]))
    return statistics.median(map(value, samples[-third:])) / middle - 1


def leaks(samples: Sequence[Sample]) -> list[str]:
    """What did not stay as it was."""
    found = [
        f"{name} grew by {more:.1%}"
        for name, value in (
            ("resident memory", lambda each: each.resident),
            ("objects", lambda each: each.objects),
            ("allocated blocks", lambda each: each.blocks),
        )
        if (more := growth(samples, value)) > MOST_GROWTH
    ]
    found += [
        f"there are more {name} than before"
        for name, value in (("handles", lambda each: each.handles), ("threads", lambda each: each.threads))
        if value(samples[-1]) > max(map(value, samples[: len(samples) // 2]))
    ]
    return found


def main() -> int:
    """Replay and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--keys", type=int, default=8000, help="about an hour's (8000)")
    parser.add_argument("--tasks", type=int, default=1000, help="of the plan that is edited (1000)")
    parser.add_argument("--plans", type=int, default=2000, help="in the same folder (2000)")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if sys.platform != "linux":
        print("This looks into `/proc`, which only Linux has.", file=sys.stderr)
        return 2

    def say(sample: Sample) -> None:
        print(
            f"{sample.seconds:8.0f} {sample.keys:8,} {sample.resident:10.1f} {sample.objects:10,} {sample.blocks:10,}"
            f" {sample.handles:8} {sample.threads:8}",
            flush=True,
        )

    print(
        f"{'seconds':>8} {'keys':>8} {'RSS MiB':>10} {'objects':>10} {'blocks':>10} {'handles':>8} {'threads':>8}"
    )
    with tempfile.TemporaryDirectory() as folder:
        samples = soak(
            Path(folder),
            keys=options.keys,
            tasks=options.tasks,
            plans=options.plans,
            seed=options.seed,
            say=say,
        )
    for name, value in (("RSS", lambda each: each.resident), ("objects", lambda each: each.objects)):
        print(f"{name}: {growth(samples, value):+.2%} from the second third to the last")
    found = leaks(samples)
    print("; ".join(found) if found else "Everything stayed as it was.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
