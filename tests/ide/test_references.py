"""References, highlights and definitions: every place of a name, marked in the plan."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrate_ls.ide.definition import definition
from orchestrate_ls.ide.highlight import highlights
from orchestrate_ls.ide.references import references
from orchestrate_ls.plan.file import PlanFile
from tests.ide.fixtures import marked, shown
from tests.plans import plan_like


def check(text: str) -> None:
    """The places of the name at the cursor are those that are marked, wherever on them the cursor is."""
    plain, offset, ranges = marked(text)
    file = PlanFile.parse(plain)
    wanted = shown(plain, ranges)
    for place in [offset, *(place for start, end, _ in ranges for place in (start, end))]:
        found = [(each.start, each.end, each.declares) for each in highlights(file, place)]
        assert shown(plain, found) == wanted, f"asked at {place}"
    uses = [(each.start, each.end) for each in references(file, offset, with_declarations=False)]
    assert uses == [(start, end) for start, end, declares in ranges if not declares]


def check_definition(text: str) -> None:
    """The definition of what is at the cursor is what is marked as declaration."""
    plain, offset, ranges = marked(text)
    found = definition(PlanFile.parse(plain), offset)
    targets = [(each.start, each.end, True) for each in found.targets] if found is not None else []
    assert shown(plain, targets) == shown(plain, ranges)
    for each in found.targets if found is not None else ():
        assert each.whole_start <= each.start <= each.end <= each.whole_end


@pytest.mark.parametrize(
    "text",
    [
        "tasks:\n  - id: ‹T1$0›\n  - id: T2\n    dependencies: [«T1», T3]\n",
        "tasks:\n  - id: '‹T1$0›'\n  - id: T2\n    dependencies:\n      - «T1»\n      - {task: \"«T1»\", lag: 1h}\n",
        "tasks:\n  - id: ‹T1$0›\n  - id: T2\n    dependencies: «T1»\n",
        "agents:\n  - dev: T2, «T1», T10\n  - qa: [T2, «T1»]\ntasks:\n  - id: ‹T1$0›\n  - id: T2\n  - id: T10\n",
        "agents: {dev: ' «T1»,T2'}\ntasks: [{id: ‹T1$0›}, {id: T2}]\n",
        "tasks:\n  - id: a\n    agent: «dev$0»\n    name: dev\n  - agent: «dev»\n",
        "agents:\n  - id: ‹dev›\n    backup: qa\n  - id: qa\n    backup: «dev»\ntasks:\n  - agent: «dev$0»\n",
        "agents:\n  ‹dev$0›: {skills: [x]}\ntemplates: {t: {default_agents: [«dev»]}}\ntasks:\n  - agent: «dev»\n",
        "agents: [‹dev$0›, qa]\ntasks:\n  - agent: «dev»\n",
        "tasks:\n  - parallel_group: «g$0»\n  - parallel_group: g2\n  - parallel_group: «g»\n",
        "agents:\n  - id: a\n    skills: [‹py›, js]\ntasks:\n  - required_skills: [js, «py$0»]\n",
        "quality_gates:\n  ‹review›: {required: true}\ntasks:\n  - quality_gates: [«review$0», x]\n",
        "quality_gates:\n  code:\n    all:\n      - ‹lint›\ntasks:\n  - quality_gates: «lint$0»\n",
        "x: &d «dev»\ntasks:\n  - agent: «*d$0»\n  - agent: «dev»\n",
        "base: &b {agent: «dev»}\ntasks:\n  - <<: *b\n    id: a\n  - agent: «dev$0»\n",
        "tasks:\n  - id: &t ‹T1$0›\n  - id: T2\n    dependencies: [«*t»]\n",
        "x: &l [«T1»]\ntasks:\n  - {id: &t ‹T1$0›}\n  - {id: T2, dependencies: *l}\n",
    ],
)  # fmt: skip
def test_all_places_of_a_name_are_found(text: str):
    check(text)


@pytest.mark.parametrize(
    "text",
    [
        "tasks:\n  - id: ‹T1›\n  - dependencies: [T$01]\n",
        "tasks:\n  - id: ‹T$01›\n",
        "agents:\n  - id: ‹dev›\n    backup: qa\ntasks:\n  - agent: dev$0\n",
        "agents:\n  - ‹dev›: T1\ntasks:\n  - id: T1\n    agent: dev$0\n",
        "agents:\n  - dev: T2, T$01\ntasks:\n  - id: ‹T1›\n  - id: T2\n",
        "tasks:\n  - parallel_group: g$0\n",
        "base: ‹&b› {agent: dev}\ntasks:\n  - <<: *b$0\n",
        "x: 1\nbase: !!map ‹&b› {agent: dev}\ntasks:\n  - <<: *b$0\n",
        "tasks:\n  - dependencies: [T$09]\n",
        "tasks:\n  - id: ‹T1›\n  - id: T1\n  - dependencies: [T$01]\n",
        "quality_gates: {g: {‹c›: x}}\ntasks:\n  - quality_gates: [c$0]\n",
        "go$0al: x\n",
    ],
)
def test_definitions(text: str):
    check_definition(text)


def test_names_belong_to_their_own_plan():
    check("tasks:\n  - id: ‹T1$0›\n---\ntasks:\n  - id: T1\n  - dependencies: [T1]\n")


@given(plan_like, st.integers(0, 400))
def test_any_place_of_any_text_can_be_asked_about(text: str, place: int):
    file = PlanFile.parse(text)
    offset = place % (len(text) + 1)
    for each in references(file, offset, with_declarations=True):
        assert 0 <= each.start <= each.end <= len(text)
        again = references(file, each.start, with_declarations=True)
        assert each.piece is not None or again
    found = definition(file, offset)
    if found is not None:
        assert found.start <= found.end
