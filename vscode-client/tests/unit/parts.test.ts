// Gantt lanes, findings for models, and the skills made from commands.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { findingsAsText } from "../../src/findings.ts";
import { groupsOf } from "../../src/grouping.ts";
import type { PictureTask } from "../../src/picture/data.ts";
import { ganttOf, NOBODY, tickEvery } from "../../src/picture/gantt.ts";

function task(id: string, agent: string | null, start: number | null, finish: number | null): PictureTask {
  return { id, name: "", agent, start, finish, slack: 0, duration: 1, critical: false, wave: 1, dependencies: [], line: 0 };
}

test("tasks of an agent that overlap stand in rows of their own, others share one", () => {
  const { lanes, bars, rows } = ganttOf([task("C", "one", 4, 6), task("A", "one", 0, 2), task("B", "one", 1, 4), task("D", null, 0, 9)]);
  assert.deepEqual(lanes, [
    { agent: "one", row: 0, rows: 2 },
    { agent: NOBODY, row: 2, rows: 1 },
  ]);
  assert.deepEqual(Object.fromEntries(bars.map((bar) => [bar.task.id, bar.row])), { A: 0, B: 1, C: 0, D: 2 });
  assert.equal(rows, 3);
});

test("no two bars of a row overlap", () => {
  const tasks = Array.from({ length: 200 }, (_, index) => task(`T${index}`, `a${index % 3}`, (index * 7) % 50, ((index * 7) % 50) + 1 + (index % 9)));
  const { bars } = ganttOf(tasks);
  assert.equal(bars.length, tasks.length);
  for (const one of bars) {
    for (const other of bars) {
      assert.ok(one === other || one.row !== other.row || one.finish <= other.start || other.finish <= one.start);
    }
  }
});

test("tasks in a circle have no bars", () => {
  assert.deepEqual(ganttOf([task("A", "one", null, null)]), { lanes: [], bars: [], rows: 0 });
});

test("the axis has a dozen ticks at most", () => {
  for (const hours of [1, 8, 19, 40, 500, 100_000]) {
    assert.ok((hours * 3600) / tickEvery(hours * 3600) <= 12.01, String(hours));
  }
});

test("tasks by wave and by agent, what has none last", () => {
  const tasks = [
    { ...task("A", "two", 0, 1), wave: 2 },
    { ...task("B", null, 0, 1), wave: 10 },
    { ...task("C", "one", null, null), wave: null },
  ];
  const named = (grouping: "wave" | "agent") => groupsOf(tasks, grouping).map(({ name, tasks: own }) => [name, ...own.map((each) => each.id)]);
  assert.deepEqual(named("wave"), [["Wave 2", "A"], ["Wave 10", "B"], ["No wave: in a circle", "C"]]);
  assert.deepEqual(named("agent"), [["one", "C"], ["two", "A"], ["No agent", "B"]]);
});

test("findings for a model", () => {
  assert.equal(findingsAsText([]), "Nothing was found: the plan passes its checks.");
  const said = findingsAsText([
    { line: 9, severity: 2, code: "unknown-agent", message: "no agent" },
    { line: 3, severity: 1, code: "syntax", message: "broken" },
  ]);
  assert.equal(said, "2 findings, 1 of them errors:\nline 3: error[syntax] broken\nline 9: warning[unknown-agent] no agent");
  const many = findingsAsText(Array.from({ length: 5000 }, (_, line) => ({ line, severity: 4, code: "x", message: "y" })));
  assert.match(many, /and 4950 more$/);
});

test("each command is a skill with a name, its description and the tools", async () => {
  const { skillOf } = (await import("../../scripts/skills.mjs" as string)) as { skillOf(name: string, command: string): string };
  const listed = JSON.parse(await readFile("package.json", "utf8")).contributes.chatSkills as { path: string }[];
  for (const { path } of listed) {
    const name = /dist\/skills\/(.*)\/SKILL\.md/.exec(path)?.[1] ?? "";
    const skill = skillOf(name, await readFile(`../commands/${name}.md`, "utf8"));
    assert.match(skill, new RegExp(`^---\nname: ${name}\ndescription: \\S`));
    assert.match(skill, /`orchestrate_plan`/);
    assert.doesNotMatch(skill, /\$ARGUMENTS/);
  }
});
