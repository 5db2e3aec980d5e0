"""The settings `[templates.NAME]`: workflow templates of the user's own, as a plan's `templates` has them.

Nothing here fails: a template that cannot be used is reported and left out. What templates do is the planner's.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, cast

from orchestrate_ls.plan.model import Priority, Spot, Template
from orchestrate_ls.syntax.toml_places import TomlPath
from orchestrate_ls.workspace.setting_problems import Report, near, shown_setting

_FIELDS: Final = ("phases", "default_agents", "priority", "fast_track", "quality_focus")
_WORDS: Final = tuple(each.value for each in Priority)
_MOST_TEMPLATES: Final = 100
_MOST_PHASES: Final = 40
_LONGEST_NAME: Final = 200


def read_templates(value: object, path: TomlPath, report: Report) -> tuple[Template, ...]:
    """The templates below `[templates]`, in the order of the file."""
    if not isinstance(value, Mapping):
        report(
            path,
            '`templates` is a table: `[templates.my-work]`, then for example `phases = ["design"]`',
            False,
        )
        return ()
    templates: list[Template] = []
    for name, given in list(cast("Mapping[str, object]", value).items())[:_MOST_TEMPLATES]:
        template = _template(name, given, (*path, name), report)
        if template is not None:
            templates.append(template)
    return tuple(templates)


def _template(name: str, given: object, path: TomlPath, report: Report) -> Template | None:
    if not isinstance(given, Mapping):
        report(
            path,
            f'a template is a table: `[templates.{shown_setting(name)}]`, then `phases = ["design"]`',
            False,
        )
        return None
    fields: dict[str, object] = {}
    for key, entry in cast("Mapping[str, object]", given).items():
        field = key.replace("-", "_")
        if field in _FIELDS:
            fields[field] = entry
        else:
            hint = near(key, _FIELDS, "the fields are")
            report((*path, key), f"a template has no `{shown_setting(key)}`{hint}", True)
    phases, optional = _phases(fields.get("phases"), (*path, "phases"), report)
    if not phases:
        return None
    return Template(
        name=name,
        phases=phases,
        default_agents=_texts(fields.get("default_agents"), (*path, "default_agents"), report),
        optional_phases=optional,
        priority=_priority(fields.get("priority"), (*path, "priority"), report),
        fast_track=_truth(fields.get("fast_track"), (*path, "fast_track"), report),
        quality_focus=_text(fields.get("quality_focus"), (*path, "quality_focus"), report),
        spot=Spot(None, ("templates", name), "key"),
    )


def _phases(given: object, path: TomlPath, report: Report) -> tuple[tuple[str, ...], tuple[str, ...]]:
    entries = cast("list[object]", given) if isinstance(given, list) else []
    phases: list[str] = []
    optional: list[str] = []
    for index, entry in enumerate(entries[:_MOST_PHASES]):
        details = cast("Mapping[str, object]", entry if isinstance(entry, Mapping) else {"name": entry})
        name = details.get("name")
        if not isinstance(name, str) or not 0 < len(name.strip()) <= _LONGEST_NAME:
            report((*path, index), 'a phase is a name, or `{name = "deployment", optional = true}`', False)
            continue
        if name not in phases:
            phases.append(name)
        if details.get("optional") is True:
            optional.append(name)
    if not phases:
        report(
            path, 'a template needs `phases`, its steps in order, for example `["design", "testing"]`', False
        )
    return tuple(phases), tuple(optional)


def _priority(given: object, path: TomlPath, report: Report) -> str | None:
    if given is None or (isinstance(given, str) and given in _WORDS):
        return given
    if isinstance(given, int | float) and not isinstance(given, bool) and abs(given) <= 1_000_000:
        return f"{given:g}"
    report(path, f"`priority` is {', '.join(_WORDS)} or a number", False)
    return None


def _truth(given: object, path: TomlPath, report: Report) -> bool:
    if given is not None and not isinstance(given, bool):
        report(path, "`fast_track` is true or false", False)
    return given is True


def _text(given: object, path: TomlPath, report: Report) -> str | None:
    if given is None or (isinstance(given, str) and 0 < len(given.strip()) <= _LONGEST_NAME):
        return given
    report(path, 'this is the name of a gate, for example `"maintainability"`', False)
    return None


def _texts(given: object, path: TomlPath, report: Report) -> tuple[str, ...]:
    if given is None:
        return ()
    entries = cast("list[object]", given) if isinstance(given, list) else [None]
    if all(isinstance(entry, str) and 0 < len(entry.strip()) <= _LONGEST_NAME for entry in entries):
        return tuple(str(entry) for entry in entries)
    report(path, 'these are ids of agents, for example `["architect", "developer"]`', False)
    return ()
