"""How fluent an editor stays beside a journal of 100,000 events that grows: requests, timed while the server reads on.

PYTHONPATH=server:. python tests/benchmarks/journal_editor.py [EVENTS] [TASKS] [ROUNDS]

The server is a process of its own. In each round an event is appended to the journal, the editor is told so, and at
once asks for lenses, hints and hovers and sends an edit; then lenses are asked for until they show the event.
"""

import statistics
import sys
import tempfile
import time
from collections import defaultdict
from datetime import timedelta
from pathlib import Path

from orchestrate_ls.progress.event import EventKind, line_of, make_event
from tests.benchmarks.journal import BEGIN, journal_line, plan_text
from tests.benchmarks.lsp_client import Document, Json, LspClient
from tests.benchmarks.servers import orchestrate

_SETTINGS: Json = {"orchestrate": {"codeLenses": {"progress": True}, "inlayHints": {"progress": True}}}
_DEADLINE_SECONDS = 60.0


def main() -> None:
    """Print the figures."""
    events, tasks, rounds = (
        *(int(each) for each in sys.argv[1:4]),
        *(100_000, 1_000, 30)[len(sys.argv) - 1 :],
    )
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        journal = folder / ".orchestrate" / "a.events.jsonl"
        journal.parent.mkdir()
        with journal.open("wb") as file:
            file.writelines(journal_line(number, tasks, events) for number in range(events))
        text = f"plan_id: p\n{plan_text(tasks)}"
        (folder / "a.plan.yaml").write_text(text)
        print(f"{events:,} events, {tasks:,} tasks, {rounds} rounds; milliseconds")
        server = orchestrate()
        with LspClient(server.command, folder, _SETTINGS, server.environment) as client:
            client.initialize()
            _measure(client, folder, journal, text, events, tasks, rounds)


def _measure(
    client: LspClient, folder: Path, journal: Path, text: str, events: int, tasks: int, rounds: int
) -> None:
    document = Document((folder / "a.plan.yaml").as_uri(), text, orchestrate().language_id)
    opened = client.open(document)
    task = tasks - 1
    _until(client, document, task, "▶")
    print(f"  opened until lenses show the journal: {(time.perf_counter_ns() - opened) / 1e6:.0f}")
    figures: dict[str, list[float]] = defaultdict(list)
    line = next(number for number, each in enumerate(document.lines) if each == f"  - id: T{task}")
    watched = {"changes": [{"uri": journal.as_uri(), "type": 2}]}
    for number in range(rounds):
        percent = 1 + number % 98
        moment = BEGIN + timedelta(seconds=events + 100 + number)
        with journal.open("ab") as file:
            file.write(
                line_of(make_event("p", moment, EventKind.PROGRESS, f"T{task}", f"T{task}", percent=percent))
            )
        appended = client.notify("workspace/didChangeWatchedFiles", watched)
        where = {"textDocument": {"uri": document.uri}}
        full = {
            "start": {"line": max(0, line - 40), "character": 0},
            "end": {"line": line + 4, "character": 0},
        }
        screen = [each for each in _lenses(client, document) if line - 80 < each["range"]["start"]["line"]]
        before = time.perf_counter_ns()
        for each in [client.send_request("codeLens/resolve", lens) for lens in screen]:
            client.wait_reply(each)
        figures[f"the words of {len(screen)} lenses"].append((time.perf_counter_ns() - before) / 1e6)
        hovered = {**where, "position": {"line": line, "character": 9}}
        figures["all lenses"].append(client.request("textDocument/codeLens", where).milliseconds)
        figures["hover over a task"].append(client.request("textDocument/hover", hovered).milliseconds)
        figures["hints of a screen"].append(
            client.request("textDocument/inlayHint", {**where, "range": full}).milliseconds
        )
        sent = client.change(document, document.replace(line + 1, 0, 0, " " if number % 2 == 0 else ""))
        reply = client.request("textDocument/hover", hovered)
        figures["an edit, then a hover"].append((reply.arrived_ns - sent) / 1e6)
        _until(client, document, task, f"{percent}%")
        figures["an event until lenses show it"].append((time.perf_counter_ns() - appended) / 1e6)
    for name, found in figures.items():
        print(f"  {name}: median {statistics.median(found):.1f}, most {max(found):.1f}")


def _until(client: LspClient, document: Document, task: int, words: str) -> None:
    """Ask for the lenses until that of a task says something."""
    end, said = time.monotonic() + _DEADLINE_SECONDS, ""
    while time.monotonic() < end:
        for lens in _lenses(client, document):
            if (data := lens.get("data") or {}).get("kind") == "progress" and data["task"] == task:
                resolved = client.request("codeLens/resolve", lens).result
                said = resolved["command"]["title"]
                if words in said:
                    return
        time.sleep(0.02)
    raise SystemExit(f"no lens says `{words}`, but `{said}`")


def _lenses(client: LspClient, document: Document) -> list[Json]:
    return client.request("textDocument/codeLens", {"textDocument": {"uri": document.uri}}).result or []


if __name__ == "__main__":
    main()
