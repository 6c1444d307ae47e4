import type { Address } from '../../base/address.ts'
import { relayOnDgram } from '../../engine/dgram/relay.ts'
import type { RelaySockets } from '../../engine/port.ts'
import { relayInWorker } from '../../engine/relay-in-worker.ts'
import { resolveHost } from '../../engine/resolve.ts'
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
  const sockets = await openAt(job)
  const running = await relayOnDgram(job.relay, sockets)
  const truth = (): RelayTruth => {
    running.look()
    return createRelayTruth(running.facts, job.relay.seed)
  }
  let last: RelayTruth | undefined
  const done = running.done.finally(() => void (last = createRelayTruth(running.facts, job.relay.seed)))
  // Whoever waits for it learns of it.
  done.catch(() => {})
  return {
    ...describe(job, sockets, running.bound),
    facts: running.facts,
    truth: () => last ?? truth(),
    stop: () => running.stop(),
    done,
  }
}

/** Starts a relay on a thread of its own. */
export async function runRelayInWorker(job: RelayJob): Promise<RelayRun> {
  const sockets = await openAt(job)
  const hosted = await relayInWorker(job.relay, sockets)
  return { ...describe(job, sockets, hosted.bound), ...hosted }
}

async function openAt({ listen, to, recvBuffer }: RelayJob): Promise<RelaySockets> {
  const [[front], [server, ...others]] = await Promise.all([resolveHost(listen.host), resolveHost(to.host)])
  return {
    host: front.address,
    family: front.family,
    port: listen.port,
    server: { ...server, port: to.port },
    ...(others.length === 0 ? {} : { alternatives: others.map(one => ({ ...one, port: to.port })) }),
    recvBuffer,
  }
}

function describe(
  job: RelayJob,
  { host, port, family, server }: RelaySockets,
  [bound]: readonly Address[],
): Pick<RelayRun, 'engine' | 'address' | 'to' | 'seed'> {
  return { engine: 'dgram', address: bound ?? { address: host, port, family }, to: server, seed: job.relay.seed }
}
