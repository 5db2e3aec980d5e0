// Which documents the server is told of: plans, and definition files of agents (so that an agent can be renamed from there).
// Knows no editor; a test of the server compares the patterns with its registries.

export const LANGUAGE = "orchestrate-plan";

/** Where tools keep their agents, as globs from any folder. */
export const AGENT_FILES: readonly string[] = [
  "**/.claude/agents/**/*.md",
  "**/.github/agents/*.md",
  "**/*.agent.md",
  "**/.github/chatmodes/*.chatmode.md",
  "**/.opencode/agents/**/*.md",
  "**/.opencode/agent/**/*.md",
  "**/opencode.json",
  "**/opencode.jsonc",
  "**/.opencode/opencode.json",
  "**/.opencode/opencode.jsonc",
  "**/.codex/agents/*.toml",
  "**/.cursor/agents/*.md",
];

// At the margin: what is indented may be a line of a text.
const MARK = /^#[ \t]*orchestrate:[ \t]*plan[ \t]*$/;
export const MARK_LINES = 5;

/** Whether one of the first lines of a YAML file says that it is a plan. */
export function saysThatItIsAPlan(lines: Iterable<string>): boolean {
  for (const line of lines) {
    if (MARK.test(line.replace(/^\ufeff/, ""))) {
      return true;
    }
  }
  return false;
}
