import type { Address } from '../base/address.ts'
import { present } from '../base/present.ts'
import type { ServerProtocolPlan, SharedKey } from '../facts/protocol.ts'
import type { ResponderPlan } from '../facts/responder-plan.ts'
import type { EngineChoice } from './engine-choice.ts'
import { chooseEngine } from './engine-choice.ts'

/** The server of `--self`, on loopback and a free port. */
export interface EmbeddedServer {
  readonly address: Address
  close(): Promise<void>
}

/** The protocol that an embedded server speaks. */
export interface EmbeddedPeer {
  /** Absent: uppercase echo. */
  readonly protocol?: ServerProtocolPlan
  /** Of an authenticated protocol. */
  readonly keys?: readonly SharedKey[]
}

/** Without caps, because it is on loopback. One command has no more peers than there are ports. */
const RESPOND: ResponderPlan = {
  mode: 'upper',
  delay: 0,
  sourceCap: { onLoopback: false },
  maxPeers: 65_536,
  allow: [],
  deny: [],
}
const RECV_BUFFER = 4 * 1024 * 1024

/**
 * Starts it in a worker thread, on the loopback address of this IP version. On the client's own event loop it would distort the
 * measurement.
 */
export async function startEmbeddedServer(
  choice: EngineChoice,
  version: 4 | 6 = 4,
  { protocol, keys }: EmbeddedPeer = {},
): Promise<EmbeddedServer> {
  const loopback =
    version === 6 ? ({ host: '::1', family: 'udp6' } as const) : ({ host: '127.0.0.1', family: 'udp4' } as const)
  const sockets = { ...loopback, port: 0, recvBuffer: RECV_BUFFER, workers: 1, ...present({ keys }) }
  const running = await chooseEngine(choice).respondInWorker({ ...RESPOND, ...present({ protocol }) }, sockets)
  const [address = { address: sockets.host, port: sockets.port, family: sockets.family }] = running.bound
  return {
    address,
    close: async () => {
      running.stop()
      // Ignore the error of a broken server: it shows as loss in the Result.
      await running.done.catch(() => {})
    },
  }
}
