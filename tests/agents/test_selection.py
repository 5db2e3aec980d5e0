"""Agent selection: the seed's interface example, missing values, relations of skills, and nobody."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrate_ls.agents.selection import (
    Capabilities,
    SkillNames,
    Weights,
    missing_skills,
    score_of,
    select_agent,
)

# Agents in the form of the seed's `AgentCapabilities`.
DEVELOPER = Capabilities("api-developer", ("python", "rest", "oauth2"), "senior", 0.5, True, 0.9)
SPECIALIST = Capabilities("api-integration-specialist", ("oauth2", "rest"), "expert", 0.1, True, 0.8)
AWAY = Capabilities("consultant", ("oauth2", "rest"), "expert", 0.0, False, 1.0)
WRITER = Capabilities("technical-writer", ("docs",), "mid", 0.0, True, 1.0)
TEAM = [DEVELOPER, SPECIALIST, AWAY, WRITER]


def test_the_seeds_rule() -> None:
    selection = select_agent(["oauth2", "rest"], TEAM)
    # 0.4 + 0.4 * 0.9 + 0.2 * 0.5, 0.4 + 0.4 * 0.8 + 0.2 * 0.9, and 0.4 * 1.0 + 0.2
    assert [(each.agent.id, each.value) for each in selection.ranked] == [
        ("api-integration-specialist", 0.9),
        ("api-developer", 0.86),
        ("consultant", 0.6),
    ]
    assert selection.reason == (
        "`api-integration-specialist` scores 0.90 and has `oauth2` and `rest`; next is `api-developer` with 0.86"
    )


def test_without_required_skills_everybody_can() -> None:
    assert select_agent([], TEAM).chosen == WRITER


def test_nobody_is_an_answer() -> None:
    selection = select_agent(["rust", "rest"], TEAM)
    assert selection.chosen is None
    assert (
        selection.reason == "no agent has `rust`; nearest: `api-integration-specialist`, which lacks `rust`"
    )
    assert selection.nearest[0] == ("api-integration-specialist", ("rust",))
    apart = select_agent(["python", "docs"], TEAM)
    assert (
        apart.reason
        == "no agent has all of `python` and `docs`; nearest: `technical-writer`, which lacks `python`"
    )
    nothing = select_agent(["rust"], [WRITER])
    assert (
        nothing.reason
        == "no agent has `rust`; nearest: `technical-writer`, which has none of the required skills"
    )
    assert select_agent(["rust"], []).reason == "there are no agents to choose from"


def test_what_is_missing_is_assumed_and_said() -> None:
    score = score_of(Capabilities("a"))
    assert score.value == pytest.approx(0.4 + 0.4 * 0.5 + 0.2)
    assert score.assumed == ("taken as available", "load taken as 0", "performance taken as 0.5")
    assert select_agent([], [Capabilities("a", recent_performance=1.0)]).reason == (
        "`a` scores 1.00 (taken as available, load taken as 0)"
    )


def test_ties_go_to_the_level_and_then_to_the_name() -> None:
    levels = [Capabilities(name, (), level) for name, level in
              [("d", None), ("c", "mid"), ("b", "expert"), ("a", "expert"), ("e", "guru")]]  # fmt: skip
    assert [each.agent.id for each in select_agent([], levels).ranked] == ["a", "b", "c", "d", "e"]


def test_synonyms_and_kinds_of_skills() -> None:
    names = SkillNames(
        {"OAuth 2": "oauth2", "js": "javascript"}, {"oauth2": "authentication", "authentication": "security"}
    )
    assert missing_skills(["Authentication", "security"], ["oauth 2"], names) == []
    assert missing_skills(["oauth2"], ["authentication"], names) == ["oauth2"]
    assert missing_skills(["JS"], ["JavaScript"], names) == []
    assert select_agent(["security"], TEAM, names).reason.startswith(
        "`api-integration-specialist` scores 0.90 and has `security` by synonyms or narrower skills"
    )
    # Who has the skill itself comes before who has it by a relation.
    guard = Capabilities("guard", ("security",), None, 1.0, False, 0.0)
    assert select_agent(["security"], [*TEAM, guard], names).chosen == guard


def test_circles_of_relations_end() -> None:
    names = SkillNames({"a": "b", "b": "a"}, {"x": "y", "y": "x"})
    assert missing_skills(["x", "z"], ["y", "a"], names) == ["z"]


def test_other_weights() -> None:
    assert select_agent(["oauth2"], TEAM, weights=Weights(0, 1, 0)).chosen == AWAY


ratios = st.none() | st.floats(0, 1)
agents = st.builds(
    Capabilities,
    st.text("abc", min_size=1, max_size=3),
    st.lists(st.sampled_from(["x", "y", "z"]), max_size=3).map(tuple),
    st.sampled_from([None, "junior", "mid", "senior", "expert"]),
    ratios,
    st.none() | st.booleans(),
    ratios,
)


@given(
    st.lists(st.sampled_from(["x", "y", "z"]), max_size=2),
    st.lists(agents, max_size=8, unique_by=lambda a: a.id),
    st.integers(),
)
def test_the_choice_is_the_best_and_does_not_depend_on_the_order(
    required: list[str], pool: list[Capabilities], seed: int
) -> None:
    selection = select_agent(required, pool)
    shuffled = random.Random(seed).sample(pool, len(pool))
    assert select_agent(required, shuffled) == selection
    able = [agent for agent in pool if set(required) <= set(agent.skills)]
    assert {each.agent.id for each in selection.ranked} == {agent.id for agent in able}
    assert all(0 <= each.value <= 1 for each in selection.ranked)
    if able:
        assert selection.ranked[0].value == max(score_of(agent).value for agent in able)
    assert selection.reason
