"""All refactorings, in the order in which they are offered."""

from __future__ import annotations

from typing import Final

from orchestrate_ls.ide import (
    assign_agents,
    convert_duration,
    extract_group,
    inline_task,
    insert_task,
    merge_tasks,
    number_tasks,
    split_task,
)
from orchestrate_ls.ide.refactoring import Refactoring

REFACTORINGS: Final[tuple[Refactoring, ...]] = (
    extract_group.REFACTORING,
    merge_tasks.REFACTORING,
    split_task.REFACTORING,
    inline_task.REFACTORING,
    insert_task.REFACTORING,
    convert_duration.REFACTORING,
    number_tasks.REFACTORING,
    assign_agents.REFACTORING,
)
