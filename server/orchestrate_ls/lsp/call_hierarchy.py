"""Call hierarchy on tasks: from the protocol's items to tasks and back."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from lsprotocol import types

from orchestrate_ls.lsp.wire_places import offset_of, plan_at
from orchestrate_ls.lsp.wire_ranges import to_range

if TYPE_CHECKING:
    from orchestrate_ls.ide.call_hierarchy import HierarchyCall, HierarchyItem, TaskKey
    from orchestrate_ls.lsp.documents import Snapshot
    from orchestrate_ls.lsp.server import PlanServer
    from orchestrate_ls.rules.engine import FileCheck

Json = dict[str, Any]


def register(server: PlanServer) -> None:
    """Register the call hierarchy."""

    def prepare(params: types.CallHierarchyPrepareParams) -> list[Json] | None:
        opened = plan_at(server, params.text_document.uri)
        if opened is None:
            return None
        from orchestrate_ls.ide.call_hierarchy import prepare

        snapshot, file = opened
        item = prepare(file, offset_of(server, snapshot, params.position))
        return None if item is None else [_item(server, snapshot, item)]

    def incoming(params: types.CallHierarchyIncomingCallsParams) -> list[Json] | None:
        from orchestrate_ls.ide.call_hierarchy import incoming

        return _calls(server, params.item, incoming, "from")

    def outgoing(params: types.CallHierarchyOutgoingCallsParams) -> list[Json] | None:
        from orchestrate_ls.ide.call_hierarchy import outgoing

        return _calls(server, params.item, outgoing, "to")

    server.feature(types.TEXT_DOCUMENT_PREPARE_CALL_HIERARCHY)(prepare)
    server.feature(types.CALL_HIERARCHY_INCOMING_CALLS)(incoming)
    server.feature(types.CALL_HIERARCHY_OUTGOING_CALLS)(outgoing)


def _calls(
    server: PlanServer,
    item: types.CallHierarchyItem,
    calls: Callable[[FileCheck, TaskKey], list[HierarchyCall]],
    end: str,
) -> list[Json] | None:
    checked = server.session.checked(item.uri)
    key = _key(item)
    if checked is None or checked.check is None or key is None:
        return None
    encoding = server.abilities.encoding
    return [
        {
            end: _item(server, checked.snapshot, each.item),
            "fromRanges": [to_range(checked.snapshot.text, *place, encoding) for place in each.ranges],
        }
        for each in calls(checked.check, key)
    ]


def _item(server: PlanServer, snapshot: Snapshot, item: HierarchyItem) -> Json:
    symbol, key, encoding = item.symbol, item.key, server.abilities.encoding
    wire: Json = {
        "name": symbol.name,
        "kind": types.SymbolKind.Function.value,
        "uri": snapshot.uri,
        "range": to_range(snapshot.text, symbol.start, symbol.end, encoding),
        "selectionRange": to_range(snapshot.text, symbol.selection_start, symbol.selection_end, encoding),
        "data": {"plan": key.plan, "id": key.id, "index": key.index},
    }
    if symbol.detail:
        wire["detail"] = symbol.detail
    return wire


def _key(item: types.CallHierarchyItem) -> TaskKey | None:
    """The task that an item stands for; a client gives back what it likes."""
    from orchestrate_ls.ide.call_hierarchy import TaskKey

    given: object = item.data
    if not isinstance(given, dict):
        return None
    data = cast("Json", given)
    plan, name, index = data.get("plan"), data.get("id"), data.get("index")
    if not isinstance(plan, int) or not isinstance(index, int) or not isinstance(name, str | None):
        return None
    return TaskKey(plan, name, index)
