import type { Address } from '../../base/address.ts'
import { relayOnDgram } from '../../engine/dgram/relay.ts'
import type { RelaySockets } from '../../engine/port.ts'
import { relayInWorker } from '../../engine/relay-in-worker.ts'
import { openAtFirst, resolveHost } from '../../engine/resolve.ts'
import type { RelayPlan } from '../../facts/relay-plan.ts'
import { createRelayTruth, type RelayTruth } from '../../facts/relay-truth.ts'
import type { RelayFacts } from '../../facts/relay.ts'
import type { RelayJob } from './plan.ts'

/** A relay that is listening. */
export interface RelayRun {
  readonly engine: 'dgram'
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
  const { sockets, running } = await openAt(job, relayOnDgram)
  const truth = (): RelayTruth => {
    running.look()
    return createRelayTruth(running.facts, job.relay.seed)
  }
  let last: RelayTruth | undefined
  const done = running.done.finally(() => void (last = createRelayTruth(running.facts, job.relay.seed)))
  // Callers that await it get the error.
  done.catch(() => {})
  return {
    ...describe(job, sockets, running.bound),
    facts: running.facts,
    truth: () => last ?? truth(),
    stop: () => running.stop(),
    done,
  }
}

/** Starts a relay in a worker thread. */
export async function runRelayInWorker(job: RelayJob): Promise<RelayRun> {
  const { sockets, running } = await openAt(job, relayInWorker)
  return { ...describe(job, sockets, running.bound), ...running }
}

/** Starts a relay at the first address of `--listen` that is this host's. */
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
  return { engine: 'dgram', address: bound ?? { address: host, port, family }, to: server, seed: job.relay.seed }
}
