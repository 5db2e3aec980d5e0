"""Completion: from the request's position to the protocol's items. What is offered is known elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, cast

from lsprotocol import types

from orchestrate_ls.lsp.background import in_background
from orchestrate_ls.lsp.errors import ContentModifiedError
from orchestrate_ls.text.positions import Position

if TYPE_CHECKING:
    from orchestrate_ls.ide.completion import Completions
    from orchestrate_ls.ide.completion_files import FolderListing
    from orchestrate_ls.ide.completion_offers import Offer
    from orchestrate_ls.lsp.abilities import ClientAbilities
    from orchestrate_ls.lsp.documents import Snapshot
    from orchestrate_ls.lsp.server import PlanServer

Json = dict[str, Any]

_TRIGGERS: Final = (" ", "[", "{", ",", '"', "'", "*", "/")
_KINDS: Final = {
    "field": types.CompletionItemKind.Field,
    "choice": types.CompletionItemKind.EnumMember,
    "duration": types.CompletionItemKind.Value,
    "task": types.CompletionItemKind.Reference,
    "agent": types.CompletionItemKind.Class,
    "name": types.CompletionItemKind.Value,
    "file": types.CompletionItemKind.File,
    "rule": types.CompletionItemKind.Constant,
    "template": types.CompletionItemKind.Snippet,
}
_MOST_NAMES: Final = 1_000
"""Names of a folder that are looked at."""
_SNIPPET: Final = types.InsertTextFormat.Snippet.value
_ADJUST: Final = types.InsertTextMode.AdjustIndentation.value


def register(server: PlanServer) -> None:
    """Register completion and the documentation of its items."""

    async def completion(params: types.CompletionParams) -> Json | None:
        session, abilities = server.session, server.abilities
        uri = params.text_document.uri
        snapshot = session.documents.get(uri)
        if snapshot is None or snapshot.plan is None:
            return None
        from orchestrate_ls.ide.completion import complete
        from orchestrate_ls.workspace.checking import shipped_schema

        place = Position(params.position.line, params.position.character)
        offset = snapshot.text.offset_at(place, abilities.encoding)
        folder = await _folder(server, snapshot, offset)
        found = complete(
            snapshot.plan,
            offset,
            shipped_schema(),
            session.last_check(uri),
            snippets=abilities.snippets,
            typed_space=params.context is not None and params.context.trigger_character == " ",
            folder=folder,
        )
        return None if found is None else _to_list(found, snapshot, abilities)

    def resolve(item: types.CompletionItem) -> types.CompletionItem:
        data = cast("object", item.data)
        if not isinstance(data, Mapping):
            return item
        from orchestrate_ls.ide.completion_docs import documentation_of
        from orchestrate_ls.workspace.checking import shipped_schema

        given = cast("Mapping[str, Any]", data)
        uri = str(given.get("uri", ""))
        snapshot, check = server.session.documents.get(uri), server.session.last_check(uri)
        markdown = server.abilities.completion_markdown
        text = documentation_of(
            given,
            snapshot.plan if snapshot is not None else None,
            shipped_schema(),
            check.given.known_agents if check is not None else {},
            markdown=markdown,
        )
        if text is not None:
            # A client that names no formats takes bare text, and need not know what kinds of markup there are.
            item.documentation = types.MarkupContent(types.MarkupKind.Markdown, text) if markdown else text
        return item

    server.feature(
        types.TEXT_DOCUMENT_COMPLETION,
        types.CompletionOptions(trigger_characters=list(_TRIGGERS), resolve_provider=True),
    )(completion)
    server.feature(types.COMPLETION_ITEM_RESOLVE)(resolve)


async def _folder(server: PlanServer, snapshot: Snapshot, offset: int) -> FolderListing | None:
    """What the folder holds that is being typed; None where no path is, or nothing of the disk may be offered."""
    line = snapshot.text.position_at(offset).line
    if snapshot.plan is None or not _may_be_path(snapshot, line):
        return None
    from orchestrate_ls.ide.completion_files import FolderListing, folder_wanted
    from orchestrate_ls.lsp.document_links import roots_of
    from orchestrate_ls.workspace.named_files import folder_entries

    wanted = folder_wanted(snapshot.plan, offset)
    roots = roots_of(server, snapshot.uri) if wanted is not None else []
    if wanted is None or not roots:
        return None
    entries, complete = await in_background(lambda: folder_entries(roots, wanted, _MOST_NAMES))
    if server.session.documents.get(snapshot.uri) is not snapshot:
        raise ContentModifiedError("the document has changed meanwhile")
    names = tuple(f"{each.name}/" if each.is_folder else each.name for each in entries)
    return FolderListing(wanted, names, complete)


def _may_be_path(snapshot: Snapshot, line: int) -> bool:
    """Whether a line can be one of ``files``: quick, since it is asked at every completion."""
    text = snapshot.text.line_text(line).strip()
    return "files" in text or text.startswith(("-", "[", '"', "'")) or text.endswith((",", "]"))


def _to_list(found: Completions, snapshot: Snapshot, abilities: ClientAbilities) -> Json:
    place = _range(found, snapshot, abilities)
    listed: Json = {"isIncomplete": found.incomplete}
    if abilities.completion_defaults:
        listed["itemDefaults"] = {"editRange": place}
    listed["items"] = [
        _item(offer, number, place, snapshot, abilities) for number, offer in enumerate(found.offers)
    ]
    return listed


def _range(found: Completions, snapshot: Snapshot, abilities: ClientAbilities) -> Json:
    """What an item replaces; all of them the same."""
    from orchestrate_ls.lsp.wire_ranges import to_range

    replaced = to_range(snapshot.text, found.start, found.end, abilities.encoding)
    if not abilities.insert_replace or found.cursor == found.end:
        return replaced
    return {
        "insert": to_range(snapshot.text, found.start, found.cursor, abilities.encoding),
        "replace": replaced,
    }


def _item(offer: Offer, number: int, place: Json, snapshot: Snapshot, abilities: ClientAbilities) -> Json:
    item: Json = {
        "label": offer.label,
        "kind": _KINDS[offer.kind.value].value,
        "sortText": f"{number:04d}",
    }
    if offer.filter_text:
        item["filterText"] = offer.filter_text
    if offer.is_snippet:
        item["insertTextFormat"] = _SNIPPET
        if abilities.adjusts_indentation and "\n" in offer.text:
            item["insertTextMode"] = _ADJUST
    if not abilities.completion_defaults:
        ranges = place if "insert" in place else {"range": place}
        item["textEdit"] = {**ranges, "newText": offer.text}
    elif offer.text != offer.label:
        item["textEditText"] = offer.text
    detail = offer.detail
    if offer.description and abilities.label_details:
        item["labelDetails"] = {"description": offer.description}
    elif offer.description:
        detail = f"{detail} ({offer.description})" if detail else offer.description
    if detail:
        item["detail"] = detail
    if offer.data is not None:
        item["data"] = {"uri": snapshot.uri, **offer.data}
    return item
