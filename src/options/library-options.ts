import type { OptionKinds } from '../base/options.ts'
import { optionName, takenBy, type Flag } from './flag.ts'

/** Flags that only a command line has: IP versions are the option `family`, and a server of a program needs no file to find its port. */
const COMMAND_LINE: ReadonlySet<string> = new Set([
  'ipv4',
  'ipv6',
  'portFile',
  'statsInterval',
  'exitWithParent',
  'truth',
])

/** The options of a function of the library: the flags of its command, but those of the command line alone, and what it has besides. */
export function libraryOptions(flags: readonly Flag[], own: OptionKinds): OptionKinds {
  const shared = flags.filter(flag => !COMMAND_LINE.has(optionName(flag)))
  return { ...Object.fromEntries(shared.map(flag => [optionName(flag), takenBy(flag)])), ...own }
}
