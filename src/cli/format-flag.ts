import type { Flag } from '../options/flag.ts'
import { listOf, type Options } from '../options/written-options.ts'

/** The flag that asks for some of these formats. */
export function formatFlag(formats: readonly string[]): Flag {
  const listed = `${formats.slice(0, -1).join(', ')} or ${formats.at(-1) ?? ''}`
  return {
    form: '--format <format>',
    about: `${listed}; F=FILE writes a file (repeatable)`,
    group: 'Output:',
    repeatable: true,
    choices: formats,
  }
}

/** Whether a format is asked for that lists the probes of a run one by one. */
export function listsProbes(options: Options): boolean {
  return listOf(options, 'format').some(format => /^(?:csv|ndjson)(?:=|$)/u.test(format))
}
