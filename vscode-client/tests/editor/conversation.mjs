// The chat view, as a person uses it: opened, a model chosen, questions asked, answers waited for.

import { PATIENCE } from "./editor.mjs";

export class Conversation {
  constructor(editor) {
    this.editor = editor;
    this.page = editor.page;
    this.input = this.page.locator(".interactive-input-part .monaco-editor").first();
  }

  async open() {
    // Pressed again where the first key came too early.
    await this.editor.until("the chat view", async () => {
      if (await this.input.isVisible()) {
        return true;
      }
      await this.editor.press("Control+Alt+I");
      return this.input.waitFor({ timeout: 5000 }).then(() => true, () => false);
    });
  }

  /** The name of the model that would be asked. */
  model(name) {
    return this.page.locator(".interactive-input-part .action-label", { hasText: name }).first();
  }

  async choose(name) {
    const rows = this.page.locator(".action-widget .monaco-list-row, .context-view .monaco-list-row").filter({ hasText: name });
    await this.editor.until(`the model ${name} to be chosen`, async () => {
      if (await this.model(name).isVisible()) {
        return true;
      }
      await this.model(/Orchestrate|Auto|model/).click({ timeout: 5000 }).catch(() => undefined);
      // The list shows the models that were used, and others when one looks for them.
      await this.editor.type(name);
      await rows.first().click({ timeout: 5000 }).catch(() => this.editor.press("Escape"));
      return this.model(name).waitFor({ timeout: 3000 }).then(() => true, () => false);
    });
  }

  // The list keeps only what is in sight, in an order of its own; rows know their places.
  async last() {
    const items = this.page.locator(".interactive-item-container");
    const places = await items.evaluateAll((all) => all.map((item) => Number(item.closest("[data-index]")?.dataset.index ?? -1)));
    return Math.max(-1, ...places);
  }

  /** Write a question, without sending it. */
  async write(text) {
    await this.input.click({ timeout: PATIENCE });
    await this.editor.press("Control+A");
    await this.editor.press("Delete");
    await this.editor.type(text);
    // The list of participants and commands that opens while typing would take the Enter.
    await this.editor.press("Escape");
  }

  /** Ask, and wait until there is an answer, which need not be whole. */
  async ask(text) {
    const before = await this.last();
    await this.write(text);
    await this.editor.press("Enter");
    // The question and its answer.
    const place = await this.editor.until("an answer", async () => {
      const now = await this.last();
      return now >= before + 2 && now;
    });
    return this.page.locator(`[data-index="${place}"] .interactive-item-container`);
  }

  /** Until nothing is under way any more. */
  async finished() {
    await this.page.locator(".interactive-input-part .codicon-stop-circle").first().waitFor({ state: "hidden", timeout: PATIENCE });
  }

  async stop() {
    await this.page.locator(".interactive-input-part .codicon-stop-circle").first().click({ timeout: PATIENCE });
  }
}
