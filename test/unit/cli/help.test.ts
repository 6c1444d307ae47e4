import type { Command } from 'commander'
import { expect, test } from 'vitest'
import { helpArguments } from '../../../src/cli/help-arguments.ts'
import { createProgram } from '../../../src/cli/program.ts'

const program = createProgram(() => {})

test.each([
  ['', '--help'],
  ['send', 'send --help'],
  ['tcp', 'tcp --help'],
  ['tcp serve', 'tcp serve --help'],
  ['send hello', 'send --help'],
  ['sned', 'sned'],
  ['tcp sned', 'tcp sned'],
])('udptool help %s: udptool %s', (words, argv) => {
  const given = words.split(' ').filter(word => word !== '')
  expect(helpArguments(program, given).join(' ')).toBe(argv)
})

function everyOne(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap(everyOne)]
}

test.each(everyOne(program).map(command => [command.name(), command] as const))(
  'the help of %s has no line of more than 80 columns where there is no terminal',
  (_, command) => {
    let help = ''
    const before = command.configureOutput()
    command.configureOutput({ getOutHelpWidth: () => 80, writeOut: text => (help += text) }).outputHelp()
    command.configureOutput(before)
    expect(help.split('\n').filter(line => line.length > 80)).toEqual([])
  },
)
