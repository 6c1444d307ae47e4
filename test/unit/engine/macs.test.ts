import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { keyedEnvironment } from '../../../src/engine/macs.ts'
import type { IrttPlan, StampPlan } from '../../../src/facts/protocol.ts'
import { refused } from '../../helpers/refused.ts'

const STAMP: StampPlan = { name: 'stamp', isAuthenticated: true, ssid: 0, timestamps: 'ntp', isLight: false, tlvs: [] }
const IRTT: IrttPlan = {
  name: 'irtt',
  isAuthenticated: true,
  stats: 'both',
  stamps: 'both',
  clock: 'both',
  duration: 1e9,
}

const text = (value: string): Uint8Array => new TextEncoder().encode(value)
const hex = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('hex')

describe('the codes of keys', () => {
  // RFC 4231 section 4.3 and RFC 2202 section 2, test case 2 of both.
  const key = { id: '0', secret: text('Jefe') }
  test.each([
    ['HMAC-SHA-256 for STAMP', STAMP, '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843'],
    ['HMAC-MD5 for irtt', IRTT, '750c783e6ab0b503eaa86e310a5db738'],
  ])('are %s, of all parts in their order', (_, plan, expected) => {
    const { macs } = keyedEnvironment(plan, { key })
    expect(macs).toHaveLength(1)
    expect(hex(macs?.[0]?.(text('what do ya want '), text(''), text('for nothing?')))).toBe(expected)
    // A second code does not depend on the first.
    expect(hex(macs?.[0]?.(text('what do ya want for nothing?')))).toBe(expected)
  })

  test('are in the order of the keys of a server', () => {
    const keys = [text('a'), text('b')].map((secret, id) => ({ id: String(id), secret }))
    const { macs = [] } = keyedEnvironment(STAMP, { keys })
    expect(macs.map(mac => hex(mac(text('x'))))).toEqual(
      ['a', 'b'].map(one => createHmac('sha256', one).update('x').digest('hex')),
    )
  })

  test('are absent without authentication', () => {
    expect(keyedEnvironment(undefined, { key })).not.toHaveProperty('macs')
    expect(keyedEnvironment({ ...STAMP, isAuthenticated: false }, { key })).not.toHaveProperty('macs')
  })

  test('need a key', () => {
    expect(refused(() => keyedEnvironment(STAMP, {}))).toBe(
      'the datagrams of this run are authenticated, and it has no key (name a file of keys)',
    )
  })
})
