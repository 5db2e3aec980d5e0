"""Quick fixes: from the request's range to the protocol's edits. Which fixes there are is known elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsprotocol import types

from orchestrate_ls.text.positions import Position

if TYPE_CHECKING:
    from orchestrate_ls.ide.code_actions import QuickFix
    from orchestrate_ls.lsp.server import PlanServer
    from orchestrate_ls.lsp.session import Checked

Json = dict[str, Any]


def register(server: PlanServer) -> None:
    """Register code actions."""

    def code_action(params: types.CodeActionParams) -> list[Json]:
        if not server.abilities.code_action_literals or not _wants(params.context.only):
            return []
        checked = server.session.checked(params.text_document.uri)
        if checked is None or checked.check is None:
            return []
        from orchestrate_ls.ide.code_actions import quick_fixes

        text, encoding = checked.snapshot.text, server.abilities.encoding
        start, end = (
            text.offset_at(Position(place.line, place.character), encoding)
            for place in (params.range.start, params.range.end)
        )
        return [_action(server, checked, each) for each in quick_fixes(checked.check, start, end)]

    server.feature(
        types.TEXT_DOCUMENT_CODE_ACTION,
        types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.QuickFix]),
    )(code_action)


def _wants(only: object) -> bool:
    """Whether quick fixes are among the kinds asked for; a kind stands for all below it."""
    if not isinstance(only, (list, tuple)):
        return True
    kinds = [str(getattr(kind, "value", kind)) for kind in only]  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    return any(kind in ("", types.CodeActionKind.QuickFix.value) for kind in kinds)


def _action(server: PlanServer, checked: Checked, quick_fix: QuickFix) -> Json:
    from orchestrate_ls.lsp.wire_diagnostics import to_diagnostic, to_range

    snapshot, abilities = checked.snapshot, server.abilities
    edits = [
        {"range": to_range(snapshot.text, edit.start, edit.end, abilities.encoding), "newText": edit.new_text}
        for edit in quick_fix.fix.edits
    ]
    if abilities.document_changes:
        document = {"uri": snapshot.uri, "version": snapshot.version}
        edit: Json = {"documentChanges": [{"textDocument": document, "edits": edits}]}
    else:
        edit = {"changes": {snapshot.uri: edits}}
    action: Json = {
        "title": quick_fix.fix.title,
        "kind": types.CodeActionKind.QuickFix.value,
        "diagnostics": [to_diagnostic(checked, quick_fix.diagnostic, abilities)],
        "edit": edit,
    }
    if quick_fix.fix.preferred and abilities.preferred_actions:
        action["isPreferred"] = True
    return action
