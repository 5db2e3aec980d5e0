// The "Plans" view in the side bar: the plans of the workspace and their tasks by wave or agent. Asks the server for a plan
// when it is unfolded, and again when its text, its file or a journal has changed; nothing here polls.

import * as vscode from "vscode";
import { hoursAndMinutes } from "./durations.ts";
import { type Grouping, groupsOf, type TaskGroup } from "./grouping.ts";
import type { Picture, PictureTask } from "./picture/data.ts";
import type { Progress } from "./progress.ts";
import type { Session } from "./server/session.ts";
import { percent, STATE_ICONS, type Standing, type TaskStanding } from "./standing.ts";

const PLANS = "**/*.plan.{yaml,yml}";
const HIDDEN = "**/{node_modules,.venv,venv,site-packages,build,dist,out,target}/**";
const MOST_PLANS = 1000;
const WAIT_MS = 300;
const GROUPING = "orchestrate.grouping";

type Node = { kind: "plan"; uri: vscode.Uri } | { kind: "group"; uri: vscode.Uri; group: TaskGroup } | { kind: "task"; uri: vscode.Uri; task: PictureTask; standing: TaskStanding | undefined } | { kind: "summary"; standing: Standing } | { kind: "note"; text: string };

export class PlansView implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  private readonly session: Session;
  private readonly progress: Progress;
  private readonly standings = new Map<string, Standing | undefined>();
  private readonly changed = new vscode.EventEmitter<Node | undefined>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly plans = new Map<string, Node & { kind: "plan" }>();
  private readonly stale = new Set<string>();
  private readonly disposables: vscode.Disposable[];
  private grouping: Grouping = "wave";
  private timer: NodeJS.Timeout | undefined;

  constructor(session: Session, progress: Progress) {
    this.session = session;
    this.progress = progress;
    const watcher = vscode.workspace.createFileSystemWatcher(PLANS);
    this.disposables = [
      this.changed,
      watcher,
      watcher.onDidCreate(() => this.changed.fire(undefined)),
      watcher.onDidDelete(() => this.changed.fire(undefined)),
      watcher.onDidChange((uri) => this.soon(uri)),
      // Only plans that are unfolded are asked about again.
      progress.onChanged(() => this.standings.forEach((_, key) => this.soon(vscode.Uri.parse(key)))),
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.soon(document.uri)),
      vscode.workspace.onDidChangeWorkspaceFolders(() => this.changed.fire(undefined)),
      vscode.window.registerTreeDataProvider("orchestrate.plans", this),
      vscode.commands.registerCommand("orchestrate.plans.byWave", () => this.group("wave")),
      vscode.commands.registerCommand("orchestrate.plans.byAgent", () => this.group("agent")),
      vscode.commands.registerCommand("orchestrate.plans.open", (node: Node) => node.kind === "plan" && vscode.window.showTextDocument(node.uri)),
      vscode.commands.registerCommand("orchestrate.plans.showPicture", (node: Node) => node.kind === "plan" && vscode.commands.executeCommand("orchestrate.showPlan", node.uri)),
      vscode.commands.registerCommand(
        "orchestrate.plans.copyHandoff",
        (node: Node) => node.kind === "task" && vscode.commands.executeCommand("orchestrate.copyHandoff", { uri: node.uri.toString(), task: node.task.id, plan: 1 }),
      ),
    ];
  }

  dispose(): void {
    clearTimeout(this.timer);
    vscode.Disposable.from(...this.disposables).dispose();
  }

  async getChildren(node?: Node): Promise<Node[]> {
    if (node === undefined) {
      return this.allPlans();
    }
    if (node.kind === "group") {
      return node.group.tasks.map((task) => ({
        kind: "task",
        uri: node.uri,
        task,
        standing: this.standings.get(node.uri.toString())?.tasks.find((each) => each.task === task.id),
      }));
    }
    if (node.kind !== "plan") {
      return [];
    }
    try {
      const [picture, standing] = await Promise.all([
        this.session.call<Picture>("orchestrate.picture", { uri: node.uri.toString() }),
        this.progress.of(node.uri),
      ]);
      this.standings.set(node.uri.toString(), standing);
      const groups = groupsOf(picture.tasks, this.grouping).map((group): Node => ({ kind: "group", uri: node.uri, group }));
      return standing !== undefined && standing.events > 0 ? [{ kind: "summary", standing }, ...groups] : groups;
    } catch (error) {
      return [{ kind: "note", text: error instanceof Error ? error.message : String(error) }];
    }
  }

  getTreeItem(node: Node): vscode.TreeItem {
    if (node.kind === "note") {
      const item = new vscode.TreeItem(node.text);
      item.iconPath = new vscode.ThemeIcon("warning");
      return item;
    }
    if (node.kind === "summary") {
      return summaryItem(node.standing);
    }
    if (node.kind === "plan") {
      const item = new vscode.TreeItem(node.uri, vscode.TreeItemCollapsibleState.Collapsed);
      item.iconPath = vscode.ThemeIcon.File;
      item.description = vscode.workspace.asRelativePath(node.uri).split("/").slice(0, -1).join("/");
      item.contextValue = "plan";
      return item;
    }
    if (node.kind === "group") {
      const item = new vscode.TreeItem(node.group.name, vscode.TreeItemCollapsibleState.Expanded);
      item.description = node.group.tasks.length === 1 ? "1 task" : `${node.group.tasks.length} tasks`;
      return item;
    }
    return taskItem(node.uri, node.task, node.standing);
  }

  private async allPlans(): Promise<Node[]> {
    const found = await vscode.workspace.findFiles(PLANS, HIDDEN, MOST_PLANS);
    const before = new Map(this.plans);
    this.plans.clear();
    for (const uri of found.sort((one, other) => (one.path < other.path ? -1 : 1))) {
      // The same object for the same plan, so that it stays unfolded.
      this.plans.set(uri.toString(), before.get(uri.toString()) ?? { kind: "plan", uri });
    }
    return [...this.plans.values()];
  }

  private group(grouping: Grouping): void {
    this.grouping = grouping;
    void vscode.commands.executeCommand("setContext", GROUPING, grouping);
    this.changed.fire(undefined);
  }

  private soon(uri: vscode.Uri): void {
    if (!this.plans.has(uri.toString())) {
      return;
    }
    this.stale.add(uri.toString());
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      for (const key of this.stale) {
        const node = this.plans.get(key);
        if (node !== undefined) {
          this.changed.fire(node);
        }
      }
      this.stale.clear();
    }, WAIT_MS);
  }
}

function summaryItem({ overall_progress, headline, alerts }: Standing): vscode.TreeItem {
  const item = new vscode.TreeItem(percent(overall_progress.by_effort));
  item.iconPath = new vscode.ThemeIcon(alerts.some((each) => each.risk === "high" || each.kind === "failed") ? "warning" : "graph");
  item.description = headline.join(", ");
  const tooltip = new vscode.MarkdownString();
  tooltip.appendText([`${percent(overall_progress.by_effort)} of the work, ${percent(overall_progress.by_task)} of the tasks`, ...alerts.map((each) => each.message)].join("\n"));
  item.tooltip = tooltip;
  item.accessibilityInformation = { label: `${percent(overall_progress.by_effort)} of the work done, ${headline.join(", ")}` };
  return item;
}

function taskItem(uri: vscode.Uri, task: PictureTask, standing: TaskStanding | undefined): vscode.TreeItem {
  const item = new vscode.TreeItem(task.id);
  const done = standing?.state === "in_progress" && standing.percent !== null ? `${Math.round(standing.percent)}% ` : "";
  item.description = `${done}${task.name}`;
  // The commands of the context menu go by the state.
  item.contextValue = standing === undefined ? "task" : `task ${standing.state}`;
  const { icon, colour } = STATE_ICONS[standing?.state ?? "not_started"];
  const shown = standing === undefined && task.critical ? "circle-filled" : icon;
  const tint = task.critical && colour === undefined ? "charts.red" : colour;
  item.iconPath = new vscode.ThemeIcon(shown, tint === undefined ? undefined : new vscode.ThemeColor(tint));
  const state = standing === undefined ? "" : [standing.says, standing.details].filter((part) => part !== "").join(": ");
  const times = task.start === null || task.finish === null ? "no times: tasks wait for each other in a circle" : `${hoursAndMinutes(task.start)} to ${hoursAndMinutes(task.finish)}${task.critical ? ", critical" : ""}`;
  const tooltip = new vscode.MarkdownString();
  tooltip.appendText(`${task.id} ${task.name}\n${state === "" ? "" : `${state}\n`}${times}\nagent: ${task.agent ?? "none"}`);
  item.tooltip = tooltip;
  item.accessibilityInformation = { label: [`${task.id} ${task.name}`, state, times].filter((part) => part !== "").join(", ") };
  const selection = new vscode.Range(task.line, 0, task.line, 0);
  item.command = { command: "vscode.open", title: "Go to the Task", arguments: [uri, { selection }] };
  return item;
}
