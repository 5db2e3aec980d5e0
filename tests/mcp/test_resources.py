"""What can be read, and the prompts."""

from __future__ import annotations

import json
from pathlib import Path

from orchestrate_ls.ide.rule_page import rule_codes
from orchestrate_ls.workspace.shipped import command_names, schema_text
from tests.mcp.clients import PLAN, error_of, inside


async def test_schemas_rules_and_plans_can_be_read(tmp_path: Path):
    (tmp_path / "plän 1.plan.yaml").write_text(PLAN, encoding="utf-8")
    async with inside(tmp_path) as client:
        texts = {}
        for each in (await client.list_resources()).resources:
            texts[str(each.uri)] = (await client.read_resource(each.uri)).contents[0].text  # pyright: ignore[reportAttributeAccessIssue]
        pages = [await client.read_resource(f"orchestrate://rules/{code}") for code in rule_codes()]
        assert "there are syntax" in await error_of(client.read_resource("orchestrate://rules/nothing"))
        assert await error_of(client.read_resource("orchestrate://plans/none.plan.yaml"))
        assert await error_of(client.read_resource("orchestrate://elsewhere"))
    assert json.loads(texts["orchestrate://schema/plan.schema.json"]) == json.loads(schema_text())
    assert all(f"`{code}`" in texts["orchestrate://rules"] for code in rule_codes())
    assert all(page.contents[0].text.startswith("# ") for page in pages)  # pyright: ignore[reportAttributeAccessIssue]
    assert texts["orchestrate://plans/pl%C3%A4n%201.plan.yaml"] == PLAN


async def test_the_slash_commands_are_prompts(tmp_path: Path):
    async with inside(tmp_path) as client:
        prompts = (await client.list_prompts()).prompts
        assert [each.name for each in prompts] == list(command_names())
        assert all(each.description and each.arguments for each in prompts)
        for name in command_names():
            given = await client.get_prompt(name, {"arguments": "the $ARGUMENTS; rm -rf"})
            text = given.messages[0].content.text  # pyright: ignore[reportAttributeAccessIssue]
            assert "the $ARGUMENTS; rm -rf" in text
            assert not text.startswith("---")
        empty = await client.get_prompt("orchestrate")
        assert "$ARGUMENTS" not in empty.messages[0].content.text  # pyright: ignore[reportAttributeAccessIssue]
        assert await error_of(client.get_prompt("nothing"))
