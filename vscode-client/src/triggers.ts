// The fix of a replan trigger that holds: the server works out what it asks for, the editor shows the difference and makes it
// when the user agrees, and the plan is saved, upon which the server records what was done. Not in an untrusted workspace.

import * as vscode from "vscode";
import type { Replanned } from "./chat/markdown.ts";
import { LANGUAGE } from "./documents.ts";
import type { Progress } from "./progress.ts";
import type { Session } from "./server/session.ts";
import { isTrusted, uriOf } from "./taskActions.ts";

interface Answered extends Replanned {
  /** Whether all was agreed to, and is recorded as soon as the plan is saved. */
  waitsForSave?: boolean;
  /** How many triggers were only to be known, and were recorded. */
  recorded?: number;
}

export function registerTriggers(session: Session, progress: Progress): vscode.Disposable {
  return vscode.commands.registerCommand("orchestrate.applyTriggers", (given: unknown) => applyTriggers(session, progress, given));
}

async function applyTriggers(session: Session, progress: Progress, given: unknown): Promise<void> {
  if (!isTrusted()) {
    return;
  }
  const uri = uriOf(given) ?? vscode.window.activeTextEditor?.document.uri;
  const document = uri === undefined ? undefined : await vscode.workspace.openTextDocument(uri);
  if (document?.languageId !== LANGUAGE) {
    void vscode.window.showInformationMessage("Open a plan first: a *.plan.yaml file.");
    return;
  }
  const plan = typeof given === "object" && given !== null && "plan" in given ? given.plan : undefined;
  const before = document.getText();
  try {
    const done = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Window, title: "Working out what the plan's replan triggers ask for" },
      () => session.call<Answered>("orchestrate.replan", { uri: document.uri.toString(), triggered: true, plan }),
    );
    const said = done.changes.map((each) => [each.task, each.what, each.why].filter((part) => part !== null && part !== "").join(": "));
    if (done.recorded !== undefined) {
      void vscode.window.showInformationMessage("The plan stays as it is; that its triggers hold was recorded as known.");
    } else if (document.getText() === before) {
      void vscode.window.showInformationMessage("Nothing was changed: nothing in the preview was agreed to.");
    } else if (done.waitsForSave !== true) {
      void vscode.window.showWarningMessage("Only a part was agreed to, so the triggers go on holding. Nothing was recorded or saved.");
    } else if (await document.save()) {
      void vscode.window.showInformationMessage(`The plan was changed as its triggers ask: ${said.join("; ").slice(0, 500)}`);
    } else {
      void vscode.window.showErrorMessage("The plan was changed and could not be saved; what was done is recorded when it is.");
    }
    progress.soon();
  } catch (error) {
    void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
  }
}
