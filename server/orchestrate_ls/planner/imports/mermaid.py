"""Mermaid flowcharts: nodes are tasks, and an arrow is a task that waits for the one it comes from."""

from __future__ import annotations

import re
from typing import Final

from orchestrate_ls.plan.duration import Calendar, DurationError, parse_duration
from orchestrate_ls.planner.imports.imported import (
    MOST_TASKS,
    Imported,
    ImportedTask,
    ImportFailedError,
    Link,
    counted,
)

_FENCE: Final = re.compile(r"[ \t]*```+[ \t]*mermaid\b")
_FRONT: Final = re.compile(r"\A\s*---[ \t]*\r?\n(.*?)^---[ \t]*\r?\n", re.DOTALL | re.MULTILINE)
_START: Final = re.compile(
    r"^[ \t]*(?:flowchart|graph)(?:-elk)?\b[ \t]*(?:TB|TD|BT|RL|LR)?[ \t]*(;|$)", re.MULTILINE
)
_TITLE: Final = re.compile(r"^title:[ \t]*(.+?)[ \t]*$", re.MULTILINE)
_STYLE: Final = re.compile(r"^(?:classDef|class|style|linkStyle|click|direction|accTitle|accDescr)\b")
_NODE: Final = re.compile(r"([\w\u0080-\uffff](?:[\w.\u0080-\uffff]|-(?![-.>=]))*)(?:@\{[^}]*\})?")
_SHAPES: Final = (
    ("(((", ")))"), ("([", "])"), ("((", "))"), ("[[", "]]"), ("[(", ")]"), ("[/", "/]"), ("[\\", "\\]"),
    ("[/", "\\]"), ("[\\", "/]"), ("{{", "}}"), (">", "]"), ("[", "]"), ("(", ")"), ("{", "}"),
)  # fmt: skip
_LINK: Final = re.compile(
    r"(?P<back><|[xo](?=[-=.]))?(?:"
    r"--[ ]+(?P<solid>[^-\n]+?)[ ]+-{2,}(?P<h1>[>xo])?|"
    r"==[ ]+(?P<thick>[^=\n]+?)[ ]+={2,}(?P<h2>[>xo])?|"
    r"-\.[ ]+(?P<dotted>[^.\n]+?)[ ]+\.+-(?P<h3>[>xo])?|"
    r"-{2,}(?P<h4>[>xo])?-*|={2,}(?P<h5>[>xo])?|-\.+-(?P<h6>[>xo])?|~{3,}(?P<none>)"
    r")[ \t]*(?:\|(?P<label>[^|\n]*)\|)?"
)
_CLASS: Final = re.compile(r":::[\w-]+")
_BREAK: Final = re.compile(r"<br[ ]*/?>", re.IGNORECASE)
_ENTITY: Final = re.compile(r"#(\d{1,6}|[a-z]{2,8});")
_NAMED: Final = {"quot": '"', "amp": "&", "lt": "<", "gt": ">", "apos": "'"}
_FIGURES: Final = re.compile(
    r"<br[ ]*/?>(?P<time>[^<·]{1,20}?)?(?:[ ]?·[ ]?(?P<agent>[^<]{1,60}))?$", re.IGNORECASE
)
_OWN_KEY: Final = re.compile(r"t\d+")
_OWN_ID: Final = re.compile(r"[A-Za-z][\w.-]*\d[\w.-]*(?=[ ])")
_TAG: Final = re.compile(r"</?\w[^<>]*>")


def is_flowchart(source: str) -> bool:
    """Whether a text is a flowchart, or Markdown with one."""
    return _chart(source) is not None


def read_flowchart(source: str) -> Imported:
    """The tasks of the first flowchart of a text."""
    found = _chart(source)
    if found is None:
        other = re.search(
            r"^[ \t]*(gantt|sequenceDiagram|stateDiagram|classDiagram|mindmap)\b", source, re.MULTILINE
        )
        what = f"a Mermaid diagram of another kind (`{other.group(1)}`)" if other else "no Mermaid flowchart"
        raise ImportFailedError(f"this is {what}", "a flowchart begins with a line like `flowchart TD`")
    title, first_line, lines = found
    return _Reader(title, first_line).read(lines)


def _chart(source: str) -> tuple[str, int, list[str]] | None:
    """The title, the number of the first line, and the lines below `flowchart`."""
    for skipped, text in _fenced(source) or [(0, source)]:
        front = _FRONT.match(text)
        start = _START.search(text, front.end() if front else 0)
        before = text[front.end() if front else 0 : start.start()] if start else ""
        if start is None or any(
            line.strip() and not line.strip().startswith("%%") for line in before.split("\n")
        ):
            continue
        title = _TITLE.search(front.group(1)) if front else None
        number = skipped + text.count("\n", 0, start.end()) + 1
        return (title.group(1) if title else ""), number, text[start.end() :].split("\n")
    return None


def _fenced(source: str) -> list[tuple[int, str]]:
    """The Mermaid blocks of a Markdown text, each with the number of lines before it."""
    found: list[tuple[int, str]] = []
    begin: int | None = None
    lines = source.split("\n")
    for number, line in enumerate(lines):
        if begin is None and _FENCE.match(line):
            begin = number + 1
        elif begin is not None and line.strip().startswith("```"):
            found.append((begin, "\n".join(lines[begin:number]) + "\n"))
            begin = None
    return found


class _Reader:
    def __init__(self, title: str, first_line: int) -> None:
        self._imported = Imported(title or "Tasks of a flowchart", [])
        self._tasks: dict[str, ImportedTask] = {}
        self._first_line = first_line
        self._labels = self._undirected = self._subgraphs = 0

    def read(self, lines: list[str]) -> Imported:
        for number, line in enumerate(lines, start=self._first_line):
            for statement in self._statements(" ".join(line.partition("%%")[0].split())):
                self._statement(statement, number)
        imported = self._imported
        imported.tasks = list(self._tasks.values())
        _with_own_ids(imported.tasks)
        if self._labels:
            imported.notes.append(f"left out: the words on {counted(self._labels, 'arrow')}")
        if self._undirected:
            imported.notes.append(
                f"left out, as it says nothing about order: {counted(self._undirected, 'line')} without an arrowhead"
            )
        if self._subgraphs:
            imported.notes.append(
                f"left out: the borders of {counted(self._subgraphs, 'subgraph')}, not their tasks"
            )
        if any(task.estimate is None for task in imported.tasks):
            imported.notes.append(
                "a flowchart says neither how long tasks take nor who does them; add estimates and agents"
            )
        return imported

    def _statements(self, line: str) -> list[str]:
        """What a semicolon separates, unless it stands in quotes or is the end of an entity."""
        if ";" not in line or '"' in line or "&" in line or "#" in line:
            return [line.strip().removesuffix(";")]
        return [part.strip() for part in line.split(";")]

    def _statement(self, text: str, number: int) -> None:
        if not text or _STYLE.match(text) or text == "end":
            return
        if text.startswith("subgraph"):
            self._subgraphs += 1
            return
        position, before, forward = 0, list[str](), True
        while True:
            position, group = self._group(text, position, number)
            if before:
                for one in before:
                    for other in group:
                        later, earlier = (other, one) if forward else (one, other)
                        self._tasks[later].wait_for([earlier] if later != earlier else [])
            link = _LINK.match(text, position)
            if link is None:
                if text[position:].strip():
                    raise self._wrong(text[position:], number)
                return
            heads = [link.group(name) for name in ("h1", "h2", "h3", "h4", "h5", "h6")]
            said = (link.group(name) for name in ("solid", "thick", "dotted", "label"))
            self._labels += any(part and part.strip() for part in said)
            has_head = any(heads)
            forward = has_head or link.group("back") is None
            before = group if has_head or link.group("back") else []
            self._undirected += not before
            position = link.end()
            while position < len(text) and text[position] in " \t":
                position += 1

    def _group(self, text: str, position: int, number: int) -> tuple[int, list[str]]:
        """`A & B`: nodes from a position on, and where they end."""
        names: list[str] = []
        while True:
            while position < len(text) and text[position] in " \t":
                position += 1
            found = _NODE.match(text, position)
            if found is None:
                raise self._wrong(text[position:] or text, number)
            position, label = self._label(text, found.end(), number)
            name = found.group(1)
            self._add(name, label, number)
            names.append(name)
            styled = _CLASS.match(text, position)
            position = styled.end() if styled else position
            while position < len(text) and text[position] in " \t":
                position += 1
            if text[position : position + 1] != "&":
                return position, names
            position += 1

    def _label(self, text: str, position: int, number: int) -> tuple[int, str | None]:
        for opening, closing in _SHAPES:
            if not text.startswith(opening, position):
                continue
            start = position + len(opening)
            quoted = re.compile(r'[ ]*"([^"]*)"[ ]*').match(text, start)
            if quoted and text.startswith(closing, quoted.end()):
                return quoted.end() + len(closing), quoted.group(1)
            end = text.find(closing, start)
            if end < 0:
                continue
            return end + len(closing), text[start:end]
        if text[position : position + 1] in ("[", "(", "{"):
            raise ImportFailedError("this node is not closed", f"close it with `{text[position]}...`", number)
        return position, None

    def _add(self, name: str, label: str | None, number: int) -> None:
        task = self._tasks.get(name)
        if task is None:
            if len(self._tasks) == MOST_TASKS:
                raise ImportFailedError(
                    f"it has more than {MOST_TASKS:,} nodes", "import a part of it", number
                )
            task = self._tasks[name] = ImportedTask(name, name)
        if label is not None and label.strip():
            words = _TAG.sub("", _with_figures(task, label)).strip("` ")
            task.name = " ".join(_ENTITY.sub(_character, words).split()) or name

    def _wrong(self, rest: str, number: int) -> ImportFailedError:
        return ImportFailedError(
            f"`{rest.strip()[:40]}` is nothing that a flowchart has", "repair the line", number
        )


def _with_figures(task: ImportedTask, label: str) -> str:
    """The label without the line `4h · dev` that our own exports have, which become the estimate and the agent."""
    found = _FIGURES.search(label)
    if found is None:
        return _BREAK.sub(" ", label)
    time = (found["time"] or "").replace(" ", "")
    try:
        parse_duration(time, Calendar())
    except DurationError:
        return _BREAK.sub(" ", label)
    task.estimate = time
    task.agent = _ENTITY.sub(_character, found["agent"]) if found["agent"] else None
    return _BREAK.sub(" ", label[: found.start()])


def _with_own_ids(tasks: list[ImportedTask]) -> None:
    """Our own exports number the nodes, and begin each label with the task's id."""
    ids = [_OWN_ID.match(task.name) for task in tasks]
    if not all(_OWN_KEY.fullmatch(task.key) for task in tasks) or None in ids:
        return
    names = {task.key: found.group() for task, found in zip(tasks, ids, strict=True) if found is not None}
    if len(set(names.values())) < len(tasks):
        return
    for task in tasks:
        task.links = [Link(names.get(link.key, link.key), link.kind, link.lag) for link in task.links]
        task.key = names[task.key]
        task.name = task.name[len(task.key) :].strip()


def _character(found: re.Match[str]) -> str:
    said = found.group(1)
    if said.isdecimal():
        return chr(int(said)) if int(said) <= 0x10FFFF else found.group()
    return _NAMED.get(said, found.group())
