"""The benchmark's client waits for the right diagnostics, and says what is wrong when a server fails."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.benchmarks.lsp_client import Document, LspClient, ServerError

ODD_SERVER = Path(__file__).with_name("odd_server.py")
SETTINGS = {"a": {"depth": 3}}


@contextmanager
def _client(behaviour: str, folder: Path, *, pull: bool = False) -> Iterator[LspClient]:
    with LspClient([sys.executable, str(ODD_SERVER), behaviour], folder, SETTINGS, pull=pull) as client:
        assert client.initialize() > 0
        yield client


def _messages_after_opening(client: LspClient, document: Document) -> list[str]:
    milliseconds, found = client.diagnostics_after(document, client.open(document), timeout=20)
    assert milliseconds > 0
    return [item["message"] for item in found]


@pytest.fixture
def document(tmp_path: Path) -> Document:
    return Document((tmp_path / "a.plan.yaml").as_uri(), "tasks:\n  - id: T1\n", "yaml")


@pytest.mark.parametrize("behaviour", ["versions", "silent"])
def test_each_version_gets_its_own_diagnostics(behaviour: str, tmp_path: Path, document: Document) -> None:
    with _client(behaviour, tmp_path) as client:
        assert _messages_after_opening(client, document) == ["of version 1"]
        for version in range(2, 5):
            sent = client.change(document, document.replace(1, 10, 10, "x"))
            _, found = client.diagnostics_after(document, sent, timeout=20)
            assert [item["message"] for item in found] == [f"of version {version}"]
    assert document.text == "tasks:\n  - id: T1xxx\n"


def test_a_part_published_first_does_not_count(tmp_path: Path, document: Document) -> None:
    with _client("in-parts", tmp_path) as client:
        assert _messages_after_opening(client, document) == ["of version 1"]


def test_diagnostics_can_be_asked_for(tmp_path: Path, document: Document) -> None:
    with _client("pull", tmp_path, pull=True) as client:
        assert _messages_after_opening(client, document) == ["asked"]


def test_settings_are_answered_section_by_section(tmp_path: Path, document: Document) -> None:
    with _client("asks", tmp_path) as client:
        assert _messages_after_opening(client, document) == ['[{"depth": 3}, null]']


def test_a_server_that_dies_is_quoted(tmp_path: Path, document: Document) -> None:
    with _client("dies", tmp_path) as client, pytest.raises(ServerError, match=r"(?s)closed.*out of cheese"):
        client.diagnostics_after(document, client.open(document), timeout=20)


def test_silence_ends_with_the_version_that_was_waited_for(tmp_path: Path, document: Document) -> None:
    with _client("pull", tmp_path) as client, pytest.raises(ServerError, match=r"version 1 within 0\.2 s"):
        client.diagnostics_after(document, client.open(document), timeout=0.2)


def test_the_clock_runs_from_before_the_first_byte_to_the_last(tmp_path: Path) -> None:
    with _client("versions", tmp_path) as client:
        before = time.perf_counter_ns()
        reply = client.request("anything", {})
        assert before <= reply.sent_ns <= reply.arrived_ns <= time.perf_counter_ns()


def test_a_line_break_typed_makes_a_line() -> None:
    document = Document("file:///a", "one\ntwo", "yaml")
    change = document.replace(0, 1, 2, "-\n-")
    assert document.lines == ["o-", "-e", "two"]
    assert change["range"] == {"start": {"line": 0, "character": 1}, "end": {"line": 0, "character": 2}}
