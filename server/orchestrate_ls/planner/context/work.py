"""What kind of work the catalogue's templates are, as far as a repository matters: what they write, what they prove.

The one place that knows templates by name here; a template that is not listed writes nothing and proves nothing.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final

from orchestrate_ls.planner.catalogue import FEATURE, Template

DEVELOPERS: Final = frozenset(
    {
        "api-developer",
        "api-integration-specialist",
        "cloud-engineer",
        "contributor",
        "data-engineer",
        "database-architect",
        "developer",
        "devops-engineer",
        "firmware-engineer",
        "frontend-developer",
        "game-developer",
        "ml-engineer",
        "mobile-developer",
        "performance-engineer",
        "reliability-engineer",
        "security-specialist",
        "software-developer",
    }
)
"""Roles that write code."""


class Work(StrEnum):
    """What a task leaves behind in a repository."""

    CODE = "code"
    API = "api"
    INTERFACE = "interface"
    SCHEMA = "schema"
    TESTS = "tests"
    DOCS = "docs"
    CHANGELOG = "changelog"
    PIPELINE = "pipeline"
    CONTAINERS = "containers"
    PACKAGE = "package"
    PROOF = "proof"
    """Nothing, but the project's commands have to pass after it."""
    NONE = "none"


_BY_TEMPLATE: Final = {
    "schema": Work.SCHEMA,
    "api": Work.API,
    "authentication-api": Work.API,
    "ui": Work.INTERFACE,
    "ui-shell": Work.INTERFACE,
    "feature-ui": Work.INTERFACE,
    "feature-mobile-ui": Work.INTERFACE,
    "mobile-ui": Work.INTERFACE,
    "command-core": Work.CODE,
    "library-core": Work.CODE,
    "script-core": Work.CODE,
    "remediation": Work.CODE,
    "cleanup": Work.CODE,
    "unit-tests": Work.TESTS,
    "integration-tests": Work.TESTS,
    "failing-test": Work.TESTS,
    "characterization-tests": Work.TESTS,
    "write-tests": Work.TESTS,
    "test-fixtures": Work.TESTS,
    "pipeline-test": Work.TESTS,
    "answer-evaluation": Work.TESTS,
    "verify-fix": Work.PROOF,
    "test-validation": Work.PROOF,
    "upgrade-regression": Work.PROOF,
    "migration-validation": Work.PROOF,
    "performance-verification": Work.PROOF,
    "documentation": Work.DOCS,
    "write-topic": Work.DOCS,
    "runbook": Work.DOCS,
    "doc-publish": Work.NONE,
    "release-notes": Work.CHANGELOG,
    "ci-pipeline": Work.PIPELINE,
    "ci-design": Work.PIPELINE,
    "ci-stage": Work.PIPELINE,
    "test-ci": Work.PIPELINE,
    "performance-guard": Work.PIPELINE,
    "containerisation": Work.CONTAINERS,
    "packaging": Work.PACKAGE,
    "release-build": Work.PACKAGE,
}
_NOT_CODE: Final = frozenset({"evaluate", "review-area", "release-aspect"})
"""Templates that carry out a feature without writing code."""


_OTHER_TRADES: Final = frozenset(
    {
        "code-reviewer",
        "compliance-specialist",
        "contributor",
        "coordinator",
        "product-analyst",
        "release-manager",
        "researcher",
        "software-architect",
        "ui-designer",
    }
)
_DOCUMENTS: Final = re.compile(r"\b(?:document|documentation|docs|readme|tutorial|guide)\b", re.IGNORECASE)
_TESTS: Final = re.compile(r"\btests?\b", re.IGNORECASE)
_CHANGELOG: Final = re.compile(r"\bchange\s?log\b|\brelease notes\b", re.IGNORECASE)


def work_of(template: Template | None, role: str, name: str = "") -> Work:
    """What a task of a template leaves behind; without one (a step that the user wrote) its role tells."""
    if _CHANGELOG.search(name):
        return Work.CHANGELOG
    if template is None:
        return _work_of_step(role, name)
    known = _BY_TEMPLATE.get(template.id)
    if known is not None:
        return known
    if FEATURE in template.makes and template.id not in _NOT_CODE and template.role in DEVELOPERS:
        return Work.CODE
    return Work.NONE


def _work_of_step(role: str, name: str) -> Work:
    """A step that the user wrote: its words tell, and who does it; an owner may do anything."""
    if role == "technical-writer" or _DOCUMENTS.search(name):
        return Work.DOCS
    if role == "test-engineer" or _TESTS.search(name):
        return Work.TESTS
    return Work.NONE if role in _OTHER_TRADES else Work.CODE
