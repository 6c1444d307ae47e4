import { DOCUMENT_FORMATS } from '../../report/formats.ts'
import type { Subcommand } from '../subcommand.ts'

const HELP = `
Examples:
  udptool engines          list the engines, and why one is missing
  udptool engines --json   the same as one JSON document`

export const ENGINES: Subcommand = {
  name: 'engines',
  about: 'list the engines that work here and their capabilities',
  options: {},
  formats: DOCUMENT_FORMATS,
  quietAbout: 'print only which engines work',
  help: HELP,
  prepare: () => ({
    async run() {
      const { surveyEngines } = await import('../../jobs/engines/survey.ts')
      const { renderEngines } = await import('../../report/terminal/engines-table.ts')
      const survey = await surveyEngines()
      return { content: survey, table: view => [renderEngines(survey, view)] }
    },
  }),
}
