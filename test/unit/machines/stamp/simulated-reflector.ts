import { createHmac } from 'node:crypto'
import type { ForeignServer } from '../../../simulation/foreign.ts'

/** What a reflector does. Written from RFC 8762 and RFC 8972 alone. */
export interface ReflectorRules {
  /** Numbers its replies from 0; otherwise they have the number of the request. */
  readonly isStateful?: boolean
  /** Begins at 0 again before it receives the packet with this index. */
  readonly restartsBefore?: number
  /** Bit Z and format of its timestamps; `wrong`: Z is set, and they are NTP timestamps. */
  readonly clock?: 'ntp' | 'ptp' | 'wrong'
  /** Error estimate without Z. */
  readonly estimate?: number
  readonly key?: Uint8Array
  /** Signs with this key instead. */
  readonly signingKey?: Uint8Array
  /** TTL of requests. */
  readonly ttl?: number
  /** Flags and value of a TLV in the reply; undefined: U stays set. */
  readonly fill?: (tlv: ReflectedTlv) => { readonly flags: number; readonly value?: Uint8Array } | undefined
  /** What is sent instead of the reply to the packet with this index; undefined: nothing. */
  readonly change?: (reply: Buffer, index: number, request: Buffer) => Uint8Array | undefined
}

export interface ReflectedTlv {
  readonly type: number
  readonly value: Buffer
  /** Packets received before this one. */
  readonly received: number
  /** Number and T3 of the previous reply. */
  readonly previous: { readonly number: number; readonly sent: Buffer } | undefined
}

/** Seconds from 1900 to 1970, and TAI − UTC. */
const UNIX_EPOCH = 2_208_988_800
const TAI = 37
/** T2 is this much after T1, and T3 after T2: 250 ms, and 2^-10 s. In units of 2^-32 s. */
const THERE = 0x4000_0000
const DWELL = 0x0040_0000

/** A reflector, and the requests that it received. */
export function reflector(rules: ReflectorRules = {}): { answer: ForeignServer; requests: Buffer[] } {
  const requests: Buffer[] = []
  let number = 0
  let previous: ReflectedTlv['previous']
  const answer: ForeignServer = bytes => {
    const request = Buffer.from(bytes)
    const index = requests.push(request) - 1
    if (rules.restartsBefore === index) {
      number = 0
      previous = undefined
    }
    const own = rules.isStateful === true ? number : request.readUInt32BE(0)
    const reply = replyTo(request, own, rules, index, previous)
    previous = { number: own, sent: Buffer.from(reply.subarray(rules.key === undefined ? 4 : 16).subarray(0, 8)) }
    number += 1
    return rules.change === undefined ? new Uint8Array(reply) : rules.change(reply, index, request)
  }
  return { answer, requests }
}

function replyTo(
  request: Buffer,
  number: number,
  rules: ReflectorRules,
  index: number,
  previous: ReflectedTlv['previous'],
): Buffer {
  const { key, ttl = 255, clock = 'ntp', estimate = 0x0a55 } = rules
  const signing = rules.signingKey ?? key
  const [base, t1At] = key === undefined ? [44, 4] : [112, 16]
  const reply = Buffer.from(
    request.length < base ? Buffer.concat([request, Buffer.alloc(base - request.length)]) : request,
  )
  const t1 = Buffer.from(request.subarray(t1At, t1At + 8))
  const sender = Buffer.from(request.subarray(t1At + 8, t1At + 10))
  const ssid = Buffer.from(request.length < t1At + 12 ? Buffer.alloc(2) : request.subarray(t1At + 10, t1At + 12))
  const [t2, t3] = [THERE, THERE + DWELL].map(after => timestampAfter(t1, (sender[0] ?? 0) & 0x40, after, clock))
  const own = Buffer.from([(estimate >> 8) | (clock === 'ntp' ? 0 : 0x40), estimate & 255])
  reply.fill(0, 0, base)
  reply.writeUInt32BE(number, 0)
  t3?.copy(reply, t1At)
  own.copy(reply, t1At + 8)
  ssid.copy(reply, t1At + 10)
  t2?.copy(reply, key === undefined ? 16 : 32)
  request.copy(reply, key === undefined ? 24 : 48, 0, 4)
  t1.copy(reply, key === undefined ? 28 : 64)
  sender.copy(reply, key === undefined ? 36 : 72)
  reply[key === undefined ? 40 : 80] = ttl
  if (request.length > base && rules.fill !== undefined)
    fillTlvs(reply, base, rules.fill, { received: index, previous }, signing)
  if (signing !== undefined) hmac(signing, reply.subarray(0, 96)).copy(reply, 96, 0, 16)
  return reply
}

function fillTlvs(
  reply: Buffer,
  base: number,
  fill: NonNullable<ReflectorRules['fill']>,
  known: Pick<ReflectedTlv, 'received' | 'previous'>,
  key: Uint8Array | undefined,
): void {
  for (let at = base; at + 4 <= reply.length; at += 4 + reply.readUInt16BE(at + 2)) {
    const [type, length] = [reply[at + 1] ?? 0, reply.readUInt16BE(at + 2)]
    const value = reply.subarray(at + 4, at + 4 + length)
    const filled = fill({ ...known, type, value: Buffer.from(value) })
    if (filled === undefined) continue
    reply[at] = filled.flags
    if (type === 8 && key !== undefined && filled.value === undefined)
      hmac(key, reply.subarray(0, 4), reply.subarray(base, at)).copy(value, 0, 0, 16)
    else value.set(filled.value ?? [])
  }
}

export function hmac(key: Uint8Array, ...parts: readonly Uint8Array[]): Buffer {
  const code = createHmac('sha256', key)
  for (const part of parts) code.update(part)
  return code.digest()
}

/** T1 + `after`, as this reflector writes it. */
function timestampAfter(t1: Buffer, senderZ: number, after: number, clock: 'ntp' | 'ptp' | 'wrong'): Buffer {
  const fraction = senderZ === 0 ? t1.readUInt32BE(4) : Math.round((t1.readUInt32BE(4) * 2 ** 32) / 1e9)
  const unix = t1.readUInt32BE(0) - (senderZ === 0 ? UNIX_EPOCH : TAI)
  const sum = fraction + after
  const [seconds, rest] = [unix + Math.floor(sum / 2 ** 32), sum % 2 ** 32]
  const bytes = Buffer.alloc(8)
  bytes.writeUInt32BE(clock === 'ptp' ? seconds + TAI : (seconds + UNIX_EPOCH) % 2 ** 32, 0)
  bytes.writeUInt32BE(clock === 'ptp' ? Math.round((rest * 1e9) / 2 ** 32) % 1e9 : rest, 4)
  return bytes
}

/** Fills in TLVs as a reflector does that knows all of them. */
export function knowsAll({ type, value, received, previous }: ReflectedTlv): { flags: number; value?: Uint8Array } {
  if (type === 3) return { flags: 0, value: Uint8Array.of(1, 2, 4, 1) }
  // DSCP2 46 and ECN 1.
  if (type === 4) return { flags: 0, value: Uint8Array.of(((value[0] ?? 0) & 0xfc) | 2, 0xe4, 0, 0) }
  if (type === 5) {
    value.writeUInt32BE(received + 1, 4)
    value.writeUInt32BE(received, 8)
    return { flags: 0, value }
  }
  if (type === 7) {
    if (previous !== undefined) {
      value.writeUInt32BE(previous.number, 0)
      previous.sent.copy(value, 4)
      // Really sent 2^-16 s later.
      value.writeUInt32BE(value.readUInt32BE(8) + 0x1_0000, 8)
      value[12] = 2
    }
    return { flags: 0, value }
  }
  return { flags: 0 }
}
