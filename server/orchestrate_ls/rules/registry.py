"""All rules, in the order in which they are listed and explained."""

from __future__ import annotations

from typing import Final

from orchestrate_ls.rules.base import Rule
from orchestrate_ls.rules.unknown_rule import UnknownRule
from orchestrate_ls.rules.unused_suppression import UnusedSuppression

RULES: Final[tuple[Rule, ...]] = (
    UnusedSuppression(),
    UnknownRule(),
)

_BY_CODE: Final = {rule.code: rule for rule in RULES}


def rule_by_code(code: str) -> Rule:
    """The rule of a code. Raises ``KeyError`` where there is none."""
    return _BY_CODE[code]
