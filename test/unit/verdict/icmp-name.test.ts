import { expect, test } from 'vitest'
import { icmpName } from '../../../src/verdict/icmp-name.ts'

const V4 = { address: '192.0.2.7', port: 9000, family: 'udp4' } as const
const V6 = { address: '2001:db8::7', port: 9000, family: 'udp6' } as const

test.each([
  [{ error: 'ECONNREFUSED' }, V4, 'port unreachable'],
  [{ error: 'ECONNREFUSED', type: 3, code: 3, reporter: '192.0.2.7' }, V4, 'port unreachable'],
  [{ error: 'EMSGSIZE', type: 3, code: 4, reporter: '10.0.0.1', mtu: 1400 }, V4, 'too big (MTU 1400) from 10.0.0.1'],
  [{ error: 'EHOSTUNREACH', type: 11, code: 1, reporter: '192.0.2.7' }, V4, 'reassembly time exceeded'],
  [{ error: 'ECONNREFUSED', type: 1, code: 4 }, V6, 'port unreachable'],
  [{ error: 'EMSGSIZE', type: 2, mtu: 1280 }, V6, 'too big (MTU 1280)'],
  [{ error: 'EHOSTUNREACH', type: 3, code: 1 }, V6, 'reassembly time exceeded'],
  [{ error: 'EPROTO', type: 12, code: 2 }, V4, 'EPROTO (ICMP 12/2)'],
  [{ error: 'EWHATEVER' }, V4, 'EWHATEVER'],
])('%j', (entry, target, name) => {
  expect(icmpName({ count: 1, ...entry }, target)).toBe(name)
})
