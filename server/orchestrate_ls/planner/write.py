"""A draft becomes the text of a plan file, and a goal the name of one.

Whatever the goal holds, the text is valid YAML that reads back as what was meant: this is checked each time.
Knows the plan format's keys and their order, nothing of how a draft came about.
"""

from __future__ import annotations

import hashlib
import io
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

import yaml
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, FoldedScalarString, LiteralScalarString

from orchestrate_ls.planner.draft import Draft, DraftAgent, DraftTask

HEADER = "# orchestrate: plan\n"
PLAN_VERSION = 1
SLUG_LENGTH = 50
_FOLD_AT = 100
_NEVER = 1 << 30
"""ruamel's own folding leaves blanks at line ends; long descriptions are folded here, all else stays on its line."""
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_PLAIN_TEXT = re.compile(r"[^\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]*")
_TEXT_LINES = re.compile(r"\S[^\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\t]*\S")
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)$")
_TRANSLITERATED = str.maketrans(
    {
        "ß": "ss",
        "æ": "ae",
        "ø": "o",
        "œ": "oe",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "ł": "l",
        "ı": "i",
        "ä": "ae",
        "ö": "oe",
        "ü": "ue",
    }
)
_TRAILING_WORDS = frozenset(
    (
        "a",
        "an",
        "and",
        "the",
        "with",
        "for",
        "of",
        "to",
        "in",
        "on",
        "or",
        "by",
        "from",
        "that",
        "which",
        "as",
        "plus",
        "und",
        "mit",
    )
)


def write_plan(draft: Draft) -> str:
    """The YAML text of the plan. Lone surrogates in the goal, which no file can hold, become U+FFFD."""
    for cautious in (False, True):
        text = _dump(_document(draft, cautious))
        if _reads_back(text, draft):
            return text
    raise AssertionError("the plan written does not read back as the draft")


def slug(goal: str) -> str:
    """A file name's stem for the goal: ASCII letters, digits and hyphens, at most SLUG_LENGTH, safe on every system."""
    # What cannot matter any more is not looked at.
    lowered = goal[:1000].lower().translate(_TRANSLITERATED)
    decomposed = unicodedata.normalize("NFKD", lowered)
    letters = sum(character.isalnum() for character in decomposed)
    ascii_text = "".join(character for character in decomposed if character.isascii())
    words = re.findall(r"[a-z0-9]+", ascii_text.replace("'", ""))
    kept: list[str] = []
    length = 0
    for word in words:
        if length + len(word) + bool(kept) > SLUG_LENGTH - 9:
            break
        kept.append(word)
        length += len(word) + (len(kept) > 1)
    while len(kept) > 1 and kept[-1] in _TRAILING_WORDS:
        kept.pop()
    stem = "-".join(kept) or (words[0][: SLUG_LENGTH - 9] if words else "")
    digest = hashlib.sha256(goal.encode("utf-8", "replace")).hexdigest()[:8]
    if not re.search("[a-z]", stem):
        return f"plan-{digest}"
    if sum(map(len, words)) * 2 < letters:
        # Most of the goal could not be written in ASCII: the hash keeps two such goals apart.
        return f"{stem}-{digest}"
    return f"plan-{stem}" if _RESERVED.match(stem) else stem


def _dump(document: CommentedMap) -> str:
    return HEADER + _dump_plain(document)


def task_fields(task: DraftTask) -> dict[str, str]:
    """The fields of a task in their order, each value as YAML text for a block mapping.

    Further lines of a value count from the column that lies two behind its key's.
    """
    return {
        str(key): value_text(value) for key, value in cast("dict[str, Any]", _task(task, _scalar)).items()
    }


def agent_text(agent: DraftAgent) -> str:
    """An agent as an item of a block list; its further lines count from the item's own column."""
    return _dump_plain(_agent(agent)).rstrip("\n")


def value_text(value: Any) -> str:
    """The text of one value behind its key; see `task_fields`. Text that is no plain line is quoted or folded."""
    text = _dump_plain(_mapping(key=_written(value))).rstrip("\n").removeprefix("key:")
    first, *further = text.split("\n")
    return "\n".join([first.removeprefix(" "), *(line.removeprefix("  ") for line in further)])


def _written(value: Any) -> Any:
    """Bare texts as the planner writes them; what is for the writer already stays."""
    if type(value) is str:
        return _folded(value)
    if isinstance(value, (CommentedMap, CommentedSeq)) or not isinstance(value, (list, tuple, Mapping)):
        return value
    if isinstance(value, Mapping):
        return _plain(value)
    return _block(_scalar(each) for each in cast("Sequence[str]", value))


def _dump_plain(document: CommentedMap) -> str:
    writer = YAML()
    writer.width = _NEVER
    writer.indent(mapping=2, sequence=4, offset=2)
    stream = io.StringIO()
    cast("Any", writer).dump(document, stream)
    return stream.getvalue()


def _document(draft: Draft, cautious: bool) -> CommentedMap:
    """`cautious`: every text that comes from the goal in double quotes."""
    write = _quoted if cautious else _scalar
    plan = CommentedMap()
    plan["version"] = PLAN_VERSION
    plan["goal"] = write(draft.goal)
    if draft.template is not None:
        plan["template"] = draft.template
    analysis = draft.analysis
    plan["analysis"] = _mapping(
        primary_goal=write(analysis.primary_goal),
        key_features=_block(map(write, analysis.key_features)),
        implied_requirements=_block(map(write, analysis.implied_requirements)),
        technical_scope=_block(map(write, analysis.technical_scope)),
        estimated_complexity=analysis.estimated_complexity,
    )
    if draft.concurrent_capacity is not None:
        plan["concurrent_capacity"] = draft.concurrent_capacity
    if draft.calendar is not None:
        hours, days = (int(figure) if figure == int(figure) else figure for figure in draft.calendar)
        plan["calendar"] = _mapping(hours_per_day=hours, days_per_week=days)
        cast("Any", plan["calendar"]).fa.set_flow_style()
    if draft.start is not None:
        plan["start"] = DoubleQuotedScalarString(draft.start)
    plan["agents"] = _block(map(_agent, draft.agents))
    plan["tasks"] = _block(_task(task, write) for task in draft.tasks)
    if draft.templates:
        plan["templates"] = _plain(draft.templates)
    if draft.quality_gates:
        plan["quality_gates"] = _plain(draft.quality_gates)
    header = next((key for key in ("concurrent_capacity", "calendar", "start") if key in plan), "agents")
    for key in ("analysis", *({header} - {"agents"}), "agents", "tasks", "templates", "quality_gates"):
        if key in plan:
            cast("Any", plan).yaml_set_comment_before_after_key(key, before="\n")
    tasks = cast("Any", plan["tasks"])
    for index in range(1, len(draft.tasks)):
        tasks.yaml_set_comment_before_after_key(index, before="\n")
    return plan


def _agent(agent: DraftAgent) -> CommentedMap:
    entry = _mapping(id=agent.id)
    if agent.skills:
        entry["skills"] = _flow(agent.skills)
        entry["experience_level"] = agent.experience_level
    if agent.capacity > 1:
        entry["capacity"] = agent.capacity
    return entry


def _task(task: DraftTask, write: Any) -> CommentedMap:
    entry = CommentedMap()
    entry["id"] = task.id
    entry["name"] = write(task.name)
    if task.description:
        entry["description"] = _folded(task.description) if write is _scalar else write(task.description)
    if (estimate := _estimate(task)) is not None:
        entry["estimated_time"] = estimate
    entry["dependencies"] = _dependencies(task)
    if task.agent:
        entry["agent"] = task.agent
    if task.priority:
        entry["priority"] = _priority(task.priority)
    if task.parallel_group is not None:
        entry["parallel_group"] = task.parallel_group
    if task.deadline is not None:
        entry["deadline"] = DoubleQuotedScalarString(task.deadline)
    if task.files:
        entry["files"] = _block(map(write, task.files))
    if task.required_skills:
        entry["required_skills"] = _flow(task.required_skills)
    if task.success_criteria:
        entry["success_criteria"] = _block(map(write, task.success_criteria))
    if task.definition_of_done:
        entry["definition_of_done"] = _block(map(write, task.definition_of_done))
    if task.quality_gates:
        entry["quality_gates"] = _flow(task.quality_gates)
    return entry


def _priority(priority: str) -> str | float:
    """A word, or a number of a template of the user's own."""
    try:
        number = float(priority)
    except ValueError:
        return priority
    return int(number) if number == int(number) else number


def _estimate(task: DraftTask) -> Any:
    points = (
        task.stated_time or tuple(map(duration, task.estimate))
        if task.stated_time or any(task.estimate)
        else ()
    )
    if len(points) == 1:
        return points[0]
    if not points:
        return None
    optimistic, likely, pessimistic = points
    estimate = _mapping(optimistic=optimistic, likely=likely, pessimistic=pessimistic)
    cast("Any", estimate).fa.set_flow_style()
    return estimate


def _dependencies(task: DraftTask) -> CommentedSeq:
    if not task.lags:
        return _flow(task.dependencies)
    lags = dict(task.lags)
    entries: list[Any] = []
    for dependency in task.dependencies:
        if dependency not in lags:
            entries.append(dependency)
            continue
        entry = _mapping(task=dependency, lag=lags[dependency])
        cast("Any", entry).fa.set_flow_style()
        entries.append(entry)
    return _block(entries)


def duration(hours: float) -> str:
    """Hours as a plan writes them: `3h`, `45m`, `1h30m`."""
    minutes = round(hours * 60)
    whole, rest = divmod(minutes, 60)
    if not whole:
        return f"{rest}m"
    return f"{whole}h{rest}m" if rest else f"{whole}h"


def _scalar(text: str) -> str:
    text = _without_surrogates(text)
    if "\n" in text and _TEXT_LINES.fullmatch(text) and not re.search(r"[ \r]$", text, re.MULTILINE):
        return LiteralScalarString(text)
    # Very long words cannot be folded, and unusual characters are best escaped.
    return text if _PLAIN_TEXT.fullmatch(text) and text.strip() == text else DoubleQuotedScalarString(text)


def _folded(text: str) -> str:
    """Long prose as a folded block, broken at single spaces between words that no reader takes for anything else."""
    text = _without_surrogates(text)
    if len(text) <= _FOLD_AT or not _PLAIN_TEXT.fullmatch(text) or text != " ".join(text.split()):
        return _scalar(text)
    breaks: list[int] = []
    line_start = 0
    last_space = -1
    for place, character in enumerate(text):
        if character != " ":
            continue
        if place - line_start > _FOLD_AT - 6 and last_space > line_start:
            breaks.append(last_space)
            line_start = last_space + 1
        last_space = place
    if len(text) - line_start > _FOLD_AT - 6 and last_space > line_start:
        breaks.append(last_space)
    folded = FoldedScalarString(text)
    cast("Any", folded).fold_pos = breaks
    return folded


def _quoted(text: str) -> str:
    return DoubleQuotedScalarString(_without_surrogates(text))


def _without_surrogates(text: str) -> str:
    return re.sub("[\ud800-\udfff]", "\ufffd", text)


def _mapping(**values: Any) -> CommentedMap:
    result = CommentedMap()
    for key, value in values.items():
        result[key] = value
    return result


def _flow(values: Iterable[str]) -> CommentedSeq:
    result = CommentedSeq(values)
    cast("Any", result).fa.set_flow_style()
    return result


def _block(values: Iterable[Any]) -> CommentedSeq:
    result = CommentedSeq(values)
    if not result:
        cast("Any", result).fa.set_flow_style()
    return result


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return _mapping(
            **{str(key): _plain(entry) for key, entry in cast("Mapping[str, Any]", value).items()}
        )
    if isinstance(value, list):
        return _block(_plain(entry) for entry in cast("list[Any]", value))
    return value


def _reads_back(text: str, draft: Draft) -> bool:
    try:
        loaded = cast("object", yaml.load(text, Loader=_Loader))  # noqa: S506 - CSafeLoader, or SafeLoader
    except yaml.YAMLError:
        return False
    if not isinstance(loaded, dict):
        return False
    plan = cast("dict[str, Any]", loaded)
    tasks = cast("list[dict[str, Any]]", plan.get("tasks") or [])
    return (
        plan.get("goal") == _without_surrogates(draft.goal)
        and _texts(plan["analysis"]["key_features"])
        == list(map(_without_surrogates, draft.analysis.key_features))
        and [(t["id"], t["name"], t.get("description", ""), _ids(t["dependencies"])) for t in tasks]
        == [
            (t.id, _without_surrogates(t.name), _without_surrogates(t.description), list(t.dependencies))
            for t in draft.tasks
        ]
        and [t.get("success_criteria", []) for t in tasks]
        == [list(map(_without_surrogates, t.success_criteria)) for t in draft.tasks]
    )


def _ids(dependencies: Sequence[Any]) -> list[Any]:
    return [each["task"] if isinstance(each, Mapping) else each for each in dependencies]


def _texts(values: Sequence[Any]) -> list[Any]:
    return list(values)
