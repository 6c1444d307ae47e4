import { Command, CommanderError } from 'commander'
import { readVersion } from '../runs/version.ts'
import { COMMANDS } from './commands.ts'
import { UdptoolError } from '../base/error.ts'
import { helpArguments } from './help-arguments.ts'
import { errorLine } from './error-line.ts'
import { errorStatus, EXIT } from './exit.ts'
import { addressOptionHint } from './commands/address-option-hint.ts'
import { rateOptionHint } from './commands/rate-option-hint.ts'
import { queryPresetHint } from './commands/query-preset-hint.ts'
import { write } from './output/streams.ts'
import { addSubcommand } from './add-subcommand.ts'

/** Errors about what the user wrote after the command. */
const ARGUMENT_ERRORS: ReadonlySet<string> = new Set(['commander.unknownOption', 'commander.excessArguments'])

/** The command line with all its commands, ready to parse. Each command passes its exit status to `done`. */
export function createProgram(done: (status: number) => void): Command {
  const program = new Command('udptool')
    .description(
      'UDP echo server, sender and datagram tester that keeps a ledger: every datagram ends in exactly one fate.',
    )
    .version(readVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show this help')
    .helpCommand(false)
    // Stop parsing options at the first positional argument, so that later flags reach the child: `udptool exec npm test -p 9`.
    .enablePositionalOptions()
    .showSuggestionAfterError(true)
    .addHelpText(
      'after',
      '\nudptool help COMMAND shows the options of a command, and examples.\nExit status: 0 done, 1 failed, 2 usage, 3 could not run.',
    )
  for (const command of COMMANDS) addSubcommand(program, command, done)
  for (const command of family(program)) {
    // Commander reports an error in several lines. We use one.
    command.exitOverride().configureOutput({ outputError: () => {} })
  }
  return program
}

/** Parses the arguments, runs the command and returns the exit status. */
export async function runProgram(given: readonly string[]): Promise<number> {
  let status: number = EXIT.done
  const program = createProgram(code => {
    status = code
  })
  const argv = given[0] === 'help' ? helpArguments(program, given.slice(1)) : given
  try {
    if (argv.length === 0) {
      await write(process.stderr, program.helpInformation())
      return EXIT.usage
    }
    await program.parseAsync(argv, { from: 'user' })
    return status
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return EXIT.done
      // A group without a command shows its help.
      if (error.code === 'commander.help') return EXIT.usage
      const message = error.message.replace(/^error: /, '').replaceAll(/\s*\n\s*/g, ' ')
      const elsewhere = ARGUMENT_ERRORS.has(error.code)
        ? (rateOptionHint(message, argv) ?? addressOptionHint(message, program, argv))
        : undefined
      const [group, word = ''] = argv
      const presets = program.commands.find(one => one.name() === 'query')?.commands ?? []
      if (error.code === 'commander.unknownCommand' && group === 'query') {
        await write(
          process.stderr,
          `udptool: ${queryPresetHint(
            word,
            presets.map(one => one.name()),
          )}\n`,
        )
        return EXIT.usage
      }
      if (elsewhere !== undefined) {
        await write(process.stderr, `udptool: ${elsewhere}\n`)
        return EXIT.usage
      }
      await write(process.stderr, `udptool: ${message} — see udptool ${nameOf(program, argv)}--help\n`)
      return EXIT.usage
    }
    const excerpt = error instanceof UdptoolError ? error.excerpt : undefined
    const place = excerpt === undefined ? '' : (await import('./excerpt-lines.ts')).excerptLines(excerpt)
    await write(process.stderr, errorLine(error, argv.includes('--debug'), place))
    return errorStatus(error)
  }
}

/** A command and all its subcommands. */
function family(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap(family)]
}

/** The name of the command in the arguments, with its group: `tcp serve `. */
function nameOf(group: Command, argv: readonly string[]): string {
  const command = group.commands.find(one => one.name() === argv[0])
  return command === undefined ? '' : `${command.name()} ${nameOf(command, argv.slice(1))}`
}
