"""What checks found the time before, kept in `.orchestrate/` beside a plan's journal: for "no new failures", "within
budget" and the like. A file that cannot be read counts as nothing known, so that no check passes by it.
"""

from __future__ import annotations

import json
import math
from datetime import datetime
from pathlib import Path
from typing import Any, Final, cast

from orchestrate_ls.execution.gate_evidence import MOST_NAMED, Evidence
from orchestrate_ls.execution.gate_verdicts import Baseline
from orchestrate_ls.execution.journal import SUFFIX as JOURNAL_SUFFIX
from orchestrate_ls.execution.journal_file import JournalError, JournalFile
from orchestrate_ls.progress.event import text_of
from orchestrate_ls.workspace.containment import leads_out
from orchestrate_ls.workspace.reading import UnreadablePlanError, read_bytes
from orchestrate_ls.workspace.writing import UnwritableFileError, write_whole

SUFFIX: Final = ".baselines.json"
_VERSION: Final = 1
_LIMIT: Final = 50_000_000
_MOST_PLANS: Final = 100
_MOST_CHECKS: Final = 1_000


class Baselines:
    """The figures of one plan, by the names of checks. ``problem`` says why they could not be written; else empty."""

    def __init__(self, journal: Path, plan_id: str) -> None:
        """``journal`` is the path of the plan's journal, beside which they are kept."""
        self.path: Final = journal.with_name(journal.name.removesuffix(JOURNAL_SUFFIX) + SUFFIX)
        self.plan_id: Final = plan_id
        self.problem = ""
        self._fresh: dict[str, dict[str, Any]] = {}

    def of(self, check: str) -> Baseline | None:
        """What a check found the time before."""
        entry = self._fresh.get(check) or _dict(_dict(self._read().get(self.plan_id)).get(check))
        if not entry:
            return None
        number, failures = entry.get("number"), entry.get("failures")
        is_figure = isinstance(number, int | float) and not isinstance(number, bool) and math.isfinite(number)
        names = cast("list[object]", failures) if isinstance(failures, list) else None
        return Baseline(
            float(cast("float", number)) if is_figure else None,
            str(entry.get("unit") or ""),
            frozenset(map(str, names[:MOST_NAMED])) if names is not None else None,
        )

    def keep(self, check: str, evidence: Evidence, time: datetime) -> None:
        """Remember what a check found; ``save`` writes it."""
        entry: dict[str, Any] = {"time": text_of(time), "words": evidence.words}
        if evidence.number is not None:
            entry |= {"number": evidence.number, "unit": evidence.unit}
        if (evidence.tests is not None or evidence.findings is not None) and evidence.complete:
            entry["failures"] = sorted(evidence.failures)
        self._fresh[check] = entry

    def save(self) -> None:
        """Write what was kept since. What goes wrong is in ``problem``: a check is not undone by it."""
        fresh = dict(self._fresh)
        if not fresh:
            return
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with JournalFile(self.path).locked():
                self._write(fresh)
        except OSError as error:
            self.problem = f"{self.path} cannot be written: {error.strerror or error}"
        except (JournalError, UnwritableFileError) as error:
            self.problem = error.message
        else:
            self.problem = ""

    def _write(self, fresh: dict[str, dict[str, Any]]) -> None:
        """Put them beside what others have written meanwhile."""
        plans = self._read()
        own = {**_dict(plans.get(self.plan_id)), **fresh}
        own = dict(sorted(own.items())[-_MOST_CHECKS:])
        others = [(name, each) for name, each in plans.items() if name != self.plan_id][-_MOST_PLANS:]
        text = json.dumps(
            {"v": _VERSION, "plans": {**dict(others), self.plan_id: own}}, indent=1, ensure_ascii=True
        )
        write_whole(self.path, text + "\n", overwrite=True)

    def _read(self) -> dict[str, object]:
        if leads_out(self.path):
            return {}
        try:
            data: object = json.loads(read_bytes(self.path, _LIMIT))
        except (UnreadablePlanError, ValueError, RecursionError):
            return {}
        return _dict(_dict(data).get("plans"))


def _dict(value: object) -> dict[str, object]:
    return cast("dict[str, object]", value) if isinstance(value, dict) else {}
