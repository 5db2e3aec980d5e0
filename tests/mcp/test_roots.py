"""No client gets at a file outside of the workspace: not by `..`, an absolute path, a link, or another scheme."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from orchestrate_ls.mcp.roots import OutsideError, Workspace, folder_of
from orchestrate_ls.mcp.server import build_server
from tests.mcp.clients import PLAN, Client, call, error_of, inside, refused, roots_named


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    inner = tmp_path / "inner"
    (inner / "sub").mkdir(parents=True)
    for path in (inner / "a.plan.yaml", inner / "sub/b.plan.yaml", tmp_path / "secret.plan.yaml"):
        path.write_text(PLAN, encoding="utf-8")
    return inner


def escapes(folder: Path) -> list[str]:
    found = [
        "../secret.plan.yaml",
        "sub/../../secret.plan.yaml",
        "sub\\..\\..\\secret.plan.yaml",
        str(folder.parent / "secret.plan.yaml"),
        "/etc/hosts.plan.yaml",
        "a\0.plan.yaml",
        "x" * 5000 + ".plan.yaml",
        "~/secret.plan.yaml",
        (folder.parent / "secret.plan.yaml").as_uri(),
    ]
    if os.name != "nt":
        (folder / "link.plan.yaml").symlink_to(folder.parent / "secret.plan.yaml")
        (folder / "up").symlink_to(folder.parent, target_is_directory=True)
        found += ["link.plan.yaml", "up/secret.plan.yaml"]
    return found


def test_paths_below_a_root_are_found(folder: Path):
    workspace = Workspace((folder,))
    assert workspace.plan_file("a.plan.yaml") == (folder / "a.plan.yaml").resolve()
    assert workspace.plan_file("sub/b.plan.yaml") == workspace.plan_file(str(folder / "sub/b.plan.yaml"))
    assert workspace.name_of(folder / "sub/b.plan.yaml") == "sub/b.plan.yaml"


def test_nothing_else_is(folder: Path):
    workspace = Workspace((folder,))
    for name in escapes(folder):
        with pytest.raises(OutsideError):
            workspace.plan_file(name)
        with pytest.raises(OutsideError):
            workspace.new_plan_file(name)
        with pytest.raises(OutsideError):
            workspace.folder(name)


def test_only_folders_on_this_machine_are_roots(tmp_path: Path):
    assert folder_of(tmp_path.as_uri()) == tmp_path
    for uri in (
        "http://localhost/",
        "file://elsewhere/x",
        "file:relative",
        "",
        "file:///\0",
        "file:///nowhere/x",
    ):
        assert folder_of(uri) is None


async def test_no_tool_leaves_the_workspace(folder: Path):
    secret = folder.parent / "secret.plan.yaml"
    async with inside(folder) as client:
        for name in escapes(folder):
            for tool in ("check_plan", "schedule_plan", "next_tasks", "status"):
                assert "Ship the importer" not in await refused(client, tool, path=name)
            await refused(client, "handoff", path=name, task="T1")
            await refused(client, "update_task", path=name, task="T1", action="start")
            await refused(client, "submit_plan", draft=PLAN.replace("4h", "1h"), path=name)
            await refused(client, "plan_goal", goal="Build a blog", folder=name)
            assert "Ship" not in await error_of(client.read_resource(f"orchestrate://plans/{name}"))
        # A link that leads out is not listed either.
        assert (await call(client, "check_plan"))["files"] == ["a.plan.yaml", "sub/b.plan.yaml"]
    assert secret.read_text(encoding="utf-8") == PLAN
    assert not (folder.parent / ".orchestrate").exists()


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_the_roots_of_the_client_count_where_it_may_name_them(folder: Path, mode: str):
    named = roots_named(folder, folder / "nowhere")
    async with Client(build_server(Workspace(asks=True)), mode=mode, list_roots_callback=named) as client:
        assert (await call(client, "check_plan"))["files"] == ["a.plan.yaml", "sub/b.plan.yaml"]
        uris = [str(each.uri) for each in (await client.list_resources()).resources]
        assert "orchestrate://plans/sub/b.plan.yaml" in uris
        await refused(client, "check_plan", path="../secret.plan.yaml")
    # Neither over HTTP, nor against the command line.
    for workspace in (Workspace((folder / "sub",)), Workspace((folder / "sub",), asks=True)):
        wide = roots_named(folder.parent)
        async with Client(build_server(workspace), mode=mode, list_roots_callback=wide) as client:
            assert (await call(client, "check_plan"))["files"] == ["b.plan.yaml"]
            await refused(client, "check_plan", path=str(folder.parent / "secret.plan.yaml"))


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_before_any_tool_is_called_resources_are_those_of_the_clients_roots(
    folder: Path, mode: str, monkeypatch: pytest.MonkeyPatch
):
    """Never those of the folder that the server happens to be started in."""
    monkeypatch.chdir(folder.parent)
    named = roots_named(folder)
    async with Client(build_server(Workspace(asks=True)), mode=mode, list_roots_callback=named) as client:
        uris = [str(each.uri) for each in (await client.list_resources()).resources]
        assert not any("secret" in each for each in uris)
        # A client of the newer protocol can only be asked while it reads one.
        assert ("orchestrate://plans/a.plan.yaml" in uris) == (mode == "legacy")
        missing = await error_of(client.read_resource("orchestrate://plans/secret.plan.yaml"))
        assert "there is no file" in missing
        read = await client.read_resource("orchestrate://plans/a.plan.yaml")
        assert read.contents[0].text == PLAN  # pyright: ignore[reportAttributeAccessIssue]
        uris = [str(each.uri) for each in (await client.list_resources()).resources]
        assert "orchestrate://plans/sub/b.plan.yaml" in uris
    # A client that has no roots means the folder that it has started the server in.
    async with Client(build_server(Workspace(asks=True)), mode=mode) as client:
        uris = [str(each.uri) for each in (await client.list_resources()).resources]
        assert "orchestrate://plans/secret.plan.yaml" in uris
