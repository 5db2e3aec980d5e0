"""Hover: from a position to the protocol's text. What is said is known elsewhere."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from lsprotocol import types

from orchestrate_ls.lsp.task_commands import COPY_HANDOFF
from orchestrate_ls.lsp.wire_places import offset_of
from orchestrate_ls.lsp.wire_ranges import to_range

if TYPE_CHECKING:
    from orchestrate_ls.lsp.server import PlanServer
    from orchestrate_ls.lsp.session import Checked
    from orchestrate_ls.rules.engine import FileCheck

Json = dict[str, Any]


def register(server: PlanServer) -> None:
    """Register hover."""

    def hover(params: types.HoverParams) -> Json | None:
        checked = server.session.checked(params.text_document.uri)
        if checked is None or checked.check is None:
            return None
        from orchestrate_ls.ide.hover import hover
        from orchestrate_ls.workspace.checking import shipped_schema

        snapshot, abilities = checked.snapshot, server.abilities
        offset = offset_of(server, snapshot, params.position)
        found = hover(checked.check, shipped_schema(), offset, markdown=abilities.markdown_hover)
        if found is None:
            return None
        kind = types.MarkupKind.Markdown if abilities.markdown_hover else types.MarkupKind.PlainText
        text = found.text
        if abilities.markdown_hover and COPY_HANDOFF in abilities.client_commands:
            text += _handoff_link(checked, checked.check, offset)
        return {
            "contents": {"kind": kind.value, "value": text},
            "range": to_range(snapshot.text, found.start, found.end, abilities.encoding),
        }

    server.feature(types.TEXT_DOCUMENT_HOVER)(hover)


def _handoff_link(checked: Checked, check: FileCheck, offset: int) -> str:
    """A link below what is said of a task that copies its hand-off; nothing elsewhere."""
    from orchestrate_ls.ide.schedule import task_names
    from orchestrate_ls.ide.task_at import task_at

    found = task_at(check.file, offset)
    if found is None:
        return ""
    plan, task = found
    name = task_names(check.plans[plan].source.plan)[task]
    arguments = quote(json.dumps([{"uri": checked.snapshot.uri, "task": name, "plan": plan + 1}]), safe="")
    return f"\n\n[Copy hand-off](command:{COPY_HANDOFF}?{arguments})"
