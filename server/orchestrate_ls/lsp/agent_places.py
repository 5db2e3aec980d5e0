"""Where an agent of a definition file stands: what open documents and the disk say together. Finds and reads; what
the places are is known elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from orchestrate_ls.agents.registry import AgentRegistry, DefinitionFile
    from orchestrate_ls.ide.shared_agents import PlanText
    from orchestrate_ls.lsp.documents import Snapshot
    from orchestrate_ls.lsp.server import PlanServer


@dataclass(frozen=True, slots=True)
class SharedAgent:
    """An agent that a definition file below ``root`` describes; ``start`` to ``end`` is what was asked about."""

    name: str
    root: Path
    registry: AgentRegistry
    snapshot: Snapshot
    path: Path
    start: int
    end: int


def shared_agent_at(server: PlanServer, uri: str, line: int, character: int) -> SharedAgent | None:
    """The agent at a place of an open plan or of an open definition file; None where no file describes it."""
    from orchestrate_ls.text.positions import Position

    session = server.session
    snapshot = session.documents.get(uri)
    path = session.path_of(uri)
    if snapshot is None or path is None:
        return None
    offset = snapshot.text.offset_at(Position(line, character), server.abilities.encoding)
    root = session.agents.root_of(path)
    loaded = session.agents.get(root)
    if snapshot.plan is None:
        return _in_definition(server, snapshot, path, offset)
    if loaded is None:
        return None
    from orchestrate_ls.ide.names import NameKind
    from orchestrate_ls.ide.rename import prepare_rename
    from orchestrate_ls.ide.shared_agents import described_as

    found = prepare_rename(snapshot.plan, offset)
    if (
        found is None
        or found.name.kind is not NameKind.AGENT
        or not described_as(loaded.registry, found.name.text)
    ):
        return None
    return SharedAgent(found.name.text, root, loaded.registry, snapshot, path, found.start, found.end)


def _in_definition(server: PlanServer, snapshot: Snapshot, path: Path, offset: int) -> SharedAgent | None:
    from orchestrate_ls.ide.shared_agents import agent_at
    from orchestrate_ls.workspace.agent_files import read_agent_file

    for root, loaded in server.session.agents:
        # Read anew: what the server knows of it may be some keystrokes old.
        file = read_agent_file(path, root, snapshot.text.text)
        agent = agent_at(file, offset) if file is not None else None
        if file is not None and agent is not None:
            registry = _with(loaded.registry, file)
            return SharedAgent(agent.id, root, registry, snapshot, path, agent.start, agent.end)
    return None


def _with(registry: AgentRegistry, fresh: DefinitionFile) -> AgentRegistry:
    """A registry with one file as it is now."""
    from orchestrate_ls.agents.registry import registry_from

    others = [each for each in registry.files if each.path != fresh.path]
    place = next((at for at, each in enumerate(registry.files) if each.path == fresh.path), len(others))
    return registry_from([*others[:place], fresh, *others[place:]], registry.left_out)


async def plans_that_name(server: PlanServer, agent: SharedAgent) -> list[PlanText]:
    """The plans below the agent's root that may hold its name: the editor's text where one is open, else the disk's.

    The index of plans does not serve here: it ends at the folders that are open, and an agent's root may be further up.
    """
    from orchestrate_ls.ide.shared_agents import PlanText
    from orchestrate_ls.lsp.background import in_background
    from orchestrate_ls.workspace.mentions import plans_with

    session, root = server.session, agent.root
    opened: dict[Path, PlanText] = {}
    for snapshot in session.documents:
        path = session.path_of(snapshot.uri)
        if path is not None and snapshot.plan is not None and session.agents.root_of(path) == root:
            opened[path] = PlanText(path, snapshot.plan)
    settings, base = session.settings.of(root / "_"), session.settings.root_of(root / "_")
    read = await in_background(lambda: list(plans_with(root, agent.name, settings, base, opened.keys())))
    found = [*opened.values(), *(PlanText(each.path, each.file) for each in read)]
    return sorted(found, key=lambda each: each.path)
