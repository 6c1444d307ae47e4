import type { LedgerFigures, MonitorEvent } from '../../../verdict/monitor/view.ts'
import { groupFlows, groupText } from '../../../verdict/monitor/flow-groups.ts'
import { FATES } from '../../result/fates.ts'
import { formatShare } from '../../text/share.ts'
import type { LiveFlow } from '../live-detail.ts'
import { type Child, create } from './element.ts'
import { clockText, countText, lossText, rttText } from './figure-words.ts'
import { groupOf, statesOf } from '../state-words.ts'
import { Strip } from './strip.ts'

const FLOW_CELLS = 30

/** The ledger: every fate that occurred, what is not final yet, and the sum. */
export function ledgerRows(ledger: LedgerFigures): HTMLTableRowElement[] {
  const { scheduled, fates, inFlight, lost } = ledger
  return [
    ...FATES.flatMap(({ fate, meaning }) => {
      if (fate === 'answered' || (fates[fate] === 0 && fate !== 'intact')) return []
      return [ledgerRow(fate, meaning, fates[fate], scheduled, `s-${groupOf(fate)}`)]
    }),
    ledgerRow('lost', 'direction not known yet', lost, scheduled, 's-lost-yet'),
    ledgerRow('in flight', 'fate not final yet', inFlight - lost, scheduled, 's-waiting'),
    ledgerRow('scheduled', 'sum', scheduled, scheduled),
  ]
}

function ledgerRow(name: string, meaning: string, count: number, all: number, mark?: string): HTMLTableRowElement {
  return create(
    'tr',
    { 'data-row': name },
    create('th', { scope: 'row' }, create('i', { class: `swatch ${mark ?? 'none'}` }), name),
    create('td', { class: 'dim' }, meaning),
    create('td', { class: 'number' }, countText(count)),
    create('td', { class: 'number' }, formatShare(count, all)),
  )
}

/** A row for each flow, by outcome, the worst first. Several flows have a heading for each outcome. */
export function flowRows(flows: readonly LiveFlow[]): HTMLTableRowElement[] {
  const groups = groupFlows(flows)
  return groups.flatMap(group => [
    ...(flows.length < 2 ? [] : [groupRow(groupText(group, flows.length), group.outcome)]),
    ...group.flows.map(flowRow),
  ])
}

function groupRow(text: string, outcome: string): HTMLTableRowElement {
  const head = create('th', { role: 'rowheader', scope: 'rowgroup', colspan: '6', class: 'outcome' }, text)
  return create('tr', { role: 'row', class: 'outcome', 'data-outcome': outcome }, head)
}

function flowRow({ port, strip, minute, scheduled }: LiveFlow): HTMLTableRowElement {
  const picture = new Strip(FLOW_CELLS)
  picture.show(statesOf(strip))
  return create(
    'tr',
    { role: 'row' },
    create('th', { role: 'rowheader', scope: 'row', class: 'port' }, port === undefined ? 'not open' : String(port)),
    create('td', { role: 'cell', class: 'slots' }, picture.picture),
    figure('minute', lossText(minute), minute.lost > 0),
    figure('p50', rttText(minute.rtt, 'p50Ms')),
    figure('p99', rttText(minute.rtt, 'p99Ms')),
    figure('scheduled', countText(scheduled)),
  )
}

function figure(className: string, text: string, isLoss = false): HTMLTableCellElement {
  return create('td', { role: 'cell', class: `number ${className}${isLoss ? ' loss' : ''}` }, text)
}

/** Events, the newest first. */
export function eventItems(events: readonly MonitorEvent[], now: number): HTMLLIElement[] {
  return events.toReversed().map(({ at, kind, text }) => {
    const time = create('time', { datetime: new Date(at).toISOString(), title: new Date(at).toISOString() })
    time.textContent = clockText(at, now)
    const children: readonly Child[] = [time, ' ', text]
    return create('li', { class: TROUBLE.has(kind) ? 'trouble' : undefined }, ...children)
  })
}

const TROUBLE: ReadonlySet<MonitorEvent['kind']> = new Set([
  'outageBegan',
  'resolveFailed',
  'socketFailed',
  'flowsDiffer',
  'rateLimited',
  'queueBuilding',
])
