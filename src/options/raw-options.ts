import { usage } from '../base/error.ts'
import type { OptionTable, RawOptions } from './option.ts'

/** Raw options of a command line: texts, lists of texts, and switches. */
export type Options = Readonly<Record<string, string | boolean | readonly string[] | undefined>>

/** The given options of a table, and the family that -4 or -6 selects. */
export function rawOptions<Table extends OptionTable>(
  table: Table,
  options: Readonly<Record<string, unknown>>,
): RawOptions<Table> & { readonly family?: 4 | 6 } {
  const given = Object.entries(options).filter(([name, value]) => value !== undefined && Object.hasOwn(table, name))
  return { ...(Object.fromEntries(given) as RawOptions<Table>), ...familyOf(options) }
}

export function pick<Name extends string>(options: Options, names: readonly Name[]): { readonly [N in Name]?: string } {
  const picked: { [N in Name]?: string } = {}
  for (const name of names) {
    const value = options[name]
    if (typeof value === 'string') picked[name] = value
  }
  return picked
}

export function listOf(options: Options, name: string): readonly string[] {
  const value = options[name]
  return typeof value === 'object' ? value : typeof value === 'string' ? [value] : []
}

function familyOf({ ipv4, ipv6 }: Readonly<Record<string, unknown>>): { readonly family?: 4 | 6 } {
  if (ipv4 === true && ipv6 === true)
    throw usage('-4 and -6 exclude each other', 'leave both out to take what the name has')
  return ipv4 === true ? { family: 4 } : ipv6 === true ? { family: 6 } : {}
}
