// The skill for agents in the list of slash commands, and the walkthrough.

import { PATIENCE } from "./editor.mjs";

export const tools = {
  async run(editor, { step }) {
    const { page } = editor;

    await step("The skill is offered as a bare slash command", async () => {
      await editor.press("Control+Alt+I");
      const input = page.locator(".interactive-input-part .monaco-editor").first();
      await input.click({ timeout: PATIENCE });
      const offers = page.locator(".suggest-widget .monaco-list-row");
      // Just after the start the chat knows no skills yet, and what was typed then is not looked up again.
      await editor.until("the skill", async () => {
        await editor.press("Control+A");
        await editor.press("Delete");
        await editor.type("/orch");
        return offers.filter({ hasText: "Turn a goal into a checked task plan" }).first().waitFor({ timeout: 3000 }).then(() => true, () => false);
      });
    });

    await step("The walkthrough has its steps and pictures", async () => {
      // Pictures are shown where there is room for them.
      await editor.press("Control+Alt+B");
      await editor.command("Welcome: Open Walkthrough...");
      await page.locator(".quick-input-list .monaco-list-row", { hasText: "Get Started with Orchestrate" }).first().click({ timeout: PATIENCE });
      await page.locator(".gettingStartedContainer").getByText("Follow and run it").first().click({ timeout: PATIENCE });
      const picture = page.getByAltText("The Plans view with the states of tasks.").first();
      await editor.until("the picture to be drawn", async () => picture.evaluate((image) => image.naturalWidth > 0).catch(() => false));
    });

    return [];
  },
};
