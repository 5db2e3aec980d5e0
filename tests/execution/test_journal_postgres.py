"""Journals in PostgreSQL: the same events as in a file, shared by machines, and no secret in a message."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from orchestrate_ls.execution.database import DatabaseAddress
from orchestrate_ls.execution.journal import PlanJournal, take_over
from orchestrate_ls.execution.journal_file import JournalError, JournalFile
from orchestrate_ls.execution.journal_postgres import PostgresJournal
from orchestrate_ls.progress.event import Event, EventKind, line_of, make_event
from orchestrate_ls.progress.fold import ProgressFold
from tests.cli.running import environment
from tests.postgres import PostgresServer
from tests.progress.events import BEGIN, PLAN, events

with_a_server = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=12
)


def journal_in(postgres: PostgresServer, plan: str = PLAN) -> PostgresJournal:
    return PostgresJournal(DatabaseAddress.parse(postgres.url), plan)


def percents(journal: PostgresJournal) -> list:
    return [each.percent for each in journal.read_on()[0]]


def progress(number: int, plan: str = PLAN) -> Event:
    return make_event(plan, BEGIN + timedelta(minutes=number), EventKind.PROGRESS, "T1", "T1", percent=number)


@with_a_server
@given(events)
def test_a_table_and_a_file_lead_to_the_same_state(postgres: PostgresServer, some):
    if postgres.query("SELECT to_regclass('orchestrate.events')")[0][0]:
        postgres.query("TRUNCATE orchestrate.events")
    journal, other = journal_in(postgres), journal_in(postgres)
    fold, expected = ProgressFold(PLAN), ProgressFold(PLAN)
    for event in some:
        with journal.locked():
            journal.append([event])
        fold.add(other.read_on()[0])
    seen: set[str] = set()
    expected.add(each for each in some if not (each.id in seen or seen.add(each.id)))
    assert fold.state() == expected.state()
    again = ProgressFold(PLAN)
    again.add(journal_in(postgres).read_on()[0])
    assert again.state() == expected.state()
    for each in (journal, other):
        each.close()


def test_an_event_written_twice_is_one_and_plans_do_not_mix(postgres: PostgresServer):
    one, other = journal_in(postgres), journal_in(postgres, "p2")
    with one.locked():
        one.append([progress(1), progress(1)])
    with one.locked():
        one.append([progress(1)])
    with other.locked():
        other.append([progress(1, "p2"), progress(2, "p2")])
    assert percents(journal_in(postgres)) == [1]
    assert percents(journal_in(postgres, "p2")) == [1, 2]


def test_what_fails_inside_the_lock_leaves_nothing(postgres: PostgresServer):
    journal = journal_in(postgres)

    def refused() -> None:
        with journal.locked():
            journal.append([progress(1)])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        refused()
    assert percents(journal) == []
    with journal.locked():
        journal.append([progress(2)])
    assert percents(journal) == [2]


def test_rows_that_were_read_and_are_gone_are_noticed(postgres: PostgresServer):
    journal = journal_in(postgres)
    with journal.locked():
        journal.append([progress(1), progress(2)])
    assert percents(journal) == [1, 2]
    assert journal.read_on() == ([], False)
    postgres.query(
        "DELETE FROM orchestrate.events WHERE sequence = (SELECT max(sequence) FROM orchestrate.events)"
    )
    found, anew = journal.read_on()
    assert ([each.percent for each in found], anew) == ([1], True)


def test_rows_that_are_no_events_are_reported_and_passed_over(postgres: PostgresServer):
    journal = journal_in(postgres)
    with journal.locked():
        journal.append([progress(1)])
    for number, line in enumerate(("", "null", "[" * 100_000, "é" * 600_000, '{"v": 1}')):
        postgres.query(
            "INSERT INTO orchestrate.events (plan, id, line) VALUES (%s, %s, %s)", PLAN, f"x{number}", line
        )
    with journal.locked():
        journal.append([progress(2)])
    assert percents(journal) == [1, 2]
    assert journal.passed_over == 5
    assert "1,000,000 bytes" in journal.problems[3].reason


def test_many_processes_write_at_once_and_nothing_is_lost(postgres: PostgresServer):
    code = (
        "import sys; from datetime import UTC, datetime\n"
        "from orchestrate_ls.execution.database import DatabaseAddress\n"
        "from orchestrate_ls.execution.journal_postgres import PostgresJournal\n"
        "from orchestrate_ls.progress.event import EventKind, make_event\n"
        "who, journal = sys.argv[1], PostgresJournal(DatabaseAddress.parse(sys.argv[2]), 'p1')\n"
        "for number in range(30):\n"
        "    event = make_event('p1', datetime.now(UTC), EventKind.PROGRESS, who, who, percent=number)\n"
        "    with journal.locked():\n"
        "        journal.append([event])\n"
    )
    processes = [
        subprocess.Popen([sys.executable, "-c", code, f"W{number}", postgres.url], env=environment())
        for number in range(4)
    ]
    reader, found = journal_in(postgres), []
    while any(process.poll() is None for process in processes):
        found += reader.read_on()[0]
    found += reader.read_on()[0]
    assert [process.returncode for process in processes] == [0, 0, 0, 0]
    for one in range(4):
        assert [each.percent for each in found if each.task == f"W{one}"] == list(range(30))
    assert len(found) == 120


def test_a_journal_survives_a_lost_connection(postgres: PostgresServer):
    journal = journal_in(postgres)
    with journal.locked():
        journal.append([progress(1)])
    cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'orchestrate'"
    postgres.query(cut)
    assert percents(journal) == [1]
    postgres.query(cut)
    with journal.locked():
        pass

    def while_it_writes() -> None:
        with journal.locked():
            journal.append([progress(2)])
            postgres.query(cut)

    with pytest.raises(JournalError, match="cannot be written"):
        while_it_writes()
    found, anew = journal.read_on()
    assert ([each.percent for each in found], anew) == ([1], True)
    with journal.locked():
        journal.append([progress(3)])
    assert percents(journal) == [3]


def test_events_go_from_a_file_to_a_database_and_back(postgres: PostgresServer, tmp_path: Path):
    path = tmp_path / ".orchestrate" / "a.events.jsonl"
    path.parent.mkdir()
    path.write_bytes(b"".join(line_of(progress(number)) for number in (2, 1, 3)) + line_of(progress(9, "p2")))
    beside = PlanJournal(path, PLAN)
    shared = PlanJournal(path, PLAN, journal_in(postgres))
    own = JournalFile(path).read_on()[0]
    assert take_over(own, shared) == 3
    assert take_over(own, shared) == 0
    target = PlanJournal(tmp_path / ".orchestrate" / "b.events.jsonl", PLAN)
    assert take_over(journal_in(postgres).read_on()[0], target) == 3
    beside.refresh()
    assert target.state == shared.state == beside.state


def test_no_message_has_a_password(postgres: PostgresServer):
    wrong = postgres.url.replace(postgres.password, "s3cret-word")
    for url in (wrong, postgres.url.replace(str(postgres.port), "1"), f"{wrong}?passwrd=s3cret-word"):
        journal = PostgresJournal(DatabaseAddress.parse(url), PLAN)
        with pytest.raises(JournalError) as caught:
            journal.read_on()
        text = f"{caught.value} {caught.value.__cause__} {journal.name} {journal.database!r}"
        assert "s3cret-word" not in text.replace("passwrd=s3cret-word", "")
        assert postgres.password not in text
