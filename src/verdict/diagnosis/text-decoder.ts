import { OUTCOME, PAGE_ROWS } from '../../facts/probe-table.ts'
import { probeSize, type RunFacts } from '../../facts/run.ts'
import { createPayload, type Payload } from '../../wire/payload.ts'
import { PROBE_SIZE } from '../../wire/probe.ts'
import { uppercase } from '../../wire/uppercase.ts'

/** Maximum number of damaged replies to examine. */
const MOST_EXAMINED = 200
/** Share of them whose first wrong byte must be where the decoder damages it. */
const CONVINCING = 0.9

type Decoder = (bytes: Uint8Array) => Uint8Array

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
const latin1 = (bytes: Uint8Array): string => Array.from(bytes, byte => String.fromCharCode(byte)).join('')
const fromLatin1 = (text: string): Uint8Array => {
  return Uint8Array.from(text, sign => ((sign.codePointAt(0) ?? 0) > 0xff ? 0x3f : (sign.codePointAt(0) ?? 0)))
}

/** What programs do to a datagram that they treat as text. The first wrong byte of each can be computed. */
const DECODERS: Readonly<Record<string, Decoder>> = {
  'UTF-8': bytes => encoder.encode(decoder.decode(bytes)),
  'UTF-8 in upper case': bytes => encoder.encode(decoder.decode(bytes).toUpperCase()),
  'UTF-8 without what is invalid': bytes => encoder.encode(decoder.decode(bytes).replaceAll('\u{FFFD}', '')),
  'UTF-8 in upper case without what is invalid': bytes =>
    encoder.encode(decoder.decode(bytes).replaceAll('\u{FFFD}', '').toUpperCase()),
  'Latin-1 in upper case': bytes => fromLatin1(latin1(bytes).toUpperCase()),
  'ASCII or Latin-1': bytes => bytes.map(byte => (byte < 0x80 ? byte : 0x3f)),
}

/**
 * The text encoding by which a server seems to decode and encode datagrams: nearly all damaged replies have their first wrong byte where this
 * encoding changes it. Undefined: none explains the damage.
 */
export function textDecoder(facts: RunFacts): string | undefined {
  const { kind, seed } = facts.plan.payload
  // The content of a file is not kept, and the others are ASCII.
  if (kind !== 'binary' && kind !== 'random') return undefined
  const payload = createPayload(kind, { seed })
  const rows = [...damaged(facts)]
  if (rows.length === 0) return undefined
  for (const [name, decode] of Object.entries(DECODERS)) {
    const explained = rows.filter(row => firstWrong(payload, row, decode) === row.offset).length
    if (explained >= CONVINCING * rows.length) return name
  }
  return undefined
}

interface Damaged {
  readonly sequence: number
  readonly size: number
  /** Of the first wrong byte. */
  readonly offset: number
}

function* damaged({ plan, probes }: RunFacts): Iterable<Damaged> {
  let examined = 0
  for (const [number, page] of probes.pages.entries()) {
    if (page === undefined) continue
    for (let place = 0; place < page.outcome.length; place++) {
      if (page.outcome[place] !== OUTCOME.wrong) continue
      const sequence = Math.floor((number * PAGE_ROWS + place) / plan.clients)
      yield { sequence, size: probeSize(plan, sequence), offset: page.detail[place] ?? 0 }
      if (++examined === MOST_EXAMINED) return
    }
  }
}

/** The first offset at which a reply of this decoder differs from the request and from its upper case, whichever is later; -1: none. */
function firstWrong(payload: Payload, { sequence, size }: Damaged, decode: Decoder): number {
  if (size <= PROBE_SIZE) return -1
  const same = new Uint8Array(size)
  payload.write(same, 0, PROBE_SIZE, size, sequence)
  const reply = decode(same.subarray(PROBE_SIZE))
  const upper = same.slice()
  uppercase(upper, PROBE_SIZE, size)
  const differs = (expected: Uint8Array): number => {
    const end = Math.min(reply.length, size - PROBE_SIZE)
    for (let i = 0; i < end; i++) if (reply[i] !== expected[PROBE_SIZE + i]) return PROBE_SIZE + i
    return -1
  }
  const [notSame, notUpper] = [differs(same), differs(upper)]
  return notSame < 0 || notUpper < 0 ? -1 : Math.max(notSame, notUpper)
}
