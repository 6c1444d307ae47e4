import { counted } from '../../base/counted.ts'
import type { Suite, SuiteCheck } from '../../verdict/suite/suite.ts'
import { checkDetails } from '../result/check-details.ts'
import type { Report } from './report.ts'
import { xmlAttribute, xmlText } from './xml.ts'

/**
 * JUnit XML in the dialect that GitLab, Jenkins, Azure and most others read: one test suite with one test case per check. `failure`: an
 * expectation failed. `error`: the check could not run. JUnit has no warnings, so a check of level `warn` passes and gives the reason on
 * `system-err`.
 */
export function* renderJunit({ suite }: Report): Iterable<string> {
  const whole = errorOfAll(suite)
  const totals = `tests="${suite.checks.length + whole.length}" failures="${suite.failed}" errors="${errors(suite) + whole.length}"`
  const counts = `${totals} skipped="${suite.skipped}" time="${seconds(suite.durationMs)}"`
  const name = xmlAttribute(suite.file ?? suite.command)
  yield '<?xml version="1.0" encoding="UTF-8"?>\n'
  yield `<testsuites name="udptool" ${totals} time="${seconds(suite.durationMs)}">\n`
  yield `  <testsuite name="${name}" ${counts} timestamp="${xmlAttribute(suite.startedAt)}">\n`
  yield properties(suite)
  for (const check of suite.checks) yield testCase(suite, check)
  yield* whole
  yield '  </testsuite>\n</testsuites>\n'
}

/**
 * An extra test case if the suite is an error and none of its checks is: it was interrupted, or nothing ran. JUnit readers take a file
 * without failures and errors for a success, even if checks were skipped.
 */
function errorOfAll(suite: Suite): readonly string[] {
  if (suite.verdict !== 'error' || errors(suite) > 0) return []
  const ran = suite.checks.length - suite.skipped
  const reason = `${suite.interrupted ? 'interrupted' : 'nothing was observed'}: ${ran} of ${counted(suite.checks.length, 'check')} ran to the end`
  const error = element(
    'error',
    ` message="${reason}" type="${suite.interrupted ? 'interrupted' : 'couldNotRun'}"`,
    reason,
  )
  return [`${testCaseHead(suite, `udptool ${suite.command}`, suite.durationMs)}>\n${error}    </testcase>\n`]
}

/** The number of errors. A check of level `warn` that could not run is not one. */
function errors(suite: Suite): number {
  return suite.checks.filter(isError).length
}

function isError({ verdict, level }: SuiteCheck): boolean {
  return verdict === 'error' && level === 'error'
}

function properties({ tool, host, verdict }: Suite): string {
  const entries = [
    ['version', tool.version],
    ['os', `${host.os} ${host.kernel}`],
    ['node', host.node],
    ['verdict', verdict],
  ] as const
  const lines = entries.map(([name, value]) => `      <property name="${name}" value="${xmlAttribute(value)}"/>\n`)
  return `    <properties>\n${lines.join('')}    </properties>\n`
}

function testCase(suite: Suite, check: SuiteCheck): string {
  const head = testCaseHead(suite, check.name, check.durationMs ?? 0)
  const details = checkDetails(check)
    .map(([title, text]) => `${title}: ${text}`)
    .join('\n')
  return `${head}>\n${outcome(check, details)}    </testcase>\n`
}

function testCaseHead({ command }: Suite, name: string, ms: number): string {
  return `    <testcase classname="udptool.${xmlAttribute(command)}" name="${xmlAttribute(name)}" time="${seconds(ms)}"`
}

function outcome(check: SuiteCheck, details: string): string {
  const { verdict, reason = check.observed } = check
  const message = ` message="${xmlAttribute(reason)}"`
  if (verdict === 'skipped') return `      <skipped${message}/>\n`
  if (verdict === 'fail') return element('failure', `${message} type="expectation"`, details)
  if (isError(check)) return element('error', `${message} type="couldNotRun"`, details)
  const warning = verdict === 'pass' ? check.attention : reason
  const systemErr = warning === undefined ? '' : element('system-err', '', `warning: ${warning}`)
  return element('system-out', '', details) + systemErr
}

function element(name: string, attributes: string, text: string): string {
  return `      <${name}${attributes}>${xmlText(text)}</${name}>\n`
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(6)
}
