"""Of which kind a task is, by the words of its name: what was learned of one plan is used for others by it.

Knows nothing of plans: names come in, kinds go out.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from orchestrate_ls.agents.words import stem_of, words_of

OTHER: Final = "implementation"
"""What a name says that names none of the others."""

_WORDS: Final = (
    ("testing", "test testing regression qa e2e smoke acceptance"),
    ("documentation", "documentation document docs doc guide readme changelog manual tutorial runbook"),
    ("security", "security audit penetration threat vulnerability vulnerabilities hardening"),
    ("review", "review approval retrospective"),
    ("deployment", "deployment deploy release rollout pipeline ci infrastructure provision monitoring"),
    ("integration", "integration integrate webhook oauth oauth2 sso import export connector"),
    ("data", "database schema migration migrate table index backup"),
    ("fixing", "fix bug repair hotfix patch defect"),
    ("interface", "ui ux page screen form component frontend dialog layout dashboard"),
    ("research", "research investigate investigation spike analysis analyse analyze requirements reproduce"),
    ("design", "design architecture model contract specification"),
)
KINDS: Final = (*(kind for kind, _ in _WORDS), OTHER)
_STEMS: Final = tuple((kind, frozenset(stem_of(word) for word in words.split())) for kind, words in _WORDS)


@lru_cache(maxsize=16_384)
def kind_of(name: str) -> str:
    """One of ``KINDS``: the first of which the name has a word ("Integration Tests" are testing)."""
    own = words_of(name).keys() | {stem_of(word) for word in name.casefold().split()}
    return next((kind for kind, stems in _STEMS if stems & own), OTHER)
