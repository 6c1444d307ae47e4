import { expect, test } from 'vitest'
import { parseSocketRows } from '../../../src/engine/socket-table.ts'

/** Output of Linux 6. */
const TABLE = `   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
  345: 0100007F:2328 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 230439 2 000000006d446be2 12
  346: 0100007F:A001 0100007F:2328 01 00000000:00000000 00:00000000 00000000     0        0 230440 2 000000006d446be3 0
`

test('both addresses of each socket, and its drops', () => {
  expect(parseSocketRows(TABLE)).toEqual([
    { local: '0100007F:2328', remote: '00000000:0000', drops: 12 },
    { local: '0100007F:A001', remote: '0100007F:2328', drops: 0 },
  ])
})

test('other lines are ignored', () => {
  expect(parseSocketRows('')).toEqual([])
  expect(parseSocketRows('sl\n 1: 0100007F:2328\n 2: 0100007F:2328 00000000:0000')).toEqual([])
})
