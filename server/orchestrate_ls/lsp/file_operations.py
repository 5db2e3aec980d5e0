"""Files that the editor is about to rename, or has made, renamed or deleted: plans follow those that they name.

Before a renaming the edits of all plans that name the file, folder or agent are given to the client, which makes them
together with it. What is named in a plan is known in ``ide.moved_files``.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from lsprotocol import types

from orchestrate_ls.lsp.index_process import IndexProcessError, IndexQuestionError

if TYPE_CHECKING:
    from orchestrate_ls.agents.registry import DefinitionFile
    from orchestrate_ls.ide.moved_files import AgentRename, Renames
    from orchestrate_ls.lsp.server import PlanServer
    from orchestrate_ls.text.changes import FileEdits

Json = dict[str, Any]

_logger = logging.getLogger(__name__)
_WAIT: Final = 5.0
"""Seconds that a renaming waits for plans that are being read for the first time."""
_EVERYTHING: Final = types.FileOperationRegistrationOptions(
    [types.FileOperationFilter(types.FileOperationPattern("**/*"), scheme="file")]
)
"""A plan may name files of any kind."""


def register(server: PlanServer) -> None:
    """Register what happens to files."""

    async def will_rename(params: types.RenameFilesParams) -> Json | None:
        pairs = [(_path_of(each.old_uri), _path_of(each.new_uri)) for each in params.files]
        return await _edits(server, [(old, new) for old, new in pairs if old is not None and new is not None])

    def did_rename(params: types.RenameFilesParams) -> None:
        server.configuration.watched([uri for each in params.files for uri in (each.old_uri, each.new_uri)])

    def did_create(params: types.CreateFilesParams) -> None:
        server.configuration.watched([each.uri for each in params.files])

    def did_delete(params: types.DeleteFilesParams) -> None:
        server.configuration.watched([each.uri for each in params.files])

    server.feature(types.WORKSPACE_WILL_RENAME_FILES, _EVERYTHING)(will_rename)
    server.feature(types.WORKSPACE_DID_RENAME_FILES, _EVERYTHING)(did_rename)
    server.feature(types.WORKSPACE_DID_CREATE_FILES, _EVERYTHING)(did_create)
    server.feature(types.WORKSPACE_DID_DELETE_FILES, _EVERYTHING)(did_delete)


async def _edits(server: PlanServer, pairs: list[tuple[Path, Path]]) -> Json | None:
    """The edits of all plans, as one; None where none has to change."""
    if not pairs:
        return None
    if not await server.index.complete(_WAIT):
        _logger.warning("not all plans are read yet; those that are not cannot follow the renaming")
    wanted: list[tuple[Path, Renames]] = []
    by_folder: dict[tuple[Path, Path], Renames] = {}
    for plan in server.index.closed_plans():
        # A plan that goes elsewhere itself is one of few.
        folders = plan.path.parent, _after(plan.path, pairs).parent
        if folders not in by_folder:
            by_folder[folders] = _renames_for(server, plan.path, pairs)
        renames = by_folder[folders]
        if renames and renames.concern(plan.summary.files, plan.summary.agents, plan.summary.plans):
            wanted.append((plan.path, renames))
    changed = await _closed_edits(server, wanted) if wanted else []
    # Last, and at once: these may be changed at any moment.
    changed += _open_edits(server, pairs)
    if not changed:
        return None
    from orchestrate_ls.lsp.wire_changes import NotTakenError, to_workspace_change
    from orchestrate_ls.text.changes import WorkspaceChange

    try:
        return to_workspace_change(server, None, WorkspaceChange(other_files=tuple(changed)))
    except NotTakenError as error:
        _logger.warning("the plans do not follow the renaming: %s", error)
        return None


async def _closed_edits(server: PlanServer, wanted: list[tuple[Path, Renames]]) -> list[FileEdits]:
    from orchestrate_ls.lsp.index_reading import Follow

    try:
        found: list[FileEdits] = await server.index.process.ask(server.index.setup(), Follow(tuple(wanted)))
    except (IndexProcessError, IndexQuestionError) as error:
        _logger.warning("plans that are not open do not follow the renaming: %s", error)
        return []
    return [each for each in found if not server.index.is_open(Path(each.path))]


def _open_edits(server: PlanServer, pairs: list[tuple[Path, Path]]) -> list[FileEdits]:
    from orchestrate_ls.ide.moved_files import edits_for_renames
    from orchestrate_ls.text.changes import FileEdits

    changed: list[FileEdits] = []
    for snapshot in server.session.documents:
        path = server.session.path_of(snapshot.uri)
        if snapshot.plan is None or path is None:
            continue
        renames = _renames_for(server, path, pairs)
        edits = edits_for_renames(snapshot.plan, renames) if renames else ()
        if edits:
            changed.append(FileEdits(path, snapshot.text.text, edits))
    return changed


def _renames_for(server: PlanServer, plan: Path, pairs: list[tuple[Path, Path]]) -> Renames:
    """What the renamings mean to a plan: its paths count from its repository, and from the workspace's folder."""
    from orchestrate_ls.ide.moved_files import Move, Renames

    session = server.session
    root = session.agents.root_of(plan)
    bases = [root]
    bases += [
        folder.path
        for folder in session.settings.folders
        if folder.path is not None and folder.path != root and plan.is_relative_to(folder.path)
    ]
    moves: dict[Move, None] = {}
    for old, new in pairs:
        for base in bases:
            if old != base and old.is_relative_to(base) and new.is_relative_to(base):
                moves[Move(old.relative_to(base).as_posix(), new.relative_to(base).as_posix())] = None
    loaded = session.agents.get(root)
    files = loaded.registry.files if loaded is not None else ()
    after = _after(plan, pairs).parent
    before = plan.parent
    if not (before.is_relative_to(root) and after.is_relative_to(root)):
        # Out of its repository; what it names does not come along.
        before = after = root
    return Renames(
        tuple(moves),
        tuple(_renamed_agents(files, root, pairs)),
        _below(before, root),
        _below(after, root),
    )


def _below(folder: Path, root: Path) -> str:
    return "" if folder == root else folder.relative_to(root).as_posix()


def _after(path: Path, pairs: list[tuple[Path, Path]]) -> Path:
    """Where a file is when all is renamed."""
    for old, new in pairs:
        if path == old:
            return new
        if path.is_relative_to(old):
            return new / path.relative_to(old)
    return path


def _renamed_agents(
    files: tuple[DefinitionFile, ...], root: Path, pairs: list[tuple[Path, Path]]
) -> Iterator[AgentRename]:
    """The agents that are called by their file's name and so by another one afterwards."""
    from orchestrate_ls.ide.moved_files import AgentRename
    from orchestrate_ls.workspace.agent_files import read_agent_file

    kept = {agent.id for file in files if not _moved(file, pairs) for agent in file.agents}
    for file in files:
        to = _moved(file, pairs)
        if to is None or file.of_user:
            continue
        after = read_agent_file(to, root, file.text)
        if after is None:
            # It is no definition any more; plans that name it are told so.
            continue
        for agent, renamed in zip(file.agents, after.agents, strict=False):
            if agent.id != renamed.id and agent.id not in kept:
                yield AgentRename(agent.id, renamed.id)


def _moved(file: DefinitionFile, pairs: list[tuple[Path, Path]]) -> Path | None:
    """Where a definition file goes; None where it stays."""
    path = Path(file.path)
    after = _after(path, pairs)
    return None if after == path else after


def _path_of(uri: str) -> Path | None:
    from orchestrate_ls.lsp.session import path_of

    return path_of(uri)
