import { realpathSync } from 'node:fs'
import { resolve } from 'node:path'
import { counted } from '../../base/counted.ts'
import type { AllowedFiles } from '../allowed-files.ts'
import { readDataText } from '../input-source.ts'
import type { InputSource, Path } from '../place.ts'
import { readYaml } from '../yaml-source.ts'
import type { Environment } from './environment.ts'
import { readSuiteFile, type SuiteFile } from './suite-file.ts'

const KIND = 'check file'
/** Limits for files that include others. */
const MOST_LEVELS = 10
const MOST_FILES = 100

/**
 * A check file and the files that it includes, those first, in the order in which their checks run. A file that is included twice is read
 * once. Throws a `usage` error if one of them is no YAML.
 */
export function readSuiteFiles(
  source: InputSource,
  fence: AllowedFiles,
  environment: Environment,
): readonly SuiteFile[] {
  return new IncludeReader(environment).read(source, fence, [])
}

class IncludeReader {
  /** The real paths of the files read so far. */
  readonly #read = new Set<string>()
  readonly #environment: Environment

  constructor(environment: Environment) {
    this.#environment = environment
  }

  /** `above`: the files that include this one, from the first. */
  read(source: InputSource, fence: AllowedFiles, above: readonly InputSource[]): readonly SuiteFile[] {
    this.#read.add(realPath(source.file))
    const file = readSuiteFile(source, fence, this.#environment)
    const chain = [...above, source]
    const isList = Array.isArray((source.value as { include?: unknown } | null)?.include)
    const included = file.include.flatMap((written, index) =>
      this.#include(written, ['include', ...(isList ? [index] : [])], file, chain),
    )
    return [...included, file]
  }

  #include(
    written: string,
    path: Path,
    { fence, mistakes }: SuiteFile,
    chain: readonly InputSource[],
  ): readonly SuiteFile[] {
    const file = mistakes.reading(path, () => fence.path(written))
    if (file === undefined) return []
    const real = realPath(file)
    const files = chain.map(source => source.file)
    const circle = files.findIndex(one => realPath(one) === real)
    if (circle >= 0) {
      const way = [...files.slice(circle), file].join(' includes ')
      mistakes.add({ path, message: `the file includes itself: ${way}`, hint: 'leave one of these includes out' })
      return []
    }
    if (this.#read.has(real)) return []
    if (chain.length >= MOST_LEVELS || this.#read.size >= MOST_FILES) {
      const limit = chain.length >= MOST_LEVELS ? `${MOST_LEVELS} levels of includes` : counted(MOST_FILES, 'file')
      mistakes.add({ path, message: `a suite has at most ${limit}`, hint: 'put checks into fewer files' })
      return []
    }
    const text = mistakes.reading(path, () => readDataText(file, KIND))
    return text === undefined ? [] : this.read(readYaml(file, text, KIND), fence.from(file), chain)
  }
}

/** The path with links resolved; the path itself if it does not exist. */
function realPath(file: string): string {
  try {
    return realpathSync(file)
  } catch {
    return resolve(file)
  }
}
