import { createHmac } from 'node:crypto'
import type { ForeignServer } from '../../../simulation/foreign.ts'

/** Numbers of the parameters on the wire. */
const P = { duration: 2, interval: 3, length: 4, stats: 5, stamps: 6, clock: 7 } as const

export interface IrttServerOptions {
  readonly key?: string
  /** Changes the parameters that a client asks for, by number. */
  readonly restrict?: (values: Map<number, number>) => void
  /** The reply to the request with this number, from 0, ends the session. */
  readonly closeAt?: number
  /** Counts a sequence number that comes again only once. */
  readonly countsDistinct?: boolean
  /** A late request does not empty the window, as with udptool's server. */
  readonly keepsWindow?: boolean
  /** Writes midpoints by both clocks, as irtt does from 0.9.1 on. */
  readonly writesBothClocks?: boolean
  /** Changes a reply before it is sent. */
  readonly change?: (reply: Uint8Array) => Uint8Array
  /** Requests received from now on are not answered and not counted. */
  readonly isDeaf?: () => boolean
}

interface TestSession {
  readonly values: ReadonlyMap<number, number>
  readonly received: Set<number>
  count: number
  window: bigint
  last: number
}

/** A server of irtt for tests, written from docs/irtt.md with no code of `src`. It has one session for each open request. */
export class IrttTestServer {
  readonly opens: Uint8Array[] = []
  readonly closed: bigint[] = []
  readonly sessions = new Map<bigint, TestSession>()
  /** Echo requests. */
  readonly requests: Uint8Array[] = []
  readonly #options: IrttServerOptions
  #clock = 1_700_000_000_000_000_000n

  constructor(options: IrttServerOptions = {}) {
    this.#options = options
  }

  readonly answer: ForeignServer = bytes => {
    const { key, change = same } = this.#options
    if (bytes[0] !== 0x14 || bytes[1] !== 0xa7 || bytes[2] !== 0x5b) return undefined
    const flags = bytes[3] ?? 0
    if (((flags & 8) !== 0) !== (key !== undefined)) return undefined
    if (key !== undefined && !bytes.subarray(4, 20).every((byte, at) => byte === codeOf(bytes, key)[at]))
      return undefined
    if (this.#options.isDeaf?.() === true) return undefined
    const body = bytes.subarray(key === undefined ? 4 : 20)
    const reply = this.#answerBody(flags & 7, body, bytes)
    return reply === undefined ? undefined : change(this.#sealed(reply.flags, reply.body))
  }

  #answerBody(
    flags: number,
    body: Uint8Array,
    whole: Uint8Array,
  ): { readonly flags: number; readonly body: Uint8Array } | undefined {
    if (flags === 1) return { flags: 3, body: this.#open(body, whole) }
    const view = new DataView(body.buffer, body.byteOffset, body.length)
    const token = view.getBigUint64(0, true)
    const session = this.sessions.get(token)
    if (session === undefined) return undefined
    if (flags === 4) {
      this.closed.push(token)
      this.sessions.delete(token)
      return undefined
    }
    this.requests.push(whole)
    const isLast = this.requests.length - 1 === this.#options.closeAt
    if (isLast) this.sessions.delete(token)
    return { flags: isLast ? 6 : 2, body: this.#echo(session, token, view.getUint32(8, true)) }
  }

  #open(body: Uint8Array, whole: Uint8Array): Uint8Array {
    this.opens.push(whole)
    const values = readParameters(body)
    this.#options.restrict?.(values)
    const token = 0xf00d_0000_0000_0001n + BigInt(this.opens.length)
    this.sessions.set(token, { values, received: new Set(), count: 0, window: 0n, last: -1 })
    return concat(littleEndian(token, 8), writeParameters(values))
  }

  #echo(session: TestSession, token: bigint, sequence: number): Uint8Array {
    const { values } = session
    const isNew = !session.received.has(sequence)
    session.received.add(sequence)
    if (isNew || this.#options.countsDistinct !== true) session.count += 1
    const step = session.last < 0 ? 64 : (sequence - session.last) >>> 0
    const late = 2 ** 32 - step
    const isKept = this.#options.keepsWindow === true && session.last >= 0 && late <= 2 ** 31
    const kept = BigInt.asUintN(64, session.window | (1n << BigInt(Math.min(late, 64))))
    session.window = step >= 64 ? 1n : BigInt.asUintN(64, session.window << BigInt(step)) | 1n
    const shown = session.window
    if (isKept) session.window = kept
    else session.last = sequence
    const [stats, stamps, clock] = [values.get(P.stats) ?? 0, values.get(P.stamps) ?? 0, values.get(P.clock) ?? 0]
    const parts = [littleEndian(token, 8), littleEndian(BigInt(sequence), 4)]
    if ((stats & 1) !== 0) parts.push(littleEndian(BigInt(session.count), 4))
    if ((stats & 2) !== 0) parts.push(littleEndian(shown, 8))
    // It receives at …1000, is in the middle at …1500 and sends at …2000; its monotonic clock began in 1970 plus 1.7 · 10⁹ s.
    const stamp = (after: bigint): void => {
      const clocks = this.#options.writesBothClocks === true && stamps === 4 ? 3 : clock
      if ((clocks & 1) !== 0) parts.push(littleEndian(this.#clock + after, 8))
      if ((clocks & 2) !== 0) parts.push(littleEndian(this.#clock + after - 1_699_000_000_000_000_000n, 8))
    }
    if (stamps === 4) stamp(1500n)
    else {
      if ((stamps & 2) !== 0) stamp(1000n)
      if ((stamps & 1) !== 0) stamp(2000n)
    }
    this.#clock += 1_000_000n
    const fields = concat(...parts)
    const reply = new Uint8Array(
      Math.max(fields.length, (values.get(P.length) ?? 0) - (this.#options.key === undefined ? 4 : 20)),
    )
    reply.fill(0x69)
    reply.set(fields)
    return reply
  }

  #sealed(flags: number, body: Uint8Array): Uint8Array {
    const { key } = this.#options
    if (key === undefined) return concat(Uint8Array.of(0x14, 0xa7, 0x5b, flags), body)
    const whole = concat(Uint8Array.of(0x14, 0xa7, 0x5b, flags | 8), new Uint8Array(16), body)
    whole.set(codeOf(whole, key), 4)
    return whole
  }
}

function same(reply: Uint8Array): Uint8Array {
  return reply
}

function codeOf(bytes: Uint8Array, key: string): Uint8Array {
  const blank = bytes.slice()
  blank.fill(0, 4, 20)
  return createHmac('md5', key).update(blank).digest()
}

function readParameters(bytes: Uint8Array): Map<number, number> {
  const values = new Map<number, number>()
  let at = 0
  const varint = (): bigint => {
    let value = 0n
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++] ?? 0
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return value
    }
  }
  while (at < bytes.length) {
    const id = Number(varint())
    const zigzag = varint()
    values.set(id, Number((zigzag & 1n) === 0n ? zigzag >> 1n : -(zigzag >> 1n) - 1n))
  }
  return values
}

function writeParameters(values: ReadonlyMap<number, number>): Uint8Array {
  const bytes: number[] = []
  const varint = (value: bigint): void => {
    let rest = value
    for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80)
    bytes.push(Number(rest))
  }
  for (const [id, value] of values) {
    if (value === 0) continue
    varint(BigInt(id))
    varint(BigInt(value) << 1n)
  }
  return Uint8Array.from(bytes)
}

function littleEndian(value: bigint, size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, at) => Number((value >> BigInt(8 * at)) & 0xffn))
}

function concat(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap(part => [...part]))
}
