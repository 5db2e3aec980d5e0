"""What a user may set: the text of `orchestrate.toml`, and editor settings over it, as `Settings`.

Nothing here fails: what cannot be used is reported with its place, and the default stays. This file does not
know where the text comes from (`settings_files`) nor what rules do with their figures.

```toml
exclude = ["archive/**"]        # not checked when a folder is; globs from the file's folder
extend-include = ["plans/*.yaml"]   # plans although their names do not say so
max-file-size = "20 MB"
workspace-diagnostics = true    # whether editors show errors and warnings of plans that are not open
refine-schedules = true         # whether editors search on for a better schedule when you pause, and checks before
                                # they say that a deadline is missed

[agents]
user-folders = []               # default: the user's folders of all tools

[agents.api-developer]          # what `orchestrate run` starts for an agent; see `agent_commands`
use = "claude"

[run]                           # how plans are run; see there, too
parallel = 8
worktrees = false

[gates.tests]                   # the command behind a check of quality gates; see `gate_settings`
command = ["pytest", "-q"]

[rules]                         # error, warning, information, hint or off
critical-path = "off"

[inlay-hints]                   # what editors show behind a task's id
times = true
slack = true
critical = true
schedule = true                 # times under agents and capacity; false: by dependencies alone

[code-lenses]                   # what editors show above the tasks and above each of them
critical-path = true
total = true
ready = true
references = true
handoff = true
progress = true

[format]
indent = 2                      # default: the editor's tab size; 2 on the command line
indent-sequences = true         # lists below their key, rather than in its column
key-order = "keep"              # or "schema"

[models]                        # limits for `--model`; no folder says which model is asked
time-out = "5m"
retries = 2
prompt-tokens = 100000
answer-tokens = 16000           # default: the model's own
repair-rounds = 3

[thresholds]
long-task = "8h"                # default: one working day of the plan's calendar
serial-share = 0.9
serial-tasks = 4
claim-tolerance = 0.02

[selection]                     # what counts how much when an agent is chosen
availability = 0.4
performance = 0.4
load = 0.2

[skills.synonyms]               # other names of a skill
oauth2 = ["oauth", "OAuth 2.0"]

[skills.kinds]                  # who has one of these has the skill itself
authentication = ["oauth2"]

[templates.patch]               # kinds of work of your own, for new plans
phases = ["triage", "fix_implementation", {name = "announcement", optional = true}]
default_agents = ["support", "developer"]
priority = "high"
fast_track = false
quality_focus = "security"

[priority]                      # what priorities count, and what is added to them
critical = 40
high = 30
medium = 20
low = 10
blocked-task = 10
critical-path = 20
deadline = 30
deadline-within = "4h"
```
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Final, TypeAlias, TypeVar, cast

from orchestrate_ls.agents.registries import USER_FOLDERS
from orchestrate_ls.agents.selection import SelectionSettings
from orchestrate_ls.plan.duration import Calendar, DurationError, parse_duration
from orchestrate_ls.rules.base import Severity
from orchestrate_ls.rules.context import Thresholds
from orchestrate_ls.rules.registry import RULES
from orchestrate_ls.syntax.toml_places import TomlPath, read_toml, toml_places
from orchestrate_ls.text.positions import line_starts, strip_line_break
from orchestrate_ls.workspace.agent_commands import (
    has_password,
    read_agent_commands,
    read_run_settings,
)
from orchestrate_ls.workspace.choice_settings import read_priority, read_selection, read_skills
from orchestrate_ls.workspace.gate_settings import (
    read_gate_commands,
    read_notify,
)
from orchestrate_ls.workspace.model_limits import read_model_limits
from orchestrate_ls.workspace.setting_problems import Report, WrongValueError, near, shown_setting
from orchestrate_ls.workspace.settings import (
    KEEP_ORDER,
    MOST_INDENT,
    SCHEMA_ORDER,
    CodeLenses,
    FormatSettings,
    InlayHints,
    Settings,
)
from orchestrate_ls.workspace.template_settings import read_templates

LARGEST_MAX_FILE_SIZE: Final = 1_000_000_000

_SIZE_UNITS: Final = {
    "b": 1,
    "kb": 1000,
    "mb": 1000**2,
    "gb": 1000**3,
    "kib": 1024,
    "mib": 1024**2,
    "gib": 1024**3,
}
_SIZE: Final = re.compile(r"([0-9]{1,12}) ?([A-Za-z]{1,3})")
_CAPITAL: Final = re.compile(r"(?<=[a-z0-9])[A-Z]")


_FILE_ONLY: Final = frozenset(("gates", "notify", "run"))
_NOT_FOLLOWED: Final = (
    "`[notify]` is not followed in a folder's file, which could send what happens here to anybody; write it into your"
    " own `run.toml` (in ~/.config/orchestrate, on Windows %APPDATA%\\orchestrate)"
)
_NO_SECRETS: Final = (
    "a password in a folder's file is read by everybody who gets the folder; write the address without it, and the"
    " password into ~/.pgpass or PGPASSWORD"
)


@dataclass(frozen=True, slots=True)
class SettingsPlace:
    """A range on one line of the settings file: zero-based line, columns in code points."""

    line: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class SettingsProblem:
    """A setting that could not be used. ``place`` is None where it does not stand in a file's text."""

    setting: str
    """Dotted, as in ``rules.critical-path``; empty where the file as a whole is meant."""
    message: str
    """What is wrong and what to write instead."""
    place: SettingsPlace | None = None


def read_settings(text: str, *, own: bool = False) -> tuple[Settings, tuple[SettingsProblem, ...]]:
    """Read the text of an `orchestrate.toml`; or of the user's ``own`` `run.toml`, where everything counts."""
    text = text.removeprefix("\ufeff")
    data, fault = read_toml(text)
    if fault is not None:
        whole = fault.start == fault.end == 0 and bool(text)
        place = None if whole else _on_one_line(text, fault.start, fault.end)
        return Settings(), (SettingsProblem("", fault.message, place),)
    problems: list[SettingsProblem] = []
    places = None

    def report(path: TomlPath, message: str, of_key: bool) -> None:
        nonlocal places
        if places is None:
            places = toml_places(text)
        found = places.get(path) or places.get(path[:-1])
        place = None
        if found is not None:
            start, end = found.key if of_key else found.value
            place = _on_one_line(text, start, end)
        problems.append(SettingsProblem(_dotted(path), message, place))

    settings = _apply(Settings(), data, report, unknown_keys=True)
    if "notify" in data and not own:
        report(("notify",), _NOT_FOLLOWED, True)
    if has_password(settings.run.database) and not own:
        report(("run", "database"), _NO_SECRETS, False)
    problems.sort(key=lambda each: (each.place.line, each.place.start) if each.place is not None else (-1, 0))
    return settings, tuple(problems)


def with_editor_settings(
    settings: Settings, given: Mapping[str, object]
) -> tuple[Settings, tuple[SettingsProblem, ...]]:
    """Settings overridden by an editor's `orchestrate.*`: the same names, or those in camel case
    (`serialShare`).

    Names at the top that are not known here are left to others (an editor has more settings than this file),
    and so is a value of None, which editors send for what is not set.
    """
    problems: list[SettingsProblem] = []

    def report(path: TomlPath, message: str, _of_key: bool) -> None:
        problems.append(SettingsProblem(_dotted(path), message))

    return _apply(settings, _for_editors(_in_kebab_case(given)), report, unknown_keys=False), tuple(problems)


def _apply(settings: Settings, data: Mapping[str, object], report: Report, *, unknown_keys: bool) -> Settings:
    for name, value in data.items():
        take = _SETTINGS.get(name)
        if take is not None:
            settings = take(settings, value, (name,), report)
        elif unknown_keys:
            report((name,), _unknown_setting(name), True)
    return settings


def _take_models(settings: Settings, value: object, path: TomlPath, report: Report) -> Settings:
    return replace(settings, models=read_model_limits(settings.models, value, path, report))


def _take_rules(settings: Settings, value: object, path: TomlPath, report: Report) -> Settings:
    severities = {**settings.rules.severities, **_severities(value, path, report)}
    return replace(settings, rules=replace(settings.rules, severities=severities))


def _take_thresholds(settings: Settings, value: object, path: TomlPath, report: Report) -> Settings:
    words = _Words("threshold", "", "serial-share = 0.9")
    thresholds = _table(settings.rules.thresholds, _THRESHOLDS, words, value, path, report)
    return replace(settings, rules=replace(settings.rules, thresholds=thresholds))


def _take_exclude(settings: Settings, value: object, path: TomlPath, report: Report) -> Settings:
    return replace(settings, exclude=_globs(value, path, report, settings.exclude))


def _take_extend_include(settings: Settings, value: object, path: TomlPath, report: Report) -> Settings:
    return replace(settings, extend_include=_globs(value, path, report, settings.extend_include))


def _take_size(settings: Settings, value: object, path: TomlPath, report: Report) -> Settings:
    return replace(settings, max_file_size=_size(value, path, report, settings.max_file_size))


def _take_agents(settings: Settings, value: object, path: TomlPath, report: Report) -> Settings:
    folders = _agents(value, path, report, settings.user_agent_folders)
    settings = replace(settings, user_agent_folders=folders)
    if not isinstance(value, Mapping):
        return settings
    commands = read_agent_commands(cast("Mapping[str, object]", value), path, report)
    return replace(settings, agent_commands=commands)


def _take_run(settings: Settings, value: object, path: TomlPath, report: Report) -> Settings:
    return replace(settings, run=read_run_settings(settings.run, value, path, report))


def _take_gates(settings: Settings, value: object, path: TomlPath, report: Report) -> Settings:
    return replace(settings, gates=read_gate_commands(value, path, report))


def _take_notify(settings: Settings, value: object, path: TomlPath, report: Report) -> Settings:
    return replace(settings, notify=read_notify(value, path, report))


def _take_hints(settings: Settings, value: object, path: TomlPath, report: Report) -> Settings:
    return replace(settings, inlay_hints=_switches(settings.inlay_hints, "hint", value, path, report))


def _take_lenses(settings: Settings, value: object, path: TomlPath, report: Report) -> Settings:
    return replace(settings, code_lenses=_switches(settings.code_lenses, "lens", value, path, report))


def _take_format(settings: Settings, value: object, path: TomlPath, report: Report) -> Settings:
    words = _Words("setting", "format.", "indent-sequences = false")
    return replace(settings, format=_table(settings.format, _FORMAT, words, value, path, report))


def _take_selection(settings: Settings, value: object, path: TomlPath, report: Report) -> Settings:
    old = settings.rules.selection
    return _with_selection(settings, replace(old, weights=read_selection(old.weights, value, path, report)))


def _take_skills(settings: Settings, value: object, path: TomlPath, report: Report) -> Settings:
    old = settings.rules.selection
    return _with_selection(settings, replace(old, skills=read_skills(old.skills, value, path, report)))


def _take_priority(settings: Settings, value: object, path: TomlPath, report: Report) -> Settings:
    return replace(settings, priorities=read_priority(settings.priorities, value, path, report))


def _take_switch(settings: Settings, value: object, path: TomlPath, report: Report) -> Settings:
    (name,) = path
    if isinstance(value, bool):
        return replace(settings, **{str(name).replace("-", "_"): value})
    if value is not None:
        report(path, f"`{name}` is true or false", False)
    return settings


def _take_templates(settings: Settings, value: object, path: TomlPath, report: Report) -> Settings:
    return replace(settings, templates=read_templates(value, path, report))


_Take: TypeAlias = Callable[[Settings, object, TomlPath, Report], Settings]
_SETTINGS: Final[Mapping[str, _Take]] = {
    "agents": _take_agents,
    "code-lenses": _take_lenses,
    "exclude": _take_exclude,
    "extend-include": _take_extend_include,
    "format": _take_format,
    "gates": _take_gates,
    "inlay-hints": _take_hints,
    "max-file-size": _take_size,
    "models": _take_models,
    "notify": _take_notify,
    "priority": _take_priority,
    "refine-schedules": _take_switch,
    "rules": _take_rules,
    "run": _take_run,
    "selection": _take_selection,
    "skills": _take_skills,
    "templates": _take_templates,
    "thresholds": _take_thresholds,
    "workspace-diagnostics": _take_switch,
}
"""What each setting at the top does."""


def _with_selection(settings: Settings, selection: SelectionSettings) -> Settings:
    return replace(settings, rules=replace(settings.rules, selection=selection))


def _unknown_setting(name: str) -> str:
    if any(rule.code == name for rule in RULES):
        return f'`{name}` is a rule; its severity belongs below `[rules]`, as in `{name} = "off"`'
    if name in _THRESHOLDS:
        return f"`{name}` belongs below `[thresholds]`"
    return f"there is no setting `{shown_setting(name)}`{near(name, tuple(_SETTINGS), 'the settings are')}"


def _agents(value: object, path: TomlPath, report: Report, old: tuple[str, ...]) -> tuple[str, ...]:
    if not isinstance(value, Mapping):
        report(path, "`agents` is a table: `[agents]`, then for example `user-folders = []`", False)
        return old
    for name, given in cast("Mapping[str, object]", value).items():
        if isinstance(given, Mapping):
            # An agent of this name, which is read elsewhere.
            continue
        if name != "user-folders":
            report(
                (*path, name),
                f"there is no setting `agents.{shown_setting(name)}`; there is `user-folders`, and a table for each"
                ' agent, as in `[agents.developer]`, then `use = "claude"`',
                True,
            )
        elif isinstance(given, (list, tuple)):
            old = tuple(_user_folders(cast("list[object]", given), (*path, name), report))
        elif given is not None:
            message = (
                f'`user-folders` is a list of folders, for example `["{USER_FOLDERS[0]}"]`, or `[]` for none'
            )
            report((*path, name), message, False)
    return old


def _user_folders(given: list[object], path: TomlPath, report: Report) -> Iterator[str]:
    """Only folders that tools keep agents in: a folder's settings file must not make others be read."""
    for index, folder in enumerate(given):
        cleaned = folder.replace("\\", "/").rstrip("/") if isinstance(folder, str) else ""
        if cleaned in USER_FOLDERS:
            yield cleaned
        else:
            hint = near(cleaned, USER_FOLDERS, "the folders are") if cleaned else "; the folders are text"
            report((*path, index), f"this is no folder for agents{hint}", False)


def _severities(value: object, path: TomlPath, report: Report) -> dict[str, Severity]:
    if not isinstance(value, Mapping):
        report(
            path,
            '`rules` is a table of rules with their severities: `[rules]`, `critical-path = "off"`',
            False,
        )
        return {}
    codes = [rule.code for rule in RULES]
    found: dict[str, Severity] = {}
    for code, severity in cast("Mapping[str, object]", value).items():
        if code not in codes:
            hint = near(code, codes, None) or "; `orchestrate explain` lists them"
            report((*path, code), f"there is no rule `{shown_setting(code)}`{hint}", True)
        elif isinstance(severity, str) and severity in _SEVERITIES:
            found[code] = Severity(severity)
        elif isinstance(severity, str):
            hint = near(severity, _SEVERITIES, "the severities are")
            report((*path, code), f"there is no severity `{shown_setting(severity)}`{hint}", False)
        elif severity is not None:
            report(
                (*path, code),
                'a severity is one of "error", "warning", "information", "hint" and "off"',
                False,
            )
    return found


_Table = TypeVar("_Table", Thresholds, FormatSettings)


@dataclass(frozen=True, slots=True)
class _Words:
    """How a table of settings is spoken of: what an entry is, what stands before its name, and an example of one."""

    noun: str
    prefix: str
    example: str


def _table(
    old: _Table,
    readers: Mapping[str, Callable[[_Table, object], _Table]],
    words: _Words,
    value: object,
    path: TomlPath,
    report: Report,
) -> _Table:
    """A table of which each entry has a reader of its own; what is wrong is reported and stays as it was."""
    if not isinstance(value, Mapping):
        report(path, f"`{path[-1]}` is a table: `[{path[-1]}]`, then for example `{words.example}`", False)
        return old
    new = old
    for name, given in cast("Mapping[str, object]", value).items():
        if given is None:
            continue
        reader = readers.get(name)
        if reader is None:
            hint = near(name, readers, f"the {words.noun}s are")
            report(
                (*path, name), f"there is no {words.noun} `{words.prefix}{shown_setting(name)}`{hint}", True
            )
            continue
        try:
            new = reader(new, given)
        except WrongValueError as error:
            report((*path, name), str(error), False)
    return new


_Switches = TypeVar("_Switches", InlayHints, CodeLenses)


def _switches(old: _Switches, noun: str, value: object, path: TomlPath, report: Report) -> _Switches:
    """A table of things that are on or off."""
    known = {each.name.replace("_", "-"): each.name for each in fields(old)}
    if not isinstance(value, Mapping):
        example = next(iter(known))
        report(path, f"`{path[-1]}` is a table: `[{path[-1]}]`, then for example `{example} = false`", False)
        return old
    chosen: dict[str, bool] = {}
    for name, given in cast("Mapping[str, object]", value).items():
        if given is None:
            continue
        if name not in known:
            hint = near(name, known, f"the {noun}{'es' if noun.endswith('s') else 's'} are")
            report((*path, name), f"there is no {noun} `{shown_setting(name)}`{hint}", True)
        elif isinstance(given, bool):
            chosen[known[name]] = given
        else:
            report((*path, name), f"`{name}` is true or false", False)
    return replace(old, **chosen)


def _long_task(old: Thresholds, value: object) -> Thresholds:
    if not isinstance(value, str):
        raise WrongValueError('`long-task` is a duration, for example "8h"')
    try:
        seconds = parse_duration(value, Calendar())
    except DurationError as error:
        raise WrongValueError(f"{error.message}; {error.hint}") from None
    return replace(old, long_task_seconds=seconds)


def _serial_share(old: Thresholds, value: object) -> Thresholds:
    return replace(old, serial_share=_share("serial-share", value))


def _serial_tasks(old: Thresholds, value: object) -> Thresholds:
    if isinstance(value, bool) or not isinstance(value, int) or not 2 <= value <= 1_000_000:
        raise WrongValueError("`serial-tasks` is a whole number of tasks, 2 or more")
    return replace(old, serial_tasks=value)


def _claim_tolerance(old: Thresholds, value: object) -> Thresholds:
    return replace(old, claim_tolerance=_share("claim-tolerance", value))


def _share(name: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= 1:
        raise WrongValueError(f"`{name}` is a number from 0 to 1, for example 0.9")
    return float(value)


def _indent(old: FormatSettings, value: object) -> FormatSettings:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MOST_INDENT:
        raise WrongValueError(f"`indent` is a number of columns from 1 to {MOST_INDENT}, for example 2")
    return replace(old, indent=value)


def _indent_sequences(old: FormatSettings, value: object) -> FormatSettings:
    if not isinstance(value, bool):
        raise WrongValueError("`indent-sequences` is true or false")
    return replace(old, indent_sequences=value)


def _key_order(old: FormatSettings, value: object) -> FormatSettings:
    if value not in (KEEP_ORDER, SCHEMA_ORDER):
        raise WrongValueError('`key-order` is "keep" or "schema"')
    return replace(old, key_order=str(value))


_FORMAT: Final[Mapping[str, Callable[[FormatSettings, object], FormatSettings]]] = {
    "indent": _indent,
    "indent-sequences": _indent_sequences,
    "key-order": _key_order,
}
_SEVERITIES: Final = tuple(severity.value for severity in Severity)
_THRESHOLDS: Final[Mapping[str, Callable[[Thresholds, object], Thresholds]]] = {
    "long-task": _long_task,
    "serial-share": _serial_share,
    "serial-tasks": _serial_tasks,
    "claim-tolerance": _claim_tolerance,
}


def _globs(value: object, path: TomlPath, report: Report, old: tuple[str, ...]) -> tuple[str, ...]:
    if value is None:
        return old
    if not isinstance(value, (list, tuple)):
        report(path, f'`{path[-1]}` is a list of globs, for example `["archive/**"]`', False)
        return old
    found: list[str] = []
    for index, glob in enumerate(cast("list[object]", value)):
        if isinstance(glob, str) and glob.strip("/ "):
            found.append(glob)
        else:
            report((*path, index), 'a glob is text such as "archive/**"', False)
    return tuple(found)


def _size(value: object, path: TomlPath, report: Report, old: int) -> int:
    size = None
    if isinstance(value, int) and not isinstance(value, bool):
        size = value
    elif isinstance(value, str) and (match := _SIZE.fullmatch(value.strip())) is not None:
        unit = _SIZE_UNITS.get(match[2].lower())
        size = int(match[1]) * unit if unit is not None else None
    if size is not None and 1 <= size <= LARGEST_MAX_FILE_SIZE:
        return size
    if value is not None:
        report(
            path,
            '`max-file-size` is a size of at most 1 GB, for example "20 MB", or a number of bytes',
            False,
        )
    return old


def _dotted(path: TomlPath) -> str:
    return ".".join(shown_setting(str(step)) for step in path)


def _in_kebab_case(given: Mapping[str, object]) -> dict[str, object]:
    names: dict[str, object] = {_kebab(name): value for name, value in given.items()}
    for table in ("agents", "code-lenses", "format", "inlay-hints", "models", "priority", "thresholds"):
        value = names.get(table)
        if isinstance(value, Mapping):
            inner = cast("Mapping[str, object]", value)
            names[table] = {_kebab(name): each for name, each in inner.items()}
    return {name: value for name, value in names.items() if value is not None}


def _for_editors(given: dict[str, object]) -> dict[str, object]:
    """Without what only a file may say: which programs are started, and how."""
    given = {name: value for name, value in given.items() if name not in _FILE_ONLY}
    agents = given.get("agents")
    if isinstance(agents, Mapping):
        inner = cast("Mapping[str, object]", agents)
        given["agents"] = {name: each for name, each in inner.items() if not isinstance(each, Mapping)}
    return given


def _kebab(name: Any) -> str:
    return _CAPITAL.sub(lambda capital: "-" + capital[0].lower(), str(name))


def _on_one_line(text: str, start: int, end: int) -> SettingsPlace:
    starts = line_starts(text)
    line = max(index for index, offset in enumerate(starts) if offset <= start)
    line_end = starts[line + 1] if line + 1 < len(starts) else len(text)
    length = len(strip_line_break(text[starts[line] : line_end]))
    first = min(start - starts[line], length)
    return SettingsPlace(line, first, max(first, min(end - starts[line], length)))
