// The view itself, as it runs in the webview: draws the plan as a graph or a Gantt chart, and tells the extension what was
// clicked. All text is put in as text. Zoom, selection and mode outlive every change of the plan.

import elkModule, { type ELK, type ElkExtendedEdge, type ElkNode } from "elkjs/lib/elk-api.js";
import { hoursAndMinutes } from "../durations.ts";
import type { Control, FromView, Picture, PictureTask, ToView } from "./data.ts";
import { STATE_ICONS } from "../standing.ts";
import { ganttOf, NOBODY, tickEvery } from "./gantt.ts";

declare function acquireVsCodeApi(): {
  postMessage(message: FromView): void;
  getState(): unknown;
  setState(state: unknown): void;
};

type Mode = "graph" | "gantt";
interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

const SVG = "http://www.w3.org/2000/svg";
const NODE = { width: 190, height: 48 };
const ROW = 30;
const LANE_NAMES = 170;
const NARROWEST_CHART = 420;
const MANY_TASKS = 300;
/** Tasks keep their places, as far as can be, while the text is edited. */
const CAREFUL = { "elk.edgeRouting": "ORTHOGONAL", "elk.layered.considerModelOrder.strategy": "NODES_AND_EDGES" };
/** With 1,000 tasks these were measured to take a third of the time, and less than half of the space. */
const QUICK = {
  "elk.edgeRouting": "POLYLINE",
  "elk.layered.thoroughness": "1",
  "elk.layered.nodePlacement.strategy": "SIMPLE",
  "elk.layered.layering.strategy": "LONGEST_PATH_SOURCE",
};
const AXIS = 34;
const STYLE = `
  text { font-family: var(--vscode-font-family, sans-serif); font-size: 12px; fill: var(--vscode-editor-foreground, #333); }
  .small { font-size: 11px; fill: var(--vscode-descriptionForeground, #666); }
  .task rect { fill: var(--vscode-editorWidget-background, #eee); stroke: var(--vscode-editorWidget-border, #888); stroke-width: 1; }
  .task.critical rect { stroke: var(--vscode-charts-red, #c00); stroke-width: 2; }
  .task.critical .mark { fill: var(--vscode-charts-red, #c00); }
  .task .state { font-weight: 700; }
  .task.completed rect:first-of-type, .task.skipped rect:first-of-type { stroke-dasharray: none; opacity: 0.75; }
  .task.in_progress rect:first-of-type { stroke: var(--vscode-charts-blue, #1a85ff); stroke-width: 2; }
  .task.blocked rect:first-of-type { stroke: var(--vscode-charts-orange, #d18616); stroke-width: 2; stroke-dasharray: 5 3; }
  .task.failed rect:first-of-type { stroke: var(--vscode-errorForeground, #c00); stroke-width: 2; stroke-dasharray: 2 2; }
  .task.selected rect { fill: var(--vscode-list-activeSelectionBackground, #cde); }
  .task rect.done { fill: var(--vscode-charts-green, #388a34); stroke: none; opacity: 0.28; }
  .task.selected text { fill: var(--vscode-list-activeSelectionForeground, #000); }
  .edge { fill: none; stroke: var(--vscode-editorLineNumber-foreground, #999); stroke-width: 1.2; }
  .edge.critical { stroke: var(--vscode-charts-red, #c00); stroke-width: 2; }
  .arrow { fill: var(--vscode-editorLineNumber-foreground, #999); }
  .arrow.critical { fill: var(--vscode-charts-red, #c00); }
  .grid { stroke: var(--vscode-editorIndentGuide-background1, #ccc); stroke-width: 1; }
  .lane { stroke: var(--vscode-editorWidget-border, #bbb); stroke-width: 1; }
`;
const PAGE = `
  html, body { height: 100%; margin: 0; padding: 0; overflow: hidden; }
  body { display: flex; flex-direction: column; }
  #tools { display: flex; gap: 4px; padding: 6px 8px; flex: none; flex-wrap: wrap; }
  #tools button { color: var(--vscode-button-secondaryForeground); background: var(--vscode-button-secondaryBackground);
    border: 1px solid var(--vscode-contrastBorder, transparent); border-radius: 3px; padding: 3px 9px; font: inherit; cursor: pointer; }
  #tools button[aria-pressed="true"] { color: var(--vscode-button-foreground); background: var(--vscode-button-background);
    border-color: var(--vscode-contrastActiveBorder, transparent); }
  #tools button:disabled { opacity: 0.5; cursor: default; }
  #tools button:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: 1px; }
  #canvas { flex: 1; min-height: 0; }
  #canvas svg { width: 100%; height: 100%; display: block; cursor: grab; }
  #canvas .task { cursor: pointer; outline: none; }
  #canvas .task:focus-visible rect { stroke: var(--vscode-focusBorder); stroke-width: 3; }
  #status { flex: none; padding: 4px 8px; font-size: 12px; color: var(--vscode-descriptionForeground); }
`;

const host = acquireVsCodeApi();
const tools = element("tools");
const canvas = element("canvas");
const status = element("status");
const nonce = document.body.dataset["nonce"] ?? "";
const state = { mode: "graph" as Mode, selected: undefined as string | undefined };
const views: Record<Mode, Box | undefined> = { graph: undefined, gantt: undefined };
const sizes: Record<Mode, Box> = { graph: box(400, 200), gantt: box(400, 200) };
const buttons: Partial<Record<Mode, HTMLButtonElement>> = {};
const acts: Partial<Record<"task" | Control, HTMLButtonElement>> = {};
let picture: Picture | undefined;
let layout: { key: string; root: ElkNode } | undefined;
let elk: ELK | undefined;
let drawn = 0;

const svg = make("svg", { role: "group" }) as SVGSVGElement;
const style = document.createElement("style");
style.nonce = nonce;
style.textContent = PAGE + STYLE;
document.head.append(style);
canvas.append(svg);
addTools();
addMoving();
window.addEventListener("message", ({ data }: MessageEvent<ToView>) => void told(data));
host.postMessage({ type: "ready" });

async function told(message: ToView): Promise<void> {
  if (message.type === "picture") {
    picture = message.picture;
    await draw();
  } else if (message.type === "cursor") {
    select(message.id);
  } else {
    status.textContent = message.message;
  }
}

async function draw(): Promise<void> {
  if (picture === undefined) {
    return;
  }
  drawn += 1;
  const mine = drawn;
  const focused = (document.activeElement as SVGElement | null)?.dataset?.["id"];
  const content = document.createDocumentFragment();
  if (state.mode === "graph") {
    const root = await laidOut(picture);
    if (mine !== drawn) {
      return;
    }
    drawGraph(picture, root, content);
    sizes.graph = around(root);
  } else {
    const size = drawGantt(picture, content);
    sizes.gantt = { x: -10, y: -10, width: size.width + 20, height: size.height + 20 };
  }
  svg.replaceChildren(content);
  const length = picture.makespan === null ? "" : `, ${hoursAndMinutes(picture.makespan)} ${picture.scheduled ? "with these agents" : "at best"}`;
  const progress = picture.progress === undefined ? "" : `. ${picture.progress}`;
  const summary = `${picture.tasks.length} tasks${length}${progress}`;
  svg.setAttribute("aria-label", `${state.mode === "graph" ? "Dependency graph" : "Gantt chart"}: ${summary}`);
  status.textContent = picture.complete ? summary : `${summary}. Tasks wait for each other in a circle, so that there are no times.`;
  show(views[state.mode] ?? fitted());
  select(state.selected);
  if (focused !== undefined) {
    nodeOf(focused)?.focus({ preventScroll: true });
  }
}

// The graph

async function laidOut(shown: Picture): Promise<ElkNode> {
  const key = JSON.stringify(shown.tasks.map((task) => [task.id, ...task.dependencies.map((each) => each.task)]));
  if (layout?.key === key) {
    return layout.root;
  }
  status.textContent = "Laying out the graph...";
  elk ??= await newElk();
  const edges: ElkExtendedEdge[] = shown.tasks.flatMap((task) =>
    task.dependencies.map(({ task: before }, index) => ({ id: `${task.id}\u0000${index}`, sources: [before], targets: [task.id] })),
  );
  const root = await elk.layout({
    id: "\u0000root",
    layoutOptions: {
      "elk.algorithm": "layered",
      "elk.direction": "RIGHT",
      "elk.layered.spacing.nodeNodeBetweenLayers": "60",
      "elk.spacing.nodeNode": "18",
      ...(shown.tasks.length > MANY_TASKS ? QUICK : CAREFUL),
    },
    children: shown.tasks.map((task) => ({ id: task.id, ...NODE })),
    edges,
  });
  layout = { key, root };
  return root;
}

async function newElk(): Promise<ELK> {
  const text = await (await fetch(document.body.dataset["worker"] ?? "")).text();
  const url = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
  return new elkModule.default({ workerFactory: () => new Worker(url) });
}

function drawGraph(shown: Picture, root: ElkNode, into: DocumentFragment): void {
  const tasks = new Map(shown.tasks.map((task) => [task.id, task]));
  const edges = make("g", { "aria-hidden": "true" });
  for (const edge of root.edges ?? []) {
    const [before, after] = [tasks.get(edge.sources[0] ?? ""), tasks.get(edge.targets[0] ?? "")];
    const critical = before?.critical === true && after?.critical === true && before.finish === after.start;
    for (const { startPoint, bendPoints = [], endPoint } of edge.sections ?? []) {
      const points = [startPoint, ...bendPoints, endPoint];
      const kind = critical ? " critical" : "";
      edges.append(make("path", { class: `edge${kind}`, d: `M${points.map(({ x, y }) => `${x} ${y}`).join("L")}` }));
      const { x, y } = endPoint;
      edges.append(make("path", { class: `arrow${kind}`, d: `M${x} ${y}l-7 -4v8z` }));
    }
  }
  into.append(edges);
  for (const { id, x = 0, y = 0 } of root.children ?? []) {
    const task = tasks.get(id);
    if (task === undefined) {
      continue;
    }
    const group = taskGroup(task);
    group.setAttribute("transform", `translate(${x} ${y})`);
    group.append(make("rect", { ...NODE, rx: "4" }));
    addProgress(group, task, NODE.width, NODE.height);
    if (task.critical) {
      group.append(make("rect", { class: "mark", width: "4", height: NODE.height, rx: "2" }));
    }
    group.append(label(task.id, 12, 19, NODE.width - 34, "", 700));
    addSign(group, task, NODE.width - 18, 19);
    group.append(label(task.name === "" ? (task.agent ?? NOBODY) : task.name, 12, 36, NODE.width - 20, "small"));
    into.append(group);
  }
}

// The Gantt chart

function drawGantt(shown: Picture, into: DocumentFragment): { width: number; height: number } {
  const { lanes, bars, rows } = ganttOf(shown.tasks);
  const makespan = Math.max(shown.makespan ?? 0, 1);
  const width = Math.max(NARROWEST_CHART, canvas.getBoundingClientRect().width - LANE_NAMES - 30);
  const scale = width / makespan;
  const height = AXIS + rows * ROW;
  const axis = make("g", { "aria-hidden": "true" });
  for (let at = 0; at <= makespan; at += tickEvery(makespan)) {
    const x = LANE_NAMES + at * scale;
    axis.append(make("line", { class: "grid", x1: x, x2: x, y1: AXIS - 8, y2: height }));
    axis.append(label(hoursAndMinutes(at), x + 3, AXIS - 12, 80, "small"));
  }
  for (const lane of lanes) {
    const y = AXIS + lane.row * ROW;
    axis.append(make("line", { class: "lane", x1: 0, x2: LANE_NAMES + width, y1: y, y2: y }));
    axis.append(label(lane.agent, 4, y + 19, LANE_NAMES - 10, ""));
  }
  into.append(axis);
  for (const { task, row, start, finish } of bars) {
    const group = taskGroup(task);
    const [x, length] = [LANE_NAMES + start * scale, Math.max((finish - start) * scale, 3)];
    group.setAttribute("transform", `translate(${x} ${AXIS + row * ROW + 4})`);
    group.append(make("rect", { width: length, height: ROW - 8, rx: "3" }));
    addProgress(group, task, length, ROW - 8);
    if (task.critical) {
      group.append(make("rect", { class: "mark", width: Math.min(4, length), height: ROW - 8, rx: "2" }));
    }
    group.append(label(task.name === "" ? task.id : `${task.id} ${task.name}`, 8, 15, length - 10, ""));
    into.append(group);
  }
  return { width: LANE_NAMES + width, height };
}

// What both have in common

function taskGroup(task: PictureTask): SVGGElement {
  const group = make("g", { class: ["task", ...(task.critical ? ["critical"] : []), ...(task.standing === undefined ? [] : [task.standing.state])].join(" "), tabindex: "0", role: "button", "aria-label": described(task) }) as SVGGElement;
  group.dataset["id"] = task.id;
  const title = make("title", {});
  title.textContent = described(task);
  group.append(title);
  return group;
}

/** All about a task, for hovers and screen readers. */
function described(task: PictureTask): string {
  const parts = [task.name === "" ? task.id : `${task.id}: ${task.name}`, `agent: ${task.agent ?? "none"}`];
  if (task.standing !== undefined) {
    parts.push([task.standing.says, task.standing.details].filter((part) => part !== "").join(", "));
  }
  if (task.start !== null && task.finish !== null) {
    parts.push(`${hoursAndMinutes(task.start)} to ${hoursAndMinutes(task.finish)}`);
    parts.push(task.critical ? "critical, no slack" : `slack ${hoursAndMinutes(task.slack ?? 0)}`);
  } else {
    parts.push(`takes ${hoursAndMinutes(task.duration)}`);
  }
  if (task.dependencies.length > 0) {
    parts.push(`waits for ${task.dependencies.map((each) => each.task).join(", ")}`);
  }
  return parts.join("; ");
}

/** How much of a task is done, as a part of its box. */
function addProgress(group: SVGElement, { standing }: PictureTask, width: number, height: number): void {
  const done = standing === undefined ? 0 : standing.state === "completed" ? 100 : (standing.percent ?? 0);
  if (done > 0) {
    group.append(make("rect", { class: "done", width: (width * Math.min(done, 100)) / 100, height, rx: "3" }));
  }
}

/** The state as a sign, for those who see no colours. */
function addSign(group: SVGElement, { standing }: PictureTask, x: number, y: number): void {
  if (standing !== undefined) {
    group.append(label(STATE_ICONS[standing.state].sign, x, y, 20, "state"));
  }
}

function label(text: string, x: number, y: number, width: number, kind: string, weight?: number): SVGElement {
  const most = Math.max(0, Math.floor(width / 6.6));
  const written = make("text", { x, y, ...(kind === "" ? {} : { class: kind }), ...(weight === undefined ? {} : { "font-weight": weight }) });
  written.textContent = text.length <= most ? text : most < 2 ? "" : `${text.slice(0, most - 1)}…`;
  return written;
}

function select(id: string | undefined): void {
  state.selected = id;
  for (const each of svg.querySelectorAll(".task.selected")) {
    each.classList.remove("selected");
    each.removeAttribute("aria-current");
  }
  const chosen = id === undefined ? undefined : nodeOf(id);
  chosen?.classList.add("selected");
  chosen?.setAttribute("aria-current", "true");
  showActs();
}

/** The buttons for what can be done now: about the selected task, and about running the plan. */
function showActs(): void {
  const can = picture?.acts;
  const shown = { task: true, run: can?.run === null, pause: can?.run === "running", resume: can?.run === "paused" };
  const focused = document.activeElement;
  for (const [name, button] of Object.entries(acts)) {
    button.hidden = can === undefined || !shown[name as keyof typeof shown];
  }
  if (focused instanceof HTMLButtonElement && focused.hidden) {
    // What took the place of the button that was pressed.
    [acts.pause, acts.resume, acts.run].find((each) => each?.hidden === false)?.focus();
  }
  if (acts.task !== undefined) {
    const task = picture?.tasks.find((each) => each.id === state.selected);
    acts.task.disabled = task === undefined;
    acts.task.textContent = task === undefined ? "Task..." : `${task.id.slice(0, 20)}...`;
  }
}

function nodeOf(id: string): SVGGElement | undefined {
  return [...svg.querySelectorAll<SVGGElement>(".task")].find((each) => each.dataset["id"] === id);
}

// Zoom, moving and keys

function show(view: Box): void {
  svg.setAttribute("viewBox", `${view.x} ${view.y} ${view.width} ${view.height}`);
}

function fitted(): Box {
  const size = sizes[state.mode];
  const { width, height } = canvas.getBoundingClientRect();
  // Never larger than life.
  const scale = Math.max(size.width / Math.max(width, 1), size.height / Math.max(height, 1), 1);
  const view = { width: width * scale, height: height * scale };
  // A graph stands in the middle, a chart at the top.
  const [right, down] = state.mode === "graph" ? [(view.width - size.width) / 2, (view.height - size.height) / 2] : [0, 0];
  return { x: size.x - right, y: size.y - down, ...view };
}

function zoom(factor: number, at = { x: 0.5, y: 0.5 }): void {
  const view = views[state.mode] ?? fitted();
  const [width, height] = [view.width * factor, view.height * factor];
  if (width > 50 && width < 1_000_000) {
    showOwn({ x: view.x + (view.width - width) * at.x, y: view.y + (view.height - height) * at.y, width, height });
  }
}

function move(x: number, y: number): void {
  const view = views[state.mode] ?? fitted();
  showOwn({ ...view, x: view.x + x * view.width, y: view.y + y * view.height });
}

/** What the user has chosen to see, which stays; until then, and after "Fit", all of the picture is shown. */
function showOwn(view: Box): void {
  views[state.mode] = view;
  show(view);
}

function fit(): void {
  views[state.mode] = undefined;
  show(fitted());
}

/** All nodes and edges with a margin. */
function around(root: ElkNode): Box {
  const ends = (root.children ?? []).map(({ x = 0, y = 0, width = 0, height = 0 }) => ({ x: x + width, y: y + height }));
  const bends = (root.edges ?? []).flatMap((edge) => (edge.sections ?? []).flatMap((section) => section.bendPoints ?? []));
  const [right, bottom] = [...ends, ...bends].reduce(([x, y], each) => [Math.max(x, each.x), Math.max(y, each.y)], [0, 0]);
  return { x: -20, y: -20, width: right + 40, height: bottom + 40 };
}

function addMoving(): void {
  let from: { x: number; y: number; moved: boolean } | undefined;
  svg.addEventListener("wheel", (event) => {
    event.preventDefault();
    const { left, top, width, height } = svg.getBoundingClientRect();
    zoom(event.deltaY > 0 ? 1.15 : 1 / 1.15, { x: (event.clientX - left) / width, y: (event.clientY - top) / height });
  }, { passive: false });
  svg.addEventListener("pointerdown", (event) => {
    from = { x: event.clientX, y: event.clientY, moved: false };
  });
  window.addEventListener("pointermove", (event) => {
    if (from === undefined || event.buttons === 0) {
      return;
    }
    const [x, y] = [event.clientX - from.x, event.clientY - from.y];
    if (from.moved || Math.abs(x) + Math.abs(y) > 4) {
      const { width, height } = svg.getBoundingClientRect();
      move(-x / width, -y / height);
      from = { x: event.clientX, y: event.clientY, moved: true };
    }
  });
  svg.addEventListener("click", (event) => {
    const id = (event.target as Element).closest<SVGGElement>(".task")?.dataset["id"];
    if (id !== undefined && from?.moved !== true) {
      choose(id);
    }
  });
  svg.addEventListener("keydown", (event) => {
    const id = (event.target as SVGElement).dataset["id"];
    if (id !== undefined && (event.key === "Enter" || event.key === " ")) {
      event.preventDefault();
      choose(id);
    } else if (id !== undefined && (event.key === "a" || event.key === "A") && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      host.postMessage({ type: "actions", id });
    }
  });
  svg.addEventListener("contextmenu", (event) => {
    const id = (event.target as Element).closest<SVGGElement>(".task")?.dataset["id"];
    if (id !== undefined) {
      event.preventDefault();
      select(id);
      host.postMessage({ type: "actions", id });
    }
  });
  const steps: Record<string, () => void> = {
    "+": () => zoom(1 / 1.25),
    "-": () => zoom(1.25),
    "0": fit,
    ArrowLeft: () => move(-0.1, 0),
    ArrowRight: () => move(0.1, 0),
    ArrowUp: () => move(0, -0.1),
    ArrowDown: () => move(0, 0.1),
  };
  canvas.addEventListener("keydown", (event) => {
    const step = steps[event.key];
    if (step !== undefined && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      step();
    }
  });
  new ResizeObserver(() => {
    if (picture === undefined || views[state.mode] !== undefined) {
      return;
    }
    if (state.mode === "gantt") {
      void draw();
    } else {
      show(fitted());
    }
  }).observe(canvas);
}

function choose(id: string): void {
  select(id);
  host.postMessage({ type: "reveal", id });
}

function addTools(): void {
  const add = (text: string, title: string, act: () => void): HTMLButtonElement => {
    const button = document.createElement("button");
    button.textContent = text;
    button.title = title;
    button.addEventListener("click", act);
    tools.append(button);
    return button;
  };
  buttons.graph = add("Graph", "Tasks and what they wait for", () => chooseMode("graph"));
  buttons.gantt = add("Gantt", "Tasks over time, a lane for each agent", () => chooseMode("gantt"));
  add("+", "Larger (+)", () => zoom(1 / 1.25)).setAttribute("aria-label", "Larger");
  add("−", "Smaller (-)", () => zoom(1.25)).setAttribute("aria-label", "Smaller");
  add("Fit", "All of it (0)", fit);
  add("SVG", "Save as SVG", () => host.postMessage({ type: "export", kind: "svg", content: asSvg() }));
  add("PNG", "Save as PNG", () => void asPng());
  acts.task = add("Task...", "What can be done with the selected task: report on it, approve it (A)", () => {
    if (state.selected !== undefined) {
      host.postMessage({ type: "actions", id: state.selected });
    }
  });
  const control = (what: Control) => () => host.postMessage({ type: "control", what });
  acts.run = add("Run...", "Have agents do the plan; what will be run is shown first", control("run"));
  acts.pause = add("Pause", "Let the run start nothing more for now", control("pause"));
  acts.resume = add("Resume", "Let the run go on", control("resume"));
  showActs();
  chooseMode("graph");
}

function chooseMode(mode: Mode): void {
  state.mode = mode;
  for (const each of ["graph", "gantt"] as const) {
    buttons[each]?.setAttribute("aria-pressed", String(each === mode));
  }
  void draw();
}

// Export

/** The whole picture with the colours of now, without anything that only means something in here. */
function asSvg(): string {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const size = sizes[state.mode];
  copy.setAttribute("xmlns", SVG);
  copy.setAttribute("viewBox", `${size.x} ${size.y} ${size.width} ${size.height}`);
  copy.setAttribute("width", String(Math.ceil(size.width)));
  copy.setAttribute("height", String(Math.ceil(size.height)));
  for (const each of copy.querySelectorAll("[tabindex]")) {
    each.removeAttribute("tabindex");
    each.removeAttribute("role");
    each.classList.remove("selected");
  }
  const colours = getComputedStyle(document.body);
  const rules = STYLE.replaceAll(/var\((--[\w-]+), ([^)]+)\)/g, (_all, name: string, otherwise: string) => colours.getPropertyValue(name).trim() || otherwise);
  const own = make("style", {});
  own.textContent = rules;
  const background = make("rect", { x: size.x, y: size.y, width: size.width, height: size.height, fill: colours.getPropertyValue("--vscode-editor-background").trim() || "#fff" });
  copy.prepend(own, background);
  return new XMLSerializer().serializeToString(copy);
}

async function asPng(): Promise<void> {
  const size = sizes[state.mode];
  const scale = Math.min(2, 8000 / Math.max(size.width, size.height));
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(asSvg())}`;
  await image.decode();
  const sheet = document.createElement("canvas");
  sheet.width = Math.ceil(size.width * scale);
  sheet.height = Math.ceil(size.height * scale);
  sheet.getContext("2d")?.drawImage(image, 0, 0, sheet.width, sheet.height);
  const url = sheet.toDataURL("image/png");
  host.postMessage({ type: "export", kind: "png", content: url.slice(url.indexOf(",") + 1) });
}

// The document

function make(name: string, attributes: Record<string, string | number>): SVGElement {
  const made = document.createElementNS(SVG, name);
  for (const [attribute, value] of Object.entries(attributes)) {
    made.setAttribute(attribute, String(value));
  }
  return made;
}

function element(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) {
    throw new Error(`the page has no ${id}`);
  }
  return found;
}

function box(width: number, height: number): Box {
  return { x: 0, y: 0, width, height };
}
