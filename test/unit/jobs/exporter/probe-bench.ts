import { MILLISECOND, SECOND } from '../../../../src/base/nanos.ts'
import { parseTarget, type Target } from '../../../../src/base/target.ts'
import { ProbeTable } from '../../../../src/facts/probe-table.ts'
import { ProbeDesk, type ProbeAnswer, type ProbeRequest } from '../../../../src/jobs/exporter/probe-desk.ts'
import type { ModuleConfig, ProbeRules } from '../../../../src/jobs/monitor/config-plan.ts'
import type { RoundHooks } from '../../../../src/jobs/size-rounds.ts'
import type { Found } from '../../../../src/engine/resolve.ts'
import type { ProbeOutcome } from '../../../../src/verdict/probe-outcome.ts'
import type { Result } from '../../../../src/verdict/result.ts'
import { ManualTimers, settle } from '../../../helpers/manual-timers.ts'

/** A run that a test ends. */
export interface FakeRun {
  readonly at: string
  readonly options: Readonly<Record<string, unknown>>
  readonly hooks: RoundHooks
  readonly isStopped: () => boolean
  end(scheduled?: number, verdict?: 'pass' | 'fail'): Promise<void>
  fail(message: string): Promise<void>
}

const MODULES: readonly ModuleConfig[] = [
  { name: 'small', run: 'send', settings: { size: '64' }, options: { size: '64' } },
  { name: 'slow', run: 'send', settings: {}, options: { interval: '1s', timeout: '1s' } },
  { name: 'big', run: 'send', settings: {}, options: { rate: '600pps', duration: '10s' } },
  { name: 'huge', run: 'send', settings: {}, options: { rate: '2kpps', duration: '10s' } },
  { name: 'mtu', run: 'mtu', settings: { run: 'mtu' }, options: {} },
  { name: 'closed', run: 'send', settings: {}, options: {} },
]

/** A desk with fake runs, names that a test resolves, and a clock that only the test moves. */
export class ProbeBench {
  readonly timers = new ManualTimers()
  readonly runs: FakeRun[] = []
  readonly lookups: string[] = []
  readonly outcomes: ProbeOutcome[] = []
  readonly logged: string[] = []
  names: Readonly<Record<string, readonly string[]>> = {}
  /** Lookups take until the test calls it. */
  pending: (() => void)[] | undefined
  modules = MODULES
  rules: ProbeRules = { allow: ['10.0.0.0/8', 'edge.example:9000'], maxConcurrent: 20, maxRate: 1000 }
  targets = ['192.0.2.1:9000']
  readonly desk: ProbeDesk

  constructor(change: Partial<ProbeRules> = {}) {
    this.rules = { ...this.rules, ...change }
    const kind = { plan: (options: Readonly<Record<string, unknown>>) => ({ run: this.#run(options) }) }
    this.desk = new ProbeDesk(
      {
        config: () => ({ modules: new Map(this.modules.map(module => [module.name, module])), probe: this.rules }),
        targets: () => this.targets.map(target => parseTarget(target)),
        timeoutOffset: SECOND / 2,
        engine: 'auto',
        texts: {
          metrics: outcome => {
            this.outcomes.push(outcome)
            return `probe_success ${Number(outcome.isSuccess)}\n`
          },
          log: ({ target, failure = 'it ran' }) => `log of ${target}: ${failure}\n`,
        },
        log: (_, message) => void this.logged.push(message),
      },
      {
        startTimer: this.timers.start,
        elapsed: () => this.timers.now,
        now: () => this.timers.now / MILLISECOND,
        lookup: async host => this.#lookup(host),
        kinds: new Map([
          ['send', kind],
          ['mtu', kind],
        ]),
      },
    )
  }

  /** Asks, and lets everything happen that needs no time. */
  async ask(target: string | null, module: string | null, more: Partial<ProbeRequest> = {}): Promise<Asked> {
    const client = new AbortController()
    const asked: Asked = { client, answer: undefined }
    const request = { target, module, isDebug: false, signal: client.signal, ...more }
    void this.desk.probe(request).then(answer => (asked.answer = answer))
    await settle()
    return asked
  }

  /** The only answer to a request that needs no run. */
  async refused(target: string | null, module: string | null, more: Partial<ProbeRequest> = {}): Promise<string> {
    const { answer } = await this.ask(target, module, more)
    return answer === undefined ? 'no answer' : `${answer.status} ${answer.body.trim()}`
  }

  async #lookup(host: string): Promise<readonly Found[]> {
    this.lookups.push(host)
    const { pending } = this
    if (pending !== undefined) await new Promise<void>(resolve => pending.push(resolve))
    const found = this.names[host]
    if (found === undefined) throw Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' })
    return found.map(address => ({ address, family: address.includes(':') ? 6 : 4 }))
  }

  #run(options: Readonly<Record<string, unknown>>) {
    return async (target: Target, hooks: RoundHooks): Promise<{ result: Result; facts: { probes: ProbeTable } }> =>
      new Promise((resolve, reject) => {
        this.runs.push({
          at: `${target.host} ${target.port}`,
          options,
          hooks,
          isStopped: () => hooks.signal?.aborted === true,
          end: async (scheduled = 10, verdict = 'pass') => {
            const result = { ledger: { scheduled, replies: scheduled }, verdict } as Result
            resolve({ result, facts: { probes: new ProbeTable(1) } })
            await settle()
          },
          fail: async message => {
            reject(new Error(message))
            await settle()
          },
        })
      })
  }
}

/** A request, and its answer as soon as there is one. */
export interface Asked {
  readonly client: AbortController
  answer: ProbeAnswer | undefined
}
