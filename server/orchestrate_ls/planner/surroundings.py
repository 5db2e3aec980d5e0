"""What a goal is planned with beside its own words: templates, the user's catalogue, and the code in the folder.

Read once for a plan, from the folder that the plan lies in or is written to, and then handed on as data. Nothing of
the folder is executed, and what is read is bounded by those who read it. Knows no command line and no editor.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from orchestrate_ls.planner.catalogue import Catalogue
from orchestrate_ls.planner.user_catalogue import UserCatalogueError, extended_catalogue
from orchestrate_ls.planner.workflow_choice import WorkflowChoice
from orchestrate_ls.planner.workflows import WorkflowError, workflow_of
from orchestrate_ls.workspace.catalogue_files import find_catalogue_files
from orchestrate_ls.workspace.find import workspace_root
from orchestrate_ls.workspace.settings_files import SettingsFiles
from orchestrate_ls.workspace.shipped import schema_text

if TYPE_CHECKING:
    from orchestrate_ls.plan.model import Template
    from orchestrate_ls.workspace.repository.summary import RepositorySummary


class SurroundingsError(Exception):
    """The folder's own files cannot be planned with: ``problems`` say where and why, ``hint`` what to do."""

    def __init__(self, message: str, hint: str, problems: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.message: Final = message
        self.hint: Final = hint
        self.problems: Final = tuple(problems)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """``flows``: which template holds; ``catalogue``: None for that of the program; ``repository``: None for no code.

    ``remarks`` are lines for a person: what of the settings was passed over.
    """

    flows: WorkflowChoice = WorkflowChoice()
    catalogue: Catalogue | None = None
    repository: RepositorySummary | None = None
    remarks: tuple[str, ...] = ()

    def with_template(self, name: str | None) -> Surroundings:
        """The same with a template that is asked for by name; None to choose by the goal."""
        return replace(self, flows=replace(self.flows, name=name))

    @property
    def without_code(self) -> Surroundings:
        """The same as in an empty folder."""
        return replace(self, repository=None)


def read_surroundings(place: Path, own: Sequence[Template] = (), template: str | None = None) -> Surroundings:
    """What the settings and the catalogue of a folder say; ``place`` is the folder, or a file in it.

    ``own`` are the templates of the plan itself, which win over those of the settings; ``template`` is the one that is
    asked for. Raises ``SurroundingsError``.
    """
    loaded = SettingsFiles().of(place)
    remarks: list[str] = []
    for problem in loaded.problems:
        if problem.setting.partition(".")[0] in ("", "templates"):
            where = f":{problem.place.line + 1}" if problem.place is not None else ""
            remarks.append(f"{loaded.path}{where}: {problem.message}")
    found = {each.name: each for each in (*loaded.settings.templates, *own)}
    try:
        flows = {name: workflow_of(each) for name, each in found.items()}
    except WorkflowError as error:
        raise SurroundingsError(error.message, error.hint) from None
    return Surroundings(WorkflowChoice(template, flows), _catalogue(place), None, tuple(remarks))


def with_code(surroundings: Surroundings, place: Path) -> Surroundings:
    """The same with what is in the repository that a folder is in; as they were where there is none to speak of.

    Takes up to some seconds in a big repository.
    """
    from orchestrate_ls.workspace.repository.survey import is_project_folder, read_repository

    try:
        root = workspace_root(place)
    except OSError:
        return surroundings
    return (
        replace(surroundings, repository=read_repository(root)) if is_project_folder(root) else surroundings
    )


def _catalogue(place: Path) -> Catalogue | None:
    files = find_catalogue_files(place)
    if not files:
        return None
    try:
        return extended_catalogue(files, schema_text("catalogue.schema.json"))
    except UserCatalogueError as error:
        raise SurroundingsError(
            "the catalogue of this folder cannot be used",
            "mend what is reported, or move the file away",
            list(map(str, error.problems)),
        ) from None
