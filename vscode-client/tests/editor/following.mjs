// How a plan gets on: reports from the Plans view, the picture and chat, and what all of them show then; a terminal with the
// program for what runs.

import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { Conversation } from "./conversation.mjs";
import { PATIENCE } from "./editor.mjs";

const PLAN = "auth.plan.yaml";

export const following = {
  async run(editor, { step }) {
    const { page } = editor;
    const rows = page.locator("#workbench\\.parts\\.sidebar .monaco-list-row");
    const task = (name) => rows.filter({ hasText: name }).first();
    const menu = page.locator(".context-view .action-item, .monaco-menu .action-item");
    const view = () => page.frameLocator("iframe.webview.ready").last().frameLocator("iframe").last();
    const journal = async () =>
      (await editor.text(path.join(".orchestrate", "auth.events.jsonl")))
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line));

    /** Choose from a row's context menu, again where the list has moved on meanwhile and nothing comes of it. */
    async function choose(row, title, outcome) {
      await editor.until(`what comes of ${title}`, async () => {
        await row.click({ button: "right", timeout: 10_000 });
        const chosen = await menu.filter({ hasText: title }).first().click({ timeout: 5000 }).then(() => true, () => false);
        if (!chosen) {
          await editor.press("Escape");
          return false;
        }
        return outcome.first().waitFor({ timeout: 15_000 }).then(() => true, () => false);
      });
    }

    await step("The Plans view shows what can start", async () => {
      await editor.open(PLAN);
      await editor.squiggles().first().waitFor({ timeout: PATIENCE });
      await page.locator(".activitybar .action-label[aria-label^='Orchestrate']").first().click();
      await task(PLAN).locator(".monaco-tl-twistie").click();
      await task("Database Schema").waitFor({ timeout: PATIENCE });
      await task("Database Schema").locator(".codicon-play-circle").waitFor({ timeout: PATIENCE });
    });

    await step("A task is started from the Plans view, and its journal begins", async () => {
      await choose(task("Database Schema"), "Start", page.getByText(/T1 is in progress/));
      await task("Database Schema").locator(".codicon-sync").waitFor({ timeout: PATIENCE });
      assert.deepEqual((await journal()).map((event) => [event.task, event.event ?? event.kind ?? event.type]), [["T1", "started"]]);
      assert.match(await editor.text(PLAN), /plan_id: p[0-9a-f]{12}/);
    });

    await step("What makes no sense is refused, and can be recorded all the same", async () => {
      await choose(task("OAuth2 Integration"), "Start", page.locator(".notification-list-item", { hasText: "T3 cannot be started" }));
      await page.getByRole("button", { name: "Record It All the Same" }).first().waitFor({ timeout: PATIENCE });
      assert.equal((await journal()).length, 1);
      await editor.command("Notifications: Clear All Notifications");
    });

    await step("Progress in percent", async () => {
      const box = page.locator(".quick-input-widget .quick-input-box input");
      await choose(task("Database Schema"), "Report Progress", box);
      await box.fill("150");
      await page.getByText(/A number from 0 to 100/).first().waitFor({ timeout: PATIENCE });
      await box.fill("40");
      await box.press("Enter");
      await rows.filter({ hasText: /40% / }).first().waitFor({ timeout: PATIENCE });
    });

    await step("The picture shows progress and offers reports", async () => {
      await editor.command("Orchestrate: Show Plan as a Picture");
      await view().locator('.task.in_progress[data-id="T1"]').waitFor({ timeout: PATIENCE });
      assert.match((await view().locator('.task[data-id="T1"]').getAttribute("aria-label")) ?? "", /in progress.*40% complete/);
      await view().locator('.task[data-id="T1"]').click({ button: "right" });
      const choices = page.locator(".quick-input-list .monaco-list-row");
      await choices.filter({ hasText: "Mark as Done" }).first().click({ timeout: PATIENCE });
      await page.getByText(/T2 can start now/).first().waitFor({ timeout: PATIENCE });
      await view().locator('.task.completed[data-id="T1"]').waitFor({ timeout: PATIENCE });
      await view().locator('.task.ready[data-id="T2"]').waitFor({ timeout: PATIENCE });
      await editor.until("the whole in words", async () => /\d+% done: 1 of 10 tasks done/.test(await view().locator("#status").innerText()));
    });

    await step("Another program's report is seen without asking", async () => {
      await editor.orchestrate("task", "start", PLAN, "T2");
      await view().locator('.task.in_progress[data-id="T2"]').waitFor({ timeout: PATIENCE });
      await task("Authentication API").locator(".codicon-sync").waitFor({ timeout: PATIENCE });
    });

    await step("Chat says how the plan stands", async () => {
      await editor.open(PLAN);
      const conversation = new Conversation(editor);
      await conversation.open();
      const answer = await conversation.ask("@orchestrator /status ");
      await answer.getByText(/of the work is done/).first().waitFor({ timeout: PATIENCE });
      await answer.getByText(/1 of 10 tasks done/).first().waitFor({ timeout: PATIENCE });
      await answer.getByText("Report on a Task").first().waitFor({ timeout: PATIENCE });
    });

    await step("The program follows the plan in a terminal", async () => {
      await editor.open(PLAN);
      await editor.command("Orchestrate: Follow Plan in a Terminal");
      // What a terminal shows is drawn on a canvas; the picture of this step has it.
      await page.getByText("Status of auth.plan.yaml").first().waitFor({ timeout: PATIENCE });
      await page.locator(".terminal-wrapper .xterm").first().waitFor({ timeout: PATIENCE });
    });

    await step("A lens runs the plan in a terminal", async () => {
      await editor.open(PLAN);
      await page.locator(".codelens-decoration a", { hasText: "Run..." }).first().click({ timeout: PATIENCE });
      await page.getByText("Run auth.plan.yaml").first().waitFor({ timeout: PATIENCE });
    });

    await step("Chat reports on the plan", async () => {
      await editor.open(PLAN);
      const conversation = new Conversation(editor);
      const answer = await conversation.ask("@orchestrator /report ");
      await answer.getByText(/Task breakdown/).first().waitFor({ timeout: PATIENCE });
    });

    await step("Nothing else was left beside the plan", async () => {
      const left = await readdir(path.join(editor.folder, ".orchestrate"));
      assert.deepEqual(left.filter((name) => !/^(\.gitattributes|\.gitignore|auth\.events\.(jsonl|lock))$/.test(name)), []);
    });

    return [];
  },
};
