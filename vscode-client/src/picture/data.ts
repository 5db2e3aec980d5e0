// What the server's `orchestrate.picture` answers, and the messages between the extension and the view. Times are seconds
// from the plan's start, null where tasks wait for each other in a circle.

import type { RunState, Standing, TaskStanding } from "../standing.ts";
import { percent } from "../standing.ts";

export interface PictureTask {
  id: string;
  name: string;
  agent: string | null;
  start: number | null;
  finish: number | null;
  slack: number | null;
  duration: number;
  critical: boolean;
  /** From 1. */
  wave: number | null;
  dependencies: { task: string; type: string }[];
  /** The line of its id in the text, from 0. */
  line: number;
  /** What was recorded of it, where something is known. */
  standing?: TaskStanding;
}

export interface Picture {
  goal: string;
  /** Whether there are times: no circle. */
  complete: boolean;
  /** Whether the times are those under agents and capacity, rather than the earliest. */
  scheduled: boolean;
  makespan: number | null;
  tasks: PictureTask[];
  /** How far all is, in words; where something was recorded. */
  progress?: string;
  /** What can be done from here: nothing in an untrusted workspace. */
  acts?: { run: RunState };
}

/** What can be done about running the plan. */
export type Control = "run" | "pause" | "resume";

export type ToView =
  | { type: "picture"; picture: Picture; layout: string }
  | { type: "cursor"; id: string | undefined }
  | { type: "problem"; message: string };

export type FromView =
  | { type: "ready" }
  | { type: "reveal"; id: string }
  /** What can be reported of a task is wanted. */
  | { type: "actions"; id: string }
  | { type: "control"; what: Control }
  | { type: "export"; kind: "svg" | "png"; content: string };

/** The picture with what was recorded of the plan, and what can be done about it; as it is where that is not known. */
export function withStanding(drawn: Picture, standing: Standing | undefined): Picture {
  if (standing === undefined) {
    return drawn;
  }
  const picture: Picture = { ...drawn, acts: { run: standing.run ?? null } };
  if (standing.events === 0) {
    return picture;
  }
  const found = new Map(standing.tasks.map((each) => [each.task, each]));
  const tasks = picture.tasks.map((task) => {
    const own = found.get(task.id);
    return own === undefined ? task : { ...task, standing: own };
  });
  return { ...picture, tasks, progress: `${percent(standing.overall_progress.by_effort)} done: ${standing.headline.join(", ")}` };
}
