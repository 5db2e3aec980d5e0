"""What in a plan leads elsewhere: the files that tasks write, sub-plans, definitions of agents, and rules by their
codes.

Says where the links are and what they name. Whether there is such a file is for whoever may look at the disk.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Final

from orchestrate_ls.ide.names import NameKind, Occurrence, Role, names_in_header, names_in_task
from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.plan.source import PlanSource
from orchestrate_ls.rules.registry import RULES
from orchestrate_ls.rules.suppressions import suppressions_in
from orchestrate_ls.syntax.splice import content_start
from orchestrate_ls.syntax.tree import Mapping, Scalar, Sequence, resolved

_GLOB: Final = frozenset("*?[]{}!")
_LONGEST: Final = 1_000
_CODES: Final = frozenset(rule.code for rule in RULES)


class LinkKind(Enum):
    """What a link leads to."""

    FILE = "file"
    AGENT = "agent"
    RULE = "rule"
    PLAN = "plan"
    """A sub-plan; its path counts from the plan's own folder."""


@dataclass(frozen=True, slots=True)
class Link:
    """A range in code points of the file, and the path, agent or rule that stands there."""

    kind: LinkKind
    name: str
    start: int
    end: int


def links_of(file: PlanFile, defined_agents: Collection[str]) -> Iterator[Link]:
    """The links of a file. Globs are none, and neither are agents that are not among those given.

    Where the plan declares an agent itself, only that place leads to its definition file: from all others "go to
    definition" leads to both.
    """
    for source in file.sources:
        yield from _agents_in_header(source, defined_agents)
        yield from _in_tasks(source, defined_agents)
        for index, part in enumerate(source.parts):
            base = source.part_base(index)
            for suppression in suppressions_in(part.text):
                for code in suppression.codes:
                    if code.name in _CODES:
                        yield Link(LinkKind.RULE, code.name, base + code.start, base + code.end)


def _agents_in_header(source: PlanSource, defined: Collection[str]) -> Iterator[Link]:
    if not any(agent.id in defined for agent in source.plan.header.agents):
        return
    for each in names_in_header(source, "agents"):
        if each.role is Role.DECLARATION and each.name.kind is NameKind.AGENT and each.name.text in defined:
            yield _of_agent(each)


def _in_tasks(source: PlanSource, defined: Collection[str]) -> Iterator[Link]:
    declared = {agent.id for agent in source.plan.header.agents}
    for index, task in enumerate(source.plan.tasks):
        if task.agent in defined and task.agent not in declared:
            for each in names_in_task(source, index):
                if each.direct and each.name.kind is NameKind.AGENT:
                    yield _of_agent(each)
        if task.files:
            yield from _paths(source, index, "files", LinkKind.FILE)
        if task.plan:
            yield from _paths(source, index, "plan", LinkKind.PLAN)


def _of_agent(each: Occurrence) -> Link:
    return Link(LinkKind.AGENT, each.name.text, each.start, each.end)


def _paths(source: PlanSource, index: int, key: str, kind: LinkKind) -> Iterator[Link]:
    node = source.task_node(index)
    entry = node.entry(key) if isinstance(node, Mapping) else None
    if entry is None:
        return
    base, text = source.base(index), source.parts[source.task_parts[index]].text
    listed = entry.value
    for item in listed.items if isinstance(listed, Sequence) else [listed]:
        if item is not resolved(item) or not isinstance(item, Scalar) or item.style in ("|", ">"):
            continue
        name = item.text
        if not name or len(name) > _LONGEST or _GLOB & set(name) or not name.isprintable():
            continue
        start, end = content_start(text, 0, item), item.end
        quote = 1 if item.style else 0
        yield Link(kind, name, base + start + quote, base + end - quote)
