import { realpathSync } from 'node:fs'
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { usage } from '../../base/error.ts'
import type { Values } from './file-options.ts'

/** Before the path of a payload. */
const FILE = 'file:'

/**
 * Where the files are that a check file names: relative to its own folder, and inside of it, links followed, unless more is allowed. So a
 * check file from elsewhere cannot send any file of this host to any target (docs/security.md).
 */
export class AllowedFiles {
  readonly #folder: string
  readonly #isOpen: boolean

  /**
   * @param file the check file
   * @param isOpen files outside of its folder are allowed
   */
  constructor(file: string, isOpen: boolean) {
    this.#folder = dirname(file)
    this.#isOpen = isOpen
  }

  /** The path to read. Throws `usage` for one outside of the folder. */
  path(written: string): string {
    const path = isAbsolute(written) ? written : join(this.#folder, written)
    if (this.#isOpen) return path
    const real = realPath(resolve(path))
    const inside = relative(realPath(resolve(this.#folder)), real)
    if (inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside))
      throw usage(
        `the file ${written} is outside of the folder of the check file`,
        'move it there, or allow it with --allow-files',
      )
    // Where a link leads is decided now.
    return real === resolve(path) ? path : real
  }

  /** The raw options of a run, with the files that they name in place of the paths that were written; `reading` catches the mistake of a key. */
  options(raw: Values, reading: (key: string, read: () => string) => string | undefined): Values {
    const { payload, baseline } = raw
    const content = typeof payload === 'string' && payload !== FILE && payload.startsWith(FILE)
    return {
      ...raw,
      ...(content ? { payload: reading('payload', () => `${FILE}${this.path(payload.slice(FILE.length))}`) } : {}),
      ...(typeof baseline === 'string' ? { baseline: reading('baseline', () => this.path(baseline)) } : {}),
    }
  }
}

/** The path without links; what does not exist has none. */
function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    const folder = dirname(path)
    return folder === path ? path : join(realPath(folder), basename(path))
  }
}
