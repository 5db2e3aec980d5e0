// The offline planner as a language model of the chat view. VS Code asks no participant while it knows no model; with this
// one there always is one, without an account. It says of itself what it can do, and answers nothing that it cannot.

import * as vscode from "vscode";

export const VENDOR = "orchestrate";

const MODEL: vscode.LanguageModelChatInformation = {
  id: "offline-planner",
  name: "Orchestrate offline planner",
  family: "orchestrate-offline-planner",
  version: "1",
  tooltip: "Plans goals for @orchestrator without a network and without an account. It converses about nothing else.",
  detail: "for @orchestrator",
  maxInputTokens: 16_000,
  maxOutputTokens: 4_000,
  capabilities: { toolCalling: true, imageInput: false },
};

const ANSWER =
  "This is the offline planner of Orchestrate, and no language model that converses. Ask `@orchestrator`:\n\n" +
  "- `@orchestrator /orchestrate GOAL` writes a checked plan for a goal in plain words\n" +
  "- `@orchestrator /replan INSTRUCTION` changes the plan that is open\n" +
  "- `@orchestrator /explain TASK` says why a task is critical, or what it waits for\n";

export function registerOfflineModel(): vscode.Disposable {
  const registration = vscode.lm.registerLanguageModelChatProvider(VENDOR, {
    provideLanguageModelChatInformation: () => [MODEL],
    provideLanguageModelChatResponse: async (_model, _messages, _options, progress) => {
      progress.report(new vscode.LanguageModelTextPart(ANSWER));
    },
    provideTokenCount: async (_model, text) => Math.ceil(lengthOf(text) / 4),
  });
  // VS Code asks providers for their models only when somebody selects one; the first question in chat comes before that,
  // and would be answered "Language model unavailable".
  void vscode.lm.selectChatModels({ vendor: VENDOR }).then(undefined, () => undefined);
  return registration;
}

function lengthOf(text: string | vscode.LanguageModelChatRequestMessage): number {
  if (typeof text === "string") {
    return text.length;
  }
  return text.content.reduce<number>((sum, part) => sum + (part instanceof vscode.LanguageModelTextPart ? part.value.length : 0), 0);
}
