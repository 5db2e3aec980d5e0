"""Renaming a task, agent, group, skill or gate in its plan: every place, and nothing but the places.

Where anchors are involved, one text may serve several names. Then the result is read again before it is offered, and
a renaming that would change anything else is refused.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final
from unicodedata import category

from orchestrate_ls.ide.cursor import cursor_at
from orchestrate_ls.ide.names import Name, NameKind, Occurrence, exists, name_at, occurrences
from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.plan.model import Plan, Task
from orchestrate_ls.plan.source import PlanSource
from orchestrate_ls.syntax.scalars import resolve_plain
from orchestrate_ls.syntax.splice import replace_scalar
from orchestrate_ls.syntax.tree import Alias, Scalar, walk
from orchestrate_ls.syntax.writing import can_be_plain
from orchestrate_ls.text.display import quoted
from orchestrate_ls.text.edits import TextEdit, apply_edits

LONGEST_NAME: Final = 200
"""In characters. YAML allows 1024 for a key; a name of more than this is an accident."""
_KEYS_OF_AN_AGENT: Final = "id"
_AFFECTED: Final = frozenset("'\"\\,")
"""What cannot stand in the middle of any quotes, or ends a name in a list written as one text."""


class RenameRefusedError(Exception):
    """The name cannot be changed like that. The message says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Renamable:
    """What would be renamed: its range (code points of the file) and the present name."""

    start: int
    end: int
    name: Name


def prepare_rename(file: PlanFile, offset: int) -> Renamable | None:
    """What can be renamed at an offset; None where there is no name."""
    found = _at(file, offset)
    return None if found is None else Renamable(found[1].start, found[1].end, found[1].name)


def rename(file: PlanFile, offset: int, new: str) -> tuple[TextEdit, ...]:
    """The edits that give the name at an offset another text everywhere in its plan, in document order.

    Raises ``RenameRefusedError`` where there is no name, or the new one cannot be.
    """
    found = _at(file, offset)
    if found is None:
        raise RenameRefusedError(
            "there is nothing to rename here; place the cursor on a task id, an agent, a group, a skill or a gate"
        )
    source, occurrence = found
    return () if new == occurrence.name.text else _rename(file, source, occurrence.name, new)


def rename_in_all_plans(file: PlanFile, name: Name, new: str) -> tuple[TextEdit, ...]:
    """The edits that give a name another text in every plan of a file; none where it does not occur.

    Raises ``RenameRefusedError`` where the new one cannot be.
    """
    edits: list[TextEdit] = []
    for source in file.sources:
        if exists(source, name):
            edits += _rename(file, source, name, new)
    return tuple(edits)


def _rename(file: PlanFile, source: PlanSource, name: Name, new: str) -> tuple[TextEdit, ...]:
    _refuse_bad_name(source, name, new)
    places = occurrences(source, name)
    _refuse_bad_place(name, new, places)
    edits = _edits(source, places, new)
    if any(part.parsed.anchors for part in source.parts):
        _refuse_side_effects(file, source, places, name, new, edits)
    return edits


def _at(file: PlanFile, offset: int) -> tuple[PlanSource, Occurrence] | None:
    cursor = cursor_at(file, offset)
    occurrence = name_at(cursor) if cursor is not None else None
    return None if cursor is None or occurrence is None else (cursor.source, occurrence)


def _refuse_bad_name(source: PlanSource, name: Name, new: str) -> None:
    if not new.strip():
        raise RenameRefusedError(f"{_a(name.kind)} needs a name; type at least one character")
    if new != new.strip():
        raise RenameRefusedError("the name begins or ends with a space; take it away")
    # Spaces of other scripts are fine; they are written as escapes where YAML wants that.
    if not all(each.isprintable() or category(each) == "Zs" for each in new):
        raise RenameRefusedError(
            "the name holds a line break or another character that cannot be seen; remove it"
        )
    if len(new) > LONGEST_NAME:
        raise RenameRefusedError(f"the name has {len(new)} characters; shorten it to at most {LONGEST_NAME}")
    if exists(source, Name(name.kind, new)):
        raise RenameRefusedError(
            f"there is {_a(name.kind)} {quoted(new)} in this plan already, and the two would become one; choose "
            "another name"
        )


def _a(kind: NameKind) -> str:
    return f"an {kind}" if kind is NameKind.AGENT else f"a {kind}"


def _refuse_bad_place(name: Name, new: str, places: list[Occurrence]) -> None:
    if "," in new and any(each.piece is not None for each in places):
        raise RenameRefusedError(
            f"{quoted(name.text)} stands in an allocation such as `T1, T2`, where a comma separates tasks; choose a "
            "name without one"
        )
    if new == _KEYS_OF_AN_AGENT and name.kind is NameKind.AGENT and any(each.is_key for each in places):
        raise RenameRefusedError("an agent written as a key cannot be called `id`; choose another name")


def _edits(source: PlanSource, places: list[Occurrence], new: str) -> tuple[TextEdit, ...]:
    held = {id(each.node) for each in places if isinstance(each.node, Scalar)}
    edits: list[TextEdit] = []
    done: set[int] = set()
    pieces: dict[int, list[Occurrence]] = {}
    for each in places:
        if each.piece is not None and isinstance(each.node, Scalar):
            pieces.setdefault(id(each.node), []).append(each)
    for each in places:
        node = each.node
        if isinstance(node, Alias):
            if id(node.target) not in held:
                raise RenameRefusedError(
                    f"where the anchor of {quoted('*' + node.name)} stands cannot be told; write the name out first"
                )
            continue
        if id(node) in done:
            continue
        done.add(id(node))
        if id(node) in pieces:
            edits += _edit_list(source, pieces[id(node)], new)
        else:
            edits.append(_write(source, each, new))
    return tuple(sorted(edits))


def _write(source: PlanSource, place: Occurrence, new: str) -> TextEdit:
    edit = replace_scalar(source.parts[place.part].text, 0, place.node, new, in_flow=place.in_flow)
    if edit is None:
        line = source.chunks.position_at(place.start).line + 1
        raise RenameRefusedError(
            f"line {line} is not finished: the closing quote of {quoted(place.name.text)} is missing; add it first"
        )
    base = source.part_base(place.part)
    return TextEdit(base + edit.start, base + edit.end, edit.new_text)


def _edit_list(source: PlanSource, places: list[Occurrence], new: str) -> list[TextEdit]:
    """Replace one name in a text such as ``T1, T2``; the others keep their spaces."""
    node = places[0].node
    if not isinstance(node, Scalar):
        return []
    text = source.parts[places[0].part].text
    base = source.part_base(places[0].part)
    told_apart = all(text[each.start - base : each.end - base] == each.name.text for each in places)
    pieces = node.text.split(",")
    written = ",".join(_with_piece(piece, places[0].name.text, new) for piece in pieces)
    simple = can_be_plain(new, in_flow=True) and not _AFFECTED.intersection(new)
    is_text = bool(node.style) or isinstance(resolve_plain(written.strip() or "x"), str)
    was_text = isinstance(node.value, str)
    if told_apart and simple and (is_text or not was_text):
        return [TextEdit(each.start, each.end, new) for each in places]
    return [_write(source, places[0], written)]


def _with_piece(piece: str, old: str, new: str) -> str:
    stripped = piece.strip()
    if stripped != old:
        return piece
    start = piece.index(stripped)
    return piece[:start] + new + piece[start + len(stripped) :]


def _refuse_side_effects(
    file: PlanFile,
    source: PlanSource,
    places: list[Occurrence],
    name: Name,
    new: str,
    edits: tuple[TextEdit, ...],
) -> None:
    """Refuse where an anchored text that changes is something else as well."""
    written = {id(each.node) for each in places}
    for part in source.parts:
        if part.parsed.root is None or not part.special:
            continue
        for node in walk(part.parsed.root):
            if isinstance(node, Alias) and id(node.target) in written and id(node) not in written:
                line = source.chunks.position_at(_base_of(source, part) + node.start).line + 1
                raise _shared(name, f"line {line} uses it through {quoted('*' + node.name)}")
    after = PlanFile.parse(apply_edits(file.text, edits))
    number = file.sources.index(source)
    if len(after.sources) != len(file.sources) or after.sources[number].plan.tasks != renamed_tasks(
        source.plan, name, new
    ):
        raise _shared(name, "the plan would change in more than this name")
    if _declared(after.sources[number].plan, name.kind) != [
        new if each == name.text else each for each in _declared(source.plan, name.kind)
    ]:
        raise _shared(name, "what the plan declares would change in more than this name")


def _base_of(source: PlanSource, part: object) -> int:
    return next(source.part_base(index) for index, each in enumerate(source.parts) if each is part)


def _shared(name: Name, how: str) -> RenameRefusedError:
    return RenameRefusedError(
        f"{quoted(name.text)} is written once (with an anchor) for several things: {how}; write it out there first"
    )


def _declared(plan: Plan, kind: NameKind) -> list[str]:
    header = plan.header
    if kind is NameKind.AGENT:
        return [agent.id for agent in header.agents]
    if kind is NameKind.GATE:
        return [gate for gate, _ in header.quality_gates]
    return []


def renamed_tasks(plan: Plan, name: Name, new: str) -> tuple[Task, ...]:
    """The tasks of a plan with one name changed, as data; ``path`` of gates and dependencies stays."""

    def put(text: str | None) -> str | None:
        return new if text == name.text else text

    tasks: list[Task] = []
    for task in plan.tasks:
        match name.kind:
            case NameKind.TASK:
                waits_for = tuple(
                    replace(each, task=new) if each.task == name.text else each for each in task.dependencies
                )
                fresh = replace(task, id=put(task.id), dependencies=waits_for)
            case NameKind.AGENT:
                fresh = replace(task, agent=put(task.agent))
            case NameKind.GROUP:
                fresh = replace(task, parallel_group=put(task.parallel_group))
            case NameKind.SKILL:
                skills = tuple(new if each == name.text else each for each in task.required_skills)
                fresh = replace(task, required_skills=skills)
            case NameKind.GATE:
                gates = tuple((new if gate == name.text else gate, path) for gate, path in task.quality_gates)
                fresh = replace(task, quality_gates=gates)
        tasks.append(fresh)
    return tuple(tasks)
