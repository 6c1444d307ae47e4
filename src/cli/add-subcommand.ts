import type { Command } from 'commander'
import type { Options } from '../options/raw-options.ts'
import { addOptions, COMMON_OPTIONS } from './flags.ts'
import { formatOption } from './output/format-option.ts'
import type { CommandGroup, Subcommand } from './subcommand.ts'

const EVENTS = 'events on standard output, one JSON object a line'

/** Adds a command or a group of commands to the command line. `done` gets its exit status. */
export function addSubcommand(
  parent: Command,
  subcommand: Subcommand | CommandGroup,
  done: (status: number) => void,
): void {
  const { name, about, help } = subcommand
  const command = parent.command(name).description(about).addHelpText('after', help)
  if ('commands' in subcommand) {
    command.helpCommand(false).helpOption('-h, --help', 'show this help')
    for (const one of subcommand.commands) addSubcommand(command, one, done)
    return
  }
  const { operand = [], options, formats, events = false, passesOptions = false, quietAbout } = subcommand
  for (const [form, what] of operand) command.argument(form, what)
  if (passesOptions) command.passThroughOptions()
  addOptions(command, formats === undefined ? options : { ...options, format: formatOption(formats) })
  const { json, quiet } = COMMON_OPTIONS
  addOptions(command, {
    ...COMMON_OPTIONS,
    ...(events ? { json: { ...json, about: EVENTS } } : {}),
    ...(quietAbout === undefined ? {} : { quiet: { ...quiet, about: quietAbout } }),
  })
  command.action(async () => {
    const { runSubcommand } = await import('./harness.ts')
    const given = Object.entries(command.opts<Options>()).filter(([one]) => command.getOptionValueSource(one) === 'cli')
    done(await runSubcommand(subcommand, command.args, Object.fromEntries(given), command))
  })
}
