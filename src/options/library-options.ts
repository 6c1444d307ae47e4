import type { OptionKinds } from '../base/options.ts'
import { valueKind, type OptionTable } from './option.ts'

/** What a function of the library takes: the options of a table that programs have, and its own. */
export function libraryOptions(table: OptionTable, own: OptionKinds): OptionKinds {
  const shared = Object.entries(table).filter(([, { absentFrom }]) => absentFrom !== 'library')
  return { ...Object.fromEntries(shared.map(([name, row]) => [name, valueKind(row)])), ...own }
}
