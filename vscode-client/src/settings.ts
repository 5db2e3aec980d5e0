// Which of the editor's settings the server is told: those that somebody has set. Defaults are the server's own affair;
// told as well, they would override `orchestrate.toml`. Knows no editor.

/** What the editor knows of one setting, from the widest scope to the narrowest. */
export interface Inspected {
  globalValue?: unknown;
  workspaceValue?: unknown;
  workspaceFolderValue?: unknown;
}

const SECTION = "orchestrate.";

/** The settings as one object, `a.b` as `{a: {b: ...}}`. Objects (the rules' severities) are merged over the scopes. */
export function settingsThatAreSet(
  names: Iterable<string>,
  inspect: (name: string) => Inspected | undefined,
): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const name of names) {
    const scopes = inspect(name);
    const given = [scopes?.globalValue, scopes?.workspaceValue, scopes?.workspaceFolderValue].filter(
      (value) => value !== undefined,
    );
    if (given.length === 0) {
      continue;
    }
    const last = given.at(-1);
    const value = given.every(isObject) ? Object.assign({}, ...given) : last;
    put(found, name.slice(SECTION.length).split("."), value);
  }
  return found;
}

/** Settings of this extension itself, which mean nothing to the server. */
export function isOfTheServer(name: string): boolean {
  return name.startsWith(SECTION) && !name.startsWith(`${SECTION}server.`) && !name.startsWith(`${SECTION}trace.`);
}

function put(into: Record<string, unknown>, path: string[], value: unknown): void {
  const [first, ...rest] = path;
  if (first === undefined) {
    return;
  }
  if (rest.length === 0) {
    into[first] = value;
    return;
  }
  const below = isObject(into[first]) ? into[first] : {};
  into[first] = below;
  put(below, rest, value);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
