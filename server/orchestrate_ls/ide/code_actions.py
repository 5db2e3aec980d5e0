"""What is offered at a place in a file: fixes, suppressions, refactorings, and actions on the whole file.

Each action is found again by its name and range, so that an editor may ask for the edits of the one that was chosen
only. Knows no editor.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from orchestrate_ls.ide import assign_agents, organize_tasks, suppress
from orchestrate_ls.ide.draft import Draft, NotPossibleError, Selection, select
from orchestrate_ls.ide.refactorings import REFACTORINGS
from orchestrate_ls.ide.replan_actions import replan_offers
from orchestrate_ls.planner.replan_request import ReplanRequest
from orchestrate_ls.rules import unused_suppression
from orchestrate_ls.rules.base import Severity
from orchestrate_ls.rules.engine import Diagnostic, FileCheck, RuleSettings, check_file
from orchestrate_ls.rules.registry import RULES
from orchestrate_ls.text.changes import WorkspaceChange
from orchestrate_ls.text.edits import TextEdit
from orchestrate_ls.workspace.fixing import all_fixes


class ActionKind(StrEnum):
    """The protocol's kinds of actions; a kind stands for all whose names begin with it and a dot, too."""

    QUICK_FIX = "quickfix"
    EXTRACT = "refactor.extract"
    INLINE = "refactor.inline"
    REWRITE = "refactor.rewrite"
    REGENERATE = "source.regeneratePlan"
    ADD_MISSING = "source.addMissingTasks"
    ORGANIZE = "source.organizeTasks"
    FIX_ALL = "source.fixAll.orchestrate"


EVERY_KIND: Final = tuple(ActionKind)
_TRIGGERED: Final = "replan-triggered"


@dataclass(frozen=True, slots=True)
class Action:
    """One action. ``disabled`` says why it cannot be done here; then it has no edits."""

    name: str
    """Finds it again at the same range of the same version."""
    title: str
    kind: ActionKind
    preferred: bool = False
    diagnostics: tuple[Diagnostic, ...] = ()
    disabled: str | None = None
    _edits: Callable[[], tuple[TextEdit, ...]] = field(default=tuple, repr=False, compare=False)
    is_ready: bool = False
    """Whether the edits are there already, so that asking for them later wins nothing."""
    _change: Callable[[], WorkspaceChange] | None = field(default=None, repr=False, compare=False)
    """Where it does more than edit this text; it has no ``_edits`` then."""
    replan: ReplanRequest | None = None
    """What to ask the planner for, which then says what the action does; that takes long."""
    answers_triggers: bool = False
    """Whether it has the planner do what the plan's replan triggers ask for, and the journal told of it."""
    is_slow: bool = False
    """Whether its edits take seconds to find, so that nobody should wait for them who has other things to do."""

    def edits(self) -> tuple[TextEdit, ...]:
        """Its edits in code points of the file. Raises ``NotPossibleError``."""
        return self.change().edits

    def change(self) -> WorkspaceChange:
        """All that it does, in other files too. Raises ``NotPossibleError``."""
        if self.disabled is not None:
            raise NotPossibleError(self.disabled)
        return self._change() if self._change is not None else WorkspaceChange(self._edits())


def actions_at(
    check: FileCheck, start: int, end: int, wanted: Callable[[ActionKind], bool] = lambda _: True
) -> Iterator[Action]:
    """The actions at a range (code points) of the kinds that are wanted; fixes first, by place, then the others."""
    selection = select(check, start, end)
    if wanted(ActionKind.QUICK_FIX):
        yield from _fixes(check, selection)
    for refactoring in REFACTORINGS:
        if wanted(ActionKind(refactoring.kind)):
            for name, title in refactoring.names.items():
                yield _tried(
                    name,
                    title,
                    ActionKind(refactoring.kind),
                    lambda name=name, offer=refactoring.offer: offer(selection, name),
                    lambda name=name, rewrite=refactoring.rewrite: _checked_edits(selection, rewrite, name),
                    is_slow=name in refactoring.slow,
                )
    for each in replan_offers(selection):
        if wanted(ActionKind(each.kind)):
            yield Action(
                each.name,
                each.title,
                ActionKind(each.kind),
                disabled=each.disabled,
                replan=each.request if each.disabled is None else None,
            )
    if wanted(ActionKind.ORGANIZE):
        yield _tried(
            "organize-tasks",
            organize_tasks.TITLE,
            ActionKind.ORGANIZE,
            lambda: organize_tasks.offer(selection),
            lambda: organize_tasks.organize_tasks(selection),
        )
    if wanted(ActionKind.FIX_ALL) and any(each.fixable for each in check.diagnostics):
        yield Action(
            "fix-all",
            "Fix all that has one obvious fix",
            ActionKind.FIX_ALL,
            _edits=lambda: _all_fixes(check, None),
        )


def action_named(check: FileCheck, start: int, end: int, name: str) -> Action | None:
    """The action of a name at a range; None where it is not there (any more)."""
    return next((each for each in actions_at(check, start, end) if each.name == name), None)


def _tried(
    name: str,
    title: str,
    kind: ActionKind,
    offer: Callable[[], str],
    edits: Callable[[], tuple[TextEdit, ...]],
    *,
    is_slow: bool = False,
) -> Action:
    try:
        return Action(name, offer(), kind, _edits=edits, is_slow=is_slow)
    except NotPossibleError as error:
        return Action(name, title, kind, disabled=str(error))


def _fixes(check: FileCheck, selection: Selection) -> Iterator[Action]:
    here = [each for each in check.diagnostics if each.start <= selection.end and each.end >= selection.start]
    preferred: dict[str, Diagnostic] = {}
    for place, diagnostic in enumerate(here):
        for number, fix in enumerate(check.fixes(diagnostic)):
            if fix.preferred:
                preferred.setdefault(diagnostic.code, diagnostic)
            yield Action(
                f"fix:{place}:{number}",
                fix.title,
                ActionKind.QUICK_FIX,
                fix.preferred,
                (diagnostic,),
                is_ready=True,
                _change=lambda fix=fix: WorkspaceChange(fix.edits, new_files=fix.new_files),
            )
    for code in preferred:
        alike = sum(each.code == code and each.fixable for each in check.diagnostics)
        if alike > 1:
            of_code = tuple(each for each in here if each.code == code)
            yield Action(
                f"fix-all:{code}",
                f"Fix all `{code}` in this file",
                ActionKind.QUICK_FIX,
                diagnostics=of_code,
                _edits=lambda code=code: _all_fixes(check, code),
            )
    triggered = tuple(each for each in here if each.code == _TRIGGERED)
    if triggered:
        yield Action(
            "answer-triggers",
            "Change the plan as its replan triggers ask",
            ActionKind.QUICK_FIX,
            preferred=True,
            diagnostics=triggered,
            answers_triggers=True,
        )
    unassigned = tuple(each for each in here if each.code in assign_agents.CODES)
    if unassigned and sum(each.code in assign_agents.CODES for each in check.diagnostics) > len(unassigned):
        yield Action(
            "fix-agents",
            assign_agents.ASSIGN_TITLE,
            ActionKind.QUICK_FIX,
            diagnostics=unassigned,
            _edits=lambda: _checked_edits(selection, assign_agents.REFACTORING.rewrite, assign_agents.ASSIGN),
        )
    seen: set[tuple[str, int]] = set()
    codes: dict[str, Diagnostic] = {}
    for place, diagnostic in enumerate(here):
        line = check.file.chunks.position_at(diagnostic.start).line
        if not suppress.can_be_suppressed(diagnostic) or (diagnostic.code, line) in seen:
            continue
        seen.add((diagnostic.code, line))
        codes.setdefault(diagnostic.code, diagnostic)
        yield Action(
            f"ignore:{place}",
            f"Ignore `{diagnostic.code}` on this line",
            ActionKind.QUICK_FIX,
            diagnostics=(diagnostic,),
            _edits=lambda one=diagnostic: (suppress.suppress_on_line(check, one),),
        )
    for code, diagnostic in codes.items():
        yield Action(
            f"ignore-file:{code}",
            f"Ignore `{code}` in this file",
            ActionKind.QUICK_FIX,
            diagnostics=(diagnostic,),
            _edits=lambda one=diagnostic: (suppress.suppress_in_file(check, one),),
        )


def _all_fixes(check: FileCheck, code: str | None) -> tuple[TextEdit, ...]:
    edits, fixes = all_fixes(check, code)
    if not fixes:
        raise NotPossibleError("nothing here has one obvious fix")
    return edits


def _checked_edits(
    selection: Selection, rewrite: Callable[[Draft, Selection, str], None], name: str
) -> tuple[TextEdit, ...]:
    """The edits of a refactoring that brings no new error with it."""
    draft = Draft(selection)
    rewrite(draft, selection, name)
    check, given = selection.check, selection.check.given
    settings = _errors_only(given.settings)
    after = check_file(draft.file, settings, given.schema, given.known_agents, given.now, previous=check)
    before = [each for each in check.diagnostics if each.severity is Severity.ERROR]
    errors = [each for each in after.diagnostics if each.severity is Severity.ERROR]
    if len(errors) > len(before):
        known = {each.message for each in before}
        new = next((each for each in errors if each.message not in known), errors[-1])
        raise NotPossibleError(f"it would bring an error into the plan: {new.message}")
    return draft.edits()


def _errors_only(settings: RuleSettings) -> RuleSettings:
    """The same settings with all that finds no errors switched off: in a large plan that is most of the work."""
    if settings.severity_of(unused_suppression.RULE) is Severity.ERROR:
        return settings  # whether a suppression is used is only known when everything is looked for
    silent = {rule.code: Severity.OFF for rule in RULES if settings.severity_of(rule) is not Severity.ERROR}
    return replace(settings, severities={**settings.severities, **silent})
