import type { Command } from 'commander'
import type { OptionTable } from '../options/option.ts'
import type { Options } from '../options/raw-options.ts'
import type { Document } from '../report/document.ts'
import type { Format } from '../report/formats.ts'
import type { View } from '../report/text/view.ts'
import type { LiveLine } from './live-line.ts'
import type { OutputFile } from './output-file.ts'
import type { Signals } from './signals.ts'

/** A command of udptool as data; `harness.ts` runs it. */
export interface Subcommand {
  readonly name: string
  readonly about: string
  /** As commander reads them: `<file...>`, `[target]`. */
  readonly operand?: readonly (readonly [form: string, about: string])[]
  readonly options: OptionTable
  /** The choices of --format; a command without has --json alone. */
  readonly formats?: readonly Format[]
  /** With --json it prints events while it runs, in place of one document. */
  readonly events?: boolean
  /** The end of its --help: notes and examples. */
  readonly help: string
  /** Options behind the first operand are not its own. */
  readonly passesOptions?: boolean
  /** Reads operands and the options that were given; throws `usage`. A signal ends the process at once here. */
  readonly prepare: (operands: readonly string[], options: Options, command: Command) => Promise<Prepared> | Prepared
}

/** Commands under one word, such as `tcp`. */
export interface CommandGroup {
  readonly name: string
  readonly about: string
  readonly help: string
  readonly commands: readonly Subcommand[]
}

/** A command that is ready to run. */
export interface Prepared {
  /** In place of the formats of the command. */
  readonly formats?: readonly Format[]
  /** Files that it writes beside its formats, by flag. */
  readonly files?: Readonly<Record<string, string | undefined>>
  /** A signal breaks it off, so an error after one is only its consequence. */
  readonly breaksOff?: boolean
  readonly run: (session: Session) => Promise<Ending | number>
}

/** What a command has while it runs. */
export interface Session {
  /** `signals.signal` is aborted by the first signal; the second one ends the process. */
  readonly signals: Signals
  /** On standard error. */
  readonly line: LiveLine
  /** How standard output is looked at. */
  readonly view: View
  /** Whether standard output is for the table, so that rows may be written there at once; not with --quiet. */
  readonly isLive: boolean
  /** The files that `Prepared` names, opened. */
  readonly files: Readonly<Record<string, OutputFile | undefined>>
}

/** What a command ends with, instead of an exit status of its own: the harness writes it, and the exit status is that of its verdict. */
export interface Ending extends Document {
  /** The content of its files, by flag. */
  readonly saves?: Readonly<Record<string, () => Iterable<string>>>
}
