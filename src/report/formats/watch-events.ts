import { present } from '../../base/present.ts'
import { FATES, type FateCounts } from '../../ledger/fate.ts'
import type {
  FlowView,
  LedgerFigures,
  MonitorEvent,
  MonitorView,
  TargetView,
  WindowFigures,
} from '../../verdict/monitor/view.ts'
import { jsonLine } from './json.ts'

/** A moment, ms since 1970, in ISO 8601. */
type LocalTime = (ms: number) => string

// The events of `watch --json`, one JSON object a line (docs/watch.md). `at` is a time of day in ISO 8601.

/** Probes are sent. */
export function watchStartEvent({ engine, targets }: MonitorView, at: string): string {
  return line({ event: 'start', at, engine, targets: targets.map(identity) })
}

/** The page is served. */
export function watchListeningEvent(
  { address, port }: { readonly address: string; readonly port: number },
  { engine, targets }: MonitorView,
  at: string,
): string {
  return line({ event: 'listening', at, protocol: 'http', host: address, port, targets: targets.length, engine })
}

/** A target at this moment. `hasStrip`: with its slots. */
export function watchIntervalEvent(target: TargetView, at: string, hasStrip: boolean, localTime: LocalTime): string {
  return line({ event: 'interval', at, ...state(target, hasStrip, localTime) })
}

/** Something happened to a target at `at`. `isWithdrawn`: it was reported before, and a late reply has disproved it. */
export function watchChangeEvent(
  target: TargetView,
  { kind, text, at }: MonitorEvent,
  isWithdrawn: boolean,
  localTime: LocalTime,
): string {
  return line({
    event: 'change',
    at: localTime(at),
    ...identity(target),
    kind,
    text,
    withdrawn: isWithdrawn ? true : undefined,
  })
}

/** How the end is written. */
export interface WatchEnd {
  readonly verdict: 'pass' | 'fail'
  /** With the slots of each target. */
  readonly hasStrips: boolean
  readonly localTime: LocalTime
}

/** The end: the ledgers. */
export function watchSummaryEvent(view: MonitorView, end: WatchEnd): string {
  return line({ event: 'summary', at: end.localTime(view.now), ...watchSummary(view, end) })
}

/** What is known at the end. */
export function watchSummary(
  { startedAt, now, engine, targets }: MonitorView,
  { verdict, hasStrips, localTime }: WatchEnd,
): object {
  return {
    startedAt: localTime(startedAt),
    durationMs: now - startedAt,
    engine,
    verdict,
    targets: targets.map(target => state(target, hasStrips, localTime)),
  }
}

function identity({ target, module, labels }: TargetView): object {
  return present({ target, module, labels: Object.keys(labels).length === 0 ? undefined : labels })
}

function state(target: TargetView, hasStrip: boolean, localTime: LocalTime): object {
  const { address, idle, minute, sinceStart, ledger, lastFate, lastReplyAt, queue, warnings, flows, strip } = target
  return present({
    ...identity(target),
    address: address?.address,
    port: address?.port,
    idle,
    minute: figures(minute),
    sinceStart: figures(sinceStart),
    ledger: ledgerOf(ledger),
    lastFate,
    lastReplyAt: lastReplyAt === undefined ? undefined : localTime(lastReplyAt),
    queue,
    warnings: warnings?.map(({ kind, since, text }) => ({ kind, since: localTime(since), text })),
    flows: flows.length > 1 ? flows.map(flowOf) : undefined,
    strip: hasStrip ? strip.map(({ at, ...cell }) => ({ at: localTime(at), ...cell })) : undefined,
  })
}

function flowOf({ port, minute, sinceStart, ledger }: FlowView): object {
  return present({ port, minute: figures(minute), sinceStart: figures(sinceStart), ledger: ledgerOf(ledger) })
}

function figures({ settled, lost, missed, rtt }: WindowFigures): object {
  return present({ settled, lost, loss: settled === 0 ? undefined : lost / settled, missed, rtt })
}

/** The fates that are not zero, and `intact` always. */
function ledgerOf({ fates, ...rest }: LedgerFigures): object {
  return { ...rest, fates: withoutZeros(fates) }
}

function withoutZeros(fates: FateCounts): object {
  return Object.fromEntries(FATES.filter(fate => fate === 'intact' || fates[fate] > 0).map(fate => [fate, fates[fate]]))
}

function line(event: object): string {
  return `${jsonLine(present(event))}\n`
}
