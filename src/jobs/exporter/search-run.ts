import type { Address } from '../../base/address.ts'
import { MILLISECOND } from '../../base/nanos.ts'
import { formatTarget, type Target } from '../../base/target.ts'
import { startTimer } from '../../engine/long-timer.ts'
import { ResolverProcess } from '../../engine/resolver-process.ts'
import { resolveHost, type Lookup } from '../../engine/resolve.ts'
import type { EngineChoice } from '../../options/engine.ts'
import { searchFindings, type SearchFindings } from '../../verdict/monitor/search-result.ts'
import type { Log } from '../log.ts'
import type { DiscoveredTarget } from '../monitor/config-plan.ts'
import { RUN_KINDS, type RunKind } from '../run-kind.ts'
import { versionOf } from './ip-version.ts'
import { Searches } from './searches.ts'

/** What the runs of searches need from their surroundings. */
export interface SearchRunSurroundings {
  readonly engine: EngineChoice
  readonly lookup: Lookup
  /** Addresses to which a target (host:port) is probed at present. */
  readonly probedAddresses: (target: string) => readonly Address[]
}

/** Starts periodic searches, at first without targets. */
export function startSearches({
  log,
  ...surroundings
}: Omit<SearchRunSurroundings, 'lookup'> & { readonly log: Log }): Searches {
  const resolver = new ResolverProcess()
  const { lookup } = resolver
  return new Searches({
    startTimer,
    elapsed: () => Math.round(performance.now() * MILLISECOND),
    now: Date.now,
    search: async (wanted, signal) => runSearch(wanted, signal, { ...surroundings, lookup }),
    close: () => resolver.close(),
    log,
  })
}

/** Runs `mtu` or `sweep` once. `kinds`: the kinds of runs, by name. Rejects with a UdptoolError if it cannot start. */
export async function runSearch(
  { target, module: { run, options } }: DiscoveredTarget,
  signal: AbortSignal,
  { engine, ...surroundings }: SearchRunSurroundings,
  kinds: ReadonlyMap<string, Pick<RunKind, 'plan'>> = RUN_KINDS,
): Promise<SearchFindings> {
  const kind = kinds.get(run)
  if (kind === undefined) throw new RangeError(`no run is called ${run}`)
  const plan = kind.plan({ engine, ...options })
  const host = await unlessAborted(addressOf(target, versionOf(options), surroundings), signal)
  if (host === undefined) return { failure: 'it was interrupted' }
  const { result } = await plan.run({ host, port: target.port }, { signal })
  return searchFindings(result)
}

/** The address that is probed, so that both measure one path. Else the first of the name. */
async function addressOf(
  target: Target,
  version: 4 | 6 | undefined,
  { lookup, probedAddresses }: Omit<SearchRunSurroundings, 'engine'>,
): Promise<string> {
  const probed = probedAddresses(formatTarget(target)).find(
    ({ family }) => version === undefined || family === `udp${version}`,
  )
  if (probed !== undefined) return probed.address
  const [{ address }] = await resolveHost(target.host, version, lookup)
  return address
}

/** A lookup cannot be cancelled, so its result is ignored after a signal. */
async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  if (signal.aborted) return undefined
  return new Promise((resolve, reject) => {
    const leave = (): void => resolve(undefined)
    signal.addEventListener('abort', leave, { once: true })
    void promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave))
  })
}
