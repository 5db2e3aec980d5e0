// What agents in chat can do with plans, as language-model tools: plan, check, schedule and change. The server does the
// work; these only name the file and word the answer. Nothing here runs a plan.

import * as vscode from "vscode";
import { DocumentDiagnosticRequest } from "vscode-languageclient/node";
import { criticalPathAsMarkdown, type Replanned, replannedAsMarkdown, scheduleAsMarkdown } from "./chat/markdown.ts";
import { LANGUAGE } from "./documents.ts";
import { type Finding, findingsAsText } from "./findings.ts";
import type { Schedule } from "./schedule.ts";
import type { Session } from "./server/session.ts";

interface OfFile {
  file: string;
}

export function registerTools(session: Session): vscode.Disposable {
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
