import { lstat, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { hasEnded, isPartialName, thisWriter, writerOf } from './partial-name.ts'

/** Files that were removed. */
export interface Removed {
  readonly files: number
  readonly bytes: number
}

/**
 * A writer elsewhere (in another container, on another host, or before the last boot) cannot be looked up. But a file that was not written
 * to for a day is not being uploaded, because an idle connection ends sooner (`--idle`).
 */
const DAY_MS = 24 * 60 * 60 * 1000

/**
 * Removes files that killed servers (SIGKILL, power failure) left in a folder: those with a name of ours and owned by our user whose writer
 * has certainly ended. Files of a running server that shares the folder stay.
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
      // The file is gone, or may not be removed. The next start will try again.
    }
  }
  return removed
}
