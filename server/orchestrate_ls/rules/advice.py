"""What a hint proposes to write instead, for a fix to write it."""

from __future__ import annotations

import re
from typing import Final

from orchestrate_ls.plan.model import Spot, Unreadable
from orchestrate_ls.plan.rewrite import replace_scalar
from orchestrate_ls.rules.base import Finding, Fix
from orchestrate_ls.rules.context import RuleContext

_PROPOSAL: Final = re.compile(r"write `([^`{}]{1,40})`")


def sentence(message: str, hint: str | None) -> str:
    """A message and what to do about it."""
    return f"{message}; {hint}" if hint else message


def proposal_of(unreadable: Unreadable) -> str | None:
    """The one text that the hint says to write, where it names one."""
    match = _PROPOSAL.match(unreadable.hint or "")
    return match[1] if match else None


def proposed_fix(context: RuleContext, finding: Finding) -> Fix | None:
    """Write what the finding's data proposes."""
    proposal = finding.data.get("proposal")
    if not isinstance(proposal, str) or not isinstance(finding.at, Spot):
        return None
    edit = replace_scalar(context.source, finding.at, proposal)
    return Fix(f"Write `{proposal}`", (edit,)) if edit is not None else None
