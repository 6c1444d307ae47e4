import { formatAddress, type Address } from '../../base/address.ts'
import { isIPv6 } from '../../base/ip.ts'
import type { RelayTruth } from '../../facts/relay-truth.ts'
import type { ServerFacts } from '../../facts/server.ts'
import { startEcho } from '../../runs/echo/run.ts'
import { runRelayInWorker } from '../../runs/relay/run.ts'
import type { ExecPlan } from './plan.ts'

/** The running server and relay of a command. */
export interface Companions {
  /** Environment variables for the command. */
  readonly environment: Readonly<Record<string, string>>
  /** The target: the relay, or else the server. */
  readonly address: Address
  /** The server's counters. Undefined if the server is not ours. */
  readonly served: ServerFacts | undefined
  /** The relay's record so far. Undefined without a relay. */
  truth(): RelayTruth | undefined
  close(): Promise<void>
}

/** Wildcard addresses, and the address to send to instead. */
const ANY: ReadonlyMap<string, string> = new Map([
  ['0.0.0.0', '127.0.0.1'],
  ['::', '::1'],
])

/** Starts the server and the relay of a command, each in a worker thread. If that fails, stops both and rejects with a UdptoolError. */
export async function startCompanions({ server, relay }: ExecPlan): Promise<Companions> {
  const own = 'respond' in server ? await startEcho(server, true) : undefined
  const stopServer = async (): Promise<void> => {
    own?.stop()
    await own?.done
  }
  try {
    const to = 'respond' in server ? undefined : server
    const behind = own === undefined ? to : reachable(own.address)
    if (relay === undefined || behind === undefined) {
      const address = own === undefined ? undefined : reachable(own.address)
      if (address === undefined) throw new RangeError('neither a server nor a relay')
      return {
        environment: environmentOf(address),
        address,
        served: own?.facts,
        truth: () => undefined,
        close: stopServer,
      }
    }
    const host = 'address' in behind ? behind.address : behind.host
    const run = await runRelayInWorker({ ...relay, to: { host, port: behind.port } })
    return {
      environment: { ...environmentOf(run.address), UDPTOOL_SERVER: formatAddress(run.to), UDPTOOL_SEED: run.seed },
      address: run.address,
      served: own?.facts,
      truth: () => run.truth(),
      async close() {
        run.stop()
        await run.done
        await stopServer()
      },
    }
  } catch (error) {
    await stopServer()
    throw error
  }
}

function reachable({ address, port }: Address): Address {
  const sent = ANY.get(address) ?? address
  return { address: sent, port, family: isIPv6(sent) ? 'udp6' : 'udp4' }
}

function environmentOf(address: Address): Record<string, string> {
  return {
    UDPTOOL_HOST: address.address,
    UDPTOOL_PORT: String(address.port),
    UDPTOOL_TARGET: formatAddress(address),
  }
}
