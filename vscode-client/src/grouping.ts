// Tasks by wave or by agent, for lists. Knows no editor.

import type { PictureTask } from "./picture/data.ts";

export type Grouping = "wave" | "agent";

export interface TaskGroup {
  name: string;
  tasks: PictureTask[];
}

/** Waves in their order, agents by name; tasks in the order of the text, and what has no wave or agent last. */
export function groupsOf(tasks: readonly PictureTask[], grouping: Grouping): TaskGroup[] {
  const groups = new Map<string | number | null, PictureTask[]>();
  for (const task of tasks) {
    const key = grouping === "wave" ? task.wave : task.agent;
    groups.set(key, [...(groups.get(key) ?? []), task]);
  }
  const last = grouping === "wave" ? "No wave: in a circle" : "No agent";
  return [...groups]
    .sort(([one], [other]) => {
      if (one === null || other === null) {
        return one === other ? 0 : one === null ? 1 : -1;
      }
      return one < other ? -1 : one > other ? 1 : 0;
    })
    .map(([key, own]) => ({ name: key === null ? last : grouping === "wave" ? `Wave ${key}` : String(key), tasks: own }));
}
