// What the server's `orchestrate.schedule` answers. Times are seconds of working time from the plan's start.

export interface Times {
  earliest_start: number;
  earliest_finish: number;
  latest_start: number;
  latest_finish: number;
  slack: number;
}

export interface Schedule {
  total_seconds: number;
  critical_path: string[];
  critical_path_seconds: number;
  waves: string[][];
  tasks: Record<string, Times>;
}
