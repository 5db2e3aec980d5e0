// What is shown of a plan's progress, and what can be reported in which state.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { nextTasks, standingAsMarkdown } from "../../src/chat/markdown.ts";
import { type Picture, withStanding } from "../../src/picture/data.ts";
import { ACTION_TITLES, type Action, actionsIn, percent, type Stand, type Standing, STATE_ICONS, type TaskStanding } from "../../src/standing.ts";

const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
const STATES = Object.keys(STATE_ICONS) as Stand[];

function task(id: string, state: Stand, more: Partial<TaskStanding> = {}): TaskStanding {
  return { task: id, name: `name of ${id}`, state, says: state, details: "", agent: "dev", percent: null, ...more };
}

function standing(more: Partial<Standing> = {}): Standing {
  return {
    overall_progress: { by_task: 0.5, by_effort: 0.255 },
    headline: ["1 of 2 tasks done", "1h elapsed"],
    tasks: [task("A", "completed"), task("B", "in_progress", { percent: 40 })],
    next: [],
    alerts: [],
    events: 3,
    notes: [],
    ...more,
  };
}

test("a share is never rounded up to the whole", () => {
  assert.deepEqual([0, 0.004, 0.255, 0.999, 1].map(percent), ["0%", "0%", "26%", "99%", "100%"]);
});

test("each state has an icon, and something that can be reported", () => {
  for (const state of STATES) {
    assert.ok(actionsIn(state).length > 0, state);
    assert.notEqual(STATE_ICONS[state].sign, "");
  }
  assert.equal(new Set(STATES.map((state) => STATE_ICONS[state].sign)).size, STATES.length);
});

test("each action is a command of the extension that an untrusted workspace does not have", () => {
  const commands = manifest.contributes.commands as { command: string; enablement?: string; title: string }[];
  for (const [action, title] of Object.entries(ACTION_TITLES)) {
    const found = commands.find((each) => each.command === `orchestrate.task.${action}`);
    assert.equal(found?.title, title);
    assert.equal(found?.enablement, "isWorkspaceTrusted");
  }
});

test("the context menu offers in each state what can be reported", () => {
  const entries = (manifest.contributes.menus["view/item/context"] as { command: string; when: string; group: string }[]).filter(
    (each) => each.command.startsWith("orchestrate.task.") && each.group.startsWith("2@"),
  );
  for (const state of STATES) {
    const offered = entries
      .filter((each) => {
        const pattern = /viewItem =~ \/(.*)\/$/.exec(each.when)?.[1];
        return pattern !== undefined && new RegExp(pattern).test(`task ${state}`);
      })
      .map((each) => each.command.replace("orchestrate.task.", "") as Action);
    assert.deepEqual([...offered].sort(), [...actionsIn(state)].sort(), state);
  }
});

test("the tool for reports names the actions that there are", () => {
  const tool = manifest.contributes.languageModelTools.find((each: { name: string }) => each.name === "orchestrate_update_task");
  assert.deepEqual(tool.inputSchema.properties.action.enum, Object.keys(ACTION_TITLES));
});

test("progress in chat has a row for each task, and all text is escaped", () => {
  const hostile = standing({
    tasks: [task("A", "in_progress", { name: "<img src=x> | `x` [y](command:z)", percent: 40.4, details: "a | b" })],
    alerts: [{ kind: "failed", task: "A", message: "A has failed: <b>", risk: null }],
    next: [{ task: "B*", name: null, agent: null, reasons: ["on the critical path"] }],
  });
  const shown = standingAsMarkdown(hostile);
  assert.match(shown, /\*\*26%\*\* of the work is done, 50% of the tasks/);
  assert.match(shown, /\| ▶ \| \*\*A\*\* &lt;img src=x&gt; \\\| \\`x\\` \\\[y\\\]\\\(command\\:z\\\) \| in\\_progress 40%, a \\\| b \|/);
  assert.match(shown, /- A has failed\\: &lt;b&gt;/);
  assert.deepEqual(nextTasks(hostile), ["- **B\\*** by nobody yet: on the critical path".replace("** by", "**  by")]);
});

test("a long plan is shown in part", () => {
  const tasks = Array.from({ length: 100 }, (_, index) => task(`T${index}`, "ready"));
  const shown = standingAsMarkdown(standing({ tasks }));
  assert.match(shown, /and 40 more tasks/);
  assert.doesNotMatch(shown, /\bT60\b/);
});

const PICTURE: Picture = {
  goal: "",
  complete: true,
  scheduled: true,
  makespan: 3600,
  tasks: [{ id: "A", name: "", agent: null, start: 0, finish: 3600, slack: 0, duration: 3600, critical: true, wave: 1, dependencies: [], line: 1 }],
};

test("a picture has progress only where something was recorded", () => {
  assert.equal(withStanding(PICTURE, undefined), PICTURE);
  assert.deepEqual(withStanding(PICTURE, standing({ events: 0 })), { ...PICTURE, acts: { run: null } });
  const shown = withStanding(PICTURE, standing());
  assert.equal(shown.tasks[0]?.standing?.state, "completed");
  assert.equal(shown.progress, "26% done: 1 of 2 tasks done, 1h elapsed");
});

test("the picture offers to act where the standing is known, and only there", () => {
  assert.equal(withStanding(PICTURE, undefined).acts, undefined);
  assert.deepEqual(withStanding(PICTURE, standing({ run: "paused" })).acts, { run: "paused" });
});
