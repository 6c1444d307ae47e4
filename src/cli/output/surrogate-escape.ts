import { utf8Length } from '../../base/utf8.ts'

/** Node's readline takes these two characters for line ends, so their bytes are escaped. */
const LINE_SEPARATORS: ReadonlySet<string> = new Set(['\u2028', '\u2029'])
const ESCAPE = 0xdc00

/**
 * Encodes bytes as text that can be decoded again: UTF-8 is decoded, and each byte that is not part of it becomes a lone surrogate, U+DC80
 * to U+DCFF (PEP 383). A character may be split between two pieces.
 */
export class SurrogateEscape {
  #begun = new Uint8Array()

  /** The text of these bytes, and of an incomplete character before them. */
  push(piece: Uint8Array): string {
    const bytes = Buffer.concat([this.#begun, piece])
    let text = ''
    let at = 0
    while (at < bytes.length) {
      const length = utf8Length(bytes, at)
      if (length < 0) break
      const character = length === 0 ? undefined : bytes.toString('utf8', at, at + length)
      if (character === undefined || LINE_SEPARATORS.has(character))
        text += escaped(bytes.subarray(at, at + (length || 1)))
      else text += character
      at += length || 1
    }
    this.#begun = bytes.subarray(at)
    return text
  }

  /** The text of an incomplete character at the end. */
  end(): string {
    const text = escaped(this.#begun)
    this.#begun = new Uint8Array()
    return text
  }
}

/** Decodes such a text to its bytes. */
export function unescapeSurrogates(text: string): Uint8Array {
  const parts = text.split(/([\uDC80-\uDCFF])/u)
  return Buffer.concat(
    parts.map((part, n) => (n % 2 === 1 ? Buffer.of(part.charCodeAt(0) - ESCAPE) : Buffer.from(part, 'utf8'))),
  )
}

function escaped(bytes: Uint8Array): string {
  return Array.from(bytes, byte => String.fromCharCode(ESCAPE + byte)).join('')
}
