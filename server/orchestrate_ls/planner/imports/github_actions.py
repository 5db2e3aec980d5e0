"""The jobs of a GitHub Actions workflow: `needs` is what they wait for, their steps are what they do."""

from __future__ import annotations

from typing import Any, Final

from orchestrate_ls.planner.imports.imported import Imported, ImportedTask, ImportFailedError
from orchestrate_ls.planner.imports.json_text import items, mapping, text, texts
from orchestrate_ls.planner.imports.yaml_text import read_yaml

_MOST_STEPS: Final = 50
_LEFT_OUT: Final = {
    "if": "a condition",
    "strategy": "a matrix",
    "environment": "an environment",
    "timeout-minutes": "a time-out, which is no estimate",
    "permissions": "permissions",
}


def is_workflow(data: Any) -> bool:
    """Whether YAML data looks like a workflow."""
    jobs = mapping(mapping(data).get("jobs"))
    return bool(jobs) and all(
        any(key in mapping(job) for key in ("steps", "uses", "runs-on", "needs")) for job in jobs.values()
    )


def read_workflow(source: str) -> Imported:
    """One task for each job."""
    data = mapping(read_yaml(source))
    jobs = mapping(data.get("jobs"))
    if not is_workflow(data):
        raise ImportFailedError("there are no jobs in this YAML", "name a file of `.github/workflows/`")
    imported = Imported(text(data.get("name")) or "Jobs of a workflow", [])
    for key, held in jobs.items():
        job = mapping(held)
        task = ImportedTask(key, text(job.get("name")) or key)
        task.wait_for(texts(job.get("needs")))
        steps = [_step(mapping(step)) for step in items(job.get("steps"))]
        if used := text(job.get("uses")):
            steps.insert(0, f"use {used}")
        more = [f"and {len(steps) - _MOST_STEPS} more"] if len(steps) > _MOST_STEPS else []
        task.description = "\n".join(f"- {step}" for step in [*steps[:_MOST_STEPS], *more] if step)
        imported.tasks.append(task)
    for name, what in _LEFT_OUT.items():
        number = sum(name in mapping(job) for job in jobs.values())
        imported.note_count(number, what, ", left out" if "," not in what else "; left out")
    imported.notes.append(
        "a workflow says neither how long jobs take nor who does them; add estimates and agents"
    )
    return imported


def _step(step: dict[str, Any]) -> str:
    name = text(step.get("name"))
    if name:
        return name
    if used := text(step.get("uses")):
        return f"use {used}"
    return text(step.get("run")).partition("\n")[0][:200]
