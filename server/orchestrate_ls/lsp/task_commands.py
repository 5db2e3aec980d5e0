"""The server's commands about one task: what its agent is handed, and what waits for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from lsprotocol import types

from orchestrate_ls.lsp.commands import check_of, text_of, value_of
from orchestrate_ls.lsp.errors import InvalidParamsError, RequestFailedError

if TYPE_CHECKING:
    from orchestrate_ls.lsp.progress import Token
    from orchestrate_ls.lsp.server import PlanServer
    from orchestrate_ls.rules.engine import PlanCheck

Json = dict[str, Any]

HANDOFF: Final = "orchestrate.handoff"
WAITING: Final = "orchestrate.waiting"
COPY_HANDOFF: Final = "orchestrate.copyHandoff"
"""A command of the editor: asks for the hand-off, with the same arguments, and puts it into the clipboard."""
_MOST_TOLD: Final = 20


def register(server: PlanServer) -> None:
    """Register the commands."""

    async def handoff(arguments: list[Any], _token: Token | None) -> str:
        return await _handoff(server, arguments)

    async def waiting(arguments: list[Any], _token: Token | None) -> list[str]:
        return await _waiting(server, arguments)

    server.commands[HANDOFF] = handoff
    server.commands[WAITING] = waiting


async def _handoff(server: PlanServer, arguments: list[Any]) -> str:
    """What an agent needs to work on a task, its own definition included, as `orchestrate handoff` prints it."""
    from orchestrate_ls.agents.handoff import handoff_as_prompt, handoff_of
    from orchestrate_ls.schedule.plan_project import assigned_agents

    plan, index, _ = await task_of(server, HANDOFF, arguments)
    uri = text_of(arguments, 0, "uri") or ""
    await server.agents.ready(uri)
    agent = assigned_agents(plan.source.plan)[index]
    registry = server.session.registry_of(uri)
    definition = registry.get(agent) if registry is not None and agent is not None else None
    return handoff_as_prompt(handoff_of(plan.source, plan.analysis, index, definition=definition))


async def _waiting(server: PlanServer, arguments: list[Any]) -> list[str]:
    """Tell the user which tasks wait for one, for editors that cannot list places; gives their names as well."""
    from orchestrate_ls.ide.schedule import task_names
    from orchestrate_ls.text.display import shown

    plan, index, _ = await task_of(server, WAITING, arguments)
    names = task_names(plan.source.plan)
    found = [names[each] for each in dict.fromkeys(plan.analysis.network.successors[index])]
    told = ", ".join(shown(each) for each in found[:_MOST_TOLD])
    more = f" and {len(found) - _MOST_TOLD:,} more" if len(found) > _MOST_TOLD else ""
    server.show_message(
        f"Waiting for {shown(names[index])}: {told or 'no task'}{more}", types.MessageType.Info
    )
    return found


async def task_of(server: PlanServer, command: str, arguments: list[Any]) -> tuple[PlanCheck, int, int]:
    """The plan, and the index of a task and of the plan, of `{uri, task, plan?}` or `uri, task, plan?`, where plans are
    counted from 1.
    """
    uri, task = text_of(arguments, 0, "uri"), text_of(arguments, 1, "task")
    if uri is None or task is None:
        raise InvalidParamsError(f"`{command}` needs the URI of a plan and the id of a task")
    number = value_of(arguments, 2, "plan")
    if number is None:
        number = 1
    if not isinstance(number, int) or isinstance(number, bool):
        raise InvalidParamsError("`plan` is the number of a plan in the file, from 1")
    from orchestrate_ls.ide.schedule import task_names
    from orchestrate_ls.rules.spelling import SpellingGuide

    check = await check_of(server, uri)
    if not 1 <= number <= len(check.plans):
        raise RequestFailedError(f"there is no plan {number} in this file: it holds {len(check.plans)}")
    plan = check.plans[number - 1]
    names = task_names(plan.source.plan)
    if task not in names:
        near = SpellingGuide(names).best(task[:200])
        hint = f"did you mean `{near}`?" if near is not None else "name a task by its id"
        raise RequestFailedError(f"the plan has no task `{task[:60]}`", hint)
    return plan, names.index(task), number - 1
