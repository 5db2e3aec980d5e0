// `@orchestrator` in the chat view. It asks the server and shows the answers; it plans, checks and explains nothing itself.
//
// The model chosen in the chat view gives the words where it is one that converses: the server asks for them while it plans
// (see completions), and plans without where they are of no use.

import * as vscode from "vscode";
import { LANGUAGE } from "../documents.ts";
import { attachedTo } from "./attachments.ts";
import type { Material } from "./material.ts";
import { VENDOR } from "./offlineModel.ts";
import type { Progress } from "../progress.ts";
import type { Running } from "../running.ts";
import type { Schedule } from "../schedule.ts";
import type { Session } from "../server/session.ts";
import { criticalPathAsMarkdown, escaped, type Replanned, replannedAsMarkdown, scheduleAsMarkdown, standingAsMarkdown } from "./markdown.ts";

const ID = "orchestrate.orchestrator";
const EXAMPLE = "Build a user authentication system with OAuth2, email verification, and password reset";
const LONGEST_GOAL = 20_000;
const LONGEST_REPORT = 50_000;

/** What can be done about running a plan, by whether a run goes on. */
const CONTROLS = {
  none: ["orchestrate.run", "Run..."],
  running: ["orchestrate.pauseRun", "Pause the Run"],
  paused: ["orchestrate.resumeRun", "Resume the Run"],
} as const;

interface Answer extends vscode.ChatResult {
  metadata: { command: string; uri?: string };
}

export function registerParticipant(session: Session, progress: Progress, running: Running, icon: vscode.Uri): vscode.Disposable {
  const participant = vscode.chat.createChatParticipant(ID, (request, _context, stream, token) => answer(session, progress, running, request, stream, token));
  participant.iconPath = icon;
  participant.followupProvider = {
    provideFollowups: (result) => followups(result as Answer),
  };
  return participant;
}

async function answer(session: Session, progress: Progress, running: Running, request: vscode.ChatRequest, stream: vscode.ChatResponseStream, token: vscode.CancellationToken): Promise<Answer> {
  const command = request.command ?? "orchestrate";
  try {
    if (command === "replan") {
      return await replan(session, request, stream, token);
    }
    if (command === "explain") {
      return await explain(session, request, stream, token);
    }
    if (command === "status") {
      return await status(progress, request, stream);
    }
    if (command === "report") {
      return await report(running, request, stream, token);
    }
    return await orchestrate(session, request, stream, token);
  } catch (error) {
    if (token.isCancellationRequested) {
      return { metadata: { command } };
    }
    const message = error instanceof Error ? error.message : String(error);
    return { errorDetails: { message }, metadata: { command } };
  }
}

async function orchestrate(session: Session, request: vscode.ChatRequest, stream: vscode.ChatResponseStream, token: vscode.CancellationToken): Promise<Answer> {
  const metadata = { command: "orchestrate" };
  const goal = request.prompt.trim();
  if (goal === "") {
    stream.markdown(`Say what is to be reached, in plain words, for example:\n\n> @orchestrator /orchestrate ${EXAMPLE}\n`);
    return { metadata };
  }
  if (goal.length > LONGEST_GOAL) {
    stream.markdown(`This goal has ${goal.length} characters; ${LONGEST_GOAL} are the most. Say the essential in a few sentences.`);
    return { metadata };
  }
  if ((vscode.workspace.workspaceFolders ?? []).length === 0) {
    stream.markdown("There is no folder to write the plan in. Open one, then ask again.");
    stream.button({ command: "vscode.openFolder", title: "Open Folder..." });
    return { metadata };
  }
  stream.progress("Planning, and checking the plan...");
  const { attached, notes } = await attachedTo(request);
  const planned = await plannedBy(session, request.model, { goal, attached }, stream, token);
  if (token.isCancellationRequested) {
    return { metadata };
  }
  const uri = vscode.Uri.parse(planned.uri);
  // The view folds up what comes before the last text, so that the text comes last.
  stream.reference(uri);
  stream.filetree([{ name: nameOf(uri) }], vscode.Uri.joinPath(uri, ".."));
  stream.markdown(`${escaped(planned.summary)}\n\n`);
  for (const note of [...notes, ...(planned.notes ?? [])]) {
    stream.markdown(`- ${escaped(note)}\n`);
  }
  stream.markdown("\n");
  await showSchedule(session, uri, stream, token);
  stream.button({ command: "vscode.open", title: "Open the Plan", arguments: [uri] });
  stream.button({ command: "orchestrate.showPlan", title: "Show the Graph", arguments: [uri] });
  stream.button({ command: "workbench.action.chat.open", title: "Plan Again...", arguments: [{ query: `@orchestrator /orchestrate ${goal}`, isPartialQuery: true }] });
  if (vscode.workspace.isTrusted) {
    stream.button({ command: "orchestrate.run", title: "Run...", arguments: [uri] });
  }
  return { metadata: { ...metadata, uri: planned.uri } };
}

interface Planned {
  uri: string;
  summary: string;
  notes?: string[];
}

/** Plan with the model that was chosen, where that is one that can be asked. */
function plannedBy(session: Session, model: vscode.LanguageModelChat | undefined, given: { goal: string; attached: Material[] }, stream: vscode.ChatResponseStream, token: vscode.CancellationToken): Promise<Planned> {
  if (model === undefined || model.vendor === VENDOR) {
    return session.call<Planned>("orchestrate.plan", given, token);
  }
  const report = (message: string) => stream.progress(`${model.name}: ${message}`);
  return session.completions.during(model, (asked) => session.call<Planned>("orchestrate.plan", { ...given, model: "client", request: asked }, token, report));
}

/** Change a plan with the model that was chosen, where that is one that can be asked. */
function changedBy(session: Session, model: vscode.LanguageModelChat | undefined, given: { uri: string; instruction: string }, stream: vscode.ChatResponseStream, token: vscode.CancellationToken): Promise<Replanned> {
  if (model === undefined || model.vendor === VENDOR) {
    return session.call<Replanned>("orchestrate.replan", given, token);
  }
  const report = (message: string) => stream.progress(`${model.name}: ${message}`);
  return session.completions.during(model, (asked) => session.call<Replanned>("orchestrate.replan", { ...given, model: "client", request: asked }, token, report));
}

async function replan(session: Session, request: vscode.ChatRequest, stream: vscode.ChatResponseStream, token: vscode.CancellationToken): Promise<Answer> {
  const metadata = { command: "replan" };
  const document = await planOf(request);
  if (document === undefined) {
    stream.markdown("Open the plan that shall be changed, or attach it, then ask again.");
    return { metadata };
  }
  const instruction = request.prompt.trim();
  if (instruction === "") {
    stream.markdown("Say what shall be different, for example:\n\n> @orchestrator /replan drop the documentation and add a security review\n");
    return { metadata };
  }
  stream.reference(document.uri);
  await session.ready();
  if (!session.offers("orchestrate.replan")) {
    stream.markdown("This language server cannot change plans yet; a newer one can.");
    return { metadata };
  }
  stream.progress(`Changing ${nameOf(document.uri)}... Where a preview opens, tick what you agree to and choose Apply.`);
  const before = document.getText();
  const done = await changedBy(session, request.model, { uri: document.uri.toString(), instruction }, stream, token);
  if (document.getText() === before && done.newFiles.length === 0) {
    stream.markdown("Nothing was changed: nothing in the preview was agreed to.");
    return { metadata };
  }
  stream.markdown(replannedAsMarkdown(done));
  await showSchedule(session, document.uri, stream, token);
  stream.button({ command: "orchestrate.showPlan", title: "Show the Graph", arguments: [document.uri] });
  return { metadata: { ...metadata, uri: document.uri.toString() } };
}

async function explain(session: Session, request: vscode.ChatRequest, stream: vscode.ChatResponseStream, token: vscode.CancellationToken): Promise<Answer> {
  const metadata = { command: "explain" };
  const words = request.prompt.split(/[\s,;?!"'`()]+/).filter((word) => word !== "");
  const rule = words.find((word) => rules().has(word));
  if (rule !== undefined) {
    stream.markdown(await session.call<string>("orchestrate.explain", { rule }, token));
    return { metadata };
  }
  const document = await planOf(request);
  if (document === undefined) {
    stream.markdown("Open the plan that you ask about, or attach it, then ask again.");
    return { metadata };
  }
  stream.reference(document.uri);
  await session.ready();
  const tasks = await tasksNamed(document, words);
  for (const task of tasks.slice(0, 5)) {
    stream.anchor(new vscode.Location(document.uri, task.selectionRange), task.name);
    stream.markdown("\n\n");
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>("vscode.executeHoverProvider", document.uri, task.selectionRange.start);
    for (const content of hovers.flatMap((hover) => hover.contents)) {
      // Links that only mean something in a hover are left out.
      const text = typeof content === "string" ? content : content.value;
      stream.markdown(`${text.replaceAll(/\[[^\]]*\]\(command:[^)]*\)/g, "").trim()}\n\n`);
    }
  }
  if (tasks.length === 0) {
    const schedule = await session.call<Schedule>("orchestrate.schedule", { uri: document.uri.toString() }, token);
    stream.markdown(criticalPathAsMarkdown(schedule));
  }
  return { metadata: { ...metadata, uri: document.uri.toString() } };
}

async function report(running: Running, request: vscode.ChatRequest, stream: vscode.ChatResponseStream, token: vscode.CancellationToken): Promise<Answer> {
  const metadata = { command: "report" };
  if (!vscode.workspace.isTrusted) {
    untrusted(stream);
    return { metadata };
  }
  const document = await planOf(request);
  if (document === undefined) {
    stream.markdown("Open the plan that you ask about, or attach it, then ask again.");
    return { metadata };
  }
  stream.reference(document.uri);
  stream.progress("Looking back at the plan...");
  const text = await running.text("report", document.uri);
  if (text === undefined || token.isCancellationRequested) {
    return { metadata };
  }
  // The program has escaped what comes from plans and journals; and the view follows no commands from here.
  const shown = text.replaceAll("<br>\n", "  \n");
  stream.markdown(shown.length > LONGEST_REPORT ? `${shown.slice(0, LONGEST_REPORT)}\n\n...` : shown);
  return { metadata: { ...metadata, uri: document.uri.toString() } };
}

function untrusted(stream: vscode.ChatResponseStream): void {
  stream.markdown("This workspace is not trusted: plans are only checked here, and nothing is said of their progress.");
  stream.button({ command: "workbench.trust.manage", title: "Manage Workspace Trust" });
}

async function status(progress: Progress, request: vscode.ChatRequest, stream: vscode.ChatResponseStream): Promise<Answer> {
  const metadata = { command: "status" };
  if (!vscode.workspace.isTrusted) {
    untrusted(stream);
    return { metadata };
  }
  const document = await planOf(request);
  if (document === undefined) {
    stream.markdown("Open the plan that you ask about, or attach it, then ask again.");
    return { metadata };
  }
  stream.reference(document.uri);
  const standing = await progress.of(document.uri);
  if (standing === undefined) {
    stream.markdown("How this plan stands is not known. The output channel of Orchestrate may say why.");
    return { metadata };
  }
  stream.markdown(standingAsMarkdown(standing));
  const uri = document.uri.toString();
  for (const { task } of standing.tasks.filter((each) => each.waits_for_approval === true).slice(0, 2)) {
    stream.button({ command: "orchestrate.approve", title: `Approve ${task}`, arguments: [{ uri, task }] });
    stream.button({ command: "orchestrate.reject", title: `Reject ${task}...`, arguments: [{ uri, task }] });
  }
  if (standing.alerts.some((each) => each.kind === "replan_triggered")) {
    stream.button({ command: "orchestrate.applyTriggers", title: "Change the Plan as Its Triggers Ask...", arguments: [{ uri }] });
  }
  const [control, title] = CONTROLS[standing.run ?? "none"];
  stream.button({ command: control, title, arguments: [{ uri }] });
  for (const { task } of standing.next.slice(0, 2)) {
    stream.button({ command: "orchestrate.task.start", title: `Start ${task}`, arguments: [{ uri, task }] });
  }
  stream.button({ command: "orchestrate.task.choose", title: "Report on a Task", arguments: [{ uri }] });
  stream.button({ command: "orchestrate.showPlan", title: "Show the Graph", arguments: [document.uri] });
  return { metadata: { ...metadata, uri } };
}

async function showSchedule(session: Session, uri: vscode.Uri, stream: vscode.ChatResponseStream, token: vscode.CancellationToken): Promise<void> {
  try {
    stream.markdown(scheduleAsMarkdown(await session.call<Schedule>("orchestrate.schedule", { uri: uri.toString() }, token)));
  } catch (error) {
    stream.markdown(`${escaped(error instanceof Error ? error.message : String(error))}\n`);
  }
}

function followups({ metadata }: Answer): vscode.ChatFollowup[] {
  if (metadata.uri === undefined) {
    return metadata.command === "orchestrate" ? [{ prompt: EXAMPLE, command: "orchestrate", label: `Plan: ${EXAMPLE}` }] : [];
  }
  const why = { prompt: "why does it take that long?", command: "explain", label: "Why does it take that long?" };
  const how = { prompt: "", command: "status", label: "How does it stand?" };
  if (metadata.command === "explain") {
    return [{ prompt: "", command: "replan", label: "Change the plan..." }, how];
  }
  const back = { prompt: "", command: "report", label: "What came of it?" };
  return metadata.command === "status" ? [why, back] : metadata.command === "report" ? [how] : [why, how];
}

/** The plan that a request is about: the one attached to it, else the one in the active or in a visible editor. */
async function planOf(request: vscode.ChatRequest): Promise<vscode.TextDocument | undefined> {
  for (const { value } of request.references) {
    const uri = value instanceof vscode.Uri ? value : value instanceof vscode.Location ? value.uri : undefined;
    if (uri !== undefined) {
      const document = await vscode.workspace.openTextDocument(uri);
      if (document.languageId === LANGUAGE) {
        return document;
      }
    }
  }
  const editors = [vscode.window.activeTextEditor, ...vscode.window.visibleTextEditors];
  return editors.find((editor) => editor?.document.languageId === LANGUAGE)?.document;
}

async function tasksNamed(document: vscode.TextDocument, words: string[]): Promise<vscode.DocumentSymbol[]> {
  const symbols = (await vscode.commands.executeCommand<vscode.DocumentSymbol[]>("vscode.executeDocumentSymbolProvider", document.uri)) ?? [];
  const all = symbols.flatMap(function below(symbol): vscode.DocumentSymbol[] {
    return [symbol, ...symbol.children.flatMap(below)];
  });
  const wanted = new Set(words);
  return all.filter((symbol) => symbol.kind !== vscode.SymbolKind.Object && symbol.kind !== vscode.SymbolKind.Namespace && wanted.has(symbol.name));
}

/** The rules, as the settings name them: so that `explain redundant-dependency` finds its page. */
function rules(): ReadonlySet<string> {
  const manifest = vscode.extensions.getExtension("orchestrate.orchestrate-plans")?.packageJSON;
  return new Set(Object.keys(manifest?.contributes.configuration.properties["orchestrate.rules"].properties ?? {}));
}

function nameOf(uri: vscode.Uri): string {
  return uri.path.slice(uri.path.lastIndexOf("/") + 1);
}
