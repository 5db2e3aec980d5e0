"""The schema of plans: its own quality, the blocks it must accept, and what it says of values it does not.

The description the project grew from shows parts of plans in YAML; they are kept, as they stand there, in
`tests/data/seed/`:

- `phase1_tasks.yaml`: Phase 1, "Task Decomposition"
- `phase2_resource_allocation.yaml`: Phase 2, "Resource Allocation"
- `phase4_execution_status.yaml`: Phase 4, "Real-Time Progress Tracking"
- `phase4_replan_triggers.yaml`: Phase 4, "Adaptive Replanning"; TypeScript there, the same in YAML here
- `phase5_quality_gates.yaml`: Phase 5, "Continuous Quality Checks"
- `phase6_performance_analysis.yaml`: Phase 6, "Performance Analysis"
- `advanced_templates.yaml`: Advanced, "Workflow Templates"
- `advanced_error_recovery_as_written.yaml`: Advanced, "Intelligent Error Recovery"; line 3 is not YAML
- `advanced_error_recovery.yaml`: the same with that line mended
"""

import copy
import json
import math
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from referencing import Registry
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from orchestrate_ls.plan.claims import parse_capacity, parse_percent, parse_ratio, parse_wall_time
from orchestrate_ls.plan.duration import Calendar, parse_duration, parse_estimate, parse_lag
from orchestrate_ls.plan.schema import DURATIONS, PlanSchema, SchemaFormatError, SchemaProblem
from orchestrate_ls.plan.schema_errors import MAX_ERRORS

ROOT = Path(__file__).parents[2]
SCHEMA_FILE = ROOT / "schema/plan.schema.json"
SEED = ROOT / "tests/data/seed"

TEXT = SCHEMA_FILE.read_text(encoding="utf-8")
DOCUMENT: dict[str, Any] = json.loads(TEXT)
SCHEMA = PlanSchema.parse(TEXT)
ORACLE = Draft202012Validator(DOCUMENT, registry=Registry())
CALENDAR = Calendar()

ESTIMATE_ADVICE = (
    "write a number with its unit, for example `4h`, or `{optimistic: 3h, likely: 4h, pessimistic: 8h}`"
)
DEPENDENCY_TYPES = "finish-to-start, start-to-start, finish-to-finish, start-to-finish"


def load(name: str) -> dict[str, Any]:
    return YAML(typ="safe", pure=True).load((SEED / f"{name}.yaml").read_text(encoding="utf-8"))


def of_task(**fields: object) -> list[SchemaProblem]:
    return SCHEMA.problems({"id": "T1", **fields}, "task")


def of_plan(**fields: object) -> list[SchemaProblem]:
    return SCHEMA.problems({"tasks": [], **fields}, "plan")


def said(problems: list[SchemaProblem]) -> list[tuple[str, str | None]]:
    return [(problem.message, problem.hint) for problem in problems]


# The schema itself


def schemas_in(node: object, pointer: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every schema in the document with where it is. Examples and choices are data, not schemas."""
    if isinstance(node, dict):
        yield pointer, node
        for key, value in node.items():
            if key in ("properties", "$defs", "patternProperties"):
                for name, inner in value.items():
                    yield from schemas_in(inner, f"{pointer}/{key}/{name}")
            elif key in ("items", "additionalProperties", "if", "then", "else", "not", "propertyNames"):
                yield from schemas_in(value, f"{pointer}/{key}")
            elif key in ("anyOf", "allOf", "oneOf"):
                for index, inner in enumerate(value):
                    yield from schemas_in(inner, f"{pointer}/{key}/{index}")


SCHEMAS = dict(schemas_in(DOCUMENT))
FIELDS = {
    f"{pointer}/properties/{name}": inner
    for pointer, schema in SCHEMAS.items()
    for name, inner in schema.get("properties", {}).items()
}


def test_the_schema_follows_its_metaschema() -> None:
    assert DOCUMENT["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator.check_schema(DOCUMENT)


@pytest.mark.parametrize("pointer", FIELDS)
def test_every_field_is_documented(pointer: str) -> None:
    schema = FIELDS[pointer]
    assert schema["title"].strip()
    assert schema["description"].rstrip().endswith((".", ")"))
    assert schema["examples"]


@pytest.mark.parametrize("pointer", [pointer for pointer, schema in SCHEMAS.items() if "examples" in schema])
def test_examples_and_defaults_follow_their_own_schema(pointer: str) -> None:
    schema = SCHEMAS[pointer]
    defaults = [schema["default"]] if "default" in schema else []
    for value in [*schema["examples"], *defaults]:
        errors = [error.message for error in ORACLE.evolve(schema=schema).iter_errors(value)]
        assert errors == [], value


@pytest.mark.parametrize("pointer", FIELDS)
def test_what_the_tool_reads_itself_can_be_read(pointer: str) -> None:
    readers = {
        "duration": lambda value: parse_duration(value, CALENDAR),
        "lag": lambda value: parse_lag(value, CALENDAR),
        "estimate": lambda value: parse_estimate(value, CALENDAR),
        "wall_time": lambda value: parse_wall_time(value, CALENDAR),
        "percent": parse_percent,
        "ratio": parse_ratio,
        "capacity": parse_capacity,
    }
    definition = FIELDS[pointer].get("$ref", "").removeprefix("#/$defs/")
    if definition in readers:
        for example in FIELDS[pointer]["examples"]:
            readers[definition](example)


@pytest.mark.parametrize(
    "pointer", [pointer for pointer, schema in SCHEMAS.items() if "enumDescriptions" in schema]
)
def test_every_choice_is_described(pointer: str) -> None:
    assert len(SCHEMAS[pointer]["enumDescriptions"]) == len(SCHEMAS[pointer]["enum"])


@pytest.mark.parametrize("pointer", [pointer for pointer, schema in SCHEMAS.items() if "$ref" in schema])
def test_a_reference_overrides_no_documentation(pointer: str) -> None:
    # Servers differ in which of the two they show.
    beside = SCHEMAS[pointer]
    referred = DOCUMENT["$defs"][beside["$ref"].removeprefix("#/$defs/")]
    assert not {"title", "description", "examples"} & beside.keys() & referred.keys()


def test_only_plain_constructs_are_used() -> None:
    used = {keyword for schema in SCHEMAS.values() for keyword in schema}
    assert not used & {"unevaluatedProperties", "unevaluatedItems", "$dynamicRef", "$dynamicAnchor", "oneOf"}
    assert not used & {"dependentSchemas", "prefixItems", "contains", "uniqueItems", "format"}


@pytest.mark.parametrize(
    "pointer", [pointer for pointer, schema in SCHEMAS.items() if schema.get("additionalProperties") is False]
)
def test_closed_mappings_leave_room_for_keys_of_ones_own(pointer: str) -> None:
    assert SCHEMAS[pointer]["patternProperties"] == {"^x-": True}


@pytest.mark.parametrize(
    "pointer", [pointer for pointer, schema in SCHEMAS.items() if "properties" in schema]
)
def test_synonyms_lead_to_one_field(pointer: str) -> None:
    fields = SCHEMAS[pointer]["properties"]
    synonyms = [each for field in fields.values() for each in field.get("x-synonyms", ())]
    assert len(synonyms) == len(set(synonyms))
    assert not set(synonyms) & set(fields)


def test_an_agent_field_is_never_taken_for_an_allocation() -> None:
    reserved = SCHEMAS["/$defs/agents/anyOf/0/items/anyOf/1/if/propertyNames/not"]["enum"]
    assert set(DOCUMENT["$defs"]["agent"]["properties"]) <= set(reserved)


# What the seed shows


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("phase1_tasks", ["tasks"]),
        (
            "phase2_resource_allocation",
            ["agents", "concurrent_capacity", "estimated_wall_time", "efficiency_gain"],
        ),
        ("phase4_execution_status", ["execution_status"]),
        ("phase4_replan_triggers", ["replan_triggers"]),
        ("phase5_quality_gates", ["quality_gates"]),
        ("phase6_performance_analysis", ["orchestration_efficiency", "improvements_for_next_iteration"]),
        ("advanced_templates", ["templates"]),
        ("advanced_error_recovery", ["error_recovery_strategies"]),
    ],
)
def test_blocks_of_the_seed_follow_the_schema(name: str, keys: list[str]) -> None:
    block = load(name)
    assert list(block) == keys
    assert of_plan(**block) == []
    assert [error.message for error in ORACLE.iter_errors({"tasks": [], **block})] == []
    for key in keys:
        assert SCHEMA.field_at((key,)) is not None


def test_the_seed_as_one_plan_follows_the_schema() -> None:
    plan: dict[str, Any] = {}
    for path in sorted(SEED.glob("*.yaml")):
        if not path.stem.endswith("_as_written"):
            plan.update(load(path.stem))
    assert len(plan) == 12
    assert SCHEMA.problems(plan, "plan") == []


def test_the_error_recovery_block_of_the_seed_is_not_yaml() -> None:
    with pytest.raises(YAMLError):
        load("advanced_error_recovery_as_written")


def test_what_the_seed_says_of_agents_and_metrics_are_fields() -> None:
    # Phase 3, "Agent Selection Criteria", and Phase 5, "Performance Metrics": TypeScript interfaces.
    capabilities = {"skills", "experience_level", "current_load", "availability", "recent_performance"}
    assert capabilities <= set(SCHEMA.fields("agent"))
    metrics = {"task_id", "estimated_time", "actual_time", "quality_score", "rework_count", "code_churn"}
    assert metrics | {"test_coverage", "defect_density"} <= set(SCHEMA.fields("metrics"))


# What is accepted besides


@pytest.mark.parametrize(
    "fields",
    [
        {"estimated_time": {"optimistic": "2h", "likely": "4h", "pessimistic": "1d"}},
        {"estimated_time": "PT6H"},
        {"dependencies": ["T2", {"task": "T3", "type": "start-to-start", "lag": "-1h"}]},
        {"dependencies": []},
        {"priority": 7.5},
        {"deadline": "2026-12-01"},
        {"deadline": "2026-12-01T12:00:00+01:00"},
        {"budget": {"tokens": 200000, "cost": "5 USD"}},
        {"quality_gates": ["code_review"]},
        {"quality_gates": {"load_test": {"performance_tests": "within_budget"}}},
        {"x-ticket": {"anything": [1, None]}},
    ],
    ids=str,
)
def test_task_fields_are_accepted(fields: dict[str, object]) -> None:
    assert of_task(**fields) == []


@pytest.mark.parametrize(
    "fields",
    [
        {
            "agents": [
                {"id": "a", "skills": ["x"], "capacity": 2, "availability": False, "current_load": "20%"}
            ]
        },
        {"agents": ["a", {"b": ["T1", "T2"]}, {"c": "T3"}, {"id": "d"}]},
        {"agents": {"a": {"skills": ["x"]}, "b": None, "c": "T1, T2"}},
        {"concurrent_capacity": 4},
        {"calendar": {"hours_per_day": 7.5}},
        {"start": "2026-11-23T09:00:00Z"},
        {"analysis": {"estimated_complexity": "Large (20-30 story points)"}},
        {"error_recovery": {"agent_failure": ["escalate_to_human", {"split_task_into_smaller_units": None}]}},
        {"templates": {"mine": {"phases": ["a", {"name": "b", "optional": True}], "priority": 3}}},
        {"quality_gates": {"tests": "must_pass"}},
        {"efficiency_gain": 0.457},
        {"x-notes": "mine"},
    ],
    ids=str,
)
def test_plan_fields_are_accepted(fields: dict[str, object]) -> None:
    assert of_plan(**fields) == []


# What is said of the rest


@pytest.mark.parametrize(
    ("fields", "message", "hint"),
    [
        (
            {"priority": "hihg"},
            "`priority` must be one of critical, high, medium, low, or a number, not `hihg`",
            "did you mean `high`?",
        ),
        (
            {"priority": "HIGH"},
            "`priority` must be one of critical, high, medium, low, or a number, not `HIGH`",
            "did you mean `high`?",
        ),
        (
            {"estimated_time": 4},
            "`estimated_time` must be a duration or a three-point estimate, not the number 4",
            ESTIMATE_ADVICE,
        ),
        (
            {"estimated_time": "soon"},
            "`estimated_time` must be a duration, not `soon`",
            "write a number with its unit, for example `4h`, `1h30m`, `45m`, `2d` or `PT6H`",
        ),
        (
            {"dependencies": "T1"},
            "`dependencies` must be a list, not text",
            "write a list of task ids, for example `[T1, T2]`, or `[]` for none",
        ),
        (
            {"dependencies": ["T1", "T 2"]},
            "entry 2 of `dependencies` must be a name without spaces or commas, not `T 2`",
            "write a short name such as `T1` or `login-api`",
        ),
        (
            {"dependencies": [None]},
            "entry 1 of `dependencies` has no value",
            "write it behind the `-`, or take the `-` out",
        ),
        (
            {"dependencies": [{"task": "T1", "type": "FS"}]},
            f"`type` must be one of {DEPENDENCY_TYPES}, not `FS`",
            "did you mean `finish-to-start`?",
        ),
        ({"dependencies": [{"lag": "1h"}]}, "entry 1 of `dependencies` has no `task`", "add `task: T1`"),
        (
            {"agent": None},
            "`agent` has no value",
            "write for example `agent: api-developer`, or take the key out",
        ),
        ({"name": 2026}, "`name` must be text, not the number 2026", 'put it in quotes: `"2026"`'),
        ({"name": True}, "`name` must be text, not `true`", 'put it in quotes: `"true"`'),
        (
            {"success_criteria": [{"Response time": "under 2 s"}]},
            "entry 1 of `success_criteria` must be text, not a mapping",
            'a `: ` makes it a mapping; put the text in quotes: `"Response time: under 2 s"`',
        ),
        (
            {"success_criteria": "It works"},
            "`success_criteria` must be a list, not text",
            "write one `- ` line for each entry",
        ),
        (
            {"depends_on": ["T1"]},
            "`depends_on` is not a field of a task",
            "did you mean `dependencies`?",
        ),
        (
            {"estimated-time": "1h"},
            "`estimated-time` is not a field of a task",
            "did you mean `estimated_time`?",
        ),
        (
            {"sprint": 3},
            "`sprint` is not a field of a task",
            "take it out, or start it with `x-` if it is your own",
        ),
        (
            {"deadline": "tomorrow"},
            "`deadline` must be a date, or a date and time, not `tomorrow`",
            "write it like `2026-11-23` or `2026-11-23T09:00:00Z`",
        ),
        (
            {"budget": {"tokens": "200"}},
            "`tokens` must be a whole number, not `200`",
            "take the quotes away: `200`",
        ),
        (
            {"budget": {"cost": 5}},
            "`cost` must be an amount with its currency, not the number 5",
            "write the amount and the currency code, for example `5 USD`",
        ),
        ({"budget": {"token": 5}}, "`token` is not a field of a budget", "did you mean `tokens`?"),
    ],
    ids=str,
)
def test_messages_on_tasks(fields: dict[str, object], message: str, hint: str) -> None:
    assert said(of_task(**fields)) == [(message, hint)]


@pytest.mark.parametrize(
    ("fields", "message", "hint"),
    [
        ({"tasks": "T1"}, "`tasks` must be a list, not text", "write one `- id: ...` entry for each task"),
        ({"tasks": {}}, "`tasks` must be a list, not a mapping", "write one `- id: ...` entry for each task"),
        (
            {"version": 2},
            "`version` must be 1, not the number 2",
            "write `version: 1`, the only version of the format there is",
        ),
        ({"version": "1"}, "`version` must be 1, not `1`", "take the quotes away: `1`"),
        (
            {"agents": [{"id": "a", "availability": "yes"}]},
            "`availability` must be true or false, not `yes`",
            "write `true`; only `true` and `false` are not text in YAML 1.2",
        ),
        ({"agents": [{"skills": ["a"]}]}, "entry 1 of `agents` has no `id`", "add `id: api-developer`"),
        ({"agents": [{"name": "a"}]}, "`name` is not a field of an agent", "did you mean `id`?"),
        ({"agents": {"a": {"skils": []}}}, "`skils` is not a field of an agent", "did you mean `skills`?"),
        (
            {"concurrent_capacity": 0},
            "`concurrent_capacity` must be a number of tasks at once, from 1 up, not the number 0",
            "write a whole number from 1 up, for example `4`",
        ),
        (
            {"efficiency_gain": 36},
            "`efficiency_gain` must be a percentage, not the number 36",
            "write it like `36%`, or as a fraction such as `0.36`",
        ),
        (
            {"calendar": {"hours_per_day": 0}},
            "`hours_per_day` must be at least 0.1, not 0",
            "write for example `hours_per_day: 8`",
        ),
        (
            {"error_recovery": {"agent_failure": [{"retry_with_same_agent": None, "max_attempts": 2}]}},
            "entry 1 of `agent_failure` has 2 keys (`retry_with_same_agent`, `max_attempts`) instead of one",
            "write a `-` before each, or indent what belongs to the first",
        ),
        (
            {"replan_triggers": [{"condition": "x", "action": "y", "severity": "hi"}]},
            "`severity` must be one of low, medium, high, critical, not `hi`",
            "did you mean `high`?",
        ),
        ({"agnets": []}, "`agnets` is not a field of a plan", "did you mean `agents`?"),
        ({"taks": []}, "`taks` is not a field of a plan", "did you mean `tasks`?"),
    ],
    ids=str,
)
def test_messages_on_plans(fields: dict[str, object], message: str, hint: str) -> None:
    assert said(of_plan(**fields)) == [(message, hint)]


@pytest.mark.parametrize(
    ("value", "definition", "message"),
    [
        ({}, "plan", "the plan has no `tasks`"),
        (None, "plan", "the plan is empty"),
        ([], "plan", "the plan must be a mapping of plan fields, not a list"),
        ({}, "task", "the task has no `id`"),
        ("T1", "task", "the task must be a mapping of task fields, not text"),
    ],
    ids=str,
)
def test_messages_on_the_whole_value(value: object, definition: str, message: str) -> None:
    (problem,) = SCHEMA.problems(value, definition)
    assert (problem.path, problem.message) == ((), message)


def test_every_unknown_key_is_a_problem_of_its_own_at_the_key() -> None:
    problems = of_plan(foo=1, analysis={"goals": [], "bar": 2})
    assert sorted(problem.path for problem in problems) == [
        ("analysis", "bar"),
        ("analysis", "goals"),
        ("foo",),
    ]
    for problem in problems:
        assert problem.on_key
        assert problem.keyword == "additionalProperties"
        assert problem.key == problem.path[-1]


def test_a_suggestion_is_what_a_fix_can_write() -> None:
    (value,) = of_task(priority="hihg")
    assert (value.suggestion, value.on_key) == ("high", False)
    (key,) = of_task(dependancies=[])
    assert (key.suggestion, key.on_key) == ("dependencies", True)
    (unknown,) = of_task(zzz=1)
    assert unknown.suggestion is None


def test_a_field_that_is_there_is_not_suggested_again() -> None:
    (problem,) = of_task(dependencies=["T2"], depends_on=["T3"])
    assert problem.suggestion is None


def test_a_misspelt_key_is_not_also_reported_as_missing() -> None:
    (problem,) = SCHEMA.problems({"Id": "T1"}, "task")
    assert (problem.keyword, problem.suggestion) == ("additionalProperties", "id")


def test_only_the_branch_that_was_meant_is_reported() -> None:
    problems = of_task(estimated_time={"optimistic": "2h", "likly": "3h", "pessimistic": "5h"})
    assert said(problems) == [("`likly` is not a field of a three-point estimate", "did you mean `likely`?")]


def test_of_two_branches_that_fit_the_closer_one_is_reported() -> None:
    def branch(*names: str) -> dict[str, object]:
        return {"type": "object", "required": list(names), "properties": {name: {} for name in names}}

    schema = PlanSchema.parse(json.dumps({"anyOf": [branch("a", "b", "c"), branch("d"), branch("e", "f")]}))
    assert [problem.key for problem in schema.problems({}, "plan")] == ["d"]
    assert [problem.key for problem in schema.problems({"a": 1, "b": 2, "d": 3}, "plan")] == []


@pytest.mark.parametrize(
    ("definition", "name", "lowest", "highest", "step"),
    [
        ("calendar", "hours_per_day", 0.1, 24, 0.01),
        ("calendar", "days_per_week", 0.1, 7, 0.01),
        ("agent", "current_load", 0, 1, 0.01),
        ("agent", "capacity", 1, 100_000, 1),
    ],
)
def test_bounds_are_part_of_the_range(
    definition: str, name: str, lowest: float, highest: float, step: float
) -> None:
    def problems(value: float) -> list[SchemaProblem]:
        return SCHEMA.problems({name: value}, definition)

    assert problems(lowest) == []
    assert problems(highest) == []
    assert len(problems(lowest - step)) == 1
    assert len(problems(highest + step)) == 1


def test_skipped_definitions_report_unknown_keys_alone() -> None:
    task = {
        "id": "T1",
        "estimated_time": {"optimistic": 2, "likly": "3h"},
        "dependencies": [{"task": "T2", "lag": "soon"}],
        "priority": "hihg",
    }
    everything = SCHEMA.problems(task, "task")
    rest = SCHEMA.problems(task, "task", skip=DURATIONS)
    assert [problem.path for problem in rest] == [("estimated_time", "likly"), ("priority",)]
    assert ("dependencies", 0, "lag") in {problem.path for problem in everything}


def test_tasks_of_a_whole_plan_are_checked_in_place() -> None:
    (problem,) = of_plan(tasks=[{"id": "T1"}, {"id": "T2", "files": ["a", 3]}])
    assert problem.path == ("tasks", 1, "files", 1)


# Documentation for editors


def test_fields_are_documented_in_the_order_of_the_schema() -> None:
    fields = SCHEMA.fields("task")
    assert list(fields)[:4] == ["id", "name", "description", "estimated_time"]
    assert fields["id"].required
    assert not fields["name"].required
    assert fields["estimated_time"].kind == "estimate"
    assert fields["priority"].values == ("critical", "high", "medium", "low")
    assert "40" in fields["priority"].value_descriptions["critical"]
    assert SCHEMA.fields("agent")["availability"].values == ("true", "false")
    assert SCHEMA.fields("calendar")["hours_per_day"].default == 8
    assert SCHEMA.fields("texts") == {}


@pytest.mark.parametrize(
    ("path", "title"),
    [
        (("goal",), "Goal"),
        (("tasks",), "Tasks"),
        (("tasks", 3), "Tasks"),
        (("tasks", 3, "estimated_time"), "Estimated time"),
        (("tasks", 3, "estimated_time", "likely"), "Likely estimate"),
        (("tasks", 3, "dependencies", 0), "Dependencies"),
        (("tasks", 3, "dependencies", 0, "lag"), "Lag"),
        (("tasks", 3, "quality_gates", "mine", "required"), "Required"),
        (("agents", 0, "skills"), "Skills"),
        (("agents", "api-developer", "skills", 1), "Skills"),
        (("agents", 0, "api-developer"), "Agent details, or the agent's tasks"),
        (("templates", "bug_fix"), "Template"),
        (("templates", "bug_fix", "phases", 0, "optional"), "Optional phase"),
        (("quality_gates", "code_review", "linting"), "Check"),
        (("error_recovery_strategies", "agent_failure", 0, "retry_with_same_agent"), "Recovery step"),
        (("execution_status", "tasks", "T1"), "Task state"),
    ],
    ids=str,
)
def test_a_path_leads_to_its_documentation(path: tuple[str | int, ...], title: str) -> None:
    document = SCHEMA.field_at(path)
    assert document is not None
    assert document.title == title
    assert document.description
    names = [step for step in path if isinstance(step, str)]
    assert document.name == names[-1]


@pytest.mark.parametrize(
    "path",
    [(), ("nonsense",), ("x-mine",), ("tasks", 0, "x-mine"), ("goal", "below"), ("goal", 0), (0,)],
    ids=str,
)
def test_nothing_is_said_where_the_schema_says_nothing(path: tuple[str | int, ...]) -> None:
    assert SCHEMA.field_at(path) is None


# Loading


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (
            {"properties": {"a": {"$ref": "https://example.invalid/other.json"}}},
            "not one of its own definitions",
        ),
        ({"properties": {"a": {"$ref": "other.json#/$defs/a"}}}, "not one of its own definitions"),
        ({"properties": {"a": {"$ref": "#/$defs/missing"}}}, "not one of its own definitions"),
        ({"$defs": {"a": {"items": {"$ref": "#/$defs/a"}}}}, "contains itself"),
        (
            {"$defs": {"a": {"type": "string"}}, "properties": {"a": {"$ref": "#/$defs/a", "type": "array"}}},
            "stands beside a reference",
        ),
        ({"properties": {"a": {"multipleOf": 2}}}, "`multipleOf`, which is not supported"),
        ({"type": "text"}, "the type `text`"),
    ],
    ids=str,
)
def test_a_schema_that_cannot_be_trusted_is_refused(
    document: object, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_network(*_: object, **__: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(urllib.request, "urlopen", no_network)
    with pytest.raises(SchemaFormatError, match=message):
        PlanSchema.parse(json.dumps(document))


@pytest.mark.parametrize("text", ["", "[]", "{", "[" * 100_000], ids=["empty", "a list", "cut off", "deep"])
def test_a_schema_that_is_no_json_object_is_refused(text: str) -> None:
    with pytest.raises(SchemaFormatError):
        PlanSchema.parse(text)


def test_jsonschema_is_imported_when_first_needed() -> None:
    script = f"""
import sys
from orchestrate_ls.plan.schema import PlanSchema
schema = PlanSchema.parse(open({str(SCHEMA_FILE)!r}, encoding="utf-8").read())
assert schema.problems({{"tasks": [{{"id": "T1"}}]}}, "plan") == []
assert "jsonschema" not in sys.modules
assert schema.problems({{}}, "plan")
assert "jsonschema" in sys.modules
"""
    subprocess.run(
        [sys.executable, "-c", script], check=True, cwd=ROOT / "server", timeout=60, capture_output=True
    )


# Hostile and arbitrary values


def test_values_that_only_aliases_make_huge_are_not_looked_at() -> None:
    laughs: object = ["ha"] * 10
    for _ in range(20):
        laughs = [laughs] * 10
    for value in ({"x-laughs": laughs}, {"tasks": laughs}, {"agents": laughs}):
        (problem,) = of_plan(**value)
        assert problem.keyword == "size"
        assert "too many values" in problem.message


def test_values_that_contain_themselves_are_not_looked_at() -> None:
    cycle: list[object] = []
    cycle.append({"again": cycle})
    (problem,) = of_task(dependencies=cycle)
    assert "nested too deeply" in problem.message


def test_deep_values_are_not_looked_at() -> None:
    deep: object = "x"
    for _ in range(5000):
        deep = [deep]
    (problem,) = of_task(**{"x-deep": deep})
    assert "nested too deeply" in problem.message


def test_numbers_that_cannot_be_written_are_not_looked_at() -> None:
    (problem,) = of_task(priority=10**5000)
    assert "too long" in problem.message


@pytest.mark.parametrize(
    "fields",
    [
        {"dependencies": [1] * 50_000},
        {"files": [None] * 50_000},
        {"quality_gates": {str(index): [] for index in range(20_000)}},
        {f"key{index}": 1 for index in range(50_000)},
        {"name": "x" * 5_000_000, "deadline": "9" * 5_000_000, "estimated_time": "." * 5_000_000},
    ],
    ids=["numbers", "nothing", "gates", "keys", "long"],
)
def test_the_number_of_problems_is_bounded(fields: dict[str, object]) -> None:
    problems = of_task(**fields)
    assert 1 <= len(problems) <= MAX_ERRORS
    assert all(len(problem.message) < 300 and len(problem.hint or "") < 300 for problem in problems)


def test_numbers_that_are_none_are_refused() -> None:
    for number in (math.nan, math.inf, -math.inf):
        (problem,) = of_task(priority=number)
        assert problem.path == ("priority",)


def test_messages_carry_no_control_characters() -> None:
    (problem,) = of_task(**{"a\x1b[31m\u202e\nb": 1})
    assert problem.message == "`a\ufffd[31m\ufffd\ufffdb` is not a field of a task"


WORDS = st.sampled_from(
    [
        "",
        "T1",
        "T1, T2",
        "4h",
        "soon",
        "4",
        "50%",
        "2026-12-01",
        "yes",
        "high",
        "FS",
        "- x",
        "id",
        "task",
        "x-y",
    ]
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | WORDS
    | st.text(max_size=8)
)
FIELD_NAMES = st.sampled_from(sorted({pointer.rpartition("/")[2] for pointer in FIELDS}))
KEYS = FIELD_NAMES | WORDS | st.text(max_size=5)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)
SEED_PLAN: dict[str, Any] = {}
for _path in sorted(SEED.glob("*.yaml")):
    if not _path.stem.endswith("_as_written"):
        SEED_PLAN.update(load(_path.stem))


def places(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    yield path
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from places(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from places(inner, (*path, index))


PLACES = [path for path in places(SEED_PLAN) if path]


@st.composite
def damaged_plans(draw: st.DrawFn) -> object:
    """The seed's plan with a few values replaced, keys added and entries taken out."""
    plan = copy.deepcopy(SEED_PLAN)
    for path in draw(st.lists(st.sampled_from(PLACES), max_size=3)):
        parent: Any = plan
        try:
            for step in path[:-1]:
                parent = parent[step]
            what = draw(st.integers(min_value=0, max_value=2))
            if what == 0:
                parent[path[-1]] = draw(JSON)
            elif what == 1:
                del parent[path[-1]]
            elif isinstance(parent, dict):
                parent[draw(KEYS)] = draw(JSON)
        except (KeyError, IndexError, TypeError):
            continue  # an earlier change took this place away
    return plan


@given(damaged_plans() | JSON)
def test_a_plan_is_accepted_exactly_where_jsonschema_accepts_it(value: Any) -> None:
    assert SCHEMA.accepts(value, "plan") == ORACLE.is_valid(value)


@given(JSON, st.sampled_from(SCHEMA.definitions))
def test_a_value_is_accepted_exactly_where_jsonschema_accepts_it(value: Any, definition: str) -> None:
    reference = DOCUMENT if definition == "plan" else {"$ref": f"#/$defs/{definition}"}
    assert SCHEMA.accepts(value, definition) == ORACLE.evolve(schema=reference).is_valid(value)


@given(damaged_plans() | JSON, st.sampled_from(SCHEMA.definitions))
def test_every_wrong_value_has_a_problem_at_a_place_that_exists(value: object, definition: str) -> None:
    for name in ("plan", definition):
        problems = SCHEMA.problems(value, name)
        assert bool(problems) != SCHEMA.accepts(value, name)
        assert problems == SCHEMA.problems(copy.deepcopy(value), name)
        for problem in problems:
            place: Any = value
            for step in problem.path:
                place = place[step]
            assert problem.message
            assert not problem.message.endswith(".")


@settings(max_examples=50)
@given(
    st.recursive(
        SCALARS | st.floats() | st.text(st.characters(codec=None), max_size=4),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5) | FIELD_NAMES, inner),
        max_leaves=40,
    ),
    st.frozensets(st.sampled_from(SCHEMA.definitions)),
)
def test_no_value_makes_checking_fail(value: object, skip: frozenset[str]) -> None:
    for definition in SCHEMA.definitions:
        SCHEMA.problems(value, definition, skip)
