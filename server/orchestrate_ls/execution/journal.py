"""The journal of a plan: where it is kept, its state read incrementally, and recording under its lock.

The journal lies in `.orchestrate/` beside the plan and is found by the plan's `plan_id`, so that the plan's file may
be renamed; or in a database, by the same id. The first event writes that id into the plan, as an edit that leaves
everything else as it was.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Final

from orchestrate_ls.execution.database import DatabaseAddress
from orchestrate_ls.execution.journal_file import JournalError, JournalFile
from orchestrate_ls.execution.journal_store import JournalStore
from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.plan.rewrite import insert_entry
from orchestrate_ls.plan.source import PlanSource
from orchestrate_ls.progress.event import LONGEST_NAME, Event
from orchestrate_ls.progress.fold import ProgressFold
from orchestrate_ls.progress.state import PlanState
from orchestrate_ls.syntax.plain import to_plain
from orchestrate_ls.text.edits import apply_edits
from orchestrate_ls.workspace.containment import leads_out
from orchestrate_ls.workspace.reading import DEFAULT_MAX_FILE_SIZE, UnreadablePlanError, read_plan_text
from orchestrate_ls.workspace.writing import UnwritableFileError, write_whole

FOLDER: Final = ".orchestrate"
SUFFIX: Final = ".events.jsonl"
_PLAN_ENDINGS: Final = (".plan.yaml", ".plan.yml", ".yaml", ".yml")
_MOST_SEARCHED: Final = 200
_SAMPLE: Final = 65536


class PlanJournal:
    """The journal of one plan, read on as it grows."""

    def __init__(self, path: Path, plan_id: str, store: JournalStore | None = None) -> None:
        """``path`` is that of the file; it need not be there yet. A ``store`` keeps the events in its place, and the
        file is where they are exported to.
        """
        self.file: Final[JournalStore] = store if store is not None else JournalFile(path)
        self.plan_id: Final = plan_id
        self._path = path
        self._fold = ProgressFold(plan_id)
        self._state = self._fold.state()

    @property
    def path(self) -> Path:
        """Of the file of events, or of what they would be exported to."""
        return self._path

    @property
    def name(self) -> str:
        """What it is called in messages: its file, or its database."""
        return self.file.name

    def refresh(self) -> bool:
        """Read what has come since; whether anything changed. Raises ``JournalError`` where it cannot be read."""
        events, anew = self.file.read_on()
        if anew:
            # Rewritten: what was in it may be gone.
            self._fold = ProgressFold(self.plan_id)
        changed = self._fold.add(events) or anew
        if changed:
            self._state = self._fold.state()
        return changed

    @property
    def state(self) -> PlanState:
        """As of the last refresh."""
        return self._state

    @property
    def events(self) -> list[Event]:
        """Those of the plan as of the last refresh, each once, in their order."""
        return self._fold.events()

    def record(self, decide: Callable[[PlanState], Event]) -> Event:
        """Write the event that ``decide`` makes of the state. Nobody else writes in between, so that what it decides
        on is so. What it raises goes through, with nothing written; ``JournalError`` says why it could not be.
        """
        return self.record_all(lambda state: [decide(state)])[0]

    def record_all(self, decide: Callable[[PlanState], Sequence[Event]]) -> Sequence[Event]:
        """The same with several events, which are written together; or with none."""
        with self.file.locked():
            self.refresh()
            events = decide(self._state)
            if events:
                self.file.append(events)
                self.refresh()
        return events


def plan_id_of(source: PlanSource) -> str | None:
    """The ``plan_id`` of a plan, where it has one."""
    entry = source.header_entry("plan_id")
    value = to_plain(entry.value) if entry is not None else None
    return value if isinstance(value, str) and 0 < len(value) <= LONGEST_NAME else None


class _Chosen:
    """The database that this process keeps journals in, where its user chose one."""

    database: DatabaseAddress | None = None


def keep_journals_in(database: DatabaseAddress | None) -> None:
    """Let ``find_journal`` give the journals in a database from now on; None for those beside the plans."""
    _Chosen.database = database


def chosen_database() -> DatabaseAddress | None:
    """The database that journals are kept in, if there is one."""
    return _Chosen.database


def find_journal(plan: Path, plan_id: str) -> PlanJournal:
    """The journal of the plan with that id: that in the chosen database, else the file named after the plan, or that
    of an earlier name.

    Raises ``JournalError`` where the only file belongs to another plan file that has this id too.
    """
    plan = plan.resolve()
    if _Chosen.database is not None:
        return _journal_in(_Chosen.database, plan, plan_id)
    return _journal_beside(plan, plan_id)


def _journal_in(database: DatabaseAddress, plan: Path, plan_id: str) -> PlanJournal:
    """The journal in a database. Before its first event there, what the plan's file has of it is taken over."""
    from orchestrate_ls.execution.journal_postgres import PostgresJournal

    beside = _journal_beside(plan, plan_id)
    store = PostgresJournal(database, plan_id)
    journal = PlanJournal(beside.path, plan_id, store)
    if beside.path.is_file() and not journal.refresh():
        take_over(beside.file.read_on()[0], journal)
    return journal


def take_over(events: Iterable[Event], journal: PlanJournal) -> int:
    """Add to a journal those events of its plan that it lacks; how many those were.

    Raises ``JournalError`` where it cannot be written.
    """
    own = sorted((each for each in events if each.plan == journal.plan_id), key=lambda each: each.order)
    with journal.file.locked():
        journal.refresh()
        before = journal.state.events
        journal.file.append(own)
        journal.refresh()
        return journal.state.events - before


def _journal_beside(plan: Path, plan_id: str) -> PlanJournal:
    usual = journal_path(plan)
    if _speaks_of(usual, plan_id):
        return PlanJournal(usual, plan_id)
    try:
        others = sorted(usual.parent.glob(f"*{SUFFIX}"))[:_MOST_SEARCHED]
    except OSError:
        others = []
    for other in others:
        if other != usual and _speaks_of(other, plan_id):
            _refuse_copy(plan, other, plan_id)
            return PlanJournal(other, plan_id)
    return PlanJournal(usual, plan_id)


def journal_path(plan: Path) -> Path:
    """Where the journal of a plan file is, unless that was renamed."""
    plan = plan.resolve()
    return plan.parent / FOLDER / f"{_stem(plan)}{SUFFIX}"


def identified(plan: Path, number: int) -> str:
    """The ``plan_id`` of a plan (by its number in the file, from 0); a new one is written into the file where it has
    none. Raises ``JournalError`` where that cannot be done.
    """
    with JournalFile(journal_path(plan)).locked():
        try:
            read = read_plan_text(plan, DEFAULT_MAX_FILE_SIZE * 10)
        except UnreadablePlanError as error:
            raise JournalError(f"{plan}: {error.message}", error.hint) from None
        source = PlanFile.parse(read.text).sources[number]
        known = plan_id_of(source)
        if known is not None:
            return known
        # With a letter in front no YAML reader takes it for a number.
        new = f"p{secrets.token_hex(6)}"
        edit = insert_entry(source, None, "plan_id", new, after=("version",))
        if edit is None or read.problems:
            raise JournalError(
                f"{plan} has no `plan_id`, which its journal is found by, and it cannot be written there safely",
                f"write `plan_id: {new}` at its top level",
            )
        try:
            write_whole(plan, read.encode(apply_edits(read.text, [edit])), overwrite=True)
        except UnwritableFileError as error:
            raise JournalError(error.message, error.hint) from None
        return new


def _stem(plan: Path) -> str:
    for ending in _PLAN_ENDINGS:
        if plan.name.lower().endswith(ending) and len(plan.name) > len(ending):
            return plan.name[: -len(ending)]
    return plan.name


def _speaks_of(path: Path, plan_id: str) -> bool:
    """Whether a journal has events of a plan, by its first lines; only then all of it is read."""
    try:
        if not path.is_file() or leads_out(path):
            return False
        with path.open("rb") as file:
            if b'"%s"' % plan_id.encode("utf-8", "replace") in file.read(_SAMPLE):
                return True
        events, _ = JournalFile(path).read_on()
    except (OSError, JournalError):
        return False
    return any(event.plan == plan_id for event in events)


def _refuse_copy(plan: Path, journal: Path, plan_id: str) -> None:
    """A copied plan has the original's id, but not its history."""
    for ending in _PLAN_ENDINGS:
        original = plan.parent / (journal.name.removesuffix(SUFFIX) + ending)
        try:
            if original == plan or not original.is_file() or original.samefile(plan):
                continue
            text = read_plan_text(original).text
        except (OSError, UnreadablePlanError):
            continue
        if any(plan_id_of(each) == plan_id for each in PlanFile.parse(text).sources):
            raise JournalError(
                f"{plan.name} and {original.name} have the same `plan_id`; is one a copy of the other?",
                "delete the line `plan_id` in the copy, which then gets a history of its own",
            )
