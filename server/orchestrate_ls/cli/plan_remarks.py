"""Prints what a document's reader has to say: contradictions, what was not understood, what was assumed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.text import Text

from orchestrate_ls.cli.terminal import error_console, safe
from orchestrate_ls.planner.stated.facts import Gravity, Remark

_STYLES = {Gravity.ERROR: "bold red", Gravity.WARNING: "bold yellow", Gravity.NOTE: "bold cyan"}
_MOST_SHOWN = 20


def print_remarks(remarks: Sequence[Remark], source: str) -> None:
    """Print the remarks to standard error, the gravest first, each with the sentences it is about."""
    console = error_console()
    order = list(Gravity)
    ranked = sorted(remarks, key=lambda remark: order.index(remark.gravity))
    for remark in ranked[:_MOST_SHOWN]:
        console.print(
            Text.assemble(
                (remark.gravity.value, _STYLES[remark.gravity]), (": ", "bold"), safe(remark.message)
            ),
            soft_wrap=True,
        )
        for quote in remark.quotes:
            console.print(f"  --> {safe(source)}:{quote.line}: {safe(quote.shown)}", soft_wrap=True)
        console.print(Text.assemble(("  help", "bold cyan"), ": ", safe(remark.hint)), soft_wrap=True)
    if len(ranked) > _MOST_SHOWN:
        console.print(f"... and {len(ranked) - _MOST_SHOWN} more remarks", soft_wrap=True)


def remarks_as_json(remarks: Sequence[Remark]) -> list[dict[str, Any]]:
    """The remarks for programs. Lines count from 1."""
    return [
        {
            "severity": remark.gravity.value,
            "code": remark.code,
            "message": remark.message,
            "help": remark.hint,
            "quotes": [{"line": quote.line, "text": quote.shown} for quote in remark.quotes],
        }
        for remark in remarks
    ]
