// The two ways to a new plan without chat: an empty file that the snippet fills, and a goal that the server plans.

import * as vscode from "vscode";
import { LANGUAGE } from "./documents.ts";
import type { Session } from "./server/session.ts";

export function registerNewPlan(session: Session): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.commands.registerCommand("orchestrate.newPlan", newPlan),
    vscode.commands.registerCommand("orchestrate.planGoal", () => planGoal(session)),
  );
}

async function newPlan(): Promise<void> {
  const document = await vscode.workspace.openTextDocument({ language: LANGUAGE, content: "" });
  await vscode.window.showTextDocument(document);
  await vscode.commands.executeCommand("editor.action.insertSnippet", { langId: LANGUAGE, name: "Plan" });
}

async function planGoal(session: Session): Promise<void> {
  const goal = await vscode.window.showInputBox({
    title: "Plan a goal",
    prompt: "What is to be reached, in plain words. The plan is written into a new file.",
    placeHolder: "Build a user authentication system with OAuth2, email verification, and password reset",
    validateInput: (text) => (text.trim() === "" ? "A goal is needed, in plain words." : undefined),
    ignoreFocusOut: true,
  });
  if (goal === undefined) {
    return;
  }
  try {
    const { summary } = await session.call<{ uri: string; summary: string }>("orchestrate.plan", { goal });
    void vscode.window.showInformationMessage(summary);
  } catch (error) {
    void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
  }
}
