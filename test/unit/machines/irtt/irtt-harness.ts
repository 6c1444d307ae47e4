import { createHmac } from 'node:crypto'
import { MILLISECOND } from '../../../../src/base/nanos.ts'
import type { ProbePlan } from '../../../../src/facts/plan.ts'
import { isReply, OUTCOME, PAGE_ROWS, TRAIT } from '../../../../src/facts/probe-table.ts'
import type { IrttPlan } from '../../../../src/facts/protocol.ts'
import type { RunFacts } from '../../../../src/facts/run.ts'
import type { Mac } from '../../../../src/wire/mac.ts'
import { simulate, type Simulated, type Simulation } from '../../../simulation/simulate.ts'
import { irttPlan, networkOf, probePlan } from '../plans.ts'
import { IrttTestServer, type IrttServerOptions } from './irtt-server.ts'

interface IrttRun {
  readonly plan?: Partial<ProbePlan>
  readonly protocol?: Partial<IrttPlan>
  readonly server?: IrttServerOptions
  readonly rest?: Partial<Simulation>
}

export interface FinishedRun extends Simulated {
  readonly irttServer: IrttTestServer
}

/** A run of irtt probes against the server of these tests, over a quiet network unless changed. */
export function runIrtt({ plan, protocol, server, rest }: IrttRun = {}): FinishedRun {
  const irttServer = new IrttTestServer(server)
  const probe = probePlan({ sizes: [60], protocol: irttPlan(protocol), ...plan })
  const network = networkOf({ latency: 5 * MILLISECOND })
  return { ...simulate({ probe, respond: irttServer.answer, network, ...rest }), irttServer }
}

export function md5(key: string): Mac {
  return (...parts) => {
    const hmac = createHmac('md5', key)
    for (const part of parts) hmac.update(part)
    return hmac.digest()
  }
}

/** What is known about one probe: its reply, or where the server's windows say that it was lost. */
export type Word = 'whole' | 'cut' | 'wrong' | 'unreachable' | 'received' | 'notReceived' | 'unknown'

/** One word for each probe of a client, in the order of sending. */
export function words(facts: RunFacts, client = 0): Word[] {
  const { scheduled = 0 } = facts.clients[client] ?? {}
  return Array.from({ length: scheduled }, (_, sequence) => wordOf(facts, sequence * facts.clients.length + client))
}

function wordOf({ probes }: RunFacts, row: number): Word {
  const page = probes.find(row)
  const place = row % PAGE_ROWS
  const outcome = page?.outcome[place]
  if (isReply(outcome)) return outcome === OUTCOME.whole ? 'whole' : outcome === OUTCOME.cut ? 'cut' : 'wrong'
  if (outcome === OUTCOME.unreachable) return 'unreachable'
  const receipt = ((page?.traits[place] ?? 0) & TRAIT.receiptMask) >>> TRAIT.receiptShift
  return receipt === 0 ? 'unknown' : receipt === 1 ? 'notReceived' : 'received'
}
