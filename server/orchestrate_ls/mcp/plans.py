"""A plan of the workspace as the tools need it: read, checked, with the settings, agents and journal of its folder."""

from __future__ import annotations

import re
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from mcp.server.mcpserver.exceptions import ToolError

from orchestrate_ls.agents.registry import AgentRegistry
from orchestrate_ls.execution.journal import PlanJournal
from orchestrate_ls.execution.journal_file import JournalError
from orchestrate_ls.execution.reporting import journal_beside
from orchestrate_ls.ide.new_plan import PlanningFailedError
from orchestrate_ls.ide.schedule import NoScheduleError, task_names
from orchestrate_ls.mcp.answers import Found, Position, Range, Related
from orchestrate_ls.mcp.roots import OutsideError
from orchestrate_ls.planner.surroundings import SurroundingsError
from orchestrate_ls.progress.actions import RefusedError
from orchestrate_ls.progress.board import ProgressBoard
from orchestrate_ls.progress.fold import ProgressFold
from orchestrate_ls.rules.definition_files import known_agents
from orchestrate_ls.rules.engine import Diagnostic, PlanCheck, RuleSettings
from orchestrate_ls.rules.spelling import SpellingGuide
from orchestrate_ls.text.display import shown
from orchestrate_ls.text.positions import Encoding
from orchestrate_ls.workspace.agent_files import load_agents
from orchestrate_ls.workspace.checking import CheckedFile, Checker
from orchestrate_ls.workspace.find import workspace_root
from orchestrate_ls.workspace.reading import UnreadablePlanError
from orchestrate_ls.workspace.settings import Settings
from orchestrate_ls.workspace.settings_files import SettingsFiles
from orchestrate_ls.workspace.writing import UnwritableFileError

MOST_FINDINGS: Final = 200
"""Findings of one answer: more than that an agent cannot mend at once."""
_LONGEST_SOURCE: Final = 300


@contextmanager
def failures() -> Generator[None]:
    """What cannot be done, as an error of the tool: what is wrong, and what to do about it."""
    try:
        yield
    except (UnreadablePlanError, JournalError, RefusedError, UnwritableFileError, OutsideError) as error:
        raise failed(error.message, error.hint) from None
    except PlanningFailedError as error:
        raise failed(str(error), error.hint) from None
    except SurroundingsError as error:
        raise failed("; ".join([error.message, *error.problems]), error.hint) from None
    except NoScheduleError as error:
        raise failed(str(error), "`check_plan` shows all findings with their places") from None


def failed(message: str, hint: str | None = None) -> ToolError:
    """The error that a tool ends with."""
    text = message if hint is None else f"{message}; {hint}"
    return ToolError(text.replace("`--force`", "`force: true`"))


@dataclass(frozen=True, slots=True)
class PlanSettings:
    """What holds where a plan lies: settings, and the agents that definition files describe."""

    settings: Settings
    registry: AgentRegistry

    def checker(self, *, by_default: bool = False, now: datetime | None = None) -> Checker:
        """By the folder's own settings; ``by_default`` by the rules as they are without any."""
        settings = self.settings
        if by_default:
            settings = replace(settings, rules=RuleSettings(selection=settings.rules.selection))
        return Checker(settings, now=now, known_agents=known_agents(self.registry), searches=False)


def settings_at(path: Path) -> PlanSettings:
    """The settings and agents that hold for a file or folder."""
    return PlanSettings(SettingsFiles().of(path).settings, load_agents(workspace_root(path)))


@dataclass(frozen=True, slots=True)
class OpenedPlan:
    """A plan of a file, checked by the rules as they are by default, with its journal if it has one."""

    path: Path
    checked: CheckedFile
    check: PlanCheck
    number: int
    """Of the plan in its file, from 0."""
    around: PlanSettings
    journal: PlanJournal | None

    @property
    def names(self) -> list[str]:
        """What each task is called."""
        return task_names(self.check.source.plan)

    @property
    def board(self) -> ProgressBoard:
        """The plan beside what was recorded of it."""
        state = self.journal.state if self.journal is not None else ProgressFold("").state()
        return ProgressBoard(self.check.source.plan, state, self.check.analysis.network)

    def task(self, name: str) -> int:
        """The index of a task by its name."""
        names = self.names
        if name in names:
            return names.index(name)
        near = SpellingGuide(names).best(name[:200])
        raise failed(
            f"the plan has no task `{shown(name[:60])}`",
            f"did you mean `{near}`?" if near is not None else "name a task by its id",
        )


def open_plan(path: Path, number: int) -> OpenedPlan:
    """Read and check a plan, counted from 1 in its file, with its journal."""
    around = settings_at(path)
    checked = around.checker(by_default=True).check(path)
    plans = checked.check.plans
    if not 1 <= number <= len(plans):
        raise failed(f"the file has no plan {number}", f"it holds {len(plans)}, counted from 1")
    check = plans[number - 1]
    return OpenedPlan(path, checked, check, number - 1, around, journal_beside(path, check.source))


def moment() -> datetime:
    """The time now."""
    return datetime.now(UTC)


def found_in(name: str, checked: CheckedFile, diagnostics: Sequence[Diagnostic]) -> list[Found]:
    """Findings for a client, each with its line and what its fixes would do."""
    text = checked.text
    lines = re.split(r"\r\n|\r|\n", checked.source.text)

    def position(offset: int) -> Position:
        place = text.position_at(offset, Encoding.UTF16)
        return Position(line=place.line, character=place.character)

    def span(start: int, end: int) -> Range:
        return Range(start=position(start), end=position(end))

    found: list[Found] = []
    for each in diagnostics:
        place = span(each.start, each.end)
        line = lines[place.start.line] if place.start.line < len(lines) else ""
        found.append(
            Found(
                file=name,
                code=each.code,
                severity=each.severity.value,
                message=each.message,
                range=place,
                related=[
                    Related(message=other.message, range=span(other.start, other.end))
                    for other in each.related
                ],
                fixable=each.fixable,
                fixes=[fix.title for fix in checked.fixes(each)] if each.fixable else [],
                source=line[:_LONGEST_SOURCE],
            )
        )
    return found
