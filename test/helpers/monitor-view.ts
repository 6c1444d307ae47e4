import type {
  FlowView,
  HistoryPoint,
  LedgerFigures,
  MonitorView,
  SlotState,
  StripCell,
  TargetView,
  WindowFigures,
} from '../../src/verdict/monitor/view.ts'
import { createFateCounts, type FateCounts } from '../../src/ledger/fate.ts'

// Made-up views of a monitor, for tests of what draws them. Sums, strips and windows of a target agree with each other.

/** The moment of these views: 2026-11-30T12:00:00.250Z. */
export const VIEW_NOW = Date.UTC(2026, 10, 30, 12, 0, 0, 250)
const STARTED_AT = VIEW_NOW - 600_000

/** One character a slot: `.` intact, `l` late, `t` truncated, `F` lost forward, `R` lost return, `x` lost, `u` unreachable, `w` waiting, `m` missed, `p` paused. */
const STATES: Readonly<Record<string, SlotState>> = {
  '.': 'intact',
  l: 'late',
  t: 'truncated',
  F: 'lostForward',
  R: 'lostReturn',
  x: 'lost',
  u: 'unreachable',
  w: 'waiting',
  m: 'missed',
  p: 'paused',
}

/** A strip of one slot a second, the last one due 250 ms before now. */
export function stripOf(slots: string, rttMs = 12): StripCell[] {
  return Array.from(slots, (slot, index): StripCell => {
    const state = STATES[slot] ?? 'intact'
    const at = VIEW_NOW - 250 - (slots.length - 1 - index) * 1000
    if (state === 'late') return { state, at, rttMs: 1180 }
    return state === 'intact' || state === 'truncated' ? { state, at, rttMs: rttMs + (index % 7) / 10 } : { state, at }
  })
}

function ledgerOf(fates: Partial<FateCounts>, rest: Partial<Omit<LedgerFigures, 'fates'>> = {}): LedgerFigures {
  const all = { ...createFateCounts(), ...fates }
  const inFlight = rest.inFlight ?? 0
  return {
    scheduled: Object.values(all).reduce((sum, count) => sum + count, inFlight),
    fates: all,
    inFlight,
    lost: 0,
    missed: 0,
    duplicates: 0,
    reordered: 0,
    ...rest,
  }
}

function windowOf(settled: number, lost: number, rttMs = 12, missed = 0): WindowFigures {
  if (settled === lost) return { settled, lost, missed }
  const rtt = { minMs: rttMs - 0.4, p50Ms: rttMs, p99Ms: rttMs + 6.3, maxMs: rttMs + 9.1 }
  return { settled, lost, missed, rtt }
}

/** Every probe is answered; one was lost nine minutes ago. */
export const healthyTarget: TargetView = {
  target: 'edge.example:9000',
  module: 'default',
  labels: { site: 'berlin' },
  sizes: [128],
  intervalMs: 1000,
  timeoutMs: 1000,
  address: { address: '192.0.2.9', port: 9000, family: 'udp4' },
  strip: stripOf(`${'.'.repeat(59)}w`),
  minute: windowOf(59, 0),
  sinceStart: windowOf(599, 1),
  ledger: ledgerOf({ intact: 589, lostReturn: 1 }, { inFlight: 10, duplicates: 2, reordered: 1 }),
  lastFate: 'intact',
  lastReplyAt: VIEW_NOW - 1238,
  queue: { direction: 'forward', forwardMs: 41.2, returnMs: 1.3 },
  events: [{ at: STARTED_AT, kind: 'resolved', text: 'edge.example is 192.0.2.9' }],
  flows: [
    {
      port: 40001,
      strip: stripOf(`${'.'.repeat(59)}w`),
      minute: windowOf(59, 0),
      sinceStart: windowOf(599, 1),
      ledger: ledgerOf({ intact: 589, lostReturn: 1 }, { inFlight: 10, duplicates: 2, reordered: 1 }),
    },
  ],
}

const outageStrip = stripOf(`${'.'.repeat(20)}${'F'.repeat(27)}${'x'.repeat(12)}w`)

/** No reply for 39 seconds; the last twelve losses have no direction yet. Its name has changed its address before. */
export const targetInOutage: TargetView = {
  target: '[2001:db8::7]:9000',
  module: 'default',
  labels: { site: 'paris' },
  sizes: [128],
  intervalMs: 1000,
  timeoutMs: 1000,
  address: { address: '2001:db8::7', port: 9000, family: 'udp6' },
  strip: outageStrip,
  minute: windowOf(59, 39, 18),
  sinceStart: windowOf(599, 39, 18),
  ledger: ledgerOf({ intact: 560, lostForward: 27 }, { inFlight: 13, lost: 12 }),
  lastFate: 'lost',
  lastReplyAt: VIEW_NOW - 40_232,
  events: [
    { at: VIEW_NOW - 300_000, kind: 'outageBegan', text: 'no reply to 2 probes in a row' },
    { at: VIEW_NOW - 287_700, kind: 'outageEnded', text: '12 probes lost in 12.3 s' },
    { at: VIEW_NOW - 39_250, kind: 'outageBegan', text: 'no reply to 2 probes in a row' },
  ],
  flows: [
    {
      port: 40002,
      strip: outageStrip,
      minute: windowOf(59, 39, 18),
      sinceStart: windowOf(599, 39, 18),
      ledger: ledgerOf({ intact: 560, lostForward: 27 }, { inFlight: 13, lost: 12 }),
    },
  ],
}

function cutFlow(port: number, slots: string, lost: number): FlowView {
  return {
    port,
    strip: stripOf(slots, 3),
    minute: windowOf(59, lost, 3),
    sinceStart: windowOf(599, lost > 0 ? 599 : 0, 3),
    ledger: ledgerOf({ truncated: 590 - lost * 10, lostForward: lost * 10 }, { inFlight: 10, lost: lost > 0 ? 9 : 0 }),
  }
}

/** Four source ports: replies of three are cut at 1000 bytes, and the third port loses everything. */
export const targetWithFlows: TargetView = {
  target: 'core.example:9000',
  module: 'ecmp',
  labels: { site: 'berlin', role: 'core' },
  sizes: [1400],
  intervalMs: 1000,
  timeoutMs: 1000,
  address: { address: '192.0.2.30', port: 9000, family: 'udp4' },
  strip: stripOf(`${'F'.repeat(50)}${'x'.repeat(9)}w`),
  minute: windowOf(236, 59, 3),
  sinceStart: windowOf(2396, 599, 3),
  ledger: ledgerOf({ truncated: 1770, lostForward: 590 }, { inFlight: 40, lost: 9 }),
  lastFate: 'lost',
  lastReplyAt: VIEW_NOW - 1247,
  events: [
    { at: STARTED_AT, kind: 'resolved', text: 'core.example is 192.0.2.30' },
    { at: STARTED_AT + 1000, kind: 'cut', text: 'replies are truncated at 1000 bytes (reply)' },
    { at: STARTED_AT, kind: 'outageBegan', text: 'source port 40005: no reply to 2 probes in a row' },
    {
      at: VIEW_NOW - 90_000,
      kind: 'suspended',
      text: 'this process did not run for at least 4.3 s: 4 probes were not sent',
    },
    { at: VIEW_NOW - 45_000, kind: 'clockStepped', text: 'the system clock was set forward by 3600.0 s' },
  ],
  flows: [
    cutFlow(40003, `${'t'.repeat(59)}w`, 0),
    cutFlow(40004, `${'t'.repeat(59)}w`, 0),
    cutFlow(40005, `${'F'.repeat(50)}${'x'.repeat(9)}w`, 59),
    cutFlow(40006, `${'t'.repeat(59)}w`, 0),
  ],
}

/** Its name has no address, so nothing is sent. Text from outside must be shown harmless. */
export const unresolvedTarget: TargetView = {
  target: 'gone.example:9000',
  module: 'default',
  labels: { note: '<b>not & bold</b>' },
  sizes: [128],
  intervalMs: 1000,
  timeoutMs: 1000,
  idle: 'gone.example has no address (ENOTFOUND)',
  strip: [],
  minute: windowOf(0, 0),
  sinceStart: windowOf(0, 0),
  ledger: ledgerOf({}),
  events: [{ at: STARTED_AT, kind: 'resolveFailed', text: 'gone.example has no address (ENOTFOUND)' }],
  flows: [],
}

function viewOf(targets: readonly TargetView[]): MonitorView {
  return { now: VIEW_NOW, startedAt: STARTED_AT, engine: 'kernel', isPaused: false, targets }
}

/** One healthy target. */
export const healthyView: MonitorView = viewOf([healthyTarget])

/** A healthy target, one in an outage, one with four flows and cut replies, and one without an address. */
export const mixedView: MonitorView = viewOf([healthyTarget, targetInOutage, targetWithFlows, unresolvedTarget])

const pausedStrip = stripOf(`${'.'.repeat(40)}${'m'.repeat(5)}${'.'.repeat(5)}${'p'.repeat(10)}`)

/** Paused ten seconds ago; five slots were missed before. */
export const pausedView: MonitorView = {
  ...viewOf([
    {
      ...healthyTarget,
      strip: pausedStrip,
      minute: windowOf(45, 0, 12, 5),
      sinceStart: windowOf(585, 1, 12, 5),
      ledger: ledgerOf({ intact: 584, lostReturn: 1 }, { missed: 5 }),
      lastReplyAt: VIEW_NOW - 10_238,
      events: [
        ...healthyTarget.events,
        {
          at: VIEW_NOW - 15_250,
          kind: 'suspended',
          text: 'this process did not run for at least 5.0 s: 5 probes were not sent',
        },
        { at: VIEW_NOW - 10_100, kind: 'paused', text: 'paused' },
      ],
      flows: [
        {
          port: 40001,
          strip: pausedStrip,
          minute: windowOf(45, 0, 12, 5),
          sinceStart: windowOf(585, 1, 12, 5),
          ledger: ledgerOf({ intact: 584, lostReturn: 1 }, { missed: 5 }),
        },
      ],
    },
  ]),
  isPaused: true,
}

/** An hour of a healthy target, with an outage of half a minute in the middle and ten seconds without a probe. */
export const hourOfHistory: readonly HistoryPoint[] = Array.from({ length: 360 }, (_, index) => {
  const at = Math.floor(VIEW_NOW / 10_000) * 10_000 - (359 - index) * 10_000
  if (index === 200) return { at, settled: 0, lost: 0, missed: 10 }
  if (index >= 180 && index < 183) return { at, settled: 10, lost: 10, missed: 0 }
  const p50Ms = 12 + Math.sin(index / 20) * 4
  return { at, settled: 10, lost: 0, missed: 0, rtt: { minMs: p50Ms - 1, p50Ms, p99Ms: p50Ms + 3, maxMs: p50Ms + 3 } }
})
