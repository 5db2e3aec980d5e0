"""The parser by the specification: asked where libyaml gives up, and of one mind with it everywhere else."""

import time

import pytest
import yaml
from hypothesis import assume, example, given
from hypothesis import strategies as st

from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.syntax.events import c_events
from orchestrate_ls.syntax.parser import parse_events
from orchestrate_ls.syntax.recovery import parse
from orchestrate_ls.syntax.tree import Scalar
from orchestrate_ls.syntax.yaml12 import yaml12_events
from tests.plans import plan, plan_like, task
from tests.syntax.test_parser import DIFFERENT
from tests.syntax.trees import data, shape

# What libyaml lets pass, or reads by YAML 1.1; see tests/data/yaml_suite/lax.txt.
LAX_IN_LIBYAML = ("\u2028", "\x85", "\ufeff", "\x00", "!t ")


@given(plan_like)
def test_what_both_parsers_accept_is_one_tree(text: str) -> None:
    assume(not DIFFERENT.search(text) and not any(each in text for each in LAX_IN_LIBYAML))
    fast, strict = parse_events(text, c_events), parse_events(text, yaml12_events)
    assume(fast.error is None and strict.error is None)
    # libyaml wants the lines of a block scalar indented even where it is the whole document.
    assume(not isinstance(strict.root, Scalar) or strict.root.style not in ("|", ">"))
    assert without_places_of_nothing(shape(strict.root)) == without_places_of_nothing(shape(fast.root))


def without_places_of_nothing(node: object) -> object:
    """A shape without the places of values left out, of which there is more than one opinion, or of what ends there."""
    if isinstance(node, list):
        return [without_places_of_nothing(each) for each in node]
    match node:
        case ("scalar", (_, _), "", "", tag, anchor):
            return ("nothing", tag, anchor)
        case ("mapping" | "sequence" as kind, (start, _), flow, list(children)):
            return (kind, start, flow, without_places_of_nothing(children))
        case (key, value):
            return (without_places_of_nothing(key), without_places_of_nothing(value))
        case _:
            return node


@given(st.text(max_size=200) | plan_like | st.text(alphabet="a-?:,[]{}#&*!|>'\"%@`\\ \t\n\r1", max_size=60))
@example("[" * 3000)
@example("- " * 3000)
@example("{a: " * 3000)
@example("? " * 3000)
@example('"\\')
@example('"\\UFFFFFFFF"')
@example("a: |9\n")
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        events = list(yaml12_events(text))
    except yaml.YAMLError:
        return
    for event in events:
        assert 0 <= event.start_mark.index <= event.end_mark.index <= len(text)


@pytest.mark.parametrize(
    "unit",
    [
        "a",
        " ",
        "\t",
        "a ",
        "- ",
        "? ",
        "'",
        '"',
        "\\",
        "[",
        "a: [",
        "#",
        " #",
        "\n",
        " \n",
        "&a ",
        "!",
        ":",
        "x:\n",
        "|",
        "*a",
    ],
)
def test_the_time_grows_no_faster_than_the_text(unit: str) -> None:
    def seconds(size: int) -> float:
        text = "k: " + unit * size
        started = time.process_time()
        parse_events(text, yaml12_events)
        return time.process_time() - started

    # Twenty times the text: four hundred times the time if it were quadratic.
    assert seconds(20_000) < 100 * max(seconds(1_000), 0.002)


@pytest.mark.parametrize(
    ("value", "meaning"),
    [
        ("|\n      \tall: prog\n", "\tall: prog\n"),
        ("|\n      \t\n      text\n", "\t\ntext\n"),
        ("[::1, 127.0.0.1]\n", ["::1", "127.0.0.1"]),
        ("[:python, :ruby]\n", [":python", ":ruby"]),
        ("{agent:, name: x}\n", {"agent": None, "name": "x"}),
        ("[?x, y]\n", ["?x", "y"]),
        ("{ ?foo: bar }\n", {"?foo": "bar"}),
        ('{"a"\n      : b}\n', {"a": "b"}),
        ("\n      -\tx\n      -\ty\n", ["x", "y"]),
        ("&базовый текст\n    again: *базовый\n", "текст"),
        ("&a:b text\n    again: *a:b\n", "text"),
        ("text\n    \t\n", "text"),
    ],
)
def test_a_plan_with_what_libyaml_refuses_is_not_broken(value: str, meaning: object) -> None:
    text = plan(task(1) + f"    notes: {value}", task(2, 1))
    (source,) = PlanFile.parse(text).sources
    assert [problem.message for part in source.parts for problem in part.parsed.problems] == []
    assert source.problems == []
    assert [each.id for each in source.plan.tasks] == ["T1", "T2"]
    entries = data(source.task_node(0))
    assert isinstance(entries, dict)
    assert entries["notes"] == meaning


def test_directives_that_are_unknown_say_nothing() -> None:
    text = f"%YAML 1.3\n%ORCHESTRATE yes\n---\n{plan(task(1))}"
    (source,) = PlanFile.parse(text).sources
    assert not any(part.broken for part in source.parts)
    assert [each.id for each in source.plan.tasks] == ["T1"]


def test_a_text_that_both_refuse_is_described_and_mended_as_ever() -> None:
    parsed = parse("a: [x\nb: 1\n", c_events)
    assert ["not closed" in problem.message for problem in parsed.problems] == [True]
    assert data(parsed.root) == {"a": ["x"], "b": 1}


def test_directives_behind_a_byte_order_mark_belong_to_the_plan_below() -> None:
    (source,) = PlanFile.parse(f"\ufeff%YAML 1.2\n---\n{plan(task(1))}").sources
    assert not any(part.broken for part in source.parts)
