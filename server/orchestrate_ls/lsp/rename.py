"""Prepare-rename and rename: from a position and a name to the protocol's edit, or to an error with the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsprotocol import types

from orchestrate_ls.lsp.errors import ContentModifiedError, RequestFailedError
from orchestrate_ls.lsp.wire_changes import NotTakenError, to_workspace_change
from orchestrate_ls.lsp.wire_places import offset_of, plan_at
from orchestrate_ls.lsp.wire_ranges import to_range
from orchestrate_ls.text.changes import WorkspaceChange

if TYPE_CHECKING:
    from orchestrate_ls.lsp.agent_places import SharedAgent
    from orchestrate_ls.lsp.server import PlanServer
    from orchestrate_ls.plan.file import PlanFile

Json = dict[str, Any]


def register(server: PlanServer) -> None:
    """Register renaming."""

    def prepare_rename(params: types.PrepareRenameParams) -> Json | None:
        agent = _agent(server, params)
        if agent is not None:
            place = to_range(agent.snapshot.text, agent.start, agent.end, server.abilities.encoding)
            return {"range": place, "placeholder": agent.name}
        opened = plan_at(server, params.text_document.uri)
        if opened is None:
            return None
        from orchestrate_ls.ide.rename import prepare_rename

        snapshot, file = opened
        found = prepare_rename(file, offset_of(server, snapshot, params.position))
        if found is None:
            return None
        place = to_range(snapshot.text, found.start, found.end, server.abilities.encoding)
        return {"range": place, "placeholder": found.name.text}

    async def rename(params: types.RenameParams) -> Json | None:
        agent = _agent(server, params)
        if agent is not None and agent.name != params.new_name:
            return await _rename_agent(server, agent, params.new_name)
        opened = plan_at(server, params.text_document.uri)
        if opened is None:
            return None
        from orchestrate_ls.ide.rename import RenameRefusedError, rename

        snapshot, file = opened
        try:
            edits = rename(file, offset_of(server, snapshot, params.position), params.new_name)
        except RenameRefusedError as error:
            raise RequestFailedError(str(error)) from None
        change = to_workspace_change(server, snapshot, WorkspaceChange(edits))
        if edits:
            _remember(server, file, params, offset_of(server, snapshot, params.position))
        return change

    server.feature(types.TEXT_DOCUMENT_PREPARE_RENAME)(prepare_rename)
    server.feature(types.TEXT_DOCUMENT_RENAME, types.RenameOptions(prepare_provider=True))(rename)


def _remember(server: PlanServer, file: PlanFile, params: types.RenameParams, offset: int) -> None:
    """A task's journal is told of its new id once that is saved."""
    from orchestrate_ls.ide.cursor import cursor_at
    from orchestrate_ls.ide.names import NameKind
    from orchestrate_ls.ide.rename import prepare_rename

    found, cursor = prepare_rename(file, offset), cursor_at(file, offset)
    if found is not None and cursor is not None and found.name.kind is NameKind.TASK:
        uri = params.text_document.uri
        server.task_renames.asked(uri, cursor.plan, found.name.text, params.new_name)


def _agent(server: PlanServer, params: types.PrepareRenameParams | types.RenameParams) -> SharedAgent | None:
    from orchestrate_ls.lsp.agent_places import shared_agent_at

    return shared_agent_at(server, params.text_document.uri, params.position.line, params.position.character)


async def _rename_agent(server: PlanServer, agent: SharedAgent, new: str) -> Json:
    """Rename an agent that a definition file describes, there and in all plans below its root."""
    from orchestrate_ls.ide.rename import RenameRefusedError
    from orchestrate_ls.ide.shared_agents import rename_agent
    from orchestrate_ls.lsp.agent_places import plans_that_name

    plans = await plans_that_name(server, agent)
    if server.session.documents.get(agent.snapshot.uri) is not agent.snapshot:
        raise ContentModifiedError("the document has changed while the plans were searched for the agent")
    abilities = server.abilities
    try:
        change = rename_agent(
            agent.name,
            new,
            agent.root,
            agent.registry,
            plans,
            agent.path,
            can_move=abilities.document_changes and abilities.renames_files,
        )
        return to_workspace_change(server, agent.snapshot, change)
    except (RenameRefusedError, NotTakenError) as error:
        raise RequestFailedError(str(error)) from None
