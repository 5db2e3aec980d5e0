"""The real server with the capabilities of real editors, as they send them. Whatever goes against what a client said
of itself fails a test.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from lsprotocol import types
from lsprotocol.converters import get_converter
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities

from orchestrate_ls.planner.offline import plan_offline
from tests.lsp.process import COMMAND, SECONDS, environment
from tests.lsp.requests_made import registered_requests
from tests.plans import SEED

pytestmark = pytest.mark.filterwarnings("error::pytest_lsp.checks.LspSpecificationWarning")

PUSH_ONLY, PULLING = "neovim@v0.7.0", "neovim@v0.11.0"
EDITORS = [
    PUSH_ONLY,
    "vscode",
    pytest.param(PULLING, marks=pytest.mark.slow),
    pytest.param("eglot", marks=pytest.mark.slow),
    pytest.param("helix", marks=pytest.mark.slow),
    pytest.param("emacs@v29.1", marks=pytest.mark.slow),
    pytest.param("visual-studio-code@v1.65.2", marks=pytest.mark.slow),
    pytest.param("neovim@v0.9.1", marks=pytest.mark.slow),
]
REGISTRATIONS = ("client/registerCapability", "client/unregisterCapability")
REFRESHES = {
    "workspace/diagnostic/refresh": "diagnostics",
    "workspace/inlayHint/refresh": "inlay_hint",
    "workspace/semanticTokens/refresh": "semantic_tokens",
    "workspace/codeLens/refresh": "code_lens",
    "workspace/foldingRange/refresh": "folding_range",
}
CAPABILITIES = Path(__file__).resolve().parents[1] / "data" / "editors"
GOAL = "Build a booking API with search and email reminders"


class Editor:
    """An editor with one plan open."""

    def __init__(self, client: LanguageClient, folder: Path) -> None:
        self.client = client
        self.folder = folder
        self.path = folder / "seed.plan.yaml"
        self.uri = self.path.as_uri()
        self.version = 0
        self.text = ""

    @property
    def pulls(self) -> bool:
        document = self.client.capabilities.text_document if self.client.capabilities is not None else None
        return document is not None and document.diagnostic is not None

    @property
    def shows_documents(self) -> bool:
        window = self.client.capabilities.window if self.client.capabilities is not None else None
        return window is not None and window.show_document is not None and window.show_document.support

    def open(self, text: str) -> None:
        self.text, self.version = text, 1
        document = types.TextDocumentItem(self.uri, "orchestrate-plan", self.version, text)
        self.client.diagnostics.pop(self.uri, None)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(document))

    def change(self, *edits: types.TextEdit) -> None:
        """Apply edits of the present text, last first, and tell the server."""
        changes: list[types.TextDocumentContentChangePartial] = []
        for edit in sorted(edits, key=lambda edit: edit.range.start, reverse=True):
            start, end = self._offset(edit.range.start), self._offset(edit.range.end)
            self.text = self.text[:start] + edit.new_text + self.text[end:]
            changes.append(types.TextDocumentContentChangePartial(edit.range, edit.new_text))
        self.version += 1
        self.client.diagnostics.pop(self.uri, None)
        self.client.text_document_did_change(
            types.DidChangeTextDocumentParams(
                types.VersionedTextDocumentIdentifier(self.version, self.uri), changes
            )
        )

    def _offset(self, place: types.Position) -> int:
        lines = self.text.split("\n")
        return sum(len(line) + 1 for line in lines[: place.line]) + place.character

    def replace(self, old: str, new: str) -> None:
        """Replace the first occurrence, which lies on one line of ASCII."""
        at = self.text.index(old)
        line = self.text.count("\n", 0, at)
        column = at - self.text.rfind("\n", 0, at) - 1
        place = types.Range(types.Position(line, column), types.Position(line, column + len(old)))
        self.change(types.TextEdit(place, new))

    async def diagnostics(self) -> Sequence[types.Diagnostic]:
        if self.pulls:
            report = await self.client.text_document_diagnostic_async(
                types.DocumentDiagnosticParams(types.TextDocumentIdentifier(self.uri))
            )
            assert isinstance(report, types.RelatedFullDocumentDiagnosticReport)
            assert self.uri not in self.client.diagnostics
            return report.items
        async with asyncio.timeout(SECONDS):
            while self.uri not in self.client.diagnostics:  # noqa: ASYNC110
                await asyncio.sleep(0.005)
        return self.client.diagnostics[self.uri]

    async def execute(self, command: str, *arguments: object) -> dict[str, Any]:
        params = types.ExecuteCommandParams(command, list(arguments))
        result = await self.client.workspace_execute_command_async(params)
        assert isinstance(result, dict)
        return result

    async def codes(self, worst: types.DiagnosticSeverity) -> list[str]:
        return [
            str(each.code)
            for each in await self.diagnostics()
            if each.severity is not None and each.severity <= worst
        ]


@pytest_asyncio.fixture(params=EDITORS)
async def editor(
    request: pytest.FixtureRequest, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> AsyncIterator[Editor]:
    client = await ClientServerConfig(server_command=COMMAND, server_env=environment()).start()
    assert isinstance(client, LanguageClient)
    capabilities = capabilities_of(request.param)
    _answer_what_this_editor_answers(client, capabilities)
    folder = types.WorkspaceFolder(uri=tmp_path.as_uri(), name="x")
    await client.initialize_session(
        types.InitializeParams(capabilities=capabilities, root_uri=folder.uri, workspace_folders=[folder])
    )
    yield Editor(client, tmp_path)
    await client.shutdown_session()
    await client.stop()
    assert client.error is None
    # Nothing went wrong on the server's side, and it sent nothing that the client has no use for.
    worst = [each.message for each in client.log_messages if each.type == types.MessageType.Error]
    assert worst == []
    assert [each for each in caplog.messages if "unknown method" in each] == []


def _answer_what_this_editor_answers(client: LanguageClient, capabilities: types.ClientCapabilities) -> None:
    """Beside what the client of pytest-lsp does: registrations, and the refreshes that this editor knows of."""

    def done(*_: object) -> None:
        return None

    workspace = capabilities.workspace
    known = [
        method
        for method, name in REFRESHES.items()
        if getattr(getattr(workspace, name, None), "refresh_support", None)
    ]
    for method in {*REGISTRATIONS, *known} - set(client.protocol.fm.features):
        client.feature(method)(done)


def capabilities_of(name: str) -> types.ClientCapabilities:
    """Those written down in this repository, else those that pytest-lsp brings."""
    file = CAPABILITIES / f"{name}.json"
    if not file.exists():
        return client_capabilities(name)
    return get_converter().structure(json.loads(file.read_text(encoding="utf-8")), types.ClientCapabilities)


async def test_the_seeds_plan_is_opened_broken_and_repaired(editor: Editor):
    editor.open((SEED / "phase1_tasks.yaml").read_text(encoding="utf-8"))
    assert await editor.codes(types.DiagnosticSeverity.Error) == []
    assert (await editor.codes(types.DiagnosticSeverity.Hint)).count("redundant-dependency") == 6

    editor.replace("dependencies: []", "dependencies: [T8]")
    assert await editor.codes(types.DiagnosticSeverity.Error) == ["dependency-cycle"]
    (cycle,) = [each for each in await editor.diagnostics() if each.code == "dependency-cycle"]

    params = types.CodeActionParams(
        types.TextDocumentIdentifier(editor.uri), cycle.range, types.CodeActionContext([cycle])
    )
    actions = await editor.client.text_document_code_action_async(params)
    assert actions
    action = actions[0]
    assert isinstance(action, types.CodeAction)
    assert action.kind == types.CodeActionKind.QuickFix
    editor.change(*edits_of(action, editor))
    assert "dependency-cycle" not in await editor.codes(types.DiagnosticSeverity.Error)


async def test_a_dependency_is_completed_while_it_is_typed(editor: Editor):
    editor.open((SEED / "phase1_tasks.yaml").read_text(encoding="utf-8"))
    await editor.diagnostics()
    editor.replace("[T2]", "[T2, ]")
    line = editor.text[: editor.text.index("[T2, ]")].count("\n")
    place = types.Position(line, len("    dependencies: [T2, "))
    result = await editor.client.text_document_completion_async(
        types.CompletionParams(types.TextDocumentIdentifier(editor.uri), place)
    )
    assert isinstance(result, types.CompletionList)
    # All tasks but T6 itself, T2, which is there, and T8 and T10, which wait for T6; the nearest first.
    assert [item.label for item in result.items] == ["T5", "T4", "T3", "T1", "T7", "T9"]
    resolved = await editor.client.completion_item_resolve_async(result.items[0])
    said = resolved.documentation  # bare text for clients that name no formats of documentation
    assert "T5" in (said.value if isinstance(said, types.MarkupContent) else said or "")
    defaults = result.item_defaults
    assert defaults is None or (editor.client.capabilities is not None and defaults.edit_range is not None)


def edits_of(action: types.CodeAction, editor: Editor) -> list[types.TextEdit]:
    edit = action.edit
    assert edit is not None
    if edit.document_changes is None:
        assert edit.changes is not None
        return list(edit.changes[editor.uri])
    (change,) = edit.document_changes
    assert isinstance(change, types.TextDocumentEdit)
    assert (change.text_document.uri, change.text_document.version) == (editor.uri, editor.version)
    return [each for each in change.edits if isinstance(each, types.TextEdit)]


async def test_tasks_are_put_in_order_in_every_editor(editor: Editor):
    editor.open("tasks:\n  # needs A\n  - id: B\n    dependencies: [A]\n  - id: A\n")
    context = types.CodeActionContext([], only=[types.CodeActionKind.Source])
    place = types.Range(types.Position(1, 0), types.Position(1, 0))
    actions = await editor.client.text_document_code_action_async(
        types.CodeActionParams(types.TextDocumentIdentifier(editor.uri), place, context)
    )
    assert actions
    (action,) = [each for each in actions if "order of" in each.title]
    assert isinstance(action, types.CodeAction)
    if action.edit is None:
        action = await editor.client.code_action_resolve_async(action)
    editor.change(*edits_of(action, editor))
    assert editor.text == "tasks:\n  - id: A\n  # needs A\n  - id: B\n    dependencies: [A]\n"


async def test_a_plan_follows_its_goal_in_every_editor(editor: Editor):
    goal = "Build a shop with search and payments"
    editor.open(plan_offline(goal).text.replace(goal, "Build a shop with payments and reviews"))
    context = types.CodeActionContext([], only=[types.CodeActionKind.Source])
    place = types.Range(types.Position(0, 0), types.Position(0, 0))
    actions = await editor.client.text_document_code_action_async(
        types.CodeActionParams(types.TextDocumentIdentifier(editor.uri), place, context)
    )
    assert actions
    (action,) = [each for each in actions if each.title == "Regenerate plan from its goal"]
    if isinstance(action, types.Command):
        # lsprotocol takes an action with a command, which is for clients that cannot resolve, for a bare command.
        assert "orchestrate.replan" in action.command
        return
    edit = (await editor.client.code_action_resolve_async(action)).edit
    assert edit is not None
    if edit.document_changes:
        (change,) = edit.document_changes
        assert isinstance(change, types.TextDocumentEdit)
        made = [each for each in change.edits if not isinstance(each, types.SnippetTextEdit)]
        annotated = [each for each in made if isinstance(each, types.AnnotatedTextEdit)]
        assert len(annotated) in (0, len(made))
        notes = edit.change_annotations or {}
        assert {each.annotation_id for each in annotated} <= set(notes)
        assert any(each.needs_confirmation for each in notes.values()) == bool(annotated)
    else:
        assert edit.changes
        made = edit.changes[editor.uri]
    editor.change(*[types.TextEdit(each.range, each.new_text) for each in made])
    assert "name: Reviews" in editor.text
    assert "name: Search\n" not in editor.text
    found = await editor.diagnostics()
    assert not [each for each in found if each.severity == types.DiagnosticSeverity.Error]


async def test_a_goal_becomes_a_plan(editor: Editor):
    result = await editor.execute("orchestrate.plan", {"goal": GOAL})
    shown = [each.uri for each in editor.client.shown_documents]
    assert shown == ([result["uri"]] if editor.shows_documents else [])
    (written,) = await asyncio.to_thread(lambda: list(editor.folder.iterdir()))
    assert written.as_uri() == result["uri"]

    editor.uri = result["uri"]
    editor.open(written.read_text(encoding="utf-8"))
    assert await editor.codes(types.DiagnosticSeverity.Warning) == []
    schedule = await editor.execute("orchestrate.schedule", result["uri"])
    assert schedule["critical_path"]


async def test_every_request_sent_at_once_is_answered(editor: Editor):
    editor.open((SEED / "phase1_tasks.yaml").read_text(encoding="utf-8"))
    place = types.Range(types.Position(0, 0), types.Position(200, 0))
    params = types.CodeActionParams(
        types.TextDocumentIdentifier(editor.uri), place, types.CodeActionContext([])
    )
    answers = await asyncio.gather(
        *(editor.client.text_document_code_action_async(params) for _ in range(30))
    )
    assert len(answers) == 30
    assert answers[0]
    assert all(answer == answers[0] for answer in answers)


async def test_a_plan_is_walked_and_a_task_renamed(editor: Editor):
    editor.open((SEED / "phase1_tasks.yaml").read_text(encoding="utf-8"))
    client, document = editor.client, types.TextDocumentIdentifier(editor.uri)
    line = editor.text[: editor.text.index("dependencies: [T1, T2]")].count("\n")
    place = types.Position(line, editor.text.split("\n")[line].index("T2") + 1)

    definition = await client.text_document_definition_async(types.DefinitionParams(document, place))
    assert definition
    hover = await client.text_document_hover_async(types.HoverParams(document, place))
    assert hover is not None
    assert isinstance(hover.contents, types.MarkupContent)
    assert "T2" in hover.contents.value
    assert (
        await client.text_document_declaration_async(types.DeclarationParams(document, place)) == definition
    )
    context = types.ReferenceContext(include_declaration=True)
    references = await client.text_document_references_async(types.ReferenceParams(context, document, place))
    highlights = await client.text_document_document_highlight_async(
        types.DocumentHighlightParams(document, place)
    )
    assert references
    assert highlights
    assert [each.range for each in references] == [each.range for each in highlights]

    symbols = await client.text_document_document_symbol_async(types.DocumentSymbolParams(document))
    found = await client.workspace_symbol_async(types.WorkspaceSymbolParams("T2"))
    folds = await client.text_document_folding_range_async(types.FoldingRangeParams(document))
    selections = await client.text_document_selection_range_async(
        types.SelectionRangeParams(document, [place])
    )
    assert symbols
    assert found
    assert folds
    assert selections
    items = await client.text_document_prepare_call_hierarchy_async(
        types.CallHierarchyPrepareParams(document, place)
    )
    assert items
    calls = await client.call_hierarchy_incoming_calls_async(types.CallHierarchyIncomingCallsParams(items[0]))
    back = await client.call_hierarchy_outgoing_calls_async(types.CallHierarchyOutgoingCallsParams(items[0]))
    assert calls
    assert back
    assert sum(len(each.from_ranges) for each in calls) == len(references) - 1

    assert await client.text_document_prepare_rename_async(types.PrepareRenameParams(document, place))
    edit = await client.text_document_rename_async(types.RenameParams(document, place, "schema"))
    assert edit is not None
    editor.change(*edits_of(types.CodeAction("", edit=edit), editor))
    assert await editor.codes(types.DiagnosticSeverity.Error) == []
    assert "T2" not in editor.text
    assert editor.text.count("schema") >= len(references)


async def test_colours_and_hints_follow_an_edit(editor: Editor):
    editor.open((SEED / "phase1_tasks.yaml").read_text(encoding="utf-8"))
    await editor.diagnostics()
    client, document = editor.client, types.TextDocumentIdentifier(editor.uri)
    everything = types.Range(types.Position(0, 0), types.Position(10_000, 0))
    full = await client.text_document_semantic_tokens_full_async(types.SemanticTokensParams(document))
    some = await client.text_document_semantic_tokens_range_async(
        types.SemanticTokensRangeParams(document, everything)
    )
    assert full is not None
    assert some is not None
    assert full.result_id is not None
    assert list(full.data) == list(some.data) != []
    hints = await client.text_document_inlay_hint_async(types.InlayHintParams(document, everything))
    assert hints

    editor.replace("estimated_time: 2h", "estimated_time: 40h")
    delta = await client.text_document_semantic_tokens_full_delta_async(
        types.SemanticTokensDeltaParams(document, full.result_id)
    )
    assert isinstance(delta, types.SemanticTokensDelta)
    data = list(full.data)
    for edit in delta.edits:
        data[edit.start : edit.start + edit.delete_count] = edit.data or []
    fresh = await client.text_document_semantic_tokens_full_async(types.SemanticTokensParams(document))
    assert fresh is not None
    assert data == list(fresh.data)
    assert await client.text_document_inlay_hint_async(types.InlayHintParams(document, everything)) != hints


async def test_settings_files_and_folders_may_change_while_a_plan_is_open(editor: Editor):
    editor.open("tasks:\n  - id: A\n    dependencies: [B]\n")
    assert "unknown-dependency" in await editor.codes(types.DiagnosticSeverity.Error)
    settings = editor.folder / "orchestrate.toml"
    settings.write_text('[rules]\nunknown-dependency = "off"\n', encoding="utf-8")
    change = types.FileEvent(settings.as_uri(), types.FileChangeType.Created)
    editor.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([change]))
    editor.client.workspace_did_change_configuration(types.DidChangeConfigurationParams({}))
    async with asyncio.timeout(SECONDS):
        while "unknown-dependency" in await editor.codes(types.DiagnosticSeverity.Error):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    gone = types.WorkspaceFolder(editor.folder.as_uri(), "x")
    event = types.WorkspaceFoldersChangeEvent(added=[], removed=[gone])
    editor.client.workspace_did_change_workspace_folders(types.DidChangeWorkspaceFoldersParams(event))
    document = types.TextDocumentIdentifier(editor.uri)
    editor.client.text_document_did_save(types.DidSaveTextDocumentParams(document))
    editor.client.text_document_did_close(types.DidCloseTextDocumentParams(document))
    symbols = await editor.client.text_document_document_symbol_async(types.DocumentSymbolParams(document))
    assert not symbols


async def test_links_are_resolved_and_several_ranges_formatted(editor: Editor):
    (editor.folder / "there.py").touch()
    editor.open("tasks:\n  - id: A\n    files: [there.py] # orchestrate: ignore[long-task]\n  -   id: B\n")
    client, document = editor.client, types.TextDocumentIdentifier(editor.uri)
    links = await client.text_document_document_link_async(types.DocumentLinkParams(document))
    assert links
    lazy = [link for link in links if link.target is None]
    for link in lazy:
        assert (await client.document_link_resolve_async(link)).target
    ranges = [types.Range(types.Position(line, 0), types.Position(line, 9)) for line in (1, 3)]
    options = types.FormattingOptions(tab_size=2, insert_spaces=True)
    edits = await client.text_document_ranges_formatting_async(
        types.DocumentRangesFormattingParams(document, ranges, options)
    )
    editor.change(*(edits or ()))
    assert "syntax" not in await editor.codes(types.DiagnosticSeverity.Error)
    assert editor.text.endswith("  - id: B\n")


def test_every_request_has_a_case_with_the_real_server():
    here = Path(__file__).parent
    texts = [path.read_text(encoding="utf-8") for path in here.glob("test_*.py")]
    marks = ("LanguageClient", "COMMAND", "test_editors")
    real = "\n".join(text for text in texts if any(mark in text for mark in marks))
    missing = [
        method
        for method in registered_requests()
        if f'"{method}"' not in real and f"{_client_method(method)}_async" not in real
    ]
    assert missing == []


def _client_method(method: str) -> str:
    """What the client calls it: `text_document_hover` for `textDocument/hover`."""
    return "".join(f"_{each.lower()}" if each.isupper() else each for each in method.replace("/", "_"))
