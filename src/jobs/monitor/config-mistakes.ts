import type { z } from 'zod'
import { UdptoolError } from '../../base/error.ts'
import { mistakeError, optionMistake, shapeMistakes, type Mistake } from '../mistake.ts'
import type { InputSource, Path } from '../place.ts'
import { configKeys, isConfigOption } from './config-keys.ts'

/** The mistakes of a configuration file that were found so far. */
export class ConfigMistakes {
  readonly #found: Mistake[] = []

  get count(): number {
    return this.#found.length
  }

  add(...mistakes: readonly Mistake[]): void {
    this.#found.push(...mistakes)
  }

  /** The value if it has this shape. Else its mistakes are added. */
  shaped<Shape extends z.ZodType>(shape: Shape, value: unknown, path: Path, run?: string): z.infer<Shape> | undefined {
    const parsed = shape.safeParse(value)
    if (parsed.success) return parsed.data
    this.add(...shapeMistakes(parsed.error, path, value, configKeys(path, run)))
    return undefined
  }

  /** What `read` returns. An error of a parser is added as a mistake at this path, or at the option below it that the error names. */
  reading<T>(path: Path, read: () => T): T | undefined {
    try {
      return read()
    } catch (error) {
      const option = error instanceof UdptoolError ? error.option : undefined
      const at = option === undefined || option === path.at(-1) ? path : [...path, option]
      this.add(optionMistake(error, at, isConfigOption))
      return undefined
    }
  }

  /** Throws the first mistake with its place in the file, if there is one. */
  check(source: InputSource): void {
    const [first, ...others] = this.#found
    if (first !== undefined) throw mistakeError([first, ...others], source)
  }
}
