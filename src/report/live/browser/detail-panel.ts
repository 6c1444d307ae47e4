import type { HistoryPoint } from '../../../verdict/monitor/view.ts'
import { spanText } from '../../text/span.ts'
import { timeText } from '../../html/browser/time-text.ts'
import type { LiveDetail } from '../live-detail.ts'
import { eventItems, flowRows, ledgerRows } from './detail-tables.ts'
import { byId, create, setText } from './element.ts'
import { clockText, countText, labelText, lossText, rttText } from './figure-words.ts'
import { HourPlot } from './hour-plot.ts'
import { makeSlider } from './slider.ts'
import { meaningOf } from '../state-words.ts'
import { Strip } from './strip.ts'

const DETAIL_CELLS = 60
const STRIP_HELP = 'Use the arrow keys, or point at a cell, to read a slot.'

/** The selected target in detail. */
export class DetailPanel {
  readonly #plot = new HourPlot()
  readonly #strip = new Strip(DETAIL_CELLS)
  readonly #readout = byId('slot')
  #detail: LiveDetail | undefined
  #tables = ''

  constructor() {
    byId('hour').append(this.#plot.element)
    const slots = byId('slots')
    slots.append(this.#strip.picture)
    makeSlider(slots, {
      label: 'Slots of the last probes',
      count: () => this.#cells().length,
      choose: position => this.#read(position),
      leave: () => this.#read(undefined),
    })
    slots.addEventListener('pointermove', ({ clientX }) => {
      const { left, width } = slots.getBoundingClientRect()
      const cells = this.#cells()
      this.#read(Math.floor(((clientX - left) / width) * DETAIL_CELLS) - (DETAIL_CELLS - cells.length))
    })
    slots.addEventListener('pointerleave', () => this.#read(undefined))
    this.#read(undefined)
  }

  show(detail: LiveDetail, history: readonly HistoryPoint[]): void {
    const { row, now, startedAt, cells } = detail
    this.#detail = detail
    setText(byId('name'), row.target)
    setText(byId('facts'), factsOf(detail))
    const idle = byId('idle')
    idle.hidden = row.idle === undefined
    setText(idle, row.idle === undefined ? '' : `Nothing is sent: ${row.idle}`)
    const warnings = byId('warnings')
    warnings.hidden = detail.warnings.length === 0
    warnings.replaceChildren(
      ...detail.warnings.map(({ text, since }) => create('li', {}, `Since ${clockText(since, now)}: ${text}`)),
    )
    this.#showFigures(detail)
    this.#strip.show(cells.map(({ state }) => state))
    this.#plot.show(history, startedAt, now)
    this.#showTables(detail)
  }

  #showFigures({ row, ledger, lastReplyAt, now }: LiveDetail): void {
    const { minute, sinceStart, queue } = row
    const settled = (figures: typeof minute): string =>
      `${countText(figures.lost)} of ${countText(figures.settled)} settled probes`
    byId('figures').replaceChildren(
      ...figureOf('Loss, last minute', lossText(minute), settled(minute)),
      ...figureOf('Loss since start', lossText(sinceStart), settled(sinceStart)),
      ...figureOf(
        'Round trip, last minute',
        rttText(minute.rtt, 'p50Ms'),
        minute.rtt === undefined
          ? 'no reply'
          : `p50; min ${rttText(minute.rtt, 'minMs')}, p99 ${rttText(minute.rtt, 'p99Ms')}`,
      ),
      ...figureOf(
        'Last reply',
        lastReplyAt === undefined ? 'none' : `${spanText(now - lastReplyAt)} ago`,
        lastReplyAt === undefined ? '' : `at ${clockText(lastReplyAt, now)}`,
      ),
      ...figureOf(
        'Not final yet',
        countText(ledger.inFlight),
        ledger.lost === 0 ? '' : `${countText(ledger.lost)} lost, direction not known yet`,
      ),
      ...(queue === undefined
        ? []
        : figureOf(
            'Queueing',
            queue.direction === 'both' ? 'both directions' : queue.direction,
            `forward ${timeText(queue.forwardMs)}, return ${timeText(queue.returnMs)} above the smallest delay`,
          )),
    )
  }

  /** Tables are made again only if they changed, so that text in them can be selected. */
  #showTables({ ledger, flows, events, now }: LiveDetail): void {
    const key = JSON.stringify([ledger, flows, events])
    if (key === this.#tables) return
    this.#tables = key
    byId('ledger').replaceChildren(...ledgerRows(ledger))
    const { missed, duplicates, reordered } = ledger
    setText(
      byId('beside'),
      `Missed slots: ${countText(missed)} · duplicate replies: ${countText(duplicates)} · replies out of order: ${countText(reordered)}`,
    )
    byId('flows').replaceChildren(...flowRows(flows))
    byId('events').replaceChildren(...eventItems(events, now))
    byId('no-events').hidden = events.length > 0
  }

  #cells(): LiveDetail['cells'] {
    return this.#detail?.cells.slice(-DETAIL_CELLS) ?? []
  }

  #read(position: number | undefined): string {
    const cell = position === undefined ? undefined : this.#cells()[position]
    const text =
      cell === undefined
        ? STRIP_HELP
        : `${clockText(cell.at, this.#detail?.now ?? cell.at)} · ${meaningOf(cell.state)}${cell.rttMs === undefined ? '' : ` · ${timeText(cell.rttMs)}`}`
    setText(this.#readout, text)
    return text
  }
}

function factsOf({ row, sizes, intervalMs, timeoutMs, flows }: LiveDetail): string {
  const size = sizes.length > 4 ? `${sizes.length} sizes` : `${sizes.join(', ')} B`
  return [
    ...(row.address === undefined || row.address === row.target ? [] : [`address ${row.address}`]),
    ...(row.module === 'default' ? [] : [`module ${row.module}`]),
    ...(Object.keys(row.labels).length === 0 ? [] : [labelText(row.labels)]),
    `${size} each ${timeText(intervalMs)}${flows.length > 1 ? `, ${flows.length} flows` : ''}`,
    `timeout ${timeText(timeoutMs)}`,
  ].join(' · ')
}

function figureOf(name: string, value: string, note: string): HTMLElement[] {
  return [
    create('div', {}, create('dt', {}, name), create('dd', {}, create('b', {}, value), create('small', {}, note))),
  ]
}
