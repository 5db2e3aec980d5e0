"""The settings that say how agents are chosen and which task goes first: `[selection]`, `[skills]` and `[priority]`.

Nothing here fails: what cannot be used is reported, and the old value stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final, cast

from orchestrate_ls.agents.selection import Weights
from orchestrate_ls.agents.skill_names import SkillNames
from orchestrate_ls.plan.duration import Calendar, DurationError, parse_duration
from orchestrate_ls.plan.model import Priority
from orchestrate_ls.schedule.priorities import PriorityWeights
from orchestrate_ls.syntax.toml_places import TomlPath
from orchestrate_ls.workspace.setting_problems import Report, near, shown_setting

_LARGEST: Final = 1_000_000
_MOST_SKILLS: Final = 10_000
_LONGEST_SKILL: Final = 200
_SELECTION: Final = {"availability": "availability", "performance": "performance", "load": "free"}
"""The settings, and the weights they are."""
_ADDED: Final = {"blocked-task": "blocked_task", "critical-path": "critical", "deadline": "deadline"}
_PRIORITIES: Final = (*(each.value for each in Priority), *_ADDED, "deadline-within")
_SKILLS: Final = ("synonyms", "kinds")


def read_selection(old: Weights, value: object, path: TomlPath, report: Report) -> Weights:
    """The weights of an agent's score. They need not add up to 1, but one has to count."""
    table = _table(value, path, report, "[selection]", "performance = 0.6")
    new = old
    for name, given in table.items():
        if name not in _SELECTION:
            hint = near(name, _SELECTION, "the weights are")
            report((*path, name), f"there is no weight `{shown_setting(name)}`{hint}", True)
        elif (number := _weight(given, (*path, name), report, "0.4")) is not None:
            new = replace(new, **{_SELECTION[name]: number})
    if new != old and not (new.availability or new.performance or new.free):
        report(path, "the weights are all 0, so that every agent would be as good as any other", False)
        return old
    return new


def read_priority(old: PriorityWeights, value: object, path: TomlPath, report: Report) -> PriorityWeights:
    """What named priorities count, and what is added to them."""
    table = _table(value, path, report, "[priority]", "blocked-task = 5")
    for name, given in table.items():
        place = (*path, name)
        if name not in _PRIORITIES:
            hint = near(name, _PRIORITIES, "there are")
            report(
                place, f"there is no setting `{'.'.join(map(str, path))}.{shown_setting(name)}`{hint}", True
            )
        elif name == "deadline-within":
            old = replace(old, deadline_within=_seconds(old.deadline_within, given, place, report))
        elif (number := _weight(given, place, report, "20")) is not None:
            if name in _ADDED:
                old = replace(old, **{_ADDED[name]: number})
            else:
                old = replace(old, base={**old.base, Priority(name): number})
    return old


def read_skills(old: SkillNames, value: object, path: TomlPath, report: Report) -> SkillNames:
    """Synonyms and kinds of skills: `kinds` names below each skill those that are a kind of it."""
    synonyms, broader = dict(old.synonyms), dict(old.broader)
    for name, given in _table(value, path, report, "[skills.synonyms]", 'oauth2 = ["oauth"]').items():
        place = (*path, name)
        if name not in _SKILLS:
            hint = near(name, _SKILLS, "there are")
            report(place, f"there is no setting `skills.{shown_setting(name)}`{hint}", True)
            continue
        example = 'oauth2 = ["oauth"]' if name == "synonyms" else 'authentication = ["oauth2"]'
        for skill, below in _table(given, place, report, f"[skills.{name}]", example).items():
            for other in _skills(below, (*place, skill), report, example):
                if name == "synonyms":
                    synonyms[other] = skill
                elif skill not in broader.get(other, ()):
                    broader[other] = (*broader.get(other, ()), skill)
    if len(synonyms) + len(broader) > _MOST_SKILLS:
        report(
            path, f"these are more than {_MOST_SKILLS:,} skills; write only those that plans require", False
        )
        return old
    return SkillNames(synonyms, broader)


def _skills(value: object, path: TomlPath, report: Report, example: str) -> list[str]:
    given = cast("list[object]", value) if isinstance(value, (list, tuple)) else [value]
    found: list[str] = []
    for index, skill in enumerate(given):
        if isinstance(skill, str) and 0 < len(skill.strip()) <= _LONGEST_SKILL:
            found.append(skill.strip())
        elif skill is not None:
            place = (*path, index) if given is value else path
            report(place, f"skills are texts in a list, for example `{example}`", False)
    return found


def _table(value: object, path: TomlPath, report: Report, header: str, example: str) -> dict[str, object]:
    if not isinstance(value, Mapping):
        report(
            path, f"`{'.'.join(map(str, path))}` is a table: `{header}`, then for example `{example}`", False
        )
        return {}
    table = cast("Mapping[object, object]", value)
    return {str(name): given for name, given in table.items() if given is not None}


def _weight(value: object, path: TomlPath, report: Report, example: str) -> float | None:
    # Comparisons with what is no number (`nan`) are false.
    if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value <= _LARGEST:
        return float(value)
    report(path, f"`{path[-1]}` is a number from 0 to {_LARGEST:,}, for example {example}", False)
    return None


def _seconds(old: int, value: object, path: TomlPath, report: Report) -> int:
    if not isinstance(value, str):
        report(path, '`deadline-within` is a duration, for example "4h"', False)
        return old
    try:
        # Hours by the clock, so a day has 24 of them here.
        return parse_duration(value, Calendar(hours_per_day=24, days_per_week=7))
    except DurationError as error:
        report(path, f"{error.message}; {error.hint}", False)
        return old
