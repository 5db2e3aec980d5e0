"""The HTML report: what is in it whatever a plan says, and that a browser opens it without a complaint or a request."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest

from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.progress.event import Event, EventKind, read_line
from orchestrate_ls.report.html import html_of
from orchestrate_ls.report.markdown import escaped, markdown_of
from orchestrate_ls.report.retrospective import Retrospective, look_back
from orchestrate_ls.schedule.analysis import NetworkAnalysis
from orchestrate_ls.schedule.plan_network import network_of
from tests.cli.running import SEED_PLAN
from tests.report.runs import run_of
from tests.report.seed_run import BEGIN, PLAN_ID, event, seed_events

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
NASTY = (
    "<script>alert(1)</script><img src=http://127.0.0.1:9/x onerror=alert(2)>"
    "\"'&amp;`|*_[a](http://b) \u202e\x1b[31m"
)


def report_of(text: str, events: list[Event], hours: float = 23.0, plan_id: str = PLAN_ID) -> Retrospective:
    from datetime import timedelta

    plan = PlanFile.parse(text).sources[0].plan
    return look_back(plan, NetworkAnalysis(network_of(plan)), events, plan_id, BEGIN + timedelta(hours=hours))


def seed_report() -> Retrospective:
    return report_of(f"goal: User Authentication System\n{SEED_PLAN}", seed_events())


def nasty_report() -> Retrospective:
    quoted = json.dumps(NASTY)
    text = (
        f"goal: {quoted}\ntasks:\n  - {{id: {quoted}, name: {quoted}, estimated_time: 2h, agent: {quoted}}}\n"
    )
    events = [
        event(EventKind.STARTED, NASTY, 0, agent=NASTY),
        event(EventKind.BLOCKED, NASTY, 1, note=NASTY),
        event(EventKind.UNBLOCKED, NASTY, 2),
        event(EventKind.CHECKED, NASTY, 3, gate=NASTY, check=NASTY, verdict="failed", note=NASTY),
        event(
            EventKind.DONE, NASTY, 6, note=NASTY, forced=(NASTY,), artefacts=(NASTY,), model=NASTY, tokens=5
        ),
        event(EventKind.TRIGGERED, NASTY, 6, action=NASTY, note=NASTY),
    ]
    return report_of(text, events)


class Page(HTMLParser):
    """The elements of a page, and whether they are nested as they should be."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in ("meta", "link", "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("made", [seed_report, nasty_report])
def test_nothing_runs_and_nothing_is_fetched(made):
    text = html_of(made())
    page = Page(text)
    assert not page.open
    assert {name for name, _ in page.elements} <= {
        "html", "head", "meta", "link", "title", "style", "body", "a", "header", "p", "h1", "h2", "h3", "span", "main",
        "dl", "div", "dt", "dd", "section", "svg", "desc", "g", "rect", "line", "text", "path", "circle", "ul", "ol",
        "li", "table", "thead", "tbody", "tr", "th", "td", "footer", "code", "details", "summary",
    }  # fmt: skip
    for _, attributes in page.elements:
        assert not any(key.startswith("on") or key in ("src", "style") for key in attributes)
        target = attributes.get("href")
        assert target is None or target.startswith("#") or target == "data:,"


def test_the_policy_names_the_style_sheet():
    import base64
    import hashlib

    text = html_of(seed_report())
    style = re.search(r"<style>(.*?)</style>", text, re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)
    assert policy is not None
    assert policy[1].startswith(f"default-src 'none'; style-src 'sha256-{digest}';")


def test_each_picture_is_described():
    page = Page(html_of(seed_report()))
    pictures = [attributes for name, attributes in page.elements if name == "svg" and "role" in attributes]
    assert len(pictures) == 4
    assert all((each["aria-label"] or "").count(" ") > 5 for each in pictures)


def test_ids_are_unique():
    ids = [attributes["id"] for _, attributes in Page(html_of(seed_report())).elements if "id" in attributes]
    assert len(ids) == len(set(ids))


def test_text_of_a_plan_is_only_text_in_markdown():
    text = markdown_of(nasty_report())
    assert "\x1b" not in text
    assert not re.search(r"(?<!\\)<(?!br>)", text)
    rows = [line for line in text.splitlines() if line.startswith("|")]
    unescaped = {len(re.findall(r"(?<!\\)\|", row)) for row in rows[:3]}
    assert len(unescaped) == 1
    assert escaped("a_b *c* 1. d") == "a_b \\*c\\* 1. d"


@pytest.mark.parametrize("size", [1, 2, 30, 300])
def test_plans_of_all_sizes(size: int):
    text, events, hours = run_of(size)
    assert not Page(html_of(report_of(text, events, hours, f"run{size}"))).open


def test_a_plan_in_a_circle():
    text = "tasks:\n  - {id: A, dependencies: [B], estimated_time: 1h}\n  - {id: B, dependencies: [A]}\n"
    report = report_of(text, [event(EventKind.STARTED, "A", 0), event(EventKind.DONE, "A", 3)])
    assert report.timeline.planned is None
    assert any("circle" in each for each in report.remarks)
    assert not Page(html_of(report)).open


# A browser


def opened(folder: Path, text: str, ending: str = "html") -> tuple[list[str], list[str]]:
    """What a browser complains about when it opens a page, and what it asks for besides the page."""
    assert CHROMIUM is not None
    page, log = folder / f"page.{ending}", folder / "net.json"
    page.write_text(text, encoding="utf-8")
    finished = subprocess.run(
        [
            CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
            "--disable-extensions", "--disable-default-apps", f"--user-data-dir={folder / 'profile'}",
            "--enable-logging=stderr", "--v=0", f"--log-net-log={log}", "--net-log-capture-mode=Everything",
            "--dump-dom", page.as_uri(),
        ],
        capture_output=True, timeout=120, check=False,
    )  # fmt: skip
    assert f"</{ending}>".encode() in finished.stdout
    assert b"<parsererror" not in finished.stdout
    said = [line for line in finished.stderr.decode("utf-8", "replace").splitlines() if ":CONSOLE" in line]
    asked = re.findall(r'"url":\s*"((?!file:|chrome:|data:)[a-z]+:[^"]*)"', log.read_text(encoding="utf-8"))
    # What the browser asks of its maker is none of the page's doing.
    mine = [url for url in asked if "127.0.0.1:9" in url or not re.search(r"google|gvt1|chromium", url)]
    return said, mine


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
@pytest.mark.parametrize("size", [10, 100, 1000])
def test_a_browser_opens_it_without_a_word(tmp_path: Path, size: int):
    text, events, hours = run_of(size)
    assert opened(tmp_path, html_of(report_of(text, events, hours, f"run{size}"))) == ([], [])


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
@pytest.mark.parametrize("size", [10, 100, 1000])
def test_a_browser_opens_a_picture_without_a_word(tmp_path: Path, size: int):
    from orchestrate_ls.report.export import Form
    from tests.report.test_export import exported

    assert opened(tmp_path, exported(run_of(size)[0], Form.SVG).text, "svg") == ([], [])


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
def test_a_browser_opens_hostile_ones_without_a_word(tmp_path: Path):
    from orchestrate_ls.report.export import Form
    from tests.report.test_export import exported, nasty

    assert opened(tmp_path, html_of(nasty_report())) == ([], [])
    assert opened(tmp_path, exported(nasty(), Form.SVG).text, "svg") == ([], [])


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
def test_a_bad_page_would_be_noticed(tmp_path: Path):
    said, asked = opened(
        tmp_path, "<!doctype html><html><script>console.error('x')</script><img src=http://127.0.0.1:9/x>"
    )
    assert said
    assert asked
    with pytest.raises(AssertionError):
        opened(tmp_path, '<svg xmlns="http://www.w3.org/2000/svg"><g></svg>', "svg")


def test_events_read_back_are_the_same_report():
    from orchestrate_ls.progress.event import line_of

    events = [read_line(line_of(each)) for each in seed_events()]
    again = report_of(f"goal: User Authentication System\n{SEED_PLAN}", events)
    assert html_of(again) == html_of(seed_report())
