"""Settings from the editor and from files take effect while the server runs, for each folder its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.lsp.client import PULLED, PUSHED, Client

TEXT = "tasks: []\nbogus: 1\n"
WITH_CONFIGURATION = {**PUSHED, "workspace": {"configuration": True}}


def severities(found: list[dict[str, Any]]) -> dict[str, int]:
    return {each["code"]: each["severity"] for each in found}


def folder_of(path: Path) -> dict[str, str]:
    return {"uri": path.as_uri(), "name": path.name}


def rules(**severity: str) -> dict[str, Any]:
    return {"rules": {name.replace("_", "-"): value for name, value in severity.items()}}


class Settings:
    """What the editor has set, by scope; None is for everything."""

    def __init__(self, client: Client, **by_scope: Any) -> None:
        self.by_scope: dict[str | None, Any] = {None: by_scope or None}
        self.asked = 0
        client.answers["workspace/configuration"] = self._answer

    def _answer(self, params: dict[str, Any]) -> dict[str, Any]:
        self.asked += 1
        assert {item["section"] for item in params["items"]} == {"orchestrate"}
        return {"result": [self.by_scope.get(item.get("scopeUri")) for item in params["items"]]}


async def last(client: Client, uri: str) -> dict[str, int]:
    await client.settle()
    return severities(client.published(uri)[-1]["diagnostics"])


async def test_the_settings_file_at_the_root_counts(client: Client, tmp_path: Path):
    (tmp_path / "orchestrate.toml").write_text('[rules]\nunknown-key = "hint"\n')
    (tmp_path / "deep").mkdir()
    await client.initialize(PUSHED, workspaceFolders=[folder_of(tmp_path)])
    uri = (tmp_path / "deep" / "x.plan.yaml").as_uri()
    client.open(TEXT, uri=uri)
    assert severities(await client.diagnostics(1, uri))["unknown-key"] == 4


async def test_a_changed_settings_file_takes_effect(client: Client, tmp_path: Path):
    settings = tmp_path / "orchestrate.toml"
    await client.initialize(PUSHED, workspaceFolders=[folder_of(tmp_path)])
    uri = (tmp_path / "x.plan.yaml").as_uri()
    client.open(TEXT, uri=uri)
    assert severities(await client.diagnostics(1, uri))["unknown-key"] == 2
    for content, expected in (
        ('[rules]\nunknown-key = "error"\n', 1),
        ('[rules]\nunknown-key = "off"\n', None),
        (None, 2),
    ):
        if content is None:
            settings.unlink()
        else:
            settings.write_text(content)
        client.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": settings.as_uri(), "type": 2}]})
        assert (await last(client, uri)).get("unknown-key") == expected


async def test_without_watched_files_settings_are_looked_at_when_a_plan_is_saved(
    client: Client, tmp_path: Path
):
    await client.initialize(PUSHED, workspaceFolders=[folder_of(tmp_path)])
    uri = (tmp_path / "x.plan.yaml").as_uri()
    client.open(TEXT, uri=uri)
    await client.diagnostics(1, uri)
    (tmp_path / "orchestrate.toml").write_text('[rules]\nunknown-key = "error"\n')
    client.notify("textDocument/didSave", {"textDocument": {"uri": uri}})
    assert (await last(client, uri))["unknown-key"] == 1


async def test_mistakes_in_a_settings_file_are_shown_there_and_go_away(client: Client, tmp_path: Path):
    settings = tmp_path / "orchestrate.toml"
    settings.write_text('[rules]\nunknown-kye = "off"\n')
    # Also to clients that ask: they do not ask for this file.
    await client.initialize(PULLED, workspaceFolders=[folder_of(tmp_path)])
    uri = (tmp_path / "x.plan.yaml").as_uri()
    client.open(TEXT, uri=uri)
    await client.request("textDocument/diagnostic", {"textDocument": {"uri": uri}})
    (found,) = client.published(settings.as_uri())[-1]["diagnostics"]
    assert "unknown-key" in found["message"]
    assert found["range"] == {"start": {"line": 1, "character": 0}, "end": {"line": 1, "character": 11}}
    settings.write_text('[rules]\nunknown-key = "off"\n')
    client.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": settings.as_uri(), "type": 2}]})
    await client.settle()
    assert client.published(settings.as_uri())[-1]["diagnostics"] == []


async def test_the_editors_settings_override_the_file_and_change_at_run_time(client: Client, tmp_path: Path):
    (tmp_path / "orchestrate.toml").write_text('[rules]\nunknown-key = "hint"\n')
    settings = Settings(client, **rules(unknown_key="error"))
    await client.initialize(WITH_CONFIGURATION, workspaceFolders=[folder_of(tmp_path)])
    uri = (tmp_path / "x.plan.yaml").as_uri()
    client.open(TEXT, uri=uri)
    assert severities(await client.diagnostics(1, uri))["unknown-key"] == 1
    settings.by_scope[None] = None
    client.notify("workspace/didChangeConfiguration", {"settings": None})
    assert (await last(client, uri))["unknown-key"] == 4


async def test_folders_have_settings_of_their_own(client: Client, tmp_path: Path):
    first, second = tmp_path / "first", tmp_path / "second"
    for folder in (first, second):
        folder.mkdir()
    settings = Settings(client)
    settings.by_scope = {
        first.as_uri(): rules(unknown_key="error"),
        second.as_uri(): rules(unknown_key="hint"),
    }
    await client.initialize(WITH_CONFIGURATION, workspaceFolders=[folder_of(first), folder_of(second)])
    for folder, expected in ((first, 1), (second, 4)):
        uri = (folder / "x.plan.yaml").as_uri()
        client.open(TEXT, uri=uri)
        assert severities(await client.diagnostics(1, uri))["unknown-key"] == expected


async def test_folders_come_and_go(client: Client, tmp_path: Path):
    settings = Settings(client)
    settings.by_scope = {tmp_path.as_uri(): rules(unknown_key="error")}
    await client.initialize(WITH_CONFIGURATION, workspaceFolders=None)
    uri = (tmp_path / "x.plan.yaml").as_uri()
    client.open(TEXT, uri=uri)
    assert severities(await client.diagnostics(1, uri))["unknown-key"] == 2
    event = {"event": {"added": [folder_of(tmp_path)], "removed": []}}
    client.notify("workspace/didChangeWorkspaceFolders", event)
    await client.settle()
    assert (await last(client, uri))["unknown-key"] == 1
    event = {"event": {"added": [], "removed": [folder_of(tmp_path)]}}
    client.notify("workspace/didChangeWorkspaceFolders", event)
    await client.settle()
    assert (await last(client, uri))["unknown-key"] == 2


async def test_nothing_is_checked_before_the_settings_are_there(client: Client):
    asked: list[dict[str, Any]] = []
    client.answers["workspace/configuration"] = lambda params: asked.append(params) or {"result": [None]}
    await client.request("initialize", {"capabilities": WITH_CONFIGURATION})
    client.open(TEXT)
    await client.settle()
    assert client.published() == []
    client.notify("initialized", {})
    await client.settle()
    assert asked
    assert await client.diagnostics(1)


async def test_a_client_that_does_not_answer_is_not_waited_for(client: Client):
    await client.initialize(WITH_CONFIGURATION)
    client.open(TEXT)
    assert await client.diagnostics(1)


async def test_an_error_for_an_answer_leaves_the_defaults(client: Client):
    client.answers["workspace/configuration"] = lambda _: {
        "error": {"code": -32601, "message": "no such method"}
    }
    await client.initialize(WITH_CONFIGURATION)
    client.open(TEXT)
    assert severities(await client.diagnostics(1))["unknown-key"] == 2


async def test_odd_answers_leave_the_defaults(client: Client):
    for answer in (None, 5, "x", {}, [], [[]], [7], [{"rules": 3}]):
        client.answers["workspace/configuration"] = lambda _, answer=answer: {"result": answer}
        client.notify("workspace/didChangeConfiguration", {"settings": None})
        if answer is None:
            await client.initialize(WITH_CONFIGURATION)
            client.open(TEXT)
        await client.settle()
        assert severities(await client.diagnostics(1))["unknown-key"] == 2, answer


async def test_settings_sent_by_clients_that_cannot_be_asked(client: Client):
    await client.initialize(PUSHED)
    client.open(TEXT)
    await client.diagnostics(1)
    pushed = {"settings": {"orchestrate": rules(unknown_key="error"), "other": {}}}
    client.notify("workspace/didChangeConfiguration", pushed)
    await client.settle()
    assert severities(client.published()[-1]["diagnostics"])["unknown-key"] == 1


async def test_settings_among_the_options_of_initialize(client: Client):
    await client.initialize(PUSHED, initializationOptions=rules(unknown_key="error"))
    client.open(TEXT)
    assert severities(await client.diagnostics(1))["unknown-key"] == 1


async def test_mistakes_in_the_editors_settings_are_told(client: Client):
    Settings(client, **rules(unknown_key="eror"))
    await client.initialize(WITH_CONFIGURATION)
    client.open(TEXT)
    await client.diagnostics(1)
    assert any("eror" in each["message"] for each in client.notifications("window/showMessage"))


async def test_clients_that_ask_are_told_to_ask_again(client: Client, tmp_path: Path):
    client.answers["workspace/diagnostic/refresh"] = lambda _: {"result": None}
    settings = tmp_path / "orchestrate.toml"
    await client.initialize(
        {**PULLED, "workspace": {"diagnostics": {"refreshSupport": True}}},
        workspaceFolders=[folder_of(tmp_path)],
    )
    uri = (tmp_path / "x.plan.yaml").as_uri()
    client.open(TEXT, uri=uri)
    before = len(client.requests("workspace/diagnostic/refresh"))
    settings.write_text('[rules]\nunknown-key = "off"\n')
    client.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": settings.as_uri(), "type": 1}]})
    await client.settle()
    assert len(client.requests("workspace/diagnostic/refresh")) == before + 1
    answer = await client.request("textDocument/diagnostic", {"textDocument": {"uri": uri}})
    assert "unknown-key" not in severities(answer["result"]["items"])


async def test_files_are_watched_where_the_client_can(client: Client):
    client.answers["client/registerCapability"] = lambda _: {"result": None}
    dynamic = {"dynamicRegistration": True}
    await client.initialize(
        {**PUSHED, "workspace": {"didChangeWatchedFiles": dynamic, "didChangeConfiguration": dynamic}}
    )
    (request,) = client.requests("client/registerCapability")
    registered = {each["method"]: each["registerOptions"] for each in request["params"]["registrations"]}
    globs = [each["globPattern"] for each in registered["workspace/didChangeWatchedFiles"]["watchers"]]
    assert globs[:3] == ["**/orchestrate.toml", "**/*.yaml", "**/*.yml"]
    assert {"**/.claude/agents/**/*.md", "**/.codex/agents/*.toml", "**/opencode.json"} <= set(globs)
    assert registered["workspace/didChangeConfiguration"] == {"section": "orchestrate"}


async def test_a_setting_can_make_other_yaml_files_plans(client: Client, tmp_path: Path):
    settings = tmp_path / "orchestrate.toml"
    await client.initialize(PUSHED, workspaceFolders=[folder_of(tmp_path)])
    uri = (tmp_path / "plans" / "x.yaml").as_uri()
    client.open(TEXT, uri=uri)
    assert await client.diagnostics(1, uri) == []
    settings.write_text('extend-include = ["plans/*.yaml"]\n')
    client.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": settings.as_uri(), "type": 1}]})
    assert "unknown-key" in await last(client, uri)


async def test_the_user_sets_how_much_is_logged(client: Client):
    settings = Settings(client, logLevel="info")
    await client.initialize(WITH_CONFIGURATION)
    client.notify("no/such")
    assert any("no/such" in each["message"] for each in client.notifications("window/logMessage"))
    settings.by_scope[None] = {"logLevel": "error"}
    client.notify("workspace/didChangeConfiguration", {"settings": None})
    await client.settle()
    before = len(client.notifications("window/logMessage"))
    client.notify("no/other")
    client.change(1, {"text": ""}, uri="file:///not-open")
    assert len(client.notifications("window/logMessage")) == before
