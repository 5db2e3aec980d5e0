// What the user sees when the server does not start, and that an untrusted folder has nothing of its own run.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { access, chmod, mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { PATIENCE } from "./editor.mjs";

const PLAN = "auth.plan.yaml";

export const failures = {
  async prepare() {
    return { settings: { "orchestrate.server.path": "/bin/false" } };
  },

  async run(editor, { step }) {
    const { page } = editor;
    const message = page.locator(".notification-list-item", { hasText: "Orchestrate cannot check plans" });

    await step("A server that does not start is told once, with a way out", async () => {
      await editor.open(PLAN);
      await message.first().waitFor({ timeout: PATIENCE });
      await page.locator(".statusbar-item", { hasText: "Plan: not checked" }).waitFor({ timeout: PATIENCE });
      assert.equal(await message.count(), 1);
    });

    await step("The way out is the extension's own copy", async () => {
      await page.getByRole("button", { name: "Use the Extension's Copy" }).click();
      await editor.squiggles().first().waitFor({ timeout: PATIENCE });
      await page.locator(".statusbar-item", { hasText: /Plan:.*19h/ }).waitFor({ timeout: PATIENCE });
    });

    await step("What was chosen and why is in the output channel", async () => {
      await editor.command("Orchestrate: Show Output");
      // The view shows blanks as other characters.
      const shown = page.locator(".output-view-content, .panel .monaco-editor .view-lines").last();
      await editor.until("the choice", async () => /extension's own copy is used, with/.test((await shown.innerText()).replaceAll("\u00a0", " ")));
    });

    await step("A plan that is deleted while it is open", async () => {
      await rm(path.join(editor.folder, PLAN));
      await page.locator(".tabs-container .tab.active .deleted, .tabs-container .tab.active[aria-label*='deleted']").first().waitFor({ timeout: 5000 }).catch(() => undefined);
      await page.locator(".monaco-editor .view-lines").first().click();
      await editor.press("Control+Home");
      await editor.type("# still here\n");
      await page.locator(".statusbar-item", { hasText: /Plan:.*19h/ }).waitFor({ timeout: PATIENCE });
      await editor.press("Control+S");
      await editor.until("the file to be back", () => access(path.join(editor.folder, PLAN)).then(() => true, () => false));
      assert.match(await editor.text(PLAN), /^# still here\n/);
    });

    return [];
  },
};

export const untrusted = {
  async prepare(folder) {
    // Whoever runs this leaves a trace.
    const trap = `#!/bin/sh\ntouch "${path.join(folder, "trapped")}"\n`;
    for (const file of [".venv/bin/python", ".venv/bin/orchestrate", "orchestrate"]) {
      await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
      await writeFile(path.join(folder, file), trap);
      await chmod(path.join(folder, file), 0o755);
    }
    await mkdir(path.join(folder, ".vscode"));
    await writeFile(path.join(folder, ".vscode", "settings.json"), JSON.stringify({ "orchestrate.server.path": path.join(folder, "orchestrate") }));
    return { trusted: false, settings: { "security.workspace.trust.startupPrompt": "never", "security.workspace.trust.untrustedFiles": "open", "workbench.colorTheme": "Default High Contrast Light" } };
  },

  async run(editor, { step }) {
    const { page } = editor;

    await step("An untrusted folder is checked, and nothing of it is run", async () => {
      await page.getByText("Restricted Mode").first().waitFor({ timeout: PATIENCE });
      await editor.open(PLAN);
      await editor.squiggles().first().waitFor({ timeout: PATIENCE });
      await assert.rejects(access(path.join(editor.folder, "trapped")));
    });

    await step("Nothing can be run or reported there", async () => {
      await page.locator(".codelens-decoration a", { hasText: "Copy hand-off" }).first().waitFor({ timeout: PATIENCE });
      assert.equal(await page.locator(".codelens-decoration a", { hasText: "Run..." }).count(), 0);
      await editor.quickInput("F1", ">Orchestrate: ");
      const offered = page.locator(".quick-input-list .monaco-list-row");
      await offered.filter({ hasText: "Show Plan as a Picture" }).first().waitFor({ timeout: PATIENCE });
      assert.equal(await offered.filter({ hasText: /Run Plan|Report on a Task|Follow Plan|Pause Run|Resume Run|Replan Triggers|MCP Server/ }).count(), 0);
      await editor.press("Escape");
    });

    await step("The picture in a high-contrast theme", async () => {
      await page.locator(".monaco-workbench.hc-light").waitFor({ timeout: PATIENCE });
      await editor.command("Orchestrate: Show Plan as a Picture");
      const view = page.frameLocator("iframe.webview.ready").last().frameLocator("iframe").last();
      await view.locator('.task[data-id="T8"]').waitFor({ timeout: PATIENCE });
      assert.equal(await view.getByRole("button", { name: /Run|Pause|Resume|Task/ }).and(view.locator("#tools button")).count(), 0);
    });

    return [];
  },
};

export const pythonless = {
  async prepare() {
    // No Python on the PATH, nor where one is looked for besides: there the editor sees something that is no file.
    const present = ["/usr/local/bin/python3", "/opt/homebrew/bin/python3", "/usr/bin/python3"].filter((file) => existsSync(file));
    const hide = `for each in ${present.join(" ")}; do /bin/mount --bind /dev/null $each || exit; done; exec "$@"`;
    const asRoot = process.getuid?.() === 0 ? [] : ["--map-root-user"];
    const prefix = present.length === 0 ? [] : ["/usr/bin/unshare", ...asRoot, "--mount", "/bin/sh", "-c", hide, "sh"];
    const [program, ...words] = [...prefix, "/bin/true"];
    this.isPossible = await promisify(execFile)(program, words).then(() => true, () => false);
    if (!this.isPossible) {
      return {};
    }
    // Started as from a command line, the editor does not ask a shell of the user's for another PATH.
    return { prefix, environment: { PATH: path.dirname(process.execPath), VSCODE_CLI: "1" } };
  },

  async run(editor, { step }) {
    const { page } = editor;
    if (!this.isPossible) {
      console.log("left out  no Python: this machine has one that cannot be hidden here (`unshare --mount` is not permitted)");
      return [];
    }

    await step("Without a Python there is one clear message, and a button that helps", async () => {
      await editor.open(PLAN);
      const message = page.locator(".notification-list-item", { hasText: "no Python 3.11 to 3.14 was found" });
      await message.first().waitFor({ timeout: PATIENCE });
      assert.equal(await page.locator(".notification-list-item", { hasText: "Orchestrate" }).count(), 1);
      await message.getByRole("button", { name: "Get Python" }).waitFor({ timeout: PATIENCE });
      await page.locator(".statusbar-item", { hasText: "Plan: not checked" }).waitFor({ timeout: PATIENCE });
      await editor.picture("pythonless-message");
      await message.getByRole("button", { name: "Get Python" }).click();
      // VS Code asks before it opens a page of elsewhere.
      await page.locator(".monaco-dialog-box", { hasText: "www.python.org/downloads" }).waitFor({ timeout: PATIENCE });
      await editor.press("Escape");
    });

    return [];
  },
};
