import type { BigIntStats } from 'node:fs'

/** A text that differs after each change of a file or of what its links lead to, and after another file took its place. */
export function fileStamp({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return [dev, ino, size, mtimeNs, ctimeNs].join('-')
}
