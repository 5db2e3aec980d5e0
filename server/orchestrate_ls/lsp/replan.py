"""Changing plans from the editor: the command `orchestrate.replan`, and the code actions that draft a plan again.

Looking at the folder's code and drafting take up to seconds and happen in a process of their own, on the version of the
document that was there when it was asked for. Where the document is another by then, nothing is changed. With the model
`client` the editor's own model is asked between two such processes: the first says what to show it, the second takes
its answer for a proposal, and the plan is changed without it where it gives none. What a model or a plan's replan
triggers propose is shown by the editor, where that can, before it is made.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from orchestrate_ls.lsp.errors import ContentModifiedError, InvalidParamsError, RequestFailedError
from orchestrate_ls.lsp.wire_changes import NotTakenError, to_workspace_change

if TYPE_CHECKING:
    from orchestrate_ls.lsp.planning_question import Refusal, ReplanQuestion
    from orchestrate_ls.lsp.progress import Report, Token
    from orchestrate_ls.lsp.search_process import Question
    from orchestrate_ls.lsp.server import PlanServer
    from orchestrate_ls.lsp.session import Checked
    from orchestrate_ls.planner.models.planning import ModelPlan
    from orchestrate_ls.planner.replan import Replanned
    from orchestrate_ls.planner.replan_request import ReplanRequest
    from orchestrate_ls.text.changes import WorkspaceChange

Json = dict[str, Any]
Answer = TypeVar("Answer")

COMMAND: Final = "orchestrate.replan"
_TEXTS: Final = ("uri", "instruction", "from", "split", "model", "request")
_SWITCHES: Final = ("missing", "triggered")
_ARGUMENTS: Final = "{uri, instruction?, from?, split?, missing?, triggered?, plan?, model?, request?}"
_CLIENT: Final = "client"
"""The only model that a client can name: its own."""
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


def triggered_command_of(checked: Checked, title: str, plan: int) -> Json:
    """The command that does what the replan triggers of a plan (from 1) ask for, and tells its journal."""
    given: Json = {"uri": checked.snapshot.uri, "triggered": True, "plan": plan}
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
    result = await found(server, _question(server, checked, request, number))
    _refuse_if_changed(server, checked)
    return _a_change(result)


async def _replanned_by_client(
    server: PlanServer, question: ReplanQuestion, report: Report, asked_as: str | None
) -> tuple[Replanned, tuple[str, ...]]:
    """The change with the help of the client's model, and what a person should know of that; without it where the model
    gives none. Raises ``RequestFailedError``.
    """
    from orchestrate_ls.planner.models.completer import ModelError

    try:
        improved = await _improved(server, question, report, asked_as)
        result = await found(server, replace(question, improved=improved))
        return result, tuple(improved.lines())
    except ModelError as error:
        why = error.message
    except RequestFailedError as error:
        why = str(error)
    report.step("changing it without the model")
    try:
        return await found(server, question), (f"changed without the model: {why}",)
    except RequestFailedError as error:
        raise (error if why in str(error) else _both(error, why)) from None


def _both(error: RequestFailedError, why: str) -> RequestFailedError:
    return RequestFailedError(f"{error}; nor was the model of help: {why}")


async def _improved(
    server: PlanServer, question: ReplanQuestion, report: Report, asked_as: str | None
) -> ModelPlan:
    from orchestrate_ls.lsp.client_model import improve_by_client
    from orchestrate_ls.lsp.planning_question import ReplanOutlineQuestion

    outline = await found(server, ReplanOutlineQuestion(question))
    return await improve_by_client(server, outline, question.place, report, asked_as)


def _question(server: PlanServer, checked: Checked, request: ReplanRequest, number: int) -> ReplanQuestion:
    from datetime import date

    from orchestrate_ls.lsp.planning_question import ReplanQuestion

    if checked.check is None:
        raise RequestFailedError("this document is not a plan")
    asked = replace(request, today=date.today())  # noqa: DTZ011 - the day of the person at the editor
    place = server.session.path_of(checked.snapshot.uri)
    return ReplanQuestion(checked.check.file.chunks.text, number, asked, place)


def _refuse_if_changed(server: PlanServer, checked: Checked) -> None:
    now = server.session.documents.get(checked.snapshot.uri)
    if now is None or now.version != checked.snapshot.version:
        raise ContentModifiedError("the document has changed meanwhile; ask again")


def _a_change(result: Replanned) -> Replanned:
    if not result.is_change:
        reasons = list(result.summary.lines())
        raise RequestFailedError("nothing to change" + (f": {'; '.join(reasons[:5])}" if reasons else ""))
    return result


async def replan_command(server: PlanServer, arguments: list[Any], token: Token | None) -> Json:
    """Change an open plan: `{uri, instruction?, from?, split?, missing?, triggered?, plan?, model?, request?}` to a
    summary of what was done. `model` is `client`, for the editor's own model; `request` is then told in each question.
    """
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
    if given["triggered"]:
        return await _as_triggered(server, checked, number, token)
    from orchestrate_ls.planner.replan_request import ReplanRequest

    request = ReplanRequest(
        instruction=given.get("instruction"),
        start=given.get("from"),
        split=given.get("split"),
        missing=given["missing"],
    )
    notes: tuple[str, ...] = ()
    async with server.work.shown("Planning again", token) as report:
        question = _question(server, checked, request, number)
        if given.get("model") is None:
            result = await found(server, question)
        else:
            result, notes = await _replanned_by_client(server, question, report, given.get("request"))
        _refuse_if_changed(server, checked)
        change = _a_change(result).change
        headline = result.summary.headline()
        report.step("waiting for the editor")
        # What a model proposes is looked at before it is made.
        await _make(server, checked, change if result.model is None else _to_confirm(change), headline)
        report.last_words = headline
    return _told(result, notes)


async def _as_triggered(server: PlanServer, checked: Checked, number: int, token: Token | None) -> Json:
    """Do what the plan's replan triggers ask for, as `orchestrate replan --triggered` does."""
    from datetime import UTC, datetime

    from orchestrate_ls.execution.triggered import answered_by
    from orchestrate_ls.lsp.background import in_background
    from orchestrate_ls.lsp.trigger_answers import recorded
    from orchestrate_ls.lsp.triggered_question import TriggeredQuestion

    uri = checked.snapshot.uri
    place = server.session.path_of(uri)
    if place is None or checked.check is None:
        raise RequestFailedError(f"{uri} is no file, so nothing was recorded of it", "save the plan first")
    before = checked.check.file.chunks.text
    question = TriggeredQuestion(
        before, number, place, checked.settings.rules, dict(checked.agents), datetime.now(UTC)
    )
    async with server.work.shown("Planning again", token) as report:
        proposed = await found(server, question)
        _refuse_if_changed(server, checked)
        result, answers = proposed.replanned, answered_by(proposed)
        stays = [f"{each.trigger.reason}: {each.why_not}" for each in proposed.answers if each.done is None]
        if not result.is_change:
            if not answers:
                raise RequestFailedError(f"nothing to change: {'; '.join(stays[:5])}")
            problem = await in_background(lambda: recorded(place, number, before, answers, is_changed=False))
            if problem is not None:
                raise RequestFailedError(problem)
            return {**_told(result, stays), "recorded": len(answers)}
        headline = result.summary.headline()
        report.step("waiting for the editor")
        await _make(server, checked, _to_confirm(result.change), headline)
        now = server.session.documents.get(uri)
        is_made = now is not None and now.text.text == result.text
        if is_made:
            server.trigger_answers.made(uri, number, before, answers)
        else:
            stays.append("only a part was agreed to, so the triggers go on holding")
        report.last_words = headline
    return {**_told(result, stays), "waitsForSave": is_made}


async def _make(server: PlanServer, checked: Checked, change: WorkspaceChange, headline: str) -> None:
    try:
        edit = to_workspace_change(server, checked.snapshot, change)
    except NotTakenError as error:
        raise RequestFailedError(str(error)) from None
    await _apply(server, f"Plan changed: {headline}", edit)


def _to_confirm(change: WorkspaceChange) -> WorkspaceChange:
    """The same change, of which editors that can show the difference and ask first."""
    from orchestrate_ls.text.changes import ChangeNote

    def asked(note: ChangeNote | None) -> ChangeNote:
        return replace(note or ChangeNote("Change of the plan"), needs_confirmation=True)

    notes = {edit: asked(change.notes.get(edit)) for edit in change.edits}
    files = tuple(replace(each, note=asked(each.note)) for each in change.new_files)
    return replace(change, notes=notes, new_files=files)


def _told(result: Replanned, notes: Iterable[str]) -> Json:
    return {
        "summary": result.summary.headline(),
        "changes": [
            {"kind": each.kind.value, "task": each.task, "what": each.what, "why": each.why}
            for each in result.summary.changes
        ],
        "notUnderstood": list(result.summary.not_understood),
        "notes": [*result.summary.notes, *notes],
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
        raise InvalidParamsError(f"`{COMMAND}` takes one object: {_ARGUMENTS}")
    given = dict(cast("Mapping[str, Any]", arguments[0]))
    unknown = sorted(set(given) - {*_TEXTS, *_SWITCHES, "plan"})
    if unknown:
        raise InvalidParamsError(f"`{COMMAND}` does not know `{unknown[0]}`")
    for key in _TEXTS:
        if given.get(key) is not None and not isinstance(given[key], str):
            raise InvalidParamsError(f"`{key}` has to be text")
    if not given.get("uri"):
        raise InvalidParamsError(f"`{COMMAND}` needs the `uri` of a plan")
    switches: dict[str, bool] = {}
    for key in _SWITCHES:
        value = given.get(key) or False
        if not isinstance(value, bool):
            raise InvalidParamsError(f"`{key}` has to be true or false")
        switches[key] = value
    number = given.get("plan", 1)
    if not isinstance(number, int) or isinstance(number, bool) or number < 1:
        raise InvalidParamsError("`plan` is the number of a plan in the file, from 1")
    if given.get("model") not in (None, _CLIENT):
        raise InvalidParamsError(f"`model` is `{_CLIENT}`, for the editor's own model, or left out")
    wanted = [key for key in ("instruction", "split") if given.get(key) is not None]
    if len(wanted) + sum(switches.values()) > 1 or (given.get("split") and given.get("from")):
        raise InvalidParamsError("ask for one of `instruction`, `split`, `missing` and `triggered` at a time")
    if switches["triggered"] and (given.get("from") or given.get("model")):
        raise InvalidParamsError("what the plan's triggers ask for takes neither `from` nor `model`")
    return {**given, **switches, "plan": number}
