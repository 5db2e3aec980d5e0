"""`docs/metrics.md` is made from the definitions, which name the figures that reports have.

To renew the page: `WRITE_DOCS=1 python -m pytest tests/report/test_metrics_page.py`.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from orchestrate_ls.report.metrics import BY_ID, METRICS, metrics_page

PACKAGE = Path(__file__).resolve().parents[2] / "server/orchestrate_ls"
PAGE = Path(__file__).resolve().parents[2] / "docs/metrics.md"


def test_the_page_is_made_from_the_definitions():
    text = metrics_page()
    if os.environ.get("WRITE_DOCS"):
        PAGE.write_text(text, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == text


def test_each_figure_is_defined_once():
    assert len(BY_ID) == len(METRICS)


def test_findings_and_verdicts_name_defined_figures():
    named: set[str] = set()
    for name in ("findings", "verdicts"):
        text = (PACKAGE / f"report/{name}.py").read_text(encoding="utf-8")
        for group in re.findall(r'figures=\(([^)]*)\)|\(((?:"\w+",? ?)+)\),?\n', text):
            named.update(re.findall(r'"(\w+)"', "".join(group)))
    assert len(named) > 15
    assert named <= BY_ID.keys()
