// Another extension that calls the tools which are listed in calls.json of the workspace, as an agent would, and writes down
// what they answer. Only for tests.

const vscode = require("vscode");

exports.activate = (context) => {
  context.subscriptions.push(
    vscode.commands.registerCommand("caller.callTools", async () => {
      const folder = vscode.workspace.workspaceFolders[0].uri;
      const calls = JSON.parse(Buffer.from(await vscode.workspace.fs.readFile(vscode.Uri.joinPath(folder, "calls.json"))).toString());
      const answers = { offered: vscode.lm.tools.map((tool) => tool.name).filter((name) => name.startsWith("orchestrate_")), answers: [] };
      for (const { name, input } of calls) {
        try {
          const result = await vscode.lm.invokeTool(name, { input, toolInvocationToken: undefined });
          answers.answers.push({ text: result.content.map((part) => part.value).join("") });
        } catch (error) {
          answers.answers.push({ error: String(error) });
        }
      }
      await vscode.workspace.fs.writeFile(vscode.Uri.joinPath(folder, "answers.json"), Buffer.from(JSON.stringify(answers)));
    }),
  );
};
