import type { Suite, SuiteCheck } from '../../verdict/suite.ts'
import type { Result } from '../../verdict/result.ts'
import { checkStory, placeOf, troubled } from '../check-story.ts'
import { counted, formatCount } from '../count.ts'
import type { Report } from '../report.ts'
import { circumstances, story } from '../headline.ts'
import { jsonLine } from '../json.ts'
import { formatMs } from '../milliseconds.ts'
import { printableDocument } from '../safe.ts'
import { ASSETS } from './assets.js'
import { keyFigures } from './key-figures.ts'
import { type Content, element, fragment, type Markup, raw } from './markup.ts'
import { pictureRun } from './run-picture.ts'
import { type PagedRun, runSections } from './run-sections.ts'
import { table } from './table.ts'

const WORDS = {
  pass: '✓ pass',
  warn: '! warned',
  fail: '✗ fail',
  error: '✗ could not run',
  skipped: '– skipped',
} as const

/**
 * The report as one HTML file that asks the network for nothing and says everything without its script, too: pictures are SVG, and
 * each has a table. Texts of strangers go in escaped, and the policy in the head lets only our own style and script work.
 */
export function* renderHtml(report: Report): Iterable<string> {
  const suite = printableDocument(report.suite)
  const withResult = suite.checks.filter(({ result }) => result !== undefined)
  const lone = suite.command !== 'check' && suite.checks.length === 1 && withResult.length === 1
  const runs = new Map<SuiteCheck, PagedRun>()
  for (const check of withResult) {
    const { result, id } = check
    if (result === undefined) continue
    const rows = report.probes?.(id)
    const picture = rows === undefined ? undefined : pictureRun(result, rows, withResult.length)
    runs.set(check, { result, picture, number: runs.size, level: lone ? 2 : 3 })
  }
  const [only] = runs.values()
  const live = [...runs.values()].map(({ picture }) => picture?.live)
  yield '<!doctype html>\n'
  yield page(
    suite,
    lone && only !== undefined ? runPage(only) : suitePage(suite, runs),
    live.some(run => run !== undefined) ? live : undefined,
  ).text
  yield '\n'
}

function page(suite: Suite, body: Body, live: readonly unknown[] | undefined): Markup {
  const { tool, startedAt } = suite
  return element(
    'html',
    { lang: 'en' },
    element(
      'head',
      {},
      element('meta', { charset: 'utf-8' }),
      element('meta', {
        'http-equiv': 'Content-Security-Policy',
        content: `default-src 'none'; style-src '${ASSETS.styleHash}'; script-src '${ASSETS.scriptHash}'; base-uri 'none'; form-action 'none'`,
      }),
      element('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
      element('meta', { name: 'color-scheme', content: 'light dark' }),
      element('title', {}, `${body.title} · udptool`),
      element('style', {}, raw(ASSETS.style)),
    ),
    element(
      'body',
      {},
      body.header,
      element('main', {}, body.main),
      element('footer', {}, `${tool.name} ${tool.version} · ${startedAt}`),
      live === undefined ? undefined : dataBlock(live),
      element('script', {}, raw(ASSETS.script)),
    ),
  )
}

/** Nothing in it can end the element: no `<` is left. */
function dataBlock(live: readonly unknown[]): Markup {
  const json = jsonLine(live.map(run => run ?? null)).replaceAll('<', String.raw`\u003c`)
  return element('script', { type: 'application/json', id: 'data' }, raw(json))
}

interface Body {
  readonly title: string
  readonly header: Markup
  readonly main: Content
}

function runPage(run: PagedRun): Body {
  const { result } = run
  const said = headlineOf(result)
  const verdict = result.verdict
  return {
    title: `${verdict}: ${said}`,
    header: element(
      'header',
      {},
      element('p', { class: 'overline' }, verdictTag(verdict), element('span', { class: 'dim' }, 'udptool report')),
      element('h1', {}, sentence(said)),
      element('p', { class: 'dim' }, circumstances(result).join(' · ')),
      result.interrupted
        ? element(
            'p',
            { class: 'notice' },
            `Interrupted after ${formatMs(result.durationMs)}: fewer probes than were asked for.`,
          )
        : undefined,
    ),
    main: fragment(keyFigures(result), runSections(run)),
  }
}

function headlineOf(result: Result): string {
  const { messages } = result
  if (messages === undefined) return story(result)
  const replies = messages.filter(({ reply }) => reply !== undefined).length
  return `${formatCount(replies)} of ${counted(messages.length, 'message')} answered`
}

function suitePage(suite: Suite, runs: ReadonlyMap<SuiteCheck, PagedRun>): Body {
  const said = suiteStory(suite)
  const bad = troubled(suite.checks)
  const about = [
    `${suite.tool.name} ${suite.command}${suite.file === undefined ? '' : ` ${suite.file}`}`,
    formatMs(suite.durationMs),
    `${suite.host.os} ${suite.host.kernel}`,
    `node ${suite.host.node.replace(/^v/u, '')}`,
  ]
  return {
    title: `${suite.verdict}: ${said}`,
    header: element(
      'header',
      {},
      element(
        'p',
        { class: 'overline' },
        verdictTag(suite.verdict),
        element('span', { class: 'dim' }, 'udptool report'),
      ),
      element('h1', {}, sentence(said)),
      element('p', { class: 'dim' }, about.join(' · ')),
      suite.interrupted ? element('p', { class: 'notice' }, 'Interrupted: not every check was run.') : undefined,
    ),
    main: fragment(
      bad.length === 0 ? undefined : troubles(bad, runs),
      element(
        'section',
        { 'aria-labelledby': 'checks' },
        element('h2', { id: 'checks' }, 'All checks'),
        checksTable(suite, runs),
      ),
      [...runs].map(([check, run]) => checkSection(check, run)),
    ),
  }
}

function suiteStory({ checks, passed, failed, errors, warned, skipped, verdict }: Suite): string {
  if (verdict === 'pass' && passed === checks.length)
    return checks.length === 1 ? 'the check passed' : `all ${formatCount(passed)} checks passed`
  const rest = [
    [failed, 'failed'],
    [errors, 'could not run'],
    [warned, 'warned'],
    [skipped, 'skipped'],
  ] as const
  const told = rest.filter(([count]) => count > 0).map(([count, word]) => `${formatCount(count)} ${word}`)
  return [`${formatCount(passed)} of ${counted(checks.length, 'check')} passed`, ...told].join(', ')
}

function troubles(bad: readonly SuiteCheck[], runs: ReadonlyMap<SuiteCheck, PagedRun>): Markup {
  return element(
    'section',
    { 'aria-labelledby': 'troubles', class: 'troubles' },
    element('h2', { id: 'troubles' }, 'What did not pass'),
    bad.map(check =>
      element(
        'article',
        {},
        element('h3', {}, verdictTag(check.verdict), ' ', nameOf(check, runs)),
        element(
          'dl',
          {},
          checkStory(check).map(([title, text]) => [element('dt', {}, title), element('dd', {}, text)]),
        ),
      ),
    ),
  )
}

function checksTable(suite: Suite, runs: ReadonlyMap<SuiteCheck, PagedRun>): Markup {
  return table(
    'Every check, in the order in which they were run',
    [
      { title: 'check' },
      { title: 'verdict' },
      { title: 'expected' },
      { title: 'observed' },
      { title: 'time', numeric: true },
    ],
    suite.checks.map(check => [
      nameOf(check, runs),
      verdictTag(check.verdict),
      check.expected,
      check.verdict === 'skipped' && check.reason !== undefined ? `skipped: ${check.reason}` : check.observed,
      check.durationMs === undefined ? '' : formatMs(check.durationMs),
    ]),
  )
}

/** Its name, as a link where it has a section of its own. */
function nameOf(check: SuiteCheck, runs: ReadonlyMap<SuiteCheck, PagedRun>): Content {
  const run = runs.get(check)
  return run === undefined ? check.name : element('a', { href: `#run-${run.number}` }, check.name)
}

function checkSection(check: SuiteCheck, run: PagedRun): Markup {
  const about = [...circumstances(run.result), placeOf(check) ?? ''].filter(text => text !== '')
  return element(
    'section',
    { class: 'check', id: `run-${run.number}`, 'aria-labelledby': `run-${run.number}-name` },
    element('h2', { id: `run-${run.number}-name` }, verdictTag(check.verdict), ' ', check.name),
    element('p', { class: 'lead' }, sentence(headlineOf(run.result))),
    element('p', { class: 'dim' }, about.join(' · ')),
    keyFigures(run.result),
    runSections(run),
  )
}

/** The verdict as a word with a mark; its colour only repeats it. */
function verdictTag(verdict: SuiteCheck['verdict']): Markup {
  return element('span', { class: `verdict ${verdict}` }, WORDS[verdict])
}

function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`
}
