"""CI, containers, infrastructure, migrations and documents: files that show what is set up already."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from orchestrate_ls.workspace.repository.findings import Findings
from orchestrate_ls.workspace.repository.frameworks import MIGRATION_TOOLS
from orchestrate_ls.workspace.repository.sources import Sources
from orchestrate_ls.workspace.repository.summary import Practice, Purpose

_RUN: Final = re.compile(r"^(\s*)(?:-\s+)?run:\s*(.*)$")
_CI_FILES: Final = (
    ".gitlab-ci.yml",
    ".circleci/config.yml",
    "azure-pipelines.yml",
    "Jenkinsfile",
    ".travis.yml",
    "bitbucket-pipelines.yml",
    "appveyor.yml",
    ".buildkite/pipeline.yml",
)
_CI_FOLDERS: Final = (".github/workflows/", ".gitea/workflows/", ".forgejo/workflows/")
_YAML: Final = (".yml", ".yaml")
_PREFERRED_WORKFLOWS: Final = ("ci", "tests", "test", "build", "main")
_PLAIN: Final = re.compile(r"[\w ./:,=@*\[\]\"'-]{1,160}")
"""Command lines that do one thing. Plans are read by agents: what else a line would do does not get into them."""
_CI_COMMANDS: Final = (
    (
        Purpose.TEST,
        re.compile(
            r"make (?:test|check)|tox\b|nox\b|(?:uv|uvx|poetry|pdm|hatch)\b.*\b(?:pytest|test|tox)\b|just test"
            r"|(?:python3? -m )?pytest\b|npm (?:run )?test\b|npm t\b|yarn test\b|pnpm (?:run )?test\b|cargo test\b"
            r"|go test\b|(?:\./)?(?:mvnw|gradlew|mvn|gradle) .*\btest\b|bundle exec r(?:spec|ake)|dotnet test|mix test"
        ),
    ),
    (
        Purpose.LINT,
        re.compile(
            r"make lint|(?:uv run |poetry run )?ruff check|flake8|pre-commit run|npm run lint|yarn lint"
            r"|pnpm (?:run )?lint|cargo clippy|golangci-lint|tox .*\b(?:lint|style)\b|just lint"
        ),
    ),
)
_CHANGELOG: Final = re.compile(
    r"(?:changelog|changes|history|news)(?:\.(?:md|rst|txt|adoc))?$", re.IGNORECASE
)
_MIGRATION_FOLDER: Final = re.compile(
    r"(?:^|/)(?:migrations?|(?:alembic|migrations)/versions|db/migrate)/[^/]+$"
)
_MIGRATION_FILE: Final = re.compile(
    r"(?:^|/)(?:alembic\.ini|knexfile\.[jt]s|liquibase\.properties|flyway\.conf)$"
)
_MOST_DOCS: Final = 12
_DOCUMENT_ENDINGS: Final = (".md", ".rst", ".adoc", ".txt")
_DOCUMENTS: Final = frozenset(
    {
        "architecture",
        "changelog",
        "changes",
        "contributing",
        "design",
        "history",
        "install",
        "readme",
        "security",
    }
)


def read_operations(sources: Sources, findings: Findings) -> None:
    """Add what is set up, and the commands that CI runs on one line."""
    for path in ci_files(sources):
        findings.manifests.append(path)
        findings.shows(Practice.CI, path)
        for line in _runs(sources.text(path)):
            for purpose, pattern in _CI_COMMANDS:
                if pattern.match(line) and _PLAIN.fullmatch(line):
                    findings.add_command(purpose, line, path)
    for practice, path in _signs(sources, findings):
        findings.shows(practice, path)


def ci_files(sources: Sources) -> list[str]:
    """The pipelines, the one that others call the main one first."""
    workflows = [path for path in sources.tree.files if path.startswith(_CI_FOLDERS) and path.endswith(_YAML)]

    def rank(path: str) -> tuple[int, str]:
        stem = path.rsplit("/", 1)[-1].rsplit(".", 1)[0].lower()
        return (
            _PREFERRED_WORKFLOWS.index(stem) if stem in _PREFERRED_WORKFLOWS else len(_PREFERRED_WORKFLOWS),
            path,
        )

    return sorted(workflows, key=rank)[:20] + [path for path in _CI_FILES if sources.has(path)]


def documents(sources: Sources) -> tuple[str, ...]:
    """The documents a newcomer would read: at the root, and the first of the folder of documents."""
    found = [path for path in sources.tree.files if is_document(path)]
    return tuple(sorted(found, key=lambda path: (path.count("/"), path))[:_MOST_DOCS])


def is_document(path: str) -> bool:
    """Whether a file is text for people that speaks of the whole project."""
    if not path.lower().endswith(_DOCUMENT_ENDINGS):
        return False
    return path.startswith(("docs/", "doc/")) or (
        "/" not in path and path.lower().split(".", 1)[0] in _DOCUMENTS
    )


def _runs(text: str) -> Iterator[str]:
    """The command lines of a pipeline: `run:` with its block, and the items of `script:`."""
    block: int | None = None
    for line in text.split("\n"):
        inner = len(line) - len(line.lstrip())
        if block is not None:
            if line.strip() and inner <= block:
                block = None
            else:
                yield line.strip()
                continue
        match = _RUN.match(line)
        if match is not None:
            value = match[2].strip()
            if value[:1] in ("|", ">"):
                block = inner
            else:
                yield value.strip("\"'")
        elif line.lstrip().startswith("- "):
            yield line.lstrip()[2:].strip().strip("\"'")


def _signs(sources: Sources, findings: Findings) -> Iterator[tuple[Practice, str]]:
    container = sources.first(
        "Dockerfile", "Containerfile", "docker-compose.yml", "compose.yaml", "compose.yml"
    )
    container = container or next(iter(sources.named("Dockerfile", deepest=2)), None)
    if container is not None:
        yield Practice.CONTAINERS, container
    for path in sources.tree.files:
        if (
            _MIGRATION_FOLDER.search(path)
            and not is_test(path)
            and not path.endswith((".md", ".rst", ".html"))
        ):
            yield Practice.MIGRATIONS, path.rsplit("/", 1)[0]
            break
    for path in sources.tree.files:
        if _MIGRATION_FILE.search(path):
            yield Practice.MIGRATIONS, path
            break
    for name in sorted(MIGRATION_TOOLS & findings.frameworks.keys()):
        yield Practice.MIGRATIONS, findings.frameworks[name].source
    changelog = next((path for path in sources.tree.files if _CHANGELOG.match(path)), None)
    if changelog is not None:
        yield Practice.CHANGELOG, changelog
    docs = sources.first(
        "docs/conf.py", "doc/conf.py", "docs/source/conf.py", "mkdocs.yml", "docs/index.md", "docs/index.rst",
        "docs/README.md", "docusaurus.config.js", "docusaurus.config.ts",
    )  # fmt: skip
    if docs is not None:
        yield Practice.DOCS, docs
    updates = sources.first(
        ".github/dependabot.yml", ".github/dependabot.yaml", "renovate.json", ".github/renovate.json"
    )
    if updates is not None:
        yield Practice.ADVISORIES, updates
    yield from _signs_by_name(sources)


def _signs_by_name(sources: Sources) -> Iterator[tuple[Practice, str]]:
    """What files anywhere show by their names."""
    for path in sources.tree.files:
        if path.endswith((".tf", "Pulumi.yaml", "Chart.yaml", "cdk.json")):
            yield Practice.INFRASTRUCTURE, path
            break
    for path in sources.tree.files:
        if path.endswith(("openapi.yaml", "openapi.json", "openapi.yml", "swagger.json", "swagger.yaml")):
            yield Practice.API_DESCRIPTION, path
            break
    for path in sources.tree.files:
        if path.endswith(".po") or "/locales/" in f"/{path}" or "/i18n/" in f"/{path}":
            yield Practice.TRANSLATIONS, path.rsplit("/", 1)[0] if "/" in path else path
            break


_TEST_FOLDERS: Final = frozenset({"test", "tests", "spec", "specs", "__tests__", "testing", "e2e"})
_TEST_FILE: Final = re.compile(
    r"(?:^test_.*\.py|_test\.(?:py|go|dart)|[._-](?:test|spec)\.\w+|_spec\.rb|Tests?\.(?:java|kt|cs))$"
)


@lru_cache(maxsize=32_768)
def is_test(path: str) -> bool:
    """Whether a file is one of the tests, by its name or its folders'."""
    *folders, name = path.split("/")
    return any(folder.lower() in _TEST_FOLDERS for folder in folders) or _TEST_FILE.search(name) is not None
