"""What the tools answer, asked by the SDK's client in this process, in the newest and in the older form of the
protocol.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from pathlib import Path

import anyio
import anyio.to_thread
import jsonschema
import pytest

from orchestrate_ls.mcp import plan_tools
from orchestrate_ls.mcp.server import TOOLS
from tests.mcp.clients import PLAN, Answers, call, inside, refused, use_every_tool

MODES = ("auto", "legacy")
CYCLE = """\
agents:
  - id: dev
tasks:
  - {id: A, name: Make it, estimated_time: 1h, agent: dev, dependencies: [B]}
  - {id: B, name: Test it, estimated_time: 1h, agent: dev, dependencies: [A, X]}
"""


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    path = tmp_path / "ship.plan.yaml"
    path.write_text(PLAN, encoding="utf-8")
    return path


@pytest.mark.parametrize("mode", MODES)
async def test_every_tool_works(tmp_path: Path, mode: str):
    async with inside(tmp_path, mode) as client:
        listed = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert await use_every_tool(client) == set(listed)
    assert list(listed) == [tool.__name__ for tool, _, _ in TOOLS]
    for each in listed.values():
        assert each.description
        assert each.output_schema is not None
        jsonschema.Draft202012Validator.check_schema(each.input_schema)
        for name, argument in each.input_schema["properties"].items():
            assert argument.get("description"), f"{each.name}: {name} has no description"


async def test_answers_keep_to_the_schemas_that_are_told(plan: Path, tmp_path: Path):
    async with inside(tmp_path) as client:
        schemas = {tool.name: tool.output_schema for tool in (await client.list_tools()).tools}
        for name, arguments in {
            "check_plan": {},
            "schedule_plan": {"path": plan.name},
            "status": {"path": plan.name},
            "next_tasks": {"path": plan.name},
            "submit_plan": {"draft": CYCLE},
        }.items():
            jsonschema.validate(await call(client, name, **arguments), schemas[name] or {})


async def test_findings_are_those_of_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    from orchestrate_ls.cli.app import run

    path = tmp_path / "bad.plan.yaml"
    path.write_text(CYCLE, encoding="utf-8")
    async with inside(tmp_path) as client:
        found = (await call(client, "check_plan", path=path.name))["findings"]
    run(["check", str(path), "--format", "json"])
    expected = json.loads(capsys.readouterr().out)
    kept = ("code", "severity", "message", "range", "related", "fixable")
    assert sorted([each[name] for name in kept] for each in found) == sorted(
        [each[name] for name in kept] for each in expected
    )
    cycle = next(each for each in found if each["code"] == "dependency-cycle")
    assert cycle["source"] == CYCLE.split("\n")[cycle["range"]["start"]["line"]]
    assert cycle["fixes"]


async def test_a_submitted_draft_is_mended(tmp_path: Path):
    async with inside(tmp_path) as client:
        first = await call(client, "submit_plan", draft=f"Here it is:\n```yaml\n{CYCLE}```\n")
        assert {"dependency-cycle", "unknown-dependency"} <= {each["code"] for each in first["findings"]}
        assert first["repairs"]
        assert first["accepted"]
        assert first["path"] is None
        again = await call(client, "submit_plan", draft=first["plan"], path="new.plan.yaml")
    assert (again["repairs"], again["path"]) == ([], "new.plan.yaml")
    assert (tmp_path / "new.plan.yaml").read_text(encoding="utf-8") == first["plan"]


async def test_a_draft_with_errors_is_not_written(tmp_path: Path):
    draft = "tasks:\n  - {id: A, name: [x, y], estimated_time: soon}\n"
    async with inside(tmp_path) as client:
        answer = await call(client, "submit_plan", draft=draft, path="a.plan.yaml")
    assert not answer["accepted"]
    assert any(each["severity"] == "error" for each in answer["remaining"])
    assert answer["path"] is None
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("mode", MODES)
async def test_a_plan_is_replaced_only_with_the_users_consent(plan: Path, tmp_path: Path, mode: str):
    draft = PLAN.replace("4h", "3h")
    async with inside(tmp_path, mode) as client:
        said = await refused(client, "submit_plan", draft=draft, path=plan.name)
    assert "cannot ask its user" in said
    for answers in (Answers(approve=False), Answers(action="decline"), Answers(action="cancel")):
        async with inside(tmp_path, mode, elicitation_callback=answers) as client:
            assert "has not agreed" in await refused(client, "submit_plan", draft=draft, path=plan.name)
        assert len(answers.asked) == 1
    assert plan.read_text(encoding="utf-8") == PLAN
    answers = Answers()
    async with inside(tmp_path, mode, elicitation_callback=answers) as client:
        assert (await call(client, "submit_plan", draft=draft, path=plan.name))["path"] == plan.name
        assert len(answers.asked) == 1
        # Nothing would change, so nobody is asked.
        await call(client, "submit_plan", draft=draft, path=plan.name)
    assert len(answers.asked) == 1
    assert plan.read_text(encoding="utf-8") == draft


@pytest.mark.parametrize("mode", MODES)
async def test_force_needs_the_users_consent(plan: Path, tmp_path: Path, mode: str):
    task = {"path": plan.name, "task": "T2", "action": "start"}
    async with inside(tmp_path, mode) as client:
        assert "`force: true` records it all the same" in await refused(client, "update_task", **task)
        assert "orchestrate task" in await refused(client, "update_task", **task, force=True)
    assert not (tmp_path / ".orchestrate").exists()
    answers = Answers()
    async with inside(tmp_path, mode, elicitation_callback=answers) as client:
        done = await call(client, "update_task", **task, force=True)
    assert any("Forced although" in line for line in done["messages"])
    assert len(answers.asked) == 1


async def test_reports_say_what_can_start(plan: Path, tmp_path: Path):
    async with inside(tmp_path) as client:
        ready = await call(client, "next_tasks", path=plan.name)
        assert [each["task"] for each in ready["tasks"]] == ["T1"]
        await call(client, "update_task", path=plan.name, task="T1", action="start", agent="dev")
        assert (await call(client, "next_tasks", path=plan.name))["running"] == ["T1"]
        done = await call(
            client,
            "update_task",
            path=plan.name,
            task="T1",
            action="done",
            actual="5h",
            artefacts=["src/importer.py"],
            tokens=1200,
            cost=0.5,
            currency="EUR",
        )
        assert sorted(done["can_start"]) == ["T2", "T3"]
        assert "src/importer.py" in (await call(client, "handoff", path=plan.name, task="T2"))["prompt"]
        status = await call(client, "status", path=plan.name)
    assert status["tasks"][0]["state"] == "completed"
    assert status["headline"][0] == "1 of 3 tasks done"


async def test_a_gate_that_is_not_passed_keeps_a_task_open(tmp_path: Path):
    gated = PLAN.replace("agent: dev\n  - id: T2", "agent: dev\n    quality_gates: [review]\n  - id: T2")
    (tmp_path / "a.plan.yaml").write_text(
        f"{gated}quality_gates:\n  review:\n    automated_checks: [linting]\n", encoding="utf-8"
    )
    async with inside(tmp_path) as client:
        await call(client, "update_task", path="a.plan.yaml", task="T1", action="start")
        said = await refused(client, "update_task", path="a.plan.yaml", task="T1", action="done")
    assert "review" in said
    assert "orchestrate gates" in said


@pytest.mark.parametrize(
    ("tool", "arguments", "said"),
    [
        ("plan_goal", {}, "goal"),
        ("plan_goal", {"goal": 3}, "goal"),
        ("plan_goal", {"goal": ""}, "goal"),
        ("plan_goal", {"goal": "Build a shop", "folder": "nowhere"}, "no folder nowhere"),
        ("check_plan", {"path": "nowhere.plan.yaml"}, "no file nowhere.plan.yaml"),
        ("check_plan", {"path": "notes.txt"}, "no plan file"),
        ("submit_plan", {"draft": ""}, "no plan in the draft"),
        ("submit_plan", {"draft": "x" * 1_000_001}, "at most 1000000"),
        ("submit_plan", {"draft": PLAN, "path": "plan.txt"}, "no name for a plan file"),
        ("schedule_plan", {"path": "ship.plan.yaml", "plan": 2}, "no plan 2"),
        ("schedule_plan", {"path": "ship.plan.yaml", "capacity": 0}, "greater than or equal to 1"),
        ("schedule_plan", {"path": "ship.plan.yaml", "time_limit": 10_000}, "less than or equal to 60"),
        ("next_tasks", {"path": "bad.plan.yaml"}, "`check_plan` shows all findings"),
        ("handoff", {"path": "ship.plan.yaml", "task": "T9"}, "no task `T9`; name a task by its id"),
        ("update_task", {"path": "ship.plan.yaml", "task": "T1", "action": "eat"}, "'start'"),
        (
            "update_task",
            {"path": "ship.plan.yaml", "task": "T1", "action": "done", "actual": "soon"},
            "actual",
        ),
        (
            "update_task",
            {"path": "ship.plan.yaml", "task": "T1", "action": "start", "currency": "EUR"},
            "cost",
        ),
        ("explain_rule", {"rule": "dependency-cicle"}, "did you mean `dependency-cycle`"),
    ],
)
async def test_bad_arguments_say_what_to_do(
    plan: Path, tmp_path: Path, tool: str, arguments: dict[str, object], said: str
):
    (tmp_path / "bad.plan.yaml").write_text(CYCLE, encoding="utf-8")
    before = sorted(path.name for path in tmp_path.iterdir())
    async with inside(tmp_path) as client:
        message = await refused(client, tool, **arguments)
        assert said in message
        assert "Traceback" not in message
        # It goes on.
        await call(client, "status", path=plan.name)
    assert sorted(path.name for path in tmp_path.iterdir()) == before


async def test_a_goal_is_planned_with_what_the_folder_says(tmp_path: Path):
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "shop"\ndependencies = ["fastapi"]\n')
    (tmp_path / "src/shop").mkdir(parents=True)
    (tmp_path / "src/shop/api.py").write_text("import fastapi\n")
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests/test_api.py").write_text("def test_it():\n    assert True\n")
    async with inside(tmp_path) as client:
        planned = await call(client, "plan_goal", goal="Add full-text search to the shop")
        assert "src/shop" in planned["plan"]
        (tmp_path / ".orchestrate/catalogue").mkdir(parents=True)
        (tmp_path / ".orchestrate/catalogue/own.yaml").write_text("capabilities: 3\n")
        assert "catalogue" in await refused(client, "plan_goal", goal="Add full-text search to the shop")


async def test_progress_is_told(tmp_path: Path):
    told: list[tuple[float, float | None, str | None]] = []

    async def note(progress: float, total: float | None, message: str | None) -> None:
        told.append((progress, total, message))

    async with inside(tmp_path) as client:
        await client.call_tool("plan_goal", {"goal": "Build a blog"}, progress_callback=note)
    assert [each[0] for each in told] == [0, 1, 2]
    assert told[0][2] == "planning"


async def test_a_search_that_is_given_up_ends(plan: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    begun, ended = threading.Event(), threading.Event()

    def endless(*_: object, should_stop: Callable[[], bool]) -> None:
        begun.set()
        while not should_stop():
            time.sleep(0.01)
        ended.set()
        raise RuntimeError("nobody waits for this any more")

    async with inside(tmp_path) as client:
        with monkeypatch.context() as patch:
            patch.setattr(plan_tools, "search_schedule", endless)
            async with anyio.create_task_group() as group:
                group.start_soon(client.call_tool, "schedule_plan", {"path": plan.name, "time_limit": 60})
                assert await anyio.to_thread.run_sync(begun.wait, 50)
                group.cancel_scope.cancel()
            assert await anyio.to_thread.run_sync(ended.wait, 30)
        assert (await call(client, "schedule_plan", path=plan.name))["makespan_seconds"] == 6 * 3600
