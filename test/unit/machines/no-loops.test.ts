import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MILLISECOND } from '../../../src/base/nanos.ts'
import { createInbox, createOutbox } from '../../../src/engine/batch.ts'
import type { ResponderPlan } from '../../../src/facts/responder-plan.ts'
import { createServerFacts } from '../../../src/facts/server.ts'
import type { Codec } from '../../../src/machines/codec.ts'
import { UNSEEN } from '../../../src/machines/machine.ts'
import { Responder } from '../../../src/machines/responder.ts'
import { crc32 } from '../../../src/wire/crc32.ts'
import { arena, plain, work } from '../engine/kernel/wasm/twin.ts'
import { toHex } from '../wire/golden.ts'
import { probeBytes, requestBytes, textBytes } from './datagrams.ts'
import { responderPlan } from './plans.ts'
import { OWN_PORT } from './server-harness.ts'

/** Below this size nothing distinguishes a damaged probe from a small one (docs/wire-format.md). */
const CHECKED = 34
const LONGEST = 400
const ROOM = 16 * LONGEST

interface Engine {
  readonly name: string
  readonly work: Codec
  readonly bytes: Uint8Array
  /** The TTL that it sees. */
  readonly ttl: number
}

const ENGINES: readonly Engine[] = [
  { name: 'dgram', work: plain, bytes: new Uint8Array(2 * ROOM), ttl: UNSEEN },
  { name: 'kernel', work, bytes: arena.subarray(0, 2 * ROOM), ttl: 64 },
]

const PLANS: readonly (readonly [string, Partial<ResponderPlan>, number?])[] = [
  ['upper', { mode: 'upper' }],
  ['echo', { mode: 'echo' }],
  ['discard', { mode: 'discard' }],
  ['upper, delayed', { mode: 'upper', delay: 2 * MILLISECOND }],
  ['echo, delayed', { mode: 'echo', delay: 2 * MILLISECOND }],
  ['upper, reading 60 bytes', { mode: 'upper' }, 60],
  ['a short fixed answer', { reply: textBytes('a fixed answer') }],
  [
    'a long fixed answer',
    { reply: textBytes('a fixed answer that is longer than most of the requests are, udt1 in it') },
  ],
]

/** A server, and everything that it sends after datagrams of one length that arrived together from one peer. */
interface Server {
  readonly name: string
  answers(datagrams: readonly Uint8Array[], flow?: number): Uint8Array[]
}

function server(engine: Engine, [name, plan, readSize = LONGEST]: (typeof PLANS)[number]): Server {
  const senses = {
    peer: (flow: number) => ({ address: '127.0.0.1', port: 40_000 + flow, family: 'udp4' as const }),
    drops: () => 0,
    epoch: () => ({ seconds: 1_700_000_000, nanos: 999_999_999 }),
  }
  const machine = new Responder(responderPlan(plan), senses, createServerFacts(), OWN_PORT, engine.work)
  const inbox = createInbox(1, engine.bytes.subarray(0, ROOM))
  const outbox = createOutbox(64, ROOM, engine.bytes.subarray(ROOM, 2 * ROOM))
  let now = 0
  const sent = (
    box: { readonly bytes: Uint8Array; readonly at: Int32Array },
    m: number,
    size: number,
    step: number,
  ) => {
    const at = box.at[m] ?? 0
    return Array.from({ length: Math.max(1, Math.ceil(size / step)) }, (_, n) =>
      box.bytes.slice(at + n * step, at + Math.min((n + 1) * step, size)),
    )
  }
  return {
    name: `${engine.name} ${name}`,
    answers(datagrams, flow = 0) {
      now += MILLISECOND
      const read = datagrams.map(bytes => bytes.subarray(0, readSize))
      const stride = read[0]?.length ?? 0
      read.forEach((bytes, n) => inbox.bytes.set(bytes, n * stride))
      inbox.count = 1
      inbox.size[0] = stride * read.length
      inbox.stride[0] = stride
      inbox.whole[0] = read.length === 1 ? (datagrams[0]?.length ?? 0) : stride * read.length
      inbox.flow[0] = flow
      inbox.arrived[0] = now
      inbox.ttl[0] = engine.ttl
      inbox.answer[0] = 0
      machine.receive(inbox, now)
      const all = inbox.answer[0] === 1 ? sent(inbox, 0, inbox.keep[0] ?? 0, Math.max(1, stride)) : []
      now += 5 * MILLISECOND
      machine.send(outbox, now)
      for (let m = 0; m < outbox.count; m++) all.push(...sent(outbox, m, outbox.size[m] ?? 0, LONGEST))
      return all
    },
  }
}

const SERVERS = ENGINES.flatMap(engine => PLANS.map(plan => server(engine, plan)))

/** A right check over the bytes before it, of their kind or of another. */
function signed(bytes: Uint8Array, kind: string): Uint8Array {
  const head = bytes.slice()
  if (head.length < CHECKED) return head
  const covered = new Uint8Array([...textBytes(`UDT1${kind}`), ...head.subarray(5, 26)])
  head.set(textBytes(crc32(covered, 0, covered.length).toString(16).toUpperCase().padStart(8, '0')), 26)
  return head
}

const letters = fc.constantFrom('UDT1', 'udt1', 'uDt1', 'UDt1', 'UDT2', 'udT2', 'Udt2')
const kinds = fc.constantFrom(...'QRSTDqrstdX-\0')
const seed = fc.oneof(
  fc.tuple(fc.nat(LONGEST), fc.nat(40)).map(([size, sequence]) => probeBytes(size, sequence)),
  fc
    .tuple(fc.integer({ min: 66, max: LONGEST }), fc.nat(9))
    .map(([length, from]) => requestBytes({ length, from, count: 9 })),
  fc.uint8Array({ maxLength: LONGEST }),
)
/** Any datagram: a probe, a request or junk, with another magic, kind or check, with flipped bits, and cut. */
const datagram = fc
  .record({
    seed,
    letters: fc.option(letters),
    kind: fc.option(kinds),
    changes: fc.array(fc.tuple(fc.nat(139), fc.nat(255)), { maxLength: 3 }),
    sign: fc.option(fc.constantFrom(...'QST')),
    cut: fc.option(fc.nat(LONGEST)),
  })
  .map(({ seed: bytes, letters: magic, kind, changes, sign, cut }) => {
    let made: Uint8Array = bytes.slice()
    if (magic !== null) made.set(textBytes(magic).subarray(0, made.length))
    if (kind !== null && made.length > 4) made[4] = kind.charCodeAt(0)
    for (const [at, value] of changes) if (at < made.length) made[at] = value
    if (sign !== null) made = signed(made, sign)
    return cut === null ? made : made.slice(0, cut)
  })

/** The first datagram of a row and up to two more of the same length. */
const row = fc.tuple(datagram, fc.array(datagram, { maxLength: 2 })).map(([first, others]) => [
  first,
  ...others.map(other => {
    const made = first.slice()
    made.set(other.subarray(0, made.length))
    return made
  }),
])

const hasMagic = (bytes: Uint8Array): boolean => /^UDT[12]/.test(String.fromCharCode(...bytes.subarray(0, 4)))
const resembles = (bytes: Uint8Array): boolean => /^udt[12]/i.test(String.fromCharCode(...bytes.subarray(0, 4)))

/** Which servers answer these datagrams, and how. */
function answered(datagrams: readonly Uint8Array[]): readonly string[] {
  return SERVERS.flatMap(one =>
    one
      .answers(datagrams, 1)
      .map(answer => `${toHex(datagrams[0] ?? new Uint8Array())} by ${one.name}: ${toHex(answer)}`),
  )
}

describe('no server answers a datagram with a magic that a server of 34 bytes or more sends', () => {
  test.each(SERVERS.map(one => [one.name, one] as const))('%s', (_, one) => {
    fc.assert(
      fc.property(row, datagrams => {
        const sent = one.answers(datagrams).filter(bytes => bytes.length >= CHECKED && hasMagic(bytes))
        for (const bytes of sent) expect(answered([bytes])).toEqual([])
        const [first] = sent
        const train = sent.filter(bytes => bytes.length === first?.length)
        if (train.length > 1) expect(answered(train)).toEqual([])
      }),
      { numRuns: 300 },
    )
  })
})

test('nor if it is cut in transit, if its kind is left', () => {
  fc.assert(
    fc.property(fc.constantFrom(...SERVERS), datagram, fc.integer({ min: 5, max: LONGEST }), (one, bytes, cut) => {
      for (const sent of one.answers([bytes]).filter(answer => answer.length >= CHECKED && hasMagic(answer)))
        expect(answered([sent.subarray(0, cut)])).toEqual([])
    }),
    { numRuns: 1000 },
  )
})

test('in other letter case it is plain data to echoing servers, and ends at the first that does not echo', () => {
  const uppercasing = SERVERS.filter(({ name }) => name.includes('upper'))
  const long = datagram.filter(bytes => bytes.length >= CHECKED && resembles(bytes))
  let counted = 0
  fc.assert(
    fc.property(fc.constantFrom(...SERVERS), fc.constantFrom(...uppercasing), long, (one, other, bytes) => {
      for (const sent of one.answers([bytes]).filter(answer => answer.length >= CHECKED && resembles(answer))) {
        for (const back of other.answers([sent], 1)) {
          counted += 1
          expect(answered([back])).toEqual([])
        }
      }
    }),
    { numRuns: 1000 },
  )
  expect(counted).toBeGreaterThan(0)
})
