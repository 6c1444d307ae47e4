import { setImmediate } from 'node:timers/promises'

/** Signals are handled at least once per this number of characters. */
const MOST_AT_ONCE = 1 << 20

/** Encodes chunks of text, and lets signals be handled between them and at the end. */
export async function* encodedChunks(chunks: Iterable<string>): AsyncGenerator<Buffer, void> {
  let since = 0
  for (const chunk of chunks) {
    yield Buffer.from(chunk)
    since += chunk.length
    if (since < MOST_AT_ONCE) continue
    since = 0
    await setImmediate()
  }
  await setImmediate()
}
