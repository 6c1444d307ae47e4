import type { Command, Option } from 'commander'
import { MAIN_GROUP, type CommandOutline, type FlagOutline } from '../report/manual/outline.ts'
import { rowOf } from './flags.ts'

/** The outline of a command, from the objects that parse it and print its help. */
export function outlineOf(command: Command, above = ''): CommandOutline {
  const name = command.name()
  const path = above === '' ? name : `${above} ${name}`
  const help = command.createHelp()
  return {
    path,
    name,
    about: command.description(),
    usage: command.usage(),
    flags: help.visibleOptions(command).map(outlineOfFlag),
    commands: help.visibleCommands(command).map(one => outlineOf(one, path)),
    after: afterHelp(command),
  }
}

function outlineOfFlag(option: Option): FlagOutline {
  const row = rowOf(option)
  const value = /[<[]([^>\]]+)[>\]]/.exec(option.flags)?.[1]
  return {
    form: option.flags,
    long: option.long ?? option.flags,
    ...(option.short === undefined ? {} : { short: option.short }),
    ...(value === undefined ? {} : { value }),
    about: option.description,
    choices: row?.choices ?? [],
    repeatable: row?.repeatable === true,
    group: option.helpGroupHeading ?? MAIN_GROUP,
  }
}

/** The text given to `addHelpText('after', …)`, which commander prints after its own help. */
function afterHelp(command: Command): string {
  const before = command.configureOutput()
  let text = ''
  command
    .configureOutput({
      writeOut: piece => {
        text += piece
      },
    })
    .outputHelp()
  command.configureOutput(before)
  return text.slice(command.helpInformation().length).trim()
}
