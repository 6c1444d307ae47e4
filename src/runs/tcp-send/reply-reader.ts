import type { Nanos } from '../../base/nanos.ts'
import { MILLISECOND } from '../../base/nanos.ts'
import { endsInsideCharacter } from '../../base/utf8.ts'

/** Received bytes, and why the wait for more ended. */
export interface Reply {
  readonly bytes: Uint8Array
  /** `length`: the requested number has come. `silence`: no more data came in time. `end`: the peer ended its side. */
  readonly because: 'length' | 'silence' | 'end'
}

/** Reads replies from a stream without message boundaries. Data that it has not taken stays for the next reply. */
export class ReplyReader {
  readonly #pieces: AsyncIterator<Uint8Array, void>
  readonly #silence: Nanos
  #next: Promise<IteratorResult<Uint8Array, void>> | undefined

  constructor(pieces: AsyncIterable<Uint8Array>, silence: Nanos) {
    this.#pieces = pieces[Symbol.asyncIterator]()
    this.#silence = silence
  }

  /**
   * Reads until there are at least `length` bytes. With `isText` it does not stop inside a UTF-8 character if the rest may still come.
   * Rejects if the stream breaks.
   */
  async take(length: number, isText = false): Promise<Reply> {
    const pieces: Uint8Array[] = []
    const isOpen = isText ? endsInside : () => false
    for (let left = length; left > 0 || isOpen(pieces);) {
      const piece = await this.#piece()
      if (typeof piece === 'string') return { bytes: Buffer.concat(pieces), because: piece }
      pieces.push(piece)
      left -= piece.length
    }
    return { bytes: Buffer.concat(pieces), because: 'length' }
  }

  async #piece(): Promise<Uint8Array | 'silence' | 'end'> {
    this.#next ??= this.#pieces.next()
    let timer
    const silence = new Promise<'silence'>(resolve => {
      timer = setTimeout(resolve, this.#silence / MILLISECOND, 'silence')
    })
    try {
      const first = await Promise.race([this.#next, silence])
      if (first === 'silence') return first
      if (first.done !== true) this.#next = undefined
      return first.done === true ? 'end' : first.value
    } finally {
      clearTimeout(timer)
    }
  }
}

/** A UTF-8 character has at most four bytes, and can be split over four pieces. */
function endsInside(pieces: readonly Uint8Array[]): boolean {
  return endsInsideCharacter(Buffer.concat(pieces.slice(-4).map(piece => piece.subarray(-4))))
}
