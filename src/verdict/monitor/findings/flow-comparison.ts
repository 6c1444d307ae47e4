import { SECOND, type Nanos } from '../../../base/nanos.ts'
import { flowDifference, type FlowLosses } from '../../../ledger/flow-difference.ts'
import type { Slot } from '../slot.ts'
import type { Finding, TellFinding } from './finding.ts'
import { FlowPeriods } from './flow-periods.ts'
import { differText, portsText } from './flow-text.ts'

/** Length of a period, unless the interval is longer. */
const PERIOD: Nanos = 10 * SECOND
/** Periods that are compared: the last minute shows flows that lose nearly everything, ten minutes smaller differences. */
const WINDOWS = [6, 60] as const
const LONGEST = 60
/** Fewer periods are not compared. */
const FEWEST = 2
/** Periods that a text about a flow that loses everything is about. */
const LATEST = 3
/**
 * Probability that chance alone begins a finding, of all flows in one window. A month has 260 000 periods with two windows each, so a monitor with
 * 1000 targets has one false alarm in 1.6 years.
 */
const BEGIN = 1e-10
/** A finding ends when chance alone explains its window. */
const END = 0.01

/** A finding that holds. */
interface Current extends Finding {
  readonly flows: ReadonlySet<number>
  readonly window: number
}

/** Compares the losses of the flows of a target in periods that are final for all of them. */
export class FlowComparison {
  readonly #flows: readonly FlowPeriods[]
  readonly #length: Nanos
  readonly #stale: Nanos
  readonly #ports: () => readonly (number | undefined)[]
  /** Number of the period up to which flows were compared. */
  #until = -Infinity
  /** Earlier periods belong to a finding that has ended. */
  #from = -Infinity
  #current: Current | undefined

  /**
   * @param stale a flow whose latest final slot is older than the others by this time has no socket
   * @param ports of the flows
   */
  constructor(flows: number, interval: Nanos, stale: Nanos, ports: () => readonly (number | undefined)[]) {
    this.#length = Math.max(PERIOD, interval)
    this.#stale = stale
    this.#ports = ports
    this.#flows = Array.from({ length: flows }, () => new FlowPeriods(this.#length, LONGEST + FEWEST))
  }

  get current(): Finding | undefined {
    return this.#current
  }

  get bytes(): number {
    return this.#flows.reduce((sum, { bytes }) => sum + bytes, 0)
  }

  /** The next final slot of a flow. */
  push(flow: number, slot: Slot): void {
    this.#flows[flow]?.push(slot)
  }

  /** Compares the periods that are final since the last call. */
  judge(tell: TellFinding): void {
    const last = Math.max(...this.#flows.map(({ latest }) => latest))
    const open = this.#flows.filter(({ latest }) => last - latest <= this.#stale)
    const until = Math.floor(Math.min(...open.map(({ latest }) => latest)) / this.#length)
    if (!(until > this.#until)) return
    if (this.#from === -Infinity) this.#from = until
    this.#until = until
    if (this.#current !== undefined && this.#hasEnded(this.#current)) {
      tell('flowsAgree', until * this.#length, this.#agreeText(this.#current))
      this.#current = undefined
      this.#from = until
    }
    const found = this.#find()
    if (found === undefined) return
    const flows = new Set([...(this.#current?.flows ?? []), ...found.flows])
    if (flows.size === this.#current?.flows.size) return
    const text = this.#differText(flows, found.window)
    const window = Math.max(found.window, this.#current?.window ?? 0)
    this.#current = { kind: 'flowsDiffer', since: this.#current?.since ?? until * this.#length, text, flows, window }
    tell('flowsDiffer', until * this.#length, text)
  }

  #find(): { readonly flows: readonly number[]; readonly window: number } | undefined {
    for (const window of WINDOWS) {
      if (this.#until - Math.max(this.#from, this.#until - window) < FEWEST) continue
      const found = flowDifference(this.#sums(window), BEGIN)
      if (found !== undefined) return { flows: found.different, window }
    }
    return undefined
  }

  /** Each loss counts here, so that a flow that is back now and then is not reported each time. */
  #hasEnded({ flows, window }: Current): boolean {
    const sums = this.#sums(window).map(sum => ({ ...sum, runs: sum.lost }))
    const found = flowDifference(sums, END)
    return found === undefined || !found.different.some(flow => flows.has(flow))
  }

  #sums(window: number): readonly FlowLosses[] {
    const from = Math.max(this.#from, this.#until - window)
    return this.#flows.map(flow => flow.sum(from, this.#until))
  }

  /** Of flows that lose everything now the latest periods are shown, because the window may begin before that. */
  #differText(flows: ReadonlySet<number>, window: number): string {
    const latest = this.#sums(LATEST)
    const isDead = [...flows].every(flow => {
      const { lost = 0, settled = 0 } = latest[flow] ?? {}
      return lost > 0 && lost === settled
    })
    return differText(isDead ? latest : this.#sums(window), [...flows], this.#ports())
  }

  #agreeText({ flows }: Current): string {
    return `the flows no longer differ: ${portsText([...flows], this.#ports())} now lose no more than the others`
  }
}
