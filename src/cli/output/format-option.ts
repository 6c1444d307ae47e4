import type { OptionRow } from '../../options/option.ts'
import { listOf as raw, type Options } from '../../options/raw-options.ts'
import { listOf, text } from '../../options/values.ts'

/** The option that selects some of these formats. */
export function formatOption(formats: readonly string[]): OptionRow {
  const listed = `${formats.slice(0, -1).join(', ')} or ${formats.at(-1) ?? ''}`
  return {
    form: '--format <format>',
    about: `${listed}; FORMAT=FILE writes to a file (repeatable)`,
    group: 'Output:',
    repeatable: true,
    choices: formats,
    parse: listOf(text),
  }
}

/** Whether a selected format lists the probes of a run. */
export function listsProbes(options: Options): boolean {
  return raw(options, 'format').some(format => /^(?:csv|ndjson)(?:=|$)/u.test(format))
}
