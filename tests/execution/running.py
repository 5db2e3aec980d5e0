"""Plans, settings and agents for tests that run plans: agents are real programs."""

from __future__ import annotations

import json
import sys
import threading
from pathlib import Path
from typing import Any

from orchestrate_ls.execution.engine import Engine
from orchestrate_ls.execution.journal import PlanJournal, find_journal, identified
from orchestrate_ls.execution.local_engine import LocalEngine
from orchestrate_ls.execution.run_plan import PlanFollower
from orchestrate_ls.execution.runner import Coordinator, Notice, RunEnd, RunHelp, RunOptions
from orchestrate_ls.progress.event import Event, read_line
from orchestrate_ls.workspace.own_run import AgentCommands
from orchestrate_ls.workspace.settings_files import LoadedSettings, SettingsFiles

AGENT = """
import json, os, sys, time, pathlib
sys.stdin.read()
task, attempt = os.environ["ORCHESTRATE_TASK"], int(os.environ["ORCHESTRATE_ATTEMPT"])
with open("log", "a") as log:
    log.write(json.dumps(["start", task, attempt, os.environ["ORCHESTRATE_IDEMPOTENCY_KEY"]]) + "\\n")
kind, _, value = json.loads(pathlib.Path("agents.json").read_text()).get(task, "sleep 0.02").partition(" ")
if kind == "fail" and attempt <= int(value):
    sys.exit(f"no luck with {task}")
if kind == "sleep":
    time.sleep(float(value))
if kind == "until":
    while not pathlib.Path(value).exists():
        time.sleep(0.01)
with open("log", "a") as log:
    log.write(json.dumps(["end", task, attempt, ""]) + "\\n")
print(json.dumps({"orchestrate": {"status": "done", "note": f"did {task}", "tokens": 10}}))
"""
QUICK = "error_recovery:\n  agent_failure:\n    - retry_with_same_agent: {max_attempts: 2, delay: 0s}\n"


class Field:
    """A folder with a plan, settings and an agent that does what `agents.json` says."""

    def __init__(self, folder: Path, plan: str, kinds: dict[str, str] | None = None) -> None:
        self.folder = folder
        self.path = folder / "a.plan.yaml"
        self.path.write_text(plan)
        (folder / "agent.py").write_text(AGENT)
        (folder / ".git").mkdir(exist_ok=True)
        self.kinds(kinds or {})
        program = json.dumps([sys.executable, str(folder / "agent.py")])
        (folder / "orchestrate.toml").write_text(f'[agents."*"]\ncommand = {program}\n')
        self.notices: list[Notice] = []
        self.plan_id = identified(self.path, 0)
        self.coordinator: Coordinator | None = None

    def kinds(self, kinds: dict[str, str]) -> None:
        """What the agent does with each task."""
        (self.folder / "agents.json").write_text(json.dumps(kinds))

    def journal(self) -> PlanJournal:
        """As it is by now."""
        journal = find_journal(self.path, self.plan_id)
        journal.refresh()
        return journal

    def events(self) -> list[Event]:
        """All that was recorded, in order."""
        path = self.journal().path
        lines = path.read_bytes().splitlines() if path.exists() else []
        return sorted((read_line(line) for line in lines), key=lambda each: each.order)

    def states(self) -> dict[str, str]:
        """Of each task that something was recorded of."""
        return {name: str(each.state) for name, each in self.journal().state.by_task().items()}

    def log(self) -> list[list[Any]]:
        """What the agents did."""
        path = self.folder / "log"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def make(self, engine: Engine | None = None, **options: Any) -> Coordinator:
        """A coordinator of the plan."""
        names = ("worktrees", "review", "decided", "lessons")
        helpers = RunHelp(**{name: options.pop(name) for name in names if name in options})
        files = SettingsFiles().of(self.path)
        details = RunOptions(self.folder, self.folder / ".orchestrate" / "runs", **{"parallel": 8, **options})
        self.coordinator = Coordinator(
            PlanFollower(self.path, self.plan_id),
            self.journal(),
            lambda _run, _capacity: engine or LocalEngine(),
            AgentCommands(LoadedSettings(None), files),
            details,
            self.notices.append,
            helpers,
        )
        return self.coordinator

    def run(self, **options: Any) -> RunEnd:
        """Run the plan here."""
        return self.make(**options).run()

    def start(self, **options: Any) -> Background:
        """Run it in a thread."""
        return Background(self.make(**options))

    def said(self) -> str:
        """All notices."""
        return "\n".join(each.text for each in self.notices)


class Background:
    """A run in a thread of its own."""

    def __init__(self, coordinator: Coordinator) -> None:
        self.coordinator = coordinator
        self._ends: list[RunEnd | BaseException] = []
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._ends.append(self.coordinator.run())
        except BaseException as error:  # noqa: BLE001 - raised where it is waited for
            self._ends.append(error)

    def end(self) -> RunEnd:
        """Wait for it."""
        self._thread.join(60)
        assert self._ends, "the run has not ended"
        if isinstance(self._ends[0], BaseException):
            raise self._ends[0]
        return self._ends[0]
