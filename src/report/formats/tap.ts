import { printableDocument } from '../text/safe.ts'
import type { SuiteCheck } from '../../verdict/suite/suite.ts'
import { checkDetails } from '../result/check-details.ts'
import type { Report } from './report.ts'

/**
 * TAP 13 (testanything.org): one test point per check. Not TAP 14, because many systems have a `prove` that refuses it, and nothing here
 * needs it. A check of level `warn` is marked TODO, which in TAP means that a failure does not count. Bails out if the suite could not run.
 */
export function* renderTap({ suite }: Report): Iterable<string> {
  const { checks, verdict, interrupted } = printableDocument(suite)
  yield `TAP version 13\n1..${checks.length}\n`
  for (const [index, check] of checks.entries()) yield `${point(check, index + 1)}${diagnostics(check)}`
  if (verdict === 'error') yield `Bail out! ${interrupted ? 'interrupted' : 'the suite could not run'}\n`
}

function point(check: SuiteCheck, number: number): string {
  const { verdict, level, name, reason = '' } = check
  const ok = verdict === 'pass' || verdict === 'skipped' ? 'ok' : 'not ok'
  const directive = verdict === 'skipped' ? ' # SKIP ' : ok === 'not ok' && level === 'warn' ? ' # TODO warning: ' : ''
  return `${`${ok} ${number} - ${escaped(name)}${directive}${directive === '' ? '' : escaped(reason)}`.trimEnd()}\n`
}

/** A YAML block. Strings are quoted as in JSON, which YAML can read. */
function diagnostics(check: SuiteCheck): string {
  if (check.verdict === 'skipped') return ''
  const { verdict, durationMs, result, query } = check
  const fates = (result ?? query)?.ledger.fates
  const details = checkDetails(check)
  const found = details.filter(([title]) => title === 'warning' || title === 'hint')
  const lines = [
    ...details.filter(line => !found.includes(line)).map(([title, text]) => `${title}: ${JSON.stringify(text)}`),
    ...(verdict === 'pass' ? [] : [`severity: ${verdict === 'warn' ? 'warning' : verdict}`]),
    ...(durationMs === undefined ? [] : [`duration_ms: ${Number(durationMs.toFixed(3))}`]),
    ...(fates === undefined ? [] : [`fates: ${JSON.stringify(fates)}`]),
    ...(found.length === 0 ? [] : ['found:', ...found.map(([title, text]) => `  - ${title}: ${JSON.stringify(text)}`)]),
  ]
  return `  ---\n${lines.map(line => `  ${line}\n`).join('')}  ...\n`
}

/** Escapes `#`, so that a description cannot contain a directive. */
function escaped(text: string): string {
  return text.replaceAll(/[\\#]/gu, String.raw`\$&`)
}
