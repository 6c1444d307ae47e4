import { Command } from 'commander'
import { describe, expect, test } from 'vitest'
import { addOptions } from '../../../src/cli/flags.ts'
import { outlineOf } from '../../../src/cli/outline.ts'
import { createProgram } from '../../../src/cli/program.ts'
import { given, text } from '../../../src/options/values.ts'
import { everyCommand } from '../../../src/report/manual/outline.ts'

describe('the outline of a command', () => {
  const program = new Command('tool')
    .description('does things')
    .helpCommand(false)
    .helpOption('-h, --help', 'show this help')
  const serve = program
    .command('serve')
    .argument('[name]')
    .description('answers')
    .addHelpText('after', '\nExamples:\n  one')
  addOptions(serve, {
    port: { form: '-p, --port <port>', about: 'a port', default: 9000, parse: text },
    mode: {
      form: '--mode [mode]',
      about: 'a mode',
      choices: ['a', 'b'],
      group: 'More:',
      repeatable: true,
      parse: text,
    },
    receipts: { form: '--no-receipts', about: 'without', parse: given },
  })
  serve.helpOption(false)

  test('has everything that its help has', () => {
    expect(outlineOf(program)).toEqual({
      path: 'tool',
      name: 'tool',
      about: 'does things',
      usage: '[options] [command]',
      flags: [
        {
          form: '-h, --help',
          long: '--help',
          short: '-h',
          about: 'show this help',
          choices: [],
          repeatable: false,
          group: 'Options:',
        },
      ],
      commands: [
        {
          path: 'tool serve',
          name: 'serve',
          about: 'answers',
          usage: '[options] [name]',
          flags: [
            {
              form: '-p, --port <port>',
              long: '--port',
              short: '-p',
              value: 'port',
              about: 'a port (default 9000)',
              choices: [],
              repeatable: false,
              group: 'Options:',
            },
            {
              form: '--mode [mode]',
              long: '--mode',
              value: 'mode',
              about: 'a mode',
              choices: ['a', 'b'],
              repeatable: true,
              group: 'More:',
            },
            {
              form: '--no-receipts',
              long: '--no-receipts',
              about: 'without',
              choices: [],
              repeatable: false,
              group: 'Options:',
            },
          ],
          commands: [],
          after: 'Examples:\n  one',
        },
      ],
      after: '',
    })
  })

  test('does not change the command: its help goes to the same output', () => {
    let printed = ''
    const command = new Command('tool').configureOutput({
      writeOut: text => {
        printed += text
      },
    })
    outlineOf(command)
    expect(printed).toBe('')
    command.outputHelp()
    expect(printed).toMatch(/^Usage: tool /)
  })
})

test('every command of the program has a description, examples, and a description of each flag', () => {
  for (const command of everyCommand(outlineOf(createProgram(() => {}))).slice(1)) {
    expect(command.about, command.path).not.toBe('')
    expect(command.commands.length > 0 || /^Examples:$/m.test(command.after), command.path).toBe(true)
    for (const flag of command.flags) expect(flag.about, `${command.path} ${flag.form}`).not.toBe('')
  }
})
