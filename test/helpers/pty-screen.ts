import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { environment, ROOT } from './child.ts'
import { onCleanup } from './lifetime.ts'
import { ScreenModel } from './screen-model.ts'

interface Modes {
  readonly canonical: boolean
  readonly echo: boolean
}

type Message =
  { readonly output: string } | { readonly stopped: true } | { readonly modes: Modes } | { readonly code: number }

export interface PtyOptions {
  readonly columns?: number
  readonly rows?: number
  readonly term?: string
  readonly env?: Readonly<Record<string, string>>
}

/** A command at a pseudo-terminal (screen.py), and the screen that an independent terminal emulator makes of its output. */
export class PtyScreen {
  readonly model: ScreenModel
  /** All output so far. */
  output = ''
  stops = 0
  code: number | undefined
  readonly #send: (command: object) => void
  readonly #watchers = new Set<() => void>()
  #modes: Modes | undefined
  #work = Promise.resolve()

  constructor(
    command: readonly string[],
    { columns = 100, rows = 30, term = 'xterm-256color', env = {} }: PtyOptions = {},
  ) {
    this.model = new ScreenModel(columns, rows)
    const size = ['--columns', `${columns}`, '--rows', `${rows}`, '--term', term]
    const child = spawn('python3', ['-B', '-S', `${ROOT}test/helpers/peers/screen.py`, ...size, '--', ...command], {
      cwd: ROOT,
      env: environment(env),
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    // It ends its command when its input ends.
    onCleanup(() => void child.stdin.end())
    child.stdin.on('error', () => undefined)
    this.#send = command => void child.stdin.write(`${JSON.stringify(command)}\n`)
    createInterface(child.stdout).on('line', line => this.#take(JSON.parse(line) as Message))
  }

  get lines(): string[] {
    return this.model.lines()
  }

  type(keys: string): void {
    this.#send({ type: Buffer.from(keys).toString('hex') })
  }

  signal(name: 'TERM' | 'INT' | 'TSTP' | 'CONT' | 'WINCH'): void {
    this.#send({ signal: name })
  }

  resize(columns: number, rows: number): void {
    this.#work = this.#work.then(() => this.model.resize(columns, rows))
    this.#send({ resize: [columns, rows] })
  }

  /** Whether output of the command is read no more. */
  hold(isHeld: boolean): void {
    this.#send({ hold: isHeld })
  }

  /** The modes of the terminal now. */
  async modes(): Promise<Modes> {
    this.#modes = undefined
    this.#send({ modes: true })
    return await this.until(() => this.#modes, 'no modes')
  }

  /** Waits until `look` returns something, and returns it. */
  async until<T>(look: (screen: this) => T | undefined | false, missing: string): Promise<T> {
    return await new Promise((resolve, reject) => {
      const check = (): void => {
        const found = look(this)
        if (found === undefined || found === false) {
          if (this.code !== undefined) fail(`it ended with ${this.code}`)
          return
        }
        done()
        resolve(found)
      }
      const done = (): void => {
        clearTimeout(timer)
        this.#watchers.delete(check)
      }
      const fail = (why: string): void => {
        done()
        reject(new Error(`${missing}: ${why}; screen:\n${this.lines.join('\n')}`))
      }
      const timer = setTimeout(() => fail('a minute passed'), 60_000)
      this.#watchers.add(check)
      check()
    })
  }

  async untilLine(pattern: RegExp): Promise<string> {
    return await this.until(({ lines }) => lines.find(line => pattern.test(line)), `no line with ${String(pattern)}`)
  }

  async untilEnd(): Promise<number> {
    return await this.until(({ code }) => code, 'no end')
  }

  /** In the order of arrival, because the model takes its input later. */
  #take(message: Message): void {
    this.#work = this.#work.then(async () => await this.#apply(message))
  }

  async #apply(message: Message): Promise<void> {
    if ('output' in message) {
      const bytes = Buffer.from(message.output, 'base64')
      this.output += bytes.toString('latin1')
      await this.model.write(bytes)
    }
    if ('stopped' in message) this.stops++
    if ('modes' in message) this.#modes = message.modes
    if ('code' in message) this.code = message.code
    for (const watcher of this.#watchers) watcher()
  }
}
