import { describe, expect, test } from 'vitest'
import { MILLISECOND, SECOND } from '../../../../src/base/nanos.ts'
import { readIrttReport } from '../../../../src/wire/irtt/echo.ts'
import { irttFlags } from '../../../../src/wire/irtt/envelope.ts'
import { irttClose, irttOpenRequest, readIrttOpenReply } from '../../../../src/wire/irtt/session.ts'
import { fromHex, toHex } from '../../wire/golden.ts'
import { ASKED, GOLDEN_IRTT, macOf, WINDOW_VECTORS } from '../../wire/irtt/golden.ts'
import { echoRequest, IrttHarness, windowText } from './harness.ts'

/** Real time of the harness at its time 0, in ns. */
const EPOCH = 1_700_000_000_999_999_999n

describe('open', () => {
  test('a session has a random token and the parameters that were asked for', () => {
    const irtt = new IrttHarness()
    const [one, other] = [irtt.open(), irtt.open()]
    expect(one.parameters).toEqual(ASKED)
    expect(one.token).not.toEqual(other.token)
    expect(one.token.low * one.token.high).toBeGreaterThan(0)
  })

  test('a question about the parameters gets no token', () => {
    const irtt = new IrttHarness()
    const reply = irtt.receive(irttOpenRequest(ASKED, false)) ?? new Uint8Array()
    expect(irttFlags(reply)).toBe(7)
    expect(readIrttOpenReply(reply, false)).toEqual({ token: { low: 0, high: 0 }, parameters: ASKED })
  })

  test('the server always speaks version 1', () => {
    const irtt = new IrttHarness()
    expect(irtt.open({ version: 0 }).parameters.version).toBe(1)
    expect(irtt.open({ version: 7 }).parameters.version).toBe(1)
  })

  test('limits of the server: a duration and a length at most, an interval at least', () => {
    const irtt = new IrttHarness({ maxDuration: SECOND, maxLength: 1000, minInterval: 50 * MILLISECOND })
    const { parameters } = irtt.open({ duration: 2 * SECOND, length: 1472, interval: MILLISECOND })
    expect(parameters).toMatchObject({ duration: SECOND, length: 1000, interval: 50 * MILLISECOND })
    expect(irtt.open({ duration: 5, length: 0, interval: SECOND }).parameters).toMatchObject({
      duration: 5,
      length: 0,
      interval: SECOND,
    })
  })

  test('an interval that would let the session end is shortened', () => {
    expect(new IrttHarness().open({ interval: 90 * SECOND }).parameters.interval).toBe(15 * SECOND)
  })

  test('a client chooses no bytes of the payload', () => {
    const irtt = new IrttHarness()
    expect(irtt.open({ fill: 'pattern:0102' }).parameters).not.toHaveProperty('fill')
    expect(irtt.open({ fill: 'rand' }).parameters.fill).toBe('rand')
    expect(irtt.open({ fill: 'pattern:69727474' }).parameters.fill).toBe('pattern:69727474')
  })

  test('a DSCP is granted by an engine that can set it', () => {
    expect(new IrttHarness().open({ tos: 184 }).parameters.tos).toBe(0)
    expect(new IrttHarness({ allowsDscp: true }).open({ tos: 184 }).parameters.tos).toBe(184)
  })

  test('stamps of no clock end no server: the two datagrams that end irtt 0.9', () => {
    const irtt = new IrttHarness()
    expect(irtt.receive(fromHex('14a75b01010202809c9c390380b4891305060606'))).toBeUndefined()
    expect(irtt.receive(new Uint8Array(60).fill(0).with(0, 0x14).with(1, 0xa7).with(2, 0x5b))).toBeUndefined()
    expect(irtt.dropped).toEqual({ malformed: 1, unknownSession: 1 })
    expect(irtt.report(irtt.open(), 0).count).toBe(1)
  })
})

describe('echo', () => {
  test('every combination of fields, with and without an HMAC', () => {
    for (const golden of GOLDEN_IRTT.sessions) {
      const keys = golden.key === null ? [] : [golden.key]
      const irtt = new IrttHarness({}, [{}], keys)
      const { stats, stamps, clock, length } = golden.parameters
      const session = irtt.open({ stats, stamps, clock, length })
      irtt.server.now = 5_000_000
      const reply = irtt.echo(session, 7) ?? new Uint8Array()
      expect(irttFlags(reply)).toBe(keys.length > 0 ? 10 : 2)
      const report = readIrttReport(reply, session.layout)
      // The names that the Python peer has for this combination, each with the only value it can have here.
      const times = [5_000_000n, EPOCH + 5_000_000n]
      for (const name of Object.keys(golden.report)) {
        if (name === 'count') expect(report.count).toBe(1)
        else if (name === 'window') expect(report.window).toEqual({ low: 1, high: 0 })
        else expect({ ...report }[name as 'sendWall']).toBe(times[name.endsWith('Wall') ? 1 : 0])
      }
      expect(Object.keys(report).toSorted()).toEqual(Object.keys(golden.report).toSorted())
      expect(reply).toHaveLength(golden.reply.length / 2)
    }
  })

  test('the payload is the server’s pattern, or random', () => {
    const irtt = new IrttHarness()
    const session = irtt.open({ length: 70 })
    expect(toHex(irtt.echo(session, 0)?.subarray(60) ?? new Uint8Array())).toBe('69727474697274746972')
    const random = irtt.open({ length: 1060, fill: 'rand' })
    const [one, other] = [0, 1].map(sequence => irtt.echo(random, sequence)?.subarray(60) ?? new Uint8Array())
    expect(one).toHaveLength(1000)
    expect(toHex(one ?? new Uint8Array())).not.toBe(toHex(other ?? new Uint8Array()))
    expect(new Set(one).size).toBeGreaterThan(200)
  })

  test('a longer request gets the agreed length, a shorter one no answer', () => {
    const irtt = new IrttHarness()
    const session = irtt.open({ length: 100 })
    const request = new Uint8Array(150)
    request.set(echoRequest(session, 0))
    expect(irtt.receive(request)).toHaveLength(100)
    expect(irtt.receive(echoRequest(session, 1).subarray(0, 99))).toBeUndefined()
    expect(irtt.dropped).toEqual({ short: 1 })
    expect(irtt.report(session, 2).count).toBe(2)
  })

  test('count counts different requests; a late one is in the windows after it', () => {
    const irtt = new IrttHarness({ minInterval: 0 })
    const session = irtt.open()
    const replies = [0, 1, 1, 5, 3, 3, 6, 5, 7].map(sequence => irtt.report(session, sequence))
    expect(replies.map(({ count }) => count)).toEqual([1, 2, 2, 3, 4, 4, 5, 5, 6])
    expect(replies.map(windowText)).toEqual(['1', '3', '3', '31', '1', '1', '6b', '1', 'd7'])
  })

  test.each([...WINDOW_VECTORS, [[0, 40, 1, 41], '1 10000000001 1 30000000003'] as const])(
    'the windows of %j',
    (sequences, windows) => {
      const irtt = new IrttHarness({ minInterval: 0 })
      const session = irtt.open()
      expect(sequences.map(sequence => windowText(irtt.report(session, sequence))).join(' ')).toBe(windows)
    },
  )

  test('five at once, then one each minimum interval', () => {
    const irtt = new IrttHarness()
    const session = irtt.open()
    const answered = (): number => Array.from({ length: 8 }, (_, n) => irtt.echo(session, n)).filter(Boolean).length
    expect(answered()).toBe(5)
    irtt.server.now += 9 * MILLISECOND
    expect(answered()).toBe(0)
    irtt.server.now += 1 * MILLISECOND
    expect(answered()).toBe(1)
    irtt.server.now += SECOND
    expect(answered()).toBe(5)
    expect(irtt.dropped).toEqual({ interval: 3 + 8 + 7 + 3 })
  })

  test('several in one row are answered in it', () => {
    const irtt = new IrttHarness()
    const session = irtt.open()
    const train = [0, 1, 2].map(sequence => echoRequest(session, sequence))
    const answers = irtt.server.receiveTrain(train)
    expect(answers.map(answer => readIrttReport(answer, session.layout).count)).toEqual([1, 2, 3])
  })

  test('several in one row that are longer than agreed on are answered one by one', () => {
    const irtt = new IrttHarness()
    const session = irtt.open()
    const train = [0, 1].map(sequence => {
      const request = new Uint8Array(90)
      request.set(echoRequest(session, sequence))
      return request
    })
    expect(irtt.server.receiveTrain(train)).toEqual([])
    expect(irtt.server.send().sent.map(({ bytes }) => bytes.length)).toEqual([60, 60])
  })
})

describe('the end of a session', () => {
  test('close gets no answer and ends it', () => {
    const irtt = new IrttHarness()
    const session = irtt.open()
    irtt.echo(session, 0)
    expect(irtt.receive(irttClose(session.token))).toBeUndefined()
    expect(irtt.echo(session, 1)).toBeUndefined()
    expect(irtt.dropped).toEqual({ kind: 1, unknownSession: 1 })
  })

  test('two seconds after the maximum duration the reply says so, and no more follow', () => {
    const irtt = new IrttHarness({ maxDuration: 3 * SECOND })
    const session = irtt.open()
    irtt.server.now = 4 * SECOND
    // The time counts from the first request that is answered.
    expect(irttFlags(irtt.echo(session, 0) ?? new Uint8Array())).toBe(2)
    irtt.server.now = 9 * SECOND - 1
    expect(irttFlags(irtt.echo(session, 1) ?? new Uint8Array())).toBe(2)
    irtt.server.now = 9 * SECOND
    expect(irttFlags(irtt.echo(session, 2) ?? new Uint8Array())).toBe(6)
    expect(irtt.echo(session, 3)).toBeUndefined()
  })

  test('one that is not used ends after 10 seconds, an idle one after a minute', () => {
    const irtt = new IrttHarness()
    const [unused, used] = [irtt.open(), irtt.open()]
    irtt.server.now = 10 * SECOND
    expect(irtt.echo(used, 0)).toBeDefined()
    irtt.server.now += 1
    expect(irtt.echo(unused, 0)).toBeUndefined()
    irtt.server.now = 75 * SECOND
    expect(irtt.echo(used, 1)).toBeDefined()
    irtt.server.now = 140 * SECOND + 1
    expect(irtt.echo(used, 2)).toBeUndefined()
    expect(irtt.dropped).toEqual({ unknownSession: 2 })
  })
})

describe('refusals are silence', () => {
  test('a session belongs to the peer that opened it', () => {
    const irtt = new IrttHarness({}, [{}, {}, { address: '127.0.0.2' }])
    const session = irtt.open()
    for (const flow of [1, 2]) {
      expect(irtt.receive(echoRequest(session, 0), flow)).toBeUndefined()
      expect(irtt.receive(irttClose(session.token), flow)).toBeUndefined()
    }
    expect(irtt.dropped).toEqual({ unknownSession: 4 })
    expect(irtt.report(session, 0).count).toBe(1)
  })

  test('without a right HMAC', () => {
    const irtt = new IrttHarness({}, [{}], ['k', 'old'])
    for (const key of [null, 'other']) {
      expect(irtt.receive(irttOpenRequest(ASKED, true, macOf(key)))).toBeUndefined()
    }
    const session = irtt.open({}, 0, 'old')
    expect(irtt.echo(session, 0, 'old')).toHaveLength(76)
    // Each session keeps the key that it was opened with.
    expect(irtt.echo(session, 1, 'k')).toBeUndefined()
    expect(irtt.receive(irttClose(session.token))).toBeUndefined()
    expect(irtt.dropped).toEqual({ unauthenticated: 3, unknownSession: 1 })
  })

  test('with an HMAC where the server has no key', () => {
    const irtt = new IrttHarness()
    expect(irtt.receive(irttOpenRequest(ASKED, true, macOf('k')))).toBeUndefined()
    expect(irtt.dropped).toEqual({ unauthenticated: 1 })
  })

  test('replies, other protocols and pieces', () => {
    const irtt = new IrttHarness()
    const session = irtt.open()
    const reply = irtt.echo(session, 0) ?? new Uint8Array()
    const openReply = irtt.receive(irttOpenRequest(ASKED, true)) ?? new Uint8Array()
    const odd = ['', '14a75b', '14a75b00', '14a75b04', '14a75b10', 'hello', '55445431'].map(text =>
      text === 'hello' ? new TextEncoder().encode(text) : fromHex(text),
    )
    for (const bytes of [reply, openReply, ...odd]) expect(irtt.receive(bytes)).toBeUndefined()
    expect(irtt.dropped).toEqual({ kind: 2, short: 4, malformed: 3 })
  })

  test('guards of the server: ports, lists and caps', () => {
    const afar = { address: '192.0.2.7', port: 40_000 }
    const service = new IrttHarness({}, [{ port: 53 }])
    expect(service.receive(irttOpenRequest(ASKED, true))).toBeUndefined()
    expect(service.dropped).toEqual({ sourcePort: 1 })
    const denied = new IrttHarness({}, [afar], [], { deny: ['192.0.2.0/24'] })
    expect(denied.receive(irttOpenRequest(ASKED, true))).toBeUndefined()
    expect(denied.dropped).toEqual({ denied: 1 })
    const capped = new IrttHarness({}, [afar], [], { sourceCap: { answers: 10, onLoopback: false } })
    const answered = Array.from({ length: 100 }, () => capped.receive(irttOpenRequest(ASKED, true))).filter(Boolean)
    expect(answered.length).toBeLessThan(30)
    expect(capped.dropped).toEqual({ sourceRate: 100 - answered.length })
  })

  test('a request whose reply a cap withholds was received all the same', () => {
    const capped = new IrttHarness({ minInterval: 0 }, [{}], [], { sourceCap: { answers: 10, onLoopback: true } })
    const session = capped.open()
    const answered = Array.from({ length: 40 }, (_, sequence) => capped.echo(session, sequence)).filter(Boolean)
    expect(answered.length).toBeLessThan(40)
    capped.server.now = 20 * SECOND
    const report = capped.report(session, 40)
    expect(report.count).toBe(41)
    expect(windowText(report)).toBe('1ffffffffff')
  })
})
