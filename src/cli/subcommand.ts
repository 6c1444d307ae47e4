import type { Command } from 'commander'
import type { OptionTable } from '../options/option.ts'
import type { Options } from '../options/raw-options.ts'
import type { Document } from '../report/document.ts'
import type { Format } from '../report/formats.ts'
import type { View } from '../report/text/view.ts'
import type { LiveLine } from './progress/live-line.ts'
import type { OutputFile } from './output/output-file.ts'
import type { Output } from './output/outputs.ts'
import type { Signals } from './signals.ts'

/** A command of udptool as data. `harness.ts` runs it. */
export interface Subcommand {
  readonly name: string
  readonly about: string
  /** In commander's form: `<file...>`, `[target]`. */
  readonly operand?: readonly (readonly [form: string, about: string])[]
  readonly options: OptionTable
  /** The choices of --format. Absent: the command only has --json. */
  readonly formats?: readonly Format[]
  /** With --json it prints events while it runs, instead of one document. */
  readonly events?: boolean
  /** What -q does, if it is not what it does elsewhere. */
  readonly quietAbout?: string
  /** The end of its --help: notes and examples. */
  readonly help: string
  /** Options after the first operand are not its own. */
  readonly passesOptions?: boolean
  /** Parses operands and options. Throws `usage`. A signal ends the process at once here. */
  readonly prepare: (operands: readonly string[], options: Options, command: Command) => Promise<Prepared> | Prepared
}

/** Commands with a common first word, such as `tcp`. */
export interface CommandGroup {
  readonly name: string
  readonly about: string
  readonly help: string
  readonly commands: readonly Subcommand[]
}

/** A command that is ready to run. */
export interface Prepared {
  /** Used instead of the formats of the command. */
  readonly formats?: readonly Format[]
  /** Files that it writes besides its formats, by flag. */
  readonly files?: Readonly<Record<string, string | undefined>>
  /** A signal aborts it, so an error after a signal is only a consequence. */
  readonly breaksOff?: boolean
  readonly run: (session: Session) => Promise<Ending | number>
}

/** The environment of a running command. */
export interface Session {
  /** The first signal aborts `signals.signal`. The second one ends the process. */
  readonly signals: Signals
  /** The live line on standard error. */
  readonly line: LiveLine
  /** The view for standard output. */
  readonly view: View
  /** Whether the table goes to standard output, so that rows may be written there at once. Not with --quiet. */
  readonly isLive: boolean
  /** The format on standard output; undefined: everything goes to files. */
  readonly onStdout: Format | undefined
  /** All selected formats, with their destinations. */
  readonly outputs: readonly Output<Format>[]
  /** The opened files of `Prepared`. */
  readonly files: Readonly<Record<string, OutputFile | undefined>>
}

/** The outcome of a command. The harness writes it, and its verdict decides the exit status. */
export interface Ending extends Document {
  /** The content of its files, by flag. */
  readonly saves?: Readonly<Record<string, () => Iterable<string>>>
  /** Outputs that were written while it ran. */
  readonly written?: ReadonlySet<Output<string>>
  /** Each ends one of them, or rejects because it was not written completely. */
  readonly ends?: readonly (() => Promise<void>)[]
  /** What --json prints, if events were printed before. */
  readonly jsonEnd?: () => string
  /** Ctrl-C is how it ends, so the exit status is that of the verdict. */
  readonly endsByInterrupt?: boolean
}
