// Asks the server how plans stand, and says when that may have changed: when a journal has grown. Keeps nothing and does not
// poll. In an untrusted workspace there is no progress: what a journal there says is nobody's word.

import * as vscode from "vscode";
import type { Session } from "./server/session.ts";
import type { Standing } from "./standing.ts";

const JOURNALS = "**/.orchestrate/*.events.jsonl";
const WAIT_MS = 200;

export class Progress implements vscode.Disposable {
  private readonly session: Session;
  private readonly changed = new vscode.EventEmitter<void>();
  /** Fires some time after a journal of the workspace has changed. */
  readonly onChanged = this.changed.event;
  private readonly watcher = vscode.workspace.createFileSystemWatcher(JOURNALS);
  private timer: NodeJS.Timeout | undefined;

  constructor(session: Session) {
    this.session = session;
    session.onProgress(() => this.soon());
    // Of plans that are not open the server says nothing.
    for (const on of [this.watcher.onDidCreate, this.watcher.onDidChange, this.watcher.onDidDelete]) {
      on(() => this.soon());
    }
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.watcher.dispose();
    this.changed.dispose();
  }

  /** How a plan stands; undefined where that is not known. */
  async of(uri: vscode.Uri): Promise<Standing | undefined> {
    if (!vscode.workspace.isTrusted) {
      return undefined;
    }
    await this.session.ready();
    if (!this.session.offers("orchestrate.status")) {
      return undefined;
    }
    return this.session.call<Standing>("orchestrate.status", { uri: uri.toString() }).catch(() => undefined);
  }

  /** Tell those who show progress that there may be news. */
  soon(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.changed.fire(), WAIT_MS);
  }
}
