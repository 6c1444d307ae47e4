/** Heading of the flags without a group. */
export const MAIN_GROUP = 'Options:'

/** A flag as shown in the help. */
export interface FlagOutline {
  /** As written in the help: `-p, --port <port>`. */
  readonly form: string
  /** `--port`, without its value. A flag that can only switch something off is `--no-…`. */
  readonly long: string
  /** `-p` */
  readonly short?: string
  /** The placeholder of its value in the help (`port`). Absent if it takes none. */
  readonly value?: string
  readonly about: string
  /** The values that it takes, if they are few. */
  readonly choices: readonly string[]
  readonly repeatable: boolean
  /** Heading of its group in the help. */
  readonly group: string
}

/** A command and its subcommands: the source of help, man pages and shell completion. */
export interface CommandOutline {
  /** Its full name: `udptool`, `udptool send`. */
  readonly path: string
  readonly name: string
  readonly about: string
  /** Its synopsis: `[options] [message...]`. */
  readonly usage: string
  readonly flags: readonly FlagOutline[]
  readonly commands: readonly CommandOutline[]
  /** The text of the help after the flags: examples. */
  readonly after: string
  /** What shells complete where no flag is: these words, or a command with its own words. Absent: files. */
  readonly operands?: readonly string[] | 'command'
}

/** A command and all its subcommands, each before its own. */
export function everyCommand(outline: CommandOutline): readonly CommandOutline[] {
  return [outline, ...outline.commands.flatMap(everyCommand)]
}

/** Adds to the outline what shells complete where no flag is, by the path of a command. */
export function withOperands(
  outline: CommandOutline,
  operands: ReadonlyMap<string, readonly string[] | 'command'>,
): CommandOutline {
  const own = operands.get(outline.path)
  return {
    ...outline,
    commands: outline.commands.map(one => withOperands(one, operands)),
    ...(own === undefined ? {} : { operands: own }),
  }
}

/** The spellings of a flag. */
export function spellings({ long, short }: FlagOutline): string[] {
  return short === undefined ? [long] : [short, long]
}

/** Whether the value of a flag is a file or a folder. */
export function takesFile({ value = '' }: FlagOutline): boolean {
  return /\b(?:file|dir|folder|path)\b/i.test(value)
}
