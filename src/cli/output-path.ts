import { lstatSync, readlinkSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

/** As many links as Linux follows (path_resolution(7)). */
const MOST_LINKS = 40

/** Where an output path leads: to a file, or to a descriptor that this process has already. */
export type OutputPath = { readonly file: string } | { readonly descriptor: number }

/** Follows symbolic links to the path that a write goes to, whether it exists or not. */
export function followLinks(path: string): OutputPath {
  let at = resolve(path)
  for (let links = 0; links < MOST_LINKS; links++) {
    const descriptor = descriptorOf(at)
    if (descriptor !== undefined) return { descriptor }
    if (lstatSync(at, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return { file: at }
    at = resolve(dirname(at), readlinkSync(at))
  }
  // Opening it answers ELOOP.
  return { file: at }
}

const NAMED: ReadonlyMap<string, number> = new Map([
  ['/dev/stdin', 0],
  ['/dev/stdout', 1],
  ['/dev/stderr', 2],
])

/** To open such a path again would cut what the shell or another output has written there. */
function descriptorOf(path: string): number | undefined {
  const number = /^(?:\/dev|\/proc\/(?:self|(\d+)))\/fd\/(\d+)$/.exec(path)
  if (number === null) return NAMED.get(path)
  const [, process_, fd] = number
  return process_ === undefined || Number(process_) === process.pid ? Number(fd) : undefined
}
