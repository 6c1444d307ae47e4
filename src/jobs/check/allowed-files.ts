import { realpathSync } from 'node:fs'
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { usage } from '../../base/error.ts'
import { pick, type Options } from '../../options/written-options.ts'

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

  /** The options of a run, with the files that they name in place of the paths that were written; `reading` catches the mistake of a key. */
  options(written: Options, reading: (key: string, read: () => string) => string | undefined): Options {
    const { payload, baseline } = pick(written, ['payload', 'baseline'])
    const content = payload?.startsWith(FILE) === true && payload !== FILE ? payload.slice(FILE.length) : undefined
    const payloadPath = content === undefined ? undefined : reading('payload', () => this.path(content))
    const baselinePath = baseline === undefined ? undefined : reading('baseline', () => this.path(baseline))
    return {
      ...written,
      ...(payloadPath === undefined ? {} : { payload: `${FILE}${payloadPath}` }),
      ...(baselinePath === undefined ? {} : { baseline: baselinePath }),
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
