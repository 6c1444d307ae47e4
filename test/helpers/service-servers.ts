import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT, start, type Child } from './child.ts'
import type { Host } from './namespace.ts'
import { temporaryFolder } from './tools.ts'

/** How long a server may take to start where the machine is busy, in seconds. */
const START_SECONDS = 60

/** A server of a package of Debian, in a namespace of the test. It ends with the test, or with the last test that uses it (`shared`). */
export interface ServiceServer {
  readonly child: Child
  /** The folder of its configuration. */
  readonly folder: string
  /** Ends it. Resolves when its process is gone, so that its port is closed. */
  stop(): Promise<void>
}

export interface ServiceStart {
  /** Command and arguments. `{folder}` is replaced by the folder of the configuration. */
  readonly command: readonly string[]
  /** Files of the folder, by their names. `{folder}` is replaced. */
  readonly files?: Readonly<Record<string, string>>
  readonly env?: Readonly<Record<string, string>>
  /** Resolves when the server answers a client that is not udptool; rejects if it never does. */
  readonly isUp: () => Promise<unknown>
}

/** Starts a server in the foreground, as a child of the test. Resolves when it answers. */
export async function startServiceServer(
  host: Host,
  { command, files = {}, env = {}, isUp }: ServiceStart,
): Promise<ServiceServer> {
  const folder = temporaryFolder()
  const inFolder = (text: string): string => text.replaceAll('{folder}', folder)
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), inFolder(text))
  const home = join(folder, 'home')
  mkdirSync(home)
  const child = start('ip', ['netns', 'exec', host.name, ...command.map(inFolder)], {
    env: { HOME: home, XDG_DATA_HOME: home, XDG_CONFIG_HOME: home, ...env },
  })
  const stop = async (): Promise<void> => {
    child.signal('SIGTERM')
    await child.finished
  }
  const ended = child.finished.then(({ code, stdout, stderr }) => {
    throw new Error(`${command.join(' ')} ended with ${String(code)}: ${stdout}${stderr}`)
  })
  await Promise.race([isUp(), ended])
  return { child, folder, stop }
}

/** Sends a datagram by a Python socket until it is answered. Returns the answer, or nothing if there is none in this time. */
export async function answerTo(
  host: Host,
  address: string,
  port: number,
  datagram: Uint8Array,
  seconds = START_SECONDS,
): Promise<Buffer | undefined> {
  const args = [address, String(port), Buffer.from(datagram).toString('hex'), String(seconds)]
  const { code, stdout, stderr } = await host.start('python3', '-B', `${ROOT}test/helpers/peers/ask.py`, ...args)
    .finished
  if (code !== 0) throw new Error(`ask.py ended with ${String(code)}: ${stderr}`)
  const { answer } = JSON.parse(stdout) as { answer: string | null }
  return answer === null ? undefined : Buffer.from(answer, 'hex')
}

/** Resolves when the datagram is answered. Rejects after a minute. */
export async function untilAnswered(host: Host, address: string, port: number, datagram: Uint8Array): Promise<void> {
  if ((await answerTo(host, address, port, datagram)) === undefined)
    throw new Error(`nothing at ${address}:${port} answers ${Buffer.from(datagram).toString('hex')}`)
}
