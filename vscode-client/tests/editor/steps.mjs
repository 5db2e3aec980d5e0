// Runs named steps one after the other, each with a picture of the editor, and says which failed. Knows no editor's insides.

export class Steps {
  failed = [];
  passed = 0;

  constructor(editor, prefix = "") {
    this.editor = editor;
    this.prefix = prefix;
  }

  /** Run a step. A failed one is told and the next is tried: one run shows all that is wrong. */
  async step(name, act) {
    const started = performance.now();
    const file = `${this.prefix}${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-")}`;
    try {
      await act();
      this.passed += 1;
      console.log(`passed  ${name} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
    } catch (error) {
      this.failed.push(name);
      console.log(`FAILED  ${name}: ${error instanceof Error ? error.message : error}`);
    }
    await this.editor.picture(file).catch(() => undefined);
  }
}
