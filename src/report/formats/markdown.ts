import type { Suite, SuiteCheck } from '../../verdict/suite/suite.ts'
import {
  attentionParts,
  checkDetails,
  standingOfCheck,
  standingOfSuite,
  notPassedChecks,
} from '../result/check-details.ts'
import { counted } from '../../base/counted.ts'
import { trialsMarkdown } from './rate-tables.ts'
import type { Report } from './report.ts'
import { formatMs } from '../text/milliseconds.ts'
import { printableDocument } from '../text/safe.ts'

const MARKS = { pass: '✅', attention: '⚠️', warn: '⚠️', fail: '❌', error: '💥', skipped: '⏭️' } as const
const WORDS = { pass: 'passed', warn: 'warned', fail: 'failed', error: 'could not run', skipped: 'skipped' } as const

/**
 * GitHub's Markdown: the verdict, then the checks that did not pass with evidence, then a table of all checks. One piece per section or
 * row.
 */
export function* renderMarkdown(report: Report): Iterable<string> {
  const suite = printableDocument(report.suite)
  yield `### ${MARKS[standingOfSuite(suite)]} ${heading(suite)}\n\n`
  yield `${summary(suite)}\n`
  for (const check of notPassedChecks(suite.checks)) yield failureSection(check)
  yield '\n|     | check | expected | observed | time |\n| --- | --- | --- | --- | ---: |\n'
  for (const check of suite.checks) yield row(check)
  for (const check of suite.checks) yield trials(check)
  const { tool, host } = suite
  yield `\n<sub>${text(`${tool.name} ${tool.version}, ${host.os} ${host.kernel}, node ${host.node}, ${suite.startedAt}`)}</sub>\n`
}

function heading({ command, file }: Suite): string {
  return text(`udptool ${command}${file === undefined ? '' : ` ${file}`}`)
}

function summary({ checks, passed, warned, failed, errors, skipped, durationMs, interrupted }: Suite): string {
  const counts = { pass: passed, fail: failed, error: errors, warn: warned, skipped }
  const parts = Object.entries(WORDS).flatMap(([verdict, word]) => {
    const count = Object.entries(counts).find(([name]) => name === verdict)?.[1] ?? 0
    return count > 0 || verdict === 'pass' ? [`${count} ${word}`] : []
  })
  const duration = interrupted ? [`interrupted after ${formatMs(durationMs)}`] : [formatMs(durationMs)]
  return `**${counted(checks.length, 'check')}**: ${[...parts, ...attentionParts(checks), ...duration].join(', ')}`
}

function failureSection(check: SuiteCheck): string {
  const lines = checkDetails(check).map(([title, value]) => `- ${title}: ${text(value)}\n`)
  return `\n#### ${MARKS[check.verdict]} ${text(check.name)} ${WORDS[check.verdict]}\n\n${lines.join('')}`
}

function row(check: SuiteCheck): string {
  const { verdict, name, expected, observed, reason, attention, durationMs } = check
  const why = verdict === 'skipped' && reason !== undefined ? `skipped: ${reason}` : undefined
  const seen = why ?? (attention === undefined ? observed : `${attention}: ${observed}`)
  const cells = [MARKS[standingOfCheck(check)], text(name), text(expected), text(seen)]
  return `| ${cells.join(' | ')} | ${durationMs === undefined ? '' : formatMs(durationMs)} |\n`
}

/** The trials of a search for the highest rate; empty for other checks. */
function trials({ name, result }: SuiteCheck): string {
  return result?.rate === undefined ? '' : `\n#### ${text(name)}: trials\n${trialsMarkdown(result.rate)}`
}

/** Escapes everything that Markdown or HTML could take for markup, a cell's end or a tag. */
function text(words: string): string {
  return words
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll(/[\\`*_[\]|~$#>]/gu, String.raw`\$&`)
}
