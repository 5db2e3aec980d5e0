// What the server is told of the editor's settings, and which documents it is told of.

import assert from "node:assert/strict";
import { test } from "node:test";
import { saysThatItIsAPlan } from "../../src/documents.ts";
import { hoursAndMinutes } from "../../src/durations.ts";
import { isOfTheServer, settingsThatAreSet } from "../../src/settings.ts";

test("only what somebody has set is told, the narrowest scope first", () => {
  const set: Record<string, object> = {
    "orchestrate.exclude": { defaultValue: [], globalValue: ["a/**"], workspaceValue: ["b/**"] },
    "orchestrate.codeLenses.total": { defaultValue: true, workspaceFolderValue: false },
    "orchestrate.codeLenses.ready": { defaultValue: true },
    "orchestrate.codeLenses.handoff": { globalValue: true },
    "orchestrate.rules": { globalValue: { a: "off", b: "hint" }, workspaceValue: { b: "error" } },
  };
  assert.deepEqual(settingsThatAreSet(Object.keys(set), (name) => set[name]), {
    exclude: ["b/**"],
    codeLenses: { total: false, handoff: true },
    rules: { a: "off", b: "error" },
  });
});

test("nothing set is an empty object", () => {
  assert.deepEqual(settingsThatAreSet(["orchestrate.exclude"], () => undefined), {});
});

test("settings of the extension itself are not the server's", () => {
  assert.ok(isOfTheServer("orchestrate.logLevel"));
  assert.ok(!isOfTheServer("orchestrate.server.path"));
  assert.ok(!isOfTheServer("orchestrate.trace.server"));
});

test("the mark of a plan", () => {
  assert.ok(saysThatItIsAPlan(["---", "# orchestrate: plan"]));
  assert.ok(saysThatItIsAPlan(["\ufeff#orchestrate:plan  "]));
  assert.ok(!saysThatItIsAPlan(["# orchestrate: planner", "orchestrate: plan", "x # orchestrate: plan", "  # orchestrate: plan"]));
});

test("working time as people write it", () => {
  assert.deepEqual([0, 60, 5400, 68400].map(hoursAndMinutes), ["0m", "1m", "1h30m", "19h"]);
});
