// The skill for agents in the list of slash commands.

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
        await page.waitForTimeout(3000);
        return (await offers.allInnerTexts()).some((each) => each.includes("Turn a goal into a checked task plan"));
      });
    });

    return [];
  },
};
