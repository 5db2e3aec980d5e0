// When the editor is made to ask for lenses once more.

import assert from "node:assert/strict";
import { test } from "node:test";
import { type Lens, SettledLenses } from "../../src/server/settledLenses.ts";

const PLAN = {};

function lenses(...titles: string[]): Lens[] {
  return titles.map((title, line) => ({ range: { start: { line } }, command: { title } }));
}

test("lenses that have changed are asked for once more, and then no more", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  let asked = 0;
  const settled = new SettledLenses<object>(() => {
    asked += 1;
    settled.given(PLAN, lenses("Approve"));
  });
  settled.given(PLAN, lenses("Run..."));
  settled.given(PLAN, lenses("Approve"));
  context.mock.timers.tick(60_000);
  assert.equal(asked, 1);
  settled.given({}, lenses("Approve"));
  context.mock.timers.tick(60_000);
  assert.equal(asked, 2);
});

test("nothing is asked while lenses keep changing", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  let asked = 0;
  const settled = new SettledLenses<object>(() => (asked += 1));
  for (let percent = 0; percent < 100; percent += 1) {
    settled.given(PLAN, lenses(`${percent}%`));
    context.mock.timers.tick(500);
  }
  assert.equal(asked, 0);
  settled.dispose();
  context.mock.timers.tick(60_000);
  assert.equal(asked, 0);
});

test("lenses that changed behind another window are asked for when the window is back", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  let asked = 0;
  const settled = new SettledLenses<object>(() => (asked += 1));
  settled.watching(false);
  settled.watching(true);
  assert.equal(asked, 0);
  settled.watching(false);
  settled.given(PLAN, lenses("Approve"));
  context.mock.timers.tick(60_000);
  assert.equal(asked, 1);
  settled.watching(true);
  assert.equal(asked, 2);
  settled.watching(true);
  assert.equal(asked, 2);
});
