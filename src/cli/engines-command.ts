import type { Command } from 'commander'
import { renderEngines } from '../report/engines-table.ts'
import { wantsColor } from './color.ts'
import { EXIT } from './exit.ts'
import { addFlags, listOf, pick, type Options } from './flags.ts'
import { deliver, openOutputs } from './outputs.ts'
import { columnsOf } from './streams.ts'

const FLAGS = [
  {
    form: '--format <format>',
    about: 'table or json; F=FILE writes a file (repeatable)',
    group: 'Output:',
    repeatable: true,
  },
] as const

const EXAMPLES = `
Examples:
  udptool engines          which engines work here, what each can do, and why not
  udptool engines --json   the same as one JSON document`

/** `udptool engines` */
export function addEnginesCommand(program: Command, done: (status: number) => void): void {
  const command = program
    .command('engines')
    .description('say which engines work on this machine, what each can do, and why one is missing')
  addFlags(command, FLAGS)
  command.addHelpText('after', EXAMPLES)
  command.action(async (options: Options) => done(await engines(options)))
}

async function engines(options: Options): Promise<number> {
  const outputs = openOutputs(['table', 'json'] as const, listOf(options, 'format'), options['json'] === true)
  const { color = 'auto' } = pick(options, ['color'])
  const colored = wantsColor(color, process.stdout, process.env)
  const { surveyEngines } = await import('../jobs/engines/survey.ts')
  const document = await surveyEngines()
  for (const output of outputs) {
    const text =
      output.format === 'json'
        ? `${JSON.stringify(document, undefined, 2)}\n`
        : renderEngines(document, {
            width: columnsOf(process.stdout),
            color: colored && output.file === undefined,
            quiet: options['quiet'] === true,
          })
    await deliver(output, [text])
  }
  return EXIT.done
}
