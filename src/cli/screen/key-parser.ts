import { StringDecoder } from 'node:string_decoder'
import type { Key } from '../../report/screen/key.ts'

/** What follows `ESC [` or `ESC O` for a key in xterm, rxvt, the Linux console, tmux and screen. */
const SEQUENCES: ReadonlyMap<string, Key> = new Map<string, Key>([
  ['A', 'up'],
  ['B', 'down'],
  ['C', 'right'],
  ['D', 'left'],
  ['H', 'home'],
  ['1~', 'home'],
  ['7~', 'home'],
  ['F', 'end'],
  ['4~', 'end'],
  ['8~', 'end'],
  ['5~', 'pageUp'],
  ['6~', 'pageDown'],
])
const CONTROLS: ReadonlyMap<string, Key> = new Map<string, Key>([
  ['\u0003', 'interrupt'],
  ['\u001A', 'suspend'],
  ['\u001C', 'quit'],
  ['\u000C', 'redraw'],
  ['\r', 'enter'],
  ['\n', 'enter'],
])
const ESCAPE = '\u001B'
/** A whole sequence after its Esc: CSI with its parameters, intermediate and final bytes (ECMA-48 §5.4), or SS3 with one character. */
const SEQUENCE = /^(?:\[([0-?]*)([ -/]*[@-~])|O(.))/su
/** The beginning of one. */
const PART = /^(?:\[[0-?]*[ -/]*|O)?$/u
/** A longer sequence is none. */
const LONGEST = 32

/**
 * Keys from the bytes of a terminal. Sequences and UTF-8 characters may arrive in pieces. An Esc key sends the byte with which sequences
 * begin, so it is known only when nothing follows: then call `flush`.
 */
export class KeyParser {
  readonly #decoder = new StringDecoder('utf8')
  #rest = ''

  /** Whether bytes wait for what may follow. */
  get isWaiting(): boolean {
    return this.#rest !== ''
  }

  /** The keys that are complete. */
  feed(bytes: Buffer): Key[] {
    this.#rest += this.#decoder.write(bytes)
    const keys: Key[] = []
    while (this.#rest !== '' && !this.#isPart()) keys.push(...this.#next())
    return keys
  }

  /** Nothing followed in time. */
  flush(): Key[] {
    const rest = this.#rest
    this.#rest = ''
    return rest === ESCAPE ? ['escape'] : []
  }

  #isPart(): boolean {
    return this.#rest.startsWith(ESCAPE) && this.#rest.length <= LONGEST && PART.test(this.#rest.slice(1))
  }

  #next(): Key[] {
    const sequence = this.#rest.startsWith(ESCAPE) ? SEQUENCE.exec(this.#rest.slice(1)) : null
    if (sequence !== null) {
      const [whole, parameters = '', final, single] = sequence
      this.#rest = this.#rest.slice(1 + whole.length)
      // A modifier (`1;5A`) does not change the key.
      const plain = final === '~' ? `${parameters.split(';')[0] ?? ''}~` : (final ?? single ?? '')
      const key = SEQUENCES.get(plain)
      return key === undefined ? [] : [key]
    }
    const [character = ''] = this.#rest
    this.#rest = this.#rest.slice(character.length)
    // A second Esc, or a key with Alt, which counts as Esc and that key.
    if (character === ESCAPE) return ['escape']
    const control = CONTROLS.get(character)
    if (control !== undefined) return [control]
    return /\p{Cc}/u.test(character) ? [] : [character]
  }
}
