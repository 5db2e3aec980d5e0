"""Finds the plan in what a model answered: prose around it, several fences, JSON, and answers that break off.

Text in, text out: what the plan says is read elsewhere. Nothing here is ever executed or loaded as more than data.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, Final, cast

import yaml

from orchestrate_ls.plan.file import PlanFile

_FENCE: Final = re.compile(r"^[ \t]{0,8}(`{3,}|~{3,})[ \t]*([A-Za-z0-9_+-]*)[^\n`]*$", re.MULTILINE)
_TOP_KEY: Final = re.compile(
    r"^(?:# orchestrate: plan|(?:version|goal|analysis|agents|tasks|concurrent_capacity|quality_gates):)",
    re.MULTILINE,
)
_THOUGHTS: Final = re.compile(r"<(think|thinking|reasoning)>.*?(?:</\1>|\Z)", re.DOTALL | re.IGNORECASE)
_LIST: Final = {name: re.compile(rf'"{name}"\s*:\s*\[') for name in ("agents", "tasks")}
_MOST_FENCES: Final = 30
_MOST_ITEMS: Final = 2_000


@dataclass(frozen=True, slots=True)
class FoundPlan:
    """The plan's text as YAML, and what was odd about the answer, as clauses. ``cut``: it broke off."""

    text: str
    oddities: tuple[str, ...] = ()
    cut: bool = False


@dataclass(frozen=True, slots=True)
class _Candidate:
    text: str
    closed: bool
    fenced: bool


def find_plan(answer: str) -> FoundPlan | None:
    """The plan in an answer; None where there is none with at least one task."""
    answer = answer.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
    plain = _THOUGHTS.sub("", answer) or answer
    found = [(_read(each), each) for each in _candidates(plain)]
    plans = [(read, each) for read, each in found if read is not None]
    best = max(plans, key=lambda pair: _task_count(pair[0].text), default=None)
    if best is None or not _task_count(best[0].text):
        return None
    read, candidate = best
    oddities = list(read.oddities)
    if not _has(read.text, "agents"):
        other = next((each for each, _ in plans if _has(each.text, "agents")), None)
        if other is not None and not _task_count(other.text):
            read = FoundPlan(f"{other.text.rstrip()}\n{read.text}", read.oddities, read.cut)
            oddities.append("its agents and its tasks stood apart")
    if sum(_task_count(each.text) > 0 for each, _ in plans) > 1:
        oddities.append("there was more than one plan in it; the one with the most tasks was taken")
    if candidate.fenced is False and candidate.text.strip() != answer.strip():
        oddities.append("the plan stood in the middle of prose, without a fence")
    return FoundPlan(read.text, tuple(oddities), read.cut)


def _candidates(answer: str) -> list[_Candidate]:
    fences: list[_Candidate] = []
    marks = list(_FENCE.finditer(answer))
    index = 0
    while index < len(marks) and len(fences) < _MOST_FENCES:
        opening = marks[index]
        closing = next(
            (
                place
                for place in range(index + 1, len(marks))
                if marks[place][1].startswith(opening[1]) and not marks[place][2]
            ),
            None,
        )
        end = marks[closing].start() if closing is not None else len(answer)
        fences.append(_Candidate(answer[opening.end() : end].strip("\n"), closing is not None, True))
        index = len(marks) if closing is None else closing + 1
    if fences:
        return fences
    brace = answer.find("{")
    first = _TOP_KEY.search(answer)
    if brace >= 0 and (first is None or brace < first.start()):
        return [_Candidate(answer[brace:], True, False)]
    if first is None:
        return [_Candidate(answer, True, False)] if answer.strip() else []
    return [_Candidate(_without_prose_behind(answer[first.start() :]), True, False)]


def _without_prose_behind(text: str) -> str:
    """What stands at the first column behind the plan and is no key of it."""
    lines = text.split("\n")
    last = len(lines)
    for number, line in enumerate(lines):
        if line[:1].strip() and not re.match(r"[\w-]+:|#|-(?:\s|$)|[\]}]|---", line):
            last = number
            break
    return "\n".join(lines[:last])


def _read(candidate: _Candidate) -> FoundPlan | None:
    text = candidate.text.strip("\n")
    if text.lstrip().startswith(("{", "[")):
        return _read_json(text.lstrip())
    if candidate.closed:
        return FoundPlan(_with_tasks_key(text) + "\n")
    # Nobody knows how much of the last task is there.
    shorter = _without_last_task(text)
    return FoundPlan(shorter, ("it broke off; the last task was left out",), cut=True)


def _with_tasks_key(text: str) -> str:
    """A bare list is taken for the tasks."""
    return f"tasks:\n{text}" if re.match(r"-\s", text) else text


def _without_last_task(text: str) -> str:
    text = _with_tasks_key(text)
    source = PlanFile.parse(text).sources[0]
    if not source.plan.tasks:
        return text + "\n"
    last = len(source.plan.tasks) - 1
    start = source.base(last) + source.task_node(last).start
    line = text.rfind("\n", 0, start) + 1
    return text[:line]


def _read_json(text: str) -> FoundPlan | None:
    decoder = json.JSONDecoder()
    try:
        value, end = decoder.raw_decode(text)
    except (ValueError, RecursionError):
        lists = {name: _whole_items(text, pattern) for name, pattern in _LIST.items()}
        if not lists["tasks"]:
            return None
        whole = {name: items for name, items in lists.items() if items}
        return FoundPlan(_as_yaml(whole), ("it broke off; what was not whole was left out",), cut=True)
    whole: object = {"tasks": cast("list[Any]", value)} if isinstance(value, list) else value
    return _read_object(whole, text[end:].strip())


def _read_object(value: object, behind: str) -> FoundPlan | None:
    if not isinstance(value, dict):
        return None
    plan = cast("dict[str, Any]", value)
    inner = plan.get("plan")
    if "tasks" not in plan and isinstance(inner, dict):
        plan = cast("dict[str, Any]", inner)
    return FoundPlan(_as_yaml(plan), ("there was text behind the JSON",) if behind else ())


def _whole_items(text: str, pattern: re.Pattern[str]) -> list[Any]:
    opening = pattern.search(text)
    if opening is None:
        return []
    decoder = json.JSONDecoder()
    items: list[Any] = []
    place = opening.end()
    while len(items) < _MOST_ITEMS:
        start = re.compile(r"[\s,]*").match(text, place)
        place = start.end() if start is not None else place
        try:
            item, place = decoder.raw_decode(text, place)
        except (ValueError, RecursionError):
            break
        items.append(item)
    return items


def _as_yaml(plan: dict[str, Any]) -> str:
    try:
        return yaml.safe_dump(plan, sort_keys=False, allow_unicode=True, width=10_000)
    except (yaml.YAMLError, RecursionError):
        return ""


def _task_count(text: str) -> int:
    return len(PlanFile.parse(text).sources[0].plan.tasks)


def _has(text: str, key: str) -> bool:
    return key in PlanFile.parse(text).sources[0].plan.header.keys
