import { spawn } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { onCleanup } from './lifetime.ts'

/** The repository, with a slash at the end. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/**
 * The kind of a child's stdin: `null` is /dev/null, `closed` no descriptor, `socket` the socket pair that Node makes for 'pipe', `fifo` a
 * pipe, and a number a descriptor. `socket` and `fifo` stay open until `end()`.
 */
type Stdin = 'null' | 'closed' | 'socket' | 'fifo' | number

/** How a process ended, and all its output. */
export interface Finished {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** A started process. Disposing of it kills its process group. */
export interface Child extends AsyncDisposable {
  readonly pid: number
  /** Output so far. */
  readonly stdout: string
  readonly stderr: string
  readonly finished: Promise<Finished>
  /** Resolves when the stream's text matches. Rejects if the process ends before that, or after two minutes. */
  waitFor(stream: 'stdout' | 'stderr', pattern: RegExp): Promise<RegExpExecArray>
  /** Writes to stdin. */
  write(text: string | Uint8Array): void
  /** Closes stdin. */
  end(): void
  /** Sends a signal to this process only. */
  signal(name: NodeJS.Signals): void
}

export interface StartOptions {
  /** Several tests use the process, and `afterAll` of their file must end it. Default: it ends with the test. */
  readonly ofFile?: boolean
  readonly stdin?: Stdin
  readonly env?: Readonly<Record<string, string>>
  /** Its working directory. Default: the repository. */
  readonly cwd?: string
  /** After this time the process is killed, and `finished` rejects. */
  readonly timeoutSeconds?: number
}

/** Default time limit of a process. */
export const TIMEOUT_SECONDS = 110

const running = new Set<number>()
process.once('exit', () => {
  for (const pid of running) killGroup(pid)
})

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It has already ended.
  }
}

/** The environment of this process without variables that change the output of a command, and with these. */
export function environment(extra: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const { FORCE_COLOR: _force, NO_COLOR: _no, VITEST: _vitest, NODE_OPTIONS: _options, ...rest } = process.env
  // When these tests run on GitHub, the commands under test must not annotate that run.
  const { GITHUB_ACTIONS: _actions, GITHUB_STEP_SUMMARY: _summary, ...local } = rest
  // In CI a run of more than 30 s reports on itself.
  const { CI: _ci, ...quiet } = local
  return { ...quiet, ...extra }
}

/** The command that starts this command with this kind of stdin. */
function wrapped(command: string, args: readonly string[], stdin: Stdin): { command: string; args: readonly string[] } {
  if (stdin === 'fifo') return { command: 'sh', args: ['-c', 'cat | "$0" "$@"', command, ...args] }
  if (stdin === 'closed') return { command: 'sh', args: ['-c', 'exec "$0" "$@" <&-', command, ...args] }
  return { command, args }
}

function stdio(stdin: Stdin): 'ignore' | 'pipe' | number {
  if (typeof stdin === 'number') return stdin
  return stdin === 'socket' || stdin === 'fifo' ? 'pipe' : 'ignore'
}

/** A process, or one command line in a command host (command-host.ts). */
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
    running.add(pid)
    process.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text
      this.#changed()
    })
    process.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text
      this.#changed()
    })
    process.stdin?.on('error', () => undefined) // The process may end before it has read everything.
    this.finished = new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        killGroup(pid)
        reject(new Error(`still running after ${timeoutSeconds} s; stdout: ${this.stdout}; stderr: ${this.stderr}`))
      }, timeoutSeconds * 1000)
      process.once('close', (code, signal) => {
        clearTimeout(timer)
        running.delete(pid)
        this.#over = true
        this.#changed()
        resolve({ code, signal, stdout: this.stdout, stderr: this.stderr })
      })
    })
    this.finished.catch(() => undefined) // A test need not wait for it.
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
      const fail = (reason: string): void => {
        const output = `stdout: ${this.stdout}; stderr: ${this.stderr}`
        settle(() => reject(new Error(`${reason} without ${String(pattern)} on ${stream}; ${output}`)))
      }
      const look = (): void => {
        const match = pattern.exec(this[stream])
        if (match) settle(() => resolve(match))
        else if (this.#over) fail('the process ended')
      }
      const timer = setTimeout(() => fail('two minutes passed'), 120_000)
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

/**
 * Starts a process in a process group of its own. It ends with the test, or with the last test that uses it (`shared`, `ofFile`), also if
 * the test fails.
 */
export function start(command: string, args: readonly string[], options: StartOptions = {}): Child {
  const stdin = options.stdin ?? 'null'
  const how = wrapped(command, args, stdin)
  const process = spawn(how.command, how.args, {
    cwd: options.cwd ?? ROOT,
    detached: true,
    env: environment(options.env ?? {}),
    stdio: [stdio(stdin), 'pipe', 'pipe'],
  })
  if (process.pid === undefined) throw new Error(`${command} cannot be started`)
  return endWithTest(new StartedChild(process, process.pid, options.timeoutSeconds ?? TIMEOUT_SECONDS), options)
}

/** Registers the end of a child: with the test, or after the last test of the block if made in `shared`. Not with `ofFile`. */
export function endWithTest(child: StartedChild, { ofFile = false }: StartOptions): Child {
  if (!ofFile) onCleanup(async () => await child[Symbol.asyncDispose]())
  return child
}
