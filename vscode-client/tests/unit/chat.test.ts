// What is sent to the server of attachments and of a model's answer: bounded, and not after nobody wants it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { LONGEST_MATERIAL, within } from "../../src/chat/material.ts";
import { LONGEST_ANSWER, streamed } from "../../src/chat/streaming.ts";

async function* pieces(...all: string[]): AsyncIterable<string> {
  yield* all;
}

test("material is cut where there is too much, and that is said", () => {
  const half = "x".repeat(LONGEST_MATERIAL - 10);
  const { material, notes } = within([{ name: "a", text: half }, { name: "b", text: "y".repeat(30) }, { name: "c", text: "z" }]);
  assert.deepEqual(material.map((each) => [each.name, each.text.length]), [["a", LONGEST_MATERIAL - 10], ["b", 10]]);
  assert.deepEqual(notes, ["Of b only the first 10 characters were read.", "c was not read: too much is attached."]);
  assert.deepEqual(within([]), { material: [], notes: [] });
});

test("an answer is passed on piece by piece", async () => {
  const sent: string[] = [];
  assert.equal(await streamed(pieces("ab", "", "c"), { isCancellationRequested: false }, (text) => void sent.push(text)), 3);
  assert.deepEqual(sent, ["ab", "c"]);
});

test("an endless answer ends at the limit, and in pieces of a bearable size", async () => {
  const sent: string[] = [];
  async function* endless(): AsyncIterable<string> {
    for (;;) {
      yield "x".repeat(120_000);
    }
  }
  await streamed(endless(), { isCancellationRequested: false }, (text) => void sent.push(text));
  const length = sent.reduce((sum, text) => sum + text.length, 0);
  assert.ok(length >= LONGEST_ANSWER && length < LONGEST_ANSWER + 50_000);
  assert.ok(sent.every((text) => text.length <= 50_000));
});

test("nothing is sent after nobody wants it", async () => {
  const wanted = { isCancellationRequested: false };
  const sent: string[] = [];
  await streamed(pieces("a", "b", "c"), wanted, (text) => {
    sent.push(text);
    wanted.isCancellationRequested = text === "b";
  });
  assert.deepEqual(sent, ["a", "b"]);
});
