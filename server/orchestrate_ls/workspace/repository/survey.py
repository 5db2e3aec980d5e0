"""Looks at a folder with code as a newcomer would: one call, no execution of what lies there, bounded in every way."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.workspace.agent_files import load_agents
from orchestrate_ls.workspace.find import is_plan_name
from orchestrate_ls.workspace.reading import UnreadablePlanError, read_plan_text
from orchestrate_ls.workspace.repository.code_owners import read_owners
from orchestrate_ls.workspace.repository.findings import Findings
from orchestrate_ls.workspace.repository.history import read_history
from orchestrate_ls.workspace.repository.modules import languages, modules, package_folder, test_folders
from orchestrate_ls.workspace.repository.node_project import read_node
from orchestrate_ls.workspace.repository.operations import documents, read_operations
from orchestrate_ls.workspace.repository.other_projects import read_others
from orchestrate_ls.workspace.repository.python_project import read_python
from orchestrate_ls.workspace.repository.sources import Sources
from orchestrate_ls.workspace.repository.summary import (
    Language,
    OpenPlan,
    Practice,
    RepositorySummary,
    shortened,
)
from orchestrate_ls.workspace.repository.task_runners import read_task_runners
from orchestrate_ls.workspace.repository.tree import read_tree

_MOST_PLANS: Final = 20
_LARGEST_PLAN: Final = 300_000


def read_repository(root: Path) -> RepositorySummary:
    """What there is below a folder. Never fails: what cannot be read is a remark."""
    tree = read_tree(root)
    sources = Sources(tree)
    findings = Findings()
    spoken = languages(tree.files)
    read_task_runners(sources, findings)
    # What is written mostly in Rust is a Rust project, even if Python is told how to build it.
    for reader in sorted((read_python, read_node, read_others), key=lambda each: not _speaks(each, spoken)):
        reader(sources, findings)
    read_operations(sources, findings)
    agents = load_agents(root)
    if not spoken and not findings.manifests:
        # Nothing to build on: agents count all the same, and the rest of what is there says nothing.
        return RepositorySummary(name=root.name, agents=agents, remarks=tree.remarks)
    package = package_folder(tree.files, findings.name, spoken[0].name) if spoken else ""
    tests = test_folders(tree.files)
    if tests:
        findings.shows(Practice.TESTS, tests[0])
    history = read_history(root, sources.paths)
    remarks = (
        *tree.remarks,
        *sources.remarks,
        *agents.left_out,
        *([history.remark] if history.remark else []),
    )
    return RepositorySummary(
        name=findings.name or shortened(root.name, 80),
        about=findings.about,
        paths=tree.files,
        languages=spoken,
        frameworks=tuple(findings.frameworks.values()),
        commands=tuple(findings.commands),
        modules=modules(sources, package),
        existing=tuple(findings.existing[each] for each in Practice if each in findings.existing),
        docs=documents(sources),
        owners=read_owners(sources),
        plans=_plans(sources),
        agents=agents,
        changes=history.changes,
        package=package,
        tests=tests,
        manifests=tuple(findings.manifests),
        remarks=remarks,
    )


def _speaks(reader: Callable[[Sources, Findings], None], spoken: Sequence[Language]) -> bool:
    own = {
        "Python": read_python,
        "JavaScript": read_node,
        "TypeScript": read_node,
        "Vue": read_node,
        "Svelte": read_node,
    }
    return bool(spoken) and own.get(spoken[0].name, read_others) is reader


def is_project_folder(root: Path) -> bool:
    """Whether a folder may be a project: not the user's home, nor a whole disk, where all sorts of code lies."""
    real = os.path.realpath(root)
    try:
        home = os.path.realpath(Path.home())
    except RuntimeError:
        home = ""
    return real != home and os.path.dirname(real) != real  # noqa: PTH120


def _plans(sources: Sources) -> tuple[OpenPlan, ...]:
    found: list[OpenPlan] = []
    for path in [each for each in sources.tree.files if is_plan_name(each)][:_MOST_PLANS]:
        try:
            text = read_plan_text(sources.tree.root / path, _LARGEST_PLAN).text
        except UnreadablePlanError:
            continue
        for source in PlanFile.parse(text).sources:
            goal = source.plan.header.goal.text or ""
            found.append(OpenPlan(path, shortened(goal, 120), len(source.plan.tasks)))
    return tuple(found[:_MOST_PLANS])
