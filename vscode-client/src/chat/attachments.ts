// What the user has attached to a request in chat, as names and texts for the server: files and selections, as much of them as
// a plan can be made from. It is material and nothing else; nothing of it is run or rendered.

import * as vscode from "vscode";
import { type Material, MOST_MATERIAL, within } from "./material.ts";

const LARGEST_FILE = 2_000_000;

/** The files, selections and texts of a request, and sentences about what could not be read. */
export async function attachedTo(request: vscode.ChatRequest): Promise<{ attached: Material[]; notes: string[] }> {
  const found: Material[] = [];
  const notes: string[] = [];
  for (const { id, value } of request.references) {
    // What happens to be open is not what somebody has attached; a selection is made on purpose.
    if (/^vscode\.implicit\.(?!selection)/.test(id)) {
      continue;
    }
    if (found.length === MOST_MATERIAL) {
      notes.push(`Of what you attached only the first ${MOST_MATERIAL} were read.`);
      break;
    }
    if (typeof value === "string") {
      found.push({ name: id, text: value });
      continue;
    }
    const [uri, range] = value instanceof vscode.Uri ? [value, undefined] : value instanceof vscode.Location ? [value.uri, value.range] : [undefined, undefined];
    if (uri === undefined) {
      continue;
    }
    const name = vscode.workspace.asRelativePath(uri);
    try {
      found.push({ name, text: await textOf(uri, range) });
    } catch (error) {
      notes.push(`${name} was not read: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  const bounded = within(found);
  return { attached: bounded.material, notes: [...notes, ...bounded.notes] };
}

async function textOf(uri: vscode.Uri, range: vscode.Range | undefined): Promise<string> {
  const open = vscode.workspace.textDocuments.find((each) => each.uri.toString() === uri.toString());
  if (open === undefined) {
    const { type, size } = await vscode.workspace.fs.stat(uri);
    if ((type & vscode.FileType.File) === 0) {
      throw new Error("it is no file");
    }
    if (size > LARGEST_FILE) {
      throw new Error(`it has more than ${LARGEST_FILE / 1_000_000} MB`);
    }
  }
  // Refuses what is no text.
  const document = open ?? (await vscode.workspace.openTextDocument(uri));
  return document.getText(range);
}
