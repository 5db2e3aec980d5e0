"""Which tasks of a draft plan what a repository has already."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from orchestrate_ls.planner.catalogue import Template
from orchestrate_ls.planner.draft import DraftTask
from orchestrate_ls.planner.words import words_of
from orchestrate_ls.workspace.repository.summary import Practice, Purpose, RepositorySummary

_SETTING_UP: Final = frozenset(
    [
        "a",
        "an",
        "the",
        "and",
        "with",
        "for",
        "of",
        "to",
        "in",
        "on",
        "our",
        "set",
        "up",
        "setup",
        "add",
        "introduce",
        "configure",
        "create",
        "build",
        "make",
        "new",
        "basic",
        "simple",
        "automated",
        "automatic",
        "project",
        "app",
        "application",
        "code",
        "repository",
        "pipeline",
        "tool",
        "tooling",
        "support",
        "config",
        "configuration",
        "workflow",
        "file",
        "start",
        "using",
        "use",
    ]
)
_PRACTICE_WORDS: Final[dict[Practice, frozenset[str]]] = {
    Practice.CI: frozenset(
        ["ci", "continuous", "integration", "github", "action", "gitlab", "jenkins", "circleci"]
    ),
    Practice.CONTAINERS: frozenset(
        [
            "docker",
            "dockerfile",
            "container",
            "containerisation",
            "containerization",
            "containerise",
            "containerize",
            "image",
            "compose",
        ]
    ),
    Practice.MIGRATIONS: frozenset(
        [
            "schema",
            "database",
            "db",
            "migration",
            "alembic",
            "flyway",
            "liquibase",
            "prisma",
            "knex",
            "django",
            "sql",
        ]
    ),
    Practice.ADVISORIES: frozenset(["dependabot", "renovate", "dependency", "update"]),
    Practice.DOCS: frozenset(["documentation", "doc", "site", "sphinx", "mkdocs", "docusaurus"]),
    Practice.TESTS: frozenset(
        ["test", "testing", "framework", "runner", "suite", "pytest", "jest", "vitest", "mocha", "junit"]
    ),
    Practice.API_DESCRIPTION: frozenset(["openapi", "swagger", "specification", "spec", "description"]),
}
_DECISIVE: Final[dict[Practice, frozenset[str]]] = {
    Practice.CI: frozenset(["ci", "integration", "action", "jenkins", "circleci", "gitlab"]),
    Practice.CONTAINERS: _PRACTICE_WORDS[Practice.CONTAINERS] - {"image", "compose"},
    Practice.MIGRATIONS: frozenset(["migration", "alembic", "flyway", "liquibase", "prisma", "knex"]),
    Practice.ADVISORIES: frozenset(["dependabot", "renovate"]),
    Practice.DOCS: frozenset(["site", "sphinx", "mkdocs", "docusaurus"]),
    Practice.TESTS: frozenset(
        """
    framework runner pytest jest vitest mocha junit
    """.split()  # noqa: SIM905 (readable as it is)
    ),
    Practice.API_DESCRIPTION: frozenset(["openapi", "swagger"]),
}
_COMMAND_WORDS: Final = {
    Purpose.LINT: frozenset(
        """
    lint linter linting eslint ruff flake8 rubocop clippy
    """.split()  # noqa: SIM905 (readable as it is)
    ),
    Purpose.FORMAT: frozenset(["formatter", "formatting", "prettier", "black"]),
    Purpose.TYPES: frozenset(["mypy", "pyright", "typecheck"]),
}
_FRONT_ENDS: Final = frozenset(
    {"React", "Vue", "Svelte", "SvelteKit", "Angular", "Next.js", "Nuxt", "Astro", "React Native"}
)
_COMMAND_LINES: Final = frozenset({"Click", "Typer", "clap", "Cobra", "Commander", "yargs"})
_STORES: Final = frozenset(
    {
        "Django",
        "SQLAlchemy",
        "Prisma",
        "TypeORM",
        "Sequelize",
        "Knex",
        "Diesel",
        "SQLx",
        "GORM",
        "Hibernate",
        "Rails",
    }
    | {"Laravel", "Symfony", "Entity Framework", "Ecto"}
)
_QUEUES: Final = frozenset({"Celery", "Sidekiq"})


@dataclass(frozen=True, slots=True)
class Already:
    """A task that need not be done: why, as a clause, and the file that shows it."""

    task: str
    name: str
    why: str
    path: str
    asked_for: bool
    """Whether the goal names it, so that people should be told."""


def existing_work(
    tasks: Sequence[DraftTask],
    template_of: Callable[[DraftTask], Template | None],
    repository: RepositorySummary,
    *,
    product_is_named: bool,
) -> list[Already]:
    """The tasks that plan what is there. Steps that the user wrote, and what they said something of, stay.

    Where the goal does not name the product, layers that the repository does not have are left out, too.
    """
    found: list[Already] = []
    for task in tasks:
        template = template_of(task)
        if template is None or task.facts:
            continue
        shown = _by_template(template, repository) or _by_words(task, repository)
        if shown is not None:
            what = f"{shown[0]} {'are' if shown[0].endswith('s') else 'is'} there already ({shown[1]})"
            found.append(Already(task.id, task.name, what, shown[1], not _is_implied(task)))
            continue
        missing = None if product_is_named else _without_ground(task, template, repository)
        if missing is not None:
            found.append(Already(task.id, task.name, missing[0], missing[1], asked_for=False))
    return found


def _is_implied(task: DraftTask) -> bool:
    """Whether a task is there because such products have it, and not because the goal names it."""
    screens = task.origin.startswith(("feature-ui:", "feature-mobile-ui:"))
    return (screens or not task.covers) and not task.reason.startswith("the words")


def _without_ground(
    task: DraftTask, template: Template, repository: RepositorySummary
) -> tuple[str, str] | None:
    """A layer that products of this kind have, and that this one does not."""
    if not _is_implied(task):
        return None
    frameworks = {each.name for each in repository.frameworks}
    if template.layer == "database" and not (
        repository.shows(Practice.MIGRATIONS)
        or frameworks & _STORES
        or any(each.name == "SQL" for each in repository.languages)
    ):
        return ("nothing here keeps a database", repository.manifests[0] if repository.manifests else "")
    if template.layer == "ui" and not (
        frameworks & _FRONT_ENDS
        or any(each.name in ("JavaScript", "TypeScript", "Vue", "Svelte") for each in repository.languages)
        or any("/templates/" in f"/{path}" for path in repository.paths)
    ):
        return ("nothing here is seen on a screen", repository.manifests[0] if repository.manifests else "")
    return None


def _by_template(template: Template, repository: RepositorySummary) -> tuple[str, str] | None:
    key = template.id
    if key in ("ci-pipeline", "ci-design"):
        return _practice(Practice.CI, repository)
    if key == "test-ci":
        tests = next(
            (
                each
                for each in repository.commands
                if each.purpose is Purpose.TEST and each.source == repository.shows(Practice.CI)
            ),
            None,
        )
        return ("CI that runs the tests", tests.source) if tests is not None else None
    if key in ("ui-shell", "mobile-shell"):
        return _framework(_FRONT_ENDS, "an application", repository)
    if key in ("command-core", "command-design"):
        return _framework(_COMMAND_LINES, "a command line", repository)
    if key == "job-queue":
        return _framework(_QUEUES, "a job queue", repository)
    if key == "library-core" and repository.package:
        packaging = repository.shows(Practice.PACKAGING)
        return ("a library", repository.package) if packaging else None
    return None


def practices_in(name: str) -> tuple[Practice, ...]:
    """The practices that a name is about setting up, and nothing else; none for a name that says more."""
    forms = _forms(name)
    found = tuple(each for each, words in _DECISIVE.items() if forms & words)
    known = _SETTING_UP.union(*(_PRACTICE_WORDS[each] for each in found), *_COMMAND_WORDS.values())
    return found if forms <= known else ()


def _by_words(task: DraftTask, repository: RepositorySummary) -> tuple[str, str] | None:
    """A named feature of which every word speaks of setting up what is there."""
    for name in task.covers:
        left = _forms(name) - _SETTING_UP
        shown: list[tuple[str, str]] = []
        for practice, words in _PRACTICE_WORDS.items():
            found = _practice(practice, repository)
            if found is not None and left & _DECISIVE[practice]:
                shown.append(found)
                left -= words
        for purpose, words in _COMMAND_WORDS.items():
            command = repository.command(purpose)
            if command is not None and left & words:
                shown.append((f"`{command.text}`", command.source))
                left -= words
        if shown and not left:
            return " and ".join(what for what, _ in shown), shown[0][1]
    return None


def _forms(name: str) -> set[str]:
    return {word.form for word in words_of(name)}


def _practice(practice: Practice, repository: RepositorySummary) -> tuple[str, str] | None:
    path = repository.shows(practice)
    return (practice.value, path) if path is not None else None


def _framework(names: frozenset[str], what: str, repository: RepositorySummary) -> tuple[str, str] | None:
    found = next((each for each in repository.frameworks if each.name in names), None)
    return (f"{what} with {found.name}", found.source) if found is not None else None
