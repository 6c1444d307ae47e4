import { withoutLogCommands } from '../../base/log-commands.ts'
import type { SuiteCheck } from '../../verdict/suite/suite.ts'
import { checkDetails, standingOfCheck, notPassedChecks } from '../result/check-details.ts'
import type { Report } from './report.ts'
import { printableDocument } from '../text/safe.ts'

/**
 * Workflow commands of GitHub Actions: one annotation per check that did not pass, at the check's line in its file, then those that passed
 * with `attention`. The worst come first, because GitHub shows ten of a kind per step.
 */
export function* renderGithub({ suite }: Report): Iterable<string> {
  const checks = printableDocument(suite.checks)
  for (const check of notPassedChecks(checks)) yield annotation(check)
  for (const check of checks) if (standingOfCheck(check) === 'attention') yield annotation(check)
}

function annotation(check: SuiteCheck): string {
  const { name, verdict, level, place } = check
  const kind = verdict === 'pass' || verdict === 'warn' || level === 'warn' ? 'warning' : 'error'
  const properties = [
    ...(place === undefined ? [] : [`file=${property(place.file)}`, `line=${place.line}`, `col=${place.column}`]),
    `title=${property(`${name}${verdict === 'error' ? ' could not run' : ''}`)}`,
  ]
  const message = checkDetails(check)
    .filter(([title]) => title !== 'written')
    .map(([title, text]) => `${title}: ${text}`)
    .join('\n')
  return `::${kind} ${properties.join(',')}::${data(message)}\n`
}

/** Escapes data as the runner decodes it (actions/toolkit, `packages/core/src/command.ts`). */
function data(text: string): string {
  return withoutLogCommands(text).replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
