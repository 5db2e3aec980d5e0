// Bundles the extension, and the view that shows plans, into dist/. Knows nothing of the server's copy (bundle.py) nor of
// the package (vsce).

import { copyFile } from "node:fs/promises";
import { build } from "esbuild";
import { makeSkills } from "./skills.mjs";

const debug = process.argv.includes("--debug");
const common = {
  bundle: true,
  minify: !debug,
  sourcemap: debug ? "linked" : false,
  legalComments: "linked",
  logLevel: "warning",
};

await build({
  ...common,
  entryPoints: ["src/extension.ts"],
  outfile: "dist/extension.cjs",
  format: "cjs",
  platform: "node",
  target: "node20",
  external: ["vscode"],
});
await build({
  ...common,
  entryPoints: ["src/picture/view.ts"],
  outfile: "dist/picture.js",
  format: "iife",
  platform: "browser",
  target: "es2022",
});
await copyFile("node_modules/elkjs/lib/elk-worker.min.js", "dist/elk-worker.min.js");
await copyFile("node_modules/elkjs/LICENSE.md", "dist/elk-worker.LICENSE.md");
await makeSkills("../commands", "dist/skills");
