"""The page of a rule as Markdown, as `explain` shows it."""

from __future__ import annotations

import difflib

from orchestrate_ls.rules.base import Rule
from orchestrate_ls.rules.registry import RULES


class UnknownRuleError(LookupError):
    """There is no rule of that code. ``nearest`` is the code that was probably meant, if one looks like it."""

    def __init__(self, name: str, nearest: str | None) -> None:
        super().__init__(f"there is no rule `{name[:60]}`")
        self.nearest = nearest


def rule_named(name: str) -> Rule:
    """A rule by its code, as a person may write it. Raises ``UnknownRuleError``."""
    code = name.strip().strip("[]`").lower()
    for rule in RULES:
        if rule.code == code:
            return rule
    near = difflib.get_close_matches(code[:60], rule_codes(), 1)
    raise UnknownRuleError(name, near[0] if near else None)


def rule_codes() -> list[str]:
    """The codes of all rules, in the order in which they are explained."""
    return [rule.code for rule in RULES]


def severity_of(rule: Rule) -> str:
    """A rule's default severity as a person reads it."""
    return rule.severity.value if rule.on_by_default else f"off ({rule.severity.value} when switched on)"


def page_of(rule: Rule) -> str:
    """A rule's page as Markdown with its title, its severity and how to change that."""
    return (
        f"# {rule.code}\n\n{rule.summary}.\n\nGroup: {rule.group}. Severity: {severity_of(rule)}.\n\n"
        f"{rule.page.strip()}\n\n## Silence\n\n"
        f"For one place, a comment on its line or the line above: `# orchestrate: ignore[{rule.code}]`.\n"
        f"For a file: `# orchestrate: ignore-file[{rule.code}]`. For all plans of a folder, in `orchestrate.toml`:\n\n"
        f'```toml\n[rules]\n{rule.code} = "off"\n```\n'
    )
