import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT, start } from './child.ts'
import { runPeer, startPeer, type Peer } from './peers.ts'
import { temporaryFolder } from './tools.ts'
import { endServer, startUdptool, type ServerProcess } from './udptool.ts'

/** What stamp_reflector.py did with each request that arrived, in order: its session, its sequence number, and the number of the reply. */
type StampArrival = readonly [
  session: string | null,
  sequence: number | null,
  what: 'answered' | 'forward' | 'return' | 'refused',
  number: number | null,
]

export interface ReflectorTruth {
  readonly arrivals: readonly StampArrival[]
  readonly sessions: readonly string[]
}

export interface StampSenderTruth {
  readonly sent: number
  /** Every difference from the expected octets, with values. */
  readonly wrong: readonly (readonly unknown[])[]
  readonly ttls: readonly number[]
  readonly toses: readonly number[]
}

/** A secret of 32 octets in hex. */
export const STAMP_KEY = '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f'

/** Starts a reflector that was written from the RFCs alone (stamp_reflector.py). */
export async function startPythonReflector(...args: readonly string[]): Promise<Peer<ReflectorTruth>> {
  return await startPeer<ReflectorTruth>('stamp_reflector', args)
}

/** Sends requests and compares every octet of each reply (stamp_sender.py). */
export async function runStampSender(to: string, ...args: readonly string[]): Promise<StampSenderTruth> {
  return await runPeer<StampSenderTruth>('stamp_sender', ['--to', to, ...args])
}

/** The same with packets that scapy builds and reads. Debian installs scapy for its own Python. */
export async function runScapySender(to: string, ...args: readonly string[]): Promise<StampSenderTruth> {
  const program = `${ROOT}test/helpers/peers/stamp_sender.py`
  const child = start('/usr/bin/python3', ['-B', program, '--to', to, '--scapy', ...args], { timeoutSeconds: 120 })
  const { code, stdout, stderr } = await child.finished
  if (code !== 0) throw new Error(`stamp_sender.py --scapy ended with ${String(code)}: ${stderr}`)
  return JSON.parse(stdout) as StampSenderTruth
}

/** A key file with this secret. */
export function keyFile(secret = STAMP_KEY): string {
  const file = join(temporaryFolder(), 'keys')
  writeFileSync(file, `1 ${secret}\n`, { mode: 0o600 })
  return file
}

/** Starts `udptool stamp serve --port 0 …args` in a command host of this file, and waits for its ready line. */
export async function startStampServe(...args: readonly string[]): Promise<ServerProcess> {
  const child = startUdptool(['stamp', 'serve', '--port', '0', ...args], { hosted: true, timeoutSeconds: 120 })
  const [ready] = await child.waitFor('stdout', /^.+(?=\n)/)
  const port = Number(/^listening udp[46] \S+:(\d+) protocol=stamp /.exec(ready)?.[1])
  if (!(port > 0)) throw new Error(`no ready line: ${ready}`)
  const stop = async (signal: NodeJS.Signals = 'SIGTERM'): ReturnType<ServerProcess['stop']> => {
    child.signal(signal)
    return await child.finished
  }
  const at = ready.includes('udp6') ? `[::1]:${port}` : `127.0.0.1:${port}`
  return {
    port,
    pid: child.pid,
    child,
    ready,
    at,
    stop,
    [Symbol.asyncDispose]: async () => await endServer(child, { hosted: true }),
  }
}
