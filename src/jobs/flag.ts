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
