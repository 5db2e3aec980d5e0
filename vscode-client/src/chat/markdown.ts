// What is shown of plans in chat, as Markdown. Whatever comes from a goal or a plan is text and is escaped: neither links nor
// HTML nor code can come in by it. Knows no editor.

import { hoursAndMinutes } from "../durations.ts";
import type { Schedule } from "../schedule.ts";
import { percent, STATE_ICONS, type Standing } from "../standing.ts";

const MOST_WAVES = 20;
const MOST_IN_ONE = 12;
const LONGEST = 200;
const MOST_TASKS = 60;
const BAR = 20;

/** Text that shall look like itself, on one line. */
export function escaped(text: string): string {
  const flat = text.replaceAll(/\s+/g, " ").trim();
  const short = flat.length > LONGEST ? `${flat.slice(0, LONGEST - 1)}…` : flat;
  return short
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll(/[\\`*_{}[\]()#+\-.!|~$:@]/g, "\\$&");
}

/** Waves and critical path of a plan. */
export function scheduleAsMarkdown(schedule: Schedule): string {
  const path = new Set(schedule.critical_path);
  const lines = [
    `**Critical path** (${hoursAndMinutes(schedule.critical_path_seconds)}): ${names(schedule.critical_path, " → ", new Set())}`,
    "",
    "| wave | tasks that can run side by side |",
    "|---|---|",
    ...schedule.waves.slice(0, MOST_WAVES).map((wave, index) => `| ${index + 1} | ${names(wave, ", ", path)} |`),
  ];
  if (schedule.waves.length > MOST_WAVES) {
    lines.push(`| … | and ${schedule.waves.length - MOST_WAVES} more waves |`);
  }
  lines.push("", "Tasks in bold are critical: a delay of one delays the whole plan.", "");
  return lines.join("\n");
}

/** Why the plan takes as long as it does. */
export function criticalPathAsMarkdown(schedule: Schedule): string {
  const lines = [
    `The plan takes ${hoursAndMinutes(schedule.critical_path_seconds)} at best, of ${hoursAndMinutes(schedule.total_seconds)} of work in all. ` +
      "These tasks wait for each other and have no slack, so that each delay is one of the whole plan:",
    "",
    "| task | starts | finishes | takes |",
    "|---|---|---|---|",
  ];
  for (const name of schedule.critical_path.slice(0, 3 * MOST_IN_ONE)) {
    const times = schedule.tasks[name];
    if (times !== undefined) {
      const [start, finish] = [times.earliest_start, times.earliest_finish];
      lines.push(`| ${escaped(name)} | ${hoursAndMinutes(start)} | ${hoursAndMinutes(finish)} | ${hoursAndMinutes(finish - start)} |`);
    }
  }
  const near = Object.entries(schedule.tasks)
    .filter(([name, times]) => times.slack > 0 && !schedule.critical_path.includes(name))
    .sort(([, one], [, other]) => one.slack - other.slack)
    .slice(0, 3);
  if (near.length > 0) {
    const told = near.map(([name, times]) => `${escaped(name)} (${hoursAndMinutes(times.slack)})`).join(", ");
    lines.push("", `The next to become critical, with their slack: ${told}.`);
  }
  return `${lines.join("\n")}\n`;
}

/** What `orchestrate.replan` answers. */
export interface Replanned {
  summary: string;
  changes: { kind: string; task: string; what: string; why: string }[];
  notUnderstood: string[];
  notes: string[];
  newFiles: string[];
}

export function replannedAsMarkdown(done: Replanned): string {
  const lines = [`**${escaped(done.summary)}**`, ""];
  for (const each of done.changes.slice(0, 3 * MOST_IN_ONE)) {
    const why = each.why === "" ? "" : ` (${escaped(each.why)})`;
    lines.push(`- ${escaped(each.kind)} ${escaped(each.task)}: ${escaped(each.what)}${why}`);
  }
  if (done.changes.length > 3 * MOST_IN_ONE) {
    lines.push(`- and ${done.changes.length - 3 * MOST_IN_ONE} more`);
  }
  lines.push(...done.notes.map((note) => `\n${escaped(note)}`));
  if (done.notUnderstood.length > 0) {
    lines.push("", `Not understood, so nothing was done about it: ${done.notUnderstood.map(escaped).join("; ")}`);
  }
  return `${lines.join("\n")}\n\n`;
}

/** How a plan stands: the whole, each task, what can start, and what needs attention. */
export function standingAsMarkdown(standing: Standing): string {
  const { by_task, by_effort } = standing.overall_progress;
  const filled = Math.floor(by_effort * BAR);
  const bar = "█".repeat(filled) + "░".repeat(BAR - filled);
  const lines = [
    `**${percent(by_effort)}** of the work is done, ${percent(by_task)} of the tasks \u2002 ${bar}`,
    "",
    `${standing.headline.map(escaped).join(", ")}.`,
    "",
    "| | task | |",
    "|---|---|---|",
  ];
  for (const each of standing.tasks.slice(0, MOST_TASKS)) {
    const name = each.name === null || each.name === "" ? escaped(each.task) : `**${escaped(each.task)}** ${escaped(each.name)}`;
    const far = each.state === "in_progress" && each.percent !== null ? ` ${Math.round(each.percent)}%` : "";
    const stands = [`${escaped(each.says)}${far}`, escaped(each.details)].filter((part) => part !== "").join(", ");
    lines.push(`| ${STATE_ICONS[each.state].sign} | ${name} | ${stands} |`);
  }
  if (standing.tasks.length > MOST_TASKS) {
    lines.push(`| | and ${standing.tasks.length - MOST_TASKS} more tasks | |`);
  }
  if (standing.alerts.length > 0) {
    lines.push("", "**Needs attention**", "", ...standing.alerts.slice(0, MOST_IN_ONE).map((each) => `- ${escaped(each.message)}`));
  }
  if (standing.next.length > 0) {
    lines.push("", "**Can start now**, the most pressing first", "", ...nextTasks(standing));
  }
  if (standing.notes.length > 0) {
    lines.push("", ...standing.notes.slice(0, MOST_IN_ONE).map((each) => `- ${escaped(each)}`));
  }
  return `${lines.join("\n")}\n\n`;
}

/** The tasks that can start, and why in this order, as a list. */
export function nextTasks(standing: Standing): string[] {
  return standing.next
    .slice(0, MOST_IN_ONE)
    .map((each) => `- **${escaped(each.task)}** ${escaped(each.name ?? "")} by ${escaped(each.agent ?? "nobody yet")}: ${each.reasons.map(escaped).join(", ")}`);
}

function names(all: string[], between: string, bold: ReadonlySet<string>): string {
  const shown = all.slice(0, MOST_IN_ONE).map((name) => (bold.has(name) ? `**${escaped(name)}**` : escaped(name)));
  const more = all.length > MOST_IN_ONE ? [`and ${all.length - MOST_IN_ONE} more`] : [];
  return [...shown, ...more].join(between);
}
