"""What `orchestrate export` writes can be imported again: tasks, order, estimates and agents stay."""

from __future__ import annotations

import pytest

from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.planner.imports.formats import ImportFormat, ImportSource, import_plan
from orchestrate_ls.planner.verify import verify
from orchestrate_ls.report.export import Form, export
from orchestrate_ls.rules.engine import PlanCheck
from orchestrate_ls.schedule.plan_project import assigned_agents
from tests.cli.running import SEED_PLAN

ODD = """\
tasks:
  - {id: T1, name: 'Write "it", all; #1', estimated_time: 4h, agent: dev, dependencies: []}
  - {id: T2, name: '=SUM(A1) & more', estimated_time: 1h30m, agent: ann, dependencies: [T1, T1b]}
  - {id: T1b, name: 'A <b> | [c] ünï', estimated_time: {optimistic: 1h, likely: 2h, pessimistic: 6h}, dependencies: []}
"""


def read(check: PlanCheck) -> list[tuple[object, ...]]:
    plan = check.source.plan
    agents = assigned_agents(plan)
    return [
        (
            task.id,
            task.name,
            sorted(link.task for link in task.dependencies),
            round(task.estimate.expected) if task.estimate is not None else None,
            agents[index],
        )
        for index, task in enumerate(plan.tasks)
    ]


@pytest.mark.parametrize("form", [Form.CSV, Form.MERMAID])
@pytest.mark.parametrize("text", [SEED_PLAN, ODD], ids=["seed", "odd"])
def test_a_plan_comes_back(form: Form, text: str):
    assert PlanFile.parse(text).sources
    (check,) = verify(text).check.plans
    made = export(check.source.plan, check.analysis, form)
    back = import_plan(ImportSource("x", [("x", made.text)]), ImportFormat(form.value))[1]
    assert read(verify(back.text).check.plans[0]) == read(check)
