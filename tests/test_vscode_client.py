"""What the VS Code extension says of the server's settings, rules, agents and plans, compared with the server itself.

After a change of the rules: `WRITE_DOCS=1 python -m pytest tests/test_vscode_client.py` renews their part of the
extension's `package.json`. A new setting is written there by hand, with its description.
"""

import json
import os
import re
from dataclasses import fields
from pathlib import Path

import pytest

from orchestrate_ls.agents.registries import PROJECT_REGISTRIES, USER_FOLDERS
from orchestrate_ls.lsp.code_lenses import OF_PLANS, OF_TASKS, REPORT_ON, SHOW_REFERENCES
from orchestrate_ls.rules.context import Thresholds
from orchestrate_ls.rules.registry import RULES
from orchestrate_ls.workspace.choice_settings import _PRIORITIES, _SELECTION, _SKILLS
from orchestrate_ls.workspace.model_limits import LIMITS
from orchestrate_ls.workspace.settings import Settings
from orchestrate_ls.workspace.settings_reading import with_editor_settings
from tests.rules.fixtures import checked

ROOT = Path(__file__).resolve().parents[1]
CLIENT = ROOT / "vscode-client"
if not CLIENT.is_dir():
    pytest.skip("the extension is not part of this copy", allow_module_level=True)
MANIFEST = CLIENT / "package.json"
OF_THE_CLIENT = {"orchestrate.server.path", "orchestrate.server.interpreter", "orchestrate.trace.server"}
OF_FILES = ("agent_commands", "gates", "notify", "run")
"""What no editor may say: which programs are started."""


def manifest() -> dict:
    return json.loads(MANIFEST.read_text(encoding="utf-8"))


def properties() -> dict:
    return manifest()["contributes"]["configuration"]["properties"]


def camel(name: str) -> str:
    return re.sub(r"[-_](.)", lambda found: found[1].upper(), name)


def of_the_server() -> set[str]:
    """All settings that the server knows, by the names that an editor gives them."""
    names = {"orchestrate.logLevel", "orchestrate.agents.userFolders", "orchestrate.rules"}
    tables = {"inlay_hints", "code_lenses", "format"}
    for each in fields(Settings):
        if each.name in tables:
            inner = type(getattr(Settings(), each.name))
            names |= {f"orchestrate.{camel(each.name)}.{camel(name.name)}" for name in fields(inner)}
        elif each.name == "models":
            names |= {f"orchestrate.models.{camel(name)}" for name in LIMITS}
        elif each.name == "priorities":
            names |= {f"orchestrate.priority.{camel(name)}" for name in _PRIORITIES}
        elif each.name not in ("rules", "user_agent_folders", *OF_FILES):
            names.add(f"orchestrate.{camel(each.name)}")
    names |= {f"orchestrate.selection.{camel(name)}" for name in _SELECTION}
    names |= {f"orchestrate.skills.{camel(name)}" for name in _SKILLS}
    names |= {
        f"orchestrate.thresholds.{camel(each.name.removesuffix('_seconds'))}" for each in fields(Thresholds)
    }
    return names


def test_the_extension_offers_the_settings_that_the_server_knows_and_no_others():
    assert set(properties()) - OF_THE_CLIENT == of_the_server()
    assert set(properties()) >= OF_THE_CLIENT


def test_every_setting_is_described_and_its_name_stands_in_the_documentation():
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    for name, setting in properties().items():
        assert setting.get("description") or setting.get("markdownDescription"), name
        if name not in OF_THE_CLIENT:
            last = name.rpartition(".")[2]
            kebab = re.sub(r"[A-Z]", lambda found: "-" + found[0].lower(), last)
            assert f"{kebab}" in page or f"`{name}`" in page, name


def test_the_defaults_are_those_of_the_server():
    given: dict = {}
    for name, setting in properties().items():
        if name in OF_THE_CLIENT or name == "orchestrate.logLevel":
            continue
        at = given
        *tables, last = name.split(".")[1:]
        for table in tables:
            at = at.setdefault(table, {})
        at[last] = setting["default"]
    settings, problems = with_editor_settings(Settings(), given)
    assert problems == ()
    assert settings == Settings()


def test_the_rules_are_those_of_the_server():
    expected = {
        rule.code: {
            "enum": ["error", "warning", "information", "hint", "off"],
            "description": f"{rule.summary}. Without this: {rule.severity.value if rule.on_by_default else 'off'}.",
        }
        for rule in RULES
    }
    if os.environ.get("WRITE_DOCS"):
        whole = manifest()
        whole["contributes"]["configuration"]["properties"]["orchestrate.rules"]["properties"] = expected
        text = json.dumps(whole, indent=2, ensure_ascii=False) + "\n"
        MANIFEST.write_text(text, encoding="utf-8", newline="\n")
    assert properties()["orchestrate.rules"]["properties"] == expected


def test_the_folders_of_agents_are_those_of_the_server():
    setting = properties()["orchestrate.agents.userFolders"]
    assert setting["items"]["enum"] == setting["default"] == list(USER_FOLDERS)


def test_the_server_is_told_of_all_agent_definitions_that_are_opened():
    source = (CLIENT / "src" / "documents.ts").read_text(encoding="utf-8")
    listed = re.search(r"AGENT_FILES[^=]*= \[(.*?)\];", source, re.DOTALL)
    assert listed is not None
    globs = [glob for registry in PROJECT_REGISTRIES for glob in registry.globs]
    assert re.findall(r'"([^"]+)"', listed[1]) == list(dict.fromkeys(globs))


def test_versions_are_the_same():
    from orchestrate_ls import __version__

    assert manifest()["version"] == __version__.partition(".dev")[0]


def expanded(body: list[str]) -> str:
    text = "\n".join(body)
    text = re.sub(r"\$\{\d+\|([^,|]*)[^|]*\|\}", r"\1", text)
    text = re.sub(r"\$\{\d+:([^}]*)\}", r"\1", text)
    return re.sub(r"\$\{?\d+\}?", "", text)


def snippets() -> dict:
    return json.loads((CLIENT / "snippets" / "orchestrate-plan.json").read_text(encoding="utf-8"))


def test_the_snippet_of_a_plan_has_no_findings_that_need_work():
    check = checked(expanded(snippets()["Plan"]["body"]))
    assert [each.code for each in check.diagnostics if each.severity.value in ("error", "warning")] == []


@pytest.mark.parametrize("name", ["Task", "Task with criteria"])
def test_a_snippet_of_a_task_fits_into_a_plan(name: str):
    body = expanded(snippets()[name]["body"])
    text = "agents: [{id: developer}]\ntasks:\n" + "".join(
        f"  {line}\n" for line in body.splitlines() if line.strip()
    )
    check = checked(text)
    assert [each.code for each in check.diagnostics if each.severity.value in ("error", "warning")] == []
    assert len(check.plans[0].source.plan.tasks) == 1


def test_nothing_in_the_client_names_where_packages_come_from():
    lock = json.loads((CLIENT / "package-lock.json").read_text(encoding="utf-8"))
    assert [name for name, package in lock["packages"].items() if "resolved" in package] == []


def test_no_command_of_the_extension_has_the_name_of_one_of_the_server():
    # The client library registers the server's commands itself, and could not.
    own = {each["command"] for each in manifest()["contributes"]["commands"]}
    source = (ROOT / "tests" / "lsp" / "test_protocol.py").read_text(encoding="utf-8")
    of_the_server = set(re.findall(r'^        "(orchestrate\.\w+)",$', source, re.MULTILINE))
    assert len(of_the_server) >= 9
    assert own.isdisjoint(of_the_server)


def test_every_slash_command_is_a_skill_of_agent_chat():
    skills = [each["path"] for each in manifest()["contributes"]["chatSkills"]]
    names = sorted(path.stem for path in (ROOT / "commands").glob("*.md"))
    assert skills == [f"./dist/skills/{name}/SKILL.md" for name in names]


def test_commands_that_menus_and_lenses_name_are_declared():
    contributes = manifest()["contributes"]
    declared = {each["command"] for each in contributes["commands"]}
    named = {each["command"] for menu in contributes["menus"].values() for each in menu}
    assert named <= declared
    assert {*OF_PLANS.values(), *OF_TASKS.values(), REPORT_ON, SHOW_REFERENCES} <= declared
    # What runs, approves or records is not even offered in an untrusted workspace.
    guarded = {
        each["command"] for each in contributes["commands"] if each.get("enablement") == "isWorkspaceTrusted"
    }
    assert {*OF_PLANS.values(), *OF_TASKS.values(), REPORT_ON, "orchestrate.applyTriggers"} <= guarded
