"""What a code action does, found out in a process of its own: plain data in, plain data out. See ``search_process``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from orchestrate_ls.ide.code_actions import action_named
from orchestrate_ls.ide.draft import NotPossibleError
from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.rules.context import KnownAgent
from orchestrate_ls.rules.engine import RuleSettings, check_file
from orchestrate_ls.text.changes import WorkspaceChange
from orchestrate_ls.workspace.checking import shipped_schema


@dataclass(frozen=True, slots=True)
class ActionQuestion:
    """What a code action at a range of a file does, where that takes long to find out."""

    text: str
    settings: RuleSettings
    known_agents: Mapping[str, KnownAgent]
    start: int
    end: int
    name: str

    def answer(self) -> WorkspaceChange | str:
        """The change, or why it is not possible."""
        check = check_file(
            PlanFile.parse(self.text),
            self.settings,
            shipped_schema(),
            self.known_agents,
            defer=True,
        )
        found = action_named(check, self.start, self.end, self.name)
        if found is None:
            return "there is no such action here any more"
        try:
            return found.change()
        except NotPossibleError as error:
            return str(error)
