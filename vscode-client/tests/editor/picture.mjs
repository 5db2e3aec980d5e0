// The picture of a plan beside its text: graph and Gantt chart, both ways between picture and text, and while typing.

import assert from "node:assert/strict";
import { PATIENCE } from "./editor.mjs";

const PLAN = "auth.plan.yaml";

export const picture = {
  async run(editor, { step }) {
    const { page } = editor;
    const view = () => page.frameLocator("iframe.webview.ready").last().frameLocator("iframe").last();
    const task = (id) => view().locator(`.task[data-id="${id}"]`);

    await step("The graph is shown beside the text", async () => {
      await editor.open(PLAN);
      await editor.squiggles().first().waitFor({ timeout: PATIENCE });
      await editor.command("Orchestrate: Show Plan as a Picture");
      await task("T8").waitFor({ timeout: PATIENCE });
      assert.equal(await view().locator(".task").count(), 10);
      assert.equal(await view().locator(".task.critical").count(), 5);
      assert.match(await view().locator("#status").innerText(), /10 tasks, \d+h/);
      const [whole, last] = [await view().locator("#canvas").boundingBox(), await task("T8").boundingBox()];
      assert.ok(last.x + last.width <= whole.x + whole.width, "all of the graph is in sight");
    });

    await step("A click on a task goes to its text", async () => {
      await task("T7").click();
      await page.locator(".statusbar-item", { hasText: /Ln 56,/ }).waitFor({ timeout: PATIENCE });
    });

    await step("The cursor in the text marks the task", async () => {
      await editor.goToText(PLAN, "OAuth2 Integration");
      await view().locator('.task.selected[data-id="T3"]').waitFor({ timeout: PATIENCE });
    });

    await step("The picture follows what is typed and keeps its zoom", async () => {
      await view().getByRole("button", { name: "Larger" }).click();
      const before = await view().locator("svg").getAttribute("viewBox");
      // The line is asked for in the editor that was used last, which has to be the text.
      await page.locator(".editor-instance .monaco-editor").first().click({ position: { x: 500, y: 20 } });
      await editor.goToText(PLAN, "dependencies: [T6, T7]", "dependencies: [T6, T7".length);
      await editor.type(", T10");
      await editor.until("T10 to be on the critical path", async () => (await task("T8").getAttribute("aria-label"))?.includes("T10"));
      assert.equal(await view().locator("svg").getAttribute("viewBox"), before);
    });

    await step("The Gantt chart has a lane for each agent", async () => {
      await view().getByRole("button", { name: "Gantt" }).click();
      await view().getByText("database-architect", { exact: true }).waitFor({ timeout: PATIENCE });
      assert.equal(await view().locator(".task").count(), 10);
      assert.match((await task("T1").locator("title").textContent()) ?? "", /0m to 2h; critical, no slack/);
    });

    await step("Keys reach the tasks", async () => {
      await task("T5").focus();
      await editor.press("Enter");
      await page.locator(".statusbar-item", { hasText: /Ln 38,/ }).waitFor({ timeout: PATIENCE });
    });

    await step("The Plans view lists plans, waves and tasks", async () => {
      await page.locator(".activitybar .action-label[aria-label^='Orchestrate']").first().click();
      const rows = page.locator("#workbench\\.parts\\.sidebar .monaco-list-row");
      await rows.filter({ hasText: PLAN }).first().locator(".monaco-tl-twistie").click();
      await rows.filter({ hasText: "Wave 1" }).first().waitFor({ timeout: PATIENCE });
      await rows.filter({ hasText: "OAuth2 Integration" }).first().click();
      await page.locator(".statusbar-item", { hasText: /Ln 20,/ }).waitFor({ timeout: PATIENCE });
    });

    return [];
  },
};
