// Where bars stand in a Gantt chart: a lane for each agent, and in it as many rows as tasks overlap. Draws nothing.

import type { PictureTask } from "./data.ts";

export const NOBODY = "no agent";

export interface Lane {
  agent: string;
  /** Its first row, from the top. */
  row: number;
  rows: number;
}

export interface Bar {
  task: PictureTask;
  row: number;
  start: number;
  finish: number;
}

/** Lanes in the order in which agents first have something to do; tasks without times are left out. */
export function ganttOf(tasks: readonly PictureTask[]): { lanes: Lane[]; bars: Bar[]; rows: number } {
  const byAgent = new Map<string, PictureTask[]>();
  for (const task of [...tasks].sort((one, other) => (one.start ?? 0) - (other.start ?? 0))) {
    const agent = task.agent ?? NOBODY;
    byAgent.set(agent, [...(byAgent.get(agent) ?? []), task]);
  }
  const lanes: Lane[] = [];
  const bars: Bar[] = [];
  let row = 0;
  for (const [agent, own] of byAgent) {
    const ends: number[] = [];
    for (const task of own) {
      if (task.start === null || task.finish === null) {
        continue;
      }
      const { start, finish } = { start: task.start, finish: task.finish };
      const free = ends.findIndex((end) => end <= start);
      const inner = free < 0 ? ends.length : free;
      ends[inner] = finish;
      bars.push({ task, row: row + inner, start, finish });
    }
    if (ends.length > 0) {
      lanes.push({ agent, row, rows: ends.length });
      row += ends.length;
    }
  }
  return { lanes, bars, rows: row };
}

/** The seconds between two ticks of the axis, so that there are some ten: a minute, an hour, a day of work and the like. */
export function tickEvery(makespan: number): number {
  const steps = [60, 300, 900, 1800, 3600, 2 * 3600, 4 * 3600, 8 * 3600, 16 * 3600, 40 * 3600, 80 * 3600, 160 * 3600];
  return steps.find((step) => makespan / step <= 12) ?? Math.ceil(makespan / 12 / 3600) * 3600;
}
