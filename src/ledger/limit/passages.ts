import type { Family } from '../../base/address.ts'
import { errnoName } from '../../base/errno.ts'
import { fragmentCount, packetSize } from '../../base/fragments.ts'
import type { Nanos } from '../../base/nanos.ts'
import { NO_DWELL, OUTCOME, PAGE_ROWS } from '../../facts/probe-table.ts'
import { probeSize, type RunFacts } from '../../facts/run.ts'
import type { Analysis } from '../analysis.ts'
import type { Fate } from '../fate.ts'
import { sendFailures } from '../send-failures.ts'
import { filled } from './filled-times.ts'
import { OneWayClock } from './one-way-times.ts'
import type { Passage, Passages } from './passage.ts'
import { ordered, orderOf } from './send-order.ts'

/** A limit shows in the first rows of a longer run. Each takes some 200 bytes while it is examined. */
const MOST_ROWS = 2 ** 20
/** Refusals of a full queue of our own host (netdevice(7), tc-tbf(8)), and of its own firewall (send(2)). */
const OWN_LIMITS: ReadonlySet<string> = new Set(['ENOBUFS', 'EPERM'])
/** Share of the replies withheld by the server that its kernel refused to send, so that they count as losses of its own queue. */
const LEAST_REFUSED = 0.95
const ETHERNET = 1500
/** IP header of each further fragment (RFC 791 section 3.1); IPv6 with its fragment header (RFC 8200 section 4.5). */
const FURTHER_HEADER = { udp4: 20, udp6: 48 } as const
/** Maximum share of losses without a direction up to which both directions are examined. */
const MOST_UNKNOWN = 0.01

/** Where a datagram was last seen. */
const WAY = {
  /** It never entered the network. */
  outside: 0,
  back: 1,
  lostForward: 2,
  /** It reached the server's host and was not answered. */
  lostThere: 3,
  lostReturn: 4,
  unknown: 5,
} as const

const WAY_OF: Readonly<Record<Fate, number>> = {
  intact: WAY.back,
  late: WAY.back,
  truncated: WAY.back,
  corrupt: WAY.back,
  refused: WAY.lostForward,
  unreachable: WAY.outside,
  lostForward: WAY.lostForward,
  lostServerBuffer: WAY.lostThere,
  lostServerPolicy: WAY.lostThere,
  lostReturn: WAY.lostReturn,
  // It came through the network: our own receive buffer is no limit of the path.
  lostClientBuffer: WAY.back,
  lostUnknown: WAY.unknown,
}

/** The datagrams of a run in the order of sending. */
interface Columns {
  readonly sent: Float64Array
  readonly bytes: Float64Array
  readonly packets: Uint8Array
  readonly way: Uint8Array
  /** Round trip less the time in the server; NaN: no reply. */
  readonly roundTrip: Float64Array
  /** One-way times; NaN: not known. */
  readonly forward: Float64Array
  readonly back: Float64Array
  /** Time in the server; 0: not known. */
  readonly dwell: Float64Array
  readonly refusedHere: number
}

/**
 * What a run shows about the path: the directions apart if it is known where datagrams were lost or, without losses, how long each direction
 * took; else the round trip. A loss in a buffer or by the policy of the server is none of the path. Linear in the number of rows.
 * @param family of the target: it decides how long the headers are
 */
export function passagesOf(facts: RunFacts, analysis: Analysis, family: Family = 'udp4'): Passages {
  const columns = readColumns(facts, analysis, family)
  const { way, forward } = columns
  const counts = new Float64Array(6)
  for (const value of way) counts[value] = (counts[value] ?? 0) + 1
  const [, , ahead = 0, there = 0, behind = 0, unknown = 0] = counts
  const losses = ahead + there + behind + unknown
  const isProved = losses > 0 && unknown <= losses * MOST_UNKNOWN && ahead - columns.refusedHere + there + behind > 0
  const isTimed = losses === unknown && unknown === 0 && forward.some(time => !Number.isNaN(time))
  const isRefused = losses > 0 && losses === columns.refusedHere && forward.some(time => !Number.isNaN(time))
  if (!isProved && !isTimed && !isRefused) return { roundTrip: roundTripOf(columns) }
  return {
    forward: forwardOf(columns, shownTimes(forward, columns.roundTrip, behind)),
    return: returnOf(columns, shownTimes(columns.back, columns.roundTrip, ahead)),
  }
}

/**
 * The one-way times, or if none is known, as with probes too small for the server's evidence, the round trips: if only this direction loses
 * datagrams, they show its queue.
 */
function shownTimes(oneWay: Float64Array, roundTrip: Float64Array, lostElsewhere: number): Float64Array {
  return lostElsewhere === 0 && oneWay.every(time => Number.isNaN(time)) ? roundTrip : oneWay
}

/**
 * The requests that reached the server, of which its cap withheld some, in the order of sending: a cap drops as a limit of the path does.
 * Undefined: it withheld none, or its buffer dropped some too.
 */
export function capPassageOf(facts: RunFacts, analysis: Analysis, family: Family = 'udp4'): Passage | undefined {
  const { lostServerPolicy, lostServerBuffer } = analysis.tally.total.fates
  if (lostServerPolicy === 0 || lostServerBuffer > 0 || wayOfWithheld(facts, analysis) !== WAY.lostThere)
    return undefined
  const { sent, bytes, packets, way, forward } = readColumns(facts, analysis, family)
  const passed = way.map(value => (value === WAY.lostThere ? 0 : 1))
  // What was lost before used nothing of the cap.
  const came = way.map(value => (value === WAY.lostForward || value === WAY.unknown ? 0 : 1))
  const rows = {
    bytes: bytes.map((value, i) => value * (came[i] ?? 0)),
    packets: packets.map((value, i) => value * (came[i] ?? 0)),
  }
  return passageOf('forward', sent, { ...rows, passed, times: forward }, 0)
}

function roundTripOf({ sent, bytes, packets, way, roundTrip, refusedHere }: Columns): Passage {
  const passed = way.map(value => (value === WAY.back || value === WAY.lostThere ? 1 : 0))
  return passageOf('roundTrip', sent, { bytes, packets, passed, times: roundTrip }, refusedHere)
}

function forwardOf({ sent, bytes, packets, way, refusedHere }: Columns, times: Float64Array): Passage {
  // A loss without a direction is far rarer than the others here, and leaves no other trace.
  const passed = way.map(value => (value === WAY.lostForward ? 0 : 1))
  return passageOf('forward', sent, { bytes, packets, passed, times }, refusedHere)
}

function returnOf(columns: Columns, taken: Float64Array): Passage {
  const { sent, way } = columns
  const kept = way.map(value => (value === WAY.back || value === WAY.lostReturn ? 1 : 0))
  const count = kept.reduce((sum, value) => sum + value, 0)
  const [entered, bytes, times] = [new Float64Array(count), new Float64Array(count), new Float64Array(count)]
  const [packets, passed] = [new Uint8Array(count), new Uint8Array(count)]
  // The server answers in the order of arrival, so a lost answer left between its neighbors.
  const answered = filled(
    columns.forward.map((time, i) => time + (columns.dwell[i] ?? 0)),
    sent,
  )
  let n = 0
  for (let i = 0; i < kept.length; i++) {
    if (kept[i] === 0) continue
    entered[n] = (sent[i] ?? 0) + (answered[i] ?? 0)
    bytes[n] = columns.bytes[i] ?? 0
    packets[n] = columns.packets[i] ?? 1
    passed[n] = way[i] === WAY.back ? 1 : 0
    times[n] = taken[i] ?? NaN
    n += 1
  }
  const order = orderOf(entered)
  const rows = {
    bytes: ordered(bytes, order),
    packets: ordered(packets, order),
    passed: ordered(passed, order),
    times: ordered(times, order),
  }
  return passageOf('return', ordered(entered, order), rows, 0)
}

interface Rows extends Pick<Passage, 'bytes' | 'packets' | 'passed'> {
  readonly times: Float64Array
}

function passageOf(direction: Passage['direction'], at: Float64Array, rows: Rows, refusedHere: number): Passage {
  const { times, ...others } = rows
  const first = at[0] ?? 0
  let least = Infinity
  for (const time of times) if (time < least) least = time
  const queued = times.map(time => time - least)
  return { direction, count: at.length, entered: at.map(time => time - first), ...others, queued, refusedHere }
}

/** Replies that the server did not send: lost on the return path if its kernel refused nearly all of them. */
function wayOfWithheld(facts: RunFacts, { tally }: Analysis): number {
  const { lostServerPolicy } = tally.total.fates
  const refused = sendFailures(facts, tally)
  return refused > 0 && refused >= LEAST_REFUSED * lostServerPolicy ? WAY.lostReturn : WAY.lostThere
}

function readColumns(facts: RunFacts, analysis: Analysis, family: Family): Columns {
  const { fateOf } = analysis
  const withheld = wayOfWithheld(facts, analysis)
  const { plan, probes, host } = facts
  const mtu = host?.pathMtu?.before ?? host?.mtu ?? ETHERNET
  const first = probes.retired * PAGE_ROWS
  const rows = Math.min(MOST_ROWS, Math.max(0, probes.pages.length - probes.retired) * PAGE_ROWS)
  const column = (): Float64Array => new Float64Array(rows)
  const [sent, bytes, dwell] = [column(), column(), column()]
  const [roundTrip, forward, back] = [column().fill(NaN), column().fill(NaN), column().fill(NaN)]
  const [packets, way] = [new Uint8Array(rows), new Uint8Array(rows)]
  const clock = new OneWayClock(facts)
  const oneWay = { forward: NaN, return: NaN }
  let [n, refusedHere] = [0, 0]
  for (let row = first; row < first + rows; row++) {
    const page = probes.find(row)
    const place = row % PAGE_ROWS
    const fate = page === undefined || page.outcome[place] === OUTCOME.unscheduled ? undefined : fateOf(row)
    if (page === undefined || fate === undefined) continue
    const isLimited = fate === 'refused' && OWN_LIMITS.has(errnoName(page.detail[place] ?? 0))
    const where = fate === 'refused' && !isLimited ? WAY.outside : fate === 'lostServerPolicy' ? withheld : WAY_OF[fate]
    if (where === WAY.outside) continue
    if (isLimited) refusedHere += 1
    const size = probeSize(plan, Math.floor(row / plan.clients))
    const count = fragmentCount(size, mtu, family)
    sent[n] = page.sent[place] ?? 0
    bytes[n] = packetSize(size, family) + (count - 1) * FURTHER_HEADER[family]
    packets[n] = count
    way[n] = where
    const known = page.dwell[place] ?? NaN
    const rtt = (page.arrived[place] ?? Infinity) - (sent[n] ?? 0)
    if (rtt < Infinity) {
      const kept: Nanos = known !== NO_DWELL && known <= rtt ? known : 0
      dwell[n] = kept
      roundTrip[n] = rtt - kept
      if (clock.read(row, oneWay)) [forward[n], back[n]] = [oneWay.forward, oneWay.return]
    }
    n += 1
  }
  const order = orderOf(sent.subarray(0, n))
  const take = (values: Float64Array): Float64Array => ordered(values.subarray(0, n), order)
  return {
    sent: take(sent),
    bytes: take(bytes),
    dwell: take(dwell),
    roundTrip: take(roundTrip),
    forward: take(forward),
    back: take(back),
    packets: ordered(packets.subarray(0, n), order),
    way: ordered(way.subarray(0, n), order),
    refusedHere,
  }
}
