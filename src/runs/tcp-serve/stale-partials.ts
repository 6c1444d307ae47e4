import { lstat, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { hasEnded, isPartialName, thisWriter, writerOf } from './partial-name.ts'

/** Files that were removed. */
export interface Removed {
  readonly files: number
  readonly bytes: number
}

/**
 * A writer elsewhere (in another container, on another host, or before the last boot) cannot be looked up. A file that nothing was
 * written to for a day is not being uploaded: a connection on which nothing moves ends sooner (`--idle`).
 */
const DAY_MS = 24 * 60 * 60 * 1000

/**
 * Removes what servers that were killed (SIGKILL, power) have left in a folder: files of our own name and user whose writer has surely
 * ended. Files of a living server that shares the folder stay.
 */
export async function removeStalePartials(folder: string, now = Date.now()): Promise<Removed> {
  const here = thisWriter()
  const removed = { files: 0, bytes: 0 }
  for (const name of await readdir(folder)) {
    if (!isPartialName(name)) continue
    const path = join(folder, name)
    try {
      const file = await lstat(path)
      if (!file.isFile() || file.uid !== (process.getuid?.() ?? file.uid)) continue
      const writer = writerOf(name)
      const ended = writer === undefined ? undefined : hasEnded(writer, here)
      if (!(ended ?? now - file.mtimeMs > DAY_MS)) continue
      await rm(path)
      removed.files += 1
      removed.bytes += file.size
    } catch {
      // It has gone meanwhile, or may not be removed: another start will look again.
    }
  }
  return removed
}
