"""`orchestrate explain`: the page of a rule, or the list of all rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import typer

from orchestrate_ls.cli.failures import CommandFailedError
from orchestrate_ls.cli.terminal import output_console, safe, show

if TYPE_CHECKING:
    from orchestrate_ls.rules.base import Rule

_SEVERITY_STYLES: Final = {"error": "red", "warning": "yellow", "information": "blue", "hint": "cyan"}


def explain(
    rule: Annotated[
        str | None,
        typer.Argument(
            help="The code of a rule, as `check` prints it. All rules are listed without.", show_default=False
        ),
    ] = None,
) -> None:
    """Say what a finding means, why it matters and how it is fixed."""
    from orchestrate_ls.ide.rule_page import UnknownRuleError, rule_named
    from orchestrate_ls.rules.registry import RULES

    if rule is None:
        _list(RULES)
        return
    try:
        _show(rule_named(rule))
    except UnknownRuleError as error:
        hint = (
            f"did you mean `{error.nearest}`?"
            if error.nearest
            else "`orchestrate explain` without a rule lists all of them"
        )
        raise CommandFailedError(str(error), hint) from None


def _show(rule: Rule) -> None:
    from orchestrate_ls.ide.rule_page import page_of

    console = output_console()
    if not console.is_terminal:
        print(page_of(rule), end="")
        return
    from rich.markdown import Markdown

    # Beyond some 100 columns prose is hard to read.
    console.print(Markdown(page_of(rule), code_theme="ansi_dark"), width=min(console.width, 100))


def _list(rules: tuple[Rule, ...]) -> None:
    from rich.table import Table
    from rich.text import Text

    console = output_console()
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    table.add_column("Rule", no_wrap=True)
    table.add_column("Severity", no_wrap=True)
    table.add_column("What it finds")
    group = None
    for rule in rules:
        if rule.group != group:
            if group is not None:
                table.add_row()
            group = rule.group
            table.add_row(Text(group, style="bold magenta"))
        severity = rule.severity.value if rule.on_by_default else "off"
        style = _SEVERITY_STYLES.get(severity, "dim")
        table.add_row(f"  {rule.code}", Text(severity, style=style), safe(rule.summary))
    show(console, table)
    console.print("\n`orchestrate explain RULE` says more about one of them.", soft_wrap=True)
