import { Option, type Command } from 'commander'
import { usage } from '../base/error.ts'
import type { OptionRow, OptionTable } from '../options/option.ts'
import { choice, given } from '../options/values.ts'

/** The row of each option. Commander keeps only a part of it. */
const made = new WeakMap<Option, OptionRow>()

/** The row of an option. Undefined for --help and --version, which commander adds. */
export function rowOf(option: Option): OptionRow | undefined {
  return made.get(option)
}

/** Adds options to a command. Values stay raw: the plan of the command parses them with the same table. */
export function addOptions(command: Command, table: OptionTable): void {
  for (const row of Object.values(table)) {
    const shown = row.defaultText ?? row.default
    const option = new Option(row.form, shown === undefined ? row.about : `${row.about} (default ${shown})`)
    if (row.group !== undefined) option.helpGroup(row.group)
    if (row.repeatable === true)
      option.argParser((value: string, before: readonly string[] | undefined) => [...(before ?? []), value])
    if (row.once === true) option.argParser(onlyOnce(option.long ?? row.form))
    made.set(option, row)
    command.addOption(option)
  }
}

function onlyOnce(flag: string): (value: string, before: string | undefined) => string {
  return (value, before) => {
    if (before === undefined) return value
    throw usage(`${flag} is given twice: ${before} and ${value}`, `leave one of them out`)
  }
}

const COLORS = ['auto', 'always', 'never'] as const

/** Options of every command. */
export const COMMON_OPTIONS = {
  json: { form: '--json', about: 'one JSON document on standard output', group: 'Output:', parse: given },
  quiet: { form: '-q, --quiet', about: 'print only failures', group: 'Output:', parse: given },
  verbose: { form: '-v, --verbose', about: 'print all details', group: 'Output:', parse: given },
  color: {
    form: '--color <when>',
    about: 'auto, always or never',
    default: 'auto',
    group: 'Output:',
    choices: COLORS,
    parse: choice(COLORS),
  },
  debug: { form: '--debug', about: 'print the stack trace of an error', group: 'Output:', parse: given },
} satisfies OptionTable
