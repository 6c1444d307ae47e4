import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Child, Finished } from './child.ts'
import type { ResultDocument } from './document.ts'
import { temporaryFolder } from './tools.ts'
import { endServer, startUdptool, type CommandOptions } from './udptool.ts'

/** What the relay did in one direction, as documented. Tests must not rely on the types of src. */
export interface DirectionRecord {
  readonly seen: number
  readonly forwarded: number
  readonly dropped: number
  readonly duplicated: number
  readonly reordered: number
  readonly delayed: number
  readonly truncated: number
  readonly corrupted: number
  readonly queueDropped: number
  readonly refused: number
  readonly abandoned: number
  readonly kernelDropped?: number
}

/** The document of `relay --truth`. */
export interface RelayRecord {
  readonly schema: string
  readonly seed: string
  readonly up: DirectionRecord
  readonly down: DirectionRecord
  readonly receipts: { readonly up: DirectionRecord; readonly down: DirectionRecord }
  readonly clients: number
  readonly clientsEvicted?: number
  readonly unreachable?: number
  readonly ignored?: Readonly<Record<string, number>>
  readonly loops?: number
  /** Run → sequence → what was done to it. */
  readonly runs: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>
  readonly others: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>
  readonly omitted?: number
}

/** One line of `relay --json`. */
export interface RelayEvent extends Partial<RelayRecord> {
  readonly event: string
  readonly family?: string
  readonly host?: string
  readonly port?: number
  readonly to?: string
  readonly engine?: string
}

/** The document of `relay --self --json`. */
export interface SelfDocument {
  readonly schema: string
  readonly command: string
  readonly seed: string
  readonly truth: RelayRecord
  readonly result: ResultDocument
  readonly comparison: readonly {
    readonly what: string
    readonly relay?: number
    readonly ledger: number
    readonly equal?: boolean
  }[]
  readonly verdict: string
}

export interface RelayProcess extends AsyncDisposable {
  readonly port: number
  readonly at: string
  readonly child: Child
  /** The first line of output. */
  readonly ready: string
  /** Ends it like a service manager. Returns its exit and its record. */
  stop(signal?: NodeJS.Signals): Promise<Finished & { readonly truth: RelayRecord }>
}

/** Starts `udptool relay` on a free port in front of a server, with a `--truth` file, and waits for its first line. */
export async function startRelayCommand(
  to: string,
  args: readonly string[] = [],
  options: CommandOptions = {},
): Promise<RelayProcess> {
  const file = join(temporaryFolder(), 'truth.json')
  const child = startUdptool(['relay', '--port', '0', '--to', to, '--truth', file, ...args], {
    timeoutSeconds: 120,
    ...options,
  })
  const [ready] = await child.waitFor('stdout', /^.+(?=\n)/)
  const port = ready.startsWith('{')
    ? (JSON.parse(ready) as RelayEvent).port
    : Number(/^listening udp[46] \S+:(\d+) to=/.exec(ready)?.[1])
  if (port === undefined || !(port > 0)) throw new Error(`no ready line: ${ready}`)
  return {
    port,
    at: ready.includes('udp6') ? `[::1]:${port}` : `127.0.0.1:${port}`,
    child,
    ready,
    stop: async (signal = 'SIGTERM') => {
      child.signal(signal)
      const finished = await child.finished
      return { ...finished, truth: JSON.parse(readFileSync(file, 'utf8')) as RelayRecord }
    },
    [Symbol.asyncDispose]: async () => await endServer(child, options),
  }
}

/** The NDJSON events of `relay --json`. */
export function relayEvents({ stdout }: Finished): readonly RelayEvent[] {
  return stdout
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line) as RelayEvent)
}

/** Datagrams and copies of this direction minus their recorded ends. It must be 0. */
export function unaccounted(direction: DirectionRecord): number {
  const { seen, duplicated, forwarded, dropped, queueDropped, refused, abandoned } = direction
  return seen + duplicated - forwarded - dropped - queueDropped - refused - abandoned
}
