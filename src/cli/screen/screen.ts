import type { Frame } from '../../report/screen/frame.ts'
import { frameDifference } from '../../report/screen/frame-difference.ts'
import type { Key } from '../../report/screen/key.ts'
import { KeyParser } from './key-parser.ts'
import { openTerminal, type TerminalOutput } from './terminal-output.ts'

/** Alternate screen, no cursor, no wrapping (xterm's control sequences, DECSET 1049, 25 and 7). */
const ENTER = '\u001B[?1049h\u001B[?25l\u001B[?7l'
const LEAVE = '\u001B[m\u001B[?7h\u001B[?25h\u001B[?1049l'
/** An Esc byte without another one after this time is the Esc key, ms. A sequence arrives in one piece, or over a network a little later. */
const ESCAPE_MS = 50

interface ScreenEvents {
  readonly onKeys: (keys: readonly Key[]) => void
  /** Draw again: the size has changed, or the interval, ms, is over. */
  readonly onChange: () => void
  readonly interval: number
}

/**
 * The terminal as a screen: raw mode, alternate screen, keys, size, and stop and continue (Ctrl-Z, SIGTSTP, SIGCONT). It is restored by
 * `close`, and if the process ends without it.
 */
export class Screen {
  readonly #color: boolean
  readonly #output: TerminalOutput = openTerminal(process.stdout)
  readonly #keys = new KeyParser()
  readonly #undo: (() => void)[] = []
  #shown: Frame | undefined
  #isOpen = false
  #escapeTimer: NodeJS.Timeout | undefined

  constructor(color: boolean) {
    this.#color = color
  }

  get width(): number {
    return process.stdout.columns
  }

  get height(): number {
    return process.stdout.rows
  }

  /** Whether the terminal has taken the last frame. If not, the next frame is not drawn. */
  get isReady(): boolean {
    return this.#output.isReady && this.#isOpen
  }

  open({ onKeys, onChange, interval }: ScreenEvents): void {
    const { stdin, stdout } = process
    const timer = setInterval(onChange, interval)
    this.#undo.push(() => clearInterval(timer))
    const take = (bytes: Buffer): void => {
      clearTimeout(this.#escapeTimer)
      const keys = this.#keys.feed(bytes)
      if (this.#keys.isWaiting) this.#escapeTimer = setTimeout(() => onKeys(this.#keys.flush()), ESCAPE_MS)
      if (keys.includes('suspend')) suspendGroup()
      if (keys.includes('redraw')) this.#shown = undefined
      onKeys(keys)
    }
    const enter = (): void => {
      this.#enter()
      onChange()
    }
    const listeners = [
      [process, 'exit', (): void => this.#leave()],
      [process, 'uncaughtExceptionMonitor', (): void => this.#leave()],
      [stdout, 'resize', onChange],
      ...(stdin.isTTY ? [[stdin, 'data', take] as const] : []),
      ...(process.platform === 'win32'
        ? []
        : [[process, 'SIGTSTP', (): void => this.#stop()] as const, [process, 'SIGCONT', enter] as const]),
    ] as const
    for (const [emitter, event, listener] of listeners) {
      emitter.on(event, listener as () => void)
      this.#undo.push(() => void emitter.off(event, listener as () => void))
    }
    this.#enter()
  }

  /** Writes the difference to the frame before. */
  show(frame: Frame): void {
    this.#output.write(frameDifference(this.#shown, frame, this.#color))
    this.#shown = frame
  }

  /** Restores the terminal and writes the last text to it. */
  close(text: string): void {
    for (const undo of this.#undo.splice(0)) undo()
    clearTimeout(this.#escapeTimer)
    this.#leave(text)
    process.stdin.pause()
    this.#output.close()
  }

  #enter(): void {
    // The shell may have set its own mode meanwhile, and Node sets a mode only if it differs from the last one that it has set.
    this.#setRaw(false)
    this.#setRaw(true)
    this.#isOpen = true
    this.#shown = undefined
    this.#output.write(ENTER)
  }

  #leave(text = ''): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    this.#output.write(LEAVE + text)
    this.#output.drain()
    this.#setRaw(false)
  }

  /** Stops this process as the signal would without a listener. */
  #stop(): void {
    this.#leave()
    process.kill(process.pid, 'SIGSTOP')
  }

  #setRaw(isRaw: boolean): void {
    try {
      if (process.stdin.isTTY) process.stdin.setRawMode(isRaw)
    } catch {
      // The terminal was hung up.
    }
  }
}

/** Acts as Ctrl-Z without raw mode: the terminal signals the whole group, with the shell scripts and wrappers in it. */
function suspendGroup(): void {
  if (process.platform !== 'win32') process.kill(0, 'SIGTSTP')
}
