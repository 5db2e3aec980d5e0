"""Another id for an agent, in the file that defines it: an edit where the id is written, another name for the file
where it follows from that.

Each result is read again before it is offered, since every tool has its own way of saying what an agent is called.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final

from orchestrate_ls.agents.definition import AgentDefinition, Tool, id_fault
from orchestrate_ls.agents.naming import stem_of
from orchestrate_ls.agents.registries import Registry, registry_of
from orchestrate_ls.syntax.writing import can_be_plain
from orchestrate_ls.text.display import quoted
from orchestrate_ls.text.edits import TextEdit, apply_edits

_ENDINGS: Final = (".agent.md", ".chatmode.md", ".md", ".toml")
_UNSAFE: Final = frozenset('<>:"\\|?*')
_DEVICES: Final = frozenset(
    {"con", "prn", "aux", "nul", *(f"{name}{number}" for name in ("com", "lpt") for number in range(1, 10))}
)


class CannotRenameError(Exception):
    """The definition cannot get that id; the message says why, and what to do."""


@dataclass(frozen=True, slots=True)
class DefinitionRenaming:
    """What renames an agent in its file: ``edits`` of the text, and where the file goes (a path below the root).

    ``moves_by_need`` is False where the file's name says nothing to the tool and only follows for tidiness.
    """

    edits: tuple[TextEdit, ...]
    to: str | None = None
    moves_by_need: bool = False


def rename_definition(
    below_root: str, text: str, agent: AgentDefinition, old: str, new: str
) -> DefinitionRenaming:
    """Give an agent that is called ``old`` in the file at ``below_root`` (relative, with slashes) the id ``new``.

    Raises ``CannotRenameError``.
    """
    fault = id_fault(new)
    if fault is not None:
        raise CannotRenameError(f"the name {fault}")
    found = registry_of(below_root)
    if found is None:
        raise CannotRenameError(f"{quoted(below_root, 120)} is no agent definition")
    registry, below = found
    edits: tuple[TextEdit, ...] = ()
    if agent.id == old and agent.start < agent.end:
        edits = (_written(registry, text, agent, new),)
    # One file of several agents has a name of its own.
    stem = stem_of(below, *_ENDINGS) if not below.endswith((".json", ".jsonc")) else None
    to = None
    if stem is not None and stem == old:
        fault = _file_name_fault(new, deep=registry.tool is Tool.OPENCODE)
        counts = not edits or registry.tool in (Tool.COPILOT, Tool.CURSOR, Tool.OPENCODE)
        if fault is None:
            to = below_root[: len(below_root) - len(below)] + new + below[len(stem) :]
        elif counts:
            raise CannotRenameError(f"the agent is called like its file, and {fault}; choose another name")
    result = DefinitionRenaming(
        edits, to, to is not None and not _is_known(registry, text, edits, below, new)
    )
    _check(registry, text, result, below, below_root, old, new)
    return result


def _written(registry: Registry, text: str, agent: AgentDefinition, new: str) -> TextEdit:
    """The id put in where the old one is written, in the same quotes."""
    start, end = agent.start, agent.end
    before, after = text[start - 1 : start], text[end : end + 1]
    if before == after == '"':
        return TextEdit(start, end, json.dumps(new, ensure_ascii=False)[1:-1])
    in_quotes = before == after == "'"
    if registry.tool is Tool.CODEX:
        if in_quotes and "'" not in new:
            return TextEdit(start, end, new)
        if in_quotes:
            return TextEdit(start - 1, end + 1, json.dumps(new, ensure_ascii=False))
    elif in_quotes:
        return TextEdit(start, end, new.replace("'", "''"))
    elif can_be_plain(new, in_flow=False):
        return TextEdit(start, end, new)
    return TextEdit(start, end, json.dumps(new, ensure_ascii=False))


def _file_name_fault(name: str, *, deep: bool) -> str | None:
    """Why a name cannot be that of a file on every system; None where it can."""
    for part in name.split("/") if deep else [name]:
        if not part or part.startswith(".") or part.endswith((".", " ")):
            return "a file's name neither begins with a dot nor ends with a dot or a space"
        if "/" in part or _UNSAFE.intersection(part):
            return f"a file's name has none of {' '.join(sorted(_UNSAFE | {'/'}))}"
        if part.split(".")[0].lower() in _DEVICES:
            return f"{quoted(part)} is the name of a device on Windows"
    return None


def _names(registry: Registry, text: str, below: str) -> set[str]:
    agents = registry.read(text, below).agents
    return {name for agent in agents for name in (agent.id, *agent.aliases)}


def _is_known(registry: Registry, text: str, edits: tuple[TextEdit, ...], below: str, new: str) -> bool:
    """Whether the edits alone are enough."""
    return new in _names(registry, apply_edits(text, edits), below)


def _check(
    registry: Registry, text: str, result: DefinitionRenaming, below: str, below_root: str, old: str, new: str
) -> None:
    renamed = apply_edits(text, result.edits)
    moved = below if result.to is None else result.to[len(below_root) - len(below) :]
    before, after = _names(registry, text, below), _names(registry, renamed, moved)
    if new not in after or old in after or after != {new if name == old else name for name in before}:
        raise CannotRenameError(
            f"the file does not say it in a way that can be changed safely; rename {quoted(old)} there by hand"
        )
