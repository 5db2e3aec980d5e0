"""Definition, declaration, references and document highlight: from positions to the protocol's places."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from lsprotocol import types

from orchestrate_ls.lsp.turns import in_slices
from orchestrate_ls.lsp.wire_places import offset_of, plan_at, to_link, to_location
from orchestrate_ls.lsp.wire_ranges import to_range
from orchestrate_ls.text.blocks import BLOCK_CUTTER, BlockText

if TYPE_CHECKING:
    from orchestrate_ls.ide.names import Occurrence
    from orchestrate_ls.ide.shared_agents import Described
    from orchestrate_ls.lsp.agent_places import SharedAgent
    from orchestrate_ls.lsp.documents import Snapshot
    from orchestrate_ls.lsp.server import PlanServer
    from orchestrate_ls.plan.file import PlanFile
    from orchestrate_ls.text.positions import Encoding

Json = dict[str, Any]

_READ: Final = 2
_WRITE: Final = 3


def register(server: PlanServer) -> None:
    """Register what leads from a name to its places."""

    def definition(params: types.DefinitionParams) -> list[Json] | None:
        return _definition(server, params, links=server.abilities.definition_links)

    def declaration(params: types.DeclarationParams) -> list[Json] | None:
        return _definition(server, params, links=server.abilities.declaration_links)

    async def references(params: types.ReferenceParams) -> list[Json]:
        from orchestrate_ls.lsp.agent_places import shared_agent_at

        place, declarations = params.position, params.context.include_declaration
        agent = shared_agent_at(server, params.text_document.uri, place.line, place.character)
        if agent is not None:
            return await _agent_references(server, agent, with_declarations=declarations)
        opened = plan_at(server, params.text_document.uri)
        if opened is None:
            return []
        from orchestrate_ls.ide.names import Role

        snapshot, file = opened
        found = await _places(server, snapshot, file, params.position)
        wanted = (each for each in found if declarations or each.role is Role.USE)
        return [
            to_location(snapshot, each.start, each.end, server.abilities)
            async for each in in_slices(server, snapshot, wanted)
        ]

    async def document_highlight(params: types.DocumentHighlightParams) -> list[Json]:
        opened = plan_at(server, params.text_document.uri)
        if opened is None:
            return []
        from orchestrate_ls.ide.highlight import highlight_of

        snapshot, file = opened
        found = await _places(server, snapshot, file, params.position)
        return [
            {
                "range": to_range(snapshot.text, each.start, each.end, server.abilities.encoding),
                "kind": _WRITE if highlight_of(each).declares else _READ,
            }
            async for each in in_slices(server, snapshot, found)
        ]

    server.feature(types.TEXT_DOCUMENT_DEFINITION)(definition)
    server.feature(types.TEXT_DOCUMENT_DECLARATION)(declaration)
    server.feature(types.TEXT_DOCUMENT_REFERENCES)(references)
    server.feature(types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT)(document_highlight)


async def _agent_references(server: PlanServer, agent: SharedAgent, *, with_declarations: bool) -> list[Json]:
    """The places of an agent that a file describes: there, and in all plans below its root."""
    from orchestrate_ls.ide.shared_agents import described_as, uses_in
    from orchestrate_ls.lsp.agent_places import plans_that_name

    encoding = server.abilities.encoding
    places: list[Json] = []
    for described in described_as(agent.registry, agent.name) if with_declarations else ():
        uri = server.session.uri_of(Path(described.file.path))
        places.append({"uri": uri, "range": _range_in_definition(described, encoding)})
    for plan in await plans_that_name(server, agent):
        uri = server.session.uri_of(plan.path)
        places += [
            {"uri": uri, "range": to_range(plan.file.chunks, each.start, each.end, encoding)}
            for each in uses_in(plan.file, agent.name, with_declarations=with_declarations)
        ]
    return places


def _range_in_definition(described: Described, encoding: Encoding) -> Json:
    text = BlockText.of(described.file.text, BLOCK_CUTTER)
    return to_range(text, described.agent.start, described.agent.end, encoding)


async def _places(
    server: PlanServer, snapshot: Snapshot, file: PlanFile, position: types.Position
) -> list[Occurrence]:
    """The places of the name at a position, in document order: thousands for an agent that does everything."""
    from orchestrate_ls.ide.names import in_order
    from orchestrate_ls.ide.references import places_of_name_at

    places = places_of_name_at(file, offset_of(server, snapshot, position))
    return in_order([each async for each in in_slices(server, snapshot, places)])


def _definition(
    server: PlanServer, params: types.DefinitionParams | types.DeclarationParams, *, links: bool
) -> list[Json] | None:
    opened = plan_at(server, params.text_document.uri)
    if opened is None:
        return None
    from orchestrate_ls.ide.definition import definition

    snapshot, file = opened
    found = definition(file, offset_of(server, snapshot, params.position))
    if found is None:
        return None
    origin = (found.start, found.end)
    places = [
        to_link(snapshot, origin, target, server.abilities)
        if links
        else to_location(snapshot, target.start, target.end, server.abilities)
        for target in found.targets
    ]
    if found.agent is not None:
        places += [
            _in_file(server, snapshot, origin, each, links=links)
            for each in _agent_files(server, snapshot.uri, found.agent)
        ]
    return places or None


def _agent_files(server: PlanServer, uri: str, agent: str) -> list[Described]:
    from orchestrate_ls.ide.shared_agents import described_as

    agents, path = server.session.agents, server.session.path_of(uri)
    loaded = agents.get(agents.root_of(path)) if path is not None else None
    return described_as(loaded.registry, agent) if loaded is not None else []


def _in_file(
    server: PlanServer, snapshot: Snapshot, origin: tuple[int, int], target: Described, *, links: bool
) -> Json:
    encoding = server.abilities.encoding
    uri, place = Path(target.file.path).as_uri(), _range_in_definition(target, encoding)
    if not links:
        return {"uri": uri, "range": place}
    return {
        "originSelectionRange": to_range(snapshot.text, *origin, encoding),
        "targetUri": uri,
        "targetRange": place,
        "targetSelectionRange": place,
    }
