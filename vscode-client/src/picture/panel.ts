// "Show plan": a view beside the editor that shows the plan's graph and its Gantt chart, and follows the text. Works out
// nothing of the plan itself; what is drawn comes from the server.

import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import { LANGUAGE } from "../documents.ts";
import type { Session } from "../server/session.ts";
import type { Progress } from "../progress.ts";
import { type Control, type FromView, type Picture, type ToView, withStanding } from "./data.ts";

const WAIT_MS = 150;
const CONTROLS: Readonly<Record<Control, string>> = {
  run: "orchestrate.run",
  pause: "orchestrate.pauseRun",
  resume: "orchestrate.resumeRun",
};

export class Pictures implements vscode.Disposable {
  private readonly session: Session;
  private readonly progress: Progress;
  private readonly folder: vscode.Uri;
  private readonly panels = new Map<string, PicturePanel>();
  private readonly command: vscode.Disposable;

  constructor(session: Session, progress: Progress, extension: vscode.Uri) {
    this.session = session;
    this.progress = progress;
    this.folder = vscode.Uri.joinPath(extension, "dist");
    this.command = vscode.commands.registerCommand("orchestrate.showPlan", (uri?: unknown) => this.show(uri));
  }

  dispose(): void {
    this.command.dispose();
    for (const panel of [...this.panels.values()]) {
      panel.dispose();
    }
  }

  private async show(given: unknown): Promise<void> {
    const uri = given instanceof vscode.Uri ? given : vscode.window.activeTextEditor?.document.uri;
    const document = uri === undefined ? undefined : await vscode.workspace.openTextDocument(uri);
    if (document?.languageId !== LANGUAGE) {
      void vscode.window.showInformationMessage("Open a plan first: a *.plan.yaml file.");
      return;
    }
    const key = document.uri.toString();
    const there = this.panels.get(key);
    if (there !== undefined) {
      there.reveal();
      return;
    }
    this.panels.set(key, new PicturePanel(this.session, this.progress, this.folder, document.uri, () => this.panels.delete(key)));
  }
}

class PicturePanel {
  private readonly session: Session;
  private readonly progress: Progress;
  private readonly uri: vscode.Uri;
  private readonly panel: vscode.WebviewPanel;
  private readonly disposables: vscode.Disposable[];
  private timer: NodeJS.Timeout | undefined;
  private asked = 0;
  private picture: Picture | undefined;
  private isReady = false;

  constructor(session: Session, progress: Progress, folder: vscode.Uri, uri: vscode.Uri, gone: () => void) {
    this.session = session;
    this.progress = progress;
    this.uri = uri;
    const name = uri.path.slice(uri.path.lastIndexOf("/") + 1);
    this.panel = vscode.window.createWebviewPanel(
      "orchestrate.picture",
      `Plan: ${name}`,
      { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true },
      { enableScripts: true, localResourceRoots: [folder], retainContextWhenHidden: true },
    );
    this.panel.webview.html = page(this.panel.webview, folder, name);
    this.disposables = [
      this.panel.webview.onDidReceiveMessage((message: FromView) => this.told(message)),
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.concerns(document.uri) && this.soon()),
      vscode.languages.onDidChangeDiagnostics(({ uris }) => uris.some((each) => this.concerns(each)) && this.soon()),
      vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => this.concerns(textEditor.document.uri) && this.follow(textEditor)),
      progress.onChanged(() => this.soon()),
      session.onState((state) => state === "running" && this.soon()),
    ];
    this.panel.onDidDispose(() => {
      clearTimeout(this.timer);
      vscode.Disposable.from(...this.disposables).dispose();
      gone();
    });
  }

  reveal(): void {
    this.panel.reveal(undefined, true);
  }

  dispose(): void {
    this.panel.dispose();
  }

  private concerns(uri: vscode.Uri): boolean {
    return uri.toString() === this.uri.toString();
  }

  private soon(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.update(), WAIT_MS);
  }

  private async update(): Promise<void> {
    if (!this.isReady) {
      return;
    }
    this.asked += 1;
    const asked = this.asked;
    try {
      const [drawn, standing] = await Promise.all([
        this.session.call<Picture>("orchestrate.picture", { uri: this.uri.toString() }),
        this.progress.of(this.uri),
      ]);
      const picture = withStanding(drawn, standing);
      if (asked === this.asked) {
        this.picture = picture;
        this.send({ type: "picture", picture, layout: this.uri.toString() });
        const editor = vscode.window.visibleTextEditors.find((each) => this.concerns(each.document.uri));
        if (editor !== undefined) {
          this.follow(editor);
        }
      }
    } catch (error) {
      if (asked === this.asked) {
        this.send({ type: "problem", message: error instanceof Error ? error.message : String(error) });
      }
    }
  }

  private follow(editor: vscode.TextEditor): void {
    const line = editor.selection.active.line;
    const before = (this.picture?.tasks ?? []).filter((task) => task.line <= line);
    this.send({ type: "cursor", id: before.sort((one, other) => one.line - other.line).at(-1)?.id });
  }

  private send(message: ToView): void {
    void this.panel.webview.postMessage(message);
  }

  private told(message: FromView): void {
    if (message.type === "ready") {
      this.isReady = true;
      void this.update();
    } else if (message.type === "reveal") {
      void this.goTo(String(message.id));
    } else if (message.type === "actions") {
      void vscode.commands.executeCommand("orchestrate.task.choose", { uri: this.uri.toString(), task: String(message.id) });
    } else if (message.type === "control" && Object.hasOwn(CONTROLS, message.what)) {
      void vscode.commands.executeCommand(CONTROLS[message.what], { uri: this.uri.toString() });
    } else if (message.type === "export" && (message.kind === "svg" || message.kind === "png")) {
      void this.save(message.kind, String(message.content));
    }
  }

  private async goTo(id: string): Promise<void> {
    const task = this.picture?.tasks.find((each) => each.id === id);
    if (task === undefined) {
      return;
    }
    const visible = vscode.window.visibleTextEditors.find((each) => this.concerns(each.document.uri));
    const selection = new vscode.Range(task.line, Number.MAX_SAFE_INTEGER, task.line, Number.MAX_SAFE_INTEGER);
    const document = await vscode.workspace.openTextDocument(this.uri);
    await vscode.window.showTextDocument(document, { viewColumn: visible?.viewColumn ?? vscode.ViewColumn.One, selection });
  }

  private async save(kind: "svg" | "png", content: string): Promise<void> {
    const target = await vscode.window.showSaveDialog({
      defaultUri: this.uri.with({ path: this.uri.path.replace(/(\.plan)?\.ya?ml$/, "") + `.${kind}` }),
      filters: { [kind.toUpperCase()]: [kind] },
    });
    if (target === undefined) {
      return;
    }
    try {
      await vscode.workspace.fs.writeFile(target, Buffer.from(content, kind === "png" ? "base64" : "utf8"));
      void vscode.window.showInformationMessage(`The picture was written to ${vscode.workspace.asRelativePath(target)}.`);
    } catch (error) {
      void vscode.window.showErrorMessage(`The picture could not be written: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

function page(webview: vscode.Webview, folder: vscode.Uri, name: string): string {
  const nonce = randomBytes(16).toString("base64");
  const at = (file: string) => webview.asWebviewUri(vscode.Uri.joinPath(folder, file)).toString();
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src 'nonce-${nonce}'`,
    "img-src data: blob:",
    // The layout library comes as text and runs as a worker, so that large graphs do not hold up the view.
    "worker-src blob:",
    `connect-src ${webview.cspSource}`,
  ].join("; ");
  const title = name.replaceAll(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>${title}</title>
</head>
<body data-nonce="${nonce}" data-worker="${at("elk-worker.min.js")}">
<div id="tools" role="toolbar" aria-label="Picture of the plan"></div>
<div id="canvas"></div>
<div id="status" role="status" aria-live="polite"></div>
<script nonce="${nonce}" src="${at("picture.js")}"></script>
</body>
</html>`;
}
