"""Code actions: from the request's range to the protocol's edits. Which actions there are is known elsewhere."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

from lsprotocol import types

from orchestrate_ls.lsp.errors import ContentModifiedError, InvalidParamsError, RequestFailedError
from orchestrate_ls.lsp.replan import command_of, replanned, triggered_command_of
from orchestrate_ls.lsp.wire_changes import NotTakenError, to_workspace_change
from orchestrate_ls.text.positions import Position

if TYPE_CHECKING:
    from orchestrate_ls.ide.code_actions import Action, ActionKind
    from orchestrate_ls.lsp.server import PlanServer
    from orchestrate_ls.lsp.session import Checked
    from orchestrate_ls.text.changes import WorkspaceChange

Json = dict[str, Any]

_LOOK_AGAIN: Final = 0.1
"""Seconds between two looks at whether the document is still the same."""
# Said here too, because the answer to `initialize` must not wait for what knows them.
KINDS: Final = (
    "quickfix",
    "refactor.extract",
    "refactor.inline",
    "refactor.rewrite",
    "source.regeneratePlan",
    "source.addMissingTasks",
    "source.organizeTasks",
    "source.fixAll.orchestrate",
)


def register(server: PlanServer) -> None:
    """Register code actions and their resolving."""

    def code_action(params: types.CodeActionParams) -> list[Json]:
        context = params.context
        if not server.abilities.code_action_literals:
            return []
        checked = server.session.checked(params.text_document.uri)
        if checked is None or checked.check is None:
            return []
        from orchestrate_ls.ide.code_actions import actions_at

        # A menu that comes up by itself, at every move of the cursor, shows what can be done and nothing else.
        asked = context.only is not None or context.trigger_kind != types.CodeActionTriggerKind.Automatic
        start, end = _offsets(server, checked, params.range)
        wire = _Wire(server, checked, start, end, shows_disabled=asked and server.abilities.disabled_actions)
        found = actions_at(checked.check, start, end, _wanted(context.only))
        return [action for each in found if (action := wire.action(each)) is not None]

    async def resolve(action: types.CodeAction) -> Json:
        given = _ActionData.of(action.data)
        checked = server.session.checked(given.uri)
        if checked is None or checked.check is None or checked.snapshot.version != given.version:
            raise ContentModifiedError("the document has changed since this was offered")
        from orchestrate_ls.ide.code_actions import action_named
        from orchestrate_ls.ide.draft import NotPossibleError, select

        found = action_named(checked.check, given.start, given.end, given.name)
        if found is None:
            raise InvalidParamsError(f"there is no action `{given.name}` here")
        try:
            if found.replan is not None:
                number = select(checked.check, given.start, given.end).number
                change = (await replanned(server, checked, found.replan, number)).change
            elif found.is_slow:
                change = await _found_elsewhere(server, checked, found, given)
            else:
                change = found.change()
            edit = to_workspace_change(server, checked.snapshot, change)
        except (NotPossibleError, NotTakenError) as error:
            raise RequestFailedError(f"{found.title}: not possible here, {error}") from None
        wire = _Wire(server, checked, given.start, given.end, shows_disabled=False)
        return {**wire.described(found), "edit": edit, "data": action.data}

    server.feature(
        types.TEXT_DOCUMENT_CODE_ACTION,
        types.CodeActionOptions(code_action_kinds=list(KINDS), resolve_provider=True),
    )(code_action)
    server.feature(types.CODE_ACTION_RESOLVE)(resolve)


async def _found_elsewhere(
    server: PlanServer, checked: Checked, action: Action, given: _ActionData
) -> WorkspaceChange:
    """What an action does whose search would hold up all else; it is left off when the document changes.

    Raises ``NotPossibleError``, and ``ContentModifiedError`` where the document changed.
    """
    from orchestrate_ls.ide.draft import NotPossibleError
    from orchestrate_ls.lsp.action_question import ActionQuestion
    from orchestrate_ls.lsp.search_process import Search, SearchFailedError

    if checked.check is None:
        raise AssertionError("only a plan has actions")
    text = checked.check.file.chunks.text
    question = ActionQuestion(
        text, checked.settings.rules, dict(checked.agents), given.start, given.end, given.name
    )
    async with server.work.shown(action.title, None):
        task = asyncio.ensure_future(server.searches.run(Search(question)))
        try:
            while not task.done():
                await asyncio.wait([task], timeout=_LOOK_AGAIN)
                if server.session.documents.get(given.uri) is not checked.snapshot:
                    raise ContentModifiedError("the document has changed meanwhile")
            found = task.result()
        except SearchFailedError as error:
            raise RequestFailedError(f"{action.title}: {error}") from None
        finally:
            task.cancel()
    if isinstance(found, str):
        raise NotPossibleError(found)
    return found


def _offsets(server: PlanServer, checked: Checked, asked: types.Range) -> tuple[int, int]:
    text, encoding = checked.snapshot.text, server.abilities.encoding
    start, end = (
        text.offset_at(Position(place.line, place.character), encoding) for place in (asked.start, asked.end)
    )
    return start, end


def _wanted(only: object) -> Callable[[ActionKind], bool]:
    """Whether a kind is among those asked for; a kind stands for all below it."""
    if not isinstance(only, (list, tuple)):
        return lambda _: True
    kinds = [str(getattr(kind, "value", kind)) for kind in cast("list[object]", only)]
    return lambda kind: any(
        not wanted or kind.value == wanted or kind.value.startswith(f"{wanted}.") for wanted in kinds
    )


@dataclass(frozen=True, slots=True)
class _ActionData:
    """What an action carries to be found again."""

    uri: str
    version: int
    start: int
    end: int
    name: str

    @classmethod
    def of(cls, data: object) -> _ActionData:
        """From what the client sends back. Raises ``InvalidParamsError``."""
        given = cast("Json", data) if isinstance(data, dict) else {}
        uri, name = given.get("uri"), given.get("name")
        numbers = [given.get(key) for key in ("version", "start", "end")]
        if not isinstance(uri, str) or not isinstance(name, str):
            raise InvalidParamsError("codeAction/resolve: `data` is not that of an action from here")
        whole = [each for each in numbers if isinstance(each, int) and not isinstance(each, bool)]
        if len(whole) != 3:
            raise InvalidParamsError("codeAction/resolve: `data` is not that of an action from here")
        return cls(uri, whole[0], max(0, whole[1]), max(0, whole[2]), name)


class _Wire:
    """Turns the actions at one range into JSON."""

    def __init__(
        self, server: PlanServer, checked: Checked, start: int, end: int, *, shows_disabled: bool
    ) -> None:
        self._server = server
        self._checked = checked
        self._abilities = server.abilities
        self._range = {
            "start": min(start, len(checked.snapshot.text)),
            "end": min(end, len(checked.snapshot.text)),
        }
        self._shows_disabled = shows_disabled

    def action(self, action: Action) -> Json | None:
        """An action with its edits, or with what they can be asked for by; None for one that is not shown."""
        from orchestrate_ls.ide.draft import NotPossibleError

        described = self.described(action)
        disabled = action.disabled
        if disabled is None and action.answers_triggers:
            if self._abilities.applies_edits:
                number = self._plan_number()
                described["command"] = triggered_command_of(self._checked, action.title, number)
                return described
            disabled = "this editor takes no edits from a server; `orchestrate replan --triggered` does it"
        creates = self._abilities.document_changes and self._abilities.creates_files
        if disabled is None and action.replan is not None and action.replan.split is not None and not creates:
            disabled = "this editor cannot create files by an action; `orchestrate replan --split` can"
        if disabled is None and action.replan is not None and not self._abilities.resolves_actions:
            # Too much work for a menu: the client has it done when the action is chosen.
            described["command"] = command_of(self._checked, action.title, action.replan)
            return described
        if disabled is None and action.is_slow and not self._abilities.resolves_actions:
            disabled = "this editor wants to know at once what it does, and that takes a while; the command line has it"
        if disabled is None and (action.is_ready or not self._abilities.resolves_actions):
            try:
                described["edit"] = to_workspace_change(self._server, self._checked.snapshot, action.change())
            except (NotPossibleError, NotTakenError) as error:
                disabled = str(error)
        elif disabled is None:
            snapshot = self._checked.snapshot
            described["data"] = {
                "uri": snapshot.uri, "version": snapshot.version, "name": action.name, **self._range,
            }  # fmt: skip
        if disabled is not None:
            if not self._shows_disabled:
                return None
            described["disabled"] = {"reason": disabled}
        return described

    def _plan_number(self) -> int:
        """Which plan of the file the actions are about, from 1."""
        from orchestrate_ls.ide.draft import select

        if self._checked.check is None:
            return 1
        return select(self._checked.check, self._range["start"], self._range["end"]).number + 1

    def described(self, action: Action) -> Json:
        """An action without its edits."""
        from orchestrate_ls.lsp.wire_diagnostics import to_diagnostic

        described: Json = {"title": action.title, "kind": action.kind.value}
        if action.diagnostics:
            described["diagnostics"] = [
                to_diagnostic(self._checked, each, self._abilities) for each in action.diagnostics
            ]
        if action.preferred and self._abilities.preferred_actions:
            described["isPreferred"] = True
        return described
