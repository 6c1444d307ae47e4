import { spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { lookUp, type Found, type Lookup } from './resolve.ts'

/**
 * The script of the child: a lookup for each line, answered by a line. It ignores Ctrl-C, which a terminal sends to all its processes, and ends
 * when its standard input closes. SIGKILL, because at exit Node waits for the threads in getaddrinfo(3).
 */
const SCRIPT = `const { lookup } = require('node:dns')
process.on('SIGINT', () => {})
const end = () => process.kill(process.pid, 'SIGKILL')
process.stdout.on('error', end)
require('node:readline').createInterface({ input: process.stdin }).on('close', end).on('line', line => {
  const { id, host, family } = JSON.parse(line)
  lookup(host, { all: true, family, verbatim: true }, (error, found) =>
    console.log(JSON.stringify(error === null ? { id, found } : { id, code: error.code, message: error.message })))
})`

/** libuv runs lookups on half of these threads at most (uv__slow_work_thread_threshold). */
const THREADS = 32
/** Number of lookups that run at the same time; others wait for one of them. */
export const CONCURRENT_LOOKUPS = THREADS / 2

interface Answer {
  readonly id: number
  readonly found?: readonly Found[]
  readonly code?: string
  readonly message?: string
}

interface Pending {
  readonly resolve: (found: readonly Found[]) => void
  readonly reject: (error: Error) => void
}

/**
 * Looks up names in a process of its own, as long as the caller runs: getaddrinfo(3) waits many seconds for a silent name server, and its thread
 * cannot be ended, but a process can. If no process can be started (a sandbox), lookups run in this one.
 */
export class ResolverProcess {
  #child: ChildProcess | undefined
  #isMissing = false
  #lastId = 0
  readonly #pending = new Map<number, Pending>()

  /** Calls the system's resolver. Rejects with a system error. */
  readonly lookup: Lookup = async (host, family) => {
    const child = this.#isMissing ? undefined : (this.#child ??= this.#start())
    if (child === undefined) return lookUp(host, family)
    const id = (this.#lastId += 1)
    const answered = new Promise<readonly Found[]>((resolve, reject) => this.#pending.set(id, { resolve, reject }))
    child.stdin?.write(`${JSON.stringify({ id, host, family })}\n`)
    return answered
  }

  /** Ends the process. Lookups that have no answer yet reject. */
  close(): void {
    this.#isMissing = true
    this.#child?.kill('SIGKILL')
  }

  #start(): ChildProcess | undefined {
    const { NODE_OPTIONS: _, ...own } = process.env
    const env = { ...own, UV_THREADPOOL_SIZE: String(THREADS) }
    try {
      const child = spawn(process.execPath, ['-e', SCRIPT], {
        env,
        stdio: ['pipe', 'pipe', 'ignore'],
        windowsHide: true,
      })
      child.on('error', () => {
        this.#isMissing = true
        this.#ended(child)
      })
      child.on('close', () => this.#ended(child))
      // A write to a process that has ended; `close` follows.
      child.stdin.on('error', () => {})
      createInterface({ input: child.stdout }).on('line', line => this.#take(JSON.parse(line) as Answer))
      return child
    } catch {
      this.#isMissing = true
      return undefined
    }
  }

  #take({ id, found, code, message }: Answer): void {
    const pending = this.#pending.get(id)
    this.#pending.delete(id)
    if (found === undefined) pending?.reject(Object.assign(new Error(message), { code }))
    else pending?.resolve(found)
  }

  /** The next lookup starts another process. */
  #ended(child: ChildProcess): void {
    if (this.#child === child) this.#child = undefined
    const pending = [...this.#pending.values()]
    this.#pending.clear()
    for (const { reject } of pending)
      reject(Object.assign(new Error('the process for lookups has ended'), { code: 'EAI_AGAIN' }))
  }
}
