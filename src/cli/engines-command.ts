import type { Command } from 'commander'
import { EXIT } from './exit.ts'
import { addFlags, type Options } from './flags.ts'
import { DOCUMENT_FORMATS, formatFlag } from './formats.ts'
import { openOutputs } from './outputs.ts'

const EXAMPLES = `
Examples:
  udptool engines          what works here, and why the rest does not
  udptool engines --json   the same as one JSON document`

/** `udptool engines` */
export function addEnginesCommand(program: Command, done: (status: number) => void): void {
  const command = program.command('engines').description('say which engines work, and what each can do')
  addFlags(command, [formatFlag(DOCUMENT_FORMATS)])
  command.addHelpText('after', EXAMPLES)
  command.action(async (options: Options) => done(await engines(options)))
}

async function engines(options: Options): Promise<number> {
  const outputs = openOutputs(DOCUMENT_FORMATS, options)
  const { surveyEngines } = await import('../jobs/engines/survey.ts')
  const { renderDocument } = await import('../report/formats/json.ts')
  const { renderEngines } = await import('../report/terminal/engines-table.ts')
  const document = await surveyEngines()
  await outputs.deliver((format, view) => [
    format === 'json' ? renderDocument(document) : renderEngines(document, view),
  ])
  return EXIT.done
}
