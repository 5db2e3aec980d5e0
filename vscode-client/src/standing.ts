// How a plan stands, as the server's `orchestrate.status` answers, and what can be reported of a task in each state. Durations
// are seconds, shares 0 to 1. Knows no editor.

export type Stand = "not_started" | "queued" | "ready" | "in_progress" | "blocked" | "completed" | "failed" | "skipped";

export type RunState = "running" | "paused" | null;

export interface TaskStanding {
  task: string;
  name: string | null;
  state: Stand;
  /** The state in words. */
  says: string;
  /** Actual against estimate, or what it waits for. */
  details: string;
  agent: string | null;
  percent: number | null;
  /** Whether somebody has yet to approve the work. Older servers do not say. */
  waits_for_approval?: boolean;
}

export interface NextTask {
  task: string;
  name: string | null;
  agent: string | null;
  reasons: string[];
}

export interface Standing {
  overall_progress: { by_task: number; by_effort: number };
  /** Phrases for people. */
  headline: string[];
  tasks: TaskStanding[];
  next: NextTask[];
  alerts: { kind: string; task: string | null; message: string; risk: string | null }[];
  /** How many events there are; none where nothing was recorded yet. */
  events: number;
  /** Whether a run of the plan goes on. Older servers do not say. */
  run?: RunState;
  notes: string[];
}

/** The actions of `orchestrate task`. */
export type Action = "start" | "progress" | "done" | "fail" | "block" | "unblock" | "reassign" | "skip" | "reopen";

export const ACTION_TITLES: Readonly<Record<Action, string>> = {
  start: "Start",
  progress: "Report Progress...",
  done: "Mark as Done",
  fail: "Mark as Failed...",
  block: "Mark as Blocked...",
  unblock: "Unblock",
  reassign: "Give to Another Agent...",
  skip: "Skip...",
  reopen: "Reopen",
};

const OPEN: readonly Action[] = ["start", "done", "block", "reassign", "skip"];
const ACTIONS: Readonly<Record<Stand, readonly Action[]>> = {
  not_started: OPEN,
  queued: OPEN,
  ready: OPEN,
  in_progress: ["progress", "done", "fail", "block", "reassign"],
  blocked: ["unblock", "reassign", "skip"],
  failed: ["start", "reopen", "reassign", "skip"],
  completed: ["reopen"],
  skipped: ["reopen"],
};

/** What makes sense to report of a task, the most likely first. */
export function actionsIn(state: Stand): readonly Action[] {
  return ACTIONS[state];
}

/** The icons of states, by their names in VS Code, and a sign for text. */
export const STATE_ICONS: Readonly<Record<Stand, { icon: string; colour?: string; sign: string }>> = {
  not_started: { icon: "circle-outline", sign: "○" },
  queued: { icon: "clock", sign: "◷" },
  ready: { icon: "play-circle", colour: "charts.blue", sign: "▷" },
  in_progress: { icon: "sync", colour: "charts.blue", sign: "▶" },
  blocked: { icon: "debug-pause", colour: "charts.orange", sign: "⏸" },
  completed: { icon: "pass-filled", colour: "charts.green", sign: "✔" },
  failed: { icon: "error", colour: "charts.red", sign: "✘" },
  skipped: { icon: "debug-step-over", sign: "↷" },
};

/** `42%`, never rounded up to the whole. */
export function percent(share: number): string {
  const rounded = Math.round(share * 100);
  return `${share < 1 ? Math.min(rounded, 99) : rounded}%`;
}
