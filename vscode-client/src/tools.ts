// What agents in chat can do with plans, as language-model tools: plan, check, schedule, change and follow. The server does the
// work; these only name the file and word the answer. Nothing here runs a plan.

import * as vscode from "vscode";
import { DocumentDiagnosticRequest } from "vscode-languageclient/node";
import { criticalPathAsMarkdown, nextTasks, type Replanned, replannedAsMarkdown, scheduleAsMarkdown } from "./chat/markdown.ts";
import { LANGUAGE } from "./documents.ts";
import type { Progress } from "./progress.ts";
import { type Finding, findingsAsText } from "./findings.ts";
import type { Schedule } from "./schedule.ts";
import type { Session } from "./server/session.ts";

interface OfFile {
  file: string;
}

interface OfTask extends OfFile {
  task: string;
  action: string;
  percent?: number;
  agent?: string;
  note?: string;
}

export function registerTools(session: Session, progress: Progress): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.lm.registerTool<{ goal: string }>("orchestrate_plan", {
      prepareInvocation: ({ input }) => ({
        invocationMessage: "Planning the goal",
        confirmationMessages: { title: "Write a plan file", message: plain(`A new *.plan.yaml file is written for: ${String(input.goal)}`) },
      }),
      invoke: async ({ input }, token) => {
        const goal = wanted(input.goal, "goal");
        const { uri, summary } = await session.call<{ uri: string; summary: string }>("orchestrate.plan", { goal }, token);
        return text(`${summary}\nThe plan was written to ${vscode.workspace.asRelativePath(vscode.Uri.parse(uri))} and passes its checks.`);
      },
    }),
    vscode.lm.registerTool<OfFile>("orchestrate_check", {
      prepareInvocation: ({ input }) => ({ invocationMessage: plain(`Checking ${String(input.file)}`) }),
      invoke: async ({ input }, token) => text(await check(session, await planAt(input.file), token)),
    }),
    vscode.lm.registerTool<OfFile>("orchestrate_schedule", {
      prepareInvocation: ({ input }) => ({ invocationMessage: plain(`Scheduling ${String(input.file)}`) }),
      invoke: async ({ input }, token) => {
        const { uri } = await planAt(input.file);
        const schedule = await session.call<Schedule>("orchestrate.schedule", { uri: uri.toString() }, token);
        return text(`${scheduleAsMarkdown(schedule)}\n${criticalPathAsMarkdown(schedule)}`);
      },
    }),
    vscode.lm.registerTool<OfFile>("orchestrate_next", {
      prepareInvocation: ({ input }) => ({ invocationMessage: plain(`Looking for what can start in ${String(input.file)}`) }),
      invoke: async ({ input }) => {
        const { uri } = await planAt(input.file);
        const standing = trusted(await progress.of(uri));
        const ready = standing.next.length === 0 ? ["No task can start now."] : nextTasks(standing);
        return text([`${standing.headline.join(", ")}.`, "Can start now, the most pressing first:", ...ready, ...standing.alerts.map((each) => `attention: ${each.message}`)].join("\n"));
      },
    }),
    vscode.lm.registerTool<OfTask>("orchestrate_update_task", {
      prepareInvocation: ({ input }) => ({
        invocationMessage: plain(`Recording that ${String(input.task)} is ${String(input.action)}`),
        confirmationMessages: {
          title: "Report on a task",
          message: plain(`${String(input.file)}, task ${String(input.task)}: ${String(input.action)}${input.note === undefined ? "" : `. ${String(input.note)}`}`),
        },
      }),
      invoke: async ({ input }, token) => {
        trusted(true);
        const document = await planAt(input.file);
        if (document.isDirty && !(await document.save())) {
          throw new Error("The plan has changes that could not be saved, so nothing was recorded.");
        }
        // Only these, and no `force`: what speaks against a report is for a person to override.
        const { task, action, percent, agent, note } = input;
        const given = { uri: document.uri.toString(), task: wanted(task, "task"), action: wanted(action, "action"), percent, agent, note };
        const { messages } = await session.call<{ messages: string[] }>("orchestrate.task", given, token);
        progress.soon();
        return text(messages.join(" "));
      },
    }),
    vscode.lm.registerTool<OfFile & { instruction: string }>("orchestrate_replan", {
      prepareInvocation: ({ input }) => ({
        invocationMessage: plain(`Changing ${String(input.file)}`),
        confirmationMessages: { title: "Change a plan", message: plain(`${String(input.file)}: ${String(input.instruction)}`) },
      }),
      invoke: async ({ input }, token) => {
        const { uri } = await planAt(input.file);
        const instruction = wanted(input.instruction, "instruction");
        return text(replannedAsMarkdown(await session.call<Replanned>("orchestrate.replan", { uri: uri.toString(), instruction }, token)));
      },
    }),
  );
}

/** Progress is only told and reported in a trusted workspace. */
function trusted<Value>(value: Value | undefined): Value {
  if (!vscode.workspace.isTrusted) {
    throw new Error("This workspace is not trusted by the user: plans are only checked here. The user can trust it in VS Code.");
  }
  if (value === undefined) {
    throw new Error("How this plan stands is not known. `orchestrate_check` says what is wrong with it.");
  }
  return value;
}

async function check(session: Session, document: vscode.TextDocument, token: vscode.CancellationToken): Promise<string> {
  const client = await session.ready();
  if (client === undefined) {
    throw new Error("The language server is not running, so nothing can be checked.");
  }
  const answer = await client.sendRequest(DocumentDiagnosticRequest.type, { textDocument: { uri: document.uri.toString() } }, token);
  const items = answer.kind === "full" ? answer.items : [];
  return findingsAsText(items.map((each): Finding => ({
    line: each.range.start.line + 1,
    severity: each.severity ?? 1,
    code: String(each.code ?? ""),
    message: typeof each.message === "string" ? each.message : each.message.value,
  })));
}

/** A plan of the workspace by its path. Throws in words that a model can act on. */
async function planAt(file: unknown): Promise<vscode.TextDocument> {
  const name = wanted(file, "file");
  const folders = vscode.workspace.workspaceFolders ?? [];
  const candidates = name.startsWith("/") || /^[A-Za-z]:[\\/]/.test(name) ? [vscode.Uri.file(name)] : folders.map((folder) => vscode.Uri.joinPath(folder.uri, name));
  for (const uri of candidates) {
    if (vscode.workspace.getWorkspaceFolder(uri) === undefined) {
      continue;
    }
    try {
      const document = await vscode.workspace.openTextDocument(uri);
      if (document.languageId === LANGUAGE) {
        return document;
      }
    } catch {
      continue;
    }
  }
  const plans = await vscode.workspace.findFiles("**/*.plan.{yaml,yml}", undefined, 20);
  const known = plans.map((uri) => vscode.workspace.asRelativePath(uri)).sort();
  throw new Error(`There is no plan ${name} in the workspace. ${known.length > 0 ? `There are: ${known.join(", ")}` : "It has no plans."}`);
}

function wanted(value: unknown, name: string): string {
  if (typeof value !== "string" || value.trim() === "") {
    throw new Error(`\`${name}\` is needed, as text.`);
  }
  return value.trim();
}

function plain(message: string): vscode.MarkdownString {
  return new vscode.MarkdownString().appendText(message.slice(0, 500));
}

function text(value: string): vscode.LanguageModelToolResult {
  return new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(value)]);
}
