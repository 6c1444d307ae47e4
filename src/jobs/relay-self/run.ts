import { present } from '../../base/present.ts'
import { compareWithRelay } from '../../verdict/relay/relay-comparison.ts'
import type { SelfReport } from '../../verdict/relay/self-report.ts'
import { startEmbeddedServer } from '../../runs/embedded-server.ts'
import { planSend, type SendPlan } from '../../runs/send/plan.ts'
import { runSend, type SendHooks } from '../../runs/send/run.ts'
import { planRelay, type RelayJob } from '../../runs/relay/plan.ts'
import { runRelayInWorker } from '../../runs/relay/run.ts'
import { withDefaults } from '../../options/parse-options.ts'
import { SENDER_OPTIONS, type SelfOptions } from './options.ts'

export interface SelfPlan {
  /** The relay's plan, without the address to listen at and the server. */
  readonly relay: RelayJob
  readonly send: SendPlan
}

/** Parses options to a plan. Throws a `usage` error. */
export function planSelf(options: SelfOptions): SelfPlan {
  // The address to listen at is known when the relay has started.
  const { seed, up, down, queue } = options
  const send = planSend({ ...withDefaults(SENDER_OPTIONS, options), ...present({ seed }), to: '127.0.0.1' })
  return {
    relay: planRelay({ ...present({ seed, up, down, queue }), listen: '127.0.0.1:0' }),
    // No check for stray replies: the relay replies from the address it listens at, and the check would add a datagram to its record.
    send: { ...send, probe: { ...send.probe, strayCheck: false } },
  }
}

/** Runs a server, a relay and a sender, each in its own thread, and compares the relay's record with the ledger. */
export async function runSelf({ relay, send }: SelfPlan, hooks: SendHooks = {}): Promise<SelfReport> {
  const server = await startEmbeddedServer('auto')
  try {
    const run = await runRelayInWorker({ ...relay, to: { host: server.address.address, port: server.address.port } })
    try {
      const { address } = run
      const { result } = await runSend({ ...send, target: { host: address.address, port: address.port } }, hooks)
      run.stop()
      await run.done
      const truth = run.truth()
      const comparison = compareWithRelay(truth, result)
      const verdict = comparison.some(({ equal }) => equal === false) ? 'fail' : 'pass'
      return { schema: 'udptool/relay-self/1', command: 'relay', seed: run.seed, truth, result, comparison, verdict }
    } finally {
      run.stop()
      await run.done
    }
  } finally {
    await server.close()
  }
}
