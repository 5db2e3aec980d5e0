// Runs named steps one after the other, each with a picture of the editor, and says which failed. Knows no editor's insides.

export class Steps {
  failed = [];
  passed = 0;

  /** `endsEarly`: nothing more is tried after a step that failed. */
  constructor(editor, { prefix = "", log = console.log, endsEarly = false } = {}) {
    this.editor = editor;
    this.log = log;
    this.endsEarly = endsEarly;
    this.prefix = prefix;
  }

  /** Run a step. A failed one is told, and the next is tried, so that one run shows all that is wrong, or the suite ends. */
  async step(name, act) {
    const started = performance.now();
    const file = `${this.prefix}${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-")}`;
    try {
      await act();
      this.passed += 1;
      this.log(`passed  ${name} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
    } catch (error) {
      this.failed.push(name);
      this.log(`FAILED  ${name}: ${error instanceof Error ? error.message : error}`);
    }
    await this.editor.picture(file).catch(() => undefined);
    if (this.endsEarly && this.failed.length > 0) {
      throw new Error(`nothing more is tried after ${this.failed[0]}`);
    }
  }
}
