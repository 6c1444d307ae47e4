import { expect, test } from 'vitest'
import { SECOND } from '../../../../src/base/nanos.ts'
import { seeded } from '../../../../src/base/random.ts'
import { irttFlags } from '../../../../src/wire/irtt/envelope.ts'
import { GOLDEN_IRTT } from '../../wire/irtt/golden.ts'
import { fromHex } from '../../wire/golden.ts'
import { mutated } from '../../../helpers/mutations.ts'
import { echoRequest, IrttHarness, type OpenSession } from './harness.ts'

/** Peers of as many networks. */
function networks(count: number): { readonly address: string }[] {
  return Array.from({ length: count }, (_, n) => ({ address: `10.${n >> 8}.${n & 255}.1` }))
}

function isOpen(irtt: IrttHarness, session: OpenSession): boolean {
  return irtt.echo(session, 0) !== undefined
}

test('opens without an echo end no session that is in use', () => {
  const irtt = new IrttHarness({ maxSessions: 10 }, networks(200))
  const used = Array.from({ length: 5 }, (_, n) => irtt.open({}, n))
  for (const session of used) expect(isOpen(irtt, session)).toBe(true)
  const unused = Array.from({ length: 100 }, (_, n) => irtt.open({}, 5 + n))
  irtt.server.now += SECOND
  for (const session of used) expect(isOpen(irtt, session)).toBe(true)
  expect(unused.filter(session => isOpen(irtt, session))).toEqual(unused.slice(-5))
})

test('if all are in use, the one that is idle for longest ends', () => {
  const irtt = new IrttHarness({ maxSessions: 3 }, networks(10))
  const [a, b, c] = [0, 1, 2].map(n => irtt.open({}, n))
  if (a === undefined || b === undefined || c === undefined) throw new Error('unreachable')
  for (const session of [a, b, c, a]) expect(isOpen(irtt, session)).toBe(true)
  const d = irtt.open({}, 3)
  expect([b, a, c, d].map(session => isOpen(irtt, session))).toEqual([false, true, true, true])
})

test('one network has at most 1024, and ends its own only', () => {
  const irtt = new IrttHarness({ maxSessions: 5000 }, [{ address: '10.1.0.1' }, { address: '10.0.0.1' }], [], {
    sourceCap: { onLoopback: false },
  })
  const other = irtt.open()
  const flood = Array.from({ length: 1500 }, () => irtt.open({}, 1))
  expect(isOpen(irtt, other)).toBe(true)
  const open = flood.filter(session => {
    irtt.server.now += SECOND / 1000
    return isOpen(irtt, session)
  })
  expect(open).toEqual(flood.slice(-1024))
})

test('a session that ended by its time leaves room', () => {
  const irtt = new IrttHarness({ maxSessions: 2 }, networks(10))
  const one = irtt.open({}, 0)
  expect(isOpen(irtt, one)).toBe(true)
  irtt.open({}, 1)
  irtt.server.now = 11 * SECOND
  irtt.open({}, 2)
  expect(isOpen(irtt, one)).toBe(true)
})

test('no datagram ends the server, and none of them gets a longer answer but an open request', () => {
  const random = seeded(2112)
  const irtt = new IrttHarness({ minInterval: 0 }, [{}])
  const session = irtt.open({ length: 70 })
  const opens = GOLDEN_IRTT.sessions.filter(({ key }) => key === null).map(({ openRequest }) => fromHex(openRequest))
  let answered = 0
  for (let n = 0; n < 100_000; n++) {
    const sample = n % 2 === 0 ? (opens[(n >> 1) % opens.length] ?? new Uint8Array()) : echoRequest(session, n)
    const bytes = mutated(sample, random)
    const isOpenRequest = (irttFlags(bytes) & 1) === 1
    const reply = irtt.receive(bytes)
    if (reply === undefined) continue
    answered += 1
    // The token, and the version if the request has none.
    expect(reply.length - bytes.length).toBeLessThanOrEqual(isOpenRequest ? 10 : 0)
  }
  expect(answered).toBeGreaterThan(5000)
  expect(irtt.echo(irtt.open(), 0)).toHaveLength(60)
})
