"""Plans that are not open, in the real server with the capabilities of real editors."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities

from tests.lsp.process import COMMAND, SECONDS, environment
from tests.lsp.test_editors import PULLING, PUSH_ONLY
from tests.lsp.workspace import BAD, GOOD, write

pytestmark = pytest.mark.filterwarnings("error::pytest_lsp.checks.LspSpecificationWarning")


class Workspace:
    """Two folders, one inside of the other, and an editor that has them open."""

    def __init__(self, client: LanguageClient, root: Path) -> None:
        self.client = client
        self.root = root
        self.known: dict[str, str] = {}
        self._found: dict[str, list[str]] = {}

    @property
    def pulls(self) -> bool:
        document = self.client.capabilities.text_document if self.client.capabilities is not None else None
        return document is not None and document.diagnostic is not None

    async def codes(self, uri: str, expected: list[str]) -> None:
        """Wait until these are what the editor knows of a plan that is not open."""
        async with asyncio.timeout(SECONDS):
            while True:
                if self.pulls:
                    await self._pull()
                    found = self._found.get(uri)
                else:
                    published = self.client.diagnostics.get(uri)
                    found = None if published is None else [str(each.code) for each in published]
                if found == expected:
                    return
                await asyncio.sleep(0.02)

    async def _pull(self) -> None:
        previous = [types.PreviousResultId(uri, value) for uri, value in self.known.items()]
        report = await self.client.workspace_diagnostic_async(types.WorkspaceDiagnosticParams(previous))
        for item in report.items:
            if isinstance(item, types.WorkspaceFullDocumentDiagnosticReport):
                self._found[item.uri] = [str(each.code) for each in item.items]
                self.known.pop(item.uri, None)
                if item.result_id is not None:
                    self.known[item.uri] = item.result_id

    def changed(self, uri: str, kind: types.FileChangeType) -> None:
        self.client.workspace_did_change_watched_files(
            types.DidChangeWatchedFilesParams([types.FileEvent(uri, kind)])
        )


@pytest_asyncio.fixture(params=[PUSH_ONLY, PULLING])
async def workspace(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Workspace]:
    write(tmp_path, "outer.plan.yaml", GOOD)
    write(tmp_path, "inner/deep.plan.yaml", BAD.replace("id: A", "id: Deep"))
    client = await ClientServerConfig(server_command=COMMAND, server_env=environment()).start()
    assert isinstance(client, LanguageClient)
    folders = [types.WorkspaceFolder(each.as_uri(), each.name) for each in (tmp_path, tmp_path / "inner")]
    await client.initialize_session(
        types.InitializeParams(
            capabilities=client_capabilities(request.param),
            root_uri=tmp_path.as_uri(),
            workspace_folders=folders,
        )
    )
    yield Workspace(client, tmp_path)
    await client.shutdown_session()
    await client.stop()
    assert client.error is None


async def test_plans_that_are_not_open_are_known_in_every_editor(workspace: Workspace):
    deep = (workspace.root / "inner/deep.plan.yaml").as_uri()
    await workspace.codes(deep, ["unknown-key"])
    found = await workspace.client.workspace_symbol_async(types.WorkspaceSymbolParams("deep"))
    assert found
    (symbol,) = found
    if not isinstance(symbol.location, types.Location):
        assert isinstance(symbol, types.WorkspaceSymbol)
        symbol = await workspace.client.workspace_symbol_resolve_async(symbol)
    assert isinstance(symbol.location, types.Location)
    assert (symbol.location.uri, symbol.location.range.start) == (deep, types.Position(1, 8))

    fresh = write(workspace.root, "fresh.plan.yaml")
    workspace.changed(fresh, types.FileChangeType.Created)
    await workspace.codes(fresh, ["unknown-key"])
    (workspace.root / "inner/deep.plan.yaml").unlink()
    workspace.changed(deep, types.FileChangeType.Deleted)
    await workspace.codes(deep, [])


async def test_plans_follow_a_file_in_every_editor(workspace: Workspace):
    uri = write(workspace.root, "outer.plan.yaml", BAD.replace("bogus: 1", "    files: [src/a.py]\nbogus: 1"))
    workspace.changed(uri, types.FileChangeType.Changed)
    await workspace.codes(uri, ["unknown-key"])
    renaming = types.FileRename(
        (workspace.root / "src/a.py").as_uri(), (workspace.root / "src/b.py").as_uri()
    )
    edit = await workspace.client.workspace_will_rename_files_async(types.RenameFilesParams([renaming]))
    assert edit is not None
    if edit.document_changes is None:
        assert edit.changes is not None
        edits = list(edit.changes[uri])
    else:
        (change,) = edit.document_changes
        assert isinstance(change, types.TextDocumentEdit)
        edits = [each for each in change.edits if isinstance(each, types.TextEdit)]
    assert [each.new_text for each in edits] == ["src/b.py"]
