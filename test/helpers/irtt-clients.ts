import { expect } from 'vitest'
import { start, type Finished } from './child.ts'
import { startServe, type CommandOptions, type ServerProcess } from './udptool.ts'

/** An echo server that answers clients of irtt. */
export interface IrttServe extends ServerProcess {
  readonly irttPort: number
  /** The second ready line, or event. */
  readonly irttReady: string
}

/** Starts `udptool serve --irtt 0` on free ports, without a minimum interval: a client that a busy host stopped may send faster. */
export async function startIrttServe(args: readonly string[] = [], options: CommandOptions = {}): Promise<IrttServe> {
  const server = await startServe(['--irtt', '0', '--irtt-min-interval', '0s', ...args], options)
  const [, irttReady = ''] = await server.child.waitFor('stdout', /^.+\n(.+)\n/u)
  const irttPort = irttReady.startsWith('{')
    ? (JSON.parse(irttReady) as { readonly port: number }).port
    : Number(/^listening udp[46] \S+:(\d+) protocol=irtt /u.exec(irttReady)?.[1])
  expect(irttPort).toBeGreaterThan(0)
  return Object.assign(server, { irttPort, irttReady })
}

type Clocks = Readonly<Partial<Record<'wall' | 'monotonic', number>>>

/** What irtt prints with -o, as far as the tests use it. */
export interface IrttOutput {
  readonly config: { readonly params: Readonly<Record<string, number | string>> }
  readonly stats: {
    readonly packets_sent: number
    readonly packets_received: number
    readonly server_packets_received: number
    readonly upstream_loss_percent: number
    readonly duplicates: number
  }
  readonly round_trips: readonly {
    readonly seqno: number
    readonly lost: 'false' | 'true' | 'true_up' | 'true_down'
    readonly timestamps: { readonly server: { readonly receive: Clocks; readonly send: Clocks } }
  }[]
}

/** Runs Debian's client of irtt to its end. */
export async function runIrtt(port: number, ...args: readonly string[]): Promise<Finished> {
  return await start('irtt', ['client', '-Q', '-o', '-', ...args, `127.0.0.1:${port}`]).finished
}

/** The output of a client that ended well. */
export async function measureIrtt(port: number, ...args: readonly string[]): Promise<IrttOutput> {
  const { code, stdout, stderr } = await runIrtt(port, ...args)
  if (code !== 0) throw new Error(`irtt ended with ${String(code)}: ${stdout}${stderr}`)
  return JSON.parse(stdout) as IrttOutput
}
