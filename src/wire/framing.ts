import { UdptoolError, usage } from '../base/error.ts'

/** Bytes of the length prefix of a header: a signed 32-bit integer, little-endian, as `struct.pack('i', n)` writes it on x86. */
export const FRAME_PREFIX = 4

/** The longest header that is read or written, in bytes. */
export const LARGEST_FRAME_HEADER = 65_536

/** The header fields that give the length of the body: of a file, and of a command's output. */
const BODY_FIELDS = ['file_size', 'data_size'] as const

/** A decoded header: a JSON object in which only the body size is checked. */
export type FrameHeader = Readonly<Record<string, unknown>>

/** The parts of a frame, in order: one header, any number of pieces of the body, one end. */
export type FramePart =
  | { readonly kind: 'header'; readonly header: FrameHeader; readonly bodySize: number }
  /** A view into the pushed bytes. */
  | { readonly kind: 'body'; readonly bytes: Uint8Array }
  | { readonly kind: 'end' }

/** Prefix and header of a frame. Throws `usage` for a header that no decoder accepts. */
export function encodeFrameHeader(header: FrameHeader): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify(header))
  if (json.length > LARGEST_FRAME_HEADER)
    throw usage(`the header of a frame cannot be ${json.length} bytes long`, `at most ${LARGEST_FRAME_HEADER} are read`)
  if (frameBodySize(header) === undefined) throw usage(`the header of a frame names no size: ${sizesIn(header)}`)
  const bytes = new Uint8Array(FRAME_PREFIX + json.length)
  new DataView(bytes.buffer).setInt32(0, json.length, true)
  bytes.set(json, FRAME_PREFIX)
  return bytes
}

/**
 * The body size that a header declares, by `file_size` or `data_size`; 0 if it has neither. Undefined if it is invalid: not a whole number from
 * 0 to 2^53 − 1, or two that differ.
 */
export function frameBodySize(header: FrameHeader): number | undefined {
  const sizes = BODY_FIELDS.filter(field => Object.hasOwn(header, field)).map(field => header[field])
  const [size = 0, other = size] = sizes
  return typeof size === 'number' && Number.isSafeInteger(size) && size >= 0 && size === other ? size : undefined
}

function sizesIn(header: FrameHeader): string {
  return BODY_FIELDS.filter(field => Object.hasOwn(header, field))
    .map(field => `${field} ${JSON.stringify(header[field])}`.slice(0, 60))
    .join(', ')
}

/**
 * Splits a stream into frames, however its bytes arrive. It holds at most one header in memory and never a body. After an error it yields
 * nothing more: the start of the next frame cannot be found.
 */
export class FrameDecoder {
  readonly #prefix = new Uint8Array(FRAME_PREFIX)
  /** The header being read; undefined while the prefix is being read. */
  #header: Uint8Array | undefined
  /** Bytes of the prefix or the header read so far. */
  #gathered = 0
  /** Remaining bytes of the body; undefined before the header is complete. */
  #body: number | undefined
  #broken: UdptoolError | undefined

  /** Whether the stream may end here, between two frames. */
  get between(): boolean {
    return this.#header === undefined && this.#gathered === 0 && this.#body === undefined
  }

  /**
   * The parts in the next bytes. The caller must consume all of them. Throws `protocol` if the stream is not a sequence of frames, after the
   * parts before that place.
   */
  *push(bytes: Uint8Array): Generator<FramePart, void> {
    let at = 0
    if (this.#broken !== undefined) throw this.#broken
    while (at < bytes.length) {
      if (this.#body !== undefined) {
        const piece = bytes.subarray(at, at + this.#body)
        at += piece.length
        this.#body -= piece.length
        yield { kind: 'body', bytes: piece }
        if (this.#body === 0) yield this.#ended()
        continue
      }
      at += this.#gather(bytes.subarray(at))
      if (this.#header === undefined || this.#gathered < this.#header.length) continue
      const header = this.#parse(this.#header)
      const bodySize = frameBodySize(header)
      if (bodySize === undefined) throw this.#breaks(`a frame names a body of an impossible size: ${sizesIn(header)}`)
      this.#header = undefined
      this.#gathered = 0
      this.#body = bodySize
      yield { kind: 'header', header, bodySize }
      if (bodySize === 0) yield this.#ended()
    }
  }

  /** Must be called at the end of the stream. Throws `protocol` if the stream ends inside a frame. */
  end(): void {
    if (this.#broken !== undefined) throw this.#broken
    if (this.between) return
    const missing = this.#body ?? (this.#header ?? this.#prefix).length - this.#gathered
    const what = this.#body !== undefined ? 'body' : this.#header === undefined ? 'length' : 'header'
    throw this.#breaks(
      `the stream ended ${missing} ${missing === 1 ? 'byte' : 'bytes'} before the end of a frame's ${what}`,
    )
  }

  /** Reads bytes of the prefix or the header; returns how many. */
  #gather(bytes: Uint8Array): number {
    const into = this.#header ?? this.#prefix
    const taken = bytes.subarray(0, into.length - this.#gathered)
    into.set(taken, this.#gathered)
    this.#gathered += taken.length
    if (this.#header === undefined && this.#gathered === FRAME_PREFIX) {
      this.#header = new Uint8Array(this.#length())
      this.#gathered = 0
    }
    return taken.length
  }

  #length(): number {
    const length = new DataView(this.#prefix.buffer).getInt32(0, true)
    if (length > 0 && length <= LARGEST_FRAME_HEADER) return length
    const text = String.fromCharCode(...this.#prefix)
    const seen = /^[ -~\s]{4}$/.test(text) ? `; it began with the text ${JSON.stringify(text)}` : ''
    throw this.#breaks(`this is no stream of frames: the header would be ${length} bytes long${seen}`)
  }

  #parse(bytes: Uint8Array): FrameHeader {
    let value: unknown
    try {
      value = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes))
    } catch (cause) {
      throw this.#breaks('the header of a frame is no JSON in UTF-8', cause)
    }
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as FrameHeader
    throw this.#breaks('the header of a frame is JSON, but no object')
  }

  #ended(): FramePart {
    this.#body = undefined
    return { kind: 'end' }
  }

  #breaks(message: string, cause?: unknown): UdptoolError {
    this.#broken = new UdptoolError('protocol', message, { operation: 'read a frame', cause })
    return this.#broken
  }
}
