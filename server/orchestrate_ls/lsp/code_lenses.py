"""Code lenses: where they stand at once, what they say when the editor shows them.

A lens calls a command of the editor where that has said that it has it (`experimental.commands`, or `clientCommands` in
`initializationOptions`): `orchestrate.showReferences` with a URI, a position and locations, `orchestrate.copyHandoff`
with the arguments of the server's `orchestrate.handoff`, `orchestrate.run`, `orchestrate.follow`,
`orchestrate.pauseRun` and `orchestrate.resumeRun` with `{uri, plan}`, and `orchestrate.task.choose`,
`orchestrate.approve` and `orchestrate.reject` with `{uri, task, plan}`. Elsewhere a lens is a text, or calls the
server.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from lsprotocol import types

from orchestrate_ls.lsp.errors import ContentModifiedError, InvalidParamsError
from orchestrate_ls.lsp.task_commands import COPY_HANDOFF, HANDOFF, WAITING
from orchestrate_ls.lsp.turns import in_slices
from orchestrate_ls.lsp.wire_places import to_location
from orchestrate_ls.lsp.written_json import WrittenJson, written

if TYPE_CHECKING:
    from orchestrate_ls.ide.code_lenses import Lens, LensText
    from orchestrate_ls.lsp.server import PlanServer
    from orchestrate_ls.lsp.session import Checked
    from orchestrate_ls.rules.engine import PlanCheck

Json = dict[str, Any]

SHOW_REFERENCES: Final = "orchestrate.showReferences"
RUN: Final = "orchestrate.run"
FOLLOW: Final = "orchestrate.follow"
REPORT_ON: Final = "orchestrate.task.choose"
"""Commands of the editor: to run a plan, to follow it, and to report on one of its tasks."""
OF_PLANS: Final = {
    "run": RUN,
    "follow": FOLLOW,
    "pause": "orchestrate.pauseRun",
    "resume": "orchestrate.resumeRun",
}
OF_TASKS: Final = {"approve": "orchestrate.approve", "reject": "orchestrate.reject"}
"""Commands of the editor by the kinds of lenses that call them."""
_CONTROLS: Final = {OF_PLANS["pause"], OF_PLANS["resume"], *OF_TASKS.values()}


def register(server: PlanServer) -> None:
    """Register code lenses."""

    async def code_lens(params: types.CodeLensParams) -> list[Json] | WrittenJson:
        uri = params.text_document.uri
        checked = server.session.checked(uri)
        if checked is None or checked.check is None:
            return []
        from orchestrate_ls.ide.code_lenses import lenses_of

        can_copy = COPY_HANDOFF in server.abilities.client_commands
        can_run = {RUN, FOLLOW} <= server.abilities.client_commands
        wanted = checked.settings.code_lenses
        can_control = server.abilities.client_commands >= _CONTROLS
        lenses = lenses_of(checked.check, wanted, can_copy=can_copy, can_run=can_run, can_control=can_control)
        found = [
            written(_placed(server, checked, lens))
            async for lens in in_slices(server, checked.snapshot, lenses)
        ]
        return WrittenJson(f"[{','.join(found)}]")

    def resolve(lens: types.CodeLens) -> types.CodeLens:
        from orchestrate_ls.ide.code_lenses import LensKind, lens_text

        data = cast("object", lens.data)
        given = cast("Json", data) if isinstance(data, dict) else {}
        uri, version, kind = given.get("uri"), given.get("version"), given.get("kind")
        number, task = given.get("plan"), given.get("task")
        if not isinstance(uri, str) or kind not in list(LensKind) or not _is_index(number):
            raise InvalidParamsError("codeLens/resolve: `data` is not that of a lens from here")
        checked = server.session.checked(uri)
        if checked is None or checked.check is None or checked.snapshot.version != version:
            raise ContentModifiedError("the document has changed since this was asked for")
        number, task = cast("int", number), cast("int", task) if _is_index(task) else None
        text = lens_text(checked.check, LensKind(str(kind)), number, task)
        if text is None:
            raise InvalidParamsError("codeLens/resolve: there is no such lens")
        lens.command = _command(
            server,
            checked,
            checked.check.plans[number],
            LensKind(str(kind)),
            number,
            task,
            text,
            lens.range.start,
        )
        return lens

    server.feature(types.TEXT_DOCUMENT_CODE_LENS, types.CodeLensOptions(resolve_provider=True))(code_lens)
    server.feature(types.CODE_LENS_RESOLVE)(resolve)


def _is_index(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _placed(server: PlanServer, checked: Checked, lens: Lens) -> Json:
    snapshot = checked.snapshot
    place = snapshot.text.position_at(lens.offset, server.abilities.encoding)
    position = {"line": place.line, "character": place.character}
    data: Json = {
        "uri": snapshot.uri, "version": snapshot.version, "kind": lens.kind.value, "plan": lens.plan,
    }  # fmt: skip
    if lens.task is not None:
        data["task"] = lens.task
    return {"range": {"start": position, "end": position}, "data": data}


def _command(
    server: PlanServer,
    checked: Checked,
    plan: PlanCheck,
    kind: str,
    number: int,
    task: int | None,
    text: LensText,
    at: types.Position,
) -> types.Command:
    """What the lens says and does; an empty command is one that does nothing."""
    from orchestrate_ls.ide.schedule import task_names

    uri = checked.snapshot.uri
    commands = server.abilities.client_commands
    if kind == "handoff" and task is not None:
        name = task_names(plan.source.plan)[task]
        arguments = {"uri": uri, "task": name, "plan": number + 1}
        command = COPY_HANDOFF if COPY_HANDOFF in commands else HANDOFF
        return types.Command(text.title, command, arguments=[arguments])
    if kind in OF_PLANS:
        arguments = {"uri": uri, "plan": number + 1}
        return types.Command(text.title, OF_PLANS[kind], arguments=[arguments])
    if kind in OF_TASKS and task is not None:
        arguments = {"uri": uri, "task": task_names(plan.source.plan)[task], "plan": number + 1}
        return types.Command(text.title, OF_TASKS[kind], arguments=[arguments])
    if kind == "progress" and task is not None and REPORT_ON in commands:
        arguments = {"uri": uri, "task": task_names(plan.source.plan)[task], "plan": number + 1}
        return types.Command(text.title, REPORT_ON, arguments=[arguments])
    if text.tasks and SHOW_REFERENCES in commands:
        position = {"line": at.line, "character": at.character}
        places = _places(server, checked, plan, text.tasks)
        return types.Command(text.title, SHOW_REFERENCES, arguments=[uri, position, places])
    if kind == "references" and task is not None:
        arguments = {"uri": uri, "task": task_names(plan.source.plan)[task], "plan": number + 1}
        return types.Command(text.title, WAITING, arguments=[arguments])
    return types.Command(text.title, "")


def _places(server: PlanServer, checked: Checked, plan: PlanCheck, tasks: tuple[int, ...]) -> list[Json]:
    from orchestrate_ls.plan.model import Spot

    located = [plan.source.locate(Spot(index, ("id",))) for index in tasks]
    return [to_location(checked.snapshot, start, end, server.abilities) for start, end in located]
