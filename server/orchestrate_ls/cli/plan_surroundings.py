"""What `orchestrate plan` takes from the folder: workflow templates and the user's additions to the catalogue."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from orchestrate_ls.cli.failures import CommandFailedError, print_note

if TYPE_CHECKING:
    from orchestrate_ls.plan.model import Template
    from orchestrate_ls.planner.catalogue import Catalogue
    from orchestrate_ls.planner.workflow_choice import WorkflowChoice


@dataclass(frozen=True, slots=True)
class PlanSurroundings:
    """`flows` is which template holds; `catalogue` is None for the one that comes with the program."""

    flows: WorkflowChoice
    catalogue: Catalogue | None

    @contextmanager
    def in_use(self) -> Generator[None]:
        """Let everything within plan with the catalogue."""
        if self.catalogue is None:
            yield
            return
        from orchestrate_ls.planner.catalogue import catalogue_in_use

        with catalogue_in_use(self.catalogue):
            yield


def surroundings_of(output: str | None, template: str | None, *, force: bool) -> PlanSurroundings:
    """What the folder that the plan is written to says. Raises CommandFailedError for what cannot be used."""
    from orchestrate_ls.planner.workflow_choice import WorkflowChoice
    from orchestrate_ls.planner.workflows import WorkflowError, workflow_of

    path = Path(output) if output not in (None, "-") else Path()
    found = {each.name: each for each in (*_of_settings(path), *(_of_plan(path) if force else ()))}
    try:
        own = {name: workflow_of(each) for name, each in found.items()}
    except WorkflowError as error:
        raise CommandFailedError(error.message, error.hint) from None
    return PlanSurroundings(WorkflowChoice(template, own), _catalogue(path))


def _of_settings(path: Path) -> tuple[Template, ...]:
    from orchestrate_ls.workspace.settings_files import SettingsFiles

    loaded = SettingsFiles().of(path)
    for problem in loaded.problems:
        if problem.setting.partition(".")[0] in ("", "templates"):
            where = f":{problem.place.line + 1}" if problem.place is not None else ""
            print_note(f"{loaded.path}{where}: {problem.message}")
    return loaded.settings.templates


def _of_plan(path: Path) -> tuple[Template, ...]:
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


def _catalogue(path: Path) -> Catalogue | None:
    from orchestrate_ls.workspace.catalogue_files import find_catalogue_files

    files = find_catalogue_files(path)
    if not files:
        return None
    from orchestrate_ls.planner.user_catalogue import UserCatalogueError, extended_catalogue
    from orchestrate_ls.workspace.shipped import schema_text

    try:
        return extended_catalogue(files, schema_text("catalogue.schema.json"))
    except UserCatalogueError as error:
        for problem in error.problems:
            print_note(str(problem))
        raise CommandFailedError(
            "the catalogue of this folder cannot be used",
            "mend what is reported above, or move the file away",
        ) from None
