import { rmSync } from 'node:fs'

const paths = new Set<string>()
let isSet = false

/** Files to remove when the process exits, of all inboxes. A second Ctrl-C exits at once, so the removal is synchronous. */
export function removeAtExit(path: string): void {
  paths.add(path)
  if (isSet) return
  isSet = true
  process.once('exit', () => {
    for (const one of paths) rmSync(one, { force: true })
  })
}

/** Keeps the file: it is complete, or already removed. */
export function keepAtExit(path: string): void {
  paths.delete(path)
}
