"""Renaming changes every place of a name, nothing else, and says why where it does not."""

from __future__ import annotations

import io
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from orchestrate_ls.ide.names import Name, NameKind, exists, occurrences
from orchestrate_ls.ide.rename import RenameRefusedError, prepare_rename, rename, renamed_tasks
from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.syntax.writing import write_scalar
from orchestrate_ls.text.edits import apply_edits
from tests.ide.fixtures import marked
from tests.plans import plan_like


def check(before: str, new: str, after: str) -> None:
    """Renaming what is at the cursor gives this text."""
    plain, offset, _ = marked(before)
    assert apply_edits(plain, rename(PlanFile.parse(plain), offset, new)) == after


def check_refused(before: str, new: str, said: str) -> None:
    plain, offset, _ = marked(before)
    with pytest.raises(RenameRefusedError) as error:
        rename(PlanFile.parse(plain), offset, new)
    assert said in str(error.value)


@pytest.mark.parametrize(
    ("before", "new", "after"),
    [
        (
            "tasks:\n  - id: T1$0 # one\n  - id: 'T2'\n    dependencies: [ T1 ,'T1', \"T1\" ]\n",
            "X",
            "tasks:\n  - id: X # one\n  - id: 'T2'\n    dependencies: [ X ,'X', \"X\" ]\n",
        ),
        (
            "tasks:\n  - id: T1$0\n  - dependencies: [T1]\n  - dependencies:\n    - T1\n",
            "a, b",
            "tasks:\n  - id: a, b\n  - dependencies: ['a, b']\n  - dependencies:\n    - a, b\n",
        ),
        (
            "tasks:\n  - id: T1$0\n  - dependencies: [\"T1\", 'T1', T1]\n",
            'it\'s "x"',
            'tasks:\n  - id: it\'s "x"\n  - dependencies: ["it\'s \\"x\\"", \'it\'\'s "x"\', it\'s "x"]\n',
        ),
        ("tasks:\n  - id: T1$0\n", "null", "tasks:\n  - id: 'null'\n"),
        ("tasks:\n  - id: T1$0\n", "12", "tasks:\n  - id: '12'\n"),
        (
            "tasks:\n  - id: 1$0\n  - dependencies: [1]\n",
            "12",
            "tasks:\n  - id: 12\n  - dependencies: [12]\n",
        ),
        ("tasks:\n  - id: T1$0\n", "a: b #c", "tasks:\n  - id: 'a: b #c'\n"),
        (
            "agents:\n  - dev:  T2,  T1 ,T1\n  - qa: [T1]\ntasks:\n  - id: T1$0\n  - id: T2\n",
            "Z9",
            "agents:\n  - dev:  T2,  Z9 ,Z9\n  - qa: [Z9]\ntasks:\n  - id: Z9\n  - id: T2\n",
        ),
        (
            "agents:\n  - dev: T1, T2\ntasks:\n  - id: T1$0\n",
            "a: b",
            "agents:\n  - dev: 'a: b, T2'\ntasks:\n  - id: 'a: b'\n",
        ),
        (
            "agents:\n  - dev: T1\ntasks:\n  - id: T1$0\n",
            "null",
            "agents:\n  - dev: 'null'\ntasks:\n  - id: 'null'\n",
        ),
        (
            "agents: {dev: T1, qa: {skills: [x]}}\ntasks:\n  - agent: dev$0\n",
            "a{b}",
            "agents: {'a{b}': T1, qa: {skills: [x]}}\ntasks:\n  - agent: a{b}\n",
        ),
        (
            "agents:\n  dev:\n    skills: [x]\n  qa: {backup: dev}\ntasks:\n  - agent: dev$0\n",
            "# x",
            "agents:\n  '# x':\n    skills: [x]\n  qa: {backup: '# x'}\ntasks:\n  - agent: '# x'\n",
        ),
        (
            "quality_gates: {review: {required: true}}\ntasks:\n  - quality_gates: [review$0]\n",
            "look",
            "quality_gates: {look: {required: true}}\ntasks:\n  - quality_gates: [look]\n",
        ),
        (
            "tasks:\n  - id: &t T1\n  - id: T2\n    dependencies: [*t$0]\n",
            "X",
            "tasks:\n  - id: &t X\n  - id: T2\n    dependencies: [*t]\n",
        ),
        (
            "base: &b {agent: dev}\ntasks:\n  - <<: *b\n  - agent: dev$0\n",
            "x, y",
            "base: &b {agent: 'x, y'}\ntasks:\n  - <<: *b\n  - agent: x, y\n",
        ),
        (
            "who: &d dev\ntasks:\n  - agent: *d$0\n  - agent: dev\n",
            "x",
            "who: &d x\ntasks:\n  - agent: *d\n  - agent: x\n",
        ),
        ("tasks:\r\n  - id: !!str T1$0\r\n", "é😀", "tasks:\r\n  - id: !!str é😀\r\n"),
        (
            "tasks:\n  - id: T1\n    parallel_group: T1$0\n",
            "g",
            "tasks:\n  - id: T1\n    parallel_group: g\n",
        ),
        ("tasks:\n  - id: T1$0\n", "T1", "tasks:\n  - id: T1\n"),
    ],
)
def test_a_name_changes_everywhere(before: str, new: str, after: str):
    check(before, new, after)


PLAN = "agents:\n  - dev: T1, T2\ntasks:\n  - id: T1$0\n    agent: dev\n  - id: T2\n"


@pytest.mark.parametrize(
    ("before", "new", "said"),
    [
        (PLAN, "T2", "already"),
        (PLAN, "", "needs a name"),
        (PLAN, "  ", "needs a name"),
        (PLAN, "a ", "space"),
        (PLAN, "a\nb", "line break"),
        (PLAN, "a\x1bb", "cannot be seen"),
        (PLAN, "a" * 201, "201 characters"),
        (PLAN, "a,b", "comma"),
        ("agents:\n  - dev$0: T1\n", "id", "`id`"),
        ("goal: x$0\n", "y", "nothing to rename"),
        ("tasks:\n  - id: T1$0\n  - dependencies: [T9]\n", "T9", "already"),
        ("x: &n T1\ntasks:\n  - id: *n$0\n    name: *n\n", "b", "several things"),
        ("tasks:\n  - id: &n T1$0\n    name: *n\n", "b", "several things"),
        ("x: &n dev\ntasks:\n  - agent: *n\n    parallel_group: *n$0\n", "b", "several things"),
        ('tasks:\n  - id: "T1$0\n', "b", "quote"),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason(before: str, new: str, said: str):
    check_refused(before, new, said)


def test_what_can_be_renamed_is_said_before():
    plain, offset, _ = marked("tasks:\n  - id: 'T1$0'\n")
    found = prepare_rename(PlanFile.parse(plain), offset)
    assert found is not None
    assert (plain[found.start : found.end], found.name) == ("T1", Name(NameKind.TASK, "T1"))
    plain, offset, _ = marked("tasks:\n  - name: 'T1$0'\n")
    assert prepare_rename(PlanFile.parse(plain), offset) is None


NAMES = st.sampled_from(["T1", "T2", "T10", "a b", "é😀", "dev", "x-1", "1", "it's"])
_QUOTES = frozenset("'\"\\")
QUOTES = st.sampled_from(["", "'", '"'])
NEW = st.one_of(
    st.sampled_from(["new", "N9", "a: b", "# x", "[x]", "{y}", "null", "~", "12", "true", "'", '"', "\\", "a # b",
                     "- x", "? y", ": z", "<<", "é\u3000é", "*x", "&y", "!z", "%a", "@b", "`c", "|", ">", "---", "id"]),
    st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=8),
)  # fmt: skip


@st.composite
def plans(draw: Any) -> str:
    """Plans that use their few names in every form and in every kind of place."""

    def name(*, in_flow: bool = False) -> str:
        text, quote = draw(NAMES), draw(QUOTES)
        if quote == "'":
            return "'" + text.replace("'", "''") + "'"
        return f"{quote}{text}{quote}"

    lines = ["goal: x # T1"]
    form = draw(st.integers(0, 3))
    if form == 0:
        lines += [
            "agents:",
            f"  - id: {name()}",
            f"    skills: [{name()}, {name()}]",
            f"    backup: {name()}",
        ]
    elif form == 1:
        lines += [
            "agents:",
            f"  - {name()}: T1,  T2 ,T10",
            f"  - {name()}: [{name()}, {name()}]",
            "  - other: 'T2, T1'",
        ]
    elif form == 2:
        lines += ["agents: {", f'  {name()}: {{skills: [{name()}]}}, last: "T1,T2" }}']
    if draw(st.booleans()):
        lines += ["quality_gates:", f"  {name()}:", f"    {name()}: true"]
    lines += ["tasks:"]
    for number in range(draw(st.integers(1, 4))):
        lines += [f"  - id: {name()} # T1", f"    name: {name()}"]
        if draw(st.booleans()):
            lines += [f"    dependencies: [{name()},{name()} ]"]
        elif number:
            lines += ["    dependencies:", f"      - {name()}", f"      - {{task: {name()}, lag: 1h}}"]
        if draw(st.booleans()):
            lines += [f"    agent: {name()}", f"    parallel_group: {name()}"]
        if draw(st.booleans()):
            lines += [f"    required_skills: [{name()}]", f"    quality_gates: {name()}"]
    return "\n".join(lines) + "\n"


def loaded(text: str) -> Any:
    """What another parser reads, with every scalar as text."""
    yaml = YAML(typ="safe", pure=True)
    yaml.allow_duplicate_keys = True

    def as_text(value: Any) -> Any:
        if isinstance(value, dict):
            return {str(key): as_text(each) for key, each in value.items()}
        return [as_text(each) for each in value] if isinstance(value, list) else str(value)

    return as_text(yaml.load(io.StringIO(text)))


def expected(plan: Any, name: Name, new: str) -> Any:
    """A loaded plan with one name changed, by the fields that hold such names."""
    kind = name.kind

    def put(value: Any, of: NameKind) -> Any:
        if isinstance(value, list):
            return [put(each, of) for each in value]
        if isinstance(value, dict):
            return {**value, "task": put(value["task"], of)}
        return new if of is kind and value == name.text else value

    def put_fields(mapping: Any, **kinds: NameKind) -> Any:
        return {key: put(value, kinds[key]) if key in kinds else value for key, value in mapping.items()}

    def agent(key: str, value: Any) -> tuple[str, Any]:
        if isinstance(value, dict):
            value = put_fields(value, skills=NameKind.SKILL, backup=NameKind.AGENT)
        elif isinstance(value, list):
            value = put(value, NameKind.TASK)
        else:
            ids = [each.strip() for each in value.split(",")]
            value = ",".join(put(ids, NameKind.TASK))
        return put(key, NameKind.AGENT), value

    plan = dict(plan)
    agents = plan.get("agents")
    if isinstance(agents, dict):
        plan["agents"] = dict(agent(key, value) for key, value in agents.items())
    elif agents is not None:
        plan["agents"] = [
            put_fields(each, id=NameKind.AGENT, skills=NameKind.SKILL, backup=NameKind.AGENT)
            if "id" in each
            else dict(agent(key, value) for key, value in each.items())
            for each in agents
        ]
    if "quality_gates" in plan:
        plan["quality_gates"] = {
            put(gate, NameKind.GATE): {put(check, NameKind.GATE): each for check, each in checks.items()}
            for gate, checks in plan["quality_gates"].items()
        }
    plan["tasks"] = [
        put_fields(
            each,
            id=NameKind.TASK,
            dependencies=NameKind.TASK,
            agent=NameKind.AGENT,
            parallel_group=NameKind.GROUP,
            required_skills=NameKind.SKILL,
            quality_gates=NameKind.GATE,
        )
        for each in plan["tasks"]
    ]
    return plan


def without_spaces(plan: Any) -> Any:
    """With the texts of allocations as ``T1,T2``: spaces between the ids say nothing."""
    return expected(plan, Name(NameKind.GROUP, "\0"), "")


@given(plans(), NEW, st.data())
def test_a_renamed_plan_is_the_same_plan_but_for_the_name(text: str, new: str, data: st.DataObject):
    file = PlanFile.parse(text)
    (source,) = file.sources
    tasks = source.plan.tasks
    known = [Name(NameKind.TASK, task.id) for task in tasks if task.id]
    known += [Name(NameKind.AGENT, agent.id) for agent in source.plan.header.agents]
    known += [Name(NameKind.GATE, gate) for gate, _ in source.plan.header.quality_gates]
    known += [Name(NameKind.GROUP, task.parallel_group) for task in tasks if task.parallel_group]
    known += [Name(NameKind.SKILL, skill) for task in tasks for skill in task.required_skills]
    name = data.draw(st.sampled_from(known))
    assume(not exists(source, Name(name.kind, new)))
    places = occurrences(source, name)
    place = data.draw(st.sampled_from(places))
    try:
        edits = rename(file, place.start, new)
    except RenameRefusedError:
        refusable = {",", "id"}
        assert any(each in new for each in refusable)
        return
    after = apply_edits(text, edits)
    again = PlanFile.parse(after)
    fresh = again.sources[0].plan
    assert fresh.tasks == renamed_tasks(source.plan, name, new)
    assert not any(part.broken for part in again.parts)

    assert without_spaces(loaded(after)) == expected(loaded(text), name, new)
    # All else stays, byte for byte.
    kept = text
    for edit in reversed(edits):
        kept = kept[: edit.start] + "\0" + kept[edit.end :]
    for piece in kept.split("\0"):
        assert piece in after
    # And there is a way back; quotes that the new name needed are kept.
    back = rename(again, occurrences(again.sources[0], Name(name.kind, new))[0].start, name.text)
    returned = apply_edits(after, back)
    assert PlanFile.parse(returned).sources[0].plan == source.plan
    if write_scalar(new, in_flow=True) == new and not _QUOTES.intersection(new) and name.text != "1":
        assert returned == text


@given(plan_like, st.integers(0, 400), st.sampled_from(["new", "a: b", "T1", "", "a,b", "'"]))
def test_any_place_of_any_text_is_renamed_or_refused(text: str, place: int, new: str):
    file = PlanFile.parse(text)
    try:
        edits = rename(file, place % (len(text) + 1), new)
    except RenameRefusedError:
        return
    PlanFile.parse(apply_edits(text, edits))
