"""What clients can read: the schemas, the pages of the rules, and the plans of the workspace."""

from __future__ import annotations

from typing import Final

import anyio.to_thread
from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ResourceNotFoundError
from mcp_types import Resource

from orchestrate_ls.ide.rule_page import UnknownRuleError, page_of, rule_codes, rule_named
from orchestrate_ls.mcp.roots import OutsideError, Workspace
from orchestrate_ls.text.display import shown
from orchestrate_ls.workspace.find import find_plans
from orchestrate_ls.workspace.reading import UnreadablePlanError, read_plan_text
from orchestrate_ls.workspace.settings_files import SettingsFiles
from orchestrate_ls.workspace.shipped import schema_text

SCHEMAS: Final = ("plan.schema.json", "catalogue.schema.json", "event.schema.json")
_YAML: Final = "application/yaml"
_MOST_PLANS: Final = 500


class PlanResources(MCPServer[Workspace]):
    """A server whose list of resources has the plans that are there at the moment."""

    workspace: Workspace

    async def list_resources(self) -> list[Resource]:
        """The schemas, the rules, and the plans of the workspace."""
        plans = await anyio.to_thread.run_sync(self._plans, abandon_on_cancel=True)
        return [*await super().list_resources(), *plans]

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
    def plan(path: str) -> str:
        try:
            return read_plan_text(workspace.plan_file(path)).text
        except (OutsideError, UnreadablePlanError) as error:
            raise ResourceNotFoundError(f"{error.message}; {error.hint}") from None


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
