/**
 * One option: a flag of the command line, a key of a check file and an option of the library. Help, manual pages, completion, the JSON
 * Schema of check files, their parser and the types of the library are all made from it. Its name is its key in a table, in camelCase.
 */
export interface OptionRow {
  /** As commander reads it: `-p, --port <port>`. `<value>` is required, `[value]` optional; `--no-…` switches off what is on without it. */
  readonly form: string
  /** What it does, for `--help`. */
  readonly about: string
  /** The default as a person would write it; `parse` reads it too. */
  readonly default?: string | number
  /** What the help shows in its place. */
  readonly defaultText?: string
  /** Heading in `--help`. */
  readonly group?: string
  /** May be given more than once. */
  readonly repeatable?: boolean
  /** The words that it takes, where these are few: shells complete them. */
  readonly choices?: readonly string[]
  /** Who does not have it. */
  readonly absentFrom?: 'library' | 'checkFile'
  /** The option without which this one has no effect, by its name. */
  readonly needs?: string
  /** Reads a raw value (of a repeatable option also a list of them); throws a `usage` error that calls the option by `flag`. */
  readonly parse: (raw: never, flag: string) => unknown
}

/** The options of a command, a run or a job by their names, in the order of `--help`. */
export type OptionTable = Readonly<Record<string, OptionRow>>

type Raw<Row extends OptionRow> = Parameters<Row['parse']>[0]

/** The value of an option in its unit; a switch is never undefined, nor is what has a default. */
export type ParsedOption<Row extends OptionRow> =
  | ReturnType<Row['parse']>
  | (Row extends { readonly default: string | number }
      ? never
      : ReturnType<Row['parse']> extends boolean
        ? never
        : undefined)

/** Options as a command line or a check file has them: texts, numbers, switches. */
export type RawOptions<Table extends OptionTable> = { readonly [Name in keyof Table]?: Raw<Table[Name]> }

/** Options as a program gives them. */
export type LibraryOptions<Table extends OptionTable> = {
  readonly [Name in keyof Table as Table[Name] extends { readonly absentFrom: 'library' } ? never : Name]?: Raw<
    Table[Name]
  >
}

/** Options in their units, defaults filled in. */
export type ParsedOptions<Table extends OptionTable> = { readonly [Name in keyof Table]: ParsedOption<Table[Name]> }

/** What a raw value can be: `true` or `false`, one text or number, a text, `true` or a text, texts, or sizes. */
export type ValueKind = 'switch' | 'value' | 'text' | 'either' | 'texts' | 'sizes'

export function valueKind({ form, repeatable }: OptionRow): ValueKind {
  if (repeatable === true) return 'texts'
  if (form.endsWith(' <sizes>')) return 'sizes'
  if (form.endsWith(' <target>')) return 'text'
  if (form.endsWith(']')) return 'either'
  return form.endsWith('>') ? 'value' : 'switch'
}

/** The name of the option of a long flag: `--wait-for` → `waitFor`, `--no-receipts` → `receipts`. */
export function optionName(flag: string): string {
  return flag.replace(/^--(?:no-)?/u, '').replaceAll(/-([a-z])/gu, (_, letter: string) => letter.toUpperCase())
}

/** The long flag of an option by its name: `waitFor` → `--wait-for`. */
export function longFlag(name: string): string {
  return `--${name.replaceAll(/[A-Z]/gu, letter => `-${letter.toLowerCase()}`)}`
}

/** The flag as it is written: `--no-receipts` for `receipts`. */
export function writtenFlag(name: string, row: OptionRow): string {
  return isNegated(row) ? longFlag(name).replace('--', '--no-') : longFlag(name)
}

/** Whether it switches off what is on without it. */
export function isNegated({ form }: OptionRow): boolean {
  return form.startsWith('--no-')
}

/** Whether a raw value is more than what the option is without it. */
export function isGiven(row: OptionRow, value: unknown): boolean {
  return value !== undefined && (typeof value !== 'boolean' || value !== isNegated(row))
}

/** The names of the options of a table that have such a value, in the order of the table. */
export function givenOptions(table: OptionTable, raw: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.entries(table).flatMap(([name, row]) => (isGiven(row, raw[name]) ? [name] : []))
}

/** The options of these names. */
export function pickOptions<Table extends OptionTable, Name extends keyof Table & string>(
  table: Table,
  ...names: readonly Name[]
): Pick<Table, Name> {
  return Object.fromEntries(names.map(name => [name, table[name]])) as Pick<Table, Name>
}

/** The same options below another heading of `--help`. */
export function inGroup<Table extends OptionTable>(group: string, table: Table): Table {
  return Object.fromEntries(Object.entries(table).map(([name, row]) => [name, { ...row, group }])) as Table
}
