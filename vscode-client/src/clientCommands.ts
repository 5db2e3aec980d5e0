// Commands of the editor that code lenses, hovers and links of the server call with the server's arguments.

import * as vscode from "vscode";
import type { Session } from "./server/session.ts";

interface Place {
  uri: string;
  range: { start: vscode.Position; end: vscode.Position };
}

export function registerClientCommands(session: Session): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.commands.registerCommand("orchestrate.showReferences", showReferences),
    vscode.commands.registerCommand("orchestrate.copyHandoff", (of: unknown) => copyHandoff(session, of)),
    vscode.commands.registerCommand("orchestrate.showRule", (rule: unknown) => showRule(session, rule)),
    vscode.workspace.registerTextDocumentContentProvider(RULE_SCHEME, {
      provideTextDocumentContent: (uri) => session.call<string>("orchestrate.explain", { rule: uri.path.replace(/\.md$/, "") }),
    }),
  );
}

const RULE_SCHEME = "orchestrate-rule";

async function showReferences(uri: string, position: vscode.Position, places: Place[]): Promise<void> {
  const locations = places.map(
    ({ uri: where, range }) =>
      new vscode.Location(
        vscode.Uri.parse(where),
        new vscode.Range(range.start.line, range.start.character, range.end.line, range.end.character),
      ),
  );
  const at = new vscode.Position(position.line, position.character);
  await vscode.commands.executeCommand("editor.action.showReferences", vscode.Uri.parse(uri), at, locations);
}

async function copyHandoff(session: Session, of: unknown): Promise<void> {
  try {
    await vscode.env.clipboard.writeText(await session.call<string>("orchestrate.handoff", of));
    const task = typeof of === "object" && of !== null && "task" in of ? String(of.task) : "the task";
    void vscode.window.showInformationMessage(`The hand-off of ${task} is in the clipboard.`);
  } catch (error) {
    void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
  }
}

async function showRule(session: Session, rule: unknown): Promise<void> {
  if (typeof rule !== "string" || !/^[a-z][a-z-]*$/.test(rule)) {
    return;
  }
  try {
    await session.call<string>("orchestrate.explain", { rule });
  } catch (error) {
    void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
    return;
  }
  const uri = vscode.Uri.from({ scheme: RULE_SCHEME, path: `${rule}.md` });
  await vscode.commands.executeCommand("markdown.showPreviewToSide", uri);
}
