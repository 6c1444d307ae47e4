import { spawn } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { onCleanup } from './lifetime.ts'

/** The repository, with a slash at the end. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/** Where a child's stdin comes from. `socket` is what Node gives as 'pipe'; `fifo` a real pipe, both held open until `end()`. */
type Stdin = 'null' | 'closed' | 'socket' | 'fifo' | number

export interface Finished {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export interface Child extends AsyncDisposable {
  readonly pid: number
  /** What came on stdout and stderr so far. */
  readonly stdout: string
  readonly stderr: string
  readonly finished: Promise<Finished>
  /** Resolves once the stream's text matches; rejects if the process ends before that, or after a minute. */
  waitFor(stream: 'stdout' | 'stderr', pattern: RegExp): Promise<RegExpExecArray>
  write(text: string | Uint8Array): void
  end(): void
  /** To this one process. */
  signal(name: NodeJS.Signals): void
}

export interface StartOptions {
  /** The process serves several tests, and `afterAll` of their file ends it. */
  readonly ofFile?: boolean
  readonly stdin?: Stdin
  readonly env?: Readonly<Record<string, string>>
  /** The process is killed, and `finished` rejects, after so many seconds. */
  readonly timeoutSeconds?: number
}

/** Seconds, unless told otherwise. */
export const TIMEOUT_SECONDS = 55

const living = new Set<number>()
process.once('exit', () => {
  for (const pid of living) killGroup(pid)
})

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // it has ended by itself
  }
}

export function environment(extra: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const { FORCE_COLOR: _force, NO_COLOR: _no, VITEST: _vitest, NODE_OPTIONS: _options, ...rest } = process.env
  // Where these tests run on GitHub, the commands under test are not to annotate that run.
  const { GITHUB_ACTIONS: _actions, GITHUB_STEP_SUMMARY: _summary, ...quiet } = rest
  return { ...quiet, ...extra }
}

/** The command as it has to be started to get this kind of stdin. */
function wrapped(command: string, args: readonly string[], stdin: Stdin): { command: string; args: readonly string[] } {
  if (stdin === 'fifo') return { command: 'sh', args: ['-c', 'cat | "$0" "$@"', command, ...args] }
  if (stdin === 'closed') return { command: 'sh', args: ['-c', 'exec "$0" "$@" <&-', command, ...args] }
  return { command, args }
}

function stdio(stdin: Stdin): 'ignore' | 'pipe' | number {
  if (typeof stdin === 'number') return stdin
  return stdin === 'socket' || stdin === 'fifo' ? 'pipe' : 'ignore'
}

/** A process, or one command line that a process runs (command-host.ts). */
interface Running {
  readonly stdin?: Writable | null
  readonly stdout: Readable | null
  readonly stderr: Readable | null
  once(event: 'close', listener: (code: number | null, signal: NodeJS.Signals | null) => void): unknown
  kill(name: NodeJS.Signals): unknown
}

export class StartedChild implements Child {
  readonly pid: number
  readonly finished: Promise<Finished>
  stdout = ''
  stderr = ''
  readonly #process: Running
  readonly #watchers = new Set<() => void>()
  #over = false

  constructor(process: Running, pid: number, timeoutSeconds: number) {
    this.#process = process
    this.pid = pid
    living.add(pid)
    process.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text
      this.#changed()
    })
    process.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text
      this.#changed()
    })
    process.stdin?.on('error', () => undefined) // it may end before it has read everything
    this.finished = new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        killGroup(pid)
        reject(new Error(`not over after ${timeoutSeconds} s; stdout: ${this.stdout}; stderr: ${this.stderr}`))
      }, timeoutSeconds * 1000)
      process.once('close', (code, signal) => {
        clearTimeout(timer)
        living.delete(pid)
        this.#over = true
        this.#changed()
        resolve({ code, signal, stdout: this.stdout, stderr: this.stderr })
      })
    })
    this.finished.catch(() => undefined) // whoever waits for it sees it; nobody has to
  }

  #changed(): void {
    for (const watcher of this.#watchers) watcher()
  }

  async waitFor(stream: 'stdout' | 'stderr', pattern: RegExp): Promise<RegExpExecArray> {
    return await new Promise((resolve, reject) => {
      const settle = (work: () => void): void => {
        clearTimeout(timer)
        this.#watchers.delete(look)
        work()
      }
      const complain = (why: string): void => {
        const said = `stdout: ${this.stdout}; stderr: ${this.stderr}`
        settle(() => reject(new Error(`${why} without ${String(pattern)} on ${stream}; ${said}`)))
      }
      const look = (): void => {
        const match = pattern.exec(this[stream])
        if (match) settle(() => resolve(match))
        else if (this.#over) complain('it ended')
      }
      const timer = setTimeout(() => complain('a minute passed'), 60_000)
      this.#watchers.add(look)
      look()
    })
  }

  write(text: string | Uint8Array): void {
    this.#process.stdin?.write(text)
  }

  end(): void {
    this.#process.stdin?.end()
  }

  signal(name: NodeJS.Signals): void {
    if (!this.#over) this.#process.kill(name)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#over) killGroup(this.pid)
    await this.finished.catch(() => undefined)
  }
}

/** Starts a process of its own group, which ends with the test (`ofFile`: the file) that started it, or with all that `shared` it,
 * whatever becomes of the test. */
export function start(command: string, args: readonly string[], options: StartOptions = {}): Child {
  const stdin = options.stdin ?? 'null'
  const how = wrapped(command, args, stdin)
  const process = spawn(how.command, how.args, {
    cwd: ROOT,
    detached: true,
    env: environment(options.env ?? {}),
    stdio: [stdio(stdin), 'pipe', 'pipe'],
  })
  if (process.pid === undefined) throw new Error(`${command} cannot be started`)
  return endWithTest(new StartedChild(process, process.pid, options.timeoutSeconds ?? TIMEOUT_SECONDS), options)
}

/** Ends it with the test, with all that `shared` it, or with the file. */
export function endWithTest(child: StartedChild, { ofFile = false }: StartOptions): Child {
  if (!ofFile) onCleanup(async () => await child[Symbol.asyncDispose]())
  return child
}
