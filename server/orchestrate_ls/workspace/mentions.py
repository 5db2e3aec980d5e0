"""Plans on the disk that may name something: read once, and only those whose text holds the word at all.

What is open in an editor is not read here; whoever asks has it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.workspace.find import find_plans
from orchestrate_ls.workspace.reading import UnreadablePlanError, read_plan_text
from orchestrate_ls.workspace.settings import Settings

MOST_PLANS: Final = 10_000
"""Plan files of one root that are looked into."""
_NEEDS_NO_ESCAPE: Final = frozenset(" -_./@+=()")


@dataclass(frozen=True, slots=True)
class PlanOnDisk:
    """A plan file as it was read."""

    path: Path
    file: PlanFile


def plans_with(
    root: Path,
    word: str,
    settings: Settings,
    settings_root: Path,
    passed_over: Collection[Path] = (),
) -> Iterator[PlanOnDisk]:
    """The plans below a root in which a word may stand, by path; unreadable ones are passed over.

    The globs of the settings count from ``settings_root``.
    """
    # Within quotes other characters may be written in other ways.
    as_written = all(each.isalnum() or each in _NEEDS_NO_ESCAPE for each in word)
    for path in find_plans(root, settings, settings_root).files[:MOST_PLANS]:
        if path in passed_over:
            continue
        try:
            source = read_plan_text(path, settings.max_file_size)
        except UnreadablePlanError:
            continue
        text = source.text
        if source.problems or (as_written and "\\" not in text and word not in text):
            continue
        yield PlanOnDisk(path, PlanFile.parse(text))
