// The chat view of a fresh VS Code without an account: planning, changing and explaining with the offline planner.

import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { Conversation } from "./conversation.mjs";
import { PATIENCE } from "./editor.mjs";

const PLAN = "auth.plan.yaml";
const GOAL = "Build a user authentication system with OAuth2, email verification, and password reset";

export const chat = {
  async run(editor, { step }) {
    const { page } = editor;
    const conversation = new Conversation(editor);
    const ask = (text) => conversation.ask(text);

    await step("The offline planner is a model of the chat view", async () => {
      await editor.open(PLAN);
      await editor.squiggles().first().waitFor({ timeout: PATIENCE });
      await conversation.open();
      await conversation.model(/Orchestrate/).waitFor({ timeout: PATIENCE });
    });

    await step("A missing goal is asked for", async () => {
      const answer = await ask("@orchestrator /orchestrate ");
      await answer.getByText(/Say what is to be reached/).waitFor({ timeout: PATIENCE });
    });

    await step("A goal becomes a plan file that is opened", async () => {
      const answer = await ask(`@orchestrator /orchestrate ${GOAL}`);
      await answer.getByText(/Critical path/).first().waitFor({ timeout: PATIENCE });
      const plans = (await readdir(editor.folder)).filter((name) => name.endsWith(".plan.yaml") && name !== PLAN);
      assert.equal(plans.length, 1, plans.join(", "));
      await editor.tab(plans[0]).waitFor({ timeout: PATIENCE });
      assert.match(await editor.text(plans[0]), /OAuth2/);
      await answer.getByText("Open the Plan").waitFor({ timeout: PATIENCE });
      await conversation.finished();
    });

    await step("A goal with HTML, backticks and links stays text", async () => {
      const goal = "Build a `web shop` with <img src=x onerror=alert(1)> and [a link](command:workbench.action.quit) for orders";
      const answer = await ask(`@orchestrator /orchestrate ${goal}`);
      // Not only a beginning: the new plan is opened, which would take the place of what is opened next.
      await answer.getByText("Open the Plan").first().waitFor({ timeout: PATIENCE });
      await conversation.finished();
      assert.equal(await answer.locator("img[src='x'], a[href^='command:workbench.action.quit'], a[data-href^='command:workbench']").count(), 0);
      const plans = (await readdir(editor.folder)).filter((name) => name.endsWith(".plan.yaml"));
      const texts = await Promise.all(plans.map((name) => editor.text(name)));
      assert.ok(texts.some((text) => text.includes("goal: Build a `web shop` with <img src=x onerror=alert(1)> and [a link](command:")));
    });

    await step("Explaining a task of the open plan", async () => {
      await editor.open(PLAN);
      const answer = await ask("@orchestrator /explain why is T3 critical?");
      await answer.getByText(/Slack: none/).first().waitFor({ timeout: PATIENCE });
    });

    await step("Changing the open plan", async () => {
      await editor.open(PLAN);
      const answer = await ask("@orchestrator /replan remove T10");
      // What is taken away has to be agreed to.
      const apply = page.getByRole("button", { name: "Apply", exact: true });
      await apply.waitFor({ timeout: PATIENCE });
      await page.locator(".part.panel .monaco-list-row", { hasText: PLAN }).first().click();
      await editor.press("Space");
      await editor.picture("chat-preview");
      await apply.click();
      await answer.getByText(/Critical path|Not understood/).first().waitFor({ timeout: PATIENCE });
      await editor.open(PLAN);
      await editor.saved(PLAN, /^(?![\s\S]*id: T10)/);
    });

    return [];
  },
};
