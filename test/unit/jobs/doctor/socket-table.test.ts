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
  // fd00::2, and an IPv4 address inside IPv6.
  ['000000FD000000000000000002000000:0007', '[fd00::2]:7'],
  ['0000000000000000FFFF00000100007F:0007', '[::ffff:7f00:1]:7'],
  ['B80D01200000010001000000FFFF0000:0007', '[2001:db8:1::1:0:ffff]:7'],
  ['B80D01200000010000000100000000FF:0007', '[2001:db8:1:0:1::ff00]:7'],
])('%s is %s', (hex, local) => {
  expect(parseSocketTable(`${HEAD}\n${row(hex, 7)}\n`)).toEqual([{ local, drops: 7 }])
})

test('what is no line of a socket is left out', () => {
  expect(parseSocketTable('')).toEqual([])
  expect(parseSocketTable(`${HEAD}\nsl\n 1: XYZ:1 a b`)).toEqual([])
})
