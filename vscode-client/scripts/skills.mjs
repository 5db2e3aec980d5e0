// Makes the skills of agent chat from the slash commands in commands/: the same steps, for who has the extension's tools.

import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";

const TOOLS = `Where the tools \`orchestrate_plan\`, \`orchestrate_check\`, \`orchestrate_schedule\`, \`orchestrate_next\`,
\`orchestrate_update_task\` and \`orchestrate_replan\` are at hand, call them instead of the commands \`orchestrate plan\`, \`check\`,
\`schedule\`, \`next\` and \`status\`, \`task\` and \`replan\` below: they do the same in this editor, where the command need not be
installed. No tool makes a report or runs a plan: where the command is not installed, say that \`@orchestrator /report\` and
"Orchestrate: Run Plan..." do so.
`;

/** One folder with a SKILL.md for each command; gives their names. */
export async function makeSkills(from, to) {
  await rm(to, { recursive: true, force: true });
  const names = (await readdir(from)).filter((name) => name.endsWith(".md")).map((name) => name.slice(0, -3)).sort();
  for (const name of names) {
    await mkdir(path.join(to, name), { recursive: true });
    await writeFile(path.join(to, name, "SKILL.md"), skillOf(name, await readFile(path.join(from, `${name}.md`), "utf8")));
  }
  return names;
}

export function skillOf(name, command) {
  const parts = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(command.replaceAll("\r\n", "\n"));
  if (parts === null) {
    throw new Error(`commands/${name}.md has no front matter`);
  }
  const [, front, body] = parts;
  const heading = /^# .*\n/m.exec(body)?.[0] ?? "";
  const rest = body.replace(heading, "").replaceAll("$ARGUMENTS", "(what the user has written with this request)").trim();
  return `---\nname: ${name}\n${front}\n---\n\n${heading}\n${TOOLS}\n${rest}\n`;
}
