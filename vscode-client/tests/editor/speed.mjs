// How long one waits, measured while nothing else is tried: for the extension to be active, for the first diagnostics, for a
// large picture. The figures are printed, and none is asserted: machines differ.

import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { PATIENCE } from "./editor.mjs";

const PLAN = "auth.plan.yaml";
const MANY = 1000;

export const speed = {
  async prepare(folder) {
    await writeFile(path.join(folder, "second.plan.yaml"), "tasks:\n  - id: A\n    estimated_time: 1h\n    dependencies: [B]\n");
    const tasks = Array.from({ length: MANY }, (_, index) => {
      const before = index < 10 ? "" : `T${index - 10}, T${index - 7 - (index % 3)}`;
      return `  - id: T${index}\n    name: Task number ${index} <b>not bold</b>\n    estimated_time: ${1 + (index % 5)}h\n    dependencies: [${before}]\n    agent: agent-${index % 8}\n`;
    });
    await writeFile(path.join(folder, "many.plan.yaml"), `tasks:\n${tasks.join("")}`);
    return {};
  },

  async run(editor, { step }) {
    const { page } = editor;
    const figures = [];

    await step("The extension is active without a server", async () => {
      await editor.command("Developer: Show Running Extensions");
      const row = page.locator(".runtime-extensions-editor .monaco-list-row", { hasText: /^\s*Orchestrate/ }).first();
      const told = row.getByText(/Activation: \d+ms/).first();
      await told.waitFor({ timeout: PATIENCE });
      figures.push(`activation, on the extension host's thread: ${/(\d+)ms/.exec(await told.innerText())[1]} ms`);
      assert.deepEqual(await editor.servers(), []);
      // It stands before the files.
      await page.locator(".runtime-extensions-editor .monaco-list").click();
      await editor.press("Escape");
      await row.waitFor({ state: "hidden", timeout: PATIENCE });
    });

    await step("The first plan is opened, and its findings are seen", async () => {
      const opened = await timed(() => editor.open(PLAN), () => editor.squiggles().first().waitFor({ timeout: PATIENCE }));
      figures.push(`from opening the first plan to its diagnostics, the server started for it: ${opened} ms`);
      assert.equal((await editor.servers()).length, 1);
    });

    await step("A second plan needs no new server", async () => {
      const opened = await timed(
        () => editor.open("second.plan.yaml"),
        () => editor.squiggles("squiggly-error").first().waitFor({ timeout: PATIENCE }),
      );
      figures.push(`from opening another plan to its diagnostics: ${opened} ms`);
      assert.equal((await editor.servers()).length, 1);
    });

    await step(`The picture of a plan of ${MANY} tasks`, async () => {
      await editor.open("many.plan.yaml");
      await editor.command("Orchestrate: Show Plan as a Picture");
      const view = page.frameLocator("iframe.webview.ready").last().frameLocator("iframe").last();
      const drawn = await timed(
        () => undefined,
        () => editor.until("all tasks to be drawn", async () => (await view.locator(".task").count()) === MANY),
      );
      figures.push(`from asking for the picture of ${MANY} tasks to seeing it: ${drawn} ms`);
      assert.equal(await view.locator("b").count(), 0);
    });

    return figures;
  },
};

/** Milliseconds from the end of an action to something being seen. */
async function timed(act, seen) {
  await act();
  const started = performance.now();
  await seen();
  return Math.round(performance.now() - started);
}
