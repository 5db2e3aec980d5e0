"""Carries a decision about a plan's tasks out on its text, by edits that leave every other byte as it was.

Each step is taken where there is a safe edit for it; one of them that has none is left out with a note, and the rest
goes on. Knows no goals and no drafts but the tasks that are put in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from orchestrate_ls.plan import rewrite
from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.plan.model import Spot
from orchestrate_ls.plan.rewriting import NotPossibleError, Rewriting
from orchestrate_ls.plan.source import PlanSource
from orchestrate_ls.plan.task_comments import comments_of
from orchestrate_ls.plan.task_layout import ends_with_open_text, task_lines
from orchestrate_ls.plan.task_references import (
    add_dependencies,
    drop_dependencies,
    rename_in_allocations,
    written_in,
)
from orchestrate_ls.planner.draft import Draft, DraftAgent
from orchestrate_ls.planner.three_way import Addition, Decision
from orchestrate_ls.planner.write import agent_text, task_fields, value_text
from orchestrate_ls.syntax.tree import Mapping as MappingNode
from orchestrate_ls.syntax.tree import Scalar
from orchestrate_ls.syntax.tree import Sequence as SequenceNode
from orchestrate_ls.syntax.writing import write_scalar
from orchestrate_ls.text.display import quoted
from orchestrate_ls.text.edits import TextEdit
from orchestrate_ls.text.lines import line_break, line_end, next_line

TASK_ORDER: Final = (
    "id",
    "name",
    "description",
    "estimated_time",
    "dependencies",
    "agent",
    "priority",
    "parallel_group",
    "required_skills",
    "deadline",
    "files",
    "success_criteria",
    "definition_of_done",
    "resources",
    "quality_gates",
    "model",
    "plan",
)
HEADER_ORDER: Final = (
    "version",
    "plan_id",
    "goal",
    "template",
    "analysis",
    "concurrent_capacity",
    "calendar",
    "start",
)


class Redrafting(Rewriting):
    """A plan being changed. ``left_out`` says which steps could not be taken, and why."""

    def __init__(self, file: PlanFile, number: int = 0) -> None:
        super().__init__(file, number)
        self.left_out: list[str] = []

    def attempt(self, step: Callable[[], None]) -> bool:
        """Take a step; where there is no safe edit for it, note that and go on. Whether it was taken."""
        before = self.mark()
        try:
            step()
        except NotPossibleError as error:
            self.back_to(before)
            self.left_out.append(str(error))
            return False
        return True

    def index(self, task: str) -> int:
        """Where a task stands by now."""
        return self.source.plan.index_of[task]

    # --- fields

    def set_field(self, task: int | None, key: str, value: object) -> None:
        """Give a field of a task (by index), or of the plan's top level, another value: a text, a number or a list."""
        spot = Spot(task, (key,))
        what = self._called(task, key)
        found = self.source.find(spot)
        node = found.node if found is not None and found.exact else None
        text = write_scalar(value) if isinstance(value, str) and "\n" not in value else value_text(value)
        single = isinstance(value, str) and "\n" not in value
        if isinstance(node, Scalar) and not node.is_missing and node.style not in ("|", ">") and single:
            self.apply(rewrite.replace_scalar(self.source, spot, str(value)), what)
            return
        if isinstance(node, Scalar) and not node.is_missing and isinstance(value, (int, float)):
            self.apply(rewrite.replace_scalar(self.source, spot, text, verbatim=True), what)
            return
        if found is not None and found.exact and found.entry is not None and node is not None:
            if self._has_comment(task, spot):
                raise NotPossibleError(
                    f"{key} of {self._named(task)} has a comment in it, so it stays as it is"
                )
            if not (isinstance(node, Scalar) and node.is_missing):
                self.apply(rewrite.remove_entry(self.source, spot), what)
        order = TASK_ORDER if task is not None else HEADER_ORDER
        after = order[: order.index(key)] if key in order else ()
        self.apply(rewrite.insert_entry(self.source, task, key, text, after), what)

    def set_yaml(self, task: int, key: str, text: str) -> None:
        """Give a field of a task a value that is YAML text already."""
        spot = Spot(task, (key,))
        what = self._called(task, key)
        node = self.source.node(spot)
        if node is not None and not (isinstance(node, Scalar) and node.is_missing):
            if isinstance(node, Scalar) and node.style not in ("|", ">") and "\n" not in text:
                self.apply(rewrite.replace_scalar(self.source, spot, text, verbatim=True), what)
                return
            if self._has_comment(task, spot):
                raise NotPossibleError(
                    f"{key} of {self._named(task)} has a comment in it, so it stays as it is"
                )
            self.apply(rewrite.remove_entry(self.source, spot), what)
        after = TASK_ORDER[: TASK_ORDER.index(key)]
        self.apply(rewrite.insert_entry(self.source, task, key, text, after), what)

    def _has_comment(self, task: int | None, spot: Spot) -> bool:
        source = self.source
        node = source.node(spot)
        if node is None:
            return False
        base = source.base(spot)
        written = source.text[
            base + node.start : line_end(source.text, max(base + node.start, base + node.end - 1))
        ]
        if "#" not in written:
            return False
        if isinstance(node, Scalar) and node.style in ("|", ">"):
            return "#" in written.partition("\n")[0]
        return task is None or bool(comments_of(source, task, above=False))

    def _called(self, task: int | None, key: str) -> str:
        return written_in(f"`{key}` of {self._named(task)}")

    def _named(self, task: int | None) -> str:
        return "the plan" if task is None else quoted(self.source.plan.tasks[task].id or "a task")

    # --- tasks

    def remove_task(self, index: int) -> None:
        """Take a task out, with the blank line that parts it from the next. Comments stay where they are."""
        source = self.source
        task = source.plan.tasks[index]
        comments = comments_of(source, index, above=False)
        lines = task_lines(source, index)
        text, ending = source.text, line_break(source.text)
        if len(source.plan.tasks) == 1:
            raise NotPossibleError(
                f"{quoted(task.id or 'the task')} stays, because a plan needs a task at least"
            )
        kept = "".join(f"{' ' * lines.column}{each}{ending}" for each in comments)
        end = lines.end
        above = text[: lines.start].replace("\r", "")[-2:]
        first = index == 0 and text[: lines.start].endswith(("\n", "\r")) and lines.lead == lines.start
        if not kept and (above == "\n\n" or first) and not (index and ends_with_open_text(source, index - 1)):
            while end < len(text) and text[end] in "\r\n":
                end = next_line(text, end)
        start = lines.start
        if not kept and end == len(text) and index and above == "\n\n":
            # The last task: the blank line above it has nothing to part any more.
            while text[:start].replace("\r", "").endswith("\n\n"):
                start -= 2 if text.startswith("\r\n", start - 2) else 1
        self.apply(TextEdit(start, end, kept), written_in(f"the task {quoted(task.id or '')}"))

    def add_task(self, addition: Addition) -> None:
        """Put a task in behind another, in the layout that the others have."""
        fields = task_fields(addition.task)
        fields["id"] = write_scalar(addition.id, in_flow=True)
        names = {each: write_scalar(each, in_flow=True) for each in addition.dependencies}
        links = [
            f"{{task: {name}, lag: {addition.lags[each]}}}" if each in addition.lags else name
            for each, name in names.items()
        ]
        fields["dependencies"] = f"[{', '.join(links)}]"
        fields["agent"] = write_scalar(addition.agent)
        after = addition.after if addition.after in self.source.plan.index_of else None
        if not self.source.plan.tasks:
            self._first_task(fields)
            return
        source = self.source
        place = self.index(after) if after is not None else 0
        lines = task_lines(source, place)
        if after is not None and ends_with_open_text(source, place):
            raise NotPossibleError(
                f"{quoted(after)} ends with a text that goes on to the next task; end that first"
            )
        ending = line_break(source.text)
        text = ending.join(_item(fields, lines.column, _item_width(source, place, lines.column)))
        gap = ending if _has_gap(source, place) else ""
        if after is None:
            edit = TextEdit(lines.lead, lines.lead, f"{text}{ending}{gap}")
        elif source.text[: lines.end].endswith(("\n", "\r")):
            edit = TextEdit(lines.end, lines.end, f"{gap}{text}{ending}")
        else:
            edit = TextEdit(lines.end, lines.end, f"{ending}{gap}{text}")
        self.apply(edit, f"there is no room for the task {quoted(addition.id)}")

    def _first_task(self, fields: Mapping[str, str]) -> None:
        spot, what = Spot(None, ("tasks",)), written_in("`tasks`")
        node = self.source.node(spot)
        if node is not None and not (isinstance(node, Scalar) and node.is_missing):
            if not isinstance(node, SequenceNode) or node.items:
                raise NotPossibleError(what)
            self.apply(rewrite.remove_entry(self.source, spot), what)
        value = "\n" + "\n".join(_item(fields, 0, 2))
        self.apply(rewrite.insert_entry(self.source, None, "tasks", value), what)


def _item(fields: Mapping[str, str], column: int, width: int) -> list[str]:
    """The lines of a task as an item of a block list whose dashes stand in a column, its keys ``width`` further in."""
    lines: list[str] = []
    indent = " " * (column + width)
    for key, value in fields.items():
        first, *further = value.split("\n")
        lines.append(f"{indent}{key}: {first}" if first else f"{indent}{key}:")
        lines += [f"{indent}  {line}" if line else "" for line in further]
    lines[0] = " " * column + "-" + " " * (width - 1) + lines[0].lstrip(" ")
    return lines


def _item_width(source: PlanSource, index: int, column: int) -> int:
    first = source.parts[source.task_parts[index]].text[column:]
    width = len(first) - len(first[1:].lstrip(" "))
    return width if first[1:2] == " " and "\n" not in first[:width] else 2


def _has_gap(source: PlanSource, index: int) -> bool:
    """Whether a blank line stands between this task and the next; at the end of the list, between the last two."""
    if len(source.plan.tasks) == 1:
        return True
    before = index if index + 1 < len(source.plan.tasks) else index - 1
    between = source.text[task_lines(source, before).end : task_lines(source, before + 1).lead]
    return between[:1] in ("\r", "\n") and between != ""


def carry_out(work: Redrafting, decision: Decision) -> None:
    """Change the tasks as decided. Raises ``NotPossibleError`` where that would leave the plan half changed."""
    plan = work.source.plan
    values = {
        index: {key: fields[key] for key in keys if key in (fields := task_fields(next(iter(keys.values()))))}
        for index, keys in decision.fields.items()
    }
    for index, texts in values.items():
        for key, text in texts.items():
            if key == "agent":
                drafted = next(iter(decision.fields[index].values())).agent
                text = write_scalar(decision.agents.get(drafted, drafted))  # noqa: PLW2901
            work.attempt(lambda index=index, key=key, text=text: work.set_yaml(index, key, text))
        for key in decision.fields[index].keys() - texts.keys():
            work.attempt(lambda index=index, key=key: _remove_field(work, index, key))
    removed = [plan.tasks[index].id or "" for index in decision.removed]
    gone = {plan.tasks[index].id: names for index, names in decision.gone_dependencies.items()}
    new = {plan.tasks[index].id: names for index, names in decision.new_dependencies.items()}
    for task, names in gone.items():
        for name in names:
            drop_dependencies(work, work.index(task or ""), name)
    if removed:
        rename_in_allocations(work, dict.fromkeys(removed, None))
    for name in reversed(removed):
        work.remove_task(work.index(name))
    for addition in decision.added:
        work.add_task(addition)
    for task, names in new.items():
        texts = [write_scalar(each, in_flow=True) for each in names]
        add_dependencies(work, work.index(task or ""), texts)


def _remove_field(work: Redrafting, index: int, key: str) -> None:
    work.apply(rewrite.remove_entry(work.source, Spot(index, (key,))), written_in(f"`{key}`"))


def carry_out_header(
    work: Redrafting, base: Draft, theirs: Draft, decision: Decision, *, follows: bool, resizes: bool
) -> list[str]:
    """Let the agents and gates be there that the tasks need; with ``follows``, the rest of the header as drafted, too;
    with ``resizes`` also how many tasks may run at once.

    Returns the names of the parts of the plan that were changed.
    """
    changed: list[str] = []
    before = work.source.text
    if follows:
        changed += _follow_header(work, base, theirs, resizes=resizes)
    if _agents(work, base, theirs, decision, follows=follows):
        changed.append("agents")
    if _gates(work, theirs, decision):
        changed.append("quality_gates")
    return changed if work.source.text != before else []


def _follow_header(work: Redrafting, base: Draft, theirs: Draft, *, resizes: bool) -> list[str]:
    changed: list[str] = []
    header = work.source.plan.header
    new_template = theirs.template if theirs.template != base.template else None
    if (
        new_template is not None
        and header.template == base.template
        and work.attempt(lambda: work.set_field(None, "template", new_template))
    ):
        changed.append("template")
    if (
        resizes
        and theirs.concurrent_capacity is not None
        and theirs.concurrent_capacity != base.concurrent_capacity
        and header.concurrent_capacity == base.concurrent_capacity
    ) and work.attempt(lambda: work.set_field(None, "concurrent_capacity", theirs.concurrent_capacity)):
        changed.append("concurrent_capacity")
    goal, old, new = header.goal, base.analysis, theirs.analysis
    for key, now, then, wanted in (
        ("primary_goal", goal.primary, old.primary_goal, new.primary_goal),
        (
            "estimated_complexity",
            goal.estimated_complexity,
            old.estimated_complexity,
            new.estimated_complexity,
        ),
    ):
        if now == then != wanted:
            spot = Spot(None, ("analysis", key))
            if work.attempt(
                lambda spot=spot, wanted=wanted, key=key: work.apply(
                    rewrite.replace_scalar(work.source, spot, wanted), written_in(f"`{key}`")
                )
            ):
                changed.append("analysis")
    for key, now, then, wanted in (
        ("key_features", goal.key_features, old.key_features, new.key_features),
        (
            "implied_requirements",
            goal.implied_requirements,
            old.implied_requirements,
            new.implied_requirements,
        ),
        ("technical_scope", goal.technical_scope, old.technical_scope, new.technical_scope),
    ):
        if _follow_list(work, Spot(None, ("analysis", key)), now, then, wanted):
            changed.append("analysis")
    return list(dict.fromkeys(changed))


def _follow_list(
    work: Redrafting, spot: Spot, now: Sequence[str], then: Sequence[str], wanted: Sequence[str]
) -> bool:
    """Take out of a list what the new draft lacks, and put in what it has more; the rest stays."""
    if work.source.node(spot) is None:
        return False
    gone = [place for place, each in enumerate(now) if each in then and each not in wanted]
    new = [each for each in wanted if each not in then and each not in now]
    what = written_in(f"`{spot.path[-1]}`")

    def step() -> None:
        if new:
            texts = [write_scalar(each, in_flow=_is_flow(work, spot)) for each in new]
            work.apply(rewrite.append_items(work.source, spot, texts), what)
        for place in reversed(gone):
            at = Spot(None, (*spot.path, place))
            work.apply(rewrite.remove_item(work.source, at), what)

    return bool(gone or new) and work.attempt(step)


def _is_flow(work: Redrafting, spot: Spot) -> bool:
    node = work.source.node(spot)
    return not isinstance(node, (SequenceNode, MappingNode)) or node.flow


def _agents(work: Redrafting, base: Draft, theirs: Draft, decision: Decision, *, follows: bool) -> bool:
    """Declare the agents that tasks were given to, with the skills that these ask for; drop those that do nothing."""
    changed = False
    drafted = {agent.id: agent for agent in theirs.agents}
    names = {agent: decision.agents.get(agent, agent) for agent in drafted}
    needed: dict[str, dict[str, None]] = {}
    tasks = [each.task for each in decision.added]
    tasks += [next(iter(fields.values())) for fields in decision.fields.values()]
    for task in tasks:
        needed.setdefault(task.agent, {}).update(dict.fromkeys(task.required_skills))
    for agent, skills in needed.items():
        name = names[agent]
        declared = next((each for each in work.source.plan.header.agents if each.id == name), None)
        if declared is None:
            changed |= work.attempt(lambda agent=agent, name=name: _declare(work, drafted[agent], name))
        elif declared.skills and (missing := [each for each in skills if each not in declared.skills]):
            spot = Spot(None, (*declared.details, "skills"))
            changed |= work.attempt(lambda spot=spot, missing=missing: _append(work, spot, missing))
    if follows:
        kept = {agent.id for agent in theirs.agents}
        for agent in base.agents:
            if agent.id not in kept:
                changed |= work.attempt(lambda agent=agent: _dismiss(work, agent))
    return changed


def _declare(work: Redrafting, agent: DraftAgent, name: str) -> None:
    what = written_in("`agents`")
    item = agent_text(agent)
    if name != agent.id:
        return
    spot = Spot(None, ("agents",))
    node = work.source.node(spot)
    if node is None or (isinstance(node, SequenceNode) and not node.items):
        if node is not None:
            work.apply(rewrite.remove_entry(work.source, spot), what)
        value = "\n" + "\n".join(
            f"{'  ' if place else '- '}{line}" for place, line in enumerate(item.split("\n"))
        )
        work.apply(rewrite.insert_entry(work.source, None, "agents", value, HEADER_ORDER), what)
    elif isinstance(node, SequenceNode):
        flow = f"{{id: {agent.id}, skills: [{', '.join(agent.skills)}]}}"
        work.apply(rewrite.append_item(work.source, spot, flow if node.flow else item), what)
    else:
        value = f"{{skills: [{', '.join(agent.skills)}], experience_level: {agent.experience_level}}}"
        work.apply(rewrite.insert_entry(work.source, spot, agent.id, value), what)


def _append(work: Redrafting, spot: Spot, texts: Iterable[str]) -> None:
    written = [write_scalar(each, in_flow=True) for each in texts]
    work.apply(rewrite.append_items(work.source, spot, written), written_in("`skills`"))


def _dismiss(work: Redrafting, agent: DraftAgent) -> None:
    """Take out an agent that stands as it was drafted and has nothing left to do."""
    plan = work.source.plan
    declared = next((each for each in plan.header.agents if each.id == agent.id), None)
    if (
        declared is None
        or declared.skills != agent.skills
        or declared.experience_level != agent.experience_level
    ):
        return
    busy = {task.agent for task in plan.tasks} | {each.backup for each in plan.header.agents}
    busy |= {each.agent for each in plan.header.allocations}
    spot = Spot(None, declared.details)
    if agent.id in busy or len(declared.details) != 2 or len(plan.header.agents) == 1:
        return
    node, base = work.source.node(spot), work.source.base(spot)
    if (
        node is None
        or "#" in work.source.text[base + node.start : line_end(work.source.text, base + node.end)]
    ):
        return
    edit = rewrite.remove_item(work.source, spot)
    work.apply(edit or rewrite.remove_entry(work.source, spot), written_in("`agents`"))


def _gates(work: Redrafting, theirs: Draft, decision: Decision) -> bool:
    """Define the gates that the added and changed tasks name and the plan lacks."""
    known = {name for name, _ in work.source.plan.header.quality_gates}
    tasks = [each.task for each in decision.added]
    tasks += [next(iter(fields.values())) for fields in decision.fields.values()]
    names = dict.fromkeys(gate for task in tasks for gate in task.quality_gates)
    missing: dict[str, Any] = {
        name: theirs.quality_gates[name]
        for name in names
        if name not in known and name in theirs.quality_gates
    }
    if not missing:
        return False
    spot = Spot(None, ("quality_gates",))
    what = written_in("`quality_gates`")

    def step() -> None:
        if work.source.node(spot) is None:
            value = value_text(missing)
            work.apply(rewrite.insert_entry(work.source, None, "quality_gates", value, ("tasks",)), what)
            return
        for name, gate in missing.items():
            work.apply(rewrite.insert_entry(work.source, spot, name, value_text(gate)), what)

    return work.attempt(step)
