// Passes an answer on while it arrives: never more of it than anybody reads, and not after nobody wants it. Knows no editor.

/** The server reads half a million characters and then ends the request; this is the end where it does not. */
export const LONGEST_ANSWER = 1_000_000;
const LONGEST_PIECE = 50_000;

export interface Wanted {
  readonly isCancellationRequested: boolean;
}

/** Send the pieces, the long ones in several, until the end, the limit, or nobody wants more. Gives how much was sent. */
export async function streamed(pieces: AsyncIterable<string>, wanted: Wanted, send: (text: string) => Promise<void> | void): Promise<number> {
  let sent = 0;
  for await (const piece of pieces) {
    for (let start = 0; start < piece.length; start += LONGEST_PIECE) {
      if (wanted.isCancellationRequested || sent >= LONGEST_ANSWER) {
        return sent;
      }
      const text = piece.slice(start, start + LONGEST_PIECE);
      sent += text.length;
      // Waited for, so that what the server says meanwhile (that it wants no more) is heard.
      await send(text);
      await new Promise((resolve) => setImmediate(resolve));
    }
    if (wanted.isCancellationRequested) {
      return sent;
    }
  }
  return sent;
}
