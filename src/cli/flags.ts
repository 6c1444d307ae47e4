import { Option, type Command } from 'commander'
import { usage } from '../base/error.ts'
import type { Flag } from '../jobs/flag.ts'

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

/** Options as commander gives them: texts, lists of texts, and switches. */
export type Options = Readonly<Record<string, string | boolean | readonly string[] | undefined>>

/** The options that a job reads, by name, those that were not given left out. */
export function pick<Name extends string>(options: Options, names: readonly Name[]): { readonly [N in Name]?: string } {
  const picked: { [N in Name]?: string } = {}
  for (const name of names) {
    const value = options[name]
    if (typeof value === 'string') picked[name] = value
  }
  return picked
}

/** A repeatable option's values. */
export function listOf(options: Options, name: string): readonly string[] {
  const value = options[name]
  return typeof value === 'object' ? value : typeof value === 'string' ? [value] : []
}

/** What -4 and -6 say. */
export function familyOf(options: Options): { readonly family?: 4 | 6 } {
  if (options['ipv4'] === true && options['ipv6'] === true)
    throw usage('-4 and -6 exclude each other', 'leave both out to take what the name has')
  return options['ipv4'] === true ? { family: 4 } : options['ipv6'] === true ? { family: 6 } : {}
}
