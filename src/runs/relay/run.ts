import type { Address } from '../../base/address.ts'
import { dgramEngine } from '../../engine/dgram-engine.ts'
import type { Engine, RelaySockets } from '../../engine/port.ts'
import { openAtFirst, resolveHost } from '../../engine/resolve.ts'
import type { RelayPlan } from '../../facts/relay-plan.ts'
import type { RelayTruth } from '../../facts/relay-truth.ts'
import type { RelayFacts } from '../../facts/relay.ts'
import type { RelayJob } from './plan.ts'

/** A listening relay. */
export interface RelayRun {
  readonly engine: Engine['name']
  readonly address: Address
  readonly to: Address
  readonly seed: string
  /** The record so far. */
  truth(): RelayTruth
  stop(): void
  /** Resolves when the relay has closed; rejects with a UdptoolError if its sockets broke. */
  readonly done: Promise<void>
}

/** A relay on the caller's event loop, with its live counters. */
export interface LocalRelay extends RelayRun {
  readonly facts: RelayFacts
}

/** Starts a relay on the caller's event loop. */
export async function runRelay(job: RelayJob): Promise<LocalRelay> {
  const { sockets, running } = await openAt(job, async (plan, at) => dgramEngine.relay(plan, at))
  return { ...describe(job, sockets, running.bound), ...running }
}

/** Starts a relay in a worker thread. */
export async function runRelayInWorker(job: RelayJob): Promise<RelayRun> {
  const { sockets, running } = await openAt(job, async (plan, at) => dgramEngine.relayInWorker(plan, at))
  return { ...describe(job, sockets, running.bound), ...running }
}

/** Starts a relay at the first address of `--listen` that belongs to this host. */
async function openAt<Started>(
  { listen, to, recvBuffer, relay }: RelayJob,
  start: (plan: RelayPlan, sockets: RelaySockets) => Promise<Started>,
): Promise<{ readonly sockets: RelaySockets; readonly running: Started }> {
  const [fronts, [server, ...others]] = await Promise.all([resolveHost(listen.host), resolveHost(to.host)])
  return openAtFirst(fronts, async ({ address: host, family }) => {
    const sockets = {
      host,
      family,
      port: listen.port,
      server: { ...server, port: to.port },
      ...(others.length === 0 ? {} : { alternatives: others.map(one => ({ ...one, port: to.port })) }),
      recvBuffer,
    }
    return { sockets, running: await start(relay, sockets) }
  })
}

function describe(
  job: RelayJob,
  { host, port, family, server }: RelaySockets,
  [bound]: readonly Address[],
): Pick<RelayRun, 'engine' | 'address' | 'to' | 'seed'> {
  return {
    engine: dgramEngine.name,
    address: bound ?? { address: host, port, family },
    to: server,
    seed: job.relay.seed,
  }
}
