import { MILLISECOND } from '../../../src/base/nanos.ts'
import type { ProbePlan } from '../../../src/facts/plan.ts'
import type { IrttPlan, StampPlan } from '../../../src/facts/protocol.ts'
import type { ResponderPlan } from '../../../src/facts/responder-plan.ts'
import type { Network } from '../../simulation/network.ts'

/** Run numbers of the clients, different in every digit. */
export const RUNS = [0x1a2b3c4d, 0xd4c3b2a1, 0x55667788, 0x99aa0b0c]

export function probePlan(plan: Partial<ProbePlan> = {}): ProbePlan {
  const clients = plan.clients ?? 1
  return {
    clients,
    runs: Array.from({ length: clients }, (_, n) => RUNS[n] ?? 0x70000000 + n * 7919),
    sizes: [128],
    count: 10,
    interval: 10 * MILLISECOND,
    burst: 1,
    timeout: 100 * MILLISECOND,
    payload: { kind: 'text', seed: 1 },
    receipts: true,
    strayCheck: false,
    summary: false,
    ...plan,
  }
}

export function stampPlan(plan: Partial<StampPlan> = {}): StampPlan {
  return { name: 'stamp', isAuthenticated: false, ssid: 0, timestamps: 'ntp', isLight: false, tlvs: [], ...plan }
}

export function irttPlan(plan: Partial<IrttPlan> = {}): IrttPlan {
  return {
    name: 'irtt',
    isAuthenticated: false,
    stats: 'both',
    stamps: 'both',
    clock: 'both',
    duration: 1000 * MILLISECOND,
    ...plan,
  }
}

export function responderPlan(plan: Partial<ResponderPlan> = {}): ResponderPlan {
  const sourceCap = { answers: 1000, bytes: 2 * 1024 * 1024, onLoopback: false }
  return { mode: 'upper', delay: 0, sourceCap, maxPeers: 1000, allow: [], deny: [], ...plan }
}

export function networkOf(network: Partial<Network> = {}): Network {
  return { seed: 1, up: [], down: [], latency: MILLISECOND, ...network }
}
