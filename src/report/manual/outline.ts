/** Heading of the flags that have none of their own. */
export const MAIN_GROUP = 'Options:'

/** A flag as the help shows it. */
export interface FlagOutline {
  /** As it is written: `-p, --port <port>`. */
  readonly form: string
  /** `--port`, without its value; a flag that only switches off is `--no-…`. */
  readonly long: string
  /** `-p` */
  readonly short?: string
  /** What stands for its value in the help (`port`); absent: it takes none. */
  readonly value?: string
  readonly about: string
  /** The words that it takes, where these are few. */
  readonly choices: readonly string[]
  /** May be given more than once. */
  readonly repeatable: boolean
  /** Heading of its part of the help. */
  readonly group: string
}

/** A command, and the commands below it: what help, man pages and shell completion are all made from. */
export interface CommandOutline {
  /** Words that call it: `udptool`, `udptool send`. */
  readonly path: string
  readonly name: string
  readonly about: string
  /** How it is called: `[options] [message...]`. */
  readonly usage: string
  readonly flags: readonly FlagOutline[]
  readonly commands: readonly CommandOutline[]
  /** What the help says behind the flags: examples. */
  readonly after: string
  /** What shells complete where no flag stands: these words, or a command with words of its own. Absent: files. */
  readonly operands?: readonly string[] | 'command'
}

/** A command and all below it, each before those that are below it. */
export function everyCommand(outline: CommandOutline): readonly CommandOutline[] {
  return [outline, ...outline.commands.flatMap(everyCommand)]
}

/** The outline with what shells complete where no flag stands, by the path of a command. */
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

/** Flags whose value is a file or a folder. */
export function takesFile({ value = '' }: FlagOutline): boolean {
  return /\b(?:file|dir|folder|path)\b/i.test(value)
}
