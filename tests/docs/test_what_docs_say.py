"""What the pages for users say is true as far as it can be looked up: links lead somewhere, commands and options are
there, examples of plans, settings and JSON can be read.
"""

from __future__ import annotations

import json
import re
import shlex
import tomllib
from pathlib import Path
from typing import Any

import pytest
import typer.main
import yaml

from orchestrate_ls.cli.app import app
from orchestrate_ls.plan.file import PlanFile
from orchestrate_ls.plan.schema import PlanSchema
from orchestrate_ls.rules.base import Severity
from orchestrate_ls.rules.engine import RuleSettings, check_file
from orchestrate_ls.workspace.shipped import schema_text

ROOT = Path(__file__).parents[2]
PAGES = [
    ROOT / "README.md",
    *sorted((ROOT / "docs").rglob("*.md")),
    *sorted((ROOT / "commands").glob("*.md")),
]
PLAIN = [page for page in PAGES if page.parent.name != "rules"]
"""Without the pages of rules, whose examples are wrong on purpose and have a test of their own."""
_FENCE = re.compile(r"^([ ]*)```(\w*)\n(.*?)^\1```", re.DOTALL | re.MULTILINE)
_CODE = re.compile(r"`([^`\n]+)`")


def named(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def without_code(text: str) -> str:
    return _CODE.sub("", _FENCE.sub("", text))


def anchors(page: Path) -> set[str]:
    """The names that headings of a page get where Markdown is shown."""
    found: set[str] = set()
    for heading in re.findall(
        r"^#{1,6} (.*)$", _FENCE.sub("", page.read_text(encoding="utf-8")), re.MULTILINE
    ):
        name = re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")
        number = 1
        while name in found:
            name, number = f"{name.removesuffix(f'-{number - 1}')}-{number}", number + 1
        found.add(name)
    return found


def blocks(page: Path, *languages: str) -> list[str]:
    found = _FENCE.findall(page.read_text(encoding="utf-8"))
    return [
        re.sub(f"^{indent}", "", text, flags=re.MULTILINE)
        for indent, kind, text in found
        if kind in languages
    ]


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_links_lead_somewhere(page: Path):
    for target in re.findall(r"\]\(([^)\s]+)\)", without_code(page.read_text(encoding="utf-8"))):
        if re.match(r"https://", target):
            continue
        path, _, anchor = target.partition("#")
        led_to = (page.parent / path).resolve() if path else page
        assert led_to.exists(), target
        assert led_to.is_relative_to(ROOT), target
        if anchor:
            assert anchor in anchors(led_to), target


def test_every_page_can_be_reached_from_the_readme():
    reached, ways = set[Path](), [ROOT / "README.md"]
    while ways:
        page = ways.pop()
        if page in reached or page.suffix != ".md" or not page.is_file():
            continue
        reached.add(page)
        for target in re.findall(r"\]\(([^)\s#]+)[^)]*\)", page.read_text(encoding="utf-8")):
            ways += [] if target.startswith("https:") else [(page.parent / target).resolve()]
    lost = {named(page) for page in (ROOT / "docs").rglob("*.md")} - {named(page) for page in reached}
    assert not lost


def command_lines(page: Path) -> list[str]:
    """What a page says one would type: in blocks of shell, and in the running text."""
    text = page.read_text(encoding="utf-8")
    lines = [
        line for block in blocks(page, "sh", "bash", "") for line in block.replace("\\\n", " ").splitlines()
    ]
    lines += _CODE.findall(_FENCE.sub("", text))
    found = [
        match[0].strip()
        for line in lines
        for match in re.finditer(r"(?:^|[|;] ?|&& ?|\$ )orchestrate .*", line)
    ]
    return [re.sub(r"^[^o]*", "", line) for line in found]


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_commands_and_options_are_there(page: Path):
    root: Any = typer.main.get_command(app)
    for line in command_lines(page):
        words = shlex.split(
            line.split(" > ")[0].split(" | ")[0].replace("'", "").replace('"', ""), comments=True
        )
        command, rest = root, words[1:]
        while rest and rest[0] in getattr(command, "commands", {}):
            command, rest = command.commands[rest[0]], rest[1:]
        if command is root:
            first = rest[0] if rest else ""
            assert not re.fullmatch(r"[a-z]+", first), f"no such command: {line}"
        known = {each for option in command.params for each in (*option.opts, *option.secondary_opts)}
        known |= {"--help", "-h"}
        if command.name == "lsp":
            continue
        for word in rest:
            name = word.split("=")[0].rstrip(",.;:)")
            if re.fullmatch(r"--?[a-z][\w-]*", name):
                assert name in known, f"no such option {name}: {line}"


@pytest.mark.parametrize("page", PLAIN, ids=named)
def test_examples_can_be_read(page: Path):
    schema = PlanSchema(json.loads(schema_text()))
    for block in blocks(page, "toml"):
        tomllib.loads(block)
    for block in blocks(page, "json"):
        json.loads(block)
    for block in blocks(page, "yaml", "yml"):
        loaded = yaml.safe_load(block)
        if isinstance(loaded, dict) and "tasks" in loaded and "capabilities" not in loaded:
            checked = check_file(PlanFile.parse(block), RuleSettings(), schema)
            # Most examples are parts of a plan, which may lack an agent or a group.
            wrong = [each for each in checked.diagnostics if each.severity is Severity.ERROR]
            assert not wrong, [f"{each.code}: {each.message}" for each in wrong]
