"""What the user of a client is asked before a tool does something that only a person may allow, and the client's roots.

Each function here fills a parameter of a tool before the tool runs; the SDK asks in the way of the client's version of
the protocol. A client that cannot ask gets an error that says how else it can be done; nothing is taken as allowed.
"""

from __future__ import annotations

from typing import Annotated, Any, TypeAlias

from mcp.server.elicitation import AcceptedElicitation, ElicitationResult
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.resolve import Elicit, ListRoots, Resolve
from mcp.server.session import ServerSession
from mcp.shared.message import ServerMessageMetadata
from mcp_types import ListRootsRequest, ListRootsResult, RequestId
from pydantic import BaseModel, Field

from orchestrate_ls.mcp.plans import failed, failures
from orchestrate_ls.mcp.roots import Workspace
from orchestrate_ls.text.display import shown
from orchestrate_ls.workspace.reading import UnreadablePlanError, read_plan_text

Asked: TypeAlias = Context[Workspace, Any]


class Approval(BaseModel):
    """What a user answers."""

    approve: bool = Field(description="Whether this may be done")


async def client_roots(ctx: Asked) -> ListRootsResult | ListRoots:
    """The roots of the client, where they count and it has any to tell."""
    workspace, abilities = workspace_of(ctx), ctx.client_capabilities
    if workspace.named or not workspace.asks or abilities is None or abilities.roots is None:
        return ListRootsResult(roots=[])
    return ListRoots()


ClientRoots: TypeAlias = Annotated[ListRootsResult, Resolve(client_roots)]
"""A parameter of a tool that names files."""


def workspace_of(ctx: Asked) -> Workspace:
    """What the server was started for."""
    return ctx.request_context.lifespan_context


def workspace_with(ctx: Asked, roots: ListRootsResult) -> Workspace:
    """The same with the roots that the client has just named."""
    workspace = workspace_of(ctx)
    if workspace.asks and not workspace.named and roots.roots:
        workspace.tell([str(root.uri) for root in roots.roots])
    return workspace


async def has_roots(workspace: Workspace, session: ServerSession, request: RequestId | None) -> bool:
    """Whether the roots are known that count for a client, who is asked where that can be done during a request.

    Resources have no parameters that the SDK would fill as for tools. As long as the client owes its roots, the folder
    that the server was started in is none.
    """
    abilities = session.client_capabilities
    if workspace.named or not workspace.asks or abilities is None or abilities.roots is None:
        return True
    if session.can_send_request:
        about = ServerMessageMetadata(related_request_id=request)
        told = await session.send_request(ListRootsRequest(), ListRootsResult, metadata=about)
        workspace.tell([str(root.uri) for root in told.roots])
        return True
    return bool(workspace.told)


async def may_replace(
    ctx: Asked, draft: str, path: str | None, roots: ClientRoots
) -> Approval | Elicit[Approval]:
    """Whether a plan that is there may be written over: asked where that would change it."""
    if path is None:
        return Approval(approve=True)
    with failures():
        target = workspace_with(ctx, roots).new_plan_file(path)
    try:
        if not target.exists() or read_plan_text(target).text == draft:
            return Approval(approve=True)
    except UnreadablePlanError:
        pass
    return _ask(
        ctx,
        f"Write the plan that the agent has submitted over {shown(path)}?",
        f"{shown(path)} is there already, and this client cannot ask its user whether to write over it",
        "submit the draft under another path, or edit the file and call `check_plan`",
    )


async def may_force(ctx: Asked, task: str, action: str, force: bool = False) -> Approval | Elicit[Approval]:
    """Whether something may be recorded although it is refused otherwise."""
    if not force:
        return Approval(approve=True)
    return _ask(
        ctx,
        f"Record `{shown(action)}` for the task {shown(task[:60])} although something may speak against it?",
        "this client cannot ask its user whether to force it",
        "a person can record it on the command line with `orchestrate task`",
    )


def refuse_unless(answer: ElicitationResult[Approval], what: str) -> None:
    """Stop where the user has not agreed."""
    if not isinstance(answer, AcceptedElicitation) or not answer.data.approve:
        raise failed(f"the user has not agreed, so {what}", "ask what they want instead")


def _ask(ctx: Asked, question: str, cannot: str, hint: str) -> Elicit[Approval]:
    abilities = ctx.client_capabilities
    if abilities is None or abilities.elicitation is None:
        raise failed(cannot, hint)
    return Elicit(question, Approval)
