"""The agents that each tool brings along, as their documentation names them.

They count as known, so that naming one is no mistake, but they are never proposed: a plan should not be filled with
them by accident. What is certain, as of 2026:

* Claude Code: its documentation lists Explore, Plan, general-purpose, statusline-setup and the guide; Bash was listed
  until spring 2026.
* Copilot: its command line's documentation lists Explore, Task, General-purpose and Code-review. VS Code's chat has
  Agent, Ask, Edit and Plan; these change from release to release.
* opencode: build, plan, general and explore are in its source; scout was in the documentation of version 1 only.
* Codex: default, worker and explorer are in its documentation.
* Cursor: explore, bash and browser are in its documentation.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from orchestrate_ls.agents.definition import Tool

BUILT_IN_AGENTS: Final[Mapping[Tool, tuple[str, ...]]] = {
    Tool.CLAUDE_CODE: ("general-purpose", "Explore", "Plan", "statusline-setup", "claude-code-guide", "Bash"),
    Tool.COPILOT: ("explore", "task", "general-purpose", "code-review", "agent", "ask", "edit", "plan"),
    Tool.OPENCODE: ("build", "plan", "general", "explore", "scout"),
    Tool.CODEX: ("default", "worker", "explorer"),
    Tool.CURSOR: ("explore", "bash", "browser"),
}
