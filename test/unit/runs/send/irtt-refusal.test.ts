import { expect, test } from 'vitest'
import { SECOND } from '../../../../src/base/nanos.ts'
import { createIrttFacts, type IrttRefusal } from '../../../../src/facts/irtt.ts'
import { irttRefusal, OPEN_SESSION } from '../../../../src/runs/send/irtt-refusal.ts'
import { crafted } from '../../ledger/crafted.ts'

const TARGET = { address: '192.0.2.1', port: 2112, family: 'udp4' } as const

test('A session that was opened, or none, is no refusal', () => {
  const facts = crafted([])
  expect(irttRefusal(facts, TARGET)).toBeUndefined()
  facts.irtt = { ...createIrttFacts(), opened: true }
  expect(irttRefusal(facts, TARGET)).toBeUndefined()
})

test.each<[IrttRefusal, RegExp, RegExp]>([
  [
    { reason: 'silence' },
    /192\.0\.2\.1:2112 did not answer any request to open an irtt session$/u,
    /same key .--irtt-key-file. or none/u,
  ],
  [{ reason: 'silence', errno: 113 }, /session \(EHOSTUNREACH\)$/u, /serve --irtt 2112/u],
  [{ reason: 'unreachable', errno: 111 }, /ICMP error .*192\.0\.2\.1:2112 \(ECONNREFUSED\)/u, /serve --irtt 2112/u],
  [{ reason: 'echoed' }, /returned the request/u, /leave out --protocol irtt/u],
  [{ reason: 'length', granted: 500 }, /grants 500 bytes/u, /--size 500,/u],
  [{ reason: 'interval', granted: SECOND / 100 }, /every 10ms/u, /--interval 10ms,/u],
])('The error of %o names the cause and the next step', (refused, message, hint) => {
  const facts = crafted([])
  facts.irtt = { ...createIrttFacts(), refused }
  const error = irttRefusal(facts, TARGET)
  expect(error).toMatchObject({ code: 'refused', operation: OPEN_SESSION, address: '192.0.2.1:2112' })
  expect(error?.message).toMatch(message)
  expect(error?.hint).toMatch(hint)
})
