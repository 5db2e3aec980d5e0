// `orchestrate run`, and other commands of the program that the server is a part of: shown in a terminal, or told as a message.
// Only what the user asks for, only in a trusted workspace, and never through a shell.

import { execFile } from "node:child_process";
import path from "node:path";
import * as vscode from "vscode";
import { LANGUAGE } from "./documents.ts";
import type { Progress } from "./progress.ts";
import type { Session } from "./server/session.ts";
import { isTrusted, nameOf, uriOf } from "./taskActions.ts";

const LONGEST_MS = 30_000;

interface Program {
  command: string;
  args: string[];
}

export function registerRunning(running: Running): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.commands.registerCommand("orchestrate.run", (given: unknown) => running.run(given)),
    vscode.commands.registerCommand("orchestrate.follow", (given: unknown) => running.watch(given)),
    vscode.commands.registerCommand("orchestrate.pauseRun", (given: unknown) => running.control("--pause", given)),
    vscode.commands.registerCommand("orchestrate.resumeRun", (given: unknown) => running.control("--resume", given)),
    vscode.commands.registerCommand("orchestrate.stopRun", (given: unknown) => running.control("--stop", given)),
    vscode.commands.registerCommand("orchestrate.approve", (given: unknown) => running.judge("approve", given)),
    vscode.commands.registerCommand("orchestrate.reject", (given: unknown) => running.judge("reject", given)),
  );
}

export class Running {
  private readonly session: Session;
  private readonly progress: Progress;
  /** Commands that programs are known to have, so that none is asked twice. */
  private readonly known = new Set<string>();

  constructor(session: Session, progress: Progress) {
    this.session = session;
    this.progress = progress;
  }

  /** Run a plan in a terminal. The program shows what it will run and asks. */
  async run(given: unknown): Promise<void> {
    await this.inTerminal(given, ["run"], "Run");
  }

  /** Follow a plan in a terminal. */
  async watch(given: unknown): Promise<void> {
    await this.inTerminal(given, ["status", "--watch"], "Status of");
  }

  /** Have the present run of a plan pause, go on or end. */
  async control(option: string, given: unknown): Promise<void> {
    const found = await this.of(given, "run");
    if (found !== undefined) {
      await this.tell(found.program, ["run", found.file, option]);
    }
  }

  /** What the program writes about a plan; undefined where the user was told why there is nothing. */
  async text(command: string, uri: vscode.Uri): Promise<string | undefined> {
    const found = await this.of(uri, command);
    if (found === undefined) {
      return undefined;
    }
    const { failed, said } = await output(found.program, [command, found.file]);
    if (failed) {
      throw new Error(said);
    }
    return said;
  }

  /** Approve or reject what came of a task. */
  async judge(command: "approve" | "reject", given: unknown): Promise<void> {
    const found = await this.of(given, command);
    const name = nameOf(given);
    if (found === undefined || name === undefined) {
      return;
    }
    const more: string[] = [];
    if (command === "reject") {
      const note = await vscode.window.showInputBox({ title: `Reject ${name.task}: why?`, prompt: "What has to be better. Its agent is told." });
      if (note === undefined || note.trim() === "") {
        return;
      }
      more.push("--note", note.trim());
    }
    await this.tell(found.program, [command, found.file, ...more, "--", name.task]);
  }

  /** Have the program do something, and tell the user what it answers. */
  private async tell(program: Program, words: string[]): Promise<void> {
    const { failed, said } = await output(program, words);
    this.progress.soon();
    const message = said.replaceAll(/\s*\n\s*/g, " ").slice(0, 1000);
    void (failed ? vscode.window.showErrorMessage(message) : vscode.window.showInformationMessage(message));
  }

  private async inTerminal(given: unknown, words: string[], title: string): Promise<void> {
    const [command = "", ...options] = words;
    const found = await this.of(given, command);
    if (found === undefined) {
      return;
    }
    const { program, file } = found;
    const task = new vscode.Task(
      { type: "orchestrate", command },
      vscode.workspace.getWorkspaceFolder(vscode.Uri.file(file)) ?? vscode.TaskScope.Workspace,
      `${title} ${path.basename(file)}`,
      "Orchestrate",
      new vscode.ProcessExecution(program.command, [...program.args, command, file, ...options], { cwd: path.dirname(file) }),
      [],
    );
    task.presentationOptions = { reveal: vscode.TaskRevealKind.Always, panel: vscode.TaskPanelKind.Dedicated, focus: true, clear: true };
    await vscode.tasks.executeTask(task);
  }

  /** The program and the plan's file, saved; undefined where that cannot be, and then the user was told. */
  private async of(given: unknown, command: string): Promise<{ program: Program; file: string } | undefined> {
    if (!isTrusted()) {
      return undefined;
    }
    const uri = uriOf(given) ?? vscode.window.activeTextEditor?.document.uri;
    const document = uri === undefined ? undefined : await vscode.workspace.openTextDocument(uri);
    if (document?.languageId !== LANGUAGE || document.uri.scheme !== "file") {
      void vscode.window.showInformationMessage("Open a plan first: a *.plan.yaml file.");
      return undefined;
    }
    if (document.isDirty && !(await document.save())) {
      void vscode.window.showErrorMessage("The plan has changes that could not be saved.");
      return undefined;
    }
    await this.session.ready();
    const launch = this.session.program;
    if (launch === undefined) {
      return undefined;
    }
    const program = { command: launch.command, args: launch.args.slice(0, -1) };
    const key = JSON.stringify([program, command]);
    if (!this.known.has(key) && (await output(program, [command, "--help"])).failed) {
      void vscode.window.showErrorMessage(`The orchestrate in use (${launch.source}) has no command \`${command}\`. Install a newer one: pip install --upgrade orchestrate-ls`);
      return undefined;
    }
    this.known.add(key);
    return { program, file: document.uri.fsPath };
  }
}

/** What a command says, without the colours of a terminal. */
function output(program: Program, args: string[]): Promise<{ failed: boolean; said: string }> {
  const env = { ...process.env, NO_COLOR: "1", TERM: "dumb", COLUMNS: "1000" };
  return new Promise((resolve) => {
    execFile(program.command, [...program.args, ...args], { timeout: LONGEST_MS, windowsHide: true, env }, (error, stdout, stderr) => {
      resolve({ failed: error !== null, said: (error === null ? stdout : stderr || stdout || error.message).trim() });
    });
  });
}
