import { parseOption } from '../options/parse-options.ts'
import type { OptionTable } from '../options/option.ts'

/** Keys of a check file and their values. */
export type Values = Readonly<Record<string, unknown>>

/** The options that are keys of a check file. */
export function fileOptions(table: OptionTable): OptionTable {
  return Object.fromEntries(Object.entries(table).filter(([, { absentFrom }]) => absentFrom !== 'checkFile'))
}

/**
 * Converts values of a check file to raw options: numbers become texts, as on a command line. The schema of the file has validated them.
 */
export function rawValues(table: OptionTable, values: Values): Values {
  const given = Object.keys(table).filter(name => values[name] !== undefined)
  return Object.fromEntries(given.map(name => [name, rawValue(values[name])]))
}

function rawValue(value: unknown): unknown {
  if (typeof value === 'boolean') return value
  return Array.isArray(value) ? value.map(String) : String(value)
}

/** An invalid value, and its path below the option: the index of a list entry. */
export interface OptionMistake {
  readonly place: readonly [name: string, ...entry: readonly number[]]
  readonly error: unknown
}

/** Parses each option by itself, and each entry of a list before the list. */
export function optionMistakes(table: OptionTable, raw: Values): readonly OptionMistake[] {
  return Object.entries(table).flatMap(([name, row]) => {
    const read = (value: unknown, place: OptionMistake['place']): readonly OptionMistake[] => {
      try {
        parseOption(name, row, value)
        return []
      } catch (error) {
        return [{ place, error }]
      }
    }
    const value = raw[name]
    const inside = Array.isArray(value) ? value.flatMap((entry, index) => read(entry, [name, index])) : []
    return inside.length > 0 ? inside : read(value, [name])
  })
}
