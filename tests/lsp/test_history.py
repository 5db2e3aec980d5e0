"""What earlier plans say, in the editor: read where the rule that goes by it is on."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from orchestrate_ls.progress.event import EventKind, line_of, make_event
from tests.lsp.client import PUSHED, Client
from tests.lsp.test_agents import codes, folder_of, write
from tests.lsp.workspace import until
from tests.report.seed_run import BEGIN

NEW = "agents:\n  - {id: ann}\ntasks:\n  - {id: A, name: Mail integration, estimated_time: 4h, agent: ann}\n"


@pytest.mark.parametrize("is_on", [True, False])
async def test_estimates_are_compared_with_earlier_plans(client: Client, tmp_path: Path, is_on: bool):
    tasks = "".join(
        f"  - {{id: I{each}, name: Payment integration, estimated_time: 2h}}\n" for each in range(4)
    )
    write(tmp_path, "old.plan.yaml", f"plan_id: pold\ntasks:\n{tasks}")
    lines = [
        line_of(make_event("pold", BEGIN.replace(hour=hour, year=2025), kind, f"I{each}", f"I{each}"))
        for each in range(4)
        for kind, hour in ((EventKind.STARTED, 1), (EventKind.DONE, 5))
    ]
    write(tmp_path, ".orchestrate/old.events.jsonl", b"".join(lines).decode())
    if is_on:
        write(tmp_path, "orchestrate.toml", '[rules]\nbiased-estimate = "hint"\n')
    await client.initialize(PUSHED, workspaceFolders=[folder_of(tmp_path)])
    uri = (tmp_path / "new.plan.yaml").as_uri()
    client.open(NEW, uri=uri)
    found = await client.diagnostics(1, uri)
    assert codes(found) == ({"biased-estimate"} if is_on else set())


async def test_a_journal_that_grows_is_read_again(client: Client, tmp_path: Path):
    tasks = "".join(
        f"  - {{id: I{each}, name: Payment integration, estimated_time: 2h}}\n" for each in range(4)
    )
    write(tmp_path, "old.plan.yaml", f"plan_id: pold\ntasks:\n{tasks}")
    write(tmp_path, "orchestrate.toml", '[rules]\nbiased-estimate = "hint"\n')
    lines = [
        line_of(make_event("pold", BEGIN.replace(hour=hour, year=2025), kind, f"I{each}", f"I{each}"))
        for each in range(4)
        for kind, hour in ((EventKind.STARTED, 1), (EventKind.DONE, 5))
    ]
    journal = tmp_path / ".orchestrate" / "old.events.jsonl"
    write(tmp_path, ".orchestrate/old.events.jsonl", b"".join(lines[:2]).decode())
    await client.initialize(PUSHED, workspaceFolders=[folder_of(tmp_path)])
    uri = (tmp_path / "new.plan.yaml").as_uri()
    client.open(NEW, uri=uri)
    assert codes(await client.diagnostics(1, uri)) == set()
    await asyncio.to_thread(journal.write_bytes, b"".join(lines))
    client.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": journal.as_uri(), "type": 2}]})
    await until(lambda: codes(client.published(uri)[-1]["diagnostics"]) == {"biased-estimate"})
