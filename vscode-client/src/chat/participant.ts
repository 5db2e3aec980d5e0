// `@orchestrator` in the chat view. It asks the server and shows the answers; it plans, checks and explains nothing itself.
//
// The server plans offline for now. When it can ask the client for a model's words, the model of the request (`request.model`)
// is what it will be given: that belongs into `orchestrate` below, beside the goal.

import * as vscode from "vscode";
import { LANGUAGE } from "../documents.ts";
import type { Schedule } from "../schedule.ts";
import type { Session } from "../server/session.ts";
import { criticalPathAsMarkdown, escaped, type Replanned, replannedAsMarkdown, scheduleAsMarkdown } from "./markdown.ts";

const ID = "orchestrate.orchestrator";
const EXAMPLE = "Build a user authentication system with OAuth2, email verification, and password reset";
const LONGEST_GOAL = 20_000;

interface Answer extends vscode.ChatResult {
  metadata: { command: string; uri?: string };
}

export function registerParticipant(session: Session, icon: vscode.Uri): vscode.Disposable {
  const participant = vscode.chat.createChatParticipant(ID, (request, _context, stream, token) => answer(session, request, stream, token));
  participant.iconPath = icon;
  participant.followupProvider = {
    provideFollowups: (result) => followups(result as Answer),
  };
  return participant;
}

async function answer(session: Session, request: vscode.ChatRequest, stream: vscode.ChatResponseStream, token: vscode.CancellationToken): Promise<Answer> {
  const command = request.command ?? "orchestrate";
  try {
    if (command === "replan") {
      return await replan(session, request, stream, token);
    }
    if (command === "explain") {
      return await explain(session, request, stream, token);
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
  const planned = await session.call<{ uri: string; summary: string }>("orchestrate.plan", { goal }, token);
  const uri = vscode.Uri.parse(planned.uri);
  stream.markdown(`${escaped(planned.summary)}\n\n`);
  await showSchedule(session, uri, stream, token);
  stream.filetree([{ name: nameOf(uri) }], vscode.Uri.joinPath(uri, ".."));
  stream.reference(uri);
  if (request.references.length > 0) {
    stream.markdown("\nWhat you attached was not read: the offline planner goes by the goal alone.\n");
  }
  stream.button({ command: "vscode.open", title: "Open the Plan", arguments: [uri] });
  stream.button({ command: "orchestrate.showPlan", title: "Show the Graph", arguments: [uri] });
  return { metadata: { ...metadata, uri: planned.uri } };
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
  const done = await session.call<Replanned>("orchestrate.replan", { uri: document.uri.toString(), instruction }, token);
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
  return metadata.command === "explain"
    ? [{ prompt: "", command: "replan", label: "Change the plan..." }]
    : [{ prompt: "why does it take that long?", command: "explain", label: "Why does it take that long?" }];
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
