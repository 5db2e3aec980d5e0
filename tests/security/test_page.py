"""SECURITY.md: each promise names the tests that keep it, and those are there."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
_TEST: Final = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
_UNESCAPED: Final = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|supportHtml: true|isTrusted: true"
)


def promises() -> list[str]:
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    part = text.partition("\n## Promises\n")[2].partition("\n## ")[0]
    return re.split(r"^- ", part, flags=re.MULTILINE)[1:]


def test_each_promise_has_a_test_that_is_there() -> None:
    assert len(promises()) > 10
    for promise in promises():
        tests = _TEST.findall(promise)
        assert tests, promise
        for path, name in tests:
            tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
            functions = (ast.FunctionDef, ast.AsyncFunctionDef)
            assert name in {each.name for each in tree.body if isinstance(each, functions)}, f"{path}::{name}"


def test_reports_go_where_only_the_authors_read_them() -> None:
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    assert "private vulnerability reporting" in text
    assert "@" not in text


def test_the_webview_runs_only_scripts_of_the_extension() -> None:
    panel = (ROOT / "vscode-client/src/picture/panel.ts").read_text(encoding="utf-8")
    policy = panel.partition("const policy = [")[2].partition("].join")[0]
    assert "default-src 'none'" in policy
    assert "script-src 'nonce-${nonce}'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert "randomBytes(16)" in panel
    for source in (ROOT / "vscode-client/src").rglob("*.ts"):
        assert not _UNESCAPED.search(source.read_text(encoding="utf-8")), source.name
