// What an author does with a plan: open it, see what is wrong, repair it, rename, complete, hover.

import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { PATIENCE } from "./editor.mjs";

const PLAN = "auth.plan.yaml";
const GOAL = "Build a shop with search and payments";

export const editing = {
  async run(editor, { step }) {
    const { page } = editor;

    await step("Open the plan and see squiggles", async () => {
      await editor.open(PLAN);
      await editor.squiggles().first().waitFor({ timeout: PATIENCE });
    });

    await step("The problems view lists the findings once", async () => {
      const rows = await editor.until("findings in the problems view", async () => {
        const seen = await editor.problems();
        return seen.some((row) => row.includes("unknown-agent")) && seen;
      });
      assert.ok(rows.some((row) => row.includes("critical-path")), rows.join("\n"));
      const first = rows.filter((row) => row.includes("database-architect") && row.includes("unknown-agent"));
      assert.equal(first.length, 1, first.join("\n"));
    });

    await step("The status item shows the critical path", async () => {
      await page.locator(".statusbar-item", { hasText: /Plan:.*19h/ }).waitFor({ timeout: PATIENCE });
    });

    await step("A quick fix takes away a redundant dependency", async () => {
      await editor.goToText(PLAN, "dependencies: [T1, T2]", "dependencies: [T".length);
      await editor.press("Control+.");
      const actions = page.locator(".action-widget .monaco-list-row");
      await actions.first().waitFor({ timeout: PATIENCE });
      await editor.picture("editing-quick-fix-menu");
      await actions.filter({ hasText: /remove/i }).first().click();
      await editor.saved(PLAN, /id: T3[\s\S]*?dependencies: \[T2\]/);
    });

    await step("Renaming a task changes its uses", async () => {
      await editor.goToText(PLAN, "- id: T2", "- id: T".length);
      await editor.press("F2");
      const box = page.locator(".rename-box input");
      await box.waitFor({ timeout: PATIENCE });
      await box.fill("api");
      await box.press("Enter");
      await box.waitFor({ state: "hidden", timeout: PATIENCE });
      const text = await editor.saved(PLAN, /- id: api\n/, /dependencies: \[api\]/);
      assert.doesNotMatch(text, /\bT2\b/);
    });

    await step("A dependency is completed", async () => {
      await editor.goToText(PLAN, "dependencies: [api]", "dependencies: [api".length);
      await editor.type(", ");
      await editor.press("Control+Space");
      const offers = page.locator(".suggest-widget .monaco-list-row");
      await offers.first().waitFor({ timeout: PATIENCE });
      await editor.picture("editing-completion");
      const offered = await offers.allInnerTexts();
      assert.ok(offered.some((each) => each.startsWith("T4")), offered.join("\n"));
      await editor.type("T4");
      await page.locator(".suggest-widget .monaco-list-row.focused", { hasText: /^T4/ }).waitFor({ timeout: PATIENCE });
      await editor.press("Enter");
      await editor.saved(PLAN, /id: T3[\s\S]*?dependencies: \[api, T4\]/);
    });

    await step("A plan whose goal has grown is regenerated", async () => {
      await editor.orchestrate("plan", GOAL, "--output", "shop.plan.yaml", "--no-context");
      await writeFile(path.join(editor.folder, "shop.plan.yaml"), (await editor.text("shop.plan.yaml")).replace(GOAL, `${GOAL}, reviews`));
      await editor.open("shop.plan.yaml");
      await page.locator(".statusbar-item", { hasText: /Plan:.*\d+h/ }).waitFor({ timeout: PATIENCE });
      const action = page.locator(".action-widget .monaco-list-row", { hasText: "Regenerate plan from its goal" }).first();
      await editor.until("the action", async () => {
        await editor.command("Source Action...");
        return action.click({ timeout: 10_000 }).then(() => true, () => editor.press("Escape"));
      });
      await editor.saved("shop.plan.yaml", /name: Reviews/);
      await editor.open(PLAN);
    });

    await step("Hovering a task tells its times and offers the hand-off", async () => {
      await editor.goToText(PLAN, "- id: T1", "- id: T".length);
      await editor.press("Control+K");
      await editor.press("Control+I");
      const hover = page.locator(".monaco-hover:not(.hidden)", { hasText: "Copy hand-off" });
      await hover.waitFor({ timeout: PATIENCE });
      await editor.picture("editing-hover");
      await hover.getByText("Copy hand-off").click();
      await page.getByText(/hand-off of T1 is in the clipboard/).first().waitFor({ timeout: PATIENCE });
    });

    await step("A cycle is an error while it is typed", async () => {
      await editor.press("Escape");
      await editor.goToText(PLAN, "dependencies: []", "dependencies: [".length);
      await editor.type("T8");
      await editor.squiggles("squiggly-error").first().waitFor({ timeout: PATIENCE });
      const rows = await editor.until("the cycle", async () => {
        const seen = await editor.problems();
        return seen.some((row) => row.includes("dependency-cycle")) && seen;
      });
      assert.equal(rows.filter((row) => row.includes("dependency-cycle")).length, 1);
    });

    await step("A server that is killed comes back and knows the unsaved text", async () => {
      const [server, ...more] = await editor.servers();
      assert.deepEqual([typeof server, more], ["number", []]);
      process.kill(server, "SIGKILL");
      // The cursor stands behind the T8 that was typed before and is not saved.
      await editor.press("Backspace");
      await editor.press("Backspace");
      await editor.until("the cycle to go", async () => !(await editor.problems()).some((row) => row.includes("dependency-cycle")));
      await editor.type("T9");
      await editor.until("T9 to be part of a cycle", async () => (await editor.problems()).some((row) => row.includes("dependency-cycle")));
      await editor.press("Backspace");
      await editor.press("Backspace");
      await editor.save(PLAN);
    });

    return [];
  },
};
