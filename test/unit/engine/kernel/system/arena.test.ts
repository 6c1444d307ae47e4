import { describe, expect, test } from 'vitest'
import { Arena } from '../../../../../src/engine/kernel/system/arena.ts'
import { kernelMissing, testLibc } from '../kernel.ts'
import { failure } from '../../../../helpers/refused.ts'

describe.skipIf(kernelMissing)('Arena', () => {
  test('regions are aligned and do not overlap', () => {
    const arena = new Arena(testLibc(), 65_536)
    const [first, second, third] = [arena.allocate(100), arena.allocate(8, 8), arena.allocate(1)]
    expect([first.at, second.at, third.at]).toEqual([0, 104, 128])
    expect(second.address - first.address).toBe(104)
    expect(first.address).toBe(arena.address)
    expect(arena.address % 65_536).toBe(0)
  })

  test('all views and the address show the same bytes', () => {
    const arena = new Arena(testLibc(), 10)
    expect(arena.bytes.length).toBe(65_536)
    const { at, address } = arena.allocate(16)
    arena.setPointer(at + 8, 0x7f12_89ab_cdef)
    const [low, high] = arena.words.subarray((at + 8) >> 2)
    expect([(low ?? 0) >>> 0, high]).toEqual([0x89ab_cdef, 0x7f12])
    expect(testLibc().addressOf(arena.bytes.subarray(at))).toBe(address)
    expect(arena.memory.buffer).toBe(arena.bytes.buffer)
  })

  test.each([
    ['more than is left', (arena: Arena) => arena.allocate(65_537)],
    ['less than nothing', (arena: Arena) => arena.allocate(-1)],
    ['half a byte', (arena: Arena) => arena.allocate(1.5)],
    ['bytes behind a part', (arena: Arena) => arena.allocate(10).offsetOf(8, 3)],
    ['bytes before a part', (arena: Arena) => arena.allocate(10).addressOf(-1, 3)],
    ['bytes of no length', (arena: Arena) => arena.allocate(10).addressOf(0, NaN)],
    ['no arena', () => new Arena(testLibc(), 0)],
    ['an endless arena', () => new Arena(testLibc(), Infinity)],
  ])('%s is refused as a fault of the engine', (_, wrong) => {
    const arena = new Arena(testLibc(), 65_536)
    expect(failure(() => wrong(arena)).code).toBe('engine')
  })
})
