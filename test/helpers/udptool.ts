import { ROOT, start } from './child.ts'
import type { Child, Finished, StartOptions } from './child.ts'
import { startHosted } from './command-host.ts'
import type { ResultDocument, ServeEvent } from './document.ts'

/** The output of a command and how it ended. */
export interface Run extends Finished {
  /** Parses stdout, which must be one JSON document. */
  readonly json: () => ResultDocument
}

export interface ServerProcess extends AsyncDisposable {
  readonly port: number
  readonly pid: number
  readonly child: Child
  /** The ready line, as it was printed. */
  readonly ready: string
  /** `127.0.0.1:PORT` */
  readonly at: string
  /** Ends it like a service manager. Returns how it ended. */
  stop(signal?: NodeJS.Signals): Promise<Finished>
}

const PROGRAM = `${ROOT}bin/udptool.js`

export interface CommandOptions extends StartOptions {
  /** Runs in a process of this test file that has already loaded the program, if the test does not depend on a process of its own. */
  readonly hosted?: boolean
}

export const HOSTED = { hosted: true } as const

/** Starts `node bin/udptool.js …args` and does not wait for it. */
export function startUdptool(args: readonly string[], options: CommandOptions = {}): Child {
  return options.hosted === true ? startHosted(args, options) : start(process.execPath, [PROGRAM, ...args], options)
}

/** Runs `node bin/udptool.js …args` to its end. Default of stdin: /dev/null. */
export async function udptool(args: readonly string[], options: CommandOptions = {}): Promise<Run> {
  return withJson(await startUdptool(args, options).finished)
}

/**
 * Runs a command line to its end in a process that has already loaded the program, for tests of arguments, network, outputs and exit status
 * that do not depend on a process of their own.
 */
export async function runHosted(
  args: readonly string[],
  options: Pick<StartOptions, 'timeoutSeconds'> = {},
): Promise<Run> {
  return await udptool(args, { ...options, ...HOSTED })
}

/** Adds `json()` to a finished process. */
export function withJson(finished: Finished): Run {
  return {
    ...finished,
    json: () => {
      try {
        return JSON.parse(finished.stdout) as ResultDocument
      } catch (error) {
        throw new Error(`no JSON document on stdout: ${finished.stdout}; stderr: ${finished.stderr}`, { cause: error })
      }
    },
  }
}

/** Starts `udptool serve --port 0 …args` and waits for its ready line, a text or (`--json`) an event. */
export async function startServe(args: readonly string[] = [], options: CommandOptions = {}): Promise<ServerProcess> {
  const child = startUdptool(['serve', '--port', '0', ...args], { timeoutSeconds: 120, ...options })
  const [ready] = await child.waitFor('stdout', /^.+(?=\n)/)
  const port = portOf(ready)
  const stop = async (signal: NodeJS.Signals = 'SIGTERM'): Promise<Finished> => {
    child.signal(signal)
    return await child.finished
  }
  return {
    port,
    pid: child.pid,
    child,
    ready,
    at: ready.includes('udp6') ? `[::1]:${port}` : `127.0.0.1:${port}`,
    stop,
    [Symbol.asyncDispose]: async () => await endServer(child, options),
  }
}

/** Ends a server. A hosted one gets SIGTERM and is not killed, so that its host can run the next command. */
export async function endServer(server: Child, { hosted = false }: CommandOptions): Promise<void> {
  if (hosted) {
    server.signal('SIGTERM')
    await server.finished
  }
  await server[Symbol.asyncDispose]()
}

function portOf(ready: string): number {
  const port = ready.startsWith('{')
    ? (JSON.parse(ready) as ServeEvent).port
    : Number(/^listening udp[46] \S+:(\d+) /.exec(ready)?.[1])
  if (port === undefined || !(port > 0)) throw new Error(`no ready line: ${ready}`)
  return port
}

/** The NDJSON events of `serve --json`. */
export function events(finished: Finished): readonly ServeEvent[] {
  return finished.stdout
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line) as ServeEvent)
}

/** The last event of `serve --json`, which must be the summary. */
export function summaryOf(finished: Finished): ServeEvent {
  const last = events(finished).at(-1)
  if (last?.event !== 'summary') throw new Error(`no summary at the end: ${finished.stdout}`)
  return last
}
