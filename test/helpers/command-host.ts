import { spawn, type ChildProcess } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { PassThrough } from 'node:stream'
import { afterAll } from 'vitest'
import {
  environment,
  endWithTest,
  TIMEOUT_SECONDS,
  ROOT,
  StartedChild,
  type Child,
  type StartOptions,
} from './child.ts'

/** One command line that a host runs, with the same streams and events as a process. */
class HostedCommand extends EventEmitter {
  readonly stdout = new PassThrough()
  readonly stderr = new PassThrough()
  readonly #host: ChildProcess

  constructor(host: ChildProcess) {
    super()
    this.#host = host
  }

  kill(name: NodeJS.Signals): void {
    this.#host.kill(name)
  }

  async close(code: number | null, signal: NodeJS.Signals | null): Promise<void> {
    const read = [once(this.stdout, 'end'), once(this.stderr, 'end')]
    this.stdout.end()
    this.stderr.end()
    await Promise.all(read)
    this.emit('close', code, signal)
  }
}

/** What command-host-process.mjs writes to both streams after a command. */
const END = /\0(\d+)\0$/

/** A process that has loaded the program and runs one command line after another. */
class CommandHost {
  readonly pid: number
  readonly #process: ChildProcess
  #command: HostedCommand | undefined
  #ends = 0
  #isOver = false

  constructor(within: readonly string[]) {
    const [command, ...args] = [...within, process.execPath, `${ROOT}test/helpers/command-host-process.mjs`] as const
    this.#process = spawn(command, args, {
      cwd: ROOT,
      detached: true,
      env: environment({}),
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    })
    if (this.#process.pid === undefined) throw new Error('a process cannot be started')
    this.pid = this.#process.pid
    for (const name of ['stdout', 'stderr'] as const) {
      this.#process[name]?.setEncoding('utf8').on('data', (text: string) => this.#take(name, text))
    }
    this.#process.once('close', (code, signal) => {
      this.#isOver = true
      this.#finish(code, signal)
    })
  }

  get isIdle(): boolean {
    return this.#command === undefined && !this.#isOver
  }

  run(args: readonly string[], timeoutSeconds: number): StartedChild {
    this.#command = new HostedCommand(this.#process)
    this.#ends = 0
    this.#process.send(args)
    return new StartedChild(this.#command, this.pid, timeoutSeconds)
  }

  async end(): Promise<void> {
    if (this.#isOver) return
    const closed = once(this.#process, 'close')
    this.#process.kill('SIGKILL')
    await closed
  }

  #take(name: 'stdout' | 'stderr', text: string): void {
    const end = END.exec(text)
    const output = end === null ? text : text.slice(0, end.index)
    if (output !== '') this.#command?.[name].write(output)
    if (end === null) return
    this.#ends += 1
    if (this.#ends === 2) this.#finish(Number(end[1]), null)
  }

  #finish(code: number | null, signal: NodeJS.Signals | null): void {
    void this.#command?.close(code, signal)
    this.#command = undefined
  }
}

/** Processes that run command lines, each process one at a time. */
export class CommandHosts {
  readonly #within: readonly string[]
  readonly #hosts: CommandHost[] = []

  /** `within`: a command that starts each process, such as `ip netns exec NAME`. */
  constructor(within: readonly string[] = []) {
    this.#within = within
  }

  /** Starts a command line in an idle process, or in a new one. */
  start(args: readonly string[], options: StartOptions = {}): Child {
    let host = this.#hosts.find(({ isIdle }) => isIdle)
    if (host === undefined) {
      host = new CommandHost(this.#within)
      this.#hosts.push(host)
    }
    return endWithTest(host.run(args, options.timeoutSeconds ?? TIMEOUT_SECONDS), options)
  }

  async end(): Promise<void> {
    await Promise.all(this.#hosts.map(async host => await host.end()))
  }
}

const ofFile = new CommandHosts()
afterAll(async () => await ofFile.end())

/** Starts a command line in a command host of this test file. */
export function startHosted(args: readonly string[], options: StartOptions): Child {
  return ofFile.start(args, options)
}
