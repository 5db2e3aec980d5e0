"""What `orchestrate plan` and `replan` take from the folder: templates, the user's catalogue, and its code."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from orchestrate_ls.cli.failures import CommandFailedError, print_note

if TYPE_CHECKING:
    from collections.abc import Sequence

    from orchestrate_ls.plan.model import Template
    from orchestrate_ls.planner.surroundings import Surroundings


def surroundings_of(
    place: Path, own: Sequence[Template], template: str | None, code: Path | None
) -> Surroundings:
    """What the folder of ``place`` says, with the code around ``code``; None for none.

    Raises CommandFailedError for what cannot be used.
    """
    from orchestrate_ls.planner.surroundings import SurroundingsError, read_surroundings, with_code

    try:
        found = read_surroundings(place, own, template)
    except SurroundingsError as error:
        for problem in error.problems:
            print_note(problem)
        raise CommandFailedError(error.message, error.hint) from None
    for remark in found.remarks:
        print_note(remark)
    return with_code(found, code) if code is not None else found


def templates_of(path: Path) -> tuple[Template, ...]:
    """The templates of the plan that is to be written over."""
    from orchestrate_ls.plan.file import PlanFile
    from orchestrate_ls.workspace.reading import UnreadablePlanError, read_plan_text

    try:
        if not path.is_file():
            return ()
        text = read_plan_text(path).text
    except (OSError, ValueError, UnreadablePlanError):
        return ()
    return PlanFile.parse(text).sources[0].plan.header.templates
