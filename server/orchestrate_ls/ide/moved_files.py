"""What has to change in a plan when files, folders or agents that it names are given other names.

A `files:` entry follows a file whose path it is, and a folder it begins with (`src/auth/**` follows `src/auth`). An
entry whose wildcards merely cover the file goes on to cover what it covers. A task's `plan` follows its sub-plan, and
stays right where the plan itself goes to another folder. Paths only; no disk is asked.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from orchestrate_ls.ide.names import Name, NameKind, occurrences
from orchestrate_ls.ide.rename import RenameRefusedError, rename
from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.plan.model import Spot
from orchestrate_ls.plan.reading import items_of, text_of
from orchestrate_ls.plan.rewrite import replace_scalar
from orchestrate_ls.text.edits import TextEdit

_WILD: Final = frozenset("*?[{")


@dataclass(frozen=True, slots=True)
class Move:
    """A file or folder with another name. Both paths count from where the plan's paths count, with slashes."""

    old: str
    new: str


@dataclass(frozen=True, slots=True)
class AgentRename:
    """An agent that is called otherwise from now on."""

    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Renames:
    """All that is renamed at once, as far as one plan is concerned."""

    moves: tuple[Move, ...] = ()
    agents: tuple[AgentRename, ...] = ()
    folder: str = ""
    """The plan's folder, counted as the moves are; empty for where they count from."""
    folder_after: str = ""
    """The same when all is renamed."""

    def __bool__(self) -> bool:
        return bool(self.moves or self.agents)

    def concern(self, files: Iterable[str], agents: Iterable[str], plans: Iterable[str] = ()) -> bool:
        """Whether a plan that names these files, agents and sub-plans may have to change."""
        named = set(agents)
        return (
            any(each.old in named for each in self.agents)
            or any(moved_entry(entry, self.moves) is not None for entry in files)
            or any(self.moved_plan(plan) is not None for plan in plans)
        )

    def moved_plan(self, plan: str) -> str | None:
        """What a task's `plan` has to be afterwards; None where it stays as it is."""
        target = posixpath.normpath(posixpath.join(self.folder, plan))
        if not plan or plan.startswith("/") or "\\" in plan or target.startswith(".."):
            return None
        after = posixpath.normpath(moved_entry(target, self.moves) or target)
        if after == target and self.folder == self.folder_after:
            return None
        written = posixpath.relpath(after, self.folder_after or ".")
        return None if written == posixpath.normpath(plan) else written


def moved_entry(entry: str, moves: Sequence[Move]) -> str | None:
    """What a `files:` entry has to be afterwards; None where it stays as it is."""
    lead, path = _lead(entry.strip())
    if not path:
        return None
    slashed = path.replace("\\", "/")
    for move in moves:
        if slashed.rstrip("/") == move.old or slashed.startswith(f"{move.old}/"):
            rest = path[len(move.old) :]
        else:
            continue
        if _WILD.intersection(move.old) or _WILD.intersection(move.new):
            # As a pattern it means something else than the file of that name.
            continue
        new = move.new.replace("/", "\\") if "\\" in path and "/" not in path else move.new
        return f"{lead}{new}{rest}"
    return None


def edits_for_renames(file: PlanFile, renames: Renames) -> tuple[TextEdit, ...]:
    """The edits by which a plan follows, in document order. What cannot be followed stays as it is."""
    edits = {*_moved_files(file, renames.moves), *_moved_plans(file, renames)}
    for agent in renames.agents:
        edits.update(_renamed_agent(file, agent))
    return _without_overlaps(sorted(edits))


def _moved_files(file: PlanFile, moves: Sequence[Move]) -> Iterator[TextEdit]:
    if not moves:
        return
    for source in file.sources:
        for index, task in enumerate(source.plan.tasks):
            if not any(moved_entry(entry, moves) for entry in task.files):
                continue
            for item, path in items_of(source.node(Spot(index, ("files",))), ("files",)):
                new = moved_entry(text_of(item) or "", moves)
                # Where an alias leads to a whole list, the list is changed where it is written.
                edit = replace_scalar(source, Spot(index, path), new) if new is not None else None
                if edit is not None:
                    yield edit


def _moved_plans(file: PlanFile, renames: Renames) -> Iterator[TextEdit]:
    if not renames.moves:
        return
    for source in file.sources:
        for index, task in enumerate(source.plan.tasks):
            new = renames.moved_plan(task.plan) if task.plan else None
            edit = replace_scalar(source, Spot(index, ("plan",)), new) if new is not None else None
            if edit is not None:
                yield edit


def _renamed_agent(file: PlanFile, agent: AgentRename) -> Iterator[TextEdit]:
    for source in file.sources:
        places = occurrences(source, Name(NameKind.AGENT, agent.old))
        if not places:
            continue
        try:
            yield from rename(file, places[0].start, agent.new)
        except RenameRefusedError:
            # For example since the plan has an agent of that name already.
            continue


def _without_overlaps(edits: list[TextEdit]) -> tuple[TextEdit, ...]:
    kept: list[TextEdit] = []
    for edit in edits:
        if not kept or edit.start >= kept[-1].end:
            kept.append(edit)
    return tuple(kept)


def _lead(entry: str) -> tuple[str, str]:
    """The signs in front of a path that mean nothing to it (`!` aside, which excludes), and the path."""
    rest = entry.removeprefix("!")
    while rest.startswith(("./", ".\\")):
        rest = rest[2:]
    rest = rest.lstrip("/") if rest.startswith("/") else rest
    return entry[: len(entry) - len(rest)], rest
