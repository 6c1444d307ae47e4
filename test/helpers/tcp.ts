import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Child, Finished } from './child.ts'
import { runPeer, startPeer, type Peer } from './peers.ts'
import { temporaryFolder } from './tools.ts'
import { endServer, startUdptool, type CommandOptions } from './udptool.ts'

export interface TcpServerProcess extends AsyncDisposable {
  readonly port: number
  readonly at: string
  readonly ready: string
  readonly child: Child
  stop(signal?: NodeJS.Signals): Promise<Finished>
}

/** Starts `udptool tcp serve --port 0 …args` and waits for its ready line, a text or (`--json`) an event. */
export async function startTcpServe(
  args: readonly string[] = [],
  options: CommandOptions = {},
): Promise<TcpServerProcess> {
  const child = startUdptool(['tcp', 'serve', '--port', '0', ...args], { timeoutSeconds: 120, ...options })
  const [ready] = await child.waitFor('stdout', /^.+(?=\n)/)
  const port = /^listening tcp[46] \S+:(\d+) /.exec(ready)?.[1] ?? /"port":(\d+)/.exec(ready)?.[1]
  if (port === undefined) throw new Error(`no ready line: ${ready}`)
  const stop = async (signal: NodeJS.Signals = 'SIGTERM'): Promise<Finished> => {
    child.signal(signal)
    return await child.finished
  }
  return {
    port: Number(port),
    at: ready.includes('tcp6') ? `[::1]:${port}` : `127.0.0.1:${port}`,
    ready,
    child,
    stop,
    [Symbol.asyncDispose]: async () => await endServer(child, options),
  }
}

/** The last event of a server with `--json`, which must be the summary. */
export function tcpSummary(finished: Finished): Record<string, unknown> {
  const summary = JSON.parse(finished.stdout.trimEnd().split('\n').at(-1) ?? '') as Record<string, unknown>
  if (summary['event'] !== 'summary') throw new Error(`no summary: ${finished.stdout}`)
  return summary
}

/** A list of commands as a temporary file. */
export function commandsFile(list: unknown): string {
  const path = join(temporaryFolder(), 'commands.json')
  writeFileSync(path, typeof list === 'string' ? list : JSON.stringify(list))
  return path
}

export function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** The digest of each file of a folder, hidden files included. */
export function digests(folder: string): Record<string, string> {
  return Object.fromEntries(readdirSync(folder).map(name => [name, sha256(readFileSync(join(folder, name)))]))
}

export type Json = Readonly<Record<string, unknown>>

export interface TcpServerTruth {
  readonly connections: number
  readonly requests: readonly Json[]
  readonly bytesReceived: number
  /** All bytes that `upper` and `split` received. */
  readonly hex: string
}

/** Starts a Python server of the lessons' source text (tcp_server.py): `upper`, `upper-once`, `split`, `fixed`, `upload` or `command`. */
export async function startTcpPeer(as: string, ...args: readonly string[]): Promise<Peer<TcpServerTruth>> {
  return await startPeer('tcp_server', ['--as', as, ...args])
}

export interface UploadTruth {
  readonly digest: string
  readonly answer?: Json | null
  readonly ended?: string
  readonly rest?: number
  readonly failed?: string
}

/** Runs uploads by a Python client, all at once (upload_client.py). Returns the outcome of each. */
export async function runUploads(to: string, puts: readonly Json[]): Promise<readonly UploadTruth[]> {
  const args = puts.flatMap(put => ['--put', JSON.stringify(put)])
  return (await runPeer<{ uploads: readonly UploadTruth[] }>('upload_client', ['--to', to, ...args])).uploads
}

export interface CommandTruth {
  readonly answers: readonly {
    readonly header: Json | null
    readonly length?: number
    readonly text?: string
    readonly sha256?: string
  }[]
  readonly rest: number
  readonly ended: string
}

/** Requests commands by a Python client (command_client.py). Returns the answer to each. */
export async function runCommandClient(to: string, ...args: readonly string[]): Promise<CommandTruth> {
  return await runPeer('command_client', ['--to', to, ...args])
}

export interface MalformedFramesTruth {
  readonly answers: readonly { readonly answer: Json | string; readonly ended: string }[]
  readonly upload: Json | null
  readonly digest: string
}

export async function runMalformedFrames(
  to: string,
  junk: readonly string[],
  ...args: readonly string[]
): Promise<MalformedFramesTruth> {
  return await runPeer('malformed_frames', ['--to', to, ...junk.flatMap(hex => ['--hex', hex]), ...args])
}
