// Drives the built extension in a real VS Code: `run.mjs VSIX`. Expects the paths that prepare.sh prints in its environment.

import { execFile } from "node:child_process";
import { copyFile, mkdir, mkdtemp, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { startEditor } from "./editor.mjs";
import { chat } from "./chat.mjs";
import { editing } from "./editing.mjs";
import { failures, untrusted } from "./failures.mjs";
import { following } from "./following.mjs";
import { model } from "./model.mjs";
import { picture } from "./picture.mjs";
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

const suites = { editing, chat, model, following, picture, tools, failures, untrusted };
const wanted = process.argv.slice(3);
const figures = [`the .vsix: ${((await stat(vsix)).size / 1e6).toFixed(2)} MB`];
const failed = [];
let modelIsPacked = false;
let passed = 0;
for (const [name, suite] of Object.entries(suites)) {
  if (wanted.length > 0 && !wanted.includes(name)) {
    continue;
  }
  // Once more in a fresh editor, and said so: on a busy machine VS Code itself loses a key or a click now and then.
  const steps = (await tried(name, suite)) ?? (await tried(`${name}, once more`, suite));
  if (steps === undefined) {
    failed.push(name);
    continue;
  }
  passed += steps.passed;
}
console.log(figures.map((figure) => `figure  ${figure}`).join("\n"));
console.log(`${passed} steps passed${failed.map((name) => `, ${name} failed twice`).join("")}; pictures are in ${path.relative(process.cwd(), screenshots)}`);
process.exit(failed.length === 0 && passed > 0 ? 0 : 1);

/** The test model as a package, made once. */
async function modelPackage() {
  const packed = path.join(root, "build", "orchestrate-test-model.vsix");
  if (!modelIsPacked) {
    await mkdir(path.dirname(packed), { recursive: true });
    const vsce = path.join(here, "../../node_modules/@vscode/vsce/vsce");
    const options = ["--no-dependencies", "--skip-license", "--allow-missing-repository", "--out", packed];
    await promisify(execFile)(process.execPath, [vsce, "package", ...options], { cwd: path.join(here, "test-model") });
    modelIsPacked = true;
  }
  return packed;
}

/** The steps of a suite in an editor of its own; undefined where one failed. */
async function tried(name, suite) {
  console.log(`== ${name}`);
  const folder = await mkdtemp(path.join(tmpdir(), "orchestrate-folder-"));
  await copyFile(path.join(root, "tests/data/seed/phase1_tasks.yaml"), path.join(folder, "auth.plan.yaml"));
  let editor;
  try {
    const vsixes = suite.needsModel === true ? [vsix, await modelPackage()] : [vsix];
    editor = await startEditor({ ...common, vsixes, folder, ...(await suite.prepare?.(folder)) });
    const steps = new Steps(editor, `${name.replaceAll(/[^a-z]+/g, "-")}-`);
    const told = (await suite.run(editor, { step: steps.step.bind(steps) })) ?? [];
    if (steps.failed.length > 0) {
      return undefined;
    }
    figures.push(...told);
    return steps;
  } catch (error) {
    console.log(`FAILED  ${name}: ${error instanceof Error ? error.message : error}`);
    return undefined;
  } finally {
    await editor?.close();
  }
}
