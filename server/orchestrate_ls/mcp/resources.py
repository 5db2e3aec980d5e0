"""What clients can read: the schemas, the pages of the rules, and the plans of the workspace."""

from __future__ import annotations

from typing import Final

import anyio.to_thread
from mcp.server.context import ServerRequestContext
from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ResourceNotFoundError
from mcp_types import (
    InputRequiredResult,
    ListResourcesResult,
    ListRootsRequest,
    ListRootsResult,
    PaginatedRequestParams,
    Resource,
)

from orchestrate_ls.ide.rule_page import UnknownRuleError, page_of, rule_codes, rule_named
from orchestrate_ls.mcp.asking import Asked, has_roots
from orchestrate_ls.mcp.roots import OutsideError, Workspace
from orchestrate_ls.text.display import shown
from orchestrate_ls.workspace.find import find_plans
from orchestrate_ls.workspace.reading import UnreadablePlanError, read_plan_text
from orchestrate_ls.workspace.settings_files import SettingsFiles
from orchestrate_ls.workspace.shipped import schema_text

SCHEMAS: Final = ("plan.schema.json", "catalogue.schema.json", "event.schema.json")
_YAML: Final = "application/yaml"
_MOST_PLANS: Final = 500
_ROOTS: Final = "roots"


class PlanResources(MCPServer[Workspace]):
    """A server whose list of resources has the plans that are there at the moment."""

    workspace: Workspace

    async def _handle_list_resources(
        self, ctx: ServerRequestContext[Workspace], params: PaginatedRequestParams | None
    ) -> ListResourcesResult:
        """The schemas, the rules, and the plans of the workspace, as far as it is known.

        Overridden where the SDK still knows who asks: `list_resources` is not told.
        """
        listed = await super()._handle_list_resources(ctx, params)
        if await has_roots(self.workspace, ctx.session, ctx.request_id):
            plans = await anyio.to_thread.run_sync(self._plans, abandon_on_cancel=True)
            listed.resources = [*listed.resources, *plans]
        return listed

    def _plans(self) -> list[Resource]:
        found: list[Resource] = []
        for root in self.workspace.roots:
            loaded = SettingsFiles().of(root)
            top = loaded.path.parent if loaded.path is not None else root
            for path in find_plans(root, loaded.settings, top).files:
                name = self.workspace.name_of(path)
                found.append(Resource(uri=f"orchestrate://plans/{_quoted(name)}", name=name, mime_type=_YAML))
        return found[:_MOST_PLANS]


def add_resources(server: PlanResources, workspace: Workspace) -> None:
    """Let clients read them."""
    for each in SCHEMAS:
        _add_schema(server, each)

    @server.resource(
        "orchestrate://rules/{code}",
        name="rule",
        title="A rule",
        description="What a finding means, why it matters and how it is fixed",
        mime_type="text/markdown",
    )
    def rule(code: str) -> str:
        try:
            return page_of(rule_named(code))
        except UnknownRuleError as error:
            raise ResourceNotFoundError(f"{error}; there are {', '.join(rule_codes())}") from None

    @server.resource(
        "orchestrate://rules",
        name="rules",
        title="All rules",
        description="The codes of all findings, with what each finds",
        mime_type="text/markdown",
    )
    def rules() -> str:
        return "# Rules\n\n" + "".join(f"- `{code}`: {rule_named(code).summary}\n" for code in rule_codes())

    @server.resource(
        "orchestrate://plans/{+path}",
        name="plan",
        title="A plan",
        description="A plan file of the workspace",
        mime_type=_YAML,
    )
    async def plan(path: str, ctx: Asked) -> str | InputRequiredResult:
        answers = ctx.input_responses or {}
        told = answers.get(_ROOTS)
        if isinstance(told, ListRootsResult):
            workspace.tell([str(root.uri) for root in told.roots])
        elif not await has_roots(workspace, ctx.session, ctx.request_id):
            return InputRequiredResult(input_requests={_ROOTS: ListRootsRequest()})
        try:
            return await anyio.to_thread.run_sync(_text_of, workspace, path, abandon_on_cancel=True)
        except (OutsideError, UnreadablePlanError) as error:
            raise ResourceNotFoundError(f"{error.message}; {error.hint}") from None


def _text_of(workspace: Workspace, path: str) -> str:
    return read_plan_text(workspace.plan_file(path)).text


def _add_schema(server: PlanResources, name: str) -> None:
    @server.resource(
        f"orchestrate://schema/{name}",
        name=name,
        title=f"Schema {shown(name)}",
        description="JSON Schema, draft 2020-12",
        mime_type="application/schema+json",
    )
    def schema() -> str:
        return schema_text(name)


def _quoted(name: str) -> str:
    from urllib.parse import quote

    return quote(name, safe="/")
