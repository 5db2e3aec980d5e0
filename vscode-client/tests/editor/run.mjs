// Drives the built extension in a real VS Code: `run.mjs VSIX [SUITE...]`, two suites at once (ORCHESTRATE_SUITES_AT_ONCE=1: one
// after the other). Expects the paths that prepare.sh prints in its environment.

import { execFile } from "node:child_process";
import { copyFile, mkdir, mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { installExtensions, startEditor } from "./editor.mjs";
import { chat } from "./chat.mjs";
import { editing } from "./editing.mjs";
import { failures, pythonless, untrusted } from "./failures.mjs";
import { following } from "./following.mjs";
import { model } from "./model.mjs";
import { picture } from "./picture.mjs";
import { running } from "./running.mjs";
import { speed } from "./speed.mjs";
import { Steps } from "./steps.mjs";
import { tools } from "./tools.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(here, "../../..");
const vsix = path.resolve(process.argv[2]);
const screenshots = path.join(root, "build", "vscode-screenshots");
const common = {
  program: process.env["ORCHESTRATE_CODE_SERVER"],
  browserPath: process.env["ORCHESTRATE_CHROMIUM"],
  screenshots,
};

// The first is alone, for its figures; of the others, those that take longest come first.
const suites = { speed, model, running, chat, editing, following, picture, tools, failures, pythonless, untrusted };
const alone = new Set(["speed"]);
const atOnce = Number(process.env["ORCHESTRATE_SUITES_AT_ONCE"] ?? 2);

const wanted = process.argv.slice(3);
const unknown = wanted.filter((name) => suites[name] === undefined);
if (unknown.length > 0) {
  console.error(`There is no suite ${unknown.join(", ")}; there are ${Object.keys(suites).join(", ")}.`);
  process.exit(2);
}
const began = performance.now();
const figures = [`the .vsix: ${((await stat(vsix)).size / 1e6).toFixed(2)} MB`];
const durations = [];
let passed = 0;

const installed = await mkdtemp(path.join(tmpdir(), "orchestrate-extensions-"));
const extensions = { ours: path.join(installed, "ours"), withModel: path.join(installed, "with-model") };
const chosen = Object.keys(suites).filter((name) => wanted.length === 0 || wanted.includes(name));
await timed("installing the extension", install(chosen.some((name) => suites[name].needsModel === true)));

const failed = [];
for (const name of chosen.filter((each) => alone.has(each))) {
  await attempt(name, name, failed);
}
const waiting = chosen.filter((each) => !alone.has(each));
await Promise.all(
  Array.from({ length: atOnce }, async () => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      await attempt(name, name, failed);
    }
  }),
);
// Once more in a fresh editor, alone, to the end, and said so: on a busy machine VS Code itself loses a key or a click now and
// then, or starts no extension.
const failedTwice = [];
for (const name of failed) {
  await attempt(name, `${name}, once more`, failedTwice, false);
}
await rm(installed, { recursive: true, force: true });

console.log(durations.map((each) => `time    ${each}`).join("\n"));
console.log(figures.map((figure) => `figure  ${figure}`).join("\n"));
const outcome = [`${passed} steps passed in ${seconds(began)}`, ...failedTwice.map((name) => `${name} failed twice`)].join(", ");
console.log(`${outcome}; pictures are in ${path.relative(process.cwd(), screenshots)}`);
process.exit(failedTwice.length === 0 && passed > 0 ? 0 : 1);

/** Installs what the suites start with, once: each has an editor of its own, and the same extensions. */
async function install(model) {
  await installExtensions(common.program, extensions.ours, [vsix]);
  if (model) {
    await installExtensions(common.program, extensions.withModel, [vsix, await modelPackage()]);
  }
}

/** The test model as a package. */
async function modelPackage() {
  const packed = path.join(root, "build", "orchestrate-test-model.vsix");
  await mkdir(path.dirname(packed), { recursive: true });
  const vsce = path.join(here, "../../node_modules/@vscode/vsce/vsce");
  const options = ["--no-dependencies", "--skip-license", "--allow-missing-repository", "--out", packed];
  await promisify(execFile)(process.execPath, [vsce, "package", ...options], { cwd: path.join(here, "test-model") });
  return packed;
}

/** Run a suite; what it says is shown in one piece, since others may run meanwhile. */
async function attempt(name, title, failed, endsEarly = true) {
  const said = [];
  const log = atOnce > 1 ? (line) => said.push(line) : console.log;
  log(`== ${title}`);
  const steps = await timed(title, tried(title, suites[name], log, endsEarly));
  console.log([...said, `-- ${durations.at(-1)}`].join("\n"));
  if (steps === undefined) {
    failed.push(name);
  } else {
    passed += steps.passed;
  }
}

/** The steps of a suite in an editor of its own; undefined where one failed. */
async function tried(title, suite, log, endsEarly) {
  const folder = await mkdtemp(path.join(tmpdir(), "orchestrate-folder-"));
  await copyFile(path.join(root, "tests/data/seed/phase1_tasks.yaml"), path.join(folder, "auth.plan.yaml"));
  const file = title.replaceAll(/[^a-z]+/g, "-");
  let passed = false;
  let editor;
  try {
    const extensionsFolder = suite.needsModel === true ? extensions.withModel : extensions.ours;
    const started = performance.now();
    editor = await startEditor({ ...common, extensionsFolder, folder, ...(await suite.prepare?.(folder)) });
    log(`started in ${seconds(started)}`);
    const steps = new Steps(editor, { prefix: `${file}-`, log, endsEarly });
    const told = (await suite.run(editor, { step: steps.step.bind(steps) })) ?? [];
    if (steps.failed.length > 0) {
      return undefined;
    }
    figures.push(...told);
    passed = true;
    return steps;
  } catch (error) {
    log(`FAILED  ${title}: ${error instanceof Error ? error.message : error}`);
    return undefined;
  } finally {
    await editor?.close(passed ? undefined : path.join(root, "build", "vscode-logs", file));
  }
}

async function timed(what, work) {
  const started = performance.now();
  const outcome = await work;
  durations.push(`${what}: ${seconds(started)}`);
  return outcome;
}

function seconds(since) {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`;
}
