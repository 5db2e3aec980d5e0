"""Files that the editor renames are followed by all plans, open or not, in one edit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.lsp.client import PUSHED, Client
from tests.lsp.workspace import BAD, GOOD, begin, names, shown, until, write

Json = dict[str, Any]

EDITS = {**PUSHED, "workspace": {"workspaceEdit": {"documentChanges": True}}}
PLAN = GOOD + "    files: [src/a.py, src/auth/**]\n"


async def will_rename(client: Client, *pairs: tuple[Path, Path]) -> Json | None:
    files = [{"oldUri": old.as_uri(), "newUri": new.as_uri()} for old, new in pairs]
    return (await client.request("workspace/willRenameFiles", {"files": files}))["result"]


def new_texts(edit: Json | None) -> dict[str, tuple[int | None, list[str]]]:
    """By URI the version and the new texts."""
    return {
        each["textDocument"]["uri"]: (
            each["textDocument"]["version"],
            [change["newText"] for change in each["edits"]],
        )
        for each in (edit or {"documentChanges": []})["documentChanges"]
    }


async def test_open_and_closed_plans_follow_a_file(client: Client, tmp_path: Path):
    closed = write(tmp_path, "deep/closed.plan.yaml", PLAN)
    opened = write(tmp_path, "open.plan.yaml", GOOD)
    write(tmp_path, "other.plan.yaml", GOOD)
    (tmp_path / ".git").mkdir()
    await begin(client, tmp_path, abilities=EDITS)
    client.open("# edited\n" + PLAN, uri=opened, version=4)
    edit = await will_rename(client, (tmp_path / "src/a.py", tmp_path / "src/b.py"))
    assert new_texts(edit) == {closed: (None, ["src/b.py"]), opened: (4, ["src/b.py"])}
    assert edit is not None
    starts = {
        each["textDocument"]["uri"]: each["edits"][0]["range"]["start"] for each in edit["documentChanges"]
    }
    assert starts == {closed: {"line": 4, "character": 12}, opened: {"line": 5, "character": 12}}


async def test_clients_without_document_changes_get_plain_edits(client: Client, tmp_path: Path):
    uri = write(tmp_path, "x.plan.yaml", PLAN)
    await begin(client, tmp_path)
    edit = await will_rename(client, (tmp_path / "src/auth", tmp_path / "lib/login"))
    assert edit is not None
    assert [each["newText"] for each in edit["changes"][uri]] == ["lib/login/**"]


async def test_paths_count_from_the_workspace_folder_too(client: Client, tmp_path: Path):
    # The repository is further up.
    (tmp_path / ".git").mkdir()
    folder = tmp_path / "service"
    uri = write(folder, "plans/x.plan.yaml", PLAN.replace("src/auth/**", "service/src/a.py"))
    await begin(client, folder, abilities=EDITS)
    edit = await will_rename(client, (folder / "src/a.py", folder / "src/b.py"))
    assert new_texts(edit) == {uri: (None, ["src/b.py", "service/src/b.py"])}


async def test_nothing_is_edited_for_files_that_no_plan_names(client: Client, tmp_path: Path):
    write(tmp_path, "x.plan.yaml", PLAN)
    await begin(client, tmp_path, abilities=EDITS)
    assert await will_rename(client, (tmp_path / "src/c.py", tmp_path / "src/d.py")) is None
    assert await will_rename(client, (tmp_path / "src/a.py", tmp_path.parent / "elsewhere.py")) is None
    assert await will_rename(client) is None


async def test_plans_follow_an_agent_that_is_called_by_its_file(client: Client, tmp_path: Path):
    (tmp_path / ".git").mkdir()
    agents = tmp_path / ".opencode/agents"
    write(tmp_path, ".opencode/agents/dev.md", "---\ndescription: develops\n---\nDo it.\n")
    write(tmp_path, ".claude/agents/named.md", "---\nname: fixed\ndescription: x\n---\nDo it.\n")
    first = write(tmp_path, "x.plan.yaml", GOOD.replace("general-purpose", "dev"))
    write(tmp_path, "y.plan.yaml", GOOD.replace("general-purpose", "fixed"))
    await begin(client, tmp_path, abilities=EDITS)
    await until(lambda: client.server.session.agents.get(tmp_path))
    edit = await will_rename(client, (agents / "dev.md", agents / "coder.md"))
    assert new_texts(edit) == {first: (None, ["coder"])}
    # An id that stands in the file stays.
    named = tmp_path / ".claude/agents"
    assert await will_rename(client, (named / "named.md", named / "other.md")) is None


async def test_what_the_editor_has_done_is_looked_at(client: Client, tmp_path: Path):
    old = write(tmp_path, "old.plan.yaml", BAD)
    await begin(client, tmp_path)
    assert shown(client, old) == ["unknown-key"]
    new = (tmp_path / "old.plan.yaml").rename(tmp_path / "new.plan.yaml").as_uri()
    client.notify("workspace/didRenameFiles", {"files": [{"oldUri": old, "newUri": new}]})
    await until(lambda: shown(client, old) == [] and shown(client, new) == ["unknown-key"])
    made = write(tmp_path, "made.plan.yaml", BAD)
    client.notify("workspace/didCreateFiles", {"files": [{"uri": made}]})
    await until(lambda: shown(client, made) == ["unknown-key"])
    (tmp_path / "made.plan.yaml").unlink()
    client.notify("workspace/didDeleteFiles", {"files": [{"uri": made}]})
    await until(lambda: shown(client, made) == [])
    assert await names(client, "") == ["new A"]


async def test_the_client_is_told_which_operations_matter(client: Client):
    operations = {"willRename": True, "didRename": True, "didCreate": True, "didDelete": True}
    result = await client.initialize({**PUSHED, "workspace": {"fileOperations": operations}})
    assert set(result["capabilities"]["workspace"]["fileOperations"]) == set(operations)


async def test_sub_plans_are_followed_from_their_plans(client: Client, tmp_path: Path):
    (tmp_path / ".git").mkdir()
    uri = write(tmp_path, "plans/x.plan.yaml", GOOD + "    plan: T1.plan.yaml\n")
    write(tmp_path, "plans/T1.plan.yaml", GOOD)
    await begin(client, tmp_path, abilities=EDITS)
    plans = tmp_path / "plans"
    edit = await will_rename(client, (plans / "T1.plan.yaml", plans / "login.plan.yaml"))
    assert new_texts(edit) == {uri: (None, ["login.plan.yaml"])}
    edit = await will_rename(client, (plans / "x.plan.yaml", tmp_path / "x.plan.yaml"))
    assert new_texts(edit) == {uri: (None, ["plans/T1.plan.yaml"])}
    assert await will_rename(client, (plans, tmp_path / "all")) is None
