import { MILLISECOND } from '../../../../src/base/nanos.ts'
import type { ProbePlan } from '../../../../src/facts/plan.ts'
import { OUTCOME } from '../../../../src/facts/probe-table.ts'
import type { StampPlan } from '../../../../src/facts/protocol.ts'
import type { RunFacts } from '../../../../src/facts/run.ts'
import type { StampFacts } from '../../../../src/facts/stamp.ts'
import type { Network } from '../../../simulation/network.ts'
import { simulate, type Simulation } from '../../../simulation/simulate.ts'
import { hmacSha256 } from '../../wire/stamp/vectors.ts'
import { networkOf, probePlan, stampPlan } from '../plans.ts'
import { reflector, type ReflectorRules } from './simulated-reflector.ts'

const NAMES: readonly string[] = Object.keys(OUTCOME)

export interface StampRun {
  readonly facts: RunFacts
  readonly stamp: StampFacts
  /** All packets that the reflector received. */
  readonly requests: readonly Buffer[]
  /** Outcome by sequence number, with the detail of a cut or wrong reply, as `wrong 12`. */
  readonly outcomes: readonly string[]
  readonly counters: readonly number[]
}

/** A run of STAMP probes of the first client to a simulated reflector. */
export function stampRun(
  protocol: Partial<StampPlan> = {},
  rules: ReflectorRules = {},
  plan: Partial<ProbePlan> = {},
  network: Partial<Network> = {},
  rest: Partial<Simulation> = {},
): StampRun {
  const { answer, requests } = reflector(rules)
  const { key } = rules
  const { facts } = simulate({
    probe: probePlan({
      sizes: [44],
      timeout: 50 * MILLISECOND,
      payload: { kind: 'random', seed: 7 },
      receipts: false,
      ...plan,
      protocol: stampPlan({ isAuthenticated: key !== undefined, ...protocol }),
    }),
    respond: answer,
    network: networkOf(network),
    ...(key === undefined ? {} : { macs: [hmacSha256(key)] }),
    ...rest,
  })
  const { stamp } = facts
  if (stamp === undefined) throw new Error('a run of STAMP probes has no facts of STAMP')
  const rows = Array.from({ length: facts.clients[0]?.scheduled ?? 0 }, (_, sequence) => sequence * facts.plan.clients)
  const [page] = facts.probes.pages
  const outcomes = rows.map(row => {
    const name = NAMES[page?.outcome[row] ?? 0] ?? ''
    return name === 'cut' || name === 'wrong' ? `${name} ${page?.detail[row]}` : name
  })
  return { facts, stamp, requests, outcomes, counters: rows.map(row => page?.counter?.[row] ?? -1) }
}
