import { ANSWER_FLAGS } from '../../runs/echo/flags.ts'
import { type Flag, optionName, takenBy } from '../../options/flag.ts'
import type { Options } from '../../options/written-options.ts'
import type { RunKind } from './run-kind.ts'

/** What a key of a check file takes: `true` or `false`, a value, either, a list of texts, or sizes. */
export type Takes = ReturnType<typeof takenBy>

/** A flag as a key of a check file. */
export interface FileOption {
  readonly name: string
  readonly takes: Takes
  readonly about: string
  readonly fallback?: string | undefined
}

/** A check says `target` or `serve` instead, and `expect` is a key of every check. */
const SAID_OTHERWISE: ReadonlySet<string> = new Set(['to', 'self', 'expect'])

/** The keys of a check of this kind, beside those that every check has. */
export function runOptions({ flags }: RunKind): readonly FileOption[] {
  return flags.map(asOption).filter(({ name }) => !SAID_OTHERWISE.has(name))
}

/** The keys below `serve`: a check's own server ends with it. */
export const SERVE_OPTIONS: readonly FileOption[] = ANSWER_FLAGS.map(asOption)

function asOption(flag: Flag): FileOption {
  return {
    name: optionName(flag),
    takes: takenBy(flag),
    about: flag.about.replace(' (repeatable)', ''),
    fallback: flag.fallback,
  }
}

/** Values of a check file as a command line would have them. The file's schema has seen them before. */
export function writtenOptions(
  values: Readonly<Record<string, unknown>>,
  options: readonly FileOption[],
): { [name: string]: Options[string] } {
  const written: { [name: string]: Options[string] } = {}
  for (const { name, takes } of options) {
    const value = values[name]
    if (value !== undefined) written[name] = writtenValue(value, takes)
  }
  return written
}

function writtenValue(value: unknown, takes: Takes): Options[string] {
  if (typeof value === 'boolean') return value
  const texts = [value].flat().map(String)
  return takes === 'texts' ? texts : texts.join(',')
}
