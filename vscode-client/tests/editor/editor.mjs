// One VS Code (as code-server) with one folder open in Chromium, and what a person does in it. Knows nothing of what the
// extension ought to do.

import { execFile, spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { chromium } from "playwright-core";

const run = promisify(execFile);
export const PATIENCE = Number(process.env["ORCHESTRATE_PATIENCE_MS"] ?? 90_000);

const QUIET = {
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.welcomePage.walkthroughs.openOnInstall": false,
  "update.mode": "none",
  "extensions.ignoreRecommendations": true,
  "extensions.autoCheckUpdates": false,
  "telemetry.telemetryLevel": "off",
  "git.enabled": false,
  "editor.accessibilitySupport": "off",
  "editor.minimap.enabled": false,
  "files.autoSave": "off",
  "window.menuBarVisibility": "compact",
  // All that moves is drawn by the processor.
  "workbench.reduceMotion": "on",
  "editor.cursorBlinking": "solid",
  "terminal.integrated.gpuAcceleration": "off",
};

/** Puts extensions into a folder, from which any number of editors may be started. `program` is code-server's start script. */
export async function installExtensions(program, extensionsFolder, vsixes) {
  const userData = await mkdtemp(path.join(tmpdir(), "orchestrate-vscode-"));
  const places = ["--user-data-dir", userData, "--extensions-dir", extensionsFolder];
  await mkdir(extensionsFolder, { recursive: true });
  await run(process.execPath, [program, ...places, ...vsixes.flatMap((vsix) => ["--install-extension", vsix])]);
  await rm(userData, { recursive: true, force: true });
}

/** Starts the editor. `program` is code-server's start script, `prefix` a command that starts it. */
export async function startEditor({ program, browserPath, extensionsFolder, folder, settings = {}, trusted = true, environment = {}, prefix = [], screenshots }) {
  const data = await mkdtemp(path.join(tmpdir(), "orchestrate-vscode-"));
  const userData = path.join(data, "user");
  await mkdir(path.join(userData, "User"), { recursive: true });
  await writeFile(path.join(userData, "User", "settings.json"), JSON.stringify({ ...QUIET, ...settings }));
  const places = ["--user-data-dir", userData, "--extensions-dir", extensionsFolder];
  const env = { ...process.env, ...environment };
  const port = await freePort();
  const flags = ["--auth", "none", "--bind-addr", `127.0.0.1:${port}`, "--disable-telemetry", "--disable-update-check"];
  if (trusted) {
    flags.push("--disable-workspace-trust");
  }
  const [command, ...words] = [...prefix, process.execPath, program, ...flags, ...places, folder];
  const server = spawn(command, words, { stdio: "ignore", env });
  let browser;
  try {
    const address = `http://127.0.0.1:${port}/?folder=${encodeURIComponent(folder)}`;
    await answers(address);
    browser = await chromium.launch({
      executablePath: browserPath,
      args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
    });
    const context = await browser.newContext({ viewport: { width: 1400, height: 900 }, permissions: ["clipboard-read", "clipboard-write"] });
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE);
    page.setDefaultNavigationTimeout(2 * PATIENCE);
    await page.goto(address);
    await page.locator(".monaco-workbench").waitFor({ timeout: PATIENCE });
    await page.locator(".statusbar").waitFor({ timeout: PATIENCE });
    await mkdir(screenshots, { recursive: true });
    return new Editor({ page, browser, server, folder, screenshots, data, extensionsFolder });
  } catch (error) {
    await browser?.close();
    server.kill();
    throw error;
  }
}

class Editor {
  constructor(parts) {
    Object.assign(this, parts);
  }

  /** The editor's own logs are kept in a folder where one is named. */
  async close(logs) {
    await this.browser.close();
    const gone = new Promise((resolve) => this.server.once("exit", resolve));
    this.server.kill();
    await gone;
    if (logs !== undefined) {
      await cp(path.join(this.data, "user", "logs"), logs, { recursive: true }).catch(() => undefined);
    }
    await rm(this.data, { recursive: true, force: true, maxRetries: 5 }).catch(() => undefined);
  }

  picture(name) {
    return this.page.screenshot({ path: path.join(this.screenshots, `${name}.png`) });
  }

  /** The command line of the installed extension's own copy, in the folder. */
  async orchestrate(...words) {
    const [installed] = (await readdir(this.extensionsFolder)).filter((name) => name.startsWith("orchestrate.orchestrate-plans-"));
    const start = path.join(this.extensionsFolder, installed, "server", "start.py");
    return run(process.env["PYTHON"] ?? "python3", ["-I", "-S", start, ...words], { cwd: this.folder });
  }

  /** The process ids of the servers that run for this editor. */
  async servers() {
    const { stdout } = await run("ps", ["-eo", "pid=,ppid=,args="]);
    const processes = stdout.split("\n").map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line)).filter((found) => found !== null);
    const parents = new Map(processes.map(([, pid, parent]) => [Number(pid), Number(parent)]));
    const isOurs = (pid) => pid !== undefined && (pid === this.server.pid || isOurs(parents.get(pid)));
    const started = processes.filter(([, , , words]) => words.includes(`${path.sep}server${path.sep}start.py lsp`)).map(([, pid]) => Number(pid));
    // Not those that a server has started itself.
    return started.filter((pid) => isOurs(pid) && !started.includes(parents.get(pid)));
  }

  text(name) {
    return readFile(path.join(this.folder, name), "utf8");
  }

  // What a person does

  async open(name) {
    // The explorer's rows keep still; those of the search for files move while it goes on, and a click hits another file.
    const inExplorer = this.page.locator(".explorer-folders-view .monaco-list-row", { hasText: startingWith(name) }).first();
    await this.until(`${name} to be opened`, async () => {
      if (await inExplorer.isVisible()) {
        await inExplorer.dblclick({ timeout: 5000 }).catch(() => undefined);
      } else {
        await this.pickOnce("Control+P", name, name);
      }
      return this.tab(name).waitFor({ timeout: 10_000 }).then(() => true, () => false);
    });
  }

  tab(name) {
    // Of the group that was used last; that of a picture only has the name in its title.
    return this.page.locator(".editor-group-container.active .tabs-container .tab.active", { hasText: startingWith(name) });
  }

  async command(title) {
    await this.until(`the command ${title}`, () => this.pickOnce("F1", `>${title}`, title));
  }

  /**
   * Choose from a list by name: what stands first may still be the answer to less text. False where nothing comes, since a
   * workbench that is still starting forgets a question now and then.
   */
  async pickOnce(key, text, name) {
    const row = this.page.locator(".quick-input-list .monaco-list-row", { hasText: name }).first();
    await this.quickInput(key, text);
    await this.still(row);
    const chosen = await row.click({ timeout: 10_000 }).then(() => true, () => false);
    if (!chosen) {
      await this.press("Escape");
    }
    return chosen;
  }

  /** Wait until a row of a list stays what it is for a moment, some seconds at the most. */
  async still(row) {
    let before;
    for (let look = 0; look < 20; look += 1) {
      const now = await row.innerText({ timeout: 1000 }).catch(() => undefined);
      if (now !== undefined && now === before) {
        return;
      }
      before = now;
      await this.page.waitForTimeout(200);
    }
  }

  async quickInput(key, text) {
    const input = this.page.locator(".quick-input-widget .quick-input-box input");
    // A key that comes while the workbench is still busy starting is lost.
    for (let attempt = 0; attempt < 20; attempt += 1) {
      await this.page.keyboard.press(key);
      try {
        await input.waitFor({ timeout: 3000 });
        break;
      } catch {
        // Once more.
      }
    }
    await input.fill(text);
    return input;
  }

  /** Put the cursor on a line and column, both from 1. */
  async goTo(line, column = 1) {
    const there = this.page.locator(".statusbar-item", { hasText: `Ln ${line}, Col ${column}` });
    await this.until(`the cursor at ${line}:${column}`, async () => {
      const input = await this.quickInput("Control+G", `:${line},${column}`);
      await input.press("Enter");
      await input.waitFor({ state: "hidden" });
      return there.waitFor({ timeout: 5000 }).then(() => true, () => false);
    });
  }

  /** Put the cursor behind the first place where some text stands in the file as it is on the disk. */
  async goToText(name, wanted, inner = wanted.length) {
    const text = await this.text(name);
    const offset = text.indexOf(wanted);
    if (offset < 0) {
      throw new Error(`${name} has no ${JSON.stringify(wanted)}:\n${text}`);
    }
    const before = text.slice(0, offset + inner).split("\n");
    await this.goTo(before.length, before.at(-1).length + 1);
  }

  async press(key) {
    await this.page.keyboard.press(key);
  }

  async type(text) {
    await this.page.keyboard.type(text, { delay: 20 });
  }

  async save(name) {
    const unsaved = this.page.locator(".editor-group-container.active .tabs-container .tab.active.dirty");
    await this.until(`${name} to be saved`, async () => {
      // Pressed again where the text changed just after the key.
      await this.press("Control+S");
      return unsaved.waitFor({ state: "detached", timeout: 2000 }).then(() => true, () => false);
    });
  }

  /**
   * Save until the file is as wanted. What the server is asked for (a fix, a rename) changes the text some time after the
   * click, and a save before that has nothing to write.
   */
  async saved(name, ...patterns) {
    let text = "";
    const holds = () => this.save(name).then(() => this.text(name)).then((read) => patterns.every((pattern) => pattern.test((text = read))));
    await this.until("the change", holds).catch((error) => {
      throw new Error(`${error.message}: ${patterns.join(" and ")} in ${name}:\n${text}`);
    });
    return text;
  }

  // What a person sees

  squiggles(kind = "squiggly") {
    return this.page.locator(`.monaco-editor .cdr[class*="${kind}"]`);
  }

  /** The problems view, which is opened for it. */
  async problems() {
    if ((await this.page.locator(".markers-panel").count()) === 0) {
      await this.press("Control+Shift+M");
      await this.page.locator(".markers-panel").waitFor({ timeout: PATIENCE });
    }
    return this.page.locator(".markers-panel .monaco-list-row").allInnerTexts();
  }

  async until(what, holds, patience = PATIENCE) {
    const end = Date.now() + patience;
    for (;;) {
      const seen = await holds();
      if (seen) {
        return seen;
      }
      if (Date.now() > end) {
        throw new Error(`waited ${patience / 1000} s in vain for ${what}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

/** Text that begins with a name. */
function startingWith(name) {
  return new RegExp(`^\\s*${name.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")}`);
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

async function answers(address) {
  const end = Date.now() + PATIENCE;
  for (;;) {
    try {
      await fetch(address);
      return;
    } catch (error) {
      if (Date.now() > end) {
        throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}
