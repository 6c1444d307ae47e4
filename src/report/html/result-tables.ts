import { formatSize } from '../../base/size.ts'
import { formatActual } from '../../verdict/expect/actual.ts'
import { sampleCaveat } from '../../verdict/expect/metrics.ts'
import type { Result, ResultDelay, ResultLedger } from '../../verdict/result.ts'
import { formatCount } from '../../base/counted.ts'
import { explainCuts, explainFate } from '../result/evidence.ts'
import { FATES } from '../result/fates.ts'
import { outageClock } from '../result/outages.ts'
import { formatMs } from '../text/milliseconds.ts'
import { formatShare } from '../text/share.ts'
import { clientGroups, clientName, clientWord, portsText, worstFirst } from '../result/client-groups.ts'
import { groupClass } from './pictures/group-class.ts'
import { type Content, element, fragment, type Markup } from './markup.ts'
import { table } from './table.ts'

const FIGURES = [
  ['min', 'minMs'],
  ['mean', 'meanMs'],
  ['p50', 'p50Ms'],
  ['p90', 'p90Ms'],
  ['p95', 'p95Ms'],
  ['p99', 'p99Ms'],
  ['p99.9', 'p999Ms'],
  ['max', 'maxMs'],
  ['std. dev.', 'stddevMs'],
] as const satisfies readonly (readonly [string, keyof ResultDelay])[]

const NUMBER = { numeric: true } as const

/** Every fate that occurred, with its evidence, and the sum. */
export function ledgerTable(result: Result): Markup {
  const { fates, scheduled } = result.ledger
  const met = FATES.filter(({ fate }) => fate === 'intact' || (fates[fate] ?? 0) > 0)
  const rows = met.map(({ fate, group }): Content[] => {
    const count = fates[fate] ?? 0
    return [
      fragment(element('i', { class: `swatch ${groupClass(group)}`, 'aria-hidden': 'true' }), fate),
      group,
      formatCount(count),
      formatShare(count, scheduled),
      count > 0 ? explainFate(fate, result) : '',
    ]
  })
  return table(
    'The ledger: every scheduled probe has exactly one fate',
    [
      { title: 'fate' },
      { title: 'group', minor: true },
      { title: 'probes', ...NUMBER },
      { title: 'share', ...NUMBER },
      { title: 'evidence' },
    ],
    [...rows, ['scheduled', '', `= ${formatCount(scheduled)}`, '', 'the sum of all fates']],
  )
}

/** The figures of each kind of delay. Those with too few samples are dimmed, and the caption gives the reason. */
export function delayTable({ rtt, rttNetwork, rttScheduled }: Result): Markup | undefined {
  if (rtt === undefined) return undefined
  const rows: [string, ResultDelay][] = [['round trip', rtt]]
  if (rttNetwork !== undefined) rows.push(["without the server's time", rttNetwork])
  if (rttScheduled !== undefined) rows.push(['from the scheduled time', rttScheduled])
  const isWeak = FIGURES.some(([name]) => sampleCaveat(metricOf(name), rtt.count) !== undefined)
  return table(
    `Delays${isWeak ? ' (dim: too few samples)' : ''}`,
    [{ title: 'measured' }, { title: 'samples', ...NUMBER }, ...FIGURES.map(([title]) => ({ title, ...NUMBER }))],
    rows.map(([name, delay]) => [
      name,
      formatCount(delay.count),
      ...FIGURES.map(([figure, key]): Content => {
        const ms = delay[key]
        if (ms === undefined) return 'n/a'
        const weak = sampleCaveat(metricOf(figure), delay.count) !== undefined
        return weak ? element('span', { class: 'dim' }, formatMs(ms)) : formatMs(ms)
      }),
    ]),
  )
}

function metricOf(figure: string): string {
  return figure.replace('.', '')
}

/** The ledger of each size. */
export function sizesTable({ sizes }: Result): Markup {
  return partsTable(
    'The ledger of each size',
    'size',
    sizes.map(({ size, ledger, rtt, truncation }) => ({
      name: formatSize(size),
      ledger,
      rtt,
      note: explainCuts(truncation) ?? '',
    })),
  )
}

/** The clients grouped by outcome, the worst first; undefined if all have the same. */
export function outcomesTable(result: Result): Markup | undefined {
  const groups = clientGroups(result.clients)
  if (groups.length < 2 || groups.length === result.clients.length) return undefined
  const word = clientWord(result)
  return partsTable(
    `The ${word}s by outcome, the worst first`,
    `${word}s`,
    groups.map(({ clients, ledger }) => ({
      name: formatCount(clients.length),
      ledger,
      rtt: undefined,
      note: portsText(clients),
    })),
    'source ports',
  )
}

/** The ledger of each client, the worst first; a Result has at most 1000. */
export function clientsTable(result: Result): Markup {
  const word = clientWord(result)
  return partsTable(
    `The ledger of each ${word}`,
    word,
    worstFirst(result.clients).map(client => ({
      name: clientName(client),
      ledger: client.ledger,
      rtt: client.rtt,
      note: '',
    })),
  )
}

interface Part {
  readonly name: string
  readonly ledger: Pick<ResultLedger, 'scheduled' | 'fates'>
  readonly rtt: ResultDelay | undefined
  readonly note: string
}

/** One column per fate that occurred in any part. */
function partsTable(caption: string, title: string, parts: readonly Part[], noteTitle = 'cut'): Markup {
  const met = FATES.filter(({ fate }) => fate === 'intact' || parts.some(({ ledger }) => (ledger.fates[fate] ?? 0) > 0))
  const delayed = parts.some(({ rtt }) => rtt !== undefined)
  const noted = parts.some(({ note }) => note !== '')
  return table(
    caption,
    [
      { title, ...NUMBER },
      { title: 'scheduled', ...NUMBER },
      ...met.map(({ fate }) => ({ title: fate, ...NUMBER })),
      ...(delayed ? ['p50', 'p99', 'max'].map(name => ({ title: name, ...NUMBER })) : []),
      ...(noted ? [{ title: noteTitle }] : []),
    ],
    parts.map(({ name, ledger, rtt, note }) => [
      name,
      formatCount(ledger.scheduled),
      ...met.map(({ fate }) => formatCount(ledger.fates[fate] ?? 0)),
      ...(delayed ? [rtt?.p50Ms, rtt?.p99Ms, rtt?.maxMs].map(ms => (ms === undefined ? 'n/a' : formatMs(ms))) : []),
      ...(noted ? [note] : []),
    ]),
  )
}

/** Each expectation with what was observed. */
export function expectationsTable({ expectations }: Result): Markup {
  const anyReason = expectations.some(({ reason }) => reason !== undefined)
  return table(
    'Each expectation, and what was observed',
    [
      { title: 'expectation' },
      { title: 'observed', ...NUMBER },
      { title: 'verdict' },
      ...(anyReason ? [{ title: 'reason' }] : []),
    ],
    expectations.map(one => [
      element('code', {}, one.expr),
      formatActual(one, formatCount) || 'nothing',
      verdictMark(one.passed),
      ...(anyReason ? [one.reason ?? ''] : []),
    ]),
  )
}

/** A word with a mark. The colour only repeats it. */
export function verdictMark(passed: boolean): Markup {
  return element('span', { class: passed ? 'passed' : 'failed' }, passed ? '✓ holds' : '✗ failed')
}

/** Outages, in order of their start. */
export function outagesTable({ loss: { outages, outagesOmitted = 0 }, clients, startedAt }: Result): Markup {
  const one = clients.length < 2
  return table(
    `Runs of at least two losses${outagesOmitted > 0 ? `; ${formatCount(outagesOmitted)} more are not listed` : ''}`,
    [
      { title: 'began', ...NUMBER },
      { title: 'time of day', ...NUMBER },
      { title: 'lasted', ...NUMBER },
      { title: 'lost', ...NUMBER },
      ...(one ? [] : [{ title: 'client', ...NUMBER }]),
    ],
    outages.map(outage => {
      const { startMs, lengthMs, lost, client } = outage
      const of = clients[client ?? -1]
      return [
        formatMs(startMs),
        outageClock(outage, startedAt) ?? '',
        formatMs(lengthMs),
        formatCount(lost),
        ...(one ? [] : [of === undefined ? '' : clientName(of)]),
      ]
    }),
  )
}

export function messagesTable({ messages = [] }: Result): Markup {
  return table(
    'Each message, and its reply',
    [
      { title: 'number', ...NUMBER },
      { title: 'sent' },
      { title: 'reply' },
      { title: 'from' },
      { title: 'round trip', ...NUMBER },
      { title: 'fate' },
    ],
    messages.map(({ seq, sent, reply, from, rttMs, fate }) => [
      formatCount(seq),
      element('code', {}, sent),
      reply === undefined ? '' : element('code', {}, reply),
      from ?? '',
      rttMs === undefined ? 'n/a' : formatMs(rttMs),
      fate,
    ]),
  )
}

/** Names and values in two columns. */
export function factsTable(caption: string, facts: readonly (readonly [name: string, value: string])[]): Markup {
  return table(
    caption,
    [{ title: 'name' }, { title: 'value' }],
    facts.map(([name, value]) => [name, value]),
  )
}
