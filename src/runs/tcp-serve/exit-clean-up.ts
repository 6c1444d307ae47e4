import { rmSync } from 'node:fs'

const paths = new Set<string>()
let isSet = false

/**
 * Files that are removed if the process ends, however many inboxes it has: a second Ctrl-C ends it at once, and then there is no time for
 * anything that waits.
 */
export function removeAtExit(path: string): void {
  paths.add(path)
  if (isSet) return
  isSet = true
  process.once('exit', () => {
    for (const one of paths) rmSync(one, { force: true })
  })
}

/** The file has gone, or has its place. */
export function keepAtExit(path: string): void {
  paths.delete(path)
}
