import { SECOND, toMs, type Nanos } from '../../../../src/base/nanos.ts'
import type { IcmpError } from '../../../../src/facts/icmp.ts'
import { planEpoch, slotsOfEpoch, type EpochFacts } from '../../../../src/facts/path.ts'
import {
  createProbePage,
  FULL_PAGE,
  OUTCOME,
  ProbeTable,
  TRAIT,
  type ProbePage,
} from '../../../../src/facts/probe-table.ts'
import { createRunFacts } from '../../../../src/facts/run.ts'
import { MonitorModel } from '../../../../src/verdict/monitor/monitor-model.ts'
import type { MonitorTarget } from '../../../../src/verdict/monitor/monitor-target.ts'
import type { TargetModel } from '../../../../src/verdict/monitor/target-model.ts'
import type { TargetView } from '../../../../src/verdict/monitor/view.ts'
import { pathPlan } from '../../machines/monitor-harness.ts'
import { expectConsistent } from './watched-model.ts'

/** Real time at the driver's epoch: a whole multiple of ten seconds. */
export const REAL = 1_700_000_000
const ADDRESS = { address: '192.0.2.7', port: 9000, family: 'udp4' } as const
const RULES = TRAIT.same | TRAIT.upper | TRAIT.answered

export interface CraftedReply {
  /** When it arrived, driver's clock. */
  readonly at: Nanos
  readonly ttl?: number
  /** Length at which the reply was cut between server and client. */
  readonly cut?: number
  /** Server's receive time by its own clock, ns since a fixed second, and the time in it. */
  readonly server?: { readonly arrival: Nanos; readonly dwell: Nanos }
}

interface OpenEpoch {
  readonly epoch: EpochFacts
  readonly page: ProbePage
  replies: number
}

/** A probe that was sent: where its row is. */
export interface CraftedProbe {
  readonly open: OpenEpoch
  readonly row: number
  readonly sent: Nanos
}

type CraftedConfig = Partial<Pick<MonitorTarget, 'interval' | 'timeout' | 'flows' | 'bounds' | 'oneWay'>> & {
  readonly size?: number
}

/** A model with one target, and its paths as a test writes them row by row. */
export class CraftedPath {
  readonly model: MonitorModel
  readonly target: TargetModel
  readonly interval: Nanos
  readonly timeout: Nanos
  now: Nanos = 0
  /** Step of the system clock: the anchor of the next epochs. */
  stepMs = 0
  readonly #size: number
  readonly #numbers: number[]

  constructor({ interval = SECOND, timeout = SECOND, size = 1000, flows = 1, ...delays }: CraftedConfig = {}) {
    this.model = new MonitorModel({ engine: 'kernel', startedAt: REAL * 1000 })
    this.interval = interval
    this.timeout = timeout
    this.#size = size
    this.target = this.model.addTarget({
      target: 'edge.example:9000',
      module: 'default',
      labels: {},
      sizes: [size],
      interval,
      timeout,
      flows,
      ...delays,
    })
    this.#numbers = Array.from({ length: flows }, () => 0)
    for (let flow = 0; flow < flows; flow++) this.addPath(flow, flow)
  }

  get steadyMs(): number {
    return REAL * 1000 + toMs(this.now)
  }

  addPath(path: number, flow: number): void {
    this.model.addPath(this.target, { path, flow, address: ADDRESS })
    this.model.apply([{ kind: 'opened', path, port: 40_000 + path }], this.steadyMs)
  }

  /** An epoch begins on a path, whose rows the model reads from what `read` makes of the page. */
  begin(start: Nanos, path = 0, read: (page: ProbePage) => ProbePage = page => page): OpenEpoch {
    const rows = slotsOfEpoch({ interval: this.interval })
    const plan = pathPlan({ path, sizes: [this.#size], interval: this.interval, timeout: this.timeout })
    const page = createProbePage(FULL_PAGE, rows)
    const table = new ProbeTable(1)
    table.adopt(0, read(page))
    const engine = { name: 'kernel', icmp: 'queue', truncation: 'kernel', timestamps: 'kernel' } as const
    const facts = createRunFacts(planEpoch(plan, rows, 7), engine, table)
    facts.epoch = { seconds: REAL + Math.floor(this.stepMs / 1000), nanos: (this.stepMs % 1000) * 1e6 }
    facts.startedAt = start
    const number = this.#numbers[path] ?? 0
    this.#numbers[path] = number + 1
    const epoch = { path, number, facts, start, missed: 0, paused: 0, overdue: 0 }
    this.model.apply([{ kind: 'began', epoch }], this.steadyMs)
    return { epoch, page, replies: 0 }
  }

  /** A probe leaves in the slot of this number of an epoch. */
  send(open: OpenEpoch, slot: number, sent = open.epoch.start + slot * this.interval): CraftedProbe {
    const [client] = open.epoch.facts.clients
    if (client === undefined) throw new Error('no client')
    const row = client.scheduled
    if (open.page.scheduled !== undefined) open.page.scheduled[row] = open.epoch.start + slot * this.interval
    open.page.sent[row] = sent
    open.page.outcome[row] = OUTCOME.waiting
    client.scheduled += 1
    client.firstSent = Math.min(client.firstSent, sent)
    client.lastSent = Math.max(client.lastSent, sent)
    return { open, row, sent }
  }

  reply({ open, row }: CraftedProbe, { at, ttl = 0, cut, server }: CraftedReply): void {
    const { page, epoch } = open
    const [client] = epoch.facts.clients
    if (client === undefined) throw new Error('no client')
    client.replies += 1
    client.answeredArrivals += 1
    open.replies += 1
    page.outcome[row] = cut === undefined ? OUTCOME.whole : OUTCOME.cut
    page.detail[row] = cut ?? 0
    page.traits[row] = RULES | (cut === undefined ? 0 : TRAIT.sideReply)
    page.order[row] = open.replies
    if (page.ttl !== undefined) page.ttl[row] = ttl
    if (server !== undefined && page.serverArrival !== undefined) {
      client.serverBase = REAL
      page.serverArrival[row] = server.arrival
      page.dwell[row] = server.dwell
    }
    page.arrived[row] = at
  }

  copy({ open, row }: CraftedProbe): void {
    const [client] = open.epoch.facts.clients
    if (client === undefined) throw new Error('no client')
    client.duplicates += 1
    client.answeredArrivals += 1
    open.page.copies[row] = (open.page.copies[row] ?? 0) + 1
  }

  unreachable({ open, row }: CraftedProbe, error: IcmpError): void {
    const { icmp } = open.epoch.facts
    open.page.detail[row] = icmp.push(error) - 1
    open.page.outcome[row] = OUTCOME.unreachable
  }

  close({ epoch }: OpenEpoch, { missed = 0, paused = 0 } = {}): void {
    epoch.missed = missed
    epoch.paused = paused
    epoch.facts.closedAt = this.now
    this.model.apply([{ kind: 'closed', epoch }], this.steadyMs)
  }

  /** The target at this time, whose sums are right. */
  view(now = this.now): TargetView {
    this.now = now
    const [target] = this.model.view(this.steadyMs).targets
    if (target === undefined) throw new Error('no target')
    expectConsistent(target)
    return target
  }
}
