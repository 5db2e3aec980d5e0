"""The settings `[agents.NAME]` and `[run]`: what `orchestrate run` starts for each agent, and within which limits.

They come from a settings file (`orchestrate.toml`, or the user's own `run.toml`), never from a plan and never from an
editor. Nothing here fails: what cannot be used is reported and left out. Nothing is started here.

```toml
[agents.api-developer]
use = "claude"                  # claude, codex, copilot, opencode or person
arguments = ["--allowedTools", "Bash(npm test:*)"]

[agents."*"]                    # every agent that has no entry of its own
command = ["python", "tools/agent.py"]
environment = {MODE = "batch"}
pass-environment = ["MY_API_KEY", "AWS_*"]
time-out = "30m"
output-limit = "10 MB"

[run]
parallel = 8                    # tasks at once where the plan does not say
worktrees = true                # a git work tree of its own for each task
database = "postgresql://db.example/plans"   # where journals are kept, and orders for workers
apply-recovery = ["split", "adjust"]   # changes of the plan after failures that are made without asking
outside-files = "fail"          # what it means that a task changed files which are not among its `files`
```
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, cast
from urllib.parse import urlsplit

from orchestrate_ls.progress.condition_names import ACTIONS, trigger_action
from orchestrate_ls.progress.recovery_changes import BY_SETTING
from orchestrate_ls.syntax.toml_places import TomlPath
from orchestrate_ls.workspace.command_settings import (
    LONGEST_ARGUMENT,
    VARIABLE,
    read_command,
    read_texts,
    read_time_out,
    read_variable_names,
)
from orchestrate_ls.workspace.setting_problems import Report, WrongValueError, near, shown_setting

ANY_AGENT: Final = "*"
TOOLS: Final = ("claude", "codex", "copilot", "opencode", "person")
DEFAULT_PARALLEL: Final = 8
REPORT: Final = "report"
FAIL: Final = "fail"
IGNORE: Final = "ignore"
_OUTSIDE: Final = (REPORT, FAIL, IGNORE)
_LONGEST_TIME_OUT: Final = 30 * 24 * 3600
_LONGEST_ADDRESS: Final = 2_000
_MOST_AGENTS: Final = 500
_MOST_PARALLEL: Final = 1_000
_LEAST_OUTPUT: Final = 10_000
_MOST_OUTPUT: Final = 1_000_000_000
_SIZE: Final = re.compile(r"([0-9]{1,9}) ?(kb|mb|gb)", re.IGNORECASE)
_UNITS: Final = {"kb": 1_000, "mb": 1_000_000, "gb": 1_000_000_000}
_OWN: Final = "ORCHESTRATE_"


@dataclass(frozen=True, slots=True)
class AgentSettings:
    """What is started for an agent: a known tool (``tool``, one of ``TOOLS``) or a ``command``.

    ``time_out`` is in seconds, ``output_limit`` in bytes; None for the default.
    """

    name: str
    tool: str = ""
    command: tuple[str, ...] = ()
    arguments: tuple[str, ...] = ()
    environment: tuple[tuple[str, str], ...] = ()
    pass_on: tuple[str, ...] = ()
    time_out: float | None = None
    output_limit: int | None = None


@dataclass(frozen=True, slots=True)
class RunSettings:
    """How plans are run.

    Attributes
    ----------
    parallel
        The number of tasks at once where the plan gives none.
    worktrees
        Whether each task has a git work tree of its own.
    apply_triggers
        The actions of replan triggers that change the plan without asking.
    apply_recovery
        The changes of the plan that are made without asking when recovery proposes them: ``split``, ``adjust``.
    database
        The address of the database that keeps journals; empty for files beside the plans.
    outside_files
        What it means that files were changed which are not among a task's `files`: ``report`` says so, ``fail`` makes
        it a failed check of the attempt, ``ignore`` does not look.
    given
        The names of those that were written, as in the file.
    """

    parallel: int = DEFAULT_PARALLEL
    worktrees: bool = False
    apply_triggers: tuple[str, ...] = ()
    apply_recovery: tuple[str, ...] = ()
    database: str = ""
    outside_files: str = REPORT
    given: frozenset[str] = field(default=frozenset(), compare=False)

    def over(self, other: RunSettings) -> RunSettings:
        """What was written here, and the rest as in another file."""
        names = {name.replace("-", "_") for name in self.given}
        return replace(other, **{name: getattr(self, name) for name in names}, given=self.given | other.given)


def read_agent_commands(
    value: Mapping[str, object], path: TomlPath, report: Report
) -> tuple[AgentSettings, ...]:
    """The agents below `[agents]`, in the order of the file; entries that are no tables are passed over."""
    found: list[AgentSettings] = []
    for name, given in value.items():
        if not isinstance(given, Mapping):
            continue
        if len(found) == _MOST_AGENTS:
            report((*path, name), f"there are more than {_MOST_AGENTS} agents; the rest is left out", True)
            break
        read = _agent(name, cast("Mapping[str, object]", given), (*path, name), report)
        if read is not None:
            found.append(read)
    return tuple(found)


def read_run_settings(old: RunSettings, value: object, path: TomlPath, report: Report) -> RunSettings:
    """The table `[run]`."""
    if not isinstance(value, Mapping):
        report(path, "`run` is a table: `[run]`, then for example `parallel = 4`", False)
        return old
    for name, given in cast("Mapping[str, object]", value).items():
        reader = _RUN_READERS.get(name)
        if reader is None:
            hint = near(name, _RUN_READERS, "the settings are")
            report((*path, name), f"there is no setting `run.{shown_setting(name)}`{hint}", True)
            continue
        try:
            new = reader(old, given, (*path, name), report)
        except WrongValueError as error:
            report((*path, name), str(error), False)
            continue
        old = replace(new, given=new.given | {name})
    return old


def _parallel(old: RunSettings, value: object, _path: TomlPath, _report: Report) -> RunSettings:
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= _MOST_PARALLEL:
        raise WrongValueError(f"`parallel` is a number of tasks from 1 to {_MOST_PARALLEL:,}")
    return replace(old, parallel=value)


def _worktrees(old: RunSettings, value: object, _path: TomlPath, _report: Report) -> RunSettings:
    if not isinstance(value, bool):
        raise WrongValueError("`worktrees` is true or false")
    return replace(old, worktrees=value)


def _apply_triggers(old: RunSettings, value: object, path: TomlPath, report: Report) -> RunSettings:
    return replace(old, apply_triggers=_actions(value, path, report))


def _apply_recovery(old: RunSettings, value: object, path: TomlPath, report: Report) -> RunSettings:
    if not isinstance(value, list):
        raise WrongValueError('`apply-recovery` is a list, such as `["split", "adjust"]`')
    found: dict[str, None] = {}
    for place, name in enumerate(cast("list[object]", value)):
        if isinstance(name, str) and name in BY_SETTING:
            found[name] = None
        else:
            hint = near(str(name), BY_SETTING, "there are")
            report((*path, place), f"there is no change `{shown_setting(str(name))}`{hint}", False)
    return replace(old, apply_recovery=tuple(found))


def _database(old: RunSettings, value: object, _path: TomlPath, _report: Report) -> RunSettings:
    usual = '`database` is an address such as "postgresql://user@host/plans"'
    if not isinstance(value, str) or not 0 < len(value) <= _LONGEST_ADDRESS or not value.isprintable():
        raise WrongValueError(usual)
    try:
        parts = urlsplit(value)
    except ValueError:
        raise WrongValueError(usual) from None
    if parts.scheme not in ("postgresql", "postgres"):
        raise WrongValueError(usual)
    return replace(old, database=value)


def _outside_files(old: RunSettings, value: object, _path: TomlPath, _report: Report) -> RunSettings:
    if value not in _OUTSIDE:
        raise WrongValueError(f"`outside-files` is one of {', '.join(f'`{each}`' for each in _OUTSIDE)}")
    return replace(old, outside_files=str(value))


def has_password(address: str) -> bool:
    """Whether the address of a database holds a password."""
    if not address:
        return False
    parts = urlsplit(address)
    return ":" in parts.netloc.rpartition("@")[0] or "password=" in parts.query


def _actions(given: object, path: TomlPath, report: Report) -> tuple[str, ...]:
    """Actions of triggers by their first names; others are reported."""
    if not isinstance(given, list):
        report(path, '`apply-triggers` is a list, such as `["reassign_to_backup_agent"]`', False)
        return ()
    found: dict[str, None] = {}
    for place, name in enumerate(cast("list[object]", given)):
        action = trigger_action(name) if isinstance(name, str) else None
        if action is not None:
            found[action.name] = None
        else:
            hint = near(str(name), [each.name for each in ACTIONS], "there are")
            report((*path, place), f"there is no action `{shown_setting(str(name))}`{hint}", False)
    return tuple(found)


def _agent(name: str, given: Mapping[str, object], path: TomlPath, report: Report) -> AgentSettings | None:
    agent = AgentSettings(name)
    wrong = False
    for key, value in given.items():
        reader = _READERS.get(key)
        if reader is None:
            hint = near(key, _READERS, "the settings are")
            report((*path, key), f"an agent has no setting `{shown_setting(key)}`{hint}", True)
            continue
        try:
            agent = reader(agent, value)
        except WrongValueError as error:
            wrong = True
            report((*path, key), str(error), False)
    if wrong:
        # Half a command is not started.
        return None
    if bool(agent.tool) == bool(agent.command):
        message = (
            f"agent `{shown_setting(name)}` has both `use` and `command`; keep one"
            if agent.tool
            else f"agent `{shown_setting(name)}` has neither `use` nor `command`;"
            ' write `use = "claude"` or `command = ["./agent.sh"]`'
        )
        report(path, message, True)
        return None
    return agent


def _use(agent: AgentSettings, value: object) -> AgentSettings:
    if value not in TOOLS:
        shown = near(value, TOOLS, None) if isinstance(value, str) else ""
        raise WrongValueError(f"`use` is one of {', '.join(f'`{each}`' for each in TOOLS)}{shown}")
    return replace(agent, tool=str(value))


def _command(agent: AgentSettings, value: object) -> AgentSettings:
    return replace(agent, command=read_command(value, ('["python", "tools/agent.py"]', '["./agent.sh"]')))


def _arguments(agent: AgentSettings, value: object) -> AgentSettings:
    return replace(agent, arguments=read_texts("arguments", value, 'texts, as in ["--verbose"]'))


def _environment(agent: AgentSettings, value: object) -> AgentSettings:
    if not isinstance(value, Mapping):
        raise WrongValueError('`environment` is a table of texts, as in `environment = {MODE = "batch"}`')
    pairs: list[tuple[str, str]] = []
    for name, text in cast("Mapping[str, object]", value).items():
        if not VARIABLE.fullmatch(name) or name.upper().startswith(_OWN):
            raise WrongValueError(f"`{shown_setting(name)}` is no variable that can be set")
        if not isinstance(text, str) or len(text) > LONGEST_ARGUMENT or "\0" in text:
            raise WrongValueError(f"the value of `{shown_setting(name)}` is a text")
        pairs.append((name, text))
    return replace(agent, environment=tuple(pairs))


def _pass_environment(agent: AgentSettings, value: object) -> AgentSettings:
    return replace(agent, pass_on=read_variable_names(value))


def _time_out(agent: AgentSettings, value: object) -> AgentSettings:
    usual = 'from a second to 30 days, for example "30m"'
    return replace(agent, time_out=read_time_out(value, _LONGEST_TIME_OUT, usual))


def _output_limit(agent: AgentSettings, value: object) -> AgentSettings:
    match = _SIZE.fullmatch(value.strip()) if isinstance(value, str) else None
    size = int(match[1]) * _UNITS[match[2].lower()] if match is not None else value
    if isinstance(size, bool) or not isinstance(size, int) or not _LEAST_OUTPUT <= size <= _MOST_OUTPUT:
        raise WrongValueError('`output-limit` is a size from 10 kB to 1 GB, for example "10 MB"')
    return replace(agent, output_limit=size)


_READERS: Final[Mapping[str, Callable[[AgentSettings, object], AgentSettings]]] = {
    "use": _use,
    "command": _command,
    "arguments": _arguments,
    "environment": _environment,
    "pass-environment": _pass_environment,
    "time-out": _time_out,
    "output-limit": _output_limit,
}
_RUN_READERS: Final[Mapping[str, Callable[[RunSettings, object, TomlPath, Report], RunSettings]]] = {
    "apply-recovery": _apply_recovery,
    "apply-triggers": _apply_triggers,
    "database": _database,
    "outside-files": _outside_files,
    "parallel": _parallel,
    "worktrees": _worktrees,
}
