import { ROOT, start } from './child.ts'
import type { Child } from './child.ts'

/** A listening Python program of test/helpers/peers. `stop()` ends it and returns the counts that it prints at its end. */
export interface Peer<Truth> extends AsyncDisposable {
  readonly port: number
  readonly at: string
  readonly child: Child
  stop(): Promise<Truth>
}

export interface EchoTruth {
  readonly received: number
  readonly replied: number
  readonly bytesReceived: number
  readonly bytesReplied: number
  readonly cut: number
  readonly sizes: Readonly<Record<string, number>>
  readonly peers: Readonly<Record<string, number>>
  readonly kept: readonly string[]
  readonly probes: {
    readonly whole: number
    readonly bad: readonly string[]
    readonly conflicts: number
    readonly sequences: Readonly<Record<string, readonly number[]>>
    readonly table: { readonly learned: number; readonly values: readonly number[] }
  }
  readonly socketDrops: number
}

export interface ClientTruth {
  readonly sent: number
  readonly replies: number
  readonly right: number
  readonly missing: number
  readonly bytesSent: number
  readonly bytesReceived: number
  readonly wrong: readonly unknown[]
  readonly ports: readonly number[]
}

export interface HostileTruth {
  readonly sent: number
  readonly errors: number
  /** Plain datagrams between the hostile ones, all answered. */
  readonly sentinels?: number
  readonly answers?: Readonly<Record<string, number>>
  /** Answers longer than their request. */
  readonly longer?: readonly unknown[]
  /** Answers to kinds that are never answered. */
  readonly unexpected?: readonly unknown[]
  /** Sentinels without a reply. */
  readonly unanswered?: number
}

export interface FloodTruth {
  readonly sent: number
  readonly received: number
  readonly markers: number
  /** A marked datagram came back, so all datagrams before it were processed. */
  readonly markerReturned: boolean
  readonly seconds: number
  readonly socketDrops: number
}

interface Receipts {
  readonly length: number
  readonly requestLength: number
  readonly kind: string
  readonly sequence: number
  readonly run: number
  readonly checkRight: boolean
  readonly bodyRight: boolean
  readonly distinct: number
  readonly copies: number
  readonly answered: number
  readonly withheld: number
  readonly from: number
  readonly count: number
  readonly states: readonly string[]
}

export interface ProberTruth {
  readonly sent: number
  readonly missing: number
  readonly wrong: readonly string[]
  readonly replies: readonly {
    readonly kind: string
    readonly length: number
    readonly checkRight: boolean
    readonly slot: {
      readonly received: number | null
      readonly seen: number | null
      readonly empty: boolean
      readonly checkRight?: boolean
    }
  }[]
  readonly receipts: Receipts | null
  readonly totals: Receipts | null
  /** Of a run that the server does not know. */
  readonly unknownRun: Receipts | null
  /** The reply to a probe whose slot is damaged. */
  readonly damagedSlot: { readonly kind: string; readonly same: boolean } | null
}

/** What plain Python sockets receive on this machine for the claims of the lessons. */
export interface ClaimsTruth {
  readonly boundaries: readonly number[]
  readonly stream: readonly number[]
  readonly empty: readonly number[]
  readonly emptyStream: readonly string[]
  readonly stickyWrites: readonly string[]
  readonly stickyReads: readonly string[]
  readonly truncation: {
    readonly first: string
    readonly cut: boolean
    readonly next: string
    readonly left: readonly number[]
  }
  readonly oversize: { readonly errno: number; readonly whole: readonly number[] }
  readonly unix: { readonly sent: number; readonly kept: boolean }
}

export interface TerminalTruth {
  readonly ended: boolean
  readonly code: number
  readonly transcript: string
  readonly untyped: number
}

const PEERS = `${ROOT}test/helpers/peers/`

/** Starts a Python peer and does not wait for it. Peers use the standard library only (`-S`). */
export function startPython(name: string, args: readonly string[], timeoutSeconds: number): Child {
  return start('python3', ['-B', '-S', `${PEERS}${name}.py`, ...args], { stdin: 'socket', timeoutSeconds })
}

function lastLine<Truth>(child: Child): Truth {
  const line = child.stdout.trimEnd().split('\n').at(-1)
  if (line === undefined || !line.startsWith('{')) throw new Error(`no JSON line at the end; ${child.stderr}`)
  return JSON.parse(line) as Truth
}

/** Starts a listening peer and waits until it prints its port. */
export async function startPeer<Truth>(name: string, args: readonly string[]): Promise<Peer<Truth>> {
  const child = startPython(name, args, 230)
  const [line] = await child.waitFor('stdout', /^\{.*\}(?=\n)/)
  const { port } = JSON.parse(line) as { port: number }
  const stop = async (): Promise<Truth> => {
    child.end()
    await child.finished
    return lastLine<Truth>(child)
  }
  const at = args.includes('::1') ? `[::1]:${port}` : `127.0.0.1:${port}`
  return { port, at, child, stop, [Symbol.asyncDispose]: async () => await child[Symbol.asyncDispose]() }
}

/** Starts a plain Python UDP server (echo.py). */
export async function startEcho(...args: readonly string[]): Promise<Peer<EchoTruth>> {
  return await startPeer<EchoTruth>('echo', args)
}

/** Runs a Python peer to its end. Returns the document that it prints. */
export async function runPeer<Truth>(name: string, args: readonly string[]): Promise<Truth> {
  const child = startPython(name, args, 120)
  const { code, stderr } = await child.finished
  if (code !== 0) throw new Error(`${name}.py ended with ${String(code)}: ${stderr}`)
  return lastLine<Truth>(child)
}

/** Runs a Python client that compares every reply with the expected bytes (client.py). */
export async function runClient(to: string, ...args: readonly string[]): Promise<ClientTruth> {
  return await runPeer<ClientTruth>('client', ['--to', to, ...args])
}

/** Sends hostile datagrams to a server (hostile.py). */
export async function runHostile(to: string, ...args: readonly string[]): Promise<HostileTruth> {
  return await runPeer<HostileTruth>('hostile', ['--to', to, ...args])
}

/** Runs a Python sender with a fixed rate, which does not wait for answers (flood.py). */
export async function runFlood(to: string, ...args: readonly string[]): Promise<FloodTruth> {
  return await runPeer<FloodTruth>('flood', ['--to', to, ...args])
}

/** Runs a Python prober written from docs/wire-format.md alone (prober.py). */
export async function runProber(to: string, ...args: readonly string[]): Promise<ProberTruth> {
  return await runPeer<ProberTruth>('prober', ['--to', to, ...args])
}

/** Runs udptool at a pseudo-terminal and types the lines, each after a prompt. `options` are those of terminal.py. */
export async function runTerminal(
  lines: readonly string[],
  args: readonly string[],
  options: readonly string[] = [],
): Promise<TerminalTruth> {
  const typed = [...options, ...lines.flatMap(line => ['--type', line])]
  return await runPeer<TerminalTruth>('terminal', [...typed, '--', process.execPath, `${ROOT}bin/udptool.js`, ...args])
}

/** Tries the claims of the lessons with Python sockets (claims.py). */
export async function runClaims(): Promise<ClaimsTruth> {
  return await runPeer<ClaimsTruth>('claims', [])
}

/** Tests relay.py against echo.py (selftest.py). */
export async function runSelftest(...args: readonly string[]): Promise<{ ok: boolean; problems: readonly string[] }> {
  return await runPeer('selftest', args)
}
