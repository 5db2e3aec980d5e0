// Offers `orchestrate mcp` of the program that was chosen to VS Code's agents as an MCP server, where that can serve: it needs
// the extra `mcp`, which the extension's own copy has not. Only in a trusted workspace. VS Code starts it when it is wanted.

import { execFile } from "node:child_process";
import * as vscode from "vscode";
import { commandOf } from "./server/choice.ts";
import type { Session } from "./server/session.ts";

const ID = "orchestrate.mcp";
const LONGEST_MS = 20_000;
const INSTALL = "pip install 'orchestrate-ls[mcp]'";
const OF_WINDOWS = 'pip install "orchestrate-ls[mcp]"';

export function registerMcpServer(session: Session): vscode.Disposable {
  const offer = new Offer(session);
  // Editors that know no MCP servers of extensions go without.
  const provider =
    typeof vscode.lm.registerMcpServerDefinitionProvider === "function"
      ? vscode.lm.registerMcpServerDefinitionProvider(ID, {
          onDidChangeMcpServerDefinitions: offer.onChanged,
          provideMcpServerDefinitions: () => offer.definitions(),
        })
      : undefined;
  return vscode.Disposable.from(
    offer,
    ...(provider === undefined ? [] : [provider]),
    vscode.commands.registerCommand("orchestrate.mcpServer", () => offer.tell()),
  );
}

class Offer implements vscode.Disposable {
  private readonly session: Session;
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onChanged = this.changed.event;
  private readonly disposables: vscode.Disposable[];
  /** What was found out about programs, by how they are started. */
  private readonly known = new Map<string, boolean>();
  private told = "";

  constructor(session: Session) {
    this.session = session;
    this.disposables = [
      this.changed,
      // Another program may have been chosen, or the extra been installed for it.
      session.onState((state) => {
        if (state === "running") {
          this.known.clear();
          this.changed.fire();
        }
      }),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.changed.fire()),
    ];
  }

  dispose(): void {
    vscode.Disposable.from(...this.disposables).dispose();
  }

  async definitions(): Promise<vscode.McpStdioServerDefinition[]> {
    const launch = vscode.workspace.isTrusted ? await this.session.chosen() : undefined;
    if (launch === undefined) {
      return [];
    }
    const command = commandOf(launch, "mcp");
    if (!(await this.serves(command))) {
      this.note(`MCP server: not offered, for ${launch.source} has none. It comes with: ${install()}`);
      return [];
    }
    this.note(`MCP server: that of ${launch.source} is offered.`);
    const definition = new vscode.McpStdioServerDefinition("Orchestrate", command.program, command.words, { NO_COLOR: "1" });
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    if (folder?.scheme === "file") {
      definition.cwd = folder;
    }
    return [definition];
  }

  /** Say whether there is one, and how to get it where there is none. */
  async tell(): Promise<void> {
    if (!vscode.workspace.isTrusted) {
      void vscode.window.showInformationMessage("In an untrusted workspace no MCP server is started.");
      return;
    }
    this.known.clear();
    const [definition] = await this.definitions();
    this.changed.fire();
    const launch = await this.session.chosen();
    const output = "Show Output";
    if (definition !== undefined) {
      const list = "List Servers";
      const chosen = await vscode.window.showInformationMessage(`The MCP server of ${launch?.source ?? "Orchestrate"} is offered to agents.`, list);
      if (chosen === list) {
        await vscode.commands.executeCommand("workbench.mcp.listServer");
      }
      return;
    }
    const copy = "Copy Command";
    const chosen = await vscode.window.showInformationMessage(
      `${launch?.source ?? "Nothing that was found"} has no MCP server. It comes with \`${install()}\`, in the workspace's .venv or on the PATH. Then run this command again.`,
      copy,
      output,
    );
    if (chosen === copy) {
      await vscode.env.clipboard.writeText(install());
    } else if (chosen === output) {
      this.session.output.show();
    }
  }

  /** Whether a program says that it could serve; asked once. */
  private async serves({ program, words }: ReturnType<typeof commandOf>): Promise<boolean> {
    const key = JSON.stringify([program, words]);
    const known = this.known.get(key);
    if (known !== undefined) {
      return known;
    }
    const found = await new Promise<boolean>((resolve) => {
      execFile(program, [...words, "--check"], { timeout: LONGEST_MS, windowsHide: true }, (error) => resolve(error === null));
    });
    this.known.set(key, found);
    return found;
  }

  private note(message: string): void {
    if (message !== this.told) {
      this.told = message;
      this.session.output.info(message);
    }
  }
}

function install(): string {
  return process.platform === "win32" ? OF_WINDOWS : INSTALL;
}
