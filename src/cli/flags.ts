import { Option, type Command } from 'commander'
import type { Flag } from '../options/flag.ts'

export { familyOf, listOf, pick, type Options } from '../options/written-options.ts'

/** The flags that commander's options were made from: it knows less of them. */
const made = new WeakMap<Option, Flag>()

/** The flag that an option was made from; the help and the version are commander's own. */
export function flagOf(option: Option): Flag | undefined {
  return made.get(option)
}

/** Gives a command its flags. Values stay texts: they are read where they are at home, in the job's plan. */
export function addFlags(command: Command, flags: readonly Flag[]): void {
  for (const flag of flags) {
    const option = new Option(
      flag.form,
      flag.fallback === undefined ? flag.about : `${flag.about} (default ${flag.fallback})`,
    )
    if (flag.group !== undefined) option.helpGroup(flag.group)
    if (flag.repeatable === true)
      option.argParser((value: string, before: readonly string[] | undefined) => [...(before ?? []), value])
    made.set(option, flag)
    command.addOption(option)
  }
}

/** Flags that every command has. */
export const COMMON_FLAGS: readonly Flag[] = [
  { form: '--json', about: 'one JSON document on standard output', group: 'Output:' },
  { form: '-q, --quiet', about: 'only what failed', group: 'Output:' },
  { form: '-v, --verbose', about: 'everything that is known', group: 'Output:' },
  {
    form: '--color <when>',
    about: 'auto, always or never',
    fallback: 'auto',
    group: 'Output:',
    choices: ['auto', 'always', 'never'],
  },
  { form: '--debug', about: 'show where an error comes from', group: 'Output:' },
]
