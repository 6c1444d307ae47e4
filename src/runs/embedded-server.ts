import type { Address } from '../base/address.ts'
import type { ResponderPlan } from '../facts/responder-plan.ts'
import type { EngineChoice } from './engine-choice.ts'
import { chooseEngine } from './engine-choice.ts'

/** An uppercase echo server of this very command (`--self`), on loopback and a free port. */
export interface EmbeddedServer {
  readonly address: Address
  close(): Promise<void>
}

/** On loopback nothing is capped, and one command has no more peers than ports. */
const RESPOND: ResponderPlan = {
  mode: 'upper',
  delay: 0,
  sourceCap: { onLoopback: false },
  maxPeers: 65_536,
  allow: [],
  deny: [],
}
const RECV_BUFFER = 4 * 1024 * 1024

/** Starts it in a worker thread, on the loopback address of this IP version: on the client's own event loop it would distort the measurement. */
export async function startEmbeddedServer(choice: EngineChoice, version: 4 | 6 = 4): Promise<EmbeddedServer> {
  const loopback =
    version === 6 ? ({ host: '::1', family: 'udp6' } as const) : ({ host: '127.0.0.1', family: 'udp4' } as const)
  const sockets = { ...loopback, port: 0, recvBuffer: RECV_BUFFER, workers: 1 }
  const running = await chooseEngine(choice).respondInWorker(RESPOND, sockets)
  const [address = { address: sockets.host, port: sockets.port, family: sockets.family }] = running.bound
  return {
    address,
    close: async () => {
      running.stop()
      // A server that broke has shown as loss, and what was measured is given all the same.
      await running.done.catch(() => {})
    },
  }
}
