// Where the extension starts. Does as little as can be: the server is started by the first document that concerns it.

import * as vscode from "vscode";
import { registerOfflineModel } from "./chat/offlineModel.ts";
import { registerParticipant } from "./chat/participant.ts";
import { registerClientCommands } from "./clientCommands.ts";
import { AGENT_FILES, LANGUAGE, MARK_LINES, saysThatItIsAPlan } from "./documents.ts";
import { registerMcpServer } from "./mcpServer.ts";
import { registerNewPlan } from "./newPlan.ts";
import { Pictures } from "./picture/panel.ts";
import { PlansView } from "./plansView.ts";
import { Progress } from "./progress.ts";
import { Session } from "./server/session.ts";
import { Status } from "./status.ts";
import { registerRunning, Running } from "./running.ts";
import { TaskActions } from "./taskActions.ts";
import { registerTools } from "./tools.ts";
import { registerTriggers } from "./triggers.ts";

let session: Session | undefined;

export function activate(context: vscode.ExtensionContext): void {
  const server = new Session(context);
  session = server;
  const progress = new Progress(server);
  const running = new Running(server, progress);
  context.subscriptions.push(
    server,
    progress,
    new TaskActions(server, progress),
    registerRunning(running),
    registerTriggers(server, progress),
    registerMcpServer(server),
    new Status(server),
    registerClientCommands(server),
    registerNewPlan(server),
    new Pictures(server, progress, context.extensionUri),
    registerParticipant(server, progress, running, vscode.Uri.joinPath(context.extensionUri, "images", "icon.png")),
    registerOfflineModel(),
    registerTools(server, progress),
    new PlansView(server, progress),
    vscode.commands.registerCommand("orchestrate.restartServer", () => server.restart()),
    vscode.commands.registerCommand("orchestrate.showOutput", () => server.output.show()),
    vscode.workspace.onDidOpenTextDocument((document) => opened(server, document)),
    vscode.workspace.onDidGrantWorkspaceTrust(() => restartIfStarted(server, "the workspace is trusted now")),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration("orchestrate.server")) {
        restartIfStarted(server, "its settings have changed");
      }
    }),
  );
  for (const document of vscode.workspace.textDocuments) {
    opened(server, document);
  }
}

export async function deactivate(): Promise<void> {
  await session?.stop();
}

function opened(server: Session, document: vscode.TextDocument): void {
  if (document.languageId === "yaml" && saysThatItIsAPlan(firstLines(document))) {
    // Other extensions for YAML then leave it alone, so that nothing is reported twice.
    void vscode.languages.setTextDocumentLanguage(document, LANGUAGE);
    return;
  }
  const concerns = [{ language: LANGUAGE }, ...AGENT_FILES.map((pattern) => ({ scheme: "file", pattern }))];
  if (vscode.languages.match(concerns, document) > 0) {
    void server.ready();
  }
}

function* firstLines(document: vscode.TextDocument): Iterable<string> {
  for (let line = 0; line < Math.min(MARK_LINES, document.lineCount); line += 1) {
    yield document.lineAt(line).text;
  }
}

function restartIfStarted(server: Session, why: string): void {
  if (server.state !== "stopped") {
    server.output.info(`The language server is started again: ${why}.`);
    void server.restart();
  }
}
