"""Agent selection: the seed's interface example, missing values, relations of skills, and nobody."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrate_ls.agents.selection import (
    Capabilities,
    Match,
    Weights,
    score_of,
    select_agent,
)
from orchestrate_ls.agents.skill_names import SkillNames, missing_skills
from orchestrate_ls.agents.words import words_of

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
        {"OAuth 2": "oauth2", "js": "javascript"},
        {"oauth2": ("authentication",), "authentication": ("security",)},
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
    names = SkillNames({"a": "b", "b": "a"}, {"x": ("y",), "y": ("x",)})
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


def test_a_tie_goes_to_the_level_that_the_task_needs():
    levels = [Capabilities(name, (), name) for name in ("junior", "mid", "senior", "expert")]
    levels.append(Capabilities("unknown"))

    def ranked(difficulty: int) -> list[str]:
        return [each.agent.id for each in select_agent([], levels, difficulty=difficulty).ranked]

    # Whoever suffices, the least first; then those who nearly do.
    assert ranked(0) == ["junior", "mid", "senior", "expert", "unknown"]
    assert ranked(2) == ["senior", "expert", "mid", "junior", "unknown"]
    assert ranked(3) == ["expert", "senior", "mid", "junior", "unknown"]
    reason = select_agent([], levels, difficulty=1).reason
    assert "next is `senior` with 0.80, but its level, `senior`, suits a task for `mid` less" in reason


def test_the_levels_decide_between_equal_scores_only():
    better = Capabilities("junior", (), "junior", recent_performance=0.6)
    assert select_agent([], [better, Capabilities("x", (), "expert")], difficulty=3).chosen == better


def test_what_is_inferred_counts_where_nothing_declared_does():
    guess = Capabilities("guess", inferred=("Rust",))
    said = Capabilities("said", described=frozenset(words_of("knows the borrow checker of rust")))
    selection = select_agent(["rust"], [guess, said, WRITER])
    assert [(each.agent.id, each.match) for each in selection.ranked] == [
        ("guess", Match.INFERRED),
        ("said", Match.INFERRED),
    ]
    assert "has `rust`, inferred from its definition" in selection.reason
    sure = Capabilities("sure", ("rust",), availability=False, recent_performance=0.0)
    selection = select_agent(["rust"], [guess, said, sure])
    assert selection.chosen == sure
    assert "it is not available" in selection.reason
    assert [each.agent.id for each in selection.able] == ["sure", "guess", "said"]


def test_words_decide_where_no_skills_are_required():
    words = words_of("Write the docs of the API")
    tester = Capabilities("tester", ("testing",), recent_performance=1.0)
    writer = Capabilities("writer", ("docs",))
    selection = select_agent([], [tester, writer], words=words)
    assert [each.agent.id for each in selection.ranked] == ["writer"]
    assert selection.others[0].agent == tester
    # Required skills go before words.
    assert select_agent(["testing"], [tester, writer], words=words).chosen == tester


def test_an_agent_of_which_nothing_is_known_is_no_match_but_may_be_the_nearest():
    selection = select_agent(["rust"], [Capabilities("x")])
    assert selection.reason == "no agent has `rust`; nearest: `x`, of which no skills are known"


@given(st.lists(agents, max_size=6), st.lists(st.sampled_from("xyz"), max_size=2), st.integers(0, 3))
def test_everybody_who_can_is_there_once(pool: list[Capabilities], required: list[str], difficulty: int):
    selection = select_agent(required, pool, difficulty=difficulty, words=words_of("x y z abc"))
    names = [each.agent.id for each in selection.able]
    assert len(names) == len(set(names))
    assert bool(names) or selection.chosen is None


def test_synonyms_of_synonyms_and_several_broader_skills():
    names = SkillNames({"a": "b", "b": "C"}, {"c": ("x", "y"), "Y": ("z",)})
    assert names.reach(["A"]) == {"c", "x", "y", "z"}
    assert missing_skills(["z", "b"], ["a"], names) == []
