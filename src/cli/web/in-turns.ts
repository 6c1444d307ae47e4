import { setImmediate } from 'node:timers/promises'

/**
 * Joins pieces of a text as UTF-8, and lets the event loop go on between two of them: the text of many targets takes tens of milliseconds.
 */
export async function joinInTurns(pieces: Iterable<string>): Promise<Buffer> {
  const all: Buffer[] = []
  for (const piece of pieces) {
    all.push(Buffer.from(piece))
    await setImmediate()
  }
  return Buffer.concat(all)
}
