// Reports on tasks from lenses, the Plans view, chat and the picture: one command for each action, and one that offers those
// that make sense. The server records them and says what makes no sense. Nothing is reported from an untrusted workspace.

import * as vscode from "vscode";
import type { Picture } from "./picture/data.ts";
import type { Progress } from "./progress.ts";
import type { Session } from "./server/session.ts";
import { type Action, ACTION_TITLES, actionsIn, STATE_ICONS } from "./standing.ts";

/** A task of a plan, as lenses and views name it. */
export interface TaskName {
  uri: string;
  task: string;
  /** Of several in a file, from 1. */
  plan?: number;
}

const JUDGEMENTS = [
  { label: "Approve", command: "orchestrate.approve" },
  { label: "Reject...", command: "orchestrate.reject" },
];
const FORCE = /;? ?`--force`.*$/s;

export class TaskActions implements vscode.Disposable {
  private readonly session: Session;
  private readonly progress: Progress;
  private readonly commands: vscode.Disposable[];

  constructor(session: Session, progress: Progress) {
    this.session = session;
    this.progress = progress;
    this.commands = [
      vscode.commands.registerCommand("orchestrate.task.choose", (given: unknown) => this.choose(given)),
      ...(Object.keys(ACTION_TITLES) as Action[]).map((action) =>
        vscode.commands.registerCommand(`orchestrate.task.${action}`, (given: unknown) => this.act(action, given)),
      ),
    ];
  }

  dispose(): void {
    vscode.Disposable.from(...this.commands).dispose();
  }

  /** Let the user choose among the tasks of the open plan, and what to report. */
  private async choose(given: unknown): Promise<void> {
    if (!isTrusted()) {
      return;
    }
    const uri = uriOf(given) ?? vscode.window.activeTextEditor?.document.uri;
    const standing = uri === undefined ? undefined : await this.progress.of(uri);
    if (uri === undefined || standing === undefined) {
      void vscode.window.showInformationMessage("Open a plan first: a *.plan.yaml file.");
      return;
    }
    let name = nameOf(given)?.task;
    if (name === undefined) {
      const items = standing.tasks.map((each) => ({
        label: `$(${STATE_ICONS[each.state].icon}) ${each.task}`,
        description: each.name ?? "",
        detail: [each.says, each.details].filter((part) => part !== "").join(": "),
        task: each.task,
      }));
      name = (await vscode.window.showQuickPick(items, { title: "Report on a task", matchOnDescription: true }))?.task;
    }
    const task = standing.tasks.find((each) => each.task === name);
    if (task === undefined) {
      return;
    }
    const named = { ...nameOf(given), uri: uri.toString(), task: task.task };
    // What waits for a person comes first.
    const judgements = JUDGEMENTS.map(({ label, command }) => ({ label, act: () => vscode.commands.executeCommand(command, named) }));
    const actions = actionsIn(task.state).map((action) => ({ label: ACTION_TITLES[action], act: () => this.act(action, named) }));
    const choices = task.state !== "in_progress" ? actions : task.waits_for_approval === true ? [...judgements, ...actions] : [...actions, ...judgements];
    const chosen = await vscode.window.showQuickPick(choices, { title: `${task.task} is ${task.says}`, placeHolder: "What happens to it?" });
    await chosen?.act();
  }

  private async act(action: Action, given: unknown): Promise<void> {
    const name = nameOf(given);
    if (name === undefined || !isTrusted()) {
      return;
    }
    const details = await this.askFor(action, name);
    if (details !== undefined) {
      await this.report(action, { ...name, ...details });
    }
  }

  /** What is said besides; undefined where the user gives up. */
  private async askFor(action: Action, { uri, task }: TaskName): Promise<Record<string, unknown> | undefined> {
    if (action === "progress") {
      const text = await vscode.window.showInputBox({
        title: `${task}: how much is done?`,
        prompt: "In percent, 0 to 100",
        validateInput: (value) => (/^\s*(100|\d{1,2})(\.\d+)?\s*%?\s*$/.test(value) ? undefined : "A number from 0 to 100 is needed."),
      });
      return text === undefined ? undefined : { percent: Math.min(100, Number.parseFloat(text)) };
    }
    if (action === "block" || action === "fail" || action === "skip") {
      const note = await vscode.window.showInputBox({ title: `${task}: why?`, prompt: "The reason, for those who look at the plan. It may be empty." });
      return note === undefined ? undefined : note.trim() === "" ? {} : { note: note.trim() };
    }
    if (action === "reassign") {
      const picture = await this.session.call<Picture>("orchestrate.picture", { uri });
      const agents = [...new Set(picture.tasks.map((each) => each.agent).filter((agent) => agent !== null))].sort();
      const other = "Another agent...";
      const chosen = await vscode.window.showQuickPick([...agents, other], { title: `Give ${task} to` });
      const agent = chosen === other ? await vscode.window.showInputBox({ title: `Give ${task} to`, prompt: "The agent's id" }) : chosen;
      return agent === undefined || agent.trim() === "" ? undefined : { agent: agent.trim() };
    }
    return {};
  }

  private async report(action: Action, given: TaskName & Record<string, unknown>): Promise<void> {
    const document = vscode.workspace.textDocuments.find((each) => each.uri.toString() === given.uri);
    if (document?.isDirty === true && !(await document.save())) {
      void vscode.window.showErrorMessage("Nothing was recorded: the plan has changes that could not be saved.");
      return;
    }
    try {
      const { messages } = await this.session.call<{ messages: string[] }>("orchestrate.task", { ...given, action });
      this.progress.soon();
      void vscode.window.showInformationMessage(messages.join(" "));
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (!FORCE.test(message) || given["force"] === true) {
        void vscode.window.showErrorMessage(message);
        return;
      }
      const anyway = "Record It All the Same";
      const chosen = await vscode.window.showWarningMessage(message.replace(FORCE, "."), anyway);
      if (chosen === anyway) {
        await this.report(action, { ...given, force: true });
      }
    }
  }
}

/** Whether plans may be run and reported on here; tells the user where not. */
export function isTrusted(): boolean {
  if (vscode.workspace.isTrusted) {
    return true;
  }
  const manage = "Manage Workspace Trust";
  void vscode.window.showWarningMessage("In an untrusted workspace plans are only checked: nothing is run, approved or reported.", manage).then((chosen) => {
    if (chosen === manage) {
      void vscode.commands.executeCommand("workbench.trust.manage");
    }
  });
  return false;
}

/** A task from a lens (`{uri, task, plan}`) or from a row of the Plans view (`{uri, task: {id}}`). */
export function nameOf(given: unknown): TaskName | undefined {
  if (typeof given !== "object" || given === null || !("uri" in given) || !("task" in given)) {
    return undefined;
  }
  const { uri, task } = given;
  const id = typeof task === "object" && task !== null && "id" in task ? task.id : task;
  if (typeof id !== "string" || !(typeof uri === "string" || uri instanceof vscode.Uri)) {
    return undefined;
  }
  const plan = "plan" in given && typeof given.plan === "number" ? { plan: given.plan } : {};
  return { uri: uri.toString(), task: id, ...plan };
}

/** The plan that a command is about, where it was told. */
export function uriOf(given: unknown): vscode.Uri | undefined {
  if (given instanceof vscode.Uri) {
    return given;
  }
  if (typeof given === "string") {
    return vscode.Uri.parse(given);
  }
  if (typeof given === "object" && given !== null && "uri" in given) {
    return uriOf(given.uri);
  }
  return undefined;
}
