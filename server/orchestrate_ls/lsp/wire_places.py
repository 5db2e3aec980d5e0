"""Places as the JSON that the protocol asks for, in the order and the forms that the client takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsprotocol import types

from orchestrate_ls.lsp.wire_ranges import to_range
from orchestrate_ls.text.positions import Position

if TYPE_CHECKING:
    from orchestrate_ls.ide.places import Target
    from orchestrate_ls.lsp.abilities import ClientAbilities
    from orchestrate_ls.lsp.documents import Snapshot
    from orchestrate_ls.lsp.server import PlanServer
    from orchestrate_ls.plan.file import PlanFile

Json = dict[str, Any]


def plan_at(server: PlanServer, uri: str) -> tuple[Snapshot, PlanFile] | None:
    """An open document that is a plan."""
    snapshot = server.session.documents.get(uri)
    return None if snapshot is None or snapshot.plan is None else (snapshot, snapshot.plan)


def offset_of(server: PlanServer, snapshot: Snapshot, position: types.Position) -> int:
    """The offset in code points of the client's position."""
    return snapshot.text.offset_at(Position(position.line, position.character), server.abilities.encoding)


def to_location(snapshot: Snapshot, start: int, end: int, abilities: ClientAbilities) -> Json:
    """A range in a document."""
    return {"uri": snapshot.uri, "range": to_range(snapshot.text, start, end, abilities.encoding)}


def to_link(snapshot: Snapshot, origin: tuple[int, int], target: Target, abilities: ClientAbilities) -> Json:
    """A place to go to, with where one comes from."""

    def placed(start: int, end: int) -> Json:
        return to_range(snapshot.text, start, end, abilities.encoding)

    return {
        "originSelectionRange": placed(*origin),
        "targetUri": snapshot.uri,
        "targetRange": placed(target.whole_start, target.whole_end),
        "targetSelectionRange": placed(target.start, target.end),
    }
