"""How long a key takes: the real server over stdio, on plans of several sizes, beside a peer if wished.

    python tests/benchmarks/keystroke.py [--sizes 10,100,1000,10000] [--peer] [--requests 20] [--trace] [--json FILE]

Prints median and 95th percentile of: start to the answer to `initialize`, opening to diagnostics, a letter
typed in a description in the middle to diagnostics, a dependency added or removed there to diagnostics,
memory, the requests of `requests.py`, and how many sets of diagnostics thirty queued edits give.
It judges nothing; it only makes sure that both servers do the work (`session.py`).
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

if not __package__:  # run as a script: what stands first is the folder of this file, not that of the package
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from rich.console import Console
from rich.markup import escape

from tests.benchmarks import report, typing_trace
from tests.benchmarks.figures import Figures
from tests.benchmarks.lsp_client import ServerError
from tests.benchmarks.machine_load import MachineLoad
from tests.benchmarks.plans import SMALLEST_WITH_SPARE_DEPENDENCY, GeneratedPlan, generate
from tests.benchmarks.requests import BURST, Requests
from tests.benchmarks.servers import (
    REPOSITORY,
    InstallationError,
    Server,
    orchestrate,
    yaml_language_server,
)
from tests.benchmarks.session import Session, UnexpectedDiagnosticsError, needs_pull

SIZES = (10, 100, 1000, 10000)
TRACE_SIZES = (10, 20, 50, 100, 200)
# Before anything counts, each process gets edits to warm up on, so many or for so long: a just-in-time
# compiler takes about ten to reach its speed.
WARM_UP_EDITS = 10
WARM_UP_SECONDS = 5.0
PRINTED_WIDTH = 130  # where the output is no terminal; tables of two servers need as much


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    progress = Console(stderr=True)
    try:
        servers = _servers(options, progress)
        notes = [note for server in servers for note in server.notes]
        load = MachineLoad()
        with progress.status("") as status, tempfile.TemporaryDirectory() as scratch:
            bench = Bench(servers, Path(scratch), status.update)
            bench.probe()
            keystrokes, asked, trace = Figures(), Figures(), Figures()
            for tasks in options.sizes:
                bench.keystrokes(tasks, options.starts, options.repeat, keystrokes)
            for tasks in options.sizes if options.requests else ():
                bench.requests(tasks, options.requests, asked)
            for tasks in TRACE_SIZES if options.trace else ():
                bench.trace(tasks, trace)
    except (ServerError, InstallationError, UnexpectedDiagnosticsError) as error:
        progress.print(f"[red]error:[/red] {escape(str(error))}", highlight=False)
        return 2
    notes += bench.notes
    notes += filter(None, [load.note()])
    names = [server.name for server in servers]
    console = Console(width=None if sys.stdout.isatty() else PRINTED_WIDTH)
    tables = [
        (keystrokes, report.keystroke_table),
        (asked, report.request_table),
        (trace, report.trace_table),
    ]
    for figures, table in tables:
        if figures:
            report.show(console, table(figures, names), [])
    report.show_notes(console, notes)
    if options.json:
        measured = {"keystrokes": keystrokes, "requests": asked, "typing_trace": trace}
        report.write_json(options.json, measured, names, notes)
    return 0


class Bench:
    """Measures servers side by side: every value of one is followed by the same value of the other.

    Whatever else the machine does then slows both alike.
    """

    def __init__(self, servers: Sequence[Server], scratch: Path, say: Callable[[str], None]) -> None:
        self._servers = servers
        self._scratch = scratch
        self._say = say
        self._pull: dict[str, bool] = {}
        self._notes: dict[str, None] = {}

    @property
    def notes(self) -> list[str]:
        """What came up on the way and belongs below the tables."""
        return list(self._notes)

    def probe(self) -> None:
        """See that each server starts, finds a small plan clean and a wrong value wrong."""
        plan = generate(10)
        for server in self._servers:
            self._say(f"trying {server.name}")
            try:
                self._pull[server.name] = needs_pull(server, plan, self._folder())
            except ServerError as error:
                raise ServerError(f"{server.name} cannot be measured: {error}") from error
            if self._pull[server.name]:
                self._note(
                    f"{server.name} does not publish diagnostics; they are asked for after each change."
                )

    def keystrokes(self, tasks: int, starts: int, repeat: int, figures: Figures) -> None:
        """Measure one size: `starts` processes of each server, and over them `repeat` edits of each kind."""
        plan = generate(tasks)
        for start in range(starts):
            edits = repeat // starts + (start < repeat % starts)
            self._say(f"{tasks:,} tasks, process {start + 1} of {starts}")
            with ExitStack() as stack:
                sessions: list[Session] = []
                for server in self._in_turn(start):
                    session = stack.enter_context(self._start(server, plan))
                    sessions.append(session)
                    figures.add(server.name, tasks, "start to initialize", "ms", session.start_milliseconds)
                    figures.add(server.name, tasks, "open to diagnostics", "ms", session.open_milliseconds)
                if edits:
                    self._edits(tasks, sessions, edits, figures)
                for session in sessions:
                    self._memory(tasks, session, figures)

    def requests(self, tasks: int, rounds: int, figures: Figures) -> None:
        """Ask everything so many times at one size, and once queue thirty edits."""
        plan = generate(tasks)
        self._say(f"{tasks:,} tasks, requests")
        with ExitStack() as stack:
            sessions = [stack.enter_context(self._start(server, plan)) for server in self._servers]
            asking = [Requests(session) for session in sessions]
            for session, each in zip(sessions, asking, strict=True):
                if missing := each.missing():
                    self._note(
                        f"Not measured, as {session.server.name} does not offer it: {', '.join(missing)}."
                    )
                _warm_up(session)
                for _ in each.round():
                    pass
            for _ in range(rounds):
                for session, each in zip(sessions, asking, strict=True):
                    for quantity, milliseconds in each.round():
                        figures.add(session.server.name, tasks, quantity, "ms", milliseconds)
            for session in sessions:
                if not session.client.pull:
                    sets, milliseconds = session.burst(BURST)
                    name = session.server.name
                    figures.add(name, tasks, f"{BURST} queued edits to diagnostics", "ms", milliseconds)
                    figures.add(name, tasks, f"diagnostics sets of {BURST} queued edits", "sets", sets)
            for session, each in zip(sessions, asking, strict=True):
                if silent := each.silent():
                    self._note(f"{session.server.name} answers with nothing: {', '.join(silent)}.")

    def trace(self, tasks: int, figures: Figures) -> None:
        """Replay the typing trace on a plan of this size, each key in one server after the other."""
        plan = generate(tasks)
        self._say(f"typing a task into a plan of {tasks}")
        with ExitStack() as stack:
            sessions = [stack.enter_context(self._start(server, plan)) for server in self._servers]
            for session in sessions:
                self._note_missing_requests(session)
                _warm_up(session)
            for by_server in zip(*map(typing_trace.replay, sessions), strict=True):
                for session, values in zip(sessions, by_server, strict=True):
                    for kind, milliseconds in values:
                        figures.add(session.server.name, tasks, kind, "ms", milliseconds)

    def _note_missing_requests(self, session: Session) -> None:
        offered = typing_trace.offered(session)
        missing = [kind for kind in typing_trace.REQUESTS if kind not in offered]
        if missing:
            name = session.server.name
            self._note(f"Left out of the trace, as {name} does not offer it yet: {', '.join(missing)}.")

    def _edits(self, tasks: int, sessions: list[Session], edits: int, figures: Figures) -> None:
        for session in sessions:
            _warm_up(session)
        for _ in range(edits):
            for session in sessions:
                name = session.server.name
                figures.add(name, tasks, "text edit to diagnostics", "ms", session.edit_text())
                figures.add(name, tasks, "graph edit to diagnostics", "ms", session.edit_graph())

    def _memory(self, tasks: int, session: Session, figures: Figures) -> None:
        memory = session.memory()
        if memory is None:
            self._note("Memory is measured on Linux only.")
            return
        figures.add(session.server.name, tasks, "memory now", "MiB", memory.resident)
        figures.add(session.server.name, tasks, "memory at its peak", "MiB", memory.peak)

    def _start(self, server: Server, plan: GeneratedPlan) -> Session:
        return Session(server, plan, self._folder(), pull=self._pull[server.name])

    def _in_turn(self, start: int) -> list[Server]:
        return list(self._servers if start % 2 == 0 else reversed(self._servers))

    def _folder(self) -> Path:
        return Path(tempfile.mkdtemp(dir=self._scratch))

    def _note(self, note: str) -> None:
        self._notes[note] = None


def _warm_up(session: Session) -> None:
    until = time.monotonic() + WARM_UP_SECONDS
    for _ in range(WARM_UP_EDITS // 2):
        session.edit_text()
        session.edit_graph()
        if time.monotonic() > until:
            return


def _servers(options: argparse.Namespace, progress: Console) -> list[Server]:
    servers = [] if options.peer_only else [orchestrate()]
    if options.peer or options.peer_only:
        if not options.schema.is_file():
            raise InstallationError(f"the peer needs the plan schema, and {options.schema} is not a file.")
        with progress.status("yaml-language-server: installing it if need be"):
            servers.append(yaml_language_server(options.schema))
    return servers


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument(
        "--sizes", type=_sizes, default=SIZES, help="numbers of tasks, with commas (10,100,1000,10000)"
    )
    parser.add_argument(
        "--repeat", type=_count, default=30, metavar="N", help="edits of each kind at each size (30)"
    )
    parser.add_argument("--starts", type=_count, default=5, metavar="N", help="processes at each size (5)")
    parser.add_argument(
        "--peer", action="store_true", help="measure yaml-language-server too (installed by npm)"
    )
    parser.add_argument("--peer-only", action="store_true", help="measure nothing but the peer")
    parser.add_argument(
        "--requests", type=_number, default=20, metavar="N", help="requests of each kind at each size (20)"
    )
    parser.add_argument(
        "--trace", action="store_true", help="replay a typing trace on plans of 10 to 200 tasks too"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all values to this file")
    parser.add_argument(
        "--schema",
        type=Path,
        default=REPOSITORY / "schema" / "plan.schema.json",
        metavar="FILE",
        help="what the peer validates with (schema/plan.schema.json)",
    )
    return parser.parse_args(arguments)


def _sizes(text: str) -> tuple[int, ...]:
    sizes = tuple(_count(word) for word in text.split(",") if word.strip())
    if sizes and min(sizes) < SMALLEST_WITH_SPARE_DEPENDENCY:
        raise argparse.ArgumentTypeError(
            f"the smallest plan that can be edited has {SMALLEST_WITH_SPARE_DEPENDENCY} tasks"
        )
    return sizes


def _number(text: str) -> int:
    return 0 if text.strip() == "0" else _count(text)


def _count(text: str) -> int:
    if not text.strip().isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number above 0")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
