"""Formatting, lenses, links and linked editing by the real server, with the capabilities of real editors."""

from __future__ import annotations

import asyncio

import pytest
from lsprotocol import types

from tests.lsp.test_editors import Editor, editor
from tests.plans import SEED

__all__ = ["editor"]

pytestmark = pytest.mark.filterwarnings("error::pytest_lsp.checks.LspSpecificationWarning")

OPTIONS = types.FormattingOptions(tab_size=2, insert_spaces=True)
TEXT = """\
goal:   é x
tasks:
- id: A
  estimated_time: 2h
  files: [there.py, none.py]
- id: B
  dependencies: [A]
"""


def document(editor: Editor) -> types.TextDocumentIdentifier:
    return types.TextDocumentIdentifier(editor.uri)


def place(editor: Editor, text: str) -> types.Position:
    """The first place of a text, right behind it."""
    at = editor.text.index(text) + len(text)
    return types.Position(editor.text.count("\n", 0, at), at - editor.text.rfind("\n", 0, at) - 1)


async def test_a_plan_is_formatted_whole_and_in_part(editor: Editor):
    editor.open(TEXT)
    start, end = place(editor, "tasks:"), place(editor, "- id: A")
    edits = await editor.client.text_document_range_formatting_async(
        types.DocumentRangeFormattingParams(document(editor), types.Range(start, end), OPTIONS)
    )
    assert not edits
    edits = await editor.client.text_document_formatting_async(
        types.DocumentFormattingParams(document(editor), OPTIONS)
    )
    assert edits
    editor.change(*edits)
    assert editor.text.startswith("goal: é x\ntasks:\n  - id: A\n    estimated_time: 2h\n")
    again = await editor.client.text_document_formatting_async(
        types.DocumentFormattingParams(document(editor), OPTIONS)
    )
    assert not again


async def test_the_seeds_plan_is_formatted_already(editor: Editor):
    editor.open((SEED / "phase1_tasks.yaml").read_text(encoding="utf-8"))
    edits = await editor.client.text_document_formatting_async(
        types.DocumentFormattingParams(document(editor), OPTIONS)
    )
    assert not edits


async def test_enter_goes_on_with_a_list(editor: Editor):
    editor.open("tasks:\n  - id: A\n    dependencies:\n    ")
    params = types.DocumentOnTypeFormattingParams(document(editor), types.Position(3, 4), "\n", OPTIONS)
    edits = await editor.client.text_document_on_type_formatting_async(params)
    assert edits
    editor.change(*edits)
    assert editor.text == "tasks:\n  - id: A\n    dependencies:\n      - "


async def test_lenses_say_what_the_plan_takes(editor: Editor):
    editor.open((SEED / "phase1_tasks.yaml").read_text(encoding="utf-8"))
    lenses = await editor.client.text_document_code_lens_async(types.CodeLensParams(document(editor)))
    assert lenses
    resolved = [await editor.client.code_lens_resolve_async(each) for each in lenses]
    titles = [each.command.title for each in resolved if each.command is not None]
    assert titles[:3] == [
        "critical path 19h: T1 → T2 → T3 → T7 → T8",
        "35h of work in 10 tasks",
        "1 task can start now: T1",
    ]
    assert titles[3] == "4 tasks wait for this"
    handoff = await editor.client.workspace_execute_command_async(
        types.ExecuteCommandParams("orchestrate.handoff", [{"uri": editor.uri, "task": "T1"}])
    )
    assert isinstance(handoff, str)
    assert "T1" in handoff


async def test_links_lead_to_the_files_that_are_there(editor: Editor):
    await asyncio.to_thread((editor.folder / "there.py").write_text, "")
    editor.open(TEXT)
    links = await editor.client.text_document_document_link_async(types.DocumentLinkParams(document(editor)))
    assert [each.target for each in links or ()] == [(editor.folder / "there.py").as_uri()]


async def test_an_id_is_edited_with_its_uses(editor: Editor):
    editor.open(TEXT)
    linked = await editor.client.text_document_linked_editing_range_async(
        types.LinkedEditingRangeParams(document(editor), place(editor, "id: A"))
    )
    assert linked is not None
    assert linked.word_pattern
    typed = [types.TextEdit(each, "LONGER") for each in linked.ranges]
    editor.change(*typed)
    assert "- id: LONGER\n" in editor.text
    assert "dependencies: [LONGER]" in editor.text
    assert await editor.codes(types.DiagnosticSeverity.Error) == []


async def test_tasks_are_completed_in_an_allocation_list(editor: Editor):
    editor.open(f"{TEXT}agents:\n  - builder: A, \n")
    result = await editor.client.text_document_completion_async(
        types.CompletionParams(document(editor), place(editor, "builder: A, "))
    )
    assert isinstance(result, types.CompletionList)
    assert [each.label for each in result.items] == ["B"]
