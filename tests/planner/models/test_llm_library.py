"""Models of the llm library, registered as its plug-ins are, and its own for servers that speak OpenAI's protocol."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import llm
import pytest

from orchestrate_ls.planner.models.asking import ask
from orchestrate_ls.planner.models.completer import ModelError
from orchestrate_ls.planner.models.llm_library import LlmCompleter, known_models
from orchestrate_ls.planner.models.planning import plan_with_model
from orchestrate_ls.workspace.model_limits import ModelLimits
from tests.planner.models.chat_server import serving, streaming
from tests.planner.models.scripted import outline
from tests.planner.models.test_repair import TASKS, fenced

QUICK = ModelLimits(seconds=20, retries=0)


class PlannerModel(llm.Model):
    """A plug-in's model that answers what it is told to."""

    model_id = "test-planner"
    can_stream = True
    answers: list[str] = []  # noqa: RUF012
    prompts: list[Any] = []  # noqa: RUF012

    def execute(self, prompt: Any, stream: bool, response: Any, conversation: Any = None) -> Iterator[str]:
        self.prompts.append(prompt)
        text = self.answers.pop(0)
        for start in range(0, len(text), 50):
            yield text[start : start + 50]


class SchemaModel(PlannerModel):
    model_id = "test-schema-planner"
    supports_schema = True


class KeyModel(llm.KeyModel):
    model_id = "test-key-planner"
    needs_key = "test-nobody-has-this"
    can_stream = False

    def execute(
        self, prompt: Any, stream: bool, response: Any, conversation: Any, key: str | None
    ) -> Iterator[str]:
        yield "never"


class FailingModel(PlannerModel):
    model_id = "test-failing-planner"

    def execute(self, prompt: Any, stream: bool, response: Any, conversation: Any = None) -> Iterator[str]:
        yield "tasks:"
        raise llm.ModelError("the plug-in broke")


class SilentModel(PlannerModel):
    model_id = "test-silent-planner"

    def execute(self, prompt: Any, stream: bool, response: Any, conversation: Any = None) -> Iterator[str]:
        time.sleep(5)
        yield "too late"


class Plugin:
    __name__ = "TestPlannerPlugin"

    @llm.hookimpl
    def register_models(self, register: Any) -> None:
        register(PlannerModel(), aliases=("tp",))
        for model in (SchemaModel, KeyModel, FailingModel, SilentModel):
            register(model())


@pytest.fixture(autouse=True)
def plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    from llm.plugins import pm

    monkeypatch.setenv("LLM_USER_PATH", str(tmp_path / "llm"))
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    own = Plugin()
    pm.register(own, name="undo-test-planner")
    PlannerModel.answers.clear()
    PlannerModel.prompts.clear()
    try:
        yield
    finally:
        pm.unregister(name="undo-test-planner")


def test_a_plug_ins_model_plans():
    PlannerModel.answers[:] = [fenced(TASKS.replace("[T1, T3]", "[T9]")), fenced(TASKS)]
    made = plan_with_model(outline(), LlmCompleter("test-planner"), QUICK)
    assert made.repairs == ()
    assert [len(each.findings) for each in made.answers] == [1, 0]
    assert made.recipient.startswith("test-planner by llm (")
    first = PlannerModel.prompts[0]
    assert "You plan software projects" in first.system
    assert "OAuth2" in first.prompt
    assert first.schema is None


def test_an_alias_names_the_model():
    PlannerModel.answers[:] = [fenced(TASKS)]
    assert plan_with_model(outline(), LlmCompleter("tp"), QUICK).repairs == ()


def test_a_model_that_takes_schemas_is_held_to_one():
    import yaml

    PlannerModel.answers[:] = [json.dumps(yaml.safe_load(TASKS))]
    made = plan_with_model(outline(), LlmCompleter("test-schema-planner"), QUICK)
    assert made.repairs == ()
    assert set(PlannerModel.prompts[0].schema["properties"]) == {"agents", "tasks"}


def test_a_plug_ins_model_changes_a_plan(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    from orchestrate_ls.planner.offline import plan_offline
    from tests.cli.running import CommandLine
    from tests.planner.models.test_revision import CHECKOUT, GOAL, answered

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "own"))
    orchestrate = CommandLine(tmp_path, capsys)
    plan = orchestrate.write("shop.plan.yaml", plan_offline(GOAL).text)
    PlannerModel.answers[:] = [answered(extra=CHECKOUT)]
    done = orchestrate("replan", str(plan), "think of refunds", "--model", "tp", "--yes")
    assert done.code == 0, done.err
    assert "asking test-planner by llm" in done.err
    assert "+    name: Refunds by card" in done.out
    assert "name: Refunds by card" in plan.read_text(encoding="utf-8")
    assert "think of refunds" in PlannerModel.prompts[0].prompt
    assert orchestrate("check", str(plan)).code == 0


def test_models_are_listed_with_their_aliases():
    found = {model.id: model for model in known_models()}
    assert found["test-planner"].aliases == ("tp",)
    assert "gpt-4o" in found


def test_an_unknown_model_is_told_with_near_ones():
    with pytest.raises(ModelError, match="no model 'test-planer'") as error:
        LlmCompleter("test-planer")
    assert "did you mean test-planner" in error.value.hint


def test_a_missing_key_is_told_with_what_to_do():
    with pytest.raises(ModelError, match="needs a key") as error:
        plan_with_model(outline(), LlmCompleter("test-key-planner"), QUICK)
    assert "llm keys set test-nobody-has-this" in error.value.hint


def test_a_plug_in_that_breaks_is_told():
    with pytest.raises(ModelError, match="the plug-in broke"):
        plan_with_model(outline(), LlmCompleter("test-failing-planner"), QUICK)


def test_a_plug_in_that_never_answers_runs_into_the_time_out():
    with pytest.raises(ModelError, match="after 1s"):
        plan_with_model(outline(), LlmCompleter("test-silent-planner"), ModelLimits(seconds=1, retries=0))


def test_a_server_in_the_librarys_own_settings_plans(tmp_path: Path):
    (tmp_path / "llm").mkdir(exist_ok=True)
    with serving(streaming(fenced(TASKS), 100)) as chat:
        (tmp_path / "llm" / "extra-openai-models.yaml").write_text(
            json.dumps([{"model_id": "own-server", "model_name": "m1", "api_base": chat.url}]),
            encoding="utf-8",
        )
        completer = LlmCompleter("own-server")
        assert completer.recipient.endswith(f"at {chat.url}")
        assert plan_with_model(outline(), completer, QUICK).repairs == ()
    assert chat.bodies[0]["model"] == "m1"
    assert chat.bodies[0]["stream"] is True


def test_a_file_of_the_librarys_name_in_the_folder_is_not_executed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    import subprocess
    import sys

    (tmp_path / "llm.py").write_text("open('owned', 'w').close()\n", encoding="utf-8")
    from tests.cli.running import environment

    done = subprocess.run(
        [sys.executable, "-m", "orchestrate_ls", "plan", "Fix the login bug", "--model", "x"],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "knows no model 'x'" in done.stderr, "the library itself is asked"
    assert not (tmp_path / "owned").exists()


def test_limits_of_tokens_reach_models_that_know_them():
    PlannerModel.answers[:] = ["x"]
    assert ask(LlmCompleter("test-planner"), _prompt(), ModelLimits(answer_tokens=500), lambda _: None) == "x"


def _prompt() -> Any:
    from orchestrate_ls.planner.models.planning import prompt_for

    return prompt_for(outline())
