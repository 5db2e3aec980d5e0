// The skill for agents in the list of slash commands.

import { PATIENCE } from "./editor.mjs";

export const tools = {
  async run(editor, { step }) {
    const { page } = editor;

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
