"""What an agent is told: the hand-off of its task, what was wrong with the attempt before, and how to report.

Pure; texts are the plan's own, and reach the agent as its standard input.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from orchestrate_ls.agents.handoff import handoff_as_prompt, handoff_of
from orchestrate_ls.execution.agent_process import REPORT
from orchestrate_ls.execution.run_plan import PlanVersion
from orchestrate_ls.progress.state import STATE_WORDS, TaskProgress

_LONGEST: Final = 500_000


def handoff_text(
    version: PlanVersion,
    task: int,
    agent: str | None,
    progress: Sequence[TaskProgress | None],
    done: Collection[int],
    *,
    feedback: str = "",
    lessons: str = "",
) -> str:
    """The text. ``done`` are the tasks that are; ``feedback`` is about the attempt before, ``lessons`` what was learnt
    from other tasks.
    """
    check = version.check
    results = {
        before: _result(recorded)
        for before in check.analysis.network.predecessors[task]
        if (recorded := progress[before]) is not None
    }
    package = handoff_of(
        check.source,
        check.analysis,
        task,
        done=done,
        results=results,
        agent=agent,
        definition=version.registry.get(agent) if agent is not None else None,
    )
    text = handoff_as_prompt(package)
    if feedback:
        text += f"\nThis is another attempt. What was wrong before:\n\n{feedback.strip()}\n"
    if lessons:
        text += f"\nLearnt from other tasks; check it before you finish:\n\n{lessons.strip()}\n"
    return text[:_LONGEST] + REPORT


def _result(recorded: TaskProgress) -> str:
    said = STATE_WORDS[recorded.state]
    if recorded.note:
        said = f"{said}: {recorded.note}"
    return f"{said} (left {', '.join(recorded.artefacts)})" if recorded.artefacts else said
