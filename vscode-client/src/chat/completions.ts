// Answers the server's `orchestrate/complete` with the model that was chosen in chat. The server words the question and
// judges the answer; here it only passes through, piece by piece. Nothing of an answer is executed or shown from here.

import * as vscode from "vscode";
import { ErrorCodes, type LanguageClient, ResponseError } from "vscode-languageclient/node";
import { streamed } from "./streaming.ts";

const METHOD = "orchestrate/complete";

interface Question {
  token: string;
  messages: { role: string; content: string }[];
  /** What `during` has called the request that the question is about. */
  request?: string;
}

export class Completions {
  private readonly models = new Map<string, vscode.LanguageModelChat>();
  private numbers = 0;

  /** While `work` runs, questions about the request that it is given go to a model. */
  async during<Result>(model: vscode.LanguageModelChat, work: (request: string) => Promise<Result>): Promise<Result> {
    this.numbers += 1;
    const request = `chat-${this.numbers}`;
    this.models.set(request, model);
    try {
      return await work(request);
    } finally {
      this.models.delete(request);
    }
  }

  /** Answer a server's questions. */
  answer(client: LanguageClient): vscode.Disposable {
    return client.onRequest(METHOD, (question: Question, token: vscode.CancellationToken) => this.complete(client, question, token));
  }

  private async complete(client: LanguageClient, question: Question, token: vscode.CancellationToken): Promise<null | ResponseError<void>> {
    const model = this.models.get(question.request ?? "");
    if (model === undefined) {
      return new ResponseError(ErrorCodes.MethodNotFound, "no model was chosen for this");
    }
    // There are only the user's messages and the model's; what the system says stands first.
    const messages = question.messages.map(({ content }) => vscode.LanguageModelChatMessage.User(content));
    // Given up from here as well when the answer is too long, or nobody waits for it.
    const asked = new vscode.CancellationTokenSource();
    const forwarded = token.onCancellationRequested(() => asked.cancel());
    try {
      const response = await model.sendRequest(messages, { justification: "To improve the plan for your goal." }, asked.token);
      await streamed(response.text, token, (text) => client.sendNotification("$/progress", { token: question.token, value: { text } }));
      return null;
    } catch (error) {
      return new ResponseError(ErrorCodes.InternalError, error instanceof Error ? error.message : String(error));
    } finally {
      asked.cancel();
      forwarded.dispose();
      asked.dispose();
    }
  }
}
