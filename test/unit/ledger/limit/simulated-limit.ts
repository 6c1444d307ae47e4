import { SECOND } from '../../../../src/base/nanos.ts'
import type { Passage } from '../../../../src/ledger/limit/passage.ts'

/** A sequence of numbers from 0 to 1 (mulberry32). */
export function chance(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d_2b_79_f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

export interface Sending {
  readonly pps: number
  readonly seconds: number
  readonly sizes: readonly number[]
  /** Mean delay of each send, s. */
  readonly jitter?: number
  /** Pauses a second, of 5 ms on average; what is due meanwhile leaves at once afterwards. */
  readonly stalls?: number
  readonly burst?: number
}

export interface Datagram {
  readonly at: number
  readonly size: number
}

/** The datagrams of a sender on a busy machine. */
export function send(
  { pps, seconds, sizes, jitter = 0, stalls = 0, burst = 1 }: Sending,
  random: () => number,
): Datagram[] {
  const exponential = (): number => -Math.log(1 - random())
  let free = 0
  let stall = stalls > 0 ? exponential() / stalls : Infinity
  return Array.from({ length: Math.floor(pps * seconds) }, (_, i) => {
    const due = (Math.floor(i / burst) * burst) / pps + exponential() * jitter
    while (due > stall) {
      free = Math.max(free, stall + 0.005 * exponential())
      stall += exponential() / stalls
    }
    const at = Math.max(due, free)
    free = at + 5e-6
    return { at: at * SECOND, size: sizes[i % sizes.length] ?? 0 }
  })
}

export interface Limit {
  /** Bytes, or packets, a second. */
  readonly rate: number
  readonly bucket: number
  /** Bytes that may wait for tokens; 0: a policer. */
  readonly queue: number
  readonly counts?: 'bytes' | 'packets'
  /** Share of datagrams that are lost at random on the way to it. */
  readonly lossBefore?: number
}

interface Waiting {
  readonly row: number
  readonly cost: number
  readonly since: number
}

/** A token bucket with a queue in front of it, datagram by datagram, as tc-tbf(8) and `limit` of nft(8) are described. */
export function pass(sent: readonly Datagram[], limit: Limit, random: () => number): Passage {
  const passed = new Uint8Array(sent.length)
  const took = new Float64Array(sent.length).fill(NaN)
  const queue: Waiting[] = []
  let [tokens, clock, waiting, next] = [limit.bucket, 0, 0, 0]
  const advance = (to: number): void => {
    tokens = Math.min(limit.bucket, tokens + ((to - clock) / SECOND) * limit.rate)
    clock = to
  }
  const serve = (now: number): void => {
    for (; next < queue.length; next++) {
      const { row, cost, since } = queue[next] ?? { row: 0, cost: 0, since: 0 }
      const ready = clock + (Math.max(0, cost - tokens) / limit.rate) * SECOND
      if (ready > now) break
      advance(ready)
      tokens -= cost
      waiting -= cost
      took[row] = clock - since
    }
    advance(now)
  }
  sent.forEach(({ at, size }, row) => {
    if (random() < (limit.lossBefore ?? 0)) return
    const cost = limit.counts === 'packets' ? 1 : size
    serve(at)
    if (next === queue.length && tokens >= cost) {
      tokens -= cost
      passed[row] = 1
      took[row] = 0
    } else if (waiting + cost <= limit.queue) {
      queue.push({ row, cost, since: at })
      waiting += cost
      passed[row] = 1
    }
  })
  serve(clock + 1e6 * SECOND)
  // Up to 1 ms in the programs at both ends.
  return passageOf(
    sent,
    passed,
    took.map(time => time + 1e6 * random()),
  )
}

/** A passage with these fates. @param queued ns; absent: not known */
export function passageOf(sent: readonly Datagram[], passed: Uint8Array, queued?: Float64Array): Passage {
  const first = sent[0]?.at ?? 0
  const known = queued?.filter((time, row) => passed[row] === 1 && !Number.isNaN(time)) ?? new Float64Array()
  const least = known.reduce((best, time) => Math.min(best, time), Infinity)
  return {
    direction: 'forward',
    count: sent.length,
    entered: Float64Array.from(sent, ({ at }) => at - first),
    bytes: Float64Array.from(sent, ({ size }) => size),
    packets: new Uint8Array(sent.length).fill(1),
    passed,
    queued: Float64Array.from(sent, (_, row) => (queued?.[row] ?? NaN) - least),
    refusedHere: 0,
  }
}
