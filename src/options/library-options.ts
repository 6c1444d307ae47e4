import type { OptionKinds } from '../base/options.ts'
import { valueKind, type OptionTable } from './option.ts'

/** The options that a function of the library accepts: those of a table that programs have, and its own. */
export function libraryOptions(table: OptionTable, own: OptionKinds): OptionKinds {
  const shared = Object.entries(table).filter(([, { absentFrom }]) => absentFrom !== 'library')
  return { ...Object.fromEntries(shared.map(([name, row]) => [name, valueKind(row)])), ...own }
}
