"""What a plan's texts can do where they are shown: nothing but be read, in terminals, editors, and logs of CI."""

from __future__ import annotations

import sys

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from tests.cli.running import CommandLine
from tests.lsp.client import PLAN, Client

HOSTILE = (
    "\\e]0;owned\\a\\e[31mred\\e[2J\\u009b1m\\u202Eevil\\u200B\\u2066\\r\\n::error::x\\t`x`"
    " [a](command:x) ![b](https://evil.example/p.png) <img src=x onerror=1> <https://evil.example> =1+1"
)
"""In YAML's double quotes: titles and colours of terminals, writing turned round, workflow commands, Markdown, HTML."""
READ = HOSTILE.replace("\\e", "\\x1b").encode().decode("unicode_escape")


def _(name: str) -> str:
    return f'"{name}{HOSTILE}"'


GOOD = f"""\
version: 1
plan_id: p1
goal: {_("goal")}
start: 2026-11-23T09:00:00Z
agents:
- id: {_("agent")}
  skills: [{_("skill")}]
tasks:
- id: {_("T1")}
  name: {_("name")}
  description: {_("description")}
  estimated_time: 2h
  agent: {_("agent")}
  files: [{_("file")}]
  success_criteria: [{_("criterion")}]
- id: {_("T2")}
  name: {_("name")}
  estimated_time: 4h
  dependencies: [{_("T1")}]
  agent: {_("agent")}
"""
BAD = (
    GOOD.replace("estimated_time: 4h", f"estimated_time: {_('4h')}").replace("plan_id: p1", "plan_id: p2")
    + f"""\
  required_skills: [{_("other")}]
  parallel_group: {_("group")}
  deadline: {_("deadline")}
  {_("key")}: 1
- id: {_("T2")}
  dependencies: [{_("T2")}, {_("nobody")}]
  agent: {_("unknown")}
replan_triggers:
- {{condition: {_("condition")}, action: {_("action")}}}
"""
)
COMMANDS = [
    ("check", "."),
    ("check", "--format", "github", "."),
    ("schedule", "good.plan.yaml"),
    ("schedule", "bad.plan.yaml"),
    ("task", "start", "good.plan.yaml", f"T1{READ}"),
    ("task", "fail", "good.plan.yaml", f"T1{READ}", "--note", READ),
    ("next", "good.plan.yaml"),
    ("status", "good.plan.yaml"),
    ("handoff", "good.plan.yaml", f"T2{READ}"),
    ("assign", "bad.plan.yaml"),
    ("gates", "good.plan.yaml"),
    ("run", "good.plan.yaml", "--dry-run"),
    ("history", "."),
    ("report", "good.plan.yaml"),
    ("explain", READ),
    ("check", f"no{READ}.plan.yaml"),
    ("import", f"no{READ}.csv"),
]


def test_no_command_prints_what_a_terminal_would_obey(orchestrate: CommandLine) -> None:
    orchestrate.write("good.plan.yaml", GOOD)
    orchestrate.write("bad.plan.yaml", BAD)
    if sys.platform != "win32":
        orchestrate.write("ev\x1b[31mil\u202e.plan.yaml", GOOD.replace("p1", "p3"))
    said: dict[tuple[str, ...], list[str]] = {}
    for command in COMMANDS:
        done = orchestrate(*command)
        obeyed = {each for each in done.out + done.err if not each.isprintable() and each not in "\n\t"}
        if obeyed:
            said[command] = sorted(map(ascii, obeyed))
        if command[:3] == ("check", "--format", "github"):
            told = [each for each in map(str.lstrip, done.out.splitlines()) if each.startswith("::")]
            assert told
            assert all(
                each.startswith(("::error file=", "::warning file=", "::notice file=")) for each in told
            )
    assert said == {}


CAPABILITIES = {
    "textDocument": {
        "publishDiagnostics": {"versionSupport": True},
        "hover": {"contentFormat": ["markdown"]},
        "completion": {
            "completionItem": {"documentationFormat": ["markdown"], "resolveSupport": {"properties": []}}
        },
    },
    "experimental": {"commands": {"commands": ["orchestrate.copyHandoff", "orchestrate.showRule"]}},
}
OURS = ("command:orchestrate.copyHandoff?", "command:orchestrate.showRule?")


def _everything(tokens: list[Token]) -> list[Token]:
    return [each for token in tokens for each in (token, *_everything(token.children or []))]


def active_parts(markdown: str) -> list[str]:
    """What of a Markdown text does more than be read: links, pictures and HTML, but for the server's own links."""
    reader = MarkdownIt("commonmark", {"html": True}).enable("table").enable("strikethrough")
    found: list[str] = []
    for token in _everything(reader.parse(markdown)):
        if token.type in ("image", "html_inline", "html_block"):
            found.append(f"{token.type} {token.content or token.attrs}")
        elif token.type == "link_open" and not str(token.attrs["href"]).startswith(OURS):
            found.append(f"link {token.attrs['href']}")
    return found


@pytest.mark.parametrize("text", [GOOD, BAD], ids=["good", "bad"])
async def test_no_hover_or_completion_has_a_link_a_picture_or_html(client: Client, text: str) -> None:
    await client.initialize(CAPABILITIES)
    client.open(text)
    await client.diagnostics(1)
    texts: list[str] = []
    for number, line in enumerate(text.splitlines()):
        for character in {line.find(":") - 1, line.find(":") + 4, len(line)} - {-2, -1}:
            place = {"textDocument": {"uri": PLAN}, "position": {"line": number, "character": character}}
            hover = (await client.request("textDocument/hover", place))["result"]
            if hover is not None:
                assert hover["contents"]["kind"] == "markdown"
                texts.append(hover["contents"]["value"])
            completed = (await client.request("textDocument/completion", place))["result"]
            for each in (completed or {"items": []})["items"]:
                documentation = each.get("documentation")
                if isinstance(documentation, dict):
                    texts.append(documentation["value"])
    assert len(texts) > 10
    assert [(found, each) for each in texts if (found := active_parts(each))] == []
    assert "evil" in "".join(texts), "nothing hostile was shown"


def test_the_check_of_markdown_sees_what_is_active() -> None:
    assert active_parts("[a](command:x)") == ["link command:x"]
    assert active_parts("[a](command:orchestrate.showRule?%5B%5D)") == []
    assert len(active_parts("![b](https://evil.example/p.png) <img src=x> <https://evil.example>")) == 3
    assert active_parts("`[a](command:x) <img src=x>`") == []
