/**
 * One option: a flag of the command line, a key of a check file and an option of the library. Help, manual pages, completion, the JSON Schema
 * of check files, their parser and the types of the library are all generated from it. Its name is its key in a table, in camelCase.
 */
export interface OptionRow {
  /** In the syntax of commander: `-p, --port <port>`. `<value>` is required, `[value]` optional; `--no-…` switches off a default. */
  readonly form: string
  /** What it does, for `--help`. */
  readonly about: string
  /** The default as a person would write it, parsed like any other value. */
  readonly default?: string | number
  /** Text for the default in the help. */
  readonly defaultText?: string
  /** Heading in `--help`. */
  readonly group?: string
  /** May be given more than once. */
  readonly repeatable?: boolean
  /** A second one on the command line is a mistake. Other options take the last value, so that an alias can have defaults. */
  readonly once?: boolean
  /** The accepted words, if there are few: shells complete them. */
  readonly choices?: readonly string[]
  /** Where the option does not exist. */
  readonly absentFrom?: 'library' | 'checkFile'
  /** Name of the option without which this one has no effect. */
  readonly needs?: string
  /** Parses a raw value (of a repeatable option also a list of them); throws a `usage` error that names the option by `flag`. */
  readonly parse: (raw: never, flag: string) => unknown
}

/** The options of a command, a run or a job by their names, in the order of `--help`. */
export type OptionTable = Readonly<Record<string, OptionRow>>

type Raw<Row extends OptionRow> = Parameters<Row['parse']>[0]

/** The parsed value of an option; never undefined for a switch or an option with a default. */
export type ParsedOption<Row extends OptionRow> =
  | ReturnType<Row['parse']>
  | (Row extends { readonly default: string | number }
      ? never
      : ReturnType<Row['parse']> extends boolean
        ? never
        : undefined)

/** Options as in a command line or a check file: texts, numbers, switches. */
export type RawOptions<Table extends OptionTable> = { readonly [Name in keyof Table]?: Raw<Table[Name]> }

/** Options as a program passes them. */
export type LibraryOptions<Table extends OptionTable> = {
  readonly [Name in keyof Table as Table[Name] extends { readonly absentFrom: 'library' } ? never : Name]?: Raw<
    Table[Name]
  >
}

/** Parsed options with defaults filled in. */
export type ParsedOptions<Table extends OptionTable> = { readonly [Name in keyof Table]: ParsedOption<Table[Name]> }

/** The type of a raw value: `true` or `false`, one text or number, a text, `true` or a text, `true` or a port, texts, or sizes. */
export type ValueKind = 'switch' | 'value' | 'text' | 'either' | 'port' | 'texts' | 'sizes'

export function valueKind({ form, repeatable }: OptionRow): ValueKind {
  if (repeatable === true) return 'texts'
  if (form.endsWith(' <sizes>')) return 'sizes'
  if (form.endsWith(' <target>')) return 'text'
  if (form.endsWith(' [port]')) return 'port'
  if (form.endsWith(']')) return 'either'
  return form.endsWith('>') ? 'value' : 'switch'
}

/** The option name of a long flag: `--wait-for` → `waitFor`, `--no-receipts` → `receipts`. */
export function optionName(flag: string): string {
  return flag.replace(/^--(?:no-)?/u, '').replaceAll(/-([a-z])/gu, (_, letter: string) => letter.toUpperCase())
}

/** The long flag of an option name: `waitFor` → `--wait-for`. */
export function longFlag(name: string): string {
  return `--${name.replaceAll(/[A-Z]/gu, letter => `-${letter.toLowerCase()}`)}`
}

/** The long flag as a user writes it: `--no-receipts` for `receipts`. */
export function writtenFlag(name: string, row: OptionRow): string {
  return isNegated(row) ? longFlag(name).replace('--', '--no-') : longFlag(name)
}

/** Whether the option is a `--no-…` flag. */
export function isNegated({ form }: OptionRow): boolean {
  return form.startsWith('--no-')
}

/** Whether a raw value differs from an option that was not given. */
export function isGiven(row: OptionRow, value: unknown): boolean {
  return value !== undefined && (typeof value !== 'boolean' || value !== isNegated(row))
}

/** The names of the given options of a table, in the order of the table. */
export function givenOptions(table: OptionTable, raw: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.entries(table).flatMap(([name, row]) => (isGiven(row, raw[name]) ? [name] : []))
}

export function pickOptions<Table extends OptionTable, Name extends keyof Table & string>(
  table: Table,
  ...names: readonly Name[]
): Pick<Table, Name> {
  return Object.fromEntries(names.map(name => [name, table[name]])) as Pick<Table, Name>
}

/** The same options under another heading of `--help`. */
export function inGroup<Table extends OptionTable>(group: string, table: Table): Table {
  return Object.fromEntries(Object.entries(table).map(([name, row]) => [name, { ...row, group }])) as Table
}
