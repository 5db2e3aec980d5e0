// Stands in for a language model in the tests of the real editor: its answers are written down here, and which one it gives
// goes by a word of the goal. What it was asked is written to a file that the tests read. Also calls the extension's tools, as an
// agent would, and shows what they answer.

const fs = require("node:fs");
const path = require("node:path");
const vscode = require("vscode");

const MODEL = {
  id: "scripted",
  name: "Scripted test model",
  family: "scripted",
  version: "1",
  maxInputTokens: 200_000,
  maxOutputTokens: 50_000,
  capabilities: { toolCalling: true, imageInput: false },
};

const GOOD = `agents:
  - id: api-developer
    skills: [rest-api, backend, authentication]
  - id: test-engineer
    skills: [test-automation]
tasks:
  - id: T1
    name: OAuth2 sign-in written by the model
    description: Sign in through the authorization-code flow.
    estimated_time: {optimistic: 3h, likely: 4h, pessimistic: 6h}
    dependencies: []
    agent: api-developer
  - id: T2
    name: Email verification link
    description: Send a link and confirm the address.
    estimated_time: {optimistic: 2h, likely: 3h, pessimistic: 4h}
    dependencies: []
    agent: api-developer
  - id: T3
    name: Password reset flow
    description: Reset a password by a token sent by email.
    estimated_time: {optimistic: 2h, likely: 3h, pessimistic: 4h}
    dependencies: [T2]
    agent: api-developer
  - id: T4
    name: Tests of the whole sign-in
    description: Try everything end to end.
    estimated_time: {optimistic: 2h, likely: 3h, pessimistic: 4h}
    dependencies: [T1, T3]
    agent: test-engineer
`;
/** The plan of the step about changing one, with a task more. */
const REFUNDS = `agents:
  - id: dev
    skills: [backend]
tasks:
  - id: T1
    name: Payments by card
    description: Take money from a card.
    estimated_time: {optimistic: 3h, likely: 4h, pessimistic: 6h}
    dependencies: []
    agent: dev
  - id: T2
    name: Receipts by mail
    description: Send a receipt for each payment.
    estimated_time: {optimistic: 1h, likely: 2h, pessimistic: 3h}
    dependencies: [T1]
    agent: dev
  - id: T3
    name: Refunds written by the model
    description: Give money back to the card it came from.
    estimated_time: {optimistic: 2h, likely: 3h, pessimistic: 5h}
    dependencies: [T2]
    agent: dev
`;
const CYCLE = GOOD.replace("    dependencies: []\n    agent: api-developer\n  - id: T2", "    dependencies: [T4]\n    agent: api-developer\n  - id: T2");

async function answer(_model, messages, _options, progress, token) {
  const asked = messages.flatMap((message) => message.content.map((part) => part.value ?? "")).join("\n");
  log({ asked });
  const say = (text) => progress.report(new vscode.LanguageModelTextPart(text));
  if (asked.includes("variant-silent")) {
    await new Promise((resolve) => token.onCancellationRequested(resolve));
    log({ cancelled: true });
  } else if (asked.includes("variant-nonsense")) {
    say("As a poet I answer in verse. `rm -rf /` <img src=x onerror=alert(1)> [click](command:workbench.action.quit)");
  } else if (asked.includes("variant-huge")) {
    const line = "# so much to say\n".repeat(1000);
    for (let sent = 0; sent < 5_000_000 && !token.isCancellationRequested; sent += line.length) {
      say(line);
      await new Promise((resolve) => setImmediate(resolve));
    }
  } else if (asked.includes("variant-refunds")) {
    say("```yaml\n" + REFUNDS + "```\n");
  } else if (asked.includes("variant-error")) {
    throw new Error("the test model is out of order");
  } else {
    const plan = asked.includes("It was checked.") ? GOOD : CYCLE;
    const text = "```yaml\n" + plan + "```\n";
    for (let start = 0; start < text.length; start += 200) {
      say(text.slice(start, start + 200));
    }
  }
}

function log(entry) {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  if (folder !== undefined) {
    fs.appendFileSync(path.join(folder, "model-log.jsonl"), JSON.stringify(entry) + "\n");
  }
}

/** Calls each tool with the input that the file tool-calls.json names, and shows the answers in a document. */
async function callTools() {
  const folder = vscode.workspace.workspaceFolders[0].uri.fsPath;
  const calls = JSON.parse(fs.readFileSync(path.join(folder, "tool-calls.json"), "utf8"));
  const shown = [`tools: ${vscode.lm.tools.map((tool) => tool.name).filter((name) => name.startsWith("orchestrate")).sort().join(", ")}`];
  for (const [name, input] of calls) {
    try {
      const result = await vscode.lm.invokeTool(name, { input, toolInvocationToken: undefined }, new vscode.CancellationTokenSource().token);
      shown.push(`== ${name}`, result.content.map((part) => part.value).join("\n"));
    } catch (error) {
      shown.push(`== ${name} refused`, String(error.message));
    }
  }
  fs.writeFileSync(path.join(folder, "tool-answers.txt"), shown.join("\n") + "\nend of the answers\n");
  await vscode.window.showTextDocument(vscode.Uri.file(path.join(folder, "tool-answers.txt")));
}

exports.activate = (context) => {
  context.subscriptions.push(
    vscode.lm.registerLanguageModelChatProvider("orchestrate-test", {
      provideLanguageModelChatInformation: () => [MODEL],
      provideLanguageModelChatResponse: answer,
      provideTokenCount: async (_model, text) => Math.ceil((typeof text === "string" ? text.length : 400) / 4),
    }),
    vscode.commands.registerCommand("orchestrate-test.callTools", callTools),
  );
  void vscode.lm.selectChatModels({ vendor: "orchestrate-test" });
};
