import { fsyncSync, writeSync } from 'node:fs'

/** Writes all the bytes, because write(2) may write only a part, for example on a disk that is almost full. */
export function writeWhole(fd: number, bytes: Uint8Array): void {
  let written = 0
  while (written < bytes.length) {
    const taken = writeSync(fd, bytes, written)
    if (taken === 0) throw new Error('the system took none of the bytes')
    written += taken
  }
}

/** Errors of files that cannot be synced, and of file systems without fsync(2). */
const NOT_SYNCED: ReadonlySet<string | undefined> = new Set(['EINVAL', 'ENOTSUP', 'ENOSYS', 'EPERM'])

/** Flushes a file to its disk, so that an error of a delayed write is reported here (fsync(2), close(2)). */
export function flush(fd: number): void {
  try {
    fsyncSync(fd)
  } catch (error) {
    if (!NOT_SYNCED.has(codeOf(error))) throw error
  }
}

/** The name of a system error, such as `ENOSPC`. */
export function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}
