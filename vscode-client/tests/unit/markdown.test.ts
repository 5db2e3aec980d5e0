// What chat shows of plans: the right figures, and nothing of a plan's texts taken for markup.

import assert from "node:assert/strict";
import { test } from "node:test";
import { criticalPathAsMarkdown, escaped, replannedAsMarkdown, scheduleAsMarkdown } from "../../src/chat/markdown.ts";
import type { Schedule } from "../../src/schedule.ts";

const hour = 3600;
const times = (start: number, finish: number, slack: number) => ({
  earliest_start: start * hour,
  earliest_finish: finish * hour,
  latest_start: (start + slack) * hour,
  latest_finish: (finish + slack) * hour,
  slack: slack * hour,
});

const SCHEDULE: Schedule = {
  total_seconds: 7 * hour,
  critical_path: ["A", "B"],
  critical_path_seconds: 5 * hour,
  waves: [["A"], ["B", "C"]],
  tasks: { A: times(0, 2, 0), B: times(2, 5, 0), C: times(2, 4, 1) },
};

test("waves and critical path", () => {
  const text = scheduleAsMarkdown(SCHEDULE);
  assert.match(text, /\*\*Critical path\*\* \(5h\): A → B/);
  assert.match(text, /\| 1 \| \*\*A\*\* \|\n\| 2 \| \*\*B\*\*, C \|/);
});

test("why it takes that long", () => {
  const text = criticalPathAsMarkdown(SCHEDULE);
  assert.match(text, /takes 5h at best, of 7h of work/);
  assert.match(text, /\| B \| 2h \| 5h \| 3h \|/);
  assert.match(text, /with their slack: C \(1h\)/);
});

test("long plans are cut short and say so", () => {
  const names = Array.from({ length: 500 }, (_, index) => `T${index}`);
  const text = scheduleAsMarkdown({ ...SCHEDULE, critical_path: names, waves: names.map((name) => [name]) });
  assert.ok(text.length < 3000, String(text.length));
  assert.match(text, /and 488 more/);
  assert.match(text, /and 480 more waves/);
});

test("no text of a plan is markup", () => {
  const nasty = "a`b`<img src=x>|[x](command:evil) **b** $(icon) @user https://x.example\n# h";
  const text = escaped(nasty);
  assert.doesNotMatch(text, /<|>|\n/);
  for (const sign of ["`", "|", "[", "]", "(", ")", "*", "$", "#", "@", ":"]) {
    const bare = [...text.matchAll(new RegExp(`(?<!\\\\)\\${sign}`, "g"))];
    assert.equal(bare.length, 0, `${sign} in ${text}`);
  }
  const row = scheduleAsMarkdown({ ...SCHEDULE, waves: [["a | b\n| c"]] });
  assert.match(row, /\| 1 \| a \\\| b \\\| c \|\n/);
});

test("what replanning did, and what was not understood", () => {
  const text = replannedAsMarkdown({
    summary: "1 task removed",
    changes: [{ kind: "removed", task: "T1", what: "Documentation", why: "asked for" }],
    notUnderstood: ["make it *nice*"],
    notes: [],
    newFiles: [],
  });
  assert.equal(text, "**1 task removed**\n\n- removed T1: Documentation (asked for)\n\nNot understood, so nothing was done about it: make it \\*nice\\*\n\n");
});
