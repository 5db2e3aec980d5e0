// Which server is started, for machines that are described rather than had.

import assert from "node:assert/strict";
import { test } from "node:test";
import { chooseServer, commandOf, type Machine, type PythonFacts, type Wishes } from "../../src/server/choice.ts";
import { readFacts } from "../../src/server/machine.ts";

const BUNDLED = "/extension/server/start.py";

function machine(files: Record<string, PythonFacts | "orchestrate" | "file">, more: Partial<Machine> = {}): Machine {
  const all: Record<string, PythonFacts | "orchestrate" | "file"> = { [BUNDLED]: "file", ...files };
  return {
    platform: "linux",
    searchPath: ["/usr/bin", "bin", "/folder/bin"],
    isFile: async (file) => file in all,
    isOrchestrate: async (program) => all[program] === "orchestrate",
    askPython: async (interpreter) => {
      const facts = all[interpreter];
      return typeof facts === "object" ? facts : undefined;
    },
    ...more,
  };
}

function wishes(more: Partial<Wishes> = {}): Wishes {
  return {
    trusted: true,
    folders: ["/folder"],
    program: undefined,
    interpreter: undefined,
    pythonExtension: undefined,
    bundled: BUNDLED,
    bundledOnly: false,
    ...more,
  };
}

const WITH: PythonFacts = { version: [3, 12], hasServer: true };
const WITHOUT: PythonFacts = { version: [3, 12], hasServer: false };
const OLD: PythonFacts = { version: [3, 9], hasServer: true };
const TOO_NEW: PythonFacts = { version: [3, 15], hasServer: false };

const everything = {
  "/own/orchestrate": "orchestrate",
  "/folder/.venv/bin/python": WITH,
  "/chosen/python": WITH,
  "/usr/bin/orchestrate": "orchestrate",
  "/usr/bin/python3": WITHOUT,
} as const;

test("the order: the setting, .venv, the Python extension, PATH, the extension's copy", async () => {
  const left: Record<string, PythonFacts | "orchestrate" | "file"> = { ...everything };
  const asked = (program?: string) => chooseServer(machine(left), wishes({ program, pythonExtension: "/chosen/python" }));

  assert.deepEqual((await asked("/own/orchestrate")).launch?.args, ["lsp"]);
  assert.equal((await asked("/own/orchestrate")).launch?.command, "/own/orchestrate");
  assert.equal((await asked()).launch?.command, "/folder/.venv/bin/python");
  delete left["/folder/.venv/bin/python"];
  assert.equal((await asked()).launch?.command, "/chosen/python");
  left["/chosen/python"] = WITHOUT;
  assert.equal((await asked()).launch?.command, "/usr/bin/orchestrate");
  delete left["/usr/bin/orchestrate"];
  const last = await asked();
  assert.deepEqual(last.launch?.args, ["-I", "-S", BUNDLED, "lsp"]);
  assert.equal(last.launch?.command, "/chosen/python");
  assert.match(last.steps.join("\n"), /\.venv: there is no .*\n.*has no orchestrate-ls installed\.\nPATH: there is no orchestrate/);
});

test("an untrusted workspace gets the extension's copy, and none of its own programs is asked", async () => {
  const asked: string[] = [];
  const there = machine({ ...everything, "/folder/bin/python3": WITHOUT });
  const watched: Machine = {
    ...there,
    searchPath: ["/folder/bin", ".", "/usr/bin"],
    isOrchestrate: (program) => (asked.push(program), there.isOrchestrate(program)),
    askPython: (interpreter) => (asked.push(interpreter), there.askPython(interpreter)),
  };
  const choice = await chooseServer(watched, wishes({ trusted: false, program: "/own/orchestrate", pythonExtension: "/folder/.venv/bin/python" }));
  assert.deepEqual(choice.launch, {
    command: "/usr/bin/python3",
    args: ["-I", "-S", BUNDLED, "lsp"],
    source: "the copy that comes with the extension",
  });
  assert.deepEqual(asked, ["/usr/bin/python3"]);
});

test("a setting that names nothing is complained about, not replaced", async () => {
  for (const program of ["/not/there", "orchestrate"]) {
    const choice = await chooseServer(machine(everything), wishes({ program }));
    assert.equal(choice.launch, undefined);
    assert.match(choice.steps.at(-1) ?? "", /^Setting .* is no file with an absolute path\.$/);
  }
});

test("a program of the same name on the PATH is not taken", async () => {
  const choice = await chooseServer(machine({ "/usr/bin/orchestrate": "file", "/usr/bin/python3": WITHOUT }), wishes());
  assert.equal(choice.launch?.command, "/usr/bin/python3");
  assert.match(choice.steps.join("\n"), /another program of that name/);
});

test("the extension's copy takes no Python that is too old or too new, and says so", async () => {
  const choice = await chooseServer(
    machine({ "/usr/bin/python3": OLD, "/usr/bin/python": TOO_NEW, "/usr/bin/python3.11": { version: [3, 11], hasServer: false } }),
    wishes(),
  );
  assert.equal(choice.launch?.command, "/usr/bin/python3.11");
  assert.match(choice.steps.join("\n"), /python3 is Python 3\.9, and 3\.11 to 3\.14 is needed/);
  assert.match(choice.steps.join("\n"), /python is Python 3\.15/);
});

test("without any Python nothing is started, and the last step says why", async () => {
  const choice = await chooseServer(machine({}), wishes());
  assert.equal(choice.launch, undefined);
  assert.equal(choice.steps.at(-1), "The extension's own copy: no Python 3.11 to 3.14 was found.");
});

test("after a failure the copy can be asked for", async () => {
  const choice = await chooseServer(machine(everything), wishes({ bundledOnly: true, program: "/own/orchestrate" }));
  assert.equal(choice.launch?.args.at(-2), BUNDLED);
});

test("paths on Windows", async () => {
  const choice = await chooseServer(
    machine({ "C:\\work\\.venv\\Scripts\\python.exe": WITH }, { platform: "win32", searchPath: [] }),
    wishes({ folders: ["C:\\work"] }),
  );
  assert.equal(choice.launch?.command, "C:\\work\\.venv\\Scripts\\python.exe");
});

test("what an interpreter says of itself", () => {
  assert.deepEqual(readFacts("3 12 1\n"), { version: [3, 12], hasServer: true });
  assert.deepEqual(readFacts("3 9 0\r\n"), { version: [3, 9], hasServer: false });
  for (const said of [undefined, "", "Python was not found; run without arguments to install", "3 12"]) {
    assert.equal(readFacts(said), undefined);
  }
});

test("the same program does something else than being the language server", async () => {
  const own = await chooseServer(machine(everything), wishes({ program: "/own/orchestrate" }));
  const copy = await chooseServer(machine(everything), wishes({ bundledOnly: true }));
  assert.ok(own.launch !== undefined && copy.launch !== undefined);
  assert.deepEqual(commandOf(own.launch, "mcp"), { program: "/own/orchestrate", words: ["mcp"] });
  assert.deepEqual(commandOf(copy.launch, "mcp").words.slice(-2), [BUNDLED, "mcp"]);
});
