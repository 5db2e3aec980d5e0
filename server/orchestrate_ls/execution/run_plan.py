"""The plan that is being run, read again whenever its file or its folder's settings change.

A file that cannot be run as it stands (it cannot be read, has errors, or tasks that wait for each other in a circle)
leaves the last version that could in force, and says why.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from orchestrate_ls.agents.registry import AgentRegistry
from orchestrate_ls.execution.journal import plan_id_of
from orchestrate_ls.plan.model import Plan
from orchestrate_ls.rules.base import Severity
from orchestrate_ls.rules.definition_files import known_agents
from orchestrate_ls.rules.engine import PlanCheck, RuleSettings
from orchestrate_ls.text.display import shown
from orchestrate_ls.workspace.agent_files import load_agents
from orchestrate_ls.workspace.checking import Checker
from orchestrate_ls.workspace.find import workspace_root
from orchestrate_ls.workspace.reading import UnreadablePlanError
from orchestrate_ls.workspace.settings import Settings
from orchestrate_ls.workspace.settings_files import SettingsFiles

_NAMED: Final = 3
_REST_SECONDS: Final = 0.1


class UnfitPlanError(Exception):
    """A plan that cannot be run as it stands; the message says why."""


@dataclass(frozen=True, slots=True)
class PlanVersion:
    """A plan that can be run."""

    check: PlanCheck
    settings: Settings
    registry: AgentRegistry

    @property
    def plan(self) -> Plan:
        """As it is written."""
        return self.check.source.plan


def load_version(path: Path, plan_id: str) -> PlanVersion:
    """Read the plan of this id in a file. Raises ``UnfitPlanError``."""
    settings = SettingsFiles().of(path).settings
    registry = load_agents(workspace_root(path), ())
    rules = RuleSettings(selection=settings.rules.selection)
    checker = Checker(replace(settings, rules=rules), known_agents=known_agents(registry), searches=False)
    try:
        checked = checker.check(path)
    except UnreadablePlanError as error:
        raise UnfitPlanError(f"it cannot be read: {error.message}") from None
    found = [
        (number, each)
        for number, each in enumerate(checked.check.plans)
        if plan_id_of(each.source) == plan_id
    ]
    if not found:
        raise UnfitPlanError(f"it has no plan with `plan_id: {plan_id}` any more")
    number, check = found[0]
    errors = [
        each
        for each in checked.check.diagnostics
        if each.severity is Severity.ERROR and (each.plan == number or len(checked.check.plans) == 1)
    ]
    if errors:
        said = "; ".join(shown(each.message, 160) for each in errors[:_NAMED])
        more = f", and {len(errors) - _NAMED} more" if len(errors) > _NAMED else ""
        raise UnfitPlanError(f"it has errors: {said}{more}")
    if not check.source.plan.tasks:
        raise UnfitPlanError("it has no tasks")
    if not check.analysis.times.complete:
        raise UnfitPlanError("its tasks wait for each other in a circle")
    return PlanVersion(check, settings, registry)


class PlanFollower:
    """The plan of a file as it is by now.

    Attributes
    ----------
    version
        The last version that could be run.
    problem
        Why the file as it stands cannot; empty where it can.
    """

    def __init__(self, path: Path, plan_id: str) -> None:
        """Raises ``UnfitPlanError`` where it cannot be run to begin with."""
        self.path: Final = path
        self.plan_id: Final = plan_id
        self._stamp = self._settling = self._look()
        self._since = 0.0
        self.version = load_version(path, plan_id)
        self.problem = ""

    def has_changed(self) -> bool:
        """Look at the file, and read it where it is another one; whether ``version`` or ``problem`` changed.

        A file that is just being written is left alone until it has rested for a moment.
        """
        stamp = self._look()
        if stamp != self._settling:
            self._settling, self._since = stamp, time.monotonic()
        if stamp == self._stamp or time.monotonic() - self._since < _REST_SECONDS:
            return False
        self._stamp = stamp
        before = self.problem
        try:
            self.version = load_version(self.path, self.plan_id)
        except UnfitPlanError as error:
            self.problem = str(error)
            return self.problem != before
        self.problem = ""
        return True

    @property
    def is_settling(self) -> bool:
        """Whether the file is another one that was not read yet, as of this moment."""
        return self._look() != self._stamp

    def _look(self) -> tuple[int, int, int]:
        try:
            status = self.path.stat()
        except OSError:
            return (0, 0, 0)
        return status.st_ino, status.st_size, status.st_mtime_ns
