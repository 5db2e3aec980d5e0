"""What was seen of a repository, as plain data, and as a bounded text. Reads no disk and decides nothing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from orchestrate_ls.agents.registry import EMPTY_REGISTRY, AgentRegistry

LONGEST_TEXT: Final = 6_000
"""Characters of a summary as text, where nobody asks for another number."""
_LISTED: Final = 12


class Purpose(StrEnum):
    """What a command of a project is for."""

    BUILD = "build"
    TEST = "test"
    LINT = "lint"
    FORMAT = "format"
    TYPES = "type check"
    DOCS = "docs"


class Practice(StrEnum):
    """Something that a project has set up, and that need not be set up again."""

    CI = "CI"
    CONTAINERS = "containers"
    MIGRATIONS = "schema migrations"
    TESTS = "tests"
    DOCS = "documentation"
    CHANGELOG = "changelog"
    PACKAGING = "packaging"
    INFRASTRUCTURE = "infrastructure as code"
    ADVISORIES = "dependency updates"
    TRANSLATIONS = "translations"
    API_DESCRIPTION = "API description"


@dataclass(frozen=True, slots=True)
class Named:
    """A name, and the file (from the root, with ``/``) that it was read from."""

    name: str
    source: str


@dataclass(frozen=True, slots=True)
class Language:
    """A programming language, and in how many files it is used."""

    name: str
    files: int


@dataclass(frozen=True, slots=True)
class Command:
    """A command line of the project; ``folder`` is where it runs, empty for the root. Nothing here runs it."""

    purpose: Purpose
    text: str
    source: str
    folder: str = ""


@dataclass(frozen=True, slots=True)
class Module:
    """A package or top-level part: its folder (or file), how many code files it has, what it says of itself."""

    path: str
    files: int
    about: str = ""


@dataclass(frozen=True, slots=True)
class Existing:
    """A practice, and the file that shows it."""

    practice: Practice
    path: str


@dataclass(frozen=True, slots=True)
class Owner:
    """A line of CODEOWNERS."""

    pattern: str
    owners: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OpenPlan:
    """A plan file that is there already: its path, goal and number of tasks."""

    path: str
    goal: str
    tasks: int


@dataclass(frozen=True, slots=True)
class CoChange:
    """Two files that commits changed together: in ``together`` of the ``either`` commits with one of them."""

    one: str
    other: str
    together: int
    either: int


@dataclass(frozen=True)
class RepositorySummary:
    """A folder with code, as far as planning needs it.

    Attributes
    ----------
    name:
        Of the project, from its manifest; of the folder without one.
    paths:
        The files that were seen, from the root with ``/``, sorted. Ignored, hidden and linked ones are left out.
    main_language:
        The language of most code files; empty where there is no code.
    package:
        The folder that new code of the main language goes to; empty for the root.
    tests:
        The folders with tests, the largest first.
    remarks:
        What was left out and why, one sentence each.
    """

    name: str = ""
    about: str = ""
    paths: tuple[str, ...] = ()
    languages: tuple[Language, ...] = ()
    frameworks: tuple[Named, ...] = ()
    commands: tuple[Command, ...] = ()
    modules: tuple[Module, ...] = ()
    existing: tuple[Existing, ...] = ()
    docs: tuple[str, ...] = ()
    owners: tuple[Owner, ...] = ()
    plans: tuple[OpenPlan, ...] = ()
    agents: AgentRegistry = EMPTY_REGISTRY
    changes: tuple[CoChange, ...] = ()
    package: str = ""
    tests: tuple[str, ...] = ()
    manifests: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def main_language(self) -> str:
        return self.languages[0].name if self.languages else ""

    @property
    def has_code(self) -> bool:
        """Whether there is anything that a plan could build on; an empty folder is planned for as if unseen."""
        return bool(self.languages or self.manifests)

    def command(self, purpose: Purpose) -> Command | None:
        """The project's command for something; the first is the one that people use."""
        return next((command for command in self.commands if command.purpose is purpose), None)

    def shows(self, practice: Practice) -> str | None:
        """The file that shows a practice; None where the project does not have it."""
        return next((each.path for each in self.existing if each.practice is practice), None)

    def as_text(self, limit: int = LONGEST_TEXT) -> str:
        """What a model is told: facts and paths, no contents of files. At most ``limit`` characters."""
        lines = list(self._lines())
        text = "\n".join(lines)
        return text if len(text) <= limit else text[: max(0, limit - 1)].rstrip() + "…"

    def _lines(self) -> list[str]:
        lines = [f"Repository: {one_line(self.name)}" + (f", {self.about}" if self.about else "")]
        lines.append(f"Files: {len(self.paths)}")
        _add(lines, "Languages", [f"{each.name} ({each.files} files)" for each in self.languages])
        _add(lines, "Frameworks and libraries", [each.name for each in self.frameworks])
        if self.commands:
            lines.append("Commands:")
            for each in self.commands[:_LISTED]:
                where = f" in {each.folder}" if each.folder else ""
                lines.append(f"- {each.purpose.value}: {each.text}{where} (from {each.source})")
        if self.existing:
            lines.append("Exists already:")
            lines.extend(f"- {each.practice.value}: {each.path}" for each in self.existing[:_LISTED])
        if self.modules:
            lines.append("Modules:")
            for module in self.modules[: 2 * _LISTED]:
                about = f": {module.about}" if module.about else ""
                files = f" ({module.files} files)" if module.files > 1 else ""
                lines.append(f"- {module.path}{files}{about}")
        _add(lines, "New code goes to", [self.package or "the root"] if self.languages else [])
        _add(lines, "Tests", list(self.tests))
        _add(lines, "Documents", list(self.docs))
        if self.owners:
            lines.append("Owners:")
            lines.extend(f"- {each.pattern}: {' '.join(each.owners)}" for each in self.owners[:_LISTED])
        if self.agents.definitions:
            lines.append("Agents:")
            for agent_id, agents in list(self.agents.definitions.items())[: 2 * _LISTED]:
                lines.append(f"- {agent_id}: {shortened(agents[0].description, 120)}")
        if self.plans:
            lines.append("Open plans:")
            lines.extend(f"- {plan.path}: {plan.goal} ({plan.tasks} tasks)" for plan in self.plans[:_LISTED])
        if self.changes:
            lines.append("Changed together in the history:")
            lines.extend(
                f"- {each.one} and {each.other} (in {each.together} of {each.either} commits)"
                for each in self.changes[:_LISTED]
            )
        return lines


def one_line(text: str) -> str:
    """Text without line breaks and characters that cannot be shown."""
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())


def shortened(text: str, length: int) -> str:
    """One line of at most ``length`` characters, cut at a word."""
    # What is far beyond the length is not looked at.
    line = one_line(text[: 4 * length + 100])
    if len(line) <= length:
        return line
    cut = line.rfind(" ", length // 2, length)
    return line[: cut if cut > 0 else length - 1].rstrip(" ,;:-") + "…"


def _add(lines: list[str], title: str, values: list[str]) -> None:
    if values:
        more = f" and {len(values) - _LISTED} more" if len(values) > _LISTED else ""
        lines.append(f"{title}: {', '.join(values[:_LISTED])}{more}")
