"""One server process with one open plan, and the edits that are timed on it.

It must not know which server it drives, nor how figures are summed up.
"""

from __future__ import annotations

from itertools import cycle
from pathlib import Path
from typing import Self

from tests.benchmarks import memory
from tests.benchmarks.lsp_client import Document, Json, LspClient, ServerError
from tests.benchmarks.plans import GeneratedPlan
from tests.benchmarks.servers import Server

PLAN_FILE = "benchmark.plan.yaml"
_TYPED = cycle(" and ask the people who will use it what is missing")
_WARNING = 2
_LONGEST_LINE = 160
_PROBE_SECONDS = 20.0


class UnexpectedDiagnosticsError(Exception):
    """A server found something in a clean plan, or nothing in a broken one: its times would say nothing."""


class Session:
    """A started server in which the plan has been opened.

    Parameters
    ----------
    server : Server
    plan : GeneratedPlan
    folder : Path
        An empty folder to be the workspace; the plan is written there.
    pull : bool
        The server only answers when asked for diagnostics.

    Attributes
    ----------
    start_milliseconds : float
        From starting the process to its answer to `initialize`.
    open_milliseconds : float
        From sending the plan, the process's first document, to its diagnostics.
    """

    def __init__(
        self,
        server: Server,
        plan: GeneratedPlan,
        folder: Path,
        *,
        pull: bool = False,
        timeout: float = 120.0,
    ) -> None:
        self.server = server
        self.plan = plan
        self._spare_added = False
        file = folder / PLAN_FILE
        file.write_text(plan.text, encoding="utf-8", newline="\n")
        self.client = LspClient(server.command, folder, server.settings, server.environment, pull=pull)
        try:
            self.start_milliseconds = self.client.initialize()
            self.document = Document(file.as_uri(), plan.text, server.language_id)
            self.open_milliseconds, found = self.client.diagnostics_after(
                self.document, self.client.open(self.document), timeout
            )
            self._demand_clean(found)
        except BaseException:
            self.client.close()
            raise

    def edit_text(self) -> float:
        """Type one more letter at the end of the edited task's description; returns milliseconds."""
        line = self.plan.line_of("description")
        end = len(self.document.lines[line])
        if end >= _LONGEST_LINE:
            return self._clean_change(line, end - 1, end, "")
        return self._clean_change(line, end, end, next(_TYPED))

    def type_letter(self) -> int:
        """Type one more letter there and do not wait; returns when it was sent, in `time.perf_counter_ns`."""
        return self.client.change(self.document, self._letter())

    def burst(self, edits: int) -> tuple[int, float]:
        """Queue so many letters at once.

        Returns
        -------
        (int, float)
            How many sets of diagnostics the server sent for them, and the milliseconds to the last version's.
        """
        sent_ns = self.client.change_in_one_go(self.document, (self._letter() for _ in range(edits)))
        milliseconds, found = self.client.diagnostics_after(self.document, sent_ns, keep=True)
        self._demand_clean(found)
        sets = self.client.sets_within(self.document, sent_ns, min(max(milliseconds / 1e3, 0.1), 2.0))
        return len(sets), milliseconds

    def _letter(self) -> Json:
        line = self.plan.line_of("description")
        end = len(self.document.lines[line])
        if end >= _LONGEST_LINE:
            return self.document.replace(line, end - 1, end, "")
        return self.document.replace(line, end, end, next(_TYPED))

    def edit_graph(self) -> float:
        """Add the spare dependency to the edited task, or take it away again; returns milliseconds."""
        line = self.plan.line_of("dependencies")
        bracket = len(self.document.lines[line]) - 1
        addition = f", {self.plan.spare_dependency}"
        self._spare_added = not self._spare_added
        if self._spare_added:
            return self._clean_change(line, bracket, bracket, addition)
        return self._clean_change(line, bracket - len(addition), bracket, "")

    def demand_findings(self) -> None:
        """Make a value wrong and right again, and see that the server notices: it has to have the schema."""
        line = self.plan.line_of("priority")
        right = self.document.lines[line]
        start = right.index(":") + 2
        _, found = self.change(line, start, len(right), "{}")
        if not _findings(found):
            raise UnexpectedDiagnosticsError(
                f"{self.server.name} finds nothing wrong with `{right[:start].strip()} {{}}`."
            )
        self._clean_change(line, start, start + 2, right[start:])

    def change(self, line: int, start: int, end: int, new_text: str) -> tuple[float, list[Json]]:
        """Replace columns of a line; returns milliseconds to its diagnostics and these."""
        change = self.document.replace(line, start, end, new_text)
        return self.client.diagnostics_after(self.document, self.client.change(self.document, change))

    def memory(self) -> memory.Memory | None:
        """The memory of the server's processes now; None where it cannot be measured."""
        return memory.of_process_tree(self.client.process.pid)

    def close(self) -> None:
        self.client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _clean_change(self, line: int, start: int, end: int, new_text: str) -> float:
        milliseconds, found = self.change(line, start, end, new_text)
        self._demand_clean(found)
        return milliseconds

    def _demand_clean(self, found: list[Json]) -> None:
        findings = _findings(found)
        if findings:
            first = findings[0]
            raise UnexpectedDiagnosticsError(
                f"{self.server.name} finds {len(findings)} errors or warnings in a plan of"
                f" {len(self.plan.tasks)} tasks that should be clean; the first is in line"
                f" {first['range']['start']['line'] + 1}: {first.get('code')} {first['message']}"
            )


def needs_pull(server: Server, plan: GeneratedPlan, folder: Path) -> bool:
    """Try a server once: whether it has to be asked for diagnostics. It is warm on the disk afterwards.

    Raises
    ------
    ServerError
        It does not start, or gives no diagnostics either way.
    UnexpectedDiagnosticsError
        It finds the clean plan faulty, or a wrong value right.
    """
    try:
        with Session(server, plan, folder, timeout=_PROBE_SECONDS) as session:
            session.demand_findings()
            return False
    except ServerError as silent:
        try:
            with Session(server, plan, folder, pull=True, timeout=_PROBE_SECONDS) as session:
                session.demand_findings()
                return True
        except ServerError:
            raise silent from None


def _findings(found: list[Json]) -> list[Json]:
    """Errors and warnings; a diagnostic without severity counts as an error."""
    return [item for item in found if item.get("severity", 1) <= _WARNING]
