// The status item of a plan: the server's state, what was found, and the critical path. Asks only when the plan's findings
// have changed, and only for the plan that is shown.

import * as vscode from "vscode";
import { LANGUAGE } from "./documents.ts";
import { hoursAndMinutes } from "./durations.ts";
import type { Schedule } from "./schedule.ts";
import type { Session } from "./server/session.ts";

const WAIT_MS = 250;

export class Status implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem("orchestrate.status", vscode.StatusBarAlignment.Right, 90);
  private readonly session: Session;
  private readonly disposables: vscode.Disposable[];
  private timer: NodeJS.Timeout | undefined;
  private asked = 0;

  constructor(session: Session) {
    this.session = session;
    this.item.name = "Orchestrate";
    this.disposables = [
      this.item,
      session.onState(() => this.soon()),
      vscode.window.onDidChangeActiveTextEditor(() => this.soon()),
      vscode.languages.onDidChangeDiagnostics(({ uris }) => {
        const shown = vscode.window.activeTextEditor?.document.uri.toString();
        if (uris.some((uri) => uri.toString() === shown)) {
          this.soon();
        }
      }),
    ];
    this.soon();
  }

  dispose(): void {
    clearTimeout(this.timer);
    vscode.Disposable.from(...this.disposables).dispose();
  }

  private soon(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.show(), WAIT_MS);
  }

  private async show(): Promise<void> {
    const document = vscode.window.activeTextEditor?.document;
    if (document?.languageId !== LANGUAGE) {
      this.item.hide();
      return;
    }
    this.item.show();
    if (this.session.state !== "running") {
      this.showThatItDoesNotRun();
      return;
    }
    this.asked += 1;
    const asked = this.asked;
    const findings = vscode.languages.getDiagnostics(document.uri);
    const schedule = await this.session
      .call<Schedule>("orchestrate.schedule", { uri: document.uri.toString() })
      .catch((error: unknown) => (error instanceof Error ? error.message : String(error)));
    if (asked !== this.asked) {
      return;
    }
    const [errors, warnings] = [vscode.DiagnosticSeverity.Error, vscode.DiagnosticSeverity.Warning].map(
      (severity) => findings.filter((each) => each.severity === severity).length,
    ) as [number, number];
    const counts = `$(error) ${errors} $(warning) ${warnings}`;
    const length = typeof schedule === "string" ? "" : `$(git-branch) ${hoursAndMinutes(schedule.critical_path_seconds)} `;
    this.item.text = `Plan: ${length}${counts}`;
    this.item.backgroundColor = undefined;
    this.item.command = "workbench.actions.view.problems";
    const told = new vscode.MarkdownString();
    if (typeof schedule === "string") {
      told.appendText(`${schedule}\n\n`);
    } else {
      told.appendText(`Critical path: ${shortened(schedule.critical_path)} (${hoursAndMinutes(schedule.critical_path_seconds)} at best, ${hoursAndMinutes(schedule.total_seconds)} of work)\n\n`);
    }
    told.appendText(`${findings.length} findings. Language server: ${this.session.source ?? "running"}.`);
    this.item.tooltip = told;
    this.item.accessibilityInformation = {
      label: `Orchestrate: ${errors} errors, ${warnings} warnings${typeof schedule === "string" ? "" : `, critical path ${hoursAndMinutes(schedule.critical_path_seconds)}`}`,
    };
  }

  private showThatItDoesNotRun(): void {
    const starting = this.session.state === "starting";
    this.item.text = starting ? "$(sync~spin) Plan" : "$(warning) Plan: not checked";
    this.item.tooltip = starting ? "The language server is starting." : "The language server is not running. Click to start it again.";
    this.item.command = starting ? "orchestrate.showOutput" : "orchestrate.restartServer";
    this.item.backgroundColor = starting ? undefined : new vscode.ThemeColor("statusBarItem.warningBackground");
  }
}

const MOST_SHOWN = 12;

function shortened(names: string[]): string {
  const shown = names.slice(0, MOST_SHOWN).join(" → ");
  return names.length > MOST_SHOWN ? `${shown} and ${names.length - MOST_SHOWN} more` : shown;
}
