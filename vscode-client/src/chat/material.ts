// How much of what was attached is sent along: no more than a plan can be made from, and what is left out is said. Knows no editor.

export interface Material {
  name: string;
  text: string;
}

export const MOST_MATERIAL = 20;
/** Characters. The server reads no more than this either. */
export const LONGEST_MATERIAL = 60_000;

export function within(all: readonly Material[]): { material: Material[]; notes: string[] } {
  const material: Material[] = [];
  const notes: string[] = [];
  let room = LONGEST_MATERIAL;
  for (const { name, text } of all) {
    if (room === 0) {
      notes.push(`${name} was not read: too much is attached.`);
      continue;
    }
    const kept = text.slice(0, room);
    if (kept.length < text.length) {
      notes.push(`Of ${name} only the first ${kept.length} characters were read.`);
    }
    room -= kept.length;
    material.push({ name, text: kept });
  }
  return { material, notes };
}
