import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseSocketTable } from '../../../../src/jobs/doctor/socket-table.ts'

const HEAD =
  '   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops'

function row(local: string, drops: number): string {
  return `  345: ${local} 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 230439 2 000000006d446be2 ${drops}        `
}

test.each([
  ['0100007F:2328', '127.0.0.1:9000'],
  ['00000000:0035', '0.0.0.0:53'],
  ['0200A8C0:FFFF', '192.168.0.2:65535'],
  ['00000000000000000000000000000000:2328', '[::]:9000'],
  ['00000000000000000000000001000000:2328', '[::1]:9000'],
  // fd00::2, and an IPv4-mapped address.
  ['000000FD000000000000000002000000:0007', '[fd00::2]:7'],
  ['0000000000000000FFFF00000100007F:0007', '[::ffff:7f00:1]:7'],
])('%s is %s', (hex, local) => {
  expect(parseSocketTable(`${HEAD}\n${row(hex, 7)}\n`)).toEqual([{ local, drops: 7 }])
})

test('an IPv6 address is written as in URLs', () => {
  const group = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff }))
  fc.assert(
    fc.property(fc.array(group, { minLength: 8, maxLength: 8 }), groups => {
      const bytes = groups.flatMap(one => [one >> 8, one & 255])
      const hex = bytes.map((_, n) => (bytes[(n & ~3) + 3 - (n & 3)] ?? 0).toString(16).padStart(2, '0')).join('')
      const { host } = new URL(`http://[${groups.map(one => one.toString(16)).join(':')}]:9000`)
      expect(parseSocketTable(row(`${hex.toUpperCase()}:2328`, 7))).toEqual([{ local: host, drops: 7 }])
    }),
  )
})

test('other lines are ignored', () => {
  expect(parseSocketTable('')).toEqual([])
  expect(parseSocketTable(`${HEAD}\nsl\n 1: XYZ:1 a b`)).toEqual([])
})
