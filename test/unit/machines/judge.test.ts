import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { OUTCOME, TRAIT } from '../../../src/facts/probe-table.ts'
import { plainCodec } from '../../../src/machines/codec.ts'
import { Judge, type Judgement } from '../../../src/machines/judge.ts'
import { createPayload } from '../../../src/wire/payload.ts'
import {
  CHECKED_SIZE,
  checkedKind,
  KIND,
  OFFSET,
  PROBE_SIZE,
  readLength,
  readRun,
  readSequence,
} from '../../../src/wire/probe.ts'
import { arriving, flipped, probeBytes, RUN, TEXT } from './datagrams.ts'
import { ServerHarness } from './server-harness.ts'

const SENT = 1_234_567_890
const SIZES = [0, 1, 4, 5, 13, 20, 33, 34, 40, 50, 60, 100, 116, 117, 118, 160, 300]
const { sideRequest: REQUEST, sideReply: REPLY, sideHidden: HIDDEN } = TRAIT
/** Not determined here: the analysis decides for the request if the run has an `R`. */
const OPEN = 0
/** Every bit but the one between the cases of a letter. */
const BITS = [0x01, 0x02, 0x04, 0x08, 0x10, 0x40, 0x80]

/** The same as `toEqual`, for tens of thousands of values: vitest needs most of the time of this file to say that two are equal. */
function expectSame(actual: unknown, expected: unknown, message?: string): void {
  if (!isDeepStrictEqual(actual, expected)) expect(actual, message).toEqual(expected)
}

function judged(reply: Uint8Array, size: number, sequence = 0): Judgement & { readonly side: number } {
  const judge = new Judge(TEXT, plainCodec())
  const probe = { size, sequence, run: RUN, sent: SENT }
  judge.judge(arriving(reply), probe, false)
  const proved =
    [KIND.probe, KIND.reply].some(kind => checkedKind(reply, 0, reply.length) === kind) &&
    readSequence(reply, 0) === sequence &&
    readRun(reply, 0) === RUN &&
    readLength(reply, 0) === size
  if (proved) {
    // Earlier bytes must not influence the result.
    const work = plainCodec()
    const knowing = new Judge(TEXT, work)
    knowing.judge(arriving(reply, 0, work), probe, true)
    expectSame(knowing.judgement, judge.judgement)
  }
  return { ...judge.judgement, side: judge.judgement.traits & TRAIT.sideMask }
}

function answerOf(request: Uint8Array, mode: 'upper' | 'echo' = 'upper', recvSize = Infinity): Uint8Array | undefined {
  return new ServerHarness({ mode }).receive(request, 0, recvSize)
}

function answered(request: Uint8Array, mode: 'upper' | 'echo' = 'upper', recvSize = Infinity): Uint8Array {
  const reply = answerOf(request, mode, recvSize)
  if (reply === undefined) throw new Error('no reply')
  return reply
}

describe('intact replies', () => {
  test.each(SIZES)('%i bytes', size => {
    for (const mode of ['upper', 'echo'] as const) {
      const { outcome, traits, detail, slot } = judged(answered(probeBytes(size), mode), size)
      expect([outcome, detail]).toEqual([OUTCOME.whole, 0])
      expect(traits & TRAIT.sideMask).toBe(0)
      expect((traits & TRAIT.answered) !== 0).toBe(size >= CHECKED_SIZE)
      if (size === 300) expect(traits & 3).toBe(mode === 'upper' ? TRAIT.upper : TRAIT.same)
      else expect(traits & (mode === 'upper' ? TRAIT.upper : TRAIT.same)).not.toBe(0)
      expect(slot.seen).toBe(size >= PROBE_SIZE ? size : -1)
      expect(slot.received).toBe(size >= PROBE_SIZE ? 1 : -1)
    }
  })

  test('a foreign echo server', () => {
    expect(judged(probeBytes(300), 300)).toMatchObject({ outcome: OUTCOME.whole, traits: TRAIT.same })
  })
})

describe('cut at every length', () => {
  test.each(SIZES)('from client to server, of %i bytes', size => {
    for (let length = 0; length < size; length++) {
      const { outcome, detail, side } = judged(answered(probeBytes(size).subarray(0, length)), size)
      expectSame([outcome, detail], [OUTCOME.cut, length])
      expectSame(side, expectedOfRequest(size, length), `cut at ${length}`)
    }
  })

  test.each(SIZES)('at the read size of the server program, of %i bytes', size => {
    for (let length = 0; length < size; length++) {
      const { outcome, detail, side, slot } = judged(answered(probeBytes(size), 'echo', length), size)
      expectSame([outcome, detail], [OUTCOME.cut, length])
      expectSame(side, expectedOfRequest(size, length))
      // The kernel had all of it, so the program cut it, not the network.
      if (size >= PROBE_SIZE && length >= OFFSET.fragment) expect(slot).toMatchObject({ seen: length, whole: size })
    }
  })

  test.each(SIZES)('from server to client, of %i bytes', size => {
    const reply = answered(probeBytes(size))
    for (let length = 0; length < size; length++) {
      const { outcome, detail, side } = judged(reply.subarray(0, length), size)
      expectSame([outcome, detail], [OUTCOME.cut, length])
      expectSame(side, expectedOfReply(size, length), `cut at ${length}`)
    }
  })

  function expectedOfRequest(size: number, length: number): number {
    if (size < CHECKED_SIZE || length <= OFFSET.kind) return HIDDEN
    if (length < CHECKED_SIZE) return OPEN
    if (size < PROBE_SIZE) return HIDDEN
    return length <= OFFSET.seen ? HIDDEN : REQUEST
  }

  function expectedOfReply(size: number, length: number): number {
    if (size < CHECKED_SIZE || length <= OFFSET.kind) return HIDDEN
    if (length < CHECKED_SIZE) return REPLY
    return size < PROBE_SIZE || length <= OFFSET.seen ? HIDDEN : REPLY
  }
})

describe('one damaged bit at every offset', () => {
  test.each(SIZES.filter(size => size > 0))('from client to server, of %i bytes', size => {
    for (let at = 0; at < size; at++) {
      for (const bit of BITS) {
        const reply = answerOf(flipped(probeBytes(size), at, bit))
        // Damage that turns a probe into a request is not answered.
        if (reply === undefined) {
          expect([at, bit]).toEqual([OFFSET.kind, KIND.probe ^ KIND.request])
          continue
        }
        const { outcome, detail, side } = judged(reply, size)
        expectSame([outcome, detail], [OUTCOME.wrong, at])
        // A datagram that still begins like a probe comes back as kind `D`, which proves the side; no check covers the send time.
        const checked =
          at < CHECKED_SIZE ? size >= CHECKED_SIZE && at >= OFFSET.kind : at >= OFFSET.received && at < OFFSET.payload
        if (checked) expectSame(side, REQUEST, `bit ${bit} of ${at}`)
        else if (size >= CHECKED_SIZE && at < OFFSET.kind) expectSame(side, OPEN, `bit ${bit} of ${at}`)
        else expectSame(side, HIDDEN, `bit ${bit} of ${at}`)
      }
    }
  })

  test.each(SIZES.filter(size => size > 0))('from server to client, of %i bytes', size => {
    const right = answered(probeBytes(size))
    for (let at = 0; at < size; at++) {
      for (const bit of BITS) {
        const { outcome, detail, side, slot } = judged(flipped(right, at, bit), size)
        const inSlot = size >= PROBE_SIZE && at >= OFFSET.received && at < OFFSET.payload
        expectSame([outcome, detail], [OUTCOME.wrong, inSlot ? OFFSET.received : at])
        // A damaged slot check: its evidence is not used.
        expectSame(slot.seen, -1)
        if (side !== HIDDEN) expectSame(side, REPLY, `bit ${bit} of ${at}`)
        if (size >= CHECKED_SIZE && at < CHECKED_SIZE && at !== OFFSET.kind) expectSame(side, REPLY)
        if (inSlot) expectSame(side, REPLY)
      }
    }
  })

  test('a foreign server’s reply never proves a side', () => {
    for (const size of SIZES) {
      for (let at = 0; at < size; at++)
        expect([OPEN, HIDDEN]).toContain(judged(flipped(probeBytes(size), at), size).side)
    }
  })
})

describe('a probe that a server returned as damaged', () => {
  test('is corrupt from client to server, however its reply is cut or damaged', () => {
    for (const at of [4, 8, 30, 60]) {
      const back = answered(flipped(probeBytes(300), at, 0x08), 'echo')
      for (let length = 5; length <= 300; length++) {
        const { outcome, detail, side, traits } = judged(back.subarray(0, length), 300)
        expect([outcome, side, traits & TRAIT.answered]).toEqual([OUTCOME.wrong, REQUEST, 0])
        // Damage after the cut is hidden. Only the kind has no damage of its own.
        if (length > at && (at !== OFFSET.kind || length >= PROBE_SIZE)) expect(detail).toBe(at)
        else expect(detail).toBe(length)
      }
      expect(judged(flipped(back, 200), 300)).toMatchObject({ outcome: OUTCOME.wrong, side: REQUEST })
    }
  })

  test('has no known side if the probe has no check', () => {
    const back = probeBytes(33)
    back[OFFSET.kind] = KIND.damaged
    expect(judged(back, 33)).toMatchObject({ outcome: OUTCOME.wrong, side: HIDDEN })
  })
})

describe('other faults', () => {
  test('a filled slot under kind Q: a server had answered, and the kind was damaged from server to client', () => {
    const reply = answered(probeBytes(300))
    reply[OFFSET.kind] = KIND.probe
    expect(judged(reply, 300)).toMatchObject({ outcome: OUTCOME.wrong, side: REPLY })
    expect(judged(flipped(reply, 60), 300)).toMatchObject({ outcome: OUTCOME.wrong, side: HIDDEN })
  })

  test('a longer reply', () => {
    const long = new Uint8Array(310)
    long.set(answered(probeBytes(300)))
    expect(judged(long, 300)).toMatchObject({ outcome: OUTCOME.wrong, detail: 300, side: HIDDEN })
  })

  test('a reply by both rules at once is wrong from the first byte that neither explains', () => {
    const mixed = answered(probeBytes(300), 'echo')
    const upper = answered(probeBytes(300), 'upper')
    mixed.set(upper.subarray(200), 200)
    const { outcome, detail } = judged(mixed, 300)
    expect(outcome).toBe(OUTCOME.wrong)
    expect(detail).toBeGreaterThanOrEqual(200)
  })

  test('another probe’s payload', () => {
    const other = answered(probeBytes(300, 1))
    const mixed = answered(probeBytes(300, 0))
    mixed.set(other.subarray(PROBE_SIZE), PROBE_SIZE)
    expect(judged(mixed, 300)).toMatchObject({ outcome: OUTCOME.wrong })
  })

  test('random bytes never throw, and are whole only if they are right', () => {
    const judge = new Judge(createPayload('text'), plainCodec())
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(200), (bytes, size) => {
        judge.judge(arriving(bytes), { size, sequence: 0, run: RUN, sent: SENT }, false)
        // A probe of one byte is the letter U, which is among random bytes.
        expect(judge.judgement.outcome === OUTCOME.whole).toBe(Buffer.compare(bytes, probeBytes(size)) === 0)
      }),
    )
  })
})
