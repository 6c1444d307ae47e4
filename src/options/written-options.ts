import { usage } from '../base/error.ts'

/** Options as they were written, on a command line or in a check file: texts, lists of texts, and switches. */
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

/** What `ipv4` and `ipv6` say, as the switches -4 and -6 give them. Throws `usage` for both. */
export function familyOf(options: Options): { readonly family?: 4 | 6 } {
  if (options['ipv4'] === true && options['ipv6'] === true)
    throw usage('-4 and -6 exclude each other', 'leave both out to take what the name has')
  return options['ipv4'] === true ? { family: 4 } : options['ipv6'] === true ? { family: 6 } : {}
}
