// Drives the built extension in a real VS Code: `run.mjs VSIX`. Expects the paths that prepare.sh prints in its environment.

import { copyFile, mkdtemp, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { startEditor } from "./editor.mjs";
import { chat } from "./chat.mjs";
import { editing } from "./editing.mjs";
import { failures, untrusted } from "./failures.mjs";
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
  vsix,
  screenshots,
};

const suites = { editing, chat, picture, tools, failures, untrusted };
const wanted = process.argv.slice(3);
const figures = [`the .vsix: ${((await stat(vsix)).size / 1e6).toFixed(2)} MB`];
const failed = [];
let passed = 0;
for (const [name, suite] of Object.entries(suites)) {
  if (wanted.length > 0 && !wanted.includes(name)) {
    continue;
  }
  console.log(`== ${name}`);
  const folder = await mkdtemp(path.join(tmpdir(), "orchestrate-folder-"));
  await copyFile(path.join(root, "tests/data/seed/phase1_tasks.yaml"), path.join(folder, "auth.plan.yaml"));
  const editor = await startEditor({ ...common, folder, ...(await suite.prepare?.(folder)) });
  const steps = new Steps(editor, `${name}-`);
  try {
    figures.push(...((await suite.run(editor, { step: steps.step.bind(steps) })) ?? []));
  } finally {
    await editor.close();
  }
  failed.push(...steps.failed);
  passed += steps.passed;
}
console.log(figures.map((figure) => `figure  ${figure}`).join("\n"));
console.log(`${passed} steps passed, ${failed.length} failed; pictures are in ${path.relative(process.cwd(), screenshots)}`);
process.exit(failed.length === 0 && passed > 0 ? 0 : 1);
