import { quoted } from '../../base/quoted.ts'
import type { Mistake } from '../mistake.ts'
import type { InputSource, Path } from '../place.ts'
import type { SuiteFile } from './suite-file.ts'

/** The names that the files of a suite have in common: of their checks and of their targets. */
export class SuiteNames {
  readonly #files: readonly SuiteFile[]
  /** Where the check of each name is. */
  readonly #checks = new Map<string, string>()
  readonly #ids = new Set<string>()

  constructor(files: readonly SuiteFile[]) {
    this.#files = files
  }

  /** Names must be unique, because some outputs show only the name. `path`: of the name that the check would take. */
  take(name: string, source: InputSource, path: Path): Mistake | undefined {
    const other = this.#checks.get(name)
    if (other !== undefined)
      return { path, message: `two checks are called ${quoted(name)}`, hint: `the other is at ${other}` }
    this.#checks.set(name, placeOf(source, path))
    return undefined
  }

  id(name: string): string {
    const plain =
      name
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
        .replaceAll(/^-|-$/gu, '') || 'check'
    let id = plain
    for (let number = 2; this.#ids.has(id); number++) id = `${plain}-${number}`
    this.#ids.add(id)
    return id
  }

  /**
   * The address of a name of `targets`: of this file, else of the others. Undefined if no file has the name. A mistake if others differ,
   * because the order of includes would choose.
   */
  target(name: string, file: SuiteFile, path: Path): string | Mistake | undefined {
    if (Object.hasOwn(file.targets, name)) return file.targets[name]
    const others = this.#files.filter(({ targets }) => Object.hasOwn(targets, name))
    const [address, another] = new Set(others.map(({ targets }) => targets[name]))
    if (another === undefined) return address
    const places = others.map(({ source }) => placeOf(source, ['targets', name])).join(' and ')
    return { path, message: `the target ${quoted(name)} has several addresses`, hint: `leave one out: ${places}` }
  }
}

/** `net/lan.yaml:3:5`, for a module only its name. */
function placeOf(source: InputSource, path: Path): string {
  const place = source.locate(path)
  return place === undefined ? source.file : `${place.file}:${place.line}:${place.column}`
}
