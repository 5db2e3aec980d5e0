"""Document links: from the names in a plan to files that are there, and to the pages of rules.

The disk is looked at in the background, for so many paths at once; for what is beyond that, when a link is opened.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import quote

from lsprotocol import types

from orchestrate_ls.lsp.background import in_background
from orchestrate_ls.lsp.errors import ContentModifiedError, InvalidParamsError, RequestFailedError
from orchestrate_ls.lsp.turns import in_slices, is_present
from orchestrate_ls.lsp.wire_places import plan_at
from orchestrate_ls.lsp.wire_ranges import to_range

if TYPE_CHECKING:
    from orchestrate_ls.ide.document_links import Link
    from orchestrate_ls.lsp.documents import Snapshot
    from orchestrate_ls.lsp.server import PlanServer

Json = dict[str, Any]

SHOW_RULE: Final = "orchestrate.showRule"
"""A command of the editor that shows the page of a rule, given its code."""
_MOST_LOOKED_UP: Final = 500
"""Paths."""


def register(server: PlanServer) -> None:
    """Register document links."""

    async def document_link(params: types.DocumentLinkParams) -> list[Json] | None:
        return await _links(server, params.text_document.uri)

    async def resolve(link: types.DocumentLink) -> types.DocumentLink:
        from orchestrate_ls.workspace.named_files import file_at

        data = cast("object", link.data)
        given = cast("Json", data) if isinstance(data, dict) else {}
        uri, name = given.get("uri"), given.get("file")
        if not isinstance(uri, str) or not isinstance(name, str):
            raise InvalidParamsError("documentLink/resolve: `data` is not that of a link from here")
        roots = roots_of(server, uri)
        path = await in_background(lambda: file_at(roots, name))
        if path is None:
            raise RequestFailedError(f"there is no file {name[:100]} yet")
        link.target = path.as_uri()
        return link

    server.feature(types.TEXT_DOCUMENT_DOCUMENT_LINK, types.DocumentLinkOptions(resolve_provider=True))(
        document_link
    )
    server.feature(types.DOCUMENT_LINK_RESOLVE)(resolve)


def roots_of(server: PlanServer, uri: str) -> list[Path]:
    """What the paths in a plan count from: its workspace folder, or else its repository."""
    path = server.session.path_of(uri)
    if path is None:
        return []
    folders = [each.path for each in server.session.settings.folders if each.path is not None]
    holding = [each for each in folders if path.is_relative_to(each)]
    holding.sort(key=lambda each: len(each.parts), reverse=True)
    return list(dict.fromkeys([*holding, server.session.agents.root_of(path)]))


async def _links(server: PlanServer, uri: str) -> list[Json] | None:
    opened = plan_at(server, uri)
    if opened is None:
        return None
    from orchestrate_ls.ide.document_links import LinkKind, links_of
    from orchestrate_ls.workspace.named_files import files_at

    snapshot, file = opened
    agents = _agent_files(server, uri)
    links = [each async for each in in_slices(server, snapshot, links_of(file, agents.keys()))]
    roots = roots_of(server, uri)
    own = server.session.path_of(uri)
    if own is not None and roots:
        folder = own.parent.relative_to(roots[0]).as_posix()
        links = [
            replace(link, name=f"{folder}/{link.name}") if link.kind is LinkKind.PLAN else link
            for link in links
        ]
    names = list(dict.fromkeys(link.name for link in links if link.kind in (LinkKind.FILE, LinkKind.PLAN)))
    looked_up = set(names[:_MOST_LOOKED_UP])
    paths: dict[str, Path] = {}
    if roots and looked_up:
        paths = await in_background(lambda: files_at(roots, sorted(looked_up)))
        if not is_present(server, snapshot):
            raise ContentModifiedError("the document has changed meanwhile")
    found: list[Json] = []
    async for link in in_slices(server, snapshot, links):
        wire = _placed(server, snapshot, link)
        if link.kind is LinkKind.AGENT:
            found.append({**wire, "target": agents[link.name]})
        elif link.kind is LinkKind.RULE:
            if SHOW_RULE in server.abilities.client_commands:
                arguments = quote(json.dumps([link.name]))
                found.append({**wire, "target": f"command:{SHOW_RULE}?{arguments}"})
        elif link.name in paths:
            found.append({**wire, "target": paths[link.name].as_uri()})
        elif roots and link.name not in looked_up:
            found.append({**wire, "data": {"uri": uri, "file": link.name}})
    return found


def _placed(server: PlanServer, snapshot: Snapshot, link: Link) -> Json:
    return {"range": to_range(snapshot.text, link.start, link.end, server.abilities.encoding)}


def _agent_files(server: PlanServer, uri: str) -> dict[str, str]:
    """The URIs of the files that define agents, by the agents' names; the file that counts first."""
    path = server.session.path_of(uri)
    loaded = server.session.agents.get(server.session.agents.root_of(path)) if path is not None else None
    found: dict[str, str] = {}
    for file in loaded.registry.files if loaded is not None else ():
        if Path(file.path).is_absolute():
            for agent in file.agents:
                for name in (agent.id, *agent.aliases):
                    found.setdefault(name, Path(file.path).as_uri())
    return found
