"""The dependency graph as a picture: a column for each wave, lines for dependencies that no others imply."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from orchestrate_ls.progress.state import TaskState
from orchestrate_ls.report.graph_layout import laid_out
from orchestrate_ls.report.markdown import STATES
from orchestrate_ls.report.svg import element, escape, fitted, label, number, picture, text_width, wrapped
from orchestrate_ls.schedule.analysis import NetworkAnalysis

_MARGIN: Final = 14
_READABLE: Final = 1_700
_HEADING: Final = 46
_NARROWEST_HEADING: Final = 420
_NAME_SIZE: Final = 11


@dataclass(frozen=True, slots=True)
class GraphNode:
    """A task as it is drawn. ``state`` is None where nothing is to be said of progress."""

    id: str
    name: str
    note: str
    state: TaskState | None = None
    is_critical: bool = False
    agent: str = ""


@dataclass(frozen=True, slots=True)
class _Look:
    width: float
    height: float
    across: float
    down: float
    with_name: bool
    with_id: bool
    name_lines: int = 1
    with_agent: bool = False


def graph_chart(
    nodes: Sequence[GraphNode],
    analysis: NetworkAnalysis,
    path: Collection[tuple[int, int]] = (),
    title: str = "Dependencies",
    line: str | None = None,
) -> str:
    """The picture of a network; ``path`` are links to be marked. Links of a circle are left out.

    ``line`` says what is seen, below the title, where the picture stands alone.
    """
    if not nodes:
        return ""
    redundant = {(before, after) for before, after, _ in analysis.redundant}
    links = [
        each
        for each in dict.fromkeys((link.predecessor, link.successor) for link in analysis.acyclic.links)
        if each not in redundant
    ]
    layout = laid_out(len(nodes), links, analysis.waves)
    look = _look(nodes)
    parts: list[str] = []
    marked = set(path)
    # Marked lines last, so that they lie above the others.
    for place in sorted(range(len(links)), key=lambda each: links[each] in marked):
        on_path = links[place] in marked
        parts.append(
            element(
                "path", d=_route(layout.routes[place], look), cls=f"link{' link-critical' if on_path else ''}"
            )
        )
    for index, node in enumerate(nodes):
        parts.append(_node(node, layout.columns[index], layout.rows[index], look))
    width = 2 * _MARGIN + (layout.width - 1) * look.across + look.width
    height = 2 * _MARGIN + (layout.height - 1) * look.down + look.height
    if line is not None:
        room = max(text_width(title, 16), text_width(line, 11.5))
        width = max(width, min(_NARROWEST_HEADING, 2 * _MARGIN + room + 1))
        height += _HEADING
        parts = [
            *_heading(title, line, nodes, width),
            element("g", parts, transform=f"translate(0 {_HEADING})"),
        ]
    cls = "graph" if look.with_name else "graph small"
    # Shrunk to a half it can still be read; beyond that it is scrolled through.
    cls += " fits" if width <= _READABLE else ""
    hidden = len(redundant)
    more = f" {hidden} that others imply are not drawn." if hidden else ""
    description = (
        f"{len(nodes)} tasks in {layout.width} waves, {len(links)} dependencies from left to right.{more}"
    )
    return picture("".join(parts), width, height, title, description, cls)


def _look(nodes: Sequence[GraphNode]) -> _Look:
    size = len(nodes)
    if size <= 60:
        longest = max(text_width(each.name, _NAME_SIZE) for each in nodes) + 28
        width = min(max(longest, 168), 208)
        lines = 2 if longest > width else 1
        with_agent = any(each.agent for each in nodes)
        height = 46 + 14 * (lines - 1) + (15 if with_agent else 0)
        return _Look(width, height, width + 56, height + 16, with_name=True, with_id=True, name_lines=lines,
                     with_agent=with_agent)  # fmt: skip
    if size <= 200:
        return _Look(122, 34, 164, 44, with_name=True, with_id=True)
    if size <= 500:
        return _Look(54, 16, 90, 21, with_name=False, with_id=True)
    return _Look(11, 9, 42, 12, with_name=False, with_id=False)


def _heading(title: str, line: str, nodes: Sequence[GraphNode], width: float) -> list[str]:
    """Title and line, and what the colours mean where there are some."""
    room = width - 2 * _MARGIN
    parts = [
        label(title, _MARGIN, 25, "heading", room=room, size=16),
        element("text", escape(fitted(line, room, 11.5)), x=_MARGIN, y=43, cls="heading-sub"),
    ]
    x = _MARGIN + text_width(line, 11.5) + 24
    states = {each.state for each in nodes}
    for state in (each for each in TaskState if each in states):
        word = STATES[state][1]
        end = x + 14 + text_width(word, 11.5)
        if end > width - _MARGIN:
            break
        parts.append(element("rect", x=x, y=35, width=9, height=9, rx=2, cls=f"edge {state.value}"))
        parts.append(element("text", escape(word), x=x + 14, y=43, cls="heading-sub"))
        x = end + 14
    return parts


def _place(column: float, row: float, look: _Look) -> tuple[float, float]:
    return _MARGIN + column * look.across, _MARGIN + row * look.down


def _route(points: Sequence[tuple[int, float]], look: _Look) -> str:
    parts: list[str] = []
    last = len(points) - 1
    for number_of, ((one, row), (other, next_row)) in enumerate(pairwise(points)):
        x, y = _place(one, row, look)
        end, end_y = _place(other, next_row, look)
        x, y = x + look.width, y + look.height / 2
        end_y += look.height / 2
        if not parts:
            parts.append(f"M{number(x)} {number(y)}")
        bend = (end - x) / 2
        parts.append(
            f"C{number(x + bend)} {number(y)} {number(end - bend)} {number(end_y)} {number(end)} {number(end_y)}"
        )
        if number_of + 1 < last:
            # Through a column of others the line runs straight.
            parts.append(f"H{number(end + look.width)}")
    return "".join(parts)


def _node(node: GraphNode, column: int, row: float, look: _Look) -> str:
    x, y = _place(column, row, look)
    state = STATES[node.state][1] if node.state is not None else ""
    tip = ", ".join(filter(None, (f"{node.id} {node.name}".strip(), state, node.note)))
    cls = f"node{f' {node.state.value}' if node.state is not None else ''}{' critical' if node.is_critical else ''}"
    parts = [
        element("title", escape(tip)),
        element("rect", x=x, y=y, width=look.width, height=look.height, rx=min(8, look.height / 3), cls=cls),
    ]
    if look.with_name:
        parts += _words(node, x, y, look)
    elif look.with_id:
        middle, base = x + look.width / 2, y + look.height - 4.5
        parts.append(
            label(node.id, middle, base, "node-id s9", room=look.width - 6, size=9.5, anchor="middle")
        )
    return element("g", parts)


def _words(node: GraphNode, x: float, y: float, look: _Look) -> list[str]:
    is_large = look.height > 40
    size = 12.5 if is_large else 10.5
    line = 19.0 if is_large else look.height * 0.42
    parts = [
        label(node.id, x + 13, y + line, f"node-id s{int(size)}", room=look.width * 0.55, size=size),
        label(node.note, x + look.width - 10, y + line, "node-note", room=look.width * 0.4, size=10.5, anchor="end"),
    ]  # fmt: skip
    if node.state is not None:
        tall = look.height - 12
        parts.append(
            element("rect", x=x, y=y + 6, width=3.5, height=tall, rx=1.75, cls=f"edge {node.state.value}")
        )
    room = look.width - 26
    if not is_large:
        return [*parts, label(node.name, x + 13, y + look.height * 0.8, "node-name s9", room=room, size=9.5)]
    for text in wrapped(node.name, room, _NAME_SIZE, look.name_lines):
        line += 14 if line > 20 else 18
        parts.append(label(text, x + 13, y + line, "node-name s11", room=room, size=_NAME_SIZE))
    if node.agent:
        parts.append(label(node.agent, x + 13, y + look.height - 9, "node-agent", room=room, size=10))
    return parts
