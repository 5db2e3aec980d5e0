"""What a person should know about a plan's journal besides what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestrate_ls.text.spans import count

if TYPE_CHECKING:
    from orchestrate_ls.execution.journal import PlanJournal


def journal_notes(journal: PlanJournal) -> list[str]:
    """What a person should know about a journal: lines that were passed over, and the like."""
    problems, state = journal.file.problems, journal.state
    notes = [f"{journal.path}:{each.line} was passed over: {each.reason}" for each in problems]
    more = journal.file.passed_over - len(problems)
    if more > 0:
        notes.append(f"{journal.path}: {count(more, 'more line was', 'more lines were')} passed over")
    if state.unknown:
        total = sum(state.unknown.values())
        notes.append(
            f"{journal.path} has {count(total, 'event')} of kinds that this version does not know"
            f" ({', '.join(list(state.unknown)[:5])}); they are kept"
        )
    if state.conflicts:
        notes.append(
            f"{journal.path} has {count(state.conflicts, 'event')} that contradict"
            f"{'s' if state.conflicts == 1 else ''} an earlier one of the same attempt; the earlier counts"
        )
    return notes
