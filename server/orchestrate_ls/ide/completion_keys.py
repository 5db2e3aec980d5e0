"""The keys that may stand at a place, each with the beginning of its value, and whole tasks and agents."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from orchestrate_ls.ide.completion_offers import Data, Kind, Offer, Writer, choice_stop, escaped
from orchestrate_ls.ide.completion_place import Path, Place
from orchestrate_ls.ide.completion_values import Known, agent_choices, next_task_id
from orchestrate_ls.plan.schema import FieldDoc, PlanSchema
from orchestrate_ls.syntax.writing import write_scalar

_MOST_AGENTS: Final = 20
_USUAL_ESTIMATE: Final = "2h"


def keys_at(known: Known, writer: Writer) -> Iterator[Offer]:
    """The keys that the mapping at the place does not have yet, in the schema's order."""
    place = known.place
    for name, doc in known.schema.fields_at(place.path).items():
        if name in place.present or _is_other_name(name, place):
            continue
        path: Path = (*place.path, name)
        text, is_snippet = name, False
        if not place.has_colon and not place.quote:
            body = f"{name}:{_beginning(known.schema, doc, path, place.in_flow)}"
            if not writer.snippets:
                body = body.removesuffix("[$0]").removesuffix("{$0}")
            text, is_snippet = writer.lines(body, place.key_indent)
        elif place.needs_space:
            text = " " + name
        data: Data = {"field": list(path)}
        yield Offer(name, Kind.FIELD, text, is_snippet, name if text != name else "", doc.title, data=data)


def _is_other_name(name: str, place: Place) -> bool:
    """Whether a key says what another name of it says already."""
    return name == "error_recovery_strategies" or (
        name == "error_recovery" and "error_recovery_strategies" in place.present
    )


def _beginning(schema: PlanSchema, doc: FieldDoc, path: Path, in_flow: bool) -> str:
    """How a field's value begins, behind its colon, as a snippet."""
    types = schema.types_at(path)
    if doc.values and len(doc.values) > 1 and "array" not in types:
        return " " + choice_stop(1, list(_default_first(doc)))
    if "array" in types and _are_sentences(doc):
        return " [$0]" if in_flow else "\n  - $0"
    if "array" in types:
        return " [$0]"
    if types == frozenset({"object"}):
        return " {$0}" if in_flow else "\n  $0"
    return f" {doc.values[0]}" if doc.values else " $0"


def _default_first(doc: FieldDoc) -> list[str]:
    default = doc.default if isinstance(doc.default, str) else str(doc.default).lower()
    return sorted(doc.values, key=lambda value: value != default)


def _are_sentences(doc: FieldDoc) -> bool:
    """Whether a list's items are rather written on lines of their own: texts of several words, or mappings."""
    items = [item for example in doc.examples if isinstance(example, list) for item in example]  # pyright: ignore[reportUnknownVariableType]
    if doc.name == "dependencies":
        return False
    return any(isinstance(item, dict) or (isinstance(item, str) and " " in item) for item in items)  # pyright: ignore[reportUnknownVariableType]


def whole_task(known: Known, writer: Writer, *, dash: bool) -> Offer:
    """A task with the next free id."""
    place = known.place
    task_id = write_scalar(next_task_id(known.plan, place.task_before))
    agents = [write_scalar(each.value, in_flow=True) for each in agent_choices(known, known.task)]
    agent = choice_stop(5, agents[:_MOST_AGENTS]) if agents else "${5:developer}"
    body = "\n".join(
        [
            f"id: ${{1:{escaped(task_id)}}}",
            "name: ${2:What is to be done}",
            f"estimated_time: ${{3:{_USUAL_ESTIMATE}}}",
            "dependencies: [$4]",
            f"agent: {agent}",
        ]
    )
    if not writer.snippets:
        body = f"id: {escaped(task_id)}\nname: "
    return _template(writer, "task", f"a new task, {task_id}", body, dash)


def whole_agent(known: Known, writer: Writer, *, dash: bool) -> Iterator[Offer]:
    """A new agent, and those that are known but not declared."""
    place = known.place
    body = "id: ${1:agent-name}\nskills: [$2]\ncapacity: ${3:1}" if writer.snippets else "id: "
    yield _template(writer, "agent", "a new agent", body, dash)
    declared = {agent.id for agent in known.plan.header.agents} | place.list_present
    for agent in known.known_agents:
        if agent.id not in declared:
            skills = ", ".join(write_scalar(skill, in_flow=True) for skill in agent.skills)
            body = f"id: {escaped(write_scalar(agent.id))}"
            body += f"\nskills: [{escaped(skills)}]" if skills else ""
            origin = f"from {agent.origin}" if agent.origin else "known from outside the plan"
            yield _template(writer, agent.id, origin, body, dash)


def _template(writer: Writer, label: str, detail: str, body: str, dash: bool) -> Offer:
    place = writer.place
    indent = place.item_indent if dash else place.key_indent
    if dash:
        body = "- " + body.replace("\n", "\n  ")
    text, is_snippet = writer.lines(body, indent)
    return Offer(label, Kind.TEMPLATE, text, is_snippet, label, detail)
