import { realpathSync } from 'node:fs'
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { usage } from '../base/error.ts'
import type { Values } from './file-options.ts'
import type { InputKind } from './place.ts'

/** Options that are the path of a file. */
const FILES = ['baseline', 'keyFile', 'irttKeyFile'] as const
/** Prefix of the path of a payload file. */
const FILE = 'file:'

/**
 * Resolves the files named in an input file. They are relative to its folder and must be inside it after following links, unless other files
 * are allowed. So an input file from somewhere else cannot send any file of this host to any target (docs/security.md).
 */
export class AllowedFiles {
  readonly #folder: string
  readonly #kind: InputKind
  readonly #isOpen: boolean
  /** The folder that the files must be in. */
  readonly #bound: string

  /**
   * @param file the input file that names the others
   * @param isOpen allow files outside its folder
   * @param bound the folder that they must be in, if it is another
   */
  constructor(file: string, kind: InputKind, isOpen: boolean, bound = dirname(file)) {
    this.#folder = dirname(file)
    this.#kind = kind
    this.#isOpen = isOpen
    this.#bound = bound
  }

  /** The same for a file that this one includes: paths are relative to it, and the folder that they must be in is the same. */
  from(file: string): AllowedFiles {
    return new AllowedFiles(file, this.#kind, this.#isOpen, this.#bound)
  }

  /** The path to read. Throws `usage` if it is outside the folder. */
  path(written: string): string {
    const path = isAbsolute(written) ? written : join(this.#folder, written)
    if (this.#isOpen) return path
    const real = realPath(resolve(path))
    const inside = relative(realPath(resolve(this.#bound)), real)
    if (inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside))
      throw usage(
        `the file ${written} is outside of the folder of the ${this.#kind}`,
        this.#kind === 'check file' ? 'move it there, or allow it with --allow-files' : 'move it there',
      )
    // Return the resolved path of a link, so that the link cannot be changed afterwards.
    return real === resolve(path) ? path : real
  }

  /** Replaces the files named in raw options by resolved paths. `reading` catches the mistake of a key. */
  options(raw: Values, reading: (key: string, read: () => string) => string | undefined): Values {
    const { payload } = raw
    const content = typeof payload === 'string' && payload !== FILE && payload.startsWith(FILE)
    return {
      ...raw,
      ...(content ? { payload: reading('payload', () => `${FILE}${this.path(payload.slice(FILE.length))}`) } : {}),
      ...Object.fromEntries(
        FILES.flatMap(key => {
          const path = raw[key]
          return typeof path === 'string' ? [[key, reading(key, () => this.path(path))]] : []
        }),
      ),
    }
  }
}

/** The path with links resolved. Undefined if it does not exist. */
function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    const folder = dirname(path)
    return folder === path ? path : join(realPath(folder), basename(path))
  }
}
