import { text } from '../../options/values.ts'

/** The option of commands with one run of probes. */
export const JOURNAL_OPTION = {
  form: '--journal <file>',
  about: 'file to save all facts of the run to',
  group: 'Output:',
  parse: text,
}
