"""Goals of many kinds: what their plans cover, in which order, and what may run at once."""

from __future__ import annotations

import re

import networkx as nx
import pytest

from orchestrate_ls.planner.offline import plan_offline
from tests.planner.goals import GOALS, Expected
from tests.planner.plan_reading import assert_sound, graph, load, named


@pytest.mark.parametrize("case", GOALS, ids=[case.goal[:40] for case in GOALS])
def test_plan_shows_what_the_goal_asks_for(case: Expected) -> None:
    result = plan_offline(case.goal)
    plan = load(result.text)
    assert_sound(plan)
    assert plan["goal"] == case.goal
    assert result.brief.kind == case.kind
    texts = [f"{task['name']} {task['description']}".lower() for task in plan["tasks"]]
    for pattern in case.covers:
        assert any(re.search(pattern, text) for text in texts), f"not covered: {pattern}"
    order = graph(plan)
    for earlier, later in case.orders:
        before, after = named(plan, earlier), named(plan, later)
        assert before, earlier
        assert after, later
        for task in after:
            assert set(before) - {task} <= nx.ancestors(order, task), (
                f"{earlier} does not precede {task} ({later})"
            )
    for one, other in case.parallel:
        assert named(plan, one), one
        assert named(plan, other), other
        for a in named(plan, one):
            for b in set(named(plan, other)) - {a}:
                assert not nx.has_path(order, a, b), (one, other)
                assert not nx.has_path(order, b, a), (one, other)
    whole = "\n".join(
        [*texts, *(line.lower() for task in plan["tasks"] for line in task["success_criteria"])]
    )
    for pattern in case.absent:
        assert not re.search(pattern, whole), f"must be absent: {pattern}"
    assert case.tasks[0] <= len(plan["tasks"]) <= case.tasks[1], len(plan["tasks"])
    assert set(case.technologies) <= {mention.name for mention in result.brief.technologies}


@pytest.mark.parametrize("case", GOALS, ids=[case.goal[:40] for case in GOALS])
def test_every_feature_keeps_its_words_and_has_a_task_that_says_so(case: Expected) -> None:
    result = plan_offline(case.goal)
    texts = [f"{task.name} {task.description}".casefold() for task in result.draft.tasks]
    for feature in result.brief.features:
        assert case.goal[feature.start : feature.end].strip() == feature.text
        assert any(feature.name.casefold() in text for text in texts), feature
