import { UdptoolError } from '../../base/error.ts'
import { isCheckKey } from './check-mistakes.ts'
import { mistakeError, optionMistake, valueAt, type Mistake } from '../mistake.ts'
import type { InputSource, Path } from '../place.ts'
import { quoteHintAt } from '../quote-hint.ts'
import type { Secrets } from './secrets.ts'

/** The mistakes found so far in one check file. */
export class FileMistakes {
  readonly source: InputSource
  readonly #secrets: Secrets
  readonly #list: Mistake[]
  readonly #placed: (path: Path) => Path

  constructor(
    source: InputSource,
    secrets: Secrets,
    list: Mistake[] = [],
    placed: (path: Path) => Path = path => path,
  ) {
    this.source = source
    this.#secrets = secrets
    this.#list = list
    this.#placed = placed
  }

  get all(): readonly Mistake[] {
    return this.#list
  }

  /** The same list for a part of the file of which the values are elsewhere. */
  at(placed: (path: Path) => Path): FileMistakes {
    return new FileMistakes(this.source, this.#secrets, this.#list, placed)
  }

  add(...mistakes: readonly Mistake[]): void {
    this.#list.push(...mistakes.map(mistake => this.#finished({ ...mistake, path: this.#placed(mistake.path) })))
  }

  #finished(mistake: Mistake): Mistake {
    const { path, atKey = false, message } = mistake
    const hint = quoteHintAt(this.source, path, atKey, valueAt(this.source.value, path)) ?? mistake.hint
    return {
      ...mistake,
      message: this.#secrets.hide(message),
      hint: hint === undefined ? hint : this.#secrets.hide(hint),
    }
  }

  /** Records the error of a parser as a mistake at this path, or at the path of the option that it names. */
  reading<T>(path: Path, read: () => T, pathOf: (option: string) => Path = () => path): T | undefined {
    try {
      return read()
    } catch (error) {
      const option = error instanceof UdptoolError ? error.option : undefined
      this.add(optionMistake(error, option === undefined ? path : pathOf(option), isCheckKey))
      return undefined
    }
  }
}

/** Throws the first mistake of the first file that has one, with the number of all others. */
export function throwMistakes(files: readonly FileMistakes[]): void {
  const wrong = files.filter(({ all }) => all.length > 0)
  const [here] = wrong
  const [first, ...others] = here?.all ?? []
  if (here === undefined || first === undefined) return
  const elsewhere = wrong.slice(1).reduce((sum, { all }) => sum + all.length, 0)
  throw mistakeError([first, ...others], here.source, elsewhere)
}
