// Bundles the extension into dist/. Knows nothing of the server's copy (bundle.py) nor of the package (vsce).

import { build } from "esbuild";

const production = !process.argv.includes("--debug");

await build({
  entryPoints: ["src/extension.ts"],
  outfile: "dist/extension.cjs",
  bundle: true,
  format: "cjs",
  platform: "node",
  target: "node20",
  external: ["vscode"],
  minify: production,
  sourcemap: production ? false : "linked",
  legalComments: "linked",
  logLevel: "warning",
});
