"""Changing plans from the editor: the command `orchestrate.replan`, and the code actions that draft a plan again.

Looking at the folder's code and drafting take up to seconds and happen in a process of their own, on the version of the
document that was there when it was asked for. Where the document is another by then, nothing is changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from orchestrate_ls.lsp.errors import ContentModifiedError, InvalidParamsError, RequestFailedError
from orchestrate_ls.lsp.wire_changes import NotTakenError, to_workspace_change

if TYPE_CHECKING:
    from orchestrate_ls.lsp.planning_question import Refusal
    from orchestrate_ls.lsp.progress import Token
    from orchestrate_ls.lsp.search_process import Question
    from orchestrate_ls.lsp.server import PlanServer
    from orchestrate_ls.lsp.session import Checked
    from orchestrate_ls.planner.replan import Replanned
    from orchestrate_ls.planner.replan_request import ReplanRequest

Json = dict[str, Any]
Answer = TypeVar("Answer")

COMMAND: Final = "orchestrate.replan"
_TEXTS: Final = ("uri", "instruction", "from", "split")
_APPLY_SECONDS: Final = 300.0
"""A client that shows a preview answers when the person has looked at it."""


def command_of(checked: Checked, title: str, request: ReplanRequest) -> Json:
    """The command that does what an action would, for clients that ask for no edits later."""
    given: Json = {"uri": checked.snapshot.uri}
    if request.start is not None:
        given["from"] = request.start
    if request.split is not None:
        given["split"] = request.split
    if request.missing:
        given["missing"] = True
    return {"title": title, "command": COMMAND, "arguments": [given]}


async def found(server: PlanServer, question: Question[Answer | Refusal]) -> Answer:
    """The answer to a question about plans, from a process of its own. Raises ``RequestFailedError``."""
    from orchestrate_ls.lsp.planning_question import Refusal
    from orchestrate_ls.lsp.search_process import Search, SearchFailedError

    try:
        answer = await server.searches.run(Search(question, is_waited_for=True))
    except SearchFailedError as error:
        raise RequestFailedError(f"planning did not come to an end: {error}", "try again") from None
    if isinstance(answer, Refusal):
        raise RequestFailedError(answer.message, answer.hint)
    return answer


async def replanned(server: PlanServer, checked: Checked, request: ReplanRequest, number: int) -> Replanned:
    """The change of one plan of a document, which has not changed meanwhile.

    Raises ``RequestFailedError`` where there is none, ``ContentModifiedError`` where the document is another by now.
    """
    from dataclasses import replace
    from datetime import date

    from orchestrate_ls.lsp.planning_question import ReplanQuestion

    snapshot = checked.snapshot
    path = server.session.path_of(snapshot.uri)

    asked = replace(request, today=date.today())  # noqa: DTZ011 - the day of the person at the editor

    if checked.check is None:
        raise RequestFailedError("this document is not a plan")
    result = await found(server, ReplanQuestion(checked.check.file.chunks.text, number, asked, path))
    now = server.session.documents.get(snapshot.uri)
    if now is None or now.version != snapshot.version:
        raise ContentModifiedError("the document has changed meanwhile; ask again")
    if not result.is_change:
        reasons = list(result.summary.lines())
        raise RequestFailedError("nothing to change" + (f": {'; '.join(reasons[:5])}" if reasons else ""))
    return result


async def replan_command(server: PlanServer, arguments: list[Any], token: Token | None) -> Json:
    """Change an open plan: `{uri, instruction?, from?, split?, missing?, plan?}` to a summary of what was done."""
    given = _given(arguments)
    checked = server.session.checked(given["uri"])
    if checked is None or checked.check is None:
        raise RequestFailedError(
            f"{given['uri']} is not open as a plan", "open it, or run `orchestrate replan` on the file"
        )
    if not server.abilities.applies_edits:
        raise RequestFailedError(
            "this editor does not take edits from a server", "run `orchestrate replan` on the file"
        )
    number = given["plan"] - 1
    if number >= len(checked.check.plans):
        raise InvalidParamsError(f"there are {len(checked.check.plans)} plans in the document")
    from orchestrate_ls.planner.replan_request import ReplanRequest

    request = ReplanRequest(
        instruction=given.get("instruction"),
        start=given.get("from"),
        split=given.get("split"),
        missing=given["missing"],
    )
    async with server.work.shown("Planning again", token) as report:
        result = await replanned(server, checked, request, number)
        headline = result.summary.headline()
        report.step("waiting for the editor")
        try:
            edit = to_workspace_change(server, checked.snapshot, result.change)
        except NotTakenError as error:
            raise RequestFailedError(str(error)) from None
        await _apply(server, f"Plan changed: {headline}", edit)
        report.last_words = headline
    return {
        "summary": headline,
        "changes": [
            {"kind": each.kind.value, "task": each.task, "what": each.what, "why": each.why}
            for each in result.summary.changes
        ],
        "notUnderstood": list(result.summary.not_understood),
        "notes": list(result.summary.notes),
        "newFiles": [each.path for each in result.change.new_files],
    }


async def _apply(server: PlanServer, label: str, edit: Json) -> None:
    try:
        params = server.protocol.structured({"label": label, "edit": edit}, types.ApplyWorkspaceEditParams)
        answer = await server.ask(types.WORKSPACE_APPLY_EDIT, params, _APPLY_SECONDS)
    except TimeoutError:
        raise RequestFailedError("the editor did not answer whether it made the change") from None
    except JsonRpcException as error:
        raise RequestFailedError(f"the editor did not make the change: {error}") from None
    applied = getattr(answer, "applied", None)
    if not applied:
        reason = getattr(answer, "failure_reason", None)
        raise RequestFailedError("the editor did not make the change" + (f": {reason}" if reason else ""))


def _given(arguments: list[Any]) -> Json:
    """The arguments of the command, checked. Raises ``InvalidParamsError``."""
    if len(arguments) != 1 or not isinstance(arguments[0], Mapping):
        raise InvalidParamsError(
            f"`{COMMAND}` takes one object: {{uri, instruction?, from?, split?, missing?, plan?}}"
        )
    given = dict(cast("Mapping[str, Any]", arguments[0]))
    unknown = sorted(set(given) - {*_TEXTS, "missing", "plan"})
    if unknown:
        raise InvalidParamsError(f"`{COMMAND}` does not know `{unknown[0]}`")
    for key in _TEXTS:
        if given.get(key) is not None and not isinstance(given[key], str):
            raise InvalidParamsError(f"`{key}` has to be text")
    if not given.get("uri"):
        raise InvalidParamsError(f"`{COMMAND}` needs the `uri` of a plan")
    missing, number = given.get("missing") or False, given.get("plan", 1)
    if not isinstance(missing, bool):
        raise InvalidParamsError("`missing` has to be true or false")
    if not isinstance(number, int) or isinstance(number, bool) or number < 1:
        raise InvalidParamsError("`plan` is the number of a plan in the file, from 1")
    wanted = [key for key in ("instruction", "split") if given.get(key) is not None]
    if len(wanted) + missing > 1 or (given.get("split") and given.get("from")):
        raise InvalidParamsError("ask for one of `instruction`, `split` and `missing` at a time")
    return {**given, "missing": missing, "plan": number}
