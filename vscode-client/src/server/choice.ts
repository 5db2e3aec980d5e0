// Which language server is started, and why. Looks at nothing itself: what is there is asked of `Machine`, so that this can
// be tried without an editor and without a Python.

import path from "node:path";

/** What can be found out about the machine. Nothing of a workspace is run by the first three. */
export interface Machine {
  platform: NodeJS.Platform;
  isFile(file: string): Promise<boolean>;
  /** The folders of `PATH`. */
  searchPath: readonly string[];
  /** Ask a program for its version by running it: whether it is ours. */
  isOrchestrate(program: string): Promise<boolean>;
  /** Ask an interpreter by running it. Undefined where it does not run. */
  askPython(interpreter: string): Promise<PythonFacts | undefined>;
}

export interface PythonFacts {
  version: readonly [number, number];
  /** Whether the server is installed for it. */
  hasServer: boolean;
}

/** What is known of the editor when the server shall start. */
export interface Wishes {
  trusted: boolean;
  /** Absolute paths of the workspace's folders. */
  folders: readonly string[];
  /** `orchestrate.server.path` and `orchestrate.server.interpreter`. */
  program: string | undefined;
  interpreter: string | undefined;
  /** What the Python extension has chosen. */
  pythonExtension: string | undefined;
  /** The `start.py` of the copy that comes with the extension. */
  bundled: string;
  /** Set when the user asked for the bundled copy after another one failed. */
  bundledOnly: boolean;
}

export interface Launch {
  command: string;
  args: string[];
  /** Where it is from, for people. */
  source: string;
}

/** The program that a language server is a part of, told to do something else. */
export function commandOf(launch: Launch, ...words: string[]): { program: string; words: string[] } {
  return { program: launch.command, words: [...launch.args.slice(0, -1), ...words] };
}

export interface Choice {
  launch: Launch | undefined;
  /** One line for each thing that was looked at, in order: what it was and why it was taken or not. */
  steps: string[];
}

export const OLDEST: readonly [number, number] = [3, 11];
export const NEWEST: readonly [number, number] = [3, 14];

export async function chooseServer(machine: Machine, wishes: Wishes): Promise<Choice> {
  const steps: string[] = [];
  const paths = machine.platform === "win32" ? path.win32 : path.posix;
  if (!wishes.trusted) {
    steps.push("The workspace is not trusted: neither its settings nor its programs are used, only the copy that comes with the extension.");
  } else if (wishes.bundledOnly) {
    steps.push("The copy that comes with the extension was asked for.");
  } else {
    const own = (await bySetting()) ?? (await byEnvironment()) ?? (await bySearchPath());
    if (own !== undefined) {
      return { launch: own.command === "" ? undefined : own, steps };
    }
  }
  return { launch: await byBundle(), steps };

  async function bySetting(): Promise<Launch | undefined> {
    if (wishes.program === undefined) {
      steps.push("Setting orchestrate.server.path: not set.");
      return undefined;
    }
    // What the user has asked for is used or complained about, never silently replaced.
    if (!paths.isAbsolute(wishes.program) || !(await machine.isFile(wishes.program))) {
      steps.push(`Setting orchestrate.server.path: ${wishes.program} is no file with an absolute path.`);
      return { command: "", args: [], source: "the setting" };
    }
    steps.push(`Setting orchestrate.server.path: ${wishes.program} is used.`);
    return { command: wishes.program, args: ["lsp"], source: "the setting orchestrate.server.path" };
  }

  async function byEnvironment(): Promise<Launch | undefined> {
    const interpreter = machine.platform === "win32" ? ["Scripts", "python.exe"] : ["bin", "python"];
    for (const folder of wishes.folders) {
      const found = await withServer(paths.join(folder, ".venv", ...interpreter), "The workspace's .venv");
      if (found !== undefined) {
        return found;
      }
    }
    if (wishes.pythonExtension === undefined) {
      steps.push("The Python extension: it has chosen no interpreter, or is not there.");
      return undefined;
    }
    return withServer(wishes.pythonExtension, "The Python extension's interpreter");
  }

  async function withServer(interpreter: string, what: string): Promise<Launch | undefined> {
    if (!(await machine.isFile(interpreter))) {
      steps.push(`${what}: there is no ${interpreter}.`);
      return undefined;
    }
    const facts = await machine.askPython(interpreter);
    if (facts === undefined) {
      steps.push(`${what}: ${interpreter} does not run.`);
      return undefined;
    }
    if (!facts.hasServer || compare(facts.version, OLDEST) < 0) {
      const why = facts.hasServer ? "is older than 3.11" : "has no orchestrate-ls installed";
      steps.push(`${what}: ${interpreter} (Python ${facts.version.join(".")}) ${why}.`);
      return undefined;
    }
    steps.push(`${what}: ${interpreter} is used.`);
    return { command: interpreter, args: ["-I", "-m", "orchestrate_ls", "lsp"], source: what };
  }

  async function bySearchPath(): Promise<Launch | undefined> {
    const name = machine.platform === "win32" ? "orchestrate.exe" : "orchestrate";
    for (const program of searched(name)) {
      if (!(await machine.isFile(program))) {
        continue;
      }
      if (await machine.isOrchestrate(program)) {
        steps.push(`PATH: ${program} is used.`);
        return { command: program, args: ["lsp"], source: "the PATH" };
      }
      steps.push(`PATH: ${program} is another program of that name, or does not run.`);
    }
    steps.push(`PATH: there is no ${name} that could be used.`);
    return undefined;
  }

  async function byBundle(): Promise<Launch | undefined> {
    if (!(await machine.isFile(wishes.bundled))) {
      steps.push("The extension's own copy: this build of the extension has none.");
      return undefined;
    }
    const tried = new Set<string>();
    for (const interpreter of interpreters()) {
      if (tried.has(interpreter) || !(await machine.isFile(interpreter))) {
        continue;
      }
      tried.add(interpreter);
      const facts = await machine.askPython(interpreter);
      if (facts === undefined) {
        steps.push(`The extension's own copy: ${interpreter} does not run.`);
        continue;
      }
      if (compare(facts.version, OLDEST) < 0 || compare(facts.version, NEWEST) > 0) {
        steps.push(`The extension's own copy: ${interpreter} is Python ${facts.version.join(".")}, and 3.11 to 3.14 is needed.`);
        continue;
      }
      steps.push(`The extension's own copy is used, with ${interpreter} (Python ${facts.version.join(".")}).`);
      return {
        command: interpreter,
        // Without the user's and the workspace's packages and variables: it brings all it needs.
        args: ["-I", "-S", wishes.bundled, "lsp"],
        source: "the copy that comes with the extension",
      };
    }
    steps.push("The extension's own copy: no Python 3.11 to 3.14 was found.");
    return undefined;
  }

  function* interpreters(): Iterable<string> {
    if (wishes.interpreter !== undefined) {
      yield wishes.interpreter;
    }
    if (wishes.trusted && wishes.pythonExtension !== undefined) {
      yield wishes.pythonExtension;
    }
    const suffix = machine.platform === "win32" ? ".exe" : "";
    for (const name of ["python3", "python", "python3.14", "python3.13", "python3.12", "python3.11"]) {
      yield* searched(name + suffix);
    }
    if (machine.platform !== "win32") {
      // Editors started from a desktop often have a short PATH.
      yield* ["/usr/local/bin/python3", "/opt/homebrew/bin/python3", "/usr/bin/python3"];
    }
  }

  /** A program in each folder of PATH; relative folders, and in an untrusted workspace its own, are left out. */
  function searched(name: string): string[] {
    return machine.searchPath
      .filter((folder) => paths.isAbsolute(folder))
      .filter((folder) => wishes.trusted || !wishes.folders.some((each) => isIn(paths, each, folder)))
      .map((folder) => paths.join(folder, name));
  }
}

function isIn(paths: path.PlatformPath, folder: string, inner: string): boolean {
  const relative = paths.relative(folder, inner);
  return relative === "" || (!relative.startsWith("..") && !paths.isAbsolute(relative));
}

function compare(one: readonly [number, number], other: readonly [number, number]): number {
  return one[0] - other[0] || one[1] - other[1];
}
