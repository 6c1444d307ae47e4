import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MILLISECOND, type Nanos } from '../../../../../src/base/nanos.ts'
import { createInbox, createOutbox, type WritableInbox } from '../../../../../src/engine/batch.ts'
import type { ProbePlan } from '../../../../../src/facts/plan.ts'
import type { ResponderPlan } from '../../../../../src/facts/responder-plan.ts'
import { createRunFacts, type RunFacts } from '../../../../../src/facts/run.ts'
import { createServerFacts } from '../../../../../src/facts/server.ts'
import type { Codec } from '../../../../../src/machines/codec.ts'
import type { Environment } from '../../../../../src/machines/machine.ts'
import { Prober } from '../../../../../src/machines/prober.ts'
import { Responder } from '../../../../../src/machines/responder.ts'
import { probeBytes, requestBytes, RUN, textBytes } from '../../../machines/datagrams.ts'
import { probePlan, responderPlan } from '../../../machines/plans.ts'
import { rowsOf } from '../../../machines/rows.ts'
import { toHex } from '../../../wire/golden.ts'
import { arena, plain, work } from './twin.ts'

const ROOM = 32_768
const senses: Environment = {
  peer: flow => ({
    address: flow === 1 ? '192.0.2.1' : '127.0.0.1',
    port: flow === 2 ? 7 : 40_000 + flow,
    family: 'udp4',
  }),
  drops: () => 0,
  epoch: () => ({ seconds: 1_700_000_000, nanos: 999_999_999 }),
}

interface Row {
  readonly datagrams: readonly Uint8Array[]
  readonly stride: number
  readonly short: number
  readonly flow: number
}

/** Writes consecutive rows into the bytes. */
function lay(inbox: WritableInbox, rows: readonly Row[], now: Nanos): void {
  let at = 0
  inbox.count = rows.length
  rows.forEach(({ datagrams, stride, short, flow }, m) => {
    const size = Math.max(0, datagrams.length * stride - short)
    datagrams.forEach((bytes, n) => {
      inbox.bytes.fill(0x7a, at + n * stride, at + (n + 1) * stride)
      inbox.bytes.set(bytes.subarray(0, stride), at + n * stride)
    })
    inbox.at[m] = at
    inbox.size[m] = size
    inbox.stride[m] = datagrams.length > 1 ? stride : size
    inbox.whole[m] = size
    inbox.flow[m] = flow
    inbox.arrived[m] = now - 1000 * m
    inbox.drops[m] = m
    inbox.tos[m] = 3
    inbox.ttl[m] = 64
    at += datagrams.length * stride
  })
}

/** Every answer of a server to batches of rows, byte for byte, and its facts. */
function served(byWhom: Codec, bytes: Uint8Array, plan: ResponderPlan, batches: readonly (readonly Row[])[]): unknown {
  const facts = createServerFacts()
  const machine = new Responder(plan, senses, facts, 9000, byWhom)
  const inbox = createInbox(8, bytes)
  const outbox = { ...createOutbox(64, ROOM), bytes: bytes.subarray(ROOM, 2 * ROOM) }
  const answers: unknown[] = []
  const rowsIn = (box: Pick<typeof inbox, 'bytes' | 'at' | 'token'>, count: number, size: Int32Array): unknown =>
    Array.from({ length: count }, (_, m) => {
      const at = box.at[m] ?? 0
      return [toHex(box.bytes.subarray(at, at + (size[m] ?? 0))), box.token[m]]
    })
  batches.forEach((rows, n) => {
    const now = 1e9 + n * MILLISECOND
    lay(inbox, rows, now)
    machine.receive(inbox, now + 500)
    answers.push([...inbox.answer], rowsIn(inbox, rows.length, inbox.keep))
    machine.send(outbox, now + 5 * MILLISECOND)
    answers.push(rowsIn(outbox, outbox.count, outbox.size))
  })
  return [answers, facts]
}

const datagram = fc.oneof(
  fc.tuple(fc.nat(260), fc.nat(40)).map(([size, sequence]) => probeBytes(size, sequence)),
  fc
    .tuple(fc.integer({ min: 1, max: 260 }), fc.nat(40), fc.nat(259), fc.nat(255))
    .map(([size, sequence, at, value]) => {
      const bytes = probeBytes(size, sequence)
      bytes[at % size] = value
      return bytes
    }),
  fc.integer({ min: 160, max: 260 }).map(length => requestBytes({ length, count: 20 })),
  fc
    .tuple(
      fc.integer({ min: 4, max: 260 }),
      fc.constantFrom('UDT1', 'UDT2', 'udt1', 'uDt2', 'UDT3'),
      fc.constantFrom(...'QRSTDqrX'),
    )
    .map(([size, magic, letter]) => {
      const bytes = probeBytes(size)
      bytes.set(textBytes(`${magic}${letter}`).subarray(0, size))
      return bytes
    }),
  fc.constantFrom('', 'hello', 'a longer text that is longer than a vector of sixteen bytes').map(textBytes),
)
const row = fc.record({
  datagrams: fc.array(datagram, { minLength: 1, maxLength: 6 }),
  stride: fc.constantFrom(34, 117, 118, 160, 200, 260),
  short: fc.nat(30),
  flow: fc.nat(3),
})
const batches = fc.array(fc.array(row, { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 4 })

test('a server gives the same answers, byte for byte, and the same counters', () => {
  const plans = fc.constantFrom<Partial<ResponderPlan>>(
    {},
    { mode: 'echo' },
    { mode: 'discard' },
    { delay: 2 * MILLISECOND },
    { reply: textBytes('a fixed answer') },
    { sourceCap: { answers: 2, onLoopback: false } },
    { sourceCap: { answers: 30, bytes: 6000, onLoopback: true } },
  )
  fc.assert(
    fc.property(plans, batches, (plan, rows) => {
      const expected = served(plain, new Uint8Array(2 * ROOM), responderPlan(plan), rows)
      expect(served(work, arena.subarray(0, 2 * ROOM), responderPlan(plan), rows)).toEqual(expected)
    }),
    { numRuns: 400 },
  )
})

/** The fate of each probe of a run: the answer of a server, damaged or truncated or not. */
interface Fate {
  readonly mode: 'upper' | 'echo'
  readonly damage: { readonly at: number; readonly value: number } | null
  readonly cut: number | null
  readonly copies: number
}

function probed(byWhom: Codec, bytes: Uint8Array, plan: ProbePlan, fates: readonly Fate[]): unknown {
  const facts: RunFacts = createRunFacts(plan, {
    name: 'kernel',
    icmp: 'queue',
    truncation: 'kernel',
    timestamps: 'kernel',
  })
  const machine = new Prober(plan, senses, facts, byWhom)
  const servers = {
    upper: new Responder(responderPlan({ mode: 'upper' }), senses, createServerFacts(), 9000),
    echo: new Responder(responderPlan({ mode: 'echo' }), senses, createServerFacts(), 9000),
  }
  const outbox = { ...createOutbox(1, 2 * 65_536), bytes: bytes.subarray(0, 2 * 65_536) }
  const inbox = createInbox(1, bytes.subarray(2 * 65_536))
  const sent: string[] = []
  let now = 1e9
  for (let n = 0; !machine.closed && n < 200; n++) {
    now = Math.max(now, Math.min(machine.send(outbox, now), now + 10 * MILLISECOND))
    if (outbox.count === 0) continue
    const request = outbox.bytes.slice(outbox.at[0], (outbox.at[0] ?? 0) + (outbox.size[0] ?? 0))
    sent.push(toHex(request))
    const { mode, damage, cut, copies } = fates[n % fates.length] ?? {
      mode: 'echo',
      damage: null,
      cut: null,
      copies: 1,
    }
    const answered = createInbox(1, request)
    lay(answered, [{ datagrams: [request.slice()], stride: request.length, short: 0, flow: 0 }], now)
    servers[mode].receive(answered, now + 50)
    if (damage !== null && request.length > 0) request[damage.at % request.length] = damage.value
    const reply = cut === null ? request : request.subarray(0, cut)
    lay(
      inbox,
      [{ datagrams: Array.from({ length: copies }, () => reply), stride: reply.length, short: 0, flow: 0 }],
      now,
    )
    machine.receive(inbox, now)
  }
  expect(sent.length).toBeGreaterThanOrEqual(plan.count ?? Infinity)
  return [sent, rowsOf(facts), facts.clients]
}

test('a prober sends the same bytes, and books the same fates', () => {
  const fate = fc.record({
    mode: fc.constantFrom('upper' as const, 'echo' as const),
    damage: fc.option(fc.record({ at: fc.nat(1500), value: fc.nat(255) }), { freq: 2 }),
    cut: fc.option(fc.nat(300), { freq: 4 }),
    copies: fc.integer({ min: 0, max: 3 }),
  })
  const kinds = fc.constantFrom('text' as const, 'binary' as const, 'zeros' as const, 'random' as const)
  const sizes = fc.array(fc.oneof(fc.nat(300), fc.constantFrom(117, 118, 1200)), { minLength: 1, maxLength: 4 })
  fc.assert(
    fc.property(kinds, sizes, fc.array(fate, { minLength: 1, maxLength: 10 }), (kind, list, fates) => {
      const plan = probePlan({ runs: [RUN], sizes: list, count: 20, interval: MILLISECOND, payload: { kind, seed: 3 } })
      const room = 3 * 65_536
      const expected = probed(plain, new Uint8Array(room), plan, fates)
      expect(probed(work, arena.subarray(0, room), plan, fates)).toEqual(expected)
    }),
    { numRuns: 200 },
  )
})
