// The language server's life in the editor: chosen, started, restarted, and what the user is told when it is not there.
// Starts nothing before a plan or an agent definition is opened or a command needs the server.

import * as vscode from "vscode";
import {
  CloseAction,
  CodeLensRequest,
  ErrorAction,
  type ErrorHandler,
  type Executable,
  type ExecuteCommandParams,
  ExecuteCommandRequest,
  LanguageClient,
  type LanguageClientOptions,
  RevealOutputChannelOn,
  State,
  WorkDoneProgress,
} from "vscode-languageclient/node";
import { Completions } from "../chat/completions.ts";
import { AGENT_FILES, LANGUAGE } from "../documents.ts";
import { isOfTheServer, settingsThatAreSet } from "../settings.ts";
import { type Choice, chooseServer, type Launch } from "./choice.ts";
import { thisMachine } from "./machine.ts";
import { SettledLenses } from "./settledLenses.ts";

/** Commands of the editor that lenses, hovers and links of the server may call. */
const CLIENT_COMMANDS = ["orchestrate.showReferences", "orchestrate.copyHandoff", "orchestrate.showRule"];
/** Those of a trusted workspace besides. */
const TRUSTED_COMMANDS = [
  "orchestrate.run",
  "orchestrate.follow",
  "orchestrate.pauseRun",
  "orchestrate.resumeRun",
  "orchestrate.approve",
  "orchestrate.reject",
  "orchestrate.task.choose",
];
const REPLAN = "orchestrate.replan";
const PROGRESS_CHANGED = "orchestrate/progressChanged";

const MOST_RESTARTS = 4;
const PYTHON_EXTENSION = "ms-python.python";
const DOWNLOADS = "https://www.python.org/downloads/";

export type ServerState = "stopped" | "starting" | "running" | "failed";

export class Session implements vscode.Disposable {
  readonly output: vscode.LogOutputChannel;
  private readonly trace: vscode.LogOutputChannel;
  private readonly context: vscode.ExtensionContext;
  private readonly changed = new vscode.EventEmitter<ServerState>();
  readonly onState = this.changed.event;
  private readonly progressed = new vscode.EventEmitter<void>();
  /** Fires when the server says that a plan that is open got on. */
  readonly onProgress = this.progressed.event;
  readonly completions = new Completions();
  private readonly lenses = new SettledLenses<vscode.TextDocument>(() => this.askForLenses());
  private readonly focus = vscode.window.onDidChangeWindowState(({ focused }) => this.lenses.watching(focused));
  private client: LanguageClient | undefined;
  private starting: Promise<LanguageClient | undefined> | undefined;
  private bundledOnly = false;
  private told = false;
  private launch: Launch | undefined;
  private calls = 0;
  state: ServerState = "stopped";

  constructor(context: vscode.ExtensionContext) {
    this.context = context;
    this.output = vscode.window.createOutputChannel("Orchestrate", { log: true });
    this.trace = vscode.window.createOutputChannel("Orchestrate trace", { log: true });
  }

  /** Where the server is from, for people. */
  get source(): string | undefined {
    return this.launch?.source;
  }

  /** The running client; started if need be. Undefined where there is no server, and then the user has been told. */
  async ready(): Promise<LanguageClient | undefined> {
    if (this.client?.state === State.Running) {
      return this.client;
    }
    this.starting ??= this.start().finally(() => {
      this.starting = undefined;
    });
    return this.starting;
  }

  /**
   * Call a command of the server. Rejects with the server's own words where it refuses. `report` is told how far it is,
   * where the server says so.
   */
  async call<Answer>(command: string, argument: unknown, token?: vscode.CancellationToken, report?: (message: string) => void): Promise<Answer> {
    const client = await this.ready();
    if (client === undefined) {
      throw new Error("The language server is not running. \"Orchestrate: Show Output\" says why.");
    }
    const params: ExecuteCommandParams = { command, arguments: [argument] };
    let listening: vscode.Disposable | undefined;
    if (report !== undefined) {
      this.calls += 1;
      params.workDoneToken = `orchestrate-call-${this.calls}`;
      listening = client.onProgress(WorkDoneProgress.type, params.workDoneToken, (value) => {
        if (value.kind !== "end" && value.message !== undefined) {
          report(value.message);
        }
      });
    }
    try {
      return (await (token === undefined
        ? client.sendRequest(ExecuteCommandRequest.type, params)
        : client.sendRequest(ExecuteCommandRequest.type, params, token))) as Answer;
    } finally {
      listening?.dispose();
    }
  }

  /** How the program is started that the server is a part of; undefined before there was one. */
  get program(): Launch | undefined {
    return this.launch;
  }

  /** The same without starting anything; undefined where there is none. */
  async chosen(): Promise<Launch | undefined> {
    return this.launch ?? (await this.choose()).launch;
  }

  /** Whether the running server knows a command. */
  offers(command: string): boolean {
    return this.client?.initializeResult?.capabilities.executeCommandProvider?.commands.includes(command) ?? false;
  }

  async restart(): Promise<void> {
    await this.starting?.catch(() => undefined);
    await this.stop();
    this.told = false;
    if ((await this.ready()) !== undefined) {
      vscode.window.setStatusBarMessage("Orchestrate: the language server was restarted", 4000);
    }
  }

  async stop(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    if (client !== undefined) {
      try {
        await client.dispose(2000);
      } catch (error) {
        this.output.debug(`stopping: ${String(error)}`);
      }
    }
    this.become("stopped");
  }

  dispose(): void {
    void this.stop();
    this.focus.dispose();
    this.lenses.dispose();
    this.changed.dispose();
    this.progressed.dispose();
    this.output.dispose();
    this.trace.dispose();
  }

  private async start(): Promise<LanguageClient | undefined> {
    await this.stop();
    this.become("starting");
    const choice = await this.choose();
    this.output.info(`Looking for the language server:\n${choice.steps.map((step) => `  ${step}`).join("\n")}`);
    if (choice.launch === undefined) {
      this.become("failed");
      this.tellThatNothingIsThere(choice.steps);
      return undefined;
    }
    this.launch = choice.launch;
    const client = this.newClient(choice.launch);
    this.client = client;
    try {
      await client.start();
    } catch (error) {
      this.output.error(`The language server did not start (${[choice.launch.command, ...choice.launch.args].join(" ")}): ${String(error)}`);
      if (this.client === client) {
        this.client = undefined;
      }
      this.become("failed");
      this.tellThatItDoesNotRun("did not start");
      return undefined;
    }
    this.output.info(`The language server runs: ${client.initializeResult?.serverInfo?.name ?? "?"} ${client.initializeResult?.serverInfo?.version ?? ""}`);
    this.become("running");
    return client;
  }

  private async choose(): Promise<Choice> {
    const settings = vscode.workspace.getConfiguration("orchestrate");
    return chooseServer(thisMachine(), {
      trusted: vscode.workspace.isTrusted,
      folders: (vscode.workspace.workspaceFolders ?? []).filter((each) => each.uri.scheme === "file").map((each) => each.uri.fsPath),
      program: set(settings.get("server.path")),
      interpreter: set(settings.get("server.interpreter")),
      pythonExtension: vscode.workspace.isTrusted && !this.bundledOnly ? await interpreterOfPythonExtension() : undefined,
      bundled: this.context.asAbsolutePath("server/start.py"),
      bundledOnly: this.bundledOnly,
    });
  }

  private newClient(launch: Launch): LanguageClient {
    let hasRun = false;
    const run: Executable = { command: launch.command, args: launch.args, options: { cwd: this.context.extensionPath } };
    const names = Object.keys(this.context.extension.packageJSON.contributes.configuration.properties).filter(isOfTheServer);
    const commands = vscode.workspace.isTrusted ? [...CLIENT_COMMANDS, ...TRUSTED_COMMANDS] : CLIENT_COMMANDS;
    const options: LanguageClientOptions = {
      documentSelector: [{ language: LANGUAGE }, ...AGENT_FILES.map((pattern) => ({ scheme: "file", pattern }))],
      outputChannel: this.output,
      traceOutputChannel: this.trace,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      initializationOptions: { clientCommands: commands },
      markdown: { isTrusted: { enabledCommands: CLIENT_COMMANDS }, supportHtml: false },
      initializationFailedHandler: () => false,
      errorHandler: this.errorHandler(() => hasRun),
      middleware: {
        // What the fix of a replan trigger does is saved, so that the server records it.
        executeCommand: (command, args, next) =>
          command === REPLAN && args[0]?.triggered === true ? vscode.commands.executeCommand("orchestrate.applyTriggers", args[0]) : next(command, args),
        provideCodeLenses: async (document, token, next) => {
          const lenses = await next(document, token);
          if (lenses) {
            this.lenses.given(document, lenses);
          }
          return lenses;
        },
        workspace: {
          configuration: (params) =>
            params.items.map((item) => {
              const scope = item.scopeUri === undefined ? undefined : vscode.Uri.parse(item.scopeUri);
              const settings = vscode.workspace.getConfiguration(undefined, scope ?? null);
              return settingsThatAreSet(names, (name) => settings.inspect(name));
            }),
        },
      },
    };
    const client = new QuietClient("orchestrate", "Orchestrate", { run, debug: run }, options);
    this.completions.answer(client);
    client.onNotification(PROGRESS_CHANGED, () => this.progressed.fire());
    client.onDidChangeState(({ newState }) => {
      hasRun ||= newState === State.Running;
      if (this.client === client && newState !== State.Stopped) {
        this.become(newState === State.Running ? "running" : "starting");
      }
    });
    return client;
  }

  private errorHandler(hasRun: () => boolean): ErrorHandler {
    const ends: number[] = [];
    return {
      error: (error) => {
        this.output.error(`talking to the language server: ${error.message}`);
        return { action: ErrorAction.Continue, handled: true };
      },
      closed: () => {
        const now = Date.now();
        ends.push(now);
        if (!hasRun()) {
          // It is of no use to try again; whoever started it tells why.
          return { action: CloseAction.DoNotRestart, handled: true };
        }
        if (ends.filter((each) => now - each < 180_000).length <= MOST_RESTARTS) {
          this.output.warn("The language server has ended and is started again.");
          return { action: CloseAction.Restart, handled: true };
        }
        this.become("failed");
        this.tellThatItDoesNotRun(`has ended ${ends.length} times in three minutes`);
        return { action: CloseAction.DoNotRestart, handled: true };
      },
    };
  }

  private askForLenses(): void {
    const feature = this.client?.getFeature(CodeLensRequest.method);
    const providers = new Set(vscode.window.visibleTextEditors.map(({ document }) => feature?.getProvider(document)));
    providers.forEach((provider) => provider?.onDidChangeCodeLensEmitter.fire());
  }

  private become(state: ServerState): void {
    if (this.state !== state) {
      this.state = state;
      this.changed.fire(state);
    }
  }

  private tellThatNothingIsThere(steps: string[]): void {
    const bySetting = steps.at(-1)?.startsWith("Setting") ?? false;
    const install = "Get Python";
    const setting = "Open Settings";
    this.tell(
      bySetting
        ? `Orchestrate cannot check plans: ${steps.at(-1)}`
        : "Orchestrate cannot check plans: no Python 3.11 to 3.14 was found to run its language server.",
      bySetting ? [setting] : [install, setting],
      (chosen) => {
        if (chosen === install) {
          void vscode.env.openExternal(vscode.Uri.parse(DOWNLOADS));
        } else if (chosen === setting) {
          void vscode.commands.executeCommand("workbench.action.openSettings", "orchestrate.server");
        }
      },
    );
  }

  private tellThatItDoesNotRun(what: string): void {
    const own = this.launch?.source === "the copy that comes with the extension";
    const bundled = "Use the Extension's Copy";
    const again = "Restart";
    this.tell(
      `Orchestrate cannot check plans: the language server from ${this.launch?.source ?? "?"} ${what}.`,
      own ? [again] : [bundled, again],
      (chosen) => {
        if (chosen === bundled) {
          this.bundledOnly = true;
        }
        if (chosen === bundled || chosen === again) {
          void this.restart();
        }
      },
    );
  }

  /** One message until the next restart by hand, however often something asks for the server. */
  private tell(message: string, buttons: string[], act: (chosen: string) => void): void {
    if (this.told) {
      return;
    }
    this.told = true;
    const output = "Show Output";
    void vscode.window.showErrorMessage(message, ...buttons, output).then((chosen) => {
      if (chosen === output) {
        this.output.show();
      } else if (chosen !== undefined) {
        act(chosen);
      }
    });
  }
}

/** What goes wrong is told once, by the session, with a way out; the library would show each failure of its own. */
class QuietClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }
}

function set(value: unknown): string | undefined {
  return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;
}

/** The interpreter that the Python extension has chosen for the workspace, without making anybody install that. */
async function interpreterOfPythonExtension(): Promise<string | undefined> {
  const extension = vscode.extensions.getExtension(PYTHON_EXTENSION);
  if (extension === undefined) {
    return undefined;
  }
  try {
    const api = await extension.activate();
    const environments = api.environments;
    const chosen = environments.getActiveEnvironmentPath(vscode.workspace.workspaceFolders?.[0]?.uri);
    const resolved = await environments.resolveEnvironment(chosen);
    return resolved?.executable?.uri?.fsPath;
  } catch {
    // An older or a newer one; there are other places to look.
    return undefined;
  }
}
