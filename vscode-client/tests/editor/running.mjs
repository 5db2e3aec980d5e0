// A run under way, and what people decide about it: pause, resume, approve, reject, from lenses, the picture, the Plans view
// and chat; what a replan trigger asks for; and the MCP server of the program that was chosen.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { chmod, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { Conversation } from "./conversation.mjs";
import { PATIENCE } from "./editor.mjs";

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../../..");
const PLAN = "release.plan.yaml";
const GATED = `quality_gates:
  code_review:
    required: true
    min_approvals: 1
tasks:
  - {id: A, name: Write it, estimated_time: 1h, agent: dev, quality_gates: [code_review]}
  - {id: B, name: Ship it, estimated_time: 1h, agent: dev, dependencies: [A], quality_gates: [code_review]}
`;
export const running = {
  async prepare(folder) {
    await writeFile(path.join(folder, PLAN), GATED);
    await writeFile(path.join(folder, "orchestrate.toml"), '[agents."*"]\ncommand = ["sh", "-c", "sleep 0.2"]\n');
    // The program of this checkout, in an environment that has the extra for MCP, which the extension's own copy has not.
    const program = path.join(folder, "orchestrate.sh");
    const python = process.env["PYTHON"] ?? "python3";
    await writeFile(program, `#!/bin/sh\nPYTHONPATH="${path.join(ROOT, "server")}" exec "${python}" -m orchestrate_ls "$@"\n`);
    await chmod(program, 0o755);
    return { settings: { "orchestrate.server.path": program }, environment: { ORCHESTRATE_ENGINE: "local" } };
  },

  async run(editor, { step }) {
    const { page } = editor;
    const lens = (text) => page.locator(".codelens-decoration a", { hasText: text }).first();
    const view = () => page.frameLocator("iframe.webview.ready").last().frameLocator("iframe").last();
    const rows = page.locator("#workbench\\.parts\\.sidebar .monaco-list-row");
    const picks = page.locator(".quick-input-list .monaco-list-row");
    const journal = async (name) =>
      (await editor.text(path.join(".orchestrate", `${name}.events.jsonl`)))
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line));
    const recorded = (what, holds) => editor.until(what, async () => (await journal("release").catch(() => [])).some(holds));
    let runner;

    /** Click a lens, again where it has moved on meanwhile, until another has taken its place. */
    async function pressed(name, after) {
      await editor.until(`${name} to be ${after}`, async () => {
        await lens(name).click({ timeout: 5000 }).catch(() => undefined);
        return lens(after).waitFor({ timeout: 15_000 }).then(() => true, () => false);
      });
    }

    await step("A lens pauses a run, and another has it go on", async () => {
      await editor.open(PLAN);
      await lens("Run...").waitFor({ timeout: PATIENCE });
      // On a busy machine the editor draws seldom: what it draws late has to work, too.
      await page.evaluate(() => {
        window.drawsAtOnce = window.requestAnimationFrame;
        window.requestAnimationFrame = (draw) => setTimeout(() => draw(performance.now()), 1000);
      });
      runner = spawn(path.join(editor.folder, "orchestrate.sh"), ["run", PLAN, "--yes"], {
        cwd: editor.folder,
        stdio: "ignore",
        env: { ...process.env, ORCHESTRATE_ENGINE: "local" },
      });
      // Tasks begin meanwhile, by which lenses move.
      await lens("Approve").waitFor({ timeout: PATIENCE });
      await pressed("Pause", "Resume");
      await recorded("the pause", (event) => event.type === "run" && event.action === "paused");
      await pressed("Resume", "Pause");
      await recorded("the going on", (event) => event.type === "run" && event.action === "resumed");
      await page.evaluate(() => {
        window.requestAnimationFrame = window.drawsAtOnce;
      });
    });

    await step("The picture pauses and resumes by its buttons, with keys too", async () => {
      await editor.command("Orchestrate: Show Plan as a Picture");
      await view().locator('.task.in_progress[data-id="A"]').waitFor({ timeout: PATIENCE });
      await view().getByRole("button", { name: "Pause", exact: true }).click();
      const resume = view().getByRole("button", { name: "Resume", exact: true });
      await resume.waitFor({ timeout: PATIENCE });
      await resume.focus();
      await editor.press("Enter");
      await view().getByRole("button", { name: "Pause", exact: true }).waitFor({ timeout: PATIENCE });
    });

    await step("A task is approved from the picture with keys alone", async () => {
      await view().locator('.task[data-id="A"]').focus();
      await editor.press("a");
      await picks.filter({ hasText: /^Approve/ }).first().waitFor({ timeout: PATIENCE });
      await editor.type("Approve");
      await editor.press("Enter");
      await recorded("the approval", (event) => event.type === "approved" && event.task === "A");
      await view().locator('.task.completed[data-id="A"]').waitFor({ timeout: PATIENCE });
    });

    await step("A task is rejected by its lens, with the reason", async () => {
      await editor.open(PLAN);
      const box = page.locator(".quick-input-widget .quick-input-box input");
      await editor.until("the box for a reason", async () => {
        await lens("Reject...").click({ timeout: 5000 }).catch(() => undefined);
        return box.waitFor({ timeout: 5000 }).then(() => true, () => false);
      });
      await box.fill("The notes are missing.");
      await box.press("Enter");
      await recorded("the rejection", (event) => event.type === "rejected" && event.task === "B" && event.note === "The notes are missing.");
    });

    await step("Chat says what waits, and its button approves it", async () => {
      const conversation = new Conversation(editor);
      await conversation.open();
      await recorded("the second attempt", (event) => event.type === "started" && event.task === "B" && event.attempt === 2);
      await lens("Approve").waitFor({ timeout: PATIENCE });
      const answer = await conversation.ask("@orchestrator /status ");
      await answer.getByText("Pause the Run").first().waitFor({ timeout: PATIENCE });
      await answer.getByText("Approve B").first().click({ timeout: PATIENCE });
      await recorded("the end of the run", (event) => event.type === "run" && event.action === "finished");
    });

    await step("The MCP server is there through the extension, and its tools are listed", async () => {
      await editor.open(PLAN);
      await page.locator(".statusbar-item", { hasText: /Plan:/ }).waitFor({ timeout: PATIENCE });
      const chooseIn = async (title) => {
        try {
          await editor.command("MCP: List Servers");
          await picks.filter({ hasText: "Orchestrate" }).first().click({ timeout: 10_000 });
          await picks.filter({ hasText: title }).first().click({ timeout: 10_000 });
          return true;
        } catch {
          await editor.press("Escape");
          return false;
        }
      };
      // An agent's chat has started it, where one was open; else its output is shown when it starts.
      const shown = page.locator(".output-view-content, .panel .monaco-editor .view-lines").last();
      const isListed = async () => /Discovered \d+ tools/.test((await shown.innerText({ timeout: 5000 }).catch(() => "")).replaceAll("\u00a0", " "));
      await editor.until("its tools", async () => {
        await chooseIn(/^\s*(Start Server|Show Output)/);
        return editor.until("its tools", isListed, 15_000).catch(() => false);
      });
      await editor.picture("running-mcp-output");
    });

    runner?.kill();
    return [];
  },
};
