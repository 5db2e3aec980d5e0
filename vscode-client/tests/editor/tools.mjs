// The tools for agents, called by another extension, and the skill in the list of slash commands.

import assert from "node:assert/strict";
import { access, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { PATIENCE } from "./editor.mjs";

const CALLS = [
  { name: "orchestrate_check", input: { file: "auth.plan.yaml" } },
  { name: "orchestrate_schedule", input: { file: "auth.plan.yaml" } },
  { name: "orchestrate_check", input: { file: "../elsewhere.plan.yaml" } },
  { name: "orchestrate_plan", input: { goal: "Build a newsletter service with double opt-in" } },
  { name: "orchestrate_plan", input: { goal: "  " } },
];

export const tools = {
  async prepare(folder) {
    await writeFile(path.join(folder, "calls.json"), JSON.stringify(CALLS));
    return { unpacked: [path.join(path.dirname(fileURLToPath(import.meta.url)), "caller")] };
  },

  async run(editor, { step }) {
    const { page } = editor;

    await step("Tools answer what an agent asks", async () => {
      await editor.command("Test: Call Tools");
      await editor.until("the answers", async () => {
        for (const name of ["Allow", "Continue"]) {
          const button = page.getByRole("button", { name, exact: true });
          if (await button.count()) {
            await button.first().click();
          }
        }
        return access(path.join(editor.folder, "answers.json")).then(() => true, () => false);
      });
      const { offered, answers } = JSON.parse(await editor.text("answers.json"));
      assert.deepEqual([...offered].sort(), ["orchestrate_check", "orchestrate_plan", "orchestrate_replan", "orchestrate_schedule"]);
      const [checked, scheduled, elsewhere, planned, empty] = answers;
      assert.match(checked.text, /line 7: warning\[unknown-agent\] .*database-architect/);
      assert.match(scheduled.text, /\(19h\): T1 → T2 → T3 → T7 → T8/);
      assert.match(elsewhere.error, /There is no plan \.\.\/elsewhere\.plan\.yaml in the workspace\. There are: auth\.plan\.yaml/);
      const file = /written to (\S+\.plan\.yaml)/.exec(planned.text)?.[1];
      assert.ok(file, JSON.stringify(planned));
      assert.match(await editor.text(file), /newsletter/);
      assert.match(empty.error, /`goal` is needed/);
    });

    await step("The skill is offered as a bare slash command", async () => {
      await editor.press("Control+Alt+I");
      const input = page.locator(".interactive-input-part .monaco-editor").first();
      await input.click({ timeout: PATIENCE });
      await editor.type("/orch");
      const offers = page.locator(".suggest-widget .monaco-list-row");
      await offers.first().waitFor({ timeout: PATIENCE });
      await editor.until("the skill", async () => (await offers.allInnerTexts()).some((each) => each.includes("Turn a goal into a checked task plan")));
    });

    return [];
  },
};
