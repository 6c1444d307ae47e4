import type { Suite, SuiteCheck } from '../../verdict/suite/suite.ts'
import {
  attentionParts,
  checkDetails,
  placeOf,
  standingOfCheck,
  standingOfSuite,
  notPassedChecks,
} from '../result/check-details.ts'
import { counted, formatCount } from '../../base/counted.ts'
import { circumstances } from '../result/headline.ts'
import { formatMs } from '../text/milliseconds.ts'
import { keyFigures } from './key-figures.ts'
import { type Content, element, fragment, type Markup } from './markup.ts'
import type { Body } from './page-body.ts'
import { queryCircumstances } from '../result/query-headline.ts'
import { queryFigures, queryOutcome } from './query-page.ts'
import { querySections, type PagedQuery } from './query-sections.ts'
import { headlineOf } from './run-page.ts'
import { runSections } from './run-sections.ts'
import type { Numbered, PagedRun } from './section.ts'
import { table } from './table.ts'
import { sentence, verdictTag } from './verdict-words.ts'

/** The checks that have a section. */
type Places = ReadonlyMap<SuiteCheck, Numbered>

/** A page of many checks: those that did not pass, then all of them, then a section for each that has a Result or asked a service. */
export function suitePage(
  suite: Suite,
  runs: ReadonlyMap<SuiteCheck, PagedRun>,
  queries: ReadonlyMap<SuiteCheck, PagedQuery>,
): Body {
  const numbered: Places = new Map<SuiteCheck, Numbered>([...runs, ...queries])
  const outcome = suiteOutcome(suite)
  const bad = notPassedChecks(suite.checks)
  const about = [
    `${suite.tool.name} ${suite.command}${suite.file === undefined ? '' : ` ${suite.file}`}`,
    formatMs(suite.durationMs),
    `${suite.host.os} ${suite.host.kernel}`,
    `node ${suite.host.node.replace(/^v/u, '')}`,
  ]
  return {
    title: `${suite.verdict}: ${outcome}`,
    header: element(
      'header',
      {},
      element(
        'p',
        { class: 'overline' },
        verdictTag(standingOfSuite(suite)),
        element('span', { class: 'dim' }, 'udptool report'),
      ),
      element('h1', {}, sentence(outcome)),
      element('p', { class: 'dim' }, about.join(' · ')),
      suite.interrupted ? element('p', { class: 'notice' }, 'Interrupted: not every check was run.') : undefined,
    ),
    main: fragment(
      bad.length === 0 ? undefined : failedChecks(bad, numbered),
      element(
        'section',
        { 'aria-labelledby': 'checks' },
        element('h2', { id: 'checks' }, 'All checks'),
        checksTable(suite, numbered),
      ),
      suite.checks.map(check => {
        const [run, query] = [runs.get(check), queries.get(check)]
        return [run && checkSection(check, run), query && queryCheckSection(check, query)]
      }),
    ),
  }
}

function suiteOutcome({ checks, passed, failed, errors, warned, skipped, verdict }: Suite): string {
  const open = attentionParts(checks)
  if (verdict === 'pass' && passed === checks.length)
    return [checks.length === 1 ? 'the check passed' : `all ${formatCount(passed)} checks passed`, ...open].join(', ')
  const rest = [
    [failed, 'failed'],
    [errors, 'could not run'],
    [warned, 'warned'],
    [skipped, 'skipped'],
  ] as const
  const notPassed = rest.filter(([count]) => count > 0).map(([count, word]) => `${formatCount(count)} ${word}`)
  return [`${formatCount(passed)} of ${counted(checks.length, 'check')} passed`, ...notPassed, ...open].join(', ')
}

function failedChecks(bad: readonly SuiteCheck[], places: Places): Markup {
  return element(
    'section',
    { 'aria-labelledby': 'troubles', class: 'troubles' },
    element('h2', { id: 'troubles' }, 'What did not pass'),
    bad.map(check =>
      element(
        'article',
        {},
        element('h3', {}, verdictTag(standingOfCheck(check)), ' ', nameOf(check, places)),
        element(
          'dl',
          {},
          checkDetails(check).map(([title, text]) => [element('dt', {}, title), element('dd', {}, text)]),
        ),
      ),
    ),
  )
}

function checksTable(suite: Suite, places: Places): Markup {
  const timed = suite.checks.some(({ durationMs }) => durationMs !== undefined)
  return table(
    'Every check, in the order in which they were run',
    [
      { title: 'check' },
      { title: 'verdict' },
      { title: 'expected' },
      { title: 'observed' },
      ...(timed ? [{ title: 'time', numeric: true }] : []),
    ],
    suite.checks.map(check => [
      nameOf(check, places),
      verdictTag(standingOfCheck(check)),
      check.expected,
      observation(check),
      ...(timed ? [check.durationMs === undefined ? '' : formatMs(check.durationMs)] : []),
    ]),
  )
}

function observation({ verdict, observed, reason, attention }: SuiteCheck): string {
  if (verdict === 'skipped' && reason !== undefined) return `skipped: ${reason}`
  return attention === undefined ? observed : `${attention}: ${observed}`
}

/** Its name, linked to its section if it has one. */
function nameOf(check: SuiteCheck, places: Places): Content {
  const place = places.get(check)
  return place === undefined ? check.name : element('a', { href: `#run-${place.number}` }, check.name)
}

function checkSection(check: SuiteCheck, run: PagedRun): Markup {
  const { result } = run
  return sectionOf(check, run, headlineOf(result), circumstances(result), keyFigures(result), runSections(run))
}

function queryCheckSection(check: SuiteCheck, paged: PagedQuery): Markup {
  const { query } = paged
  return sectionOf(
    check,
    paged,
    queryOutcome(query),
    queryCircumstances(query),
    queryFigures(query),
    querySections(paged),
  )
}

function sectionOf(
  check: SuiteCheck,
  { number }: Numbered,
  headline: string,
  about: readonly string[],
  ...content: readonly Content[]
): Markup {
  const words = [...about, placeOf(check) ?? ''].filter(text => text !== '')
  return element(
    'section',
    { class: 'check', id: `run-${number}`, 'aria-labelledby': `run-${number}-name` },
    element('h2', { id: `run-${number}-name` }, verdictTag(standingOfCheck(check)), ' ', check.name),
    element('p', { class: 'lead' }, sentence(headline)),
    element('p', { class: 'dim' }, words.join(' · ')),
    ...content,
  )
}
