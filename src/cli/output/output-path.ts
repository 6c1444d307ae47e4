import { lstatSync, readlinkSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

/** Limit of Linux for links in a path (path_resolution(7)). */
const MOST_LINKS = 40

/** The destination of an output path: a file, or an open descriptor of this process. */
export type OutputPath = { readonly file: string } | { readonly descriptor: number }

/** Resolves symbolic links of an output path, whether the file exists or not. */
export function followLinks(path: string): OutputPath {
  let at = resolve(path)
  for (let links = 0; links < MOST_LINKS; links++) {
    const descriptor = descriptorOf(at)
    if (descriptor !== undefined) return { descriptor }
    if (lstatSync(at, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return { file: at }
    at = resolve(dirname(at), readlinkSync(at))
  }
  // Opening it gives ELOOP.
  return { file: at }
}

const NAMED: ReadonlyMap<string, number> = new Map([
  ['/dev/stdin', 0],
  ['/dev/stdout', 1],
  ['/dev/stderr', 2],
])

/** Opening such a path again would truncate what the shell or another output has written there. */
function descriptorOf(path: string): number | undefined {
  const number = /^(?:\/dev|\/proc\/(?:self|(\d+)))\/fd\/(\d+)$/.exec(path)
  if (number === null) return NAMED.get(path)
  const [, process_, fd] = number
  return process_ === undefined || Number(process_) === process.pid ? Number(fd) : undefined
}
