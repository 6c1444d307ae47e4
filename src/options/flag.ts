/** One flag of a command, as data: the command line, the help, the docs and the check file are all made from it. */
export interface Flag {
  /** As commander reads it: `-p, --port <port>`. */
  readonly form: string
  /** What it does, for `--help`. */
  readonly about: string
  /** The default as a person would write it. */
  readonly fallback?: string
  /** Heading in `--help`. */
  readonly group?: string
  /** May be given more than once. */
  readonly repeatable?: boolean
  /** The words that it takes, where these are few: shells complete them. */
  readonly choices?: readonly string[]
}

/** The name of its option in camelCase: `--wait-for <duration>` → `waitFor`, `--no-receipts` → `receipts`. */
export function optionName({ form }: Flag): string {
  const long = /--(?:no-)?([a-z0-9-]+)/u.exec(form)?.[1] ?? form
  return long.replaceAll(/-([a-z])/gu, (_, letter: string) => letter.toUpperCase())
}

/** What its option takes in a check file and in the library. */
export function takenBy({ form, repeatable }: Flag): 'switch' | 'value' | 'either' | 'texts' | 'sizes' {
  if (repeatable === true) return 'texts'
  if (form.endsWith(' <sizes>')) return 'sizes'
  if (form.endsWith(']')) return 'either'
  return form.endsWith('>') ? 'value' : 'switch'
}

/** The long flag of an option by its name in camelCase: `waitFor` → `--wait-for`. */
export function longFlag(name: string): string {
  return `--${name.replaceAll(/[A-Z]/gu, letter => `-${letter.toLowerCase()}`)}`
}

/** The flags of these long names, as another command has them. */
export function sameFlags(flags: readonly Flag[], names: readonly string[]): readonly Flag[] {
  return names.map(name => {
    const flag = flags.find(({ form }) => form.split(' ').includes(`--${name}`))
    if (flag === undefined) throw new RangeError(`no flag --${name}`)
    return flag
  })
}
