// Has the editor ask for lenses once more when they have settled. VS Code frees the commands of the lenses it had before as soon as
// newer ones are there, but what is drawn keeps the old ones where no frame was drawn in between (a busy machine, a covered
// window); a click on such a lens does nothing, for as long as nothing else makes it ask again. The lens by which a person
// approves a task is often the last to come: microsoft/vscode#226936.

const WAIT_MS = 2000;

/** A lens, as far as it matters whether it is another. */
export interface Lens {
  range: { start: { line: number } };
  command?: { title: string } | undefined;
}

export class SettledLenses<Document extends object> {
  private readonly known = new WeakMap<Document, string>();
  private readonly askAgain: () => void;
  private timer: NodeJS.Timeout | undefined;
  private watched = true;
  private missed = false;

  constructor(askAgain: () => void) {
    this.askAgain = askAgain;
  }

  /** The lenses of a document were given to the editor. The same as before need no further asking, by which this comes to an end. */
  given(document: Document, lenses: readonly Lens[]): void {
    const now = JSON.stringify(lenses.map(({ range, command }) => [range.start.line, command?.title]));
    if (this.known.get(document) === now) {
      return;
    }
    this.known.set(document, now);
    this.missed ||= !this.watched;
    clearTimeout(this.timer);
    this.timer = setTimeout(this.askAgain, WAIT_MS);
  }

  /** The window has come to the front, or is left. */
  watching(watched: boolean): void {
    this.watched = watched;
    if (watched && this.missed) {
      this.missed = false;
      this.askAgain();
    }
  }

  dispose(): void {
    clearTimeout(this.timer);
  }
}
