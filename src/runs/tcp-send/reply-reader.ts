import type { Nanos } from '../../base/nanos.ts'
import { MILLISECOND } from '../../base/nanos.ts'
import { endsInsideCharacter } from '../../base/utf8.ts'

/** Bytes that came together, and why no more were waited for. */
export interface Reply {
  readonly bytes: Uint8Array
  /** `length`: there are as many as were asked for; `silence`: nothing came any more; `end`: the peer has ended its side. */
  readonly because: 'length' | 'silence' | 'end'
}

/** Takes replies out of a stream that does not say where they end. What it has not taken stays for the next one. */
export class ReplyReader {
  readonly #pieces: AsyncIterator<Uint8Array, void>
  readonly #silence: Nanos
  #next: Promise<IteratorResult<Uint8Array, void>> | undefined

  constructor(pieces: AsyncIterable<Uint8Array>, silence: Nanos) {
    this.#pieces = pieces[Symbol.asyncIterator]()
    this.#silence = silence
  }

  /**
   * Bytes as they come, until there are at least `length`. With `isText` they do not end inside a UTF-8 character as long as the rest of it may
   * come. Rejects if the stream breaks.
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

/** A character is at most four bytes long, and so may be divided between four pieces. */
function endsInside(pieces: readonly Uint8Array[]): boolean {
  return endsInsideCharacter(Buffer.concat(pieces.slice(-4).map(piece => piece.subarray(-4))))
}
