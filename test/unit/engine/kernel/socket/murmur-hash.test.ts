import { expect, test } from 'vitest'
import { finish, mix } from '../../../../../src/engine/kernel/socket/murmur-hash.ts'

/** MurmurHash3_x86_32 of whole words: the final step includes the length. */
function murmur(seed: number, ...words: readonly number[]): number {
  let hash = seed
  for (const word of words) hash = mix(hash, word)
  return finish(hash ^ (words.length * 4)) >>> 0
}

// Test vectors of the reference implementation (MurmurHash3.cpp, public domain), as commonly published.
test.each([
  [0, [], 0],
  [1, [], 0x514e28b7],
  [0xffffffff, [], 0x81f16f39],
  [0, [0], 0x2362f9de],
  [0, [0xffffffff], 0x76293b50],
  [0, [0x87654321], 0xf55b516b],
  [0x5082edee, [0x87654321], 0x2362f9de],
])('seed %i, words %j', (seed, words, hash) => {
  expect(murmur(seed, ...words)).toBe(hash)
})
