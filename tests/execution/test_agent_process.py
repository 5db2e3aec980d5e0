"""What agents say, and what is made of it: real programs in all their moods."""

from __future__ import annotations

import json
import os
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from orchestrate_ls.execution.agent_presets import PRESETS, preset_arguments
from orchestrate_ls.execution.agent_process import kept_folder, perform
from orchestrate_ls.execution.agent_result import ResultReader
from orchestrate_ls.execution.engine import AgentCommand, Ending, Order, Outcome
from orchestrate_ls.execution.local_engine import LocalEngine

posix = pytest.mark.skipif(os.name == "nt", reason="needs POSIX processes")


def order(code: str, folder: Path, key: str = "0123456789abcdef", **details: Any) -> Order:
    """An order for a piece of Python."""
    command = AgentCommand(
        (sys.executable, "-c", code), time_out=details.pop("time_out", 60), tool=details.pop("tool", "")
    )
    values: dict[str, Any] = {"task": "T1", "handoff": "Do it.\n", "kept": str(folder / "kept"), **details}
    return Order(key, "p1", "r1", attempt=1, agent="dev", command=command, folder=str(folder), **values)


def done(code: str, folder: Path, **details: Any) -> Outcome:
    """What comes of it."""
    return perform(order(code, folder, **details), threading.Event())


def test_orders_and_outcomes_survive_json(tmp_path: Path) -> None:
    one = order("pass", tmp_path, most_tokens=5, most_cost=0.5, workspace={"tree": "x"})
    assert Order.from_data(json.loads(json.dumps({**one.to_data(), "later": 1}))) == one
    two = Outcome("k", Ending.DONE, 0, "n", 0.5, ("a",), 3, 4, 5.0, "EUR", "m", "o", 1.5)
    assert Outcome.from_data(json.loads(json.dumps(two.to_data()))) == two


def test_a_silent_program_is_done_by_its_exit_code(tmp_path: Path) -> None:
    outcome = done("import sys; assert sys.stdin.read() == 'Do it.\\n'", tmp_path)
    assert (outcome.ended, outcome.exit_code, outcome.note) == (Ending.DONE, 0, "")
    assert (tmp_path / "kept" / "handoff.md").read_text() == "Do it.\n"


def test_lines_of_json_say_what_came_of_it(tmp_path: Path) -> None:
    code = (
        "import json\n"
        "print(json.dumps({'orchestrate': {'percent': 40, 'tokens': 10}}))\n"
        "print('{not json'); print('{}'); print('[' * 9999)\n"
        "print(json.dumps({'orchestrate': {'status': 'done', 'note': 'all \\x1b[31mgood', 'score': 0.9, 'tokens': 25,"
        " 'artefacts': ['a.py', 7, 'b.py'], 'cost': 0.5, 'model': 'm', 'percent': 'NaN'}}), end='')"
    )
    outcome = done(code, tmp_path)
    assert outcome.ended is Ending.DONE
    assert (outcome.note, outcome.score, outcome.artefacts) == ("all good", 0.9, ("a.py", "b.py"))
    assert (outcome.tokens, outcome.cost, outcome.currency, outcome.model) == (25, 0.5, "USD", "m")


def test_the_result_file_counts_over_the_lines(tmp_path: Path) -> None:
    code = (
        "import json, os\n"
        "print(json.dumps({'orchestrate': {'status': 'done', 'note': 'said'}}))\n"
        "open(os.environ['ORCHESTRATE_RESULT'], 'w').write(json.dumps({'status': 'failed', 'note': 'written'}))"
    )
    outcome = done(code, tmp_path)
    assert (outcome.ended, outcome.note) == (Ending.FAILED, "written")


@pytest.mark.parametrize(
    ("code", "ended", "note"),
    [
        (
            "import sys; print('why', file=sys.stderr); sys.exit(3)",
            Ending.FAILED,
            "it ended with exit code 3: why",
        ),
        ('print(\'{"orchestrate": {"status": "done"}}\'); raise SystemExit(1)', Ending.FAILED, "exit code 1"),
        (
            "import os; os.write(1, os.urandom(100000)); os._exit(2)",
            Ending.FAILED,
            "it ended with exit code 2",
        ),
        ("import time; time.sleep(600)", Ending.TIMED_OUT, "longer than its limit"),
    ],
)
def test_failures_say_why(tmp_path: Path, code: str, ended: Ending, note: str) -> None:
    outcome = done(code, tmp_path, time_out=0.5 if ended is Ending.TIMED_OUT else 60)
    assert outcome.ended is ended
    assert note in outcome.note
    assert all(each.isprintable() or each in "\n\t" for each in outcome.note)


@posix
def test_death_by_signal_is_said(tmp_path: Path) -> None:
    outcome = done("import os; os.kill(os.getpid(), 9)", tmp_path)
    assert (outcome.ended, outcome.exit_code) == (Ending.FAILED, -9)
    assert "signal 9" in outcome.note


def test_a_program_that_is_not_there_is_a_failure(tmp_path: Path) -> None:
    command = AgentCommand(("no-such-agent-anywhere",))
    outcome = perform(Order("k", "p", "r", "T", 1, "a", command, str(tmp_path), ""), threading.Event())
    assert outcome.ended is Ending.FAILED
    assert "no-such-agent-anywhere" in outcome.note


def test_one_that_exceeds_its_budget_is_stopped(tmp_path: Path) -> None:
    code = (
        "import json, time\nprint(json.dumps({'orchestrate': {'tokens': 1001}}), flush=True); time.sleep(600)"
    )
    outcome = done(code, tmp_path, most_tokens=1000)
    assert outcome.ended is Ending.OVER_BUDGET
    assert "1,001 tokens" in outcome.note
    assert outcome.tokens == 1001


def test_the_same_order_is_not_performed_again_once_it_ended(tmp_path: Path) -> None:
    code = "open('count', 'a').write('x'); raise SystemExit(4)"
    first = done(code, tmp_path)
    assert done(code, tmp_path) == first
    assert (tmp_path / "count").read_text() == "x"
    done(code, tmp_path, key="another0")
    assert (tmp_path / "count").read_text() == "xx"


def test_what_was_cancelled_is_performed_again(tmp_path: Path) -> None:
    cancelled = threading.Event()
    cancelled.set()
    one = order("open('count', 'a').write('x')", tmp_path)
    assert perform(one, cancelled).ended is Ending.CANCELLED
    assert perform(one, threading.Event()).ended is Ending.DONE


@posix
def test_what_an_earlier_performance_left_running_is_ended(tmp_path: Path) -> None:
    if not Path("/proc/self/environ").exists():
        pytest.skip("only Linux tells")
    import subprocess

    left = subprocess.Popen(
        [sys.executable, "-c", "import time; time.sleep(600)"],
        env={"ORCHESTRATE_PROCESS": "0123456789abcdef"},
    )
    while b"ORCHESTRATE" not in Path(f"/proc/{left.pid}/environ").read_bytes():
        pass
    assert done("pass", tmp_path).ended is Ending.DONE
    assert left.wait(10) == -9


HOSTILE = [
    "; touch pwned",
    "$(touch pwned)",
    "a\nb",
    "../../etc",
    "-rf",
    "\0",
    "<b>",
    "CON",
    "x" * 200_000,
    "é\u202e",
]


@pytest.mark.parametrize("task", HOSTILE)
def test_hostile_ids_execute_nothing_and_lead_nowhere(tmp_path: Path, task: str) -> None:
    root = tmp_path / "runs"
    kept = kept_folder(root, task, 1, "0123456789abcdef")
    assert kept.parent == root
    assert len(kept.name) < 80
    code = "import os; print(ascii(os.environ['ORCHESTRATE_TASK'][:100]))"
    outcome = done(code, tmp_path, task=task, kept=str(kept), handoff=task)
    assert outcome.ended is Ending.DONE
    assert (kept / "output.log").read_text().strip() == ascii(task.replace("\0", "")[:100])
    assert {each.name for each in tmp_path.iterdir()} == {"runs"}


def test_the_hand_off_may_be_an_argument(tmp_path: Path) -> None:
    command = AgentCommand(
        (sys.executable, "-c", "import sys; print(ascii(sys.argv[1:]))", "{handoff}", "{handoff-file}")
    )
    kept = tmp_path / "kept"
    perform(
        Order("k", "p", "r", "T", 1, "a", command, str(tmp_path), "$(x) 'y'", kept=str(kept)),
        threading.Event(),
    )
    assert (kept / "output.log").read_text().strip() == ascii(["$(x) 'y'", str(kept / "handoff.md")])


def test_presets_take_the_model_and_the_limit() -> None:
    claude = preset_arguments("claude", PRESETS["claude"].argv, "opus", 1.5, "USD")
    assert claude[-4:] == ("--model", "opus", "--max-budget-usd", "1.5")
    codex = PRESETS["codex"]
    assert preset_arguments("codex", codex.argv + codex.last, "o", None, "")[-3:] == ("--model", "o", "-")
    assert preset_arguments("claude", ("claude",), "--dangerous", None, "") == ("claude",)
    assert preset_arguments("", ("mine",), "m", 1.0, "") == ("mine",)


def lines(tool: str, *events: dict[str, Any]) -> ResultReader:
    """Read a tool's lines."""
    reader = ResultReader(tool)
    for each in events:
        reader.add_line(json.dumps(each).encode())
    return reader


def test_claude_code_is_understood() -> None:
    usage = {
        "input_tokens": 5,
        "cache_creation_input_tokens": 10,
        "cache_read_input_tokens": 1000,
        "output_tokens": 20,
    }
    message = {"type": "assistant", "message": {"id": "m1", "model": "claude-x", "usage": usage}}
    reader = lines("claude", {"type": "system"}, message, message)
    assert (reader.result.tokens, reader.result.model) == (35, "claude-x")
    answer = 'Done.\n{"orchestrate": {"status": "done", "note": "built", "score": 1}}'
    end = {
        "type": "result",
        "subtype": "success",
        "is_error": False,
        "result": answer,
        "total_cost_usd": 0.25,
    }
    reader = lines("claude", message, {**end, "usage": {**usage, "output_tokens": 40}})
    assert (reader.result.tokens, reader.result.cost, reader.result.currency) == (55, 0.25, "USD")
    assert (reader.result.status, reader.result.note, reader.result.score) == ("done", "built", 1)
    reader = lines("claude", {**end, "subtype": "error_max_turns", "result": None})
    assert reader.result.problem == "it has made as many turns as it may"


def test_codex_and_opencode_are_understood() -> None:
    reader = lines(
        "codex",
        {"type": "item.completed", "item": {"type": "agent_message", "text": "ok"}},
        {
            "type": "turn.completed",
            "usage": {"input_tokens": 100, "cached_input_tokens": 60, "output_tokens": 5},
        },
        {"type": "turn.completed", "usage": {"input_tokens": 10, "output_tokens": 1}},
    )
    assert (reader.result.tokens, reader.result.answer) == (56, "ok")
    assert lines("codex", {"type": "turn.failed", "error": {"message": "no"}}).result.problem == "no"
    step = {
        "type": "step_finish",
        "part": {"tokens": {"input": 5, "output": 7, "cache": {"read": 9}}, "cost": 0.25},
    }
    reader = lines("opencode", {"type": "text", "part": {"text": "hi"}}, step, step)
    assert (reader.result.tokens, reader.result.cost, reader.result.answer) == (24, 0.5, "hi")


@pytest.mark.parametrize("tool", ["", "claude", "codex", "copilot", "opencode"])
@pytest.mark.parametrize("wrong", [None, 3, "x", [], {}, {"usage": []}, 1e400, True])
def test_any_values_are_survived(tool: str, wrong: object) -> None:
    names = (
        "orchestrate",
        "message",
        "usage",
        "item",
        "part",
        "error",
        "result",
        "tokens",
        "modelUsage",
        "total_cost_usd",
        "data",
        "exitCode",
        "model",
    )
    for kind in (
        "assistant",
        "result",
        "item.completed",
        "turn.completed",
        "turn.failed",
        "text",
        "step_finish",
        "error",
        "system",
        "assistant.message",
        "session.error",
    ):
        lines(tool, {"type": kind, **dict.fromkeys(names, wrong)})
        lines(
            tool,
            {"type": kind, "part": dict.fromkeys(names, wrong), "orchestrate": dict.fromkeys(names, wrong)},
        )


def test_the_local_engine_performs_each_key_once_and_cancels(tmp_path: Path) -> None:
    engine = LocalEngine()
    engine.submit(order("open('count', 'a').write('x')", tmp_path))
    engine.submit(order("open('count', 'a').write('x')", tmp_path))
    engine.submit(order("import time; time.sleep(600)", tmp_path, key="slow", kept=str(tmp_path / "slow")))
    found = engine.outcomes(60)
    assert [each.key for each in found] == ["0123456789abcdef"]
    assert engine.under_way() == {"slow"}
    engine.cancel("slow")
    assert [each.ended for each in engine.outcomes(60)] == [Ending.CANCELLED]
    # One that ended is told again, but not performed again.
    engine.submit(order("open('count', 'a').write('x')", tmp_path))
    assert engine.outcomes(60) == found
    engine.close()
    assert (tmp_path / "count").read_text() == "x"
    assert engine.outcomes(0) == []
