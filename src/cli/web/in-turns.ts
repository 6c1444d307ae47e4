import { setImmediate } from 'node:timers/promises'

/** Joins pieces of a text, and lets the event loop go on between two of them: the text of many targets takes tens of milliseconds. */
export async function joinInTurns(pieces: Iterable<string>): Promise<string> {
  const all: string[] = []
  for (const piece of pieces) {
    all.push(piece)
    await setImmediate()
  }
  return all.join('')
}
