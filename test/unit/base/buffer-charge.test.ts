import { expect, test } from 'vitest'
import { bufferCharge } from '../../../src/base/buffer-charge.ts'

// How many datagrams a socket with the default buffer of 212992 bytes held on loopback (Linux 6.18).
test.each([
  [100, 256],
  [512, 166],
  [1472, 92],
  [2000, 48],
  [4000, 25],
  [8192, 12],
  [32_000, 6],
  [65_507, 3],
])('of %d bytes a buffer of 212992 holds %d', (size, held) => {
  expect(Math.floor(212_992 / bufferCharge(size))).toBe(held)
})
