import { expect, test } from 'vitest'
import {
  irttSequence,
  readIrttReport,
  writeIrttReply,
  writeIrttRequest,
  type IrttReport,
} from '../../../../src/wire/irtt/echo.ts'
import { irttFlags, isAuthentic } from '../../../../src/wire/irtt/envelope.ts'
import { irttLayout } from '../../../../src/wire/irtt/layout.ts'
import { irttTokenOf } from '../../../../src/wire/irtt/session.ts'
import { fromHex, inside, toHex } from '../golden.ts'
import { ASKED, GOLDEN_IRTT, macOf, tokenOf, type GoldenSession } from './golden.ts'

function reportOf({ report }: GoldenSession): IrttReport {
  return Object.fromEntries(
    Object.entries(report).map(([name, value]) => {
      const number = BigInt(value)
      if (name === 'count') return [name, Number(value)]
      if (name === 'window') return [name, { low: Number(number % 2n ** 32n), high: Number(number / 2n ** 32n) }]
      return [name, number]
    }),
  )
}

test('the default session has 60 octets, and 76 with an HMAC', () => {
  expect(irttLayout(ASKED, false).length).toBe(60)
  expect(irttLayout(ASKED, true).length).toBe(76)
  expect(irttLayout({ ...ASKED, stats: 'none', stamps: 'none' }, false)).toEqual({
    isAuthenticated: false,
    token: 4,
    sequence: 12,
    payload: 16,
    length: 16,
  })
})

test('the requests of the Python peer', () => {
  for (const golden of GOLDEN_IRTT.sessions) {
    const layout = irttLayout(golden.parameters, golden.key !== null)
    const written = inside(layout.length, (bytes, at) => {
      const datagram = bytes.subarray(at, at + layout.length)
      datagram.fill(0xee, 0, layout.payload).fill(0, layout.payload)
      writeIrttRequest(datagram, layout, tokenOf(golden.token), golden.sequence, macOf(golden.key))
    })
    expect(toHex(written)).toBe(golden.request)
  }
})

test('the replies of the Python peer, made from its requests', () => {
  for (const golden of GOLDEN_IRTT.sessions) {
    const { parameters, key, token, sequence } = golden
    const layout = irttLayout(parameters, key !== null)
    for (const isLast of [false, true]) {
      const datagram = fromHex(golden.request)
      const payload = Uint8Array.from({ length: layout.length - layout.payload }, (_, n) => 'irtt'.charCodeAt(n % 4))
      datagram.set(payload, layout.payload)
      writeIrttReply(datagram, layout, tokenOf(token), sequence, reportOf(golden), isLast, macOf(key))
      expect(toHex(datagram)).toBe(isLast ? golden.last : golden.reply)
    }
  }
})

test('what the replies of the Python peer mean', () => {
  for (const golden of GOLDEN_IRTT.sessions) {
    const layout = irttLayout(golden.parameters, golden.key !== null)
    const reply = fromHex(golden.reply)
    expect(isAuthentic(reply, irttFlags(reply), macOf(golden.key))).toBe(true)
    expect(irttTokenOf(reply, golden.key !== null)).toEqual(tokenOf(golden.token))
    expect(irttSequence(reply, layout)).toBe(golden.sequence)
    expect(readIrttReport(reply, layout)).toEqual(reportOf(golden))
  }
})
