"""Histories for tests of the rules about progress: commands as a person types them, played without a file."""

from __future__ import annotations

import argparse
import re
import shlex
from datetime import datetime

from orchestrate_ls.progress.actions import Report, event_of
from orchestrate_ls.progress.board import ProgressBoard
from orchestrate_ls.progress.event import EventKind
from orchestrate_ls.progress.fold import ProgressFold
from orchestrate_ls.progress.plan_progress import PlanProgress
from orchestrate_ls.progress.status import StatusReporter
from orchestrate_ls.rules.engine import FileCheck

KINDS = {
    "start": EventKind.STARTED, "progress": EventKind.PROGRESS, "done": EventKind.DONE, "fail": EventKind.FAILED,
    "block": EventKind.BLOCKED, "unblock": EventKind.UNBLOCKED,
}  # fmt: skip


def played(check: FileCheck, commands: str) -> FileCheck:
    """The check of a plan after `orchestrate task ...` commands, at the time of the last `--now`."""
    plan = check.plans[0]
    fold, now = ProgressFold("p"), None
    for line in filter(None, map(str.strip, commands.splitlines())):
        words = shlex.split(line)
        assert words[:1] == ["orchestrate"], line
        found = re.search(r"--now (\S+)", line)
        assert found is not None, line
        now = datetime.fromisoformat(found[1])
        if words[1] != "task":
            continue
        options = argparse.ArgumentParser()
        for name, kind in (("percent", float), ("note", str), ("score", float), ("now", str), ("agent", str)):
            options.add_argument(f"--{name}", type=kind)
        given = vars(options.parse_args(words[5:]))
        given.pop("now")
        board = ProgressBoard(plan.source.plan, fold.state())
        task = plan.source.plan.index_of[words[4]]
        fold.add([event_of(board, task, Report(KINDS[words[2]], now, **given), "p")])
    assert now is not None
    reporter = StatusReporter(plan.source.plan, plan.analysis)
    state = fold.state()
    progress = PlanProgress("p", plan.source.plan, state, reporter.report(state, now))
    return check.with_progress([progress])
