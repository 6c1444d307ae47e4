import type { Suite, SuiteCheck } from '../verdict/suite.ts'
import { checkStory } from './check-story.ts'
import type { Report } from './report.ts'
import { xmlAttribute, xmlText } from './xml.ts'

/**
 * JUnit XML in the dialect that GitLab, Jenkins, Azure and most others read: a test suite of one test case a check. `failure`: an
 * expectation failed; `error`: it could not run. JUnit knows no warning: a check of level `warn` passes and says why on `system-err`.
 */
export function* renderJunit({ suite }: Report): Iterable<string> {
  const counts =
    `tests="${suite.checks.length}" failures="${suite.failed}" errors="${errors(suite)}" ` +
    `skipped="${suite.skipped}" time="${seconds(suite.durationMs)}"`
  const name = xmlAttribute(suite.file ?? suite.command)
  yield '<?xml version="1.0" encoding="UTF-8"?>\n'
  yield `<testsuites name="udptool" tests="${suite.checks.length}" failures="${suite.failed}" errors="${errors(suite)}" time="${seconds(suite.durationMs)}">\n`
  yield `  <testsuite name="${name}" ${counts} timestamp="${xmlAttribute(suite.startedAt)}">\n`
  yield properties(suite)
  for (const check of suite.checks) yield testCase(suite, check)
  yield '  </testsuite>\n</testsuites>\n'
}

/** A check of level `warn` that could not run is no error of the suite. */
function errors(suite: Suite): number {
  return suite.checks.filter(isError).length
}

function isError({ verdict, level }: SuiteCheck): boolean {
  return verdict === 'error' && level === 'error'
}

function properties({ tool, host, verdict }: Suite): string {
  const told = [
    ['version', tool.version],
    ['os', `${host.os} ${host.kernel}`],
    ['node', host.node],
    ['verdict', verdict],
  ] as const
  const lines = told.map(([name, value]) => `      <property name="${name}" value="${xmlAttribute(value)}"/>\n`)
  return `    <properties>\n${lines.join('')}    </properties>\n`
}

function testCase(suite: Suite, check: SuiteCheck): string {
  const head = `    <testcase classname="udptool.${xmlAttribute(suite.command)}" name="${xmlAttribute(check.name)}" time="${seconds(check.durationMs ?? 0)}"`
  const story = checkStory(check)
    .map(([title, text]) => `${title}: ${text}`)
    .join('\n')
  return `${head}>\n${outcome(check, story)}    </testcase>\n`
}

function outcome(check: SuiteCheck, story: string): string {
  const { verdict, reason = check.observed } = check
  const message = ` message="${xmlAttribute(reason)}"`
  if (verdict === 'skipped') return `      <skipped${message}/>\n`
  if (verdict === 'fail') return element('failure', `${message} type="expectation"`, story)
  if (isError(check)) return element('error', `${message} type="couldNotRun"`, story)
  const warning = verdict === 'pass' ? check.attention : reason
  const told = warning === undefined ? '' : element('system-err', '', `warning: ${warning}`)
  return element('system-out', '', story) + told
}

function element(name: string, attributes: string, text: string): string {
  return `      <${name}${attributes}>${xmlText(text)}</${name}>\n`
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(6)
}
