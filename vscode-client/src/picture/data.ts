// What the server's `orchestrate.picture` answers, and the messages between the extension and the view. Times are seconds
// from the plan's start, null where tasks wait for each other in a circle.

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
}

export interface Picture {
  goal: string;
  /** Whether there are times: no circle. */
  complete: boolean;
  /** Whether the times are those under agents and capacity, rather than the earliest. */
  scheduled: boolean;
  makespan: number | null;
  tasks: PictureTask[];
}

export type ToView =
  | { type: "picture"; picture: Picture; layout: string }
  | { type: "cursor"; id: string | undefined }
  | { type: "problem"; message: string };

export type FromView =
  | { type: "ready" }
  | { type: "reveal"; id: string }
  | { type: "export"; kind: "svg" | "png"; content: string };
