import { createInbox, createOutbox } from '../../../src/engine/batch.ts'
import { simulate, type Simulated, type Simulation } from '../../simulation/simulate.ts'
import type { ProbePlan } from '../../../src/facts/plan.ts'
import { createRunFacts, type RunFacts } from '../../../src/facts/run.ts'
import { UNSEEN } from '../../../src/machines/machine.ts'
import { Prober } from '../../../src/machines/prober.ts'
import { RUN } from './datagrams.ts'
import { networkOf, probePlan, responderPlan } from './plans.ts'

const PORT = 9000

/** A prober on a manual clock. */
export class ProberHarness {
  now = 0
  readonly facts: RunFacts
  readonly machine: Prober
  drops: number | undefined = 0
  /** TTL of arriving replies; UNSEEN: this engine cannot observe it. */
  ttl = UNSEEN
  readonly #outbox

  constructor(plan: Partial<ProbePlan> = {}, capacity = 64) {
    this.facts = createRunFacts(probePlan({ runs: [RUN], ...plan }), {
      name: 'kernel',
      icmp: 'queue',
      truncation: 'kernel',
      timestamps: 'kernel',
    })
    const senses = {
      peer: (flow: number) => ({ address: `192.0.2.${flow}`, port: PORT, family: 'udp4' as const }),
      drops: () => this.drops,
      epoch: () => ({ seconds: 0, nanos: 0 }),
    }
    this.machine = new Prober(this.facts.plan, senses, this.facts)
    this.#outbox = createOutbox(capacity, 4 * 65_536)
  }

  send(): { readonly sent: Uint8Array[]; readonly sockets: number[]; readonly wake: number } {
    const outbox = this.#outbox
    const wake = this.machine.send(outbox, this.now)
    const rows = Array.from({ length: outbox.count }, (_, m) => m)
    const sent = rows.map(m => outbox.bytes.slice(outbox.at[m], (outbox.at[m] ?? 0) + (outbox.size[m] ?? 0)))
    return { sent, sockets: rows.map(m => outbox.socket[m] ?? 0), wake }
  }

  /** Advances time until then, and sends everything due. */
  pass(until: number): Uint8Array[] {
    const all: Uint8Array[] = []
    for (;;) {
      const { sent, wake } = this.send()
      all.push(...sent)
      if (this.machine.closed || wake > until) break
      this.now = Math.max(this.now, wake)
    }
    this.now = until
    return all
  }

  receive(bytes: Uint8Array, socket = 0, flow = 0): void {
    const inbox = createInbox(1, bytes.slice())
    inbox.count = 1
    inbox.size[0] = inbox.stride[0] = inbox.whole[0] = bytes.length
    inbox.socket[0] = socket
    inbox.flow[0] = flow
    inbox.arrived[0] = this.now
    inbox.ttl[0] = this.ttl
    this.machine.receive(inbox, this.now)
  }
}

/** A whole run against udptool's own server over a quiet network, unless changed. */
export function run(plan: Partial<ProbePlan>, rest: Partial<Simulation> = {}): Simulated {
  return simulate({ probe: probePlan(plan), respond: responderPlan(), network: networkOf(), ...rest })
}
