import type { Family } from '../base/address.ts'
import { present } from '../base/present.ts'
import { isIPv4, isIPv6 } from '../base/ip.ts'
import { MILLISECOND } from '../base/nanos.ts'
import { joinRuns, type TimedRun } from '../facts/joined-runs.ts'
import type { IcmpError } from '../facts/icmp.ts'
import { OUTCOME, PAGE_ROWS } from '../facts/probe-table.ts'
import { probeSize, type RunFacts } from '../facts/run.ts'
import type { Fate } from '../ledger/fate.ts'
import { startEmbeddedServer, type EmbeddedServer } from '../runs/embedded-server.ts'
import type { RunContext } from '../verdict/run-context.ts'
import type { SendPlan } from '../runs/send/plan.ts'
import { runSend, type SendHooks, type SendRun } from '../runs/send/run.ts'
import { searchContext } from './search-context.ts'

/** Size of the probe that finds the address of a name: a whole header, far below any MTU. */
const SMALL = 128

/** The fate of one probe of a round. */
export interface ProbeFate {
  readonly size: number
  readonly fate: Fate
  /** The ICMP error of `unreachable`. */
  readonly icmp?: IcmpError
}

/** Callbacks during the rounds. */
export interface RoundHooks extends SendHooks {
  /** A round starts with these probes. */
  readonly onRound?: (probe: SendPlan['probe'], number: number) => void
}

/**
 * Runs of a few probes, one after the other, whose sizes depend on earlier results. They act as one command: one embedded server for all,
 * one address, one ledger. The start of a run costs sockets and a thread (2 to 40 ms measured on dgram, up to 250 on the kernel engine of a
 * busy machine). Most of the time of a round is the second that it waits for replies that do not come.
 */
export class SizeRounds {
  #plan: SendPlan
  readonly #hooks: RoundHooks
  readonly #server: EmbeddedServer | undefined
  readonly #runs: TimedRun[] = []
  readonly #began = performance.now()
  #first: SendRun | undefined

  private constructor(plan: SendPlan, hooks: RoundHooks, server: EmbeddedServer | undefined) {
    const { address, port } = server?.address ?? { address: plan.target.host, port: plan.target.port }
    this.#plan = { ...plan, self: false, target: { host: address, port } }
    this.#hooks = hooks
    this.#server = server
  }

  /** Starts the server, if the plan has an embedded one. */
  static async open(plan: SendPlan, hooks: RoundHooks): Promise<SizeRounds> {
    return new SizeRounds(plan, hooks, plan.self ? await startEmbeddedServer(plan.engine, plan.family) : undefined)
  }

  /** Whether the rounds are sent with DF. */
  get forbidsFragments(): boolean {
    return this.#plan.sockets.df !== undefined
  }

  get count(): number {
    return this.#runs.length
  }

  /** Whether a signal came. No further round starts then. */
  get interrupted(): boolean {
    return this.#hooks.signal?.aborted === true
  }

  /** The context of the command's Result: that of the first round, with the command's own options. */
  context(command: string, options: Readonly<Record<string, unknown>>): RunContext {
    const own = { self: this.#server !== undefined, ...options }
    return searchContext(command, this.#first?.result, ['count', 'sizes'], own)
  }

  /** The facts of all rounds so far, joined as one run. */
  get facts(): RunFacts {
    const [first, ...others] = this.#runs
    if (first === undefined) throw new RangeError('no round was run')
    const facts = joinRuns([first, ...others])
    // A signal between two rounds interrupts the search, although no round.
    return { ...facts, interrupted: facts.interrupted || this.interrupted }
  }

  /** Sends the sizes in this order, `cycles` times, and returns the fate of each probe. Rejects as `runSend` does. */
  async run(sizes: readonly number[], cycles: number): Promise<readonly ProbeFate[]> {
    const { probe } = this.#plan
    const number = this.#runs.length
    // The check for replies from another address runs once.
    const round = { ...probe, sizes, count: sizes.length * cycles, strayCheck: probe.strayCheck && number === 0 }
    const plan = { ...this.#plan, probe: round }
    this.#hooks.onRound?.(round, number)
    const run = await runSend(plan, this.#hooks)
    const { facts, result } = run
    const ended = (performance.now() - this.#began) * MILLISECOND
    const before = this.#runs.at(-1)
    const earliest = before === undefined ? 0 : before.began + before.facts.closedAt - before.facts.startedAt
    this.#runs.push({ facts, began: Math.max(earliest, ended - (facts.closedAt - facts.startedAt)) })
    this.#first ??= run
    this.#settle(result.target.address)
    return fatesOf(run)
  }

  /** Whether a datagram of this size gets a reply if it may be fragmented. Sends several, which are in no ledger. */
  async isAnsweredInFragments(size: number, count: number): Promise<boolean> {
    const { probe, sockets } = this.#plan
    const alone = { ...probe, sizes: [size], count, strayCheck: false, receipts: false }
    const run = await runSend({ ...this.#plan, probe: alone, sockets: { ...sockets, df: 'cut' } }, this.#quiet())
    return run.facts.clients.some(({ replies }) => replies > 0)
  }

  /** The IP version to the target. For a name, it is known after a first probe. */
  async family(): Promise<Family> {
    const { host } = this.#plan.target
    if (isIPv4(host)) return 'udp4'
    if (isIPv6(host)) return 'udp6'
    await this.run([SMALL], 1)
    return this.#first?.result.target.family ?? 'udp4'
  }

  /** Hooks of a round without progress callbacks. */
  #quiet(): SendHooks {
    const { signal, deadline } = this.#hooks
    return present({ signal, deadline })
  }

  /** Ends the embedded server, if there is one. */
  async close(): Promise<void> {
    await this.#server?.close()
  }

  /** Once a name has resolved to an address and `--wait-for` is over, further rounds go there at once. */
  #settle(host: string): void {
    this.#plan = { ...this.#plan, waitFor: 0, target: { ...this.#plan.target, host } }
  }
}

function fatesOf({ facts, analysis }: SendRun): ProbeFate[] {
  const { clients } = facts.plan
  const fates: ProbeFate[] = []
  facts.probes.pages.forEach((page, number) => {
    page?.outcome.forEach((outcome, place) => {
      if (outcome === OUTCOME.unscheduled) return
      const row = number * PAGE_ROWS + place
      const size = probeSize(facts.plan, Math.floor(row / clients))
      const fate = analysis.tally.classifier.fate(page, place, size, row % clients)
      const icmp = fate === 'unreachable' ? facts.icmp[page.detail[place] ?? 0] : undefined
      fates.push({ size, fate, ...(icmp === undefined ? {} : { icmp }) })
    })
  })
  return fates
}
