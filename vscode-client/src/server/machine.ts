// The machine that the extension runs on, as `choice` asks about it. Knows no editor.

import { execFile } from "node:child_process";
import { stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Machine, PythonFacts } from "./choice.ts";

const LONGEST_MS = 10_000;
const ASK = "import importlib.util, sys; print(*sys.version_info[:2], int(importlib.util.find_spec('orchestrate_ls') is not None))";

export function thisMachine(): Machine {
  return {
    platform: process.platform,
    searchPath: (process.env["PATH"] ?? process.env["Path"] ?? "").split(path.delimiter).filter((each) => each !== ""),
    async isFile(file) {
      try {
        return (await stat(file)).isFile();
      } catch {
        return false;
      }
    },
    async isOrchestrate(program) {
      const said = await output(program, ["lsp", "--help"]);
      return said !== undefined && said.includes("orchestrate lsp");
    },
    async askPython(interpreter) {
      return readFacts(await output(interpreter, ["-I", "-c", ASK]));
    },
  };
}

export function readFacts(said: string | undefined): PythonFacts | undefined {
  const match = /^(\d+) (\d+) ([01])\s*$/.exec(said ?? "");
  return match === null ? undefined : { version: [Number(match[1]), Number(match[2])], hasServer: match[3] === "1" };
}

/** What a program prints; undefined where it fails or takes too long. Never through a shell, never in the workspace. */
function output(program: string, args: string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(program, args, { cwd: tmpdir(), timeout: LONGEST_MS, windowsHide: true }, (error, stdout) => {
      resolve(error === null ? stdout : undefined);
    });
  });
}
