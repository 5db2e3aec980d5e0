"""Agents that a definition file describes: every place of one, and renaming it in all of them together.

Such an agent belongs to all plans below its root, so a change of its name concerns files that are not open. Their
texts are passed in; nothing is read here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath

from orchestrate_ls.agents.definition import AgentDefinition
from orchestrate_ls.agents.registry import AgentRegistry, DefinitionFile
from orchestrate_ls.agents.renaming import CannotRenameError, rename_definition
from orchestrate_ls.ide.names import Name, NameKind, Occurrence, Role, occurrences
from orchestrate_ls.ide.rename import RenameRefusedError, rename_in_all_plans
from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.text.changes import ChangeNote, FileEdits, FileMove, WorkspaceChange
from orchestrate_ls.text.display import quoted
from orchestrate_ls.text.edits import TextEdit


@dataclass(frozen=True, slots=True)
class Described:
    """An agent with the file that describes it."""

    file: DefinitionFile
    agent: AgentDefinition


@dataclass(frozen=True, slots=True)
class PlanText:
    """A plan file with its path, open or not."""

    path: Path
    file: PlanFile


def described_as(registry: AgentRegistry, name: str) -> list[Described]:
    """The definitions of an agent of that name, the one that counts first."""
    return [
        Described(file, agent)
        for file in registry.files
        for agent in file.agents
        if agent.id == name or name in agent.aliases
    ]


def agent_at(file: DefinitionFile, offset: int) -> AgentDefinition | None:
    """The agent whose id is written at an offset of its definition file (code points)."""
    return next(
        (each for each in file.agents if each.start < each.end and each.start <= offset <= each.end), None
    )


def uses_in(plan: PlanFile, agent: str, *, with_declarations: bool) -> list[Occurrence]:
    """The places of an agent's name in all plans of a file, in document order."""
    name = Name(NameKind.AGENT, agent)
    return [
        each
        for source in plan.sources
        for each in occurrences(source, name)
        if with_declarations or each.role is Role.USE
    ]


def rename_agent(
    old: str,
    new: str,
    root: Path,
    registry: AgentRegistry,
    plans: Iterable[PlanText],
    at_hand: Path,
    *,
    can_move: bool,
) -> WorkspaceChange:
    """Rename an agent in the files that define it and in all plans.

    Parameters
    ----------
    root
        The folder that the definitions were read below.
    plans
        Those that may name it. An editor's text counts for what is open, in definitions too.
    at_hand
        The file whose edits are the change's own.
    can_move
        Whether files can be renamed. Without, an agent that is called like its file cannot be.

    Raises
    ------
    RenameRefusedError
        If the new name is taken or cannot be written somewhere, or a definition lies outside of the root.
    """
    _refuse_taken(registry, old, new)
    own: tuple[TextEdit, ...] = ()
    others: list[FileEdits] = []
    moves: list[FileMove] = []
    note = ChangeNote(f"Rename agent {quoted(old)} to {quoted(new)}")
    for described in described_as(registry, old):
        path = Path(described.file.path)
        edits, to = _in_definition(described, root, old, new, can_move=can_move)
        if path == at_hand:
            own = edits
        elif edits:
            others.append(FileEdits(path, described.file.text, edits, note))
        if to is not None:
            moves.append(FileMove(path, to, note))
    for plan in plans:
        try:
            edits = rename_in_all_plans(plan.file, Name(NameKind.AGENT, old), new)
        except RenameRefusedError as error:
            raise (
                error if plan.path == at_hand else RenameRefusedError(f"{plan.path.name}: {error}")
            ) from None
        if plan.path == at_hand:
            own = edits
        elif edits:
            others.append(FileEdits(plan.path, plan.file.text, edits, note))
    return WorkspaceChange(own, dict.fromkeys(own, note), tuple(others), moves=tuple(_apart(moves)))


def _in_definition(
    described: Described, root: Path, old: str, new: str, *, can_move: bool
) -> tuple[tuple[TextEdit, ...], Path | None]:
    file = described.file
    if file.of_user:
        raise RenameRefusedError(
            f"{quoted(old)} is described in {quoted(file.shown, 120)}, outside of this workspace; rename it there first"
        )
    try:
        below = Path(file.path).relative_to(root).as_posix()
        found = rename_definition(below, file.text, described.agent, old, new)
    except (CannotRenameError, ValueError) as error:
        raise RenameRefusedError(f"{file.shown}: {error}") from None
    if found.moves_by_need and not can_move:
        raise RenameRefusedError(
            f"the agent is called like its file {quoted(file.shown, 120)}, and this editor cannot rename files; rename "
            "the file first"
        )
    return found.edits, root / found.to if found.to is not None and can_move else None


def _refuse_taken(registry: AgentRegistry, old: str, new: str) -> None:
    other = next((each for each in described_as(registry, new)), None)
    if other is not None and new != old:
        raise RenameRefusedError(
            f"there is an agent {quoted(new)} already, described in {quoted(other.file.shown, 120)}; choose another "
            "name"
        )


def _apart(moves: list[FileMove]) -> Iterator[FileMove]:
    """Moves of different files; one file may describe an agent twice."""
    seen: set[PurePath] = set()
    for move in moves:
        if move.path not in seen:
            seen.add(move.path)
            yield move
