import type { Suite, SuiteCheck } from '../../verdict/suite/suite.ts'
import type { Report } from '../formats/report.ts'
import { jsonLine } from '../formats/json.ts'
import { replyTextLines } from '../result/reply-text.ts'
import { printableDocument } from '../text/safe.ts'
import { ASSETS } from './assets.js'
import { element, type Markup, raw } from './markup.ts'
import { pictureRun } from './pictures/run-picture.ts'
import type { Body } from './page-body.ts'
import { queryPage } from './query-page.ts'
import type { PagedQuery } from './query-sections.ts'
import { runPage } from './run-page.ts'
import type { PagedRun } from './section.ts'
import { suitePage } from './suite-page.ts'

/**
 * The report as one HTML file. It loads nothing from the network and is complete without its script: pictures are SVG, and each has a
 * table. Text from outside is escaped, and the Content-Security-Policy allows only our own style and script.
 */
export function* renderHtml(report: Report): Iterable<string> {
  const suite = printableDocument(report.suite)
  const many = suite.checks.filter(({ result }) => result !== undefined).length
  const lone = suite.command !== 'check' && suite.checks.length === 1
  const level = lone ? 2 : 3
  const runs = new Map<SuiteCheck, PagedRun>()
  const queries = new Map<SuiteCheck, PagedQuery>()
  suite.checks.forEach((check, place) => {
    const { result, query } = check
    const number = runs.size + queries.size
    if (query !== undefined)
      queries.set(check, { query, replyLines: replyLinesOf(report.suite.checks[place]), number, level })
    if (result === undefined) return
    // Look up probes by the original id, not by its printable form.
    const rows = report.probes?.(report.suite.checks[place]?.id ?? '')
    const picture = rows === undefined ? undefined : pictureRun(result, rows, many)
    runs.set(check, { result, picture, number, level })
  })
  const [firstRun] = runs.values()
  const [firstQuery] = queries.values()
  const only = firstRun === undefined ? firstQuery && queryPage(firstQuery) : runPage(firstRun)
  const live = [...runs.values()].map(({ picture }) => picture?.live)
  yield '<!doctype html>\n'
  yield page(
    suite,
    lone && only !== undefined ? only : suitePage(suite, runs, queries),
    live.some(run => run !== undefined) ? live : undefined,
  ).text
  yield '\n'
}

/** From the original text, whose line ends are not yet escaped. */
function replyLinesOf(check: SuiteCheck | undefined): readonly string[] {
  const { service, reply } = check?.query ?? {}
  return service === 'message' && reply?.text !== undefined ? replyTextLines(reply.text) : []
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

/** Escapes `<`, so that the data cannot end the element. */
function dataBlock(live: readonly unknown[]): Markup {
  const json = jsonLine(live.map(run => run ?? null)).replaceAll('<', String.raw`\u003c`)
  return element('script', { type: 'application/json', id: 'data' }, raw(json))
}
