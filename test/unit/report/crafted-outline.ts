import { MAIN_GROUP, type CommandOutline, type FlagOutline } from '../../../src/report/manual/outline.ts'

function flag(form: string, about: string, rest: Partial<FlagOutline> = {}): FlagOutline {
  const [, short, long = '', value] = /^(?:(-\w), )?(--[\w-]+)(?: [<[](\w+)[>\]])?$/.exec(form) ?? []
  return {
    form,
    long,
    ...(short === undefined ? {} : { short }),
    ...(value === undefined ? {} : { value }),
    about,
    choices: [],
    repeatable: false,
    group: MAIN_GROUP,
    ...rest,
  }
}

function command(path: string, about: string, rest: Partial<CommandOutline> = {}): CommandOutline {
  const name = path.slice(path.lastIndexOf(' ') + 1)
  return { path, name, about, usage: '[options]', flags: [], commands: [], after: '', ...rest }
}

/** A program with nested commands, and texts that have special characters of shells and roff. */
export const TOOL: CommandOutline = command('tool', 'does things', {
  usage: '[options] [command]',
  flags: [flag('-h, --help', 'show this help')],
  commands: [
    command('tool serve', "answer: it's [what] you $(echo ask) `for` \\ 100%", {
      flags: [
        flag('--mode <mode>', 'upper or echo', { choices: ['upper', 'echo'] }),
        flag('-p, --port <port>', 'port: 0 picks one'),
        flag('--port-file <file>', 'write the port there'),
        flag('--allow <cidr>', 'these addresses …', { repeatable: true, group: 'Guards:' }),
      ],
      after: "A note.\n\nExamples:\n  tool serve\n  .tool 'serve'",
    }),
    command('tool tcp', 'streams', {
      usage: '[command]',
      commands: [
        command('tool tcp serve', 'answer streams', { flags: [flag('--inbox <dir>', 'take files')] }),
        command('tool tcp put', 'send a file'),
      ],
    }),
  ],
})

/** The same with a command that runs another command, and one whose operand is one of a few words. */
export const RUNNING_TOOL: CommandOutline = {
  ...TOOL,
  commands: [
    ...TOOL.commands,
    command('tool run', 'run a command', { flags: [flag('--seed <n>', 'repeatable')], operands: 'command' }),
    command('tool learn', 'teach', { operands: ['first', 'second'] }),
  ],
}
