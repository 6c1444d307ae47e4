import { UdptoolError, usage } from '../base/error.ts'
import {
  isGiven,
  isNegated,
  valueKind,
  writtenFlag,
  type OptionRow,
  type OptionTable,
  type ParsedOption,
  type ParsedOptions,
  type RawOptions,
} from './option.ts'

/** Parses raw values; throws a `usage` error that names the option. */
export function parseOptions<Table extends OptionTable>(
  table: Table,
  raw: { readonly [Name in keyof Table]?: unknown },
): ParsedOptions<Table> {
  for (const [name, row] of Object.entries(table)) {
    if (row.needs !== undefined && isGiven(row, raw[name])) checkNeed(writtenFlag(name, row), row.needs, table, raw)
  }
  const entries = Object.entries(table).map(([name, row]) => [name, parseOption(name, row, raw[name])])
  return Object.fromEntries(entries) as ParsedOptions<Table>
}

/** Parses one raw value, or the default. */
export function parseOption<Row extends OptionRow>(name: string, row: Row, raw: unknown): ParsedOption<Row> {
  const value = raw ?? row.default
  const parsed =
    value === undefined ? absent(row) : aboutOption(name, () => row.parse(value as never, writtenFlag(name, row)))
  return parsed as ParsedOption<Row>
}

function absent(row: OptionRow): boolean | undefined {
  return valueKind(row) === 'switch' ? isNegated(row) : undefined
}

/** Raw options of a table with its defaults filled in, for a run with other defaults. */
export function withDefaults<Table extends OptionTable>(
  table: Table,
  raw: { readonly [Name in keyof Table]?: unknown },
): RawOptions<Table> {
  const entries = Object.entries(table).map(([name, row]) => [name, raw[name] ?? row.default])
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as RawOptions<Table>
}

/** Calls `read` and adds the name of the option to an error that it throws. */
export function aboutOption<T>(option: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof UdptoolError) || error.option !== undefined) throw error
    const { code, message, operation, address, hint, excerpt } = error
    throw new UdptoolError(code, message, { operation, address, hint, excerpt, option, cause: error })
  }
}

function checkNeed(flag: string, needed: string, table: OptionTable, raw: Readonly<Record<string, unknown>>): void {
  const row = table[needed]
  if (row === undefined || isGiven(row, raw[needed])) return
  const other = writtenFlag(needed, row)
  throw usage(`${flag} needs ${other}`, `leave ${flag} out, or add ${other}`)
}
